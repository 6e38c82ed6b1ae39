/**
 * The keys of a thread: all that one codename and one guardian share (PROTOCOL section 5).
 *
 * `root` is the reporter's root (32 bytes, from the codename) and `g` names the guardian (16 bytes). Wrong sizes are
 * `size`.
 */

import { concat, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import { derive, sha256 } from "./kdf.js";
import { publicKey } from "./signing.js";

/**
 * The organisation's id, 32 bytes, from its first root public key (32 bytes).
 * @param {Uint8Array} rootKey
 * @returns {Uint8Array}
 */
export function organisationId(rootKey) {
  return sha256(concat(utf8("candour/v1/organisation"), sized(rootKey, 32)));
}

/**
 * `T_g`, 32 bytes: known to the reporter and to guardian g.
 * @param {Uint8Array} root
 * @param {Uint8Array} g
 * @returns {Uint8Array}
 */
export function threadSecret(root, g) {
  return derive(sized(root, 32), "thread", sized(g, 16));
}

/**
 * `B_g`, 32 bytes: enough to answer the thread, not enough to pass for the reporter.
 * @param {Uint8Array} thread
 * @returns {Uint8Array}
 */
export function boardSecret(thread) {
  return derive(sized(thread, 32), "board");
}

/**
 * The thread's public name, 16 bytes, in replies and receipts.
 * @param {Uint8Array} board
 * @returns {Uint8Array}
 */
export function threadId(board) {
  return sha256(concat(utf8("candour/v1/thread-id"), sized(board, 32))).slice(0, 16);
}

/**
 * The Ed25519 seed, 32 bytes, with which a reporter proves that a receipt is theirs.
 * @param {Uint8Array} root
 * @param {Uint8Array} g
 * @returns {Uint8Array}
 */
export function holderSeed(root, g) {
  return derive(sized(root, 32), "holder", sized(g, 16));
}

/**
 * The public key, 32 bytes, of the holder seed; it travels in the message.
 * @param {Uint8Array} root
 * @param {Uint8Array} g
 * @returns {Uint8Array}
 */
export function holderKey(root, g) {
  return publicKey(holderSeed(root, g));
}

/**
 * @param {Uint8Array} data
 * @param {number} size
 * @returns {Uint8Array}
 */
function sized(data, size) {
  if (data.length !== size) throw new CandourError("size", `${data.length} bytes, not ${size}`);
  return data;
}
