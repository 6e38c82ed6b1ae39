/**
 * The little that is read of a picture's Exif block: what it would give away, to name it, and which way up the picture
 * is, to keep that alone. Whatever is odd in it counts as absent, since the block is dropped anyway.
 */

import { concat, uint } from "../../../../crypto/encoding.js";

const ORIENTATION = 0x0112;
const MOST_ENTRIES = 256;
const HEAD = Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8);

/** Tags by what they tell. */
const TELLS = Object.freeze({
  0x010f: "device", 0x0110: "device", 0x0131: "device", 0x927c: "device", 0xa431: "device", 0xa434: "device", 0xa435: "device",
  0x0132: "time", 0x9003: "time", 0x9004: "time", 0x9011: "time",
  0x010e: "words", 0x013b: "person", 0x8298: "person", 0x9286: "words", 0x9c9c: "words", 0x9c9d: "person", 0xa430: "person",
  0x8825: "place",
}); // prettier-ignore

/**
 * What a block tells, and the orientation from 1 (upright) to 8.
 * @param {Uint8Array} tiff from the byte-order mark on
 * @returns {{ tells: string[], orientation: number }}
 */
export function readExif(tiff) {
  const found = { tells: new Set(["details"]), orientation: 1 };
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    const next = readDirectory(view, view.getUint32(4, little), little, found);
    if (next !== 0) found.tells.add("thumbnail");
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // an offset behind the end
  }
  return { tells: [...found.tells], orientation: found.orientation };
}

/**
 * A block that says nothing but the orientation.
 * @param {number} orientation
 * @returns {Uint8Array}
 */
export function onlyOrientation(orientation) {
  const entry = concat(uint(ORIENTATION, 2), uint(3, 2), uint(1, 4), uint(orientation, 2), uint(0, 2));
  return concat(HEAD, uint(1, 2), entry, uint(0, 4));
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {boolean} little
 * @param {{ tells: Set<string>, orientation: number }} found
 * @param {boolean} [inner]
 * @returns {number} where the next directory is, 0: nowhere
 */
function readDirectory(view, at, little, found, inner = false) {
  const count = Math.min(view.getUint16(at, little), MOST_ENTRIES);
  for (let number = 0; number < count; number++) {
    const entry = at + 2 + number * 12;
    const tag = view.getUint16(entry, little);
    const tells = /** @type {Record<number, string>} */ (TELLS)[tag];
    if (tells) found.tells.add(tells);
    if (tag === ORIENTATION && !inner) found.orientation = upright(view.getUint16(entry + 8, little));
    if (tag === 0x8769 && !inner) readDirectory(view, view.getUint32(entry + 8, little), little, found, true);
  }
  return view.getUint32(at + 2 + count * 12, little);
}

/** @param {number} value */
function upright(value) {
  return value >= 1 && value <= 8 ? value : 1;
}
