/**
 * The coach: finds in a text what could tell who wrote it or whom it is about. Pure, on the device; nothing is asked of
 * any server, nothing is kept, nothing is blocked. It cannot judge what can be inferred, or a style of writing.
 *
 *     look("Ask Mr Smith on 07700 900123", lists)   // [{ kind: "name", start: 4, … }, { kind: "phone", … }]
 *
 * @typedef {{ kind: string, start: number, end: number, text: string }} Finding a place in UTF-16 units, and what is there
 * @typedef {import("./coach_words.js").Lists & { readonly numbers: readonly string[] }} Lists words to look for, lower case
 */

import { findMarks, normalise } from "./coach_marks.js";
import { findNumbers } from "./coach_numbers.js";
import { findWords, wordsOf } from "./coach_words.js";

export { normalise };

/** In the order in which they are told: what names a person first, what marks a copy last. */
export const KINDS = Object.freeze([
  "codename", "name", "nhs", "email", "phone", "number", "postcode", "role", "only", "date", "time",
  "hidden", "alike", "unusual", "spacing",
]); // prettier-ignore

/** Kinds that {@link normalise} removes. */
export const MARKS = Object.freeze(["hidden", "alike", "unusual", "spacing"]);

/**
 * Everything found, by kind and then by place.
 * @param {string} text
 * @param {Lists} lists
 * @param {readonly string[]} [codename] the own eight words, if there are some
 * @returns {Finding[]}
 */
export function look(text, lists, codename = []) {
  const words = wordsOf(text);
  const found = [...findNumbers(text, lists.numbers), ...findWords(text, words, lists, codename), ...findMarks(text, words)];
  return found.sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || one.start - other.start);
}
