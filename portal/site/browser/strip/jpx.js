/**
 * JPEG 2000 as scanners put it into PDFs, without anything but the picture: its boxes of text, its comments, its profile
 * of colours and its resolution go.
 */

import { concat, uint, utf8 } from "../../../../crypto/encoding.js";
import { Damaged, Reader, ascii, big16, big32, must } from "./reader.js";

const MOST_BOXES = 256;
const MOST_MARKERS = 4096;
const MOST_TILES = 65_536;
const MOST_HEAD = 65_536;
const KEPT = new Set(["jP  ", "ftyp", "jp2h", "jp2c"]);
const HEAD = new Set(["ihdr", "bpcc", "pclr", "cmap", "cdef"]);
const COLOURS = Object.freeze({ 1: 17, 2: 17, 3: 16, 4: 12 }); // as the format numbers grey, sRGB, CMYK

/**
 * @typedef {import("./reader.js").Part} Part
 * @param {Blob} file
 * @returns {Promise<{ parts: Part[], removed: Set<string> }>}
 */
export async function stripJpx(file) {
  const reader = new Reader(file);
  /** @type {Set<string>} */
  const removed = new Set();
  if (big16(await reader.bytes(0, 2), 0) === 0xff4f) return { parts: await code(reader, 0, reader.size, removed), removed };
  const parts = [];
  for await (const { name, at, from, to } of boxes(reader, 0, reader.size)) {
    if (!KEPT.has(name)) removed.add(name === "uuid" || name === "xml " ? "history" : "other");
    else if (name === "jp2h") parts.push(await head(reader, from, to, removed));
    else if (name === "jp2c") parts.push(...boxed("jp2c", await code(reader, from, to, removed)));
    else parts.push(reader.slice(at, to));
  }
  must(parts.length >= 3, "no picture in it");
  return { parts, removed };
}

/**
 * @param {Reader} reader
 * @param {number} start
 * @param {number} end
 */
async function* boxes(reader, start, end) {
  let at = start;
  for (let number = 0; at < end; number++) {
    must(number < MOST_BOXES && at + 8 <= end, "boxes");
    const told = await reader.bytes(at, 8);
    const size = big32(told, 0);
    must(size === 0 || (size >= 8 && at + size <= end), "a box"); // longer than 4 GB it cannot be
    const to = size === 0 ? end : at + size;
    yield { name: ascii(told, 4, 8), at, from: at + 8, to };
    at = to;
  }
}

/**
 * @param {string} name
 * @param {Part[]} parts
 * @returns {Part[]}
 */
function boxed(name, parts) {
  return [concat(uint(8 + sizeOf(parts), 4), utf8(name)), ...parts];
}

/** Bytes of parts together. @param {readonly Part[]} parts */
export function sizeOf(parts) {
  return parts.reduce((sum, part) => sum + (part instanceof Blob ? part.size : part.length), 0);
}

/**
 * @param {Reader} reader
 * @param {number} from
 * @param {number} to
 * @param {Set<string>} removed
 */
async function head(reader, from, to, removed) {
  const parts = [];
  let channels = 0;
  let told = false;
  for await (const box of boxes(reader, from, to)) {
    must(box.to - box.at <= MOST_HEAD, "a large head");
    const data = Uint8Array.from(await reader.bytes(box.at, box.to - box.at));
    if (box.name === "ihdr") channels = big16(data, 16);
    const colours = box.name === "colr";
    if (HEAD.has(box.name) || (colours && data[8] === 1)) parts.push(data);
    else removed.add(colours ? "colour" : "details");
    told ||= colours && data[8] === 1;
  }
  const number = /** @type {Record<number, number>} */ (COLOURS)[channels];
  if (!told && number) parts.push(concat(uint(15, 4), utf8("colr"), Uint8Array.of(1, 0, 0), uint(number, 4)));
  return concat(...boxed("jp2h", [concat(...parts)]).map((part) => /** @type {Uint8Array} */ (part)));
}

/**
 * The coded picture: its head without comments, then tile by tile to its end.
 * @param {Reader} reader
 * @param {number} start
 * @param {number} end
 * @param {Set<string>} removed
 * @returns {Promise<Part[]>}
 */
async function code(reader, start, end, removed) {
  must(big16(await reader.bytes(start, 2), 0) === 0xff4f, "no picture");
  const parts = [reader.slice(start, start + 2)];
  let at = start + 2;
  for (let number = 0; ; number++) {
    must(number < MOST_MARKERS, "too many markers");
    const told = await reader.bytes(at, 4);
    if (big16(told, 0) === 0xff90) break;
    const next = at + 2 + big16(told, 2);
    must(told[0] === 0xff && next <= end && next > at + 3, "a marker");
    if (big16(told, 0) === 0xff64) removed.add("comment");
    else parts.push(reader.slice(at, next));
    at = next;
  }
  const last = await tiles(reader, at, end);
  if (last < end) removed.add("trailing");
  parts.push(reader.slice(at, last));
  return parts;
}

/**
 * @param {Reader} reader
 * @param {number} start
 * @param {number} end
 * @returns {Promise<number>} where the picture ends
 */
async function tiles(reader, start, end) {
  let at = start;
  for (let number = 0; number < MOST_TILES; number++) {
    const told = await reader.bytes(at, Math.min(12, end - at));
    if (big16(told, 0) === 0xffd9) return at + 2;
    const size = big32(told, 6);
    must(big16(told, 0) === 0xff90 && (size === 0 || (size >= 14 && at + size <= end)), "a tile");
    await plain(reader, at + 12, end);
    if (size === 0) return end;
    at += size;
    if (at === end) return end; // some writers leave the last mark out
  }
  throw new Damaged("too many tiles");
}

/**
 * Comments between tiles are not taken out, but seen.
 * @param {Reader} reader
 * @param {number} start behind a tile's first marker
 * @param {number} end
 */
async function plain(reader, start, end) {
  let at = start;
  for (let number = 0; number < MOST_BOXES; number++) {
    const told = await reader.bytes(at, 4);
    if (big16(told, 0) === 0xff93) return;
    must(big16(told, 0) !== 0xff64 && told[0] === 0xff, "a comment in a tile");
    at += 2 + big16(told, 2);
    must(at < end, "a marker");
  }
  throw new Damaged("too many markers");
}
