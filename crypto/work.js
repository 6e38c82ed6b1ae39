/**
 * Proof of work: a small price on storing bytes, the same for everyone (PROTOCOL section 17).
 */

import { concat, readUint, uint, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import { sha256 } from "./kdf.js";

export const BEACON = 16;
export const NAME = 16;
export const NONCE = 8;
export const MAX_BITS = 14;

const BATCH = 256; // about 7 ms where scripts are not compiled

/**
 * The smallest nonce, 8 bytes, that fits, so that it tells nothing of who looked for it.
 *
 * `size`: beacon or name is not 16 bytes. `limit`: more than 14 bits, which a server may not ask.
 * @param {Uint8Array} beacon
 * @param {Uint8Array} name
 * @param {number} bits
 * @returns {Uint8Array}
 */
export function solve(beacon, name, bits) {
  const steps = solving(beacon, name, bits);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * `solve` in steps of 256 hashes: yields after each, for a page that must stay alive, and returns the nonce.
 * @param {Uint8Array} beacon
 * @param {Uint8Array} name
 * @param {number} bits
 * @returns {Generator<void, Uint8Array, void>}
 */
export function* solving(beacon, name, bits) {
  const start = prefix(beacon, name, bits);
  for (let number = 0; ; number++) {
    const nonce = uint(number, NONCE);
    if (fits(concat(start, nonce), bits)) return nonce;
    if (number % BATCH === BATCH - 1) yield;
  }
}

/**
 * Whether the nonce is worth `bits` bits; false too when it is not 8 bytes. `size`, `limit` as in `solve`.
 * @param {Uint8Array} beacon
 * @param {Uint8Array} name
 * @param {Uint8Array} nonce
 * @param {number} bits
 * @returns {boolean}
 */
export function check(beacon, name, nonce, bits) {
  return nonce.length === NONCE && fits(concat(prefix(beacon, name, bits), nonce), bits);
}

/**
 * @param {Uint8Array} beacon
 * @param {Uint8Array} name
 * @param {number} bits
 * @returns {Uint8Array}
 */
function prefix(beacon, name, bits) {
  if (beacon.length !== BEACON || name.length !== NAME) throw new CandourError("size", "beacon or name");
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_BITS) throw new CandourError("limit", `${bits} bits of work`);
  return concat(utf8("candour/v1/work"), beacon, name);
}

/**
 * @param {Uint8Array} data
 * @param {number} bits
 * @returns {boolean}
 */
function fits(data, bits) {
  return readUint(sha256(data).subarray(0, 2)) >> (16 - bits) === 0;
}
