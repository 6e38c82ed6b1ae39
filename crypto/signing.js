/**
 * Ed25519, verified strictly so that no two verifiers disagree about one signature (PROTOCOL section 3).
 *
 * noble multiplies by the cofactor in every mode, and so accepts a small-order part in R that libsodium and WebCrypto
 * refuse. The cofactorless equation `encode(sB - kA) == R` is therefore written out here.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { compare, concat } from "./encoding.js";
import { CandourError } from "./errors.js";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
// The y of the points of order 1, 2, 4 and 8. Both signs of x are refused: for y = 1 and y = -1, where x is 0, the
// other sign is the only further non-canonical encoding that a y below p can have.
const SMALL_ORDER = Object.freeze([1n, P - 1n, 0n, Y8, P - Y8]);

/**
 * The public key, 32 bytes, of a seed of 32 bytes (`size`).
 * @param {Uint8Array} seed
 * @returns {Uint8Array}
 */
export function publicKey(seed) {
  return ed25519.getPublicKey(checked(seed));
}

// Python's name for it, which JavaScript reserves for functions but not for exports.
export { publicKey as public };

/**
 * Signs with a seed of 32 bytes (`size`); 64 bytes, always the same for the same message.
 * @param {Uint8Array} seed
 * @param {Uint8Array} message
 * @returns {Uint8Array}
 */
export function sign(seed, message) {
  return ed25519.sign(message, checked(seed));
}

/**
 * Whether the signature is the key's, under the strict rules; false too when a size is wrong.
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} message
 * @param {Uint8Array} signature 64 bytes
 * @returns {boolean}
 */
export function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const nonce = signature.subarray(0, 32);
  const s = number(signature.subarray(32));
  if (!usable(key) || !usable(nonce) || s >= ORDER) return false;
  const point = decode(key);
  if (point === null) return false;
  const k = number(sha512(concat(nonce, key, message))) % ORDER;
  const expected = ed25519.Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k));
  return compare(expected.toBytes(), nonce) === 0;
}

/**
 * @param {Uint8Array} seed
 * @returns {Uint8Array}
 */
function checked(seed) {
  if (seed.length !== 32) throw new CandourError("size", "signing seed");
  return seed;
}

/**
 * Whether 32 bytes are a canonical encoding and not a point of small order. (Not whether it is on the curve.)
 * @param {Uint8Array} point
 * @returns {boolean}
 */
function usable(point) {
  const y = number(point) & ((1n << 255n) - 1n);
  return y < P && !SMALL_ORDER.includes(y);
}

/**
 * @param {Uint8Array} key
 * @returns {import("@noble/curves/abstract/edwards.js").EdwardsPoint | null} null when it is not on the curve
 */
function decode(key) {
  try {
    return ed25519.Point.fromBytes(key);
  } catch {
    return null;
  }
}

/**
 * @param {Uint8Array} data little-endian
 * @returns {bigint}
 */
function number(data) {
  return data.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
