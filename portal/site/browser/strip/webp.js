/**
 * WebP, moving ones included, without anything but the picture.
 */

import { concat, utf8 } from "../../../../crypto/encoding.js";
import { onlyOrientation, readExif } from "./exif.js";
import { Damaged, Reader, ascii, little32, must } from "./reader.js";

const MOST_CHUNKS = 100_000;
const MOST_EXIF = 65_536;
const DRAWS = new Set(["VP8 ", "VP8L", "ALPH", "ANIM"]);
const FRAME = 16; // bytes before a moving frame's own chunks
const KEPT_FLAGS = 0x12; // transparency, movement
const EXIF_FLAG = 0x08;
const MEANING = Object.freeze({ ICCP: "colour", "XMP ": "history" });

/**
 * @typedef {{ parts: import("./reader.js").Part[], bytes: number }} Made
 * @typedef {{ reader: Reader, removed: Set<string>, orientation: number, drawn: boolean, extended: Uint8Array | null, seen: number }} State
 */

/**
 * @param {Blob} file
 * @returns {Promise<{ parts: import("./reader.js").Part[], removed: Set<string>, orientation: number }>}
 */
export async function stripWebp(file) {
  const reader = new Reader(file);
  const end = 8 + little32(await reader.bytes(4, 4), 0);
  must(end <= reader.size && end >= 20, "length");
  /** @type {State} */
  const state = { reader, removed: new Set(), orientation: 1, drawn: false, extended: null, seen: 0 };
  const made = await strip(state, 12, end, false);
  must(state.drawn, "no picture in it");
  // One byte may fill an odd length up.
  if (end + (end % 2) < reader.size) state.removed.add("trailing");
  const { before, after } = around(state);
  const size = 4 + before.length + made.bytes + after.length;
  const head = concat(utf8("RIFF"), little(size), utf8("WEBP"), before);
  return { parts: [head, ...made.parts, after], removed: state.removed, orientation: state.orientation };
}

/**
 * The chunks that draw, between two places.
 * @param {State} state
 * @param {number} from
 * @param {number} end
 * @param {boolean} inner inside a moving frame
 * @returns {Promise<Made>}
 */
async function strip(state, from, end, inner) {
  /** @type {Made} */
  const made = { parts: [], bytes: 0 };
  for (let at = from; at < end; ) {
    const head = await state.reader.bytes(at, 8);
    const name = ascii(head, 0, 4);
    const length = little32(head, 4);
    const next = at + 8 + length + (length % 2);
    must(at + 8 + length <= end && state.seen++ < MOST_CHUNKS, "chunk");
    if (DRAWS.has(name)) take(state, made, name, at, length);
    else if (name === "ANMF" && !inner) await takeFrame(state, made, at, length);
    else if (name === "VP8X" && !inner && at === 12) state.extended = (await state.reader.bytes(at + 8, length)).slice();
    else await note(state, name, at + 8, length);
    at = next;
  }
  return made;
}

/**
 * @param {State} state
 * @param {Made} made
 * @param {string} name
 * @param {number} at
 * @param {number} length
 */
function take(state, made, name, at, length) {
  made.parts.push(state.reader.slice(at, at + 8 + length));
  if (length % 2) made.parts.push(new Uint8Array(1));
  made.bytes += 8 + length + (length % 2);
  state.drawn ||= name.startsWith("VP8");
}

/**
 * @param {State} state
 * @param {Made} made
 * @param {number} at
 * @param {number} length
 */
async function takeFrame(state, made, at, length) {
  must(length >= FRAME, "frame");
  const frame = await strip(state, at + 8 + FRAME, at + 8 + length, true);
  must(frame.bytes > 0, "empty frame");
  made.parts.push(utf8("ANMF"), little(FRAME + frame.bytes), state.reader.slice(at + 8, at + 8 + FRAME), ...frame.parts);
  made.bytes += 8 + FRAME + frame.bytes;
}

/**
 * @param {State} state
 * @param {string} name
 * @param {number} at
 * @param {number} length
 */
async function note(state, name, at, length) {
  if (name !== "EXIF") {
    state.removed.add(/** @type {Record<string, string>} */ (MEANING)[name] ?? "other");
    return;
  }
  const data = await state.reader.bytes(at, Math.min(length, MOST_EXIF));
  const { tells, orientation } = readExif(ascii(data, 0, 6) === "Exif\0\0" ? data.subarray(6) : data);
  for (const each of tells) state.removed.add(each);
  state.orientation = orientation;
}

/**
 * What stands before and after the picture: its size, if it was told, and which way up it is.
 * @param {State} state
 */
function around({ extended, orientation }) {
  if (extended === null) return { before: new Uint8Array(0), after: new Uint8Array(0) };
  if (extended.length !== 10) throw new Damaged("extended header");
  const flags = ((extended[0] ?? 0) & KEPT_FLAGS) | (orientation === 1 ? 0 : EXIF_FLAG);
  const before = concat(utf8("VP8X"), little(10), Uint8Array.of(flags, 0, 0, 0), extended.subarray(4));
  const block = onlyOrientation(orientation);
  return { before, after: orientation === 1 ? new Uint8Array(0) : concat(utf8("EXIF"), little(block.length), block) };
}

/** @param {number} value */
function little(value) {
  return Uint8Array.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255);
}
