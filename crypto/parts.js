/**
 * Numbered parts: what the plaintexts of report cells and board cells have in common (PROTOCOL sections 6 and 8).
 *
 * The layout is `message id (16) || part u16 || parts u16 || length u16 || payload || zeros`.
 *
 * `group` of a piece is what parts of one message share. It may hold a secret: for comparing, never for showing.
 *
 * @typedef {{ readonly group: string, readonly message: Uint8Array, readonly part: number, readonly parts: number,
 *   readonly payload: Uint8Array }} Piece
 * @typedef {{ message: Uint8Array, part: number, parts: number, payload: Uint8Array }} Unpacked
 */

import { compare, concat, readUint, uint } from "./encoding.js";
import { CandourError } from "./errors.js";

export const MAX_PARTS = 16;
export const ID = 16;
export const HEADER = ID + 6;

/**
 * Cuts a payload into pieces of `capacity` bytes, the last one shorter.
 * @param {Uint8Array} payload
 * @param {number} capacity
 * @returns {Uint8Array[]}
 */
export function cut(payload, capacity) {
  const pieces = [];
  for (let at = 0; at < payload.length; at += capacity) pieces.push(payload.slice(at, at + capacity));
  return pieces;
}

/**
 * Packs the payloads of one message; `limit` above 16 parts, `size` for the id, `malformed` for an empty part.
 * @param {Uint8Array} message
 * @param {Uint8Array[]} payloads
 * @param {number} capacity
 * @returns {Uint8Array[]}
 */
export function number(message, payloads, capacity) {
  if (payloads.length > MAX_PARTS) throw new CandourError("limit", `${payloads.length} parts`);
  if (message.length !== ID) throw new CandourError("size", "message id");
  const packed = payloads.map((payload, part) => pack(message, part, payloads.length, payload, capacity));
  for (const data of packed) unpack(data, capacity); // nothing leaves that the other side would refuse
  return packed;
}

/**
 * One part, `22 + capacity` bytes, filled up with zeros. Checks only that the payload fits (`limit`).
 * @param {Uint8Array} message
 * @param {number} part
 * @param {number} parts
 * @param {Uint8Array} payload
 * @param {number} capacity
 * @returns {Uint8Array}
 */
export function pack(message, part, parts, payload, capacity) {
  if (payload.length > capacity) throw new CandourError("limit", `payload of ${payload.length} bytes`);
  const zeros = new Uint8Array(capacity - payload.length);
  return concat(message, uint(part, 2), uint(parts, 2), uint(payload.length, 2), payload, zeros);
}

/**
 * Reads one part of `22 + capacity` bytes; `malformed` for any broken rule.
 * @param {Uint8Array} data
 * @param {number} capacity
 * @returns {Unpacked}
 */
export function unpack(data, capacity) {
  const part = readUint(data.subarray(ID, ID + 2));
  const parts = readUint(data.subarray(ID + 2, ID + 4));
  const length = readUint(data.subarray(ID + 4, HEADER));
  if (parts < 1 || parts > MAX_PARTS || part >= parts || length < 1 || length > capacity) {
    throw new CandourError("malformed", "part numbers");
  }
  // Part 0 may be shorter: it is complete by itself, and what follows starts afresh.
  if (part > 0 && part < parts - 1 && length !== capacity) throw new CandourError("malformed", "part is not full");
  if (data.subarray(HEADER + length).some((byte) => byte !== 0)) {
    throw new CandourError("malformed", "bytes after the payload");
  }
  return { message: data.slice(0, ID), part, parts, payload: data.slice(HEADER, HEADER + length) };
}

/**
 * Sorts pieces by the message they belong to, in order of first appearance.
 * @template {Piece} P
 * @param {Iterable<P>} pieces
 * @returns {P[][]}
 */
export function groups(pieces) {
  /** @type {Map<string, P[]>} */
  const found = new Map();
  for (const piece of pieces) {
    const group = found.get(piece.group);
    if (group) group.push(piece);
    else found.set(piece.group, [piece]);
  }
  return [...found.values()];
}

/**
 * The payloads of one message by part number; `conflict` when pieces contradict one another or do not belong.
 * @param {Iterable<Piece>} pieces
 * @returns {Map<number, Uint8Array>}
 */
export function gather(pieces) {
  /** @type {Map<number, Uint8Array>} */
  const payloads = new Map();
  let first;
  for (const piece of pieces) {
    first ??= piece;
    if (piece.group !== first.group || piece.parts !== first.parts) {
      throw new CandourError("conflict", "parts of different messages");
    }
    const known = payloads.get(piece.part);
    if (known && compare(known, piece.payload) !== 0) throw new CandourError("conflict", "two payloads for one part");
    payloads.set(piece.part, piece.payload);
  }
  return payloads;
}

/**
 * The payload of one message, or null while a part is missing; `conflict` as in `gather`.
 * @param {readonly Piece[]} pieces
 * @returns {Uint8Array | null}
 */
export function join(pieces) {
  const payloads = gather(pieces);
  const [first] = pieces;
  if (!first || payloads.size < first.parts) return null;
  return concat(...[...payloads].sort(([a], [b]) => a - b).map(([, payload]) => payload));
}
