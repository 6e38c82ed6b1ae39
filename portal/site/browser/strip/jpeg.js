/**
 * JPEG without anything but the picture: what draws it is kept byte for byte, all else is left out or written anew.
 *
 * The colour profile goes too: it can name a screen, its maker and a date. Most pictures look the same without.
 */

import { concat, uint, utf8 } from "../../../../crypto/encoding.js";
import { onlyOrientation, readExif } from "./exif.js";
import { Damaged, Reader, ascii, big16, must } from "./reader.js";

const MOST_SEGMENTS = 8192;
const MOST_FILL = 64;
const LINE = 2; // bytes of the end of a line, which many a PDF counts to its pictures
const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);
const JFIF = Uint8Array.of(0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0); // no density, no thumbnail

/**
 * @typedef {object} State
 * @property {Reader} reader
 * @property {import("./reader.js").Part[]} parts that draw the picture
 * @property {Set<string>} removed
 * @property {number} orientation
 * @property {boolean} jfif
 * @property {boolean} frame whether its size has been told
 * @property {boolean} drawn whether there has been a scan
 */

/**
 * @param {Blob} file
 * @param {boolean} [alone] false: inside a file that says itself which way up its pictures are
 * @returns {Promise<{ parts: import("./reader.js").Part[], removed: Set<string>, orientation: number }>}
 */
export async function stripJpeg(file, alone = true) {
  const reader = new Reader(file);
  /** @type {State} */
  const state = { reader, parts: [], removed: new Set(), orientation: 1, jfif: false, frame: false, drawn: false };
  const end = await readSegments(state);
  must(state.frame && state.drawn, "no picture in it");
  if (end + (alone ? 0 : LINE) < reader.size) state.removed.add("trailing");
  const head = [SOI, ...(state.jfif ? [JFIF] : []), ...(state.orientation === 1 || !alone ? [] : [exifSegment(state.orientation)])];
  return { parts: [...head, ...state.parts, EOI], removed: state.removed, orientation: state.orientation };
}

/**
 * @param {State} state
 * @returns {Promise<number>} where the picture ends
 */
async function readSegments(state) {
  let at = 2;
  for (let number = 0; number < MOST_SEGMENTS; number++) {
    const marker = await findMarker(state.reader, at);
    const code = (await state.reader.bytes(marker, 2))[1] ?? 0;
    if (code === 0xd9) return marker + 2;
    must(code >= 0xc0 && code !== 0xc8 && (code < 0xd0 || code > 0xd8) && (code < 0xdd || code > 0xdf || code === 0xdd), "marker");
    const size = 2 + big16(await state.reader.bytes(marker + 2, 2), 0);
    const segment = await state.reader.bytes(marker, size);
    at = marker + size;
    if (code >= 0xe0) judge(state, code, segment);
    else at = await keep(state, code, segment, marker);
  }
  throw new Damaged("too many segments");
}

/**
 * Where the next marker's last 0xff stands.
 * @param {Reader} reader
 * @param {number} at
 */
async function findMarker(reader, at) {
  must((await reader.bytes(at, 1))[0] === 0xff, "no marker");
  for (let fill = 0; fill < MOST_FILL; fill++) {
    if ((await reader.bytes(at + fill + 1, 1))[0] !== 0xff) return at + fill;
  }
  throw new Damaged("filling");
}

/**
 * A segment that draws: kept if it has exactly its own shape, so that nothing rides along.
 * @param {State} state
 * @param {number} code
 * @param {Uint8Array} segment
 * @param {number} at
 * @returns {Promise<number>} where it ends, coded picture included
 */
async function keep(state, code, segment, at) {
  let end = at + segment.length;
  must(segment.length > 4 || code === 0xcc, "segment");
  if (code === 0xda) {
    must(segment.length === 8 + 2 * (segment[4] ?? 0), "scan");
    end = await endOfScan(state.reader, end);
    state.drawn = true;
  } else if (code === 0xc4) must(fitsHuffman(segment), "table");
  else if (code === 0xdb) must(fitsQuantisation(segment), "table");
  else if (code === 0xdd) must(segment.length === 6, "interval");
  else if (code === 0xdc) must(segment.length === 6, "lines");
  else if (code !== 0xcc) {
    must(segment.length === 10 + 3 * (segment[9] ?? 0) && !state.frame, "frame");
    state.frame = true;
  }
  state.parts.push(state.reader.slice(at, end));
  return end;
}

/**
 * Where coded picture ends: at the next marker that is neither a stuffed 0xff nor a restart.
 * @param {Reader} reader
 * @param {number} from
 */
async function endOfScan(reader, from) {
  let at = from;
  for (;;) {
    const data = await reader.rest(at);
    must(data.length > 0, "the file ends inside the picture");
    const place = data.indexOf(0xff);
    if (place < 0) at += data.length;
    else {
      const code = (await reader.bytes(at + place + 1, 1))[0] ?? 0;
      if (code !== 0 && (code < 0xd0 || code > 0xd7)) return at + place;
      at += place + 2;
    }
  }
}

/**
 * A segment that does not draw: names what goes with it, and takes the two facts that a picture needs.
 * @param {State} state
 * @param {number} code
 * @param {Uint8Array} segment
 */
function judge(state, code, segment) {
  const name = ascii(segment, 4, 16);
  if (code === 0xe0 && name.startsWith("JFIF\0") && segment.length >= 18) {
    state.jfif = true;
    if (segment.length > 18) state.removed.add("thumbnail");
  } else if (code === 0xee && name.startsWith("Adobe") && segment.length >= 16) {
    state.parts.push(adobe(segment[15] ?? 0));
    if (segment.length > 16) state.removed.add("other");
  } else if (code === 0xe1 && name.startsWith("Exif\0")) {
    const { tells, orientation } = readExif(segment.subarray(10));
    for (const each of tells) state.removed.add(each);
    if (orientation !== 1) state.orientation = orientation;
  } else state.removed.add(meaning(code, name));
}

/**
 * @param {number} code
 * @param {string} name
 */
function meaning(code, name) {
  if (code === 0xfe) return "comment";
  if (code === 0xe0) return "thumbnail";
  if (code === 0xe1) return "history";
  if (code === 0xe2 && name.startsWith("ICC_PROFILE")) return "colour";
  if (code === 0xe2 && name.startsWith("MPF\0")) return "pictures";
  return code === 0xed ? "words" : "other";
}

/** How three or four colours are mixed: without it some pictures show in false colours. @param {number} transform */
function adobe(transform) {
  must(transform <= 2, "colours");
  return concat(Uint8Array.of(0xff, 0xee, 0, 14), utf8("Adobe"), Uint8Array.of(0, 100, 0, 0, 0, 0, transform));
}

/** @param {number} orientation */
function exifSegment(orientation) {
  const block = onlyOrientation(orientation);
  return concat(Uint8Array.of(0xff, 0xe1), uint(8 + block.length, 2), utf8("Exif\0\0"), block);
}

/** @param {Uint8Array} segment */
function fitsHuffman(segment) {
  let at = 4;
  while (at + 17 <= segment.length) at += 17 + segment.subarray(at + 1, at + 17).reduce((sum, each) => sum + each, 0);
  return at === segment.length;
}

/** @param {Uint8Array} segment */
function fitsQuantisation(segment) {
  let at = 4;
  while (at < segment.length) at += (segment[at] ?? 0) < 16 ? 65 : 129;
  return at === segment.length;
}
