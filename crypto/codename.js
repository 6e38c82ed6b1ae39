/**
 * The codename: eight words that are all a reporter keeps, and the root of their keys (PROTOCOL section 4).
 *
 * Seven words are drawn, the eighth is a checksum, so that any one wrong word and any two swapped are noticed on the
 * spot. Nothing here may be sent, stored or logged.
 */

import { argon2idAsync } from "@noble/hashes/argon2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { concat, random, readUint, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import { sha256 } from "./kdf.js";

export const COUNT = 8;
export const WORDS_SHA256 = "0366f8c680c73f2090b16fa9e6c122d9875930ac831025f9ec12333d45e4995c";

const P = 7759; // prime: see `sum`
const TARGET = 1;
// 1/1 to 1/8 modulo P.
const INVERSES = Object.freeze([1, 3880, 5173, 1940, 1552, 6466, 2217, 970]);
const FAIR = 65536 - (65536 % P); // draws from here on would favour the first words
const MAX_BYTES = 1024;
const MAX_DISTANCE = 2;
const MAX_WORDS = 3;
const MAX_CODENAMES = 5;
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const SEPARATORS = /[\t-\r \u0085\u1680\u2028\u2029\u205f\u3000\-\u2010-\u2015\u2212,.;]+/;
const ARGON2 = Object.freeze({ t: 2, m: 19456, p: 1, dkLen: 32, asyncTick: 20 });

/**
 * The word list from the text of words.txt; `malformed` for any other list.
 * @param {string} text
 * @returns {readonly string[]}
 */
export function loadWords(text) {
  if (bytesToHex(sha256(utf8(text))) !== WORDS_SHA256) throw new CandourError("malformed", "word list");
  return Object.freeze(text.trimEnd().split("\n"));
}

/**
 * A new codename: eight words with single spaces, 90 bits.
 * @param {readonly string[]} words
 * @returns {string}
 */
export function generate(words) {
  const indices = Array.from({ length: COUNT - 1 }, draw);
  const last = modulo((TARGET - sum(indices)) * /** @type {number} */ (INVERSES[COUNT - 1]));
  return spell([...indices, last], words);
}

/**
 * What a person typed, normalised and split; `words` when it has more than 1,024 bytes.
 * @param {string} text
 * @returns {string[]}
 */
export function pieces(text) {
  // TextEncoder itself, not `utf8`: half an emoji is a slip of the keyboard here, not an attack.
  if (new TextEncoder().encode(text).length > MAX_BYTES) throw new CandourError("words", "too long");
  const visible = text.normalize("NFKC").replace(INVISIBLE, "");
  const lower = visible.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return lower.split(SEPARATORS).filter((piece) => piece !== "");
}

/**
 * The eight words a person typed; `words`, `word` (detail: its position, from 1) or `checksum`.
 * @param {string} text
 * @param {readonly string[]} words
 * @returns {readonly string[]}
 */
export function read(text, words) {
  const found = pieces(text);
  if (found.length !== COUNT) throw new CandourError("words", `${found.length} words`);
  const indices = found.map((piece) => indexOf(piece, words));
  if (indices.includes(-1)) throw new CandourError("word", String(indices.indexOf(-1) + 1));
  if (sum(indices) !== TARGET) throw new CandourError("checksum");
  return Object.freeze(found);
}

/**
 * Up to five codenames that may have been meant by eight listed words with a wrong sum; else none.
 * @param {string} text
 * @param {readonly string[]} words
 * @returns {string[]}
 */
export function suggest(text, words) {
  const indices = pieces(text).map((piece) => indexOf(piece, words));
  if (indices.length !== COUNT || indices.includes(-1) || sum(indices) === TARGET) return [];
  const candidates = [...changes(indices, words), ...swaps(indices)];
  return candidates.slice(0, MAX_CODENAMES).map((candidate) => spell(candidate, words));
}

/**
 * Up to three listed words at distance 1 or 2 from an unlisted piece, nearest first, then by list order.
 * @param {string} piece
 * @param {readonly string[]} words
 * @returns {string[]}
 */
export function suggestWord(piece, words) {
  if (indexOf(piece, words) !== -1) return [];
  /** @type {string[][]} */
  const near = Array.from({ length: MAX_DISTANCE + 1 }, () => []);
  const length = [...piece].length;
  for (const word of words) {
    if (Math.abs(word.length - length) <= MAX_DISTANCE) near[distance(piece, word)]?.push(word);
  }
  return near.flat().slice(0, MAX_WORDS);
}

/**
 * The reporter's root, 32 bytes, by Argon2id in slices of 20 ms, so that the page stays alive; raises as `read`, or
 * `size` for the id. Takes 0.2 s, and 5 to 20 s where the browser does not compile scripts. Progress comes by percents.
 * @param {string} text
 * @param {Uint8Array} organisation
 * @param {readonly string[]} words
 * @param {(fraction: number) => void} [onProgress]
 * @returns {Promise<Uint8Array>}
 */
