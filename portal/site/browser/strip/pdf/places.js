/**
 * Where each object of a PDF stands: lists at the end of the file, one for each time that it was saved, the newest last.
 * Lists may be tables of text, packed streams, or both.
 *
 * @typedef {import("./document.js").Document} Document
 */

import { must } from "../reader.js";
import { MOST } from "./budget.js";
import { lastPlace } from "./document.js";
import { Lexer, Stream, isCount, nameOf } from "./objects.js";

/**
 * Fills in the places, the trailer and the number of saves. What the newest list says stands.
 * @param {Document} document
 */
export async function readPlaces(document) {
  const start = lastPlace(document.data, "startxref");
  must(start >= 0, "no list of objects");
  const lexer = new Lexer(document.data, start);
  lexer.word();
  const seen = new Set();
  for (let at = next(lexer.count(), seen); at !== null; ) {
    const trailer = await readSection(document, at);
    if (document.sections++ === 0) document.trailer = trailer;
    must(document.sections <= MOST.sections, "too many saves");
    await document.budget.breathe();
    // A reader that knows packed lists looks there before it looks into older ones.
    if (trailer.has("XRefStm")) await readPacked(document, next(trailer.get("XRefStm"), seen) ?? 0);
    at = trailer.has("Prev") ? next(trailer.get("Prev"), seen) : null;
  }
}

/**
 * @param {unknown} at
 * @param {Set<number>} seen
 * @returns {number | null}
 */
function next(at, seen) {
  must(isCount(at) && !seen.has(at), "lists in a ring");
  seen.add(at);
  return at;
}

/**
 * @param {Document} document
 * @param {number} at
 */
async function readSection(document, at) {
  const lexer = new Lexer(document.data, at);
  if (!lexer.takes("xref")) return readPacked(document, at);
  while (!lexer.takes("trailer")) {
    const [first, count] = [lexer.count(), lexer.count()];
    for (let number = first; number < first + count; number++) readEntry(document, lexer, number);
  }
  const trailer = lexer.value();
  must(trailer instanceof Map, "a trailer");
  document.budget.read(lexer.at - at);
  return trailer;
}

/**
 * @param {Document} document
 * @param {Lexer} lexer
 * @param {number} number
 */
function readEntry(document, lexer, number) {
  const at = lexer.count();
  lexer.count();
  const used = lexer.word();
  must(used === "n" || used === "f", "an entry");
  place(document, number, used === "n" ? { at } : null);
}

/**
 * @param {Document} document
 * @param {number} number
 * @param {import("./document.js").Place | null} found
 */
function place(document, number, found) {
  must(++document.listed <= MOST.listed, "too many objects");
  if (!document.places.has(number)) document.places.set(number, found);
}

/**
 * @param {Document} document
 * @param {number} at
 */
async function readPacked(document, at) {
  const { value } = await document.readAt(at);
  must(value instanceof Stream && nameOf(value.dictionary.get("Type")) === "XRef", "a list of objects");
  const data = await document.bytes(value);
  document.budget.read(data.length);
  const { dictionary } = value;
  const widths = dictionary.get("W");
  must(Array.isArray(widths) && widths.length >= 3 && widths.every((each) => isCount(each) && each <= 8), "columns");
  const size = dictionary.get("Size");
  const ranges = dictionary.get("Index") ?? [0, size];
  must(Array.isArray(ranges) && ranges.every(isCount), "ranges");
  readRows(document, data, widths, ranges);
  return dictionary;
}

/**
 * @param {Document} document
 * @param {Uint8Array} data
 * @param {number[]} widths
 * @param {number[]} ranges pairs of a first number and a count
 */
function readRows(document, data, widths, ranges) {
  let at = 0;
  /** @param {number} width */
  const column = (width) => data.subarray(at, (at += width)).reduce((sum, each) => sum * 256 + each, 0);
  const [first = 0, second = 0, third = 0] = widths;
  for (let pair = 0; pair + 1 < ranges.length; pair += 2) {
    const [from = 0, count = 0] = ranges.slice(pair, pair + 2);
    for (let number = from; number < from + count; number++) {
      must(at + first + second + third <= data.length && first + second + third > 0, "a short list");
      const kind = first === 0 ? 1 : column(first);
      const [one, two] = [column(second), column(third)];
      place(document, number, kind === 0 || kind > 2 ? null : kind === 1 ? { at: one } : { inside: one, index: two });
    }
  }
}
