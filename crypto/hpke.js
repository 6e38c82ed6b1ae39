/**
 * Sealing: HPKE base mode with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305, single shot (PROTOCOL section 3).
 *
 * A sealed value is `enc (1,120) || ciphertext || tag (16)`. The key schedule is RFC 9180 section 5.1, written out
 * because it is thirty lines and needs no `crypto.subtle`, which some onion browsers lack.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { ml_kem768_x25519 as xwing } from "@noble/post-quantum/hybrid.js";

import { concat, random, uint, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";

export const SEED = 32;
export const PUBLIC = 1216;
export const ENC = 1120;
export const OVERHEAD = ENC + 16;

const EMPTY = new Uint8Array(0);
const VERSION = utf8("HPKE-v1");
const SUITE = concat(utf8("HPKE"), uint(0x647a, 2), uint(0x0001, 2), uint(0x0003, 2));

/** A private key for opening many; its seed has 32 bytes (`size`). It does not print. */
export class PrivateKey {
  /** @type {Uint8Array} */
  #seed;

  /** @param {Uint8Array} seed */
  constructor(seed) {
    this.#seed = checked(seed);
  }

  /**
   * The plaintext, or null when it was not sealed to this key with this info.
   * @param {Uint8Array} info
   * @param {Uint8Array} sealed
   * @returns {Uint8Array | null}
   */
  open(info, sealed) {
    if (sealed.length < OVERHEAD) return null;
    try {
      const shared = xwing.decapsulate(sealed.subarray(0, ENC), this.#seed);
      return cipher(shared, info).decrypt(sealed.subarray(ENC));
    } catch {
      // A bad tag; or an X25519 share that gives zero, for which noble throws: neither is for this key.
      return null;
    }
  }
}

/**
 * A fresh random seed, 32 bytes.
 * @returns {Uint8Array}
 */
export function generateSeed() {
  return random(SEED);
}

/**
 * The public key, 1,216 bytes, of a seed of 32 bytes (`size`).
 * @param {Uint8Array} seed
 * @returns {Uint8Array}
 */
export function publicKey(seed) {
  return xwing.getPublicKey(checked(seed));
}

/**
 * Seals to a public key of 1,216 bytes (`size`); 1,136 bytes longer than the plaintext; `key` if it is unusable.
 * @param {Uint8Array} key
 * @param {Uint8Array} info
 * @param {Uint8Array} plaintext
 * @returns {Uint8Array}
 */
export function seal(key, info, plaintext) {
  if (key.length !== PUBLIC) throw new CandourError("size", "public key");
  const { cipherText, sharedSecret } = encapsulate(key);
  return concat(cipherText, cipher(sharedSecret, info).encrypt(plaintext));
}

/**
 * The plaintext, or null when it was not sealed to this seed's key with this info; `size` for the seed.
 * @param {Uint8Array} seed
 * @param {Uint8Array} info
 * @param {Uint8Array} sealed
 * @returns {Uint8Array | null}
 */
export function open(seed, info, sealed) {
  return new PrivateKey(seed).open(info, sealed);
}

/**
 * @param {Uint8Array} seed
 * @returns {Uint8Array}
 */
function checked(seed) {
  if (seed.length !== SEED) throw new CandourError("size", "sealing seed");
  return seed;
}

/**
 * @param {Uint8Array} key
 * @returns {{ cipherText: Uint8Array, sharedSecret: Uint8Array }}
 */
function encapsulate(key) {
  try {
    return xwing.encapsulate(key);
  } catch {
    // ML-KEM's modulus check, or an X25519 result of zero.
    throw new CandourError("key", "public key");
  }
}

/**
 * The AEAD under the key and first nonce of RFC 9180's base mode key schedule.
 * @param {Uint8Array} shared
 * @param {Uint8Array} info
 */
function cipher(shared, info) {
  const context = concat(
    uint(0, 1),
    labeledExtract(EMPTY, "psk_id_hash", EMPTY),
    labeledExtract(EMPTY, "info_hash", info),
  );
  const secret = labeledExtract(shared, "secret", EMPTY);
  const key = labeledExpand(secret, "key", context, 32);
  return chacha20poly1305(key, labeledExpand(secret, "base_nonce", context, 12));
}

/**
 * @param {Uint8Array} salt
 * @param {string} label
 * @param {Uint8Array} material
 */
function labeledExtract(salt, label, material) {
  return extract(sha256, concat(VERSION, SUITE, utf8(label), material), salt);
}

/**
 * @param {Uint8Array} key
 * @param {string} label
 * @param {Uint8Array} context
 * @param {number} size
 */
function labeledExpand(key, label, context, size) {
  return expand(sha256, key, concat(uint(size, 2), VERSION, SUITE, utf8(label), context), size);
}
