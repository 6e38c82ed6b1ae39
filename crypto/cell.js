/**
 * Report cells: 4,096 bytes, each for one guardian, with nothing in them that others can read (PROTOCOL section 6).
 *
 * @typedef {import("./parts.js").Piece & { readonly thread: Uint8Array }} Part one opened cell; `thread` is secret
 */

import { b64, concat, uint, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import * as hpke from "./hpke.js";
import * as numbered from "./parts.js";

export const CELL = 4096;
export const PLAIN = 2960;
export const PAYLOAD = 2905;
export const MAX_PARTS = numbered.MAX_PARTS;

const MESSAGE = 1;
const THREAD = 32;

/**
 * The plaintexts, 2,960 bytes each, of one message: the head is part 0, the rest is cut.
 *
 * `limit`: the head has more than 2,905 bytes, or there are more than 16 parts. `malformed`: the head is empty.
 * `size`: the thread secret is not 32 bytes or the message id not 16.
 * @param {Uint8Array} thread
 * @param {Uint8Array} message
 * @param {Uint8Array} head
 * @param {Uint8Array} rest
 * @returns {Uint8Array[]}
 */
export function split(thread, message, head, rest) {
  if (thread.length !== THREAD) throw new CandourError("size", "thread secret");
  const payloads = [head, ...numbered.cut(rest, PAYLOAD)];
  return numbered.number(message, payloads, PAYLOAD).map((packed) => concat(uint(MESSAGE, 1), thread, packed));
}

/**
 * A cell of 4,096 bytes for the guardian with this public key (1,216 bytes); `size`, `key`.
 * @param {Uint8Array} plaintext
 * @param {Uint8Array} key
 * @param {Uint8Array} organisation
 * @returns {Uint8Array}
 */
export function seal(plaintext, key, organisation) {
  return sealTo(plaintext, key, organisation);
}

/**
 * A cell that nobody can open, made by the same steps and of the same size as a real one.
 * @param {Uint8Array} organisation
 * @returns {Uint8Array}
 */
export function cover(organisation) {
  return sealTo(new Uint8Array(PLAIN), null, organisation);
}

/**
 * The part inside, or null when no key opens it; `size`; `malformed` if the sender broke a rule.
 * @param {Uint8Array} cell
 * @param {Iterable<hpke.PrivateKey>} keys
 * @param {Uint8Array} organisation
 * @returns {Part | null}
 */
export function open(cell, keys, organisation) {
  if (cell.length !== CELL) throw new CandourError("size", `cell of ${cell.length} bytes`);
  const info = infoOf(organisation);
  for (const key of keys) {
    const plaintext = key.open(info, cell);
    if (plaintext !== null) return read(plaintext);
  }
  return null;
}

/**
 * The payloads of one message by part number; `conflict` when pieces contradict one another.
 * @param {Iterable<Part>} pieces
 * @returns {Map<number, Uint8Array>}
 */
export function gather(pieces) {
  return numbered.gather(pieces);
}

/**
 * Head and rest of one message, or null while a part is missing; `conflict` when pieces contradict one another.
 * @param {readonly Part[]} pieces
 * @returns {Uint8Array | null}
 */
export function join(pieces) {
  return numbered.join(pieces);
}

/**
 * @param {Uint8Array} organisation
 * @returns {Uint8Array}
 */
function infoOf(organisation) {
  if (organisation.length !== 32) throw new CandourError("size", "organisation id");
  return concat(utf8("candour/v1/cell"), organisation);
}

/**
 * Seals to `key`, or for cover to a throwaway key, which is made each time so that both cost the same.
 * @param {Uint8Array} plaintext
 * @param {Uint8Array | null} key
 * @param {Uint8Array} organisation
 * @returns {Uint8Array}
 */
function sealTo(plaintext, key, organisation) {
  if (plaintext.length !== PLAIN) throw new CandourError("size", `plaintext of ${plaintext.length} bytes`);
  const throwaway = hpke.publicKey(hpke.generateSeed());
  return hpke.seal(key === null ? throwaway : key, infoOf(organisation), plaintext);
}

/**
 * @param {Uint8Array} plaintext
 * @returns {Part}
 */
function read(plaintext) {
  if (plaintext[0] !== MESSAGE) throw new CandourError("malformed", "kind");
  const thread = plaintext.slice(1, 1 + THREAD);
  const piece = numbered.unpack(plaintext.subarray(1 + THREAD), PAYLOAD);
  return Object.freeze({ ...piece, thread, group: b64(concat(thread, piece.message)) });
}
