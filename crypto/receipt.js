/**
 * Receipts: a guardian's signed word that a message came, and the reporter's proof of holding one (PROTOCOL section 9).
 *
 *     checkProof(publicKey(holderSeed), challenge, prove(holderSeed, challenge))    // true
 */

import { compare } from "./encoding.js";
import { CandourError } from "./errors.js";
import { choice, constant, day, fits, raw, record } from "./fields.js";
import { readDocument, signDocument } from "./signed.js";
import { signDetached, verifyDetached } from "./statement.js";

/**
 * Whose message (digest and holder key, 32 bytes), in which thread, came to whom, on which day, and `how`.
 *
 * `certificate` is the entry hash of the signer's; `state` that of the newest head the vault had checked, or zeros.
 * @typedef {{ organisation: Uint8Array, g: Uint8Array, thread: Uint8Array, certificate: Uint8Array, message: Uint8Array,
 *   digest: Uint8Array, holder: Uint8Array, state: Uint8Array, day: number, how: "software" | "person" }} Receipt
 */

export const NAME = "receipt";
export const CHALLENGE = 32;

const HOLDER = "application/vnd.candour.holder.v1";
const SHAPE = record({
  v: constant(1),
  organisation: raw(32),
  g: raw(16),
  thread: raw(16),
  certificate: raw(32),
  message: raw(16),
  digest: raw(32),
  holder: raw(32),
  state: raw(32),
  day,
  how: choice("software", "person"),
});

/**
 * Signs a receipt with the identity seed (32 bytes): a payload for `board.split`; `malformed`.
 * @param {Receipt} receipt
 * @param {Uint8Array} identitySeed
 * @returns {Uint8Array}
 */
export function issue(receipt, identitySeed) {
  return signDocument(NAME, SHAPE, receipt, identitySeed);
}

/**
 * Reads and verifies a receipt in one's thread: as `signed.readDocument`, then `conflict` (the certificate).
 * @param {Uint8Array} payload
 * @param {import("./guardians.js").Directory} directory
 * @param {Uint8Array} thread
 * @param {number} today
 * @returns {Receipt}
 */
export function read(payload, directory, thread, today) {
  const [document, certificates] = readDocument(NAME, SHAPE, payload, directory, thread, today);
  if (certificates.every((one) => compare(one.entryHash, document.certificate) !== 0)) {
    throw new CandourError("conflict", "certificate");
  }
  return document;
}

/**
 * Answers a challenge of 32 bytes with the holder seed: 64 bytes that show that the receipt is one's own.
 * @param {Uint8Array} holderSeed
 * @param {Uint8Array} challenge
 * @returns {Uint8Array}
 */
export function prove(holderSeed, challenge) {
  fits(challenge.length === CHALLENGE, "challenge");
  return signDetached(HOLDER, challenge, holderSeed);
}

/**
 * Whether a proof answers one's own fresh challenge for the holder key in a receipt.
 * @param {Uint8Array} holder
 * @param {Uint8Array} challenge
 * @param {Uint8Array} proof
 * @returns {boolean}
 */
export function checkProof(holder, challenge, proof) {
  return challenge.length === CHALLENGE && verifyDetached(HOLDER, challenge, proof, holder);
}
