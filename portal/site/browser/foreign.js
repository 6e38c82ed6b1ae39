/**
 * Words that others wrote, put among ours: names, roles, promises. They come from signed statements, and a signature says
 * who wrote a thing, not that it is harmless. So inside our sentences nothing of theirs can turn the direction of writing,
 * hide letters, start a line or blow up the page: marks that cannot be seen are shown for what they are.
 *
 *   harmless("R. Adeyemi\u202e")   "R. Adeyemi‹U+202E›"
 */

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u{E0000}-\u{E0FFF}]/gu;
const KEPT = "\u200c\u200d"; // joiners: Persian, Hindi and many emoji are misspelt without them

/**
 * A short text that can stand on one line of ours.
 * @param {string} text
 */
export function harmless(text) {
  return text.replace(UNSEEN, (mark) => (KEPT.includes(mark) ? mark : `‹U+${hex(mark)}›`));
}

/**
 * The same inside a sentence of ours, kept from turning the sentence's direction.
 * @param {string} text
 */
export function isolate(text) {
  return `\u2068${harmless(text)}\u2069`;
}

/** @param {string} mark */
function hex(mark) {
  return (mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
