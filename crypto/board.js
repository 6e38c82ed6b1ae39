/**
 * Board cells: 2,048 bytes, from a guardian to a reporter, on a board that everyone downloads (PROTOCOL section 8).
 *
 * Tags are keys of a Map as base64url.
 *
 * @typedef {import("./parts.js").Piece & { readonly kind: number }} BoardPart one opened cell; REPLY or RECEIPT
 * @typedef {{ readonly start: number, readonly length: number, readonly cells: readonly Uint8Array[] }} BoardFile
 *   one board period: `start` in unix seconds, `length` in seconds, and its cells in ascending order
 */

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

import { b64, compare, concat, random, readUint, uint, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import * as kdf from "./kdf.js";
import * as numbered from "./parts.js";

export const CELL = 2048;
export const PLAIN = 1992;
export const PAYLOAD = 1969;
export const SLOTS = 16;
export const DAYS = 60;
export const REPLY = 1;
export const RECEIPT = 2;

const TAG = 16;
const NONCE = 24;
const KEY = 32;
const MAGIC = utf8("CANDOURB");
const HEADER = 24;

/**
 * The tag (16 bytes) and key (32 bytes) of a thread's cell number i (0 to 15) sealed on a day; `size`, `limit`.
 * @param {Uint8Array} boardSecret
 * @param {number} day
 * @param {number} i
 * @returns {[Uint8Array, Uint8Array]}
 */
export function tagAndKey(boardSecret, day, i) {
  return expand(extract(boardSecret), day, i);
}

/**
 * The plaintexts, 1,992 bytes each, of a reply or receipt.
 *
 * `limit`: more than 31,504 bytes. `malformed`: an empty payload or another kind. `size`: the id is not 16 bytes.
 * @param {number} kind
 * @param {Uint8Array} message
 * @param {Uint8Array} payload
 * @returns {Uint8Array[]}
 */
export function split(kind, message, payload) {
  if ((kind !== REPLY && kind !== RECEIPT) || payload.length === 0) {
    throw new CandourError("malformed", "kind or payload");
  }
  const packed = numbered.number(message, numbered.cut(payload, PAYLOAD), PAYLOAD);
  return packed.map((data) => concat(uint(kind, 1), data));
}

/**
 * A cell of 2,048 bytes; each (day, i) of a thread must be used once at most. `size`, `limit`.
 * @param {Uint8Array} plaintext
 * @param {Uint8Array} boardSecret
 * @param {number} day
 * @param {number} i
 * @returns {Uint8Array}
 */
export function seal(plaintext, boardSecret, day, i) {
  if (plaintext.length !== PLAIN) throw new CandourError("size", `plaintext of ${plaintext.length} bytes`);
  const [tag, key] = tagAndKey(boardSecret, day, i);
  const nonce = random(NONCE);
  return concat(tag, nonce, xchacha20poly1305(key, nonce, tag).encrypt(plaintext));
}

/**
 * 2,048 random bytes, which nobody can tell from a cell without its key.
 * @returns {Uint8Array}
 */
export function dummy() {
  return random(CELL);
}

/**
 * The part inside, or null when the key does not fit; `size` for cell or key, `malformed` if a rule is broken.
 * @param {Uint8Array} cell
 * @param {Uint8Array} key
 * @returns {BoardPart | null}
 */
export function open(cell, key) {
  if (cell.length !== CELL) throw new CandourError("size", `board cell of ${cell.length} bytes`);
  if (key.length !== KEY) throw new CandourError("size", "board key");
  const nonce = cell.subarray(TAG, TAG + NONCE);
  let plaintext;
  try {
    plaintext = xchacha20poly1305(key, nonce, cell.subarray(0, TAG)).decrypt(cell.subarray(TAG + NONCE));
  } catch {
    return null;
  }
  return read(plaintext);
}

/**
 * Key by tag for all cells that may still be on the board: days today + 1 down to today - 60, i from 0 to 15.
 * @param {Uint8Array} boardSecret
 * @param {number} today
 * @returns {Map<string, Uint8Array>}
 */
export function tags(boardSecret, today) {
  const extracted = extract(boardSecret);
  const found = new Map();
  for (let day = today + 1; day >= Math.max(today - DAYS, 0); day--) {
    for (let i = 0; i < SLOTS; i++) {
      const [tag, key] = expand(extracted, day, i);
      found.set(b64(tag), key);
    }
  }
  return found;
}

/**
 * Opens every cell that bears one of the tags, and skips what does not open: somebody may squat on a tag.
 * @param {Iterable<Uint8Array>} cells
 * @param {Map<string, Uint8Array>} tagMap as from `tags`
 * @returns {BoardPart[]}
 */
export function find(cells, tagMap) {
  const found = [];
  for (const cell of cells) {
    const key = tagMap.get(b64(cell.subarray(0, TAG)));
    const part = key === undefined ? null : openOrSkip(cell, key);
    if (part !== null) found.push(part);
  }
  return found;
}

/**
 * Sorts found parts by message, in order of first appearance.
 * @param {Iterable<BoardPart>} pieces
 * @returns {BoardPart[][]}
 */
export function groups(pieces) {
  return numbered.groups(pieces);
}

/**
 * The payload of one message, or null while a part is missing; `conflict` when pieces contradict one another.
 * @param {readonly BoardPart[]} pieces
 * @returns {Uint8Array | null}
 */
export function join(pieces) {
  return numbered.join(pieces);
}

/**
 * A board file; sorts the cells. `size`: one is not 2,048 bytes. `conflict`: one is there twice.
 * @param {number} start
 * @param {number} length
 * @param {Iterable<Uint8Array>} cells
 * @returns {Uint8Array}
 */
export function writeFile(start, length, cells) {
  const ordered = [...cells].sort(compare);
  if (ordered.some((cell) => cell.length !== CELL)) throw new CandourError("size", "board cell");
  if (!ascending(ordered)) throw new CandourError("conflict", "a cell twice");
  return concat(MAGIC, uint(start, 8), uint(length, 4), uint(ordered.length, 4), ...ordered);
}

/**
 * The board: board files, oldest first, joined. `size`: bytes missing or left over. `malformed`: all else.
 * @param {Uint8Array} data
 * @returns {BoardFile[]}
 */
export function readFiles(data) {
  const files = [];
  let last = -1;
  for (let at = 0; at < data.length; ) {
    const file = readFile(data.subarray(at));
    if (file.start <= last) throw new CandourError("malformed", "board files out of order");
    files.push(file);
    last = file.start;
    at += HEADER + file.cells.length * CELL;
  }
  return files;
}

/**
 * @param {Uint8Array} boardSecret
 * @returns {Uint8Array}
 */
function extract(boardSecret) {
  if (boardSecret.length !== 32) throw new CandourError("size", "board secret");
  return kdf.extract(boardSecret);
}

/**
 * @param {Uint8Array} extracted
 * @param {number} day
 * @param {number} i
 * @returns {[Uint8Array, Uint8Array]}
 */
function expand(extracted, day, i) {
  if (day < 0 || day >= 2 ** 31 || i < 0 || i >= SLOTS) throw new CandourError("limit", "day or number");
  const both = kdf.expand(extracted, "reply", concat(uint(day, 4), uint(i, 1)), TAG + KEY);
  return [both.slice(0, TAG), both.slice(TAG)];
}

/**
 * @param {Uint8Array} plaintext
 * @returns {BoardPart}
 */
function read(plaintext) {
  const kind = plaintext[0];
  if (kind !== REPLY && kind !== RECEIPT) throw new CandourError("malformed", "kind");
  const piece = numbered.unpack(plaintext.subarray(1), PAYLOAD);
  return Object.freeze({ ...piece, kind, group: b64(concat(uint(kind, 1), piece.message)) });
}

/**
 * Like `open`, but one broken cell must not hide the others from the reader.
 * @param {Uint8Array} cell
 * @param {Uint8Array} key
 * @returns {BoardPart | null}
 */
function openOrSkip(cell, key) {
  try {
    return open(cell, key);
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    return null;
  }
}

/**
 * Reads the board file at the beginning of the data.
 * @param {Uint8Array} data
 * @returns {BoardFile}
 */
function readFile(data) {
  if (data.length < HEADER) throw new CandourError("size", "board file header");
  if (compare(data.subarray(0, 8), MAGIC) !== 0) throw new CandourError("malformed", "board file header");
  const start = readUint(data.subarray(8, 16));
  const length = readUint(data.subarray(16, 20));
  const end = HEADER + readUint(data.subarray(20, HEADER)) * CELL;
  if (end > data.length) throw new CandourError("size", "board file");
  const cells = numbered.cut(data.subarray(HEADER, end), CELL);
  if (!ascending(cells)) throw new CandourError("malformed", "board cells out of order");
  return Object.freeze({ start, length, cells: Object.freeze(cells) });
}

/**
 * @param {readonly Uint8Array[]} cells
 * @returns {boolean}
 */
function ascending(cells) {
  return cells.slice(1).every((cell, at) => compare(/** @type {Uint8Array} */ (cells[at]), cell) < 0);
}
