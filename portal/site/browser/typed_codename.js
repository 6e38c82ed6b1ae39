/**
 * What to say about a codename that somebody typed: which word is wrong and what may have been meant. Pure; nothing is
 * asked of any server, since the eighth word is a checksum of the others (PROTOCOL section 4).
 *
 * @typedef {{ ok: true, words: readonly string[] }
 *   | { ok: false, key: string, values: Record<string, string | number>, offers: Offer[] }} Judged
 * @typedef {{ key: "codename.try", values: { word: string }, value: string }
 *   | { key: "codename.try_all", values: { words: string }, value: string }} Offer
 */

import { pieces, read, suggest, suggestWord } from "../../../crypto/codename.js";
import { CandourError } from "../../../crypto/errors.js";

/**
 * @param {string} text
 * @param {readonly string[]} words
 * @returns {Judged}
 */
export function judge(text, words) {
  try {
    return { ok: true, words: read(text, words) };
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    if (error.code === "word") return unknownWord(pieces(text), Number(error.detail), words);
    if (error.code === "checksum") return wrongSum(text, words);
    return wrongCount(text);
  }
}

/**
 * @param {string[]} typed
 * @param {number} at from 1
 * @param {readonly string[]} words
 * @returns {Judged}
 */
function unknownWord(typed, at, words) {
  const wrong = typed[at - 1] ?? "";
  const offers = suggestWord(wrong, words).map((word) => {
    const value = typed.map((each, index) => (index === at - 1 ? word : each)).join(" ");
    return /** @type {const} */ ({ key: "codename.try", values: { word }, value });
  });
  return { ok: false, key: "codename.word", values: { at, typed: wrong }, offers };
}

/**
 * @param {string} text
 * @param {readonly string[]} words
 * @returns {Judged}
 */
function wrongSum(text, words) {
  const offers = suggest(text, words).map(
    (value) => /** @type {const} */ ({ key: "codename.try_all", values: { words: value }, value }),
  );
  return { ok: false, key: "codename.sum", values: {}, offers };
}

/**
 * @param {string} text
 * @returns {Judged}
 */
function wrongCount(text) {
  const count = countOf(text);
  return { ok: false, key: count === 0 ? "codename.none" : "codename.count", values: { count }, offers: [] };
}

/**
 * @param {string} text
 * @returns {number}
 */
function countOf(text) {
  return text.split(/\s+/).filter((each) => each !== "").length;
}
