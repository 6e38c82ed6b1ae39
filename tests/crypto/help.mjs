// What the Node tests of the protocol share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { CandourError } from "../../crypto/errors.js";
import { loadWords } from "../../crypto/codename.js";

export const WORDS = loadWords(readFileSync(new URL("../../crypto/words.txt", import.meta.url), "utf8"));

/**
 * The call must throw a CandourError with this code, and this detail if it is given.
 * @param {string} code
 * @param {() => unknown} call
 * @param {string} [detail]
 */
export function refused(code, call, detail) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof CandourError, String(error));
    assert.equal(error.code, code);
    if (detail !== undefined) assert.equal(error.detail, detail);
    return true;
  });
}

/**
 * An item of an array that must be there.
 * @template T
 * @param {readonly T[]} array
 * @param {number} at
 * @returns {T}
 */
export function item(array, at) {
  const found = array.at(at);
  assert.notEqual(found, undefined);
  return /** @type {T} */ (found);
}

/**
 * Random bytes of any length. (`crypto.getRandomValues` gives 65,536 at most.)
 * @param {number} size
 * @returns {Uint8Array}
 */
export function noise(size) {
  const data = new Uint8Array(size);
  for (let at = 0; at < size; at += 65536) crypto.getRandomValues(data.subarray(at, at + 65536));
  return data;
}

/**
 * A random whole number from low to high, both included.
 * @param {number} low
 * @param {number} high
 * @returns {number}
 */
export function between(low, high) {
  return low + Math.floor(Math.random() * (high - low + 1));
}

/**
 * The bytes with one random bit turned over.
 * @param {Uint8Array} data
 * @param {number} [at]
 * @returns {Uint8Array}
 */
export function changed(data, at = between(0, data.length - 1)) {
  const copy = data.slice();
  copy[at] = /** @type {number} */ (copy[at]) ^ (1 << between(0, 7));
  return copy;
}

/**
 * @template T
 * @param {readonly T[]} array
 * @returns {T[]}
 */
export function shuffled(array) {
  return array.map((value) => ({ value, key: Math.random() })).sort((a, b) => a.key - b.key).map(({ value }) => value);
}
