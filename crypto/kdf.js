/**
 * Hashing and key derivation: SHA-256, the names made from it, and HKDF-SHA256 (PROTOCOL section 1).
 */

import { expand as hkdfExpand, extract as hkdfExtract } from "@noble/hashes/hkdf.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { concat, utf8 } from "./encoding.js";

const PREFIX = "candour/v1/";
const EMPTY = new Uint8Array(0);

/**
 * HKDF-SHA256 with an empty salt and `info = "candour/v1/" || label || context`; gives `size` bytes.
 * @param {Uint8Array} secret
 * @param {string} label
 * @param {Uint8Array} [context]
 * @param {number} [size]
 * @returns {Uint8Array}
 */
export function derive(secret, label, context = EMPTY, size = 32) {
  return expand(extract(secret), label, context, size);
}

/**
 * HKDF's first half, 32 bytes: done once where many keys come from one secret.
 * @param {Uint8Array} secret
 * @returns {Uint8Array}
 */
export function extract(secret) {
  return hkdfExtract(nobleSha256, secret);
}

/**
 * HKDF's second half: `derive(secret, …)` is `expand(extract(secret), …)`.
 * @param {Uint8Array} key
 * @param {string} label
 * @param {Uint8Array} context
 * @param {number} size
 * @returns {Uint8Array}
 */
export function expand(key, label, context, size) {
  return hkdfExpand(nobleSha256, key, concat(utf8(PREFIX + label), context), size);
}

/**
 * SHA-256, 32 bytes.
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 */
export function sha256(data) {
  return nobleSha256(data);
}

/**
 * The first 16 bytes of SHA-256: what a server calls a cell or a chunk.
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 */
export function name(data) {
  return sha256(data).slice(0, 16);
}

/**
 * `name` in 32 lower-case hex digits, as it stands in addresses.
 * @param {Uint8Array} data
 * @returns {string}
 */
export function hexname(data) {
  return bytesToHex(name(data));
}