export async function root(text, organisation, words, onProgress = () => {}) {
  if (organisation.length !== 32) throw new CandourError("size", "organisation id");
  const password = read(text, words).slice(0, COUNT - 1).join(" ");
  const salt = sha256(concat(utf8("candour/v1/codename"), organisation));
  return inBackground(() => argon2idAsync(utf8(password), salt, { ...ARGON2, onProgress: byPercent(onProgress) }));
}

/**
 * A public key as eight words, for reading out by telephone. Not a codename: it has no checksum.
 * @param {Uint8Array} key
 * @param {readonly string[]} words
 * @returns {string}
 */
export function fingerprint(key, words) {
  const digest = sha256(concat(utf8("candour/v1/fingerprint"), key));
  const indices = Array.from({ length: COUNT }, (_, at) => readUint(digest.subarray(2 * at, 2 * at + 2)) % P);
  return spell(indices, words);
}

/**
 * Slow work, behind all else of the page. The library's slices end with `scheduler.yield` where there is one, which takes
 * its place before other tasks: Firefox then drew, and ran neither timers nor answers until the last slice was done.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function inBackground(work) {
  return globalThis.scheduler?.postTask?.(work, { priority: "background" }) ?? work();
}

/**
 * Passes progress on when a whole percent is done: thirteen thousand calls would slow the page more than the work does.
 * @param {(fraction: number) => void} onProgress
 * @returns {(fraction: number) => void}
 */
function byPercent(onProgress) {
  let shown = -1;
  return (fraction) => {
    const percent = Math.floor(fraction * 100);
    if (percent !== shown) onProgress(fraction);
    shown = percent;
  };
}

/**
 * A uniform index, by rejection.
 * @returns {number}
 */
function draw() {
  for (;;) {
    const drawn = readUint(random(2));
    if (drawn < FAIR) return drawn % P;
  }
}

/**
 * @param {readonly number[]} indices
 * @param {readonly string[]} words
 * @returns {string}
 */
function spell(indices, words) {
  return indices.map((index) => words[index]).join(" ");
}

/**
 * @param {number} value
 * @returns {number}
 */
function modulo(value) {
  return ((value % P) + P) % P;
}

/**
 * @param {string} word
 * @param {readonly string[]} words in ascending order
 * @returns {number} -1 when it is not listed
 */
function indexOf(word, words) {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {string} */ (words[middle]) < word) low = middle + 1;
    else high = middle;
  }
  return words[low] === word ? low : -1;
}

/**
 * The weighted sum. As p is prime, no single change and no swap of two different words leaves it the same.
 * @param {readonly number[]} indices
 * @returns {number}
 */
function sum(indices) {
  return modulo(indices.reduce((total, index, at) => total + (at + 1) * index, 0));
}

/**
 * Codenames made by changing one word to a near one. At each position just one word of the list mends the sum.
 * @param {readonly number[]} indices
 * @param {readonly string[]} words
 * @returns {number[][]}
 */
function changes(indices, words) {
  const lacking = modulo(TARGET - sum(indices));
  const mended = indices.map((index, at) => modulo(index + lacking * /** @type {number} */ (INVERSES[at])));
  return indices.flatMap((index, at) => {
    const to = /** @type {number} */ (mended[at]);
    const near = distance(/** @type {string} */ (words[index]), /** @type {string} */ (words[to])) <= MAX_DISTANCE;
    return near ? [[...indices.slice(0, at), to, ...indices.slice(at + 1)]] : [];
  });
}

/**
 * Codenames made by swapping two words.
 * @param {readonly number[]} indices
 * @returns {number[][]}
 */
function swaps(indices) {
  const found = [];
  for (let first = 0; first < COUNT; first++) {
    for (let second = first + 1; second < COUNT; second++) {
      const swapped = [...indices];
      [swapped[first], swapped[second]] = [/** @type {number} */ (indices[second]), /** @type {number} */ (indices[first])];
      if (sum(swapped) === TARGET) found.push(swapped);
    }
  }
  return found;
}

/**
 * Damerau-Levenshtein distance (optimal string alignment), counted up to 3; characters are code points, as in Python.
 * @param {string} left
 * @param {string} right
 * @returns {number}
 */
function distance(left, right) {
  const far = MAX_DISTANCE + 1;
  const a = [...left];
  const b = [...right];
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return far;
  /** @type {number[]} */
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = nextRow(before, row, a, b, i);
    if (Math.min(...next) > far) return far;
    [before, row] = [row, next];
  }
  return Math.min(row[b.length] ?? far, far);
}

/**
 * One row of the table of distances between the beginnings of a and b.
 * @param {readonly number[]} before two rows above
 * @param {readonly number[]} above
 * @param {readonly string[]} a
 * @param {readonly string[]} b
 * @param {number} i
 * @returns {number[]}
 */
function nextRow(before, above, a, b, i) {
  const row = [i];
  for (let j = 1; j <= b.length; j++) {
    const changed = a[i - 1] === b[j - 1] ? 0 : 1;
    const [up = 0, left = 0, diagonal = 0] = [above[j], row[j - 1], above[j - 1]];
    let best = Math.min(up + 1, left + 1, diagonal + changed);
    if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
    row.push(best);
  }
  return row;
}
