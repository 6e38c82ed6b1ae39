/**
 * PNG, moving ones included, without anything but the picture. What screens write into screenshots (their resolution and
 * colours, the program, the time) goes, and so does what stands behind the end: cropped screenshots were found to keep
 * the uncropped picture there.
 */

import { concat, uint, utf8 } from "../../../../crypto/encoding.js";
import { onlyOrientation, readExif } from "./exif.js";
import { Damaged, Reader, ascii, big32, must } from "./reader.js";

const MOST_CHUNKS = 100_000;
const MOST_EXIF = 65_536;
const SIGNATURE = 8;
const DRAWS = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "acTL", "fcTL", "fdAT", "IEND"]);
const MEANING = Object.freeze({
  tEXt: "words", zTXt: "words", iTXt: "words", tIME: "time", iCCP: "colour", sRGB: "colour", gAMA: "colour", cHRM: "colour",
  cICP: "colour", mDCV: "colour", cLLI: "colour", pHYs: "screen",
}); // prettier-ignore

/**
 * @param {Blob} file
 * @returns {Promise<{ parts: import("./reader.js").Part[], removed: Set<string>, orientation: number }>}
 */
export async function stripPng(file) {
  const reader = new Reader(file);
  /** @type {Set<string>} */
  const removed = new Set();
  /** @type {import("./reader.js").Part[]} */
  const parts = [];
  let kept = 0; // up to where all was kept since `from`
  let from = 0;
  let orientation = 1;
  const names = new Set();
  for await (const { name, at, end } of chunks(reader)) {
    names.add(name);
    if (DRAWS.has(name)) {
      kept = end;
      continue;
    }
    // A picture cannot be drawn rightly without a critical part that this does not know.
    must(name.charCodeAt(0) >= 97, "unknown part");
    orientation = await note(reader, name, at, end, removed, orientation);
    if (kept > from) parts.push(reader.slice(from, kept));
    from = kept = end;
  }
  must(names.has("IHDR") && names.has("IDAT"), "no picture in it");
  parts.push(reader.slice(from, kept));
  if (kept < reader.size) removed.add("trailing");
  return { parts: orientation === 1 ? parts : turned(reader, parts, orientation), removed, orientation };
}

/**
 * Each chunk up to the end mark.
 * @param {Reader} reader
 */
async function* chunks(reader) {
  let at = SIGNATURE;
  for (let number = 0; number < MOST_CHUNKS; number++) {
    const head = await reader.bytes(at, 8);
    const name = ascii(head, 4, 8);
    const end = at + 12 + big32(head, 0);
    must(/^[A-Za-z]{4}$/.test(name) && end <= reader.size, "chunk");
    must((name === "IHDR") === (number === 0) && (name !== "IHDR" || end === 33), "first chunk");
    must(name !== "IEND" || end === at + 12, "last chunk");
    yield { name, at, end };
    if (name === "IEND") return;
    at = end;
  }
  throw new Damaged("too many chunks");
}

/**
 * @param {Reader} reader
 * @param {string} name
 * @param {number} at
 * @param {number} end
 * @param {Set<string>} removed
 * @param {number} orientation known so far
 */
async function note(reader, name, at, end, removed, orientation) {
  if (name !== "eXIf") {
    removed.add(/** @type {Record<string, string>} */ (MEANING)[name] ?? "other");
    return orientation;
  }
  const read = readExif(await reader.bytes(at + 8, Math.min(end - at - 12, MOST_EXIF)));
  for (const each of read.tells) removed.add(each);
  return read.orientation;
}

/**
 * With one more chunk, after the first, that says which way up it is.
 * @param {Reader} reader
 * @param {import("./reader.js").Part[]} parts
 * @param {number} orientation
 */
function turned(reader, parts, orientation) {
  const data = concat(utf8("eXIf"), onlyOrientation(orientation));
  const chunk = concat(uint(data.length - 4, 4), data, uint(crc(data), 4));
  const [first, ...rest] = parts;
  return [reader.slice(0, 33), chunk, /** @type {Blob} */ (first).slice(33), ...rest];
}

/**
 * CRC-32, as PNG wants it.
 * @param {Uint8Array} data
 */
function crc(data) {
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}
