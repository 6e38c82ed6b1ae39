/**
 * Marks in a text that nobody sees and that can tell copies of it apart: odd spaces, invisible characters, letters of
 * another alphabet that look alike. Pasted text carries them; one memo was given to each reader with other spacing.
 *
 * @typedef {import("./coach.js").Finding} Finding
 */

const SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000";
const ODD_SPACING = new RegExp(`[\\t\\v\\f${SPACES}\\u2028\\u2029\\u0085]+| {2,}| +(?=\\r?\\n)`, "g");
// Never needed in writing: soft hyphens, joiners of nothing, overrides of direction, fillers, tags.
const HIDDEN = /[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]|[\u202a-\u202e]|[\u{e0100}-\u{e01ef}]|[\u{1d173}-\u{1d17a}]/gu; // prettier-ignore
// Needed in some scripts and in emoji; elsewhere they only mark.
const JOINERS = /[\u200c\u200d\u200e\u200f\u061c\u2066-\u2069\ufe00-\ufe0f]|[\u{e0001}-\u{e007f}]/gu;
const UNUSUAL = /[\ufb00-\ufb06\uff01-\uff5e\u2010\u2011\u2212\ufe58\ufe63\u24b6-\u24e9\ue000-\uf8ff]|[\u{1d400}-\u{1d7ff}]|[\u{1f130}-\u{1f149}]/gu; // prettier-ignore
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

// Cyrillic, Greek and Armenian letters, and the Latin ones they look like.
const FOREIGN = "аеорсухіјѕԁһӏԛԝАВЕКМНОРСТХУІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧνοιօհսո";
const TWINS = "aeopcyxijsdhlqwABEKMHOPCTXYIJSABEZHIKMNOPTYXvoiohun";
const ALIKE = new Map([...FOREIGN].map((letter, place) => [letter, TWINS.charAt(place)]));
const LATIN = /[A-Za-z\u00c0-\u024f\u1e00-\u1eff]/;

/**
 * @param {string} text
 * @param {readonly import("./coach_words.js").Word[]} words
 * @returns {Finding[]}
 */
export function findMarks(text, words) {
  return [
    ...each(text, ODD_SPACING, "spacing"),
    ...hidden(text).map(({ start, end }) => ({ kind: "hidden", start, end, text: text.slice(start, end) })),
    ...words.filter(({ raw }) => looksAlike(raw)).map(({ raw, start, end }) => ({ kind: "alike", start, end, text: raw })),
    ...each(text, UNUSUAL, "unusual"),
    ...uncomposed(text),
  ];
}

/**
 * The same words without such marks. Line ends, single spaces, quotes and dashes stay as they are.
 * @param {string} text
 * @returns {string}
 */
export function normalise(text) {
  const composed = without(text, hidden(text)).normalize("NFC").replace(UNUSUAL, plainer);
  const spaced = composed.replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, "\n").replace(new RegExp(`[ \\t${SPACES}]+`, "g"), " ");
  const lines = spaced.split("\n").map((line) => (line.endsWith(" ") ? line.slice(0, -1) : line));
  return lines.join("\n").replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => (looksAlike(word) ? latin(word) : word));
}

/**
 * @param {string} text
 * @param {RegExp} marks
 * @param {string} kind
 * @returns {Finding[]}
 */
function each(text, marks, kind) {
  return [...text.matchAll(marks)].map((match) => {
    return { kind, start: match.index, end: match.index + match[0].length, text: match[0] };
  });
}

/**
 * Places of what cannot be seen, in order.
 * @param {string} text
 */
function hidden(text) {
  const mirrored = RIGHT_TO_LEFT.test(text);
  const never = [...text.matchAll(HIDDEN)];
  const joiners = [...text.matchAll(JOINERS)].filter((match) => !isNeeded(text, match.index, match[0], mirrored));
  return [...never, ...joiners]
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
    .sort((one, other) => one.start - other.start);
}

/**
 * Whether a joiner does something where it stands.
 * @param {string} text
 * @param {number} at
 * @param {string} mark
 * @param {boolean} mirrored whether the text has letters that are written from right to left
 */
function isNeeded(text, at, mark, mirrored) {
  if (/[\u200e\u200f\u061c\u2066-\u2069]/.test(mark)) return mirrored;
  const before = preceding(text, at);
  if (mark >= "\ufe00" && mark <= "\ufe0f") return mark >= "\ufe0e" && /[\p{Extended_Pictographic}0-9#*]/u.test(before);
  if (mark === "\u200c" || mark === "\u200d") return before >= "\u0590" && !/[\u200b-\u200d\u2000-\u206f]/.test(before);
  return /[\u{1f3f4}\u{e0020}-\u{e007e}]/u.test(before); // flags of countries within a country
}

/**
 * The character before a place.
 * @param {string} text
 * @param {number} at
 */
function preceding(text, at) {
  const pair = text.slice(Math.max(0, at - 2), at);
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(pair) ? pair : pair.slice(-1);
}

/**
 * @param {string} text
 * @param {{ start: number, end: number }[]} places
 */
function without(text, places) {
  const kept = [];
  let at = 0;
  for (const { start, end } of places) {
    kept.push(text.slice(at, start));
    at = end;
  }
  return kept.join("") + text.slice(at);
}

/**
 * Letters of two alphabets in one word, the foreign ones all like Latin ones. A lone Greek letter beside Latin ones, as
 * in the names of drugs and cells, looks like itself and is none.
 * @param {string} word
 */
function looksAlike(word) {
  if (!LATIN.test(word)) return false;
  const foreign = [...word].filter((letter) => /[\u0370-\u058f]/.test(letter));
  return foreign.length > 0 && foreign.every((letter) => ALIKE.has(letter));
}

/** @param {string} word */
function latin(word) {
  return [...word].map((letter) => ALIKE.get(letter) ?? letter).join("");
}

/** @param {string} mark */
function plainer(mark) {
  if (/[\u2010\u2011\u2212\ufe58\ufe63]/.test(mark)) return "-";
  if (mark === "\uf0b7") return "\u2022"; // the bullet of an old symbol font
  return mark.normalize("NFKC");
}

/**
 * Letters put together from pieces, as some keyboards and copies do; told once.
 * @param {string} text
 * @returns {Finding[]}
 */
function uncomposed(text) {
  const found = /[A-Za-z][\u0300-\u036f]/.exec(text);
  if (found === null || text === text.normalize("NFC")) return [];
  return [{ kind: "unusual", start: found.index, end: found.index + found[0].length, text: found[0] }];
}
