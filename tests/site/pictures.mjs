// Pictures made for tests, byte by byte, with everything in them that a camera, a phone or a program writes into one.
import { deflateSync, inflateSync } from "node:zlib";

/** Words that must not be found in a cleaned picture. */
export const SECRETS = Object.freeze([
  "SECRETCAM", "SECRETLENS", "SECRETDATE", "SECRETNAME", "SECRETXMP", "SECRETICC", "SECRETCAPTION", "SECRETCOMMENT",
  "SECRETTHUMB", "SECRETTRAIL", "SECRETTEXT",
]);

/** @param {(string | Uint8Array | number[])[]} parts */
export function bytes(...parts) {
  return new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part)))));
}

/** @param {number} value */
export const u16 = (value) => [value >> 8, value & 255];
/** @param {number} value */
export const u32 = (value) => [...u16(value >>> 16), ...u16(value & 65_535)];
/** @param {number} value */
export const le32 = (value) => u32(value).reverse();

/**
 * An Exif block with maker, software, time, person, a lens, a position and a second directory with a small picture.
 * @param {number} orientation
 */
export function exif(orientation) {
  const texts = { 0x010f: "SECRETCAM\0", 0x0132: "SECRETDATE\0", 0x013b: "SECRETNAME\0" };
  const count = Object.keys(texts).length + 3;
  let free = 8 + 2 + count * 12 + 4;
  const entries = [];
  const values = [];
  for (const [tag, text] of Object.entries(texts)) {
    entries.push(bytes(u16(Number(tag)), u16(2), u32(text.length), u32(free)));
    values.push(bytes(text));
    free += text.length;
  }
  entries.splice(1, 0, bytes(u16(0x0112), u16(3), u32(1), u16(orientation), u16(0)));
  const inner = bytes(u16(1), u16(0xa434), u16(2), u32(11), u32(free + 18), u32(0), "SECRETLENS\0");
  entries.push(bytes(u16(0x8769), u16(4), u32(1), u32(free)), bytes(u16(0x8825), u16(4), u32(1), u32(free)));
  const second = free + inner.length;
  return bytes("MM\0*", u32(8), u16(count), ...entries, u32(second), ...values, inner, u16(0), u32(0), "SECRETTHUMB");
}

/**
 * @param {number} code
 * @param {...(string | Uint8Array | number[])} data
 */
export function segment(code, ...data) {
  const all = bytes(...data);
  return bytes([0xff, code], u16(all.length + 2), all);
}

const TABLE = segment(0xdb, [0], Array.from({ length: 64 }, () => 1));
const HUFFMAN = [0, 0x10].map((id) => segment(0xc4, [id, 1, ...Array.from({ length: 15 }, () => 0), 0]));
const FRAME = segment(0xc0, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
const SCAN = bytes(segment(0xda, [1, 1, 0, 0, 63, 0]), [0x3f, 0xff, 0x00, 0x12, 0xff, 0xd0, 0x34]);
export const SOI = [0xff, 0xd8];
export const EOI = [0xff, 0xd9];

/** A JPEG of nothing but what draws. */
export const BARE_JPEG = bytes(SOI, TABLE, FRAME, ...HUFFMAN, SCAN, EOI);

/** @param {number} [orientation] */
export function fullJpeg(orientation = 6) {
  return bytes(
    SOI,
    segment(0xe0, "JFIF\0", [1, 2, 1, 0, 72, 0, 72, 1, 1], "THU"),
    segment(0xe0, "JFXX\0", [0x10], "SECRETTHUMB"),
    segment(0xe1, "Exif\0\0", exif(orientation)),
    segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRETXMP</x:xmpmeta>"),
    segment(0xe2, "ICC_PROFILE\0\x01\x01SECRETICC"),
    segment(0xe2, "MPF\0MM\0*SECRETTEXT"),
    segment(0xed, "Photoshop 3.0\x008BIM SECRETCAPTION"),
    segment(0xe5, "SECRETTEXT"),
    segment(0xee, "Adobe", [0, 100, 0, 0, 0, 0, 1]),
    segment(0xfe, "SECRETCOMMENT"),
    [0xff, 0xff], // filling before a marker
    TABLE, FRAME, ...HUFFMAN, SCAN, EOI,
    "SECRETTRAIL", SOI, "a second picture", EOI,
  ); // prettier-ignore
}

/**
 * @param {string} name
 * @param {...(string | Uint8Array | number[])} data
 */
export function chunk(name, ...data) {
  const all = bytes(...data);
  const named = bytes(name, all);
  return bytes(u32(all.length), named, u32(crc(named)));
}

/** @param {Uint8Array} data */
export function crc(data) {
  let value = ~0;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}

const SIGNATURE = "\x89PNG\r\n\x1a\n";
const HEADER = chunk("IHDR", u32(4), u32(4), [8, 2, 0, 0, 0]);
const ROWS = Uint8Array.from({ length: 4 * 13 }, (_, at) => (at % 13 === 0 ? 0 : (at * 37) % 256));
const PACKED = deflateSync(ROWS);
const DRAWN = [chunk("IDAT", PACKED.subarray(0, 9)), chunk("IDAT", PACKED.subarray(9))];
export const BARE_PNG = bytes(SIGNATURE, HEADER, ...DRAWN, chunk("IEND"));

/** @param {number} [orientation] */
export function fullPng(orientation = 1) {
  return bytes(
    SIGNATURE, HEADER,
    chunk("iCCP", "SECRETICC\0\0", deflateSync(bytes("SECRETICC"))), chunk("pHYs", u32(5669), u32(5669), [1]), chunk("gAMA", u32(45455)),
    chunk("tEXt", "Author\0SECRETNAME"), chunk("eXIf", exif(orientation)),
    DRAWN[0] ?? "", DRAWN[1] ?? "",
    chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0SECRETXMP"), chunk("tIME", [7, 230, 1, 1, 1, 1, 1]), chunk("prVt", "SECRETTEXT"),
    chunk("IEND"), "SECRETTRAIL", DRAWN[0] ?? "",
  ); // prettier-ignore
}

/**
 * Names of a PNG's chunks, each checked, and its rows of pixels.
 * @param {Uint8Array} data
 */
export function readPng(data) {
  const file = Buffer.from(data);
  const names = [];
  const packed = [];
  for (let at = 8; at < file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    const name = file.toString("latin1", at + 4, at + 8);
    if (file.readUInt32BE(end) !== crc(file.subarray(at + 4, end))) throw new Error(`${name} is broken`);
    if (name === "IDAT") packed.push(file.subarray(at + 8, end));
    names.push(name);
    at = end + 4;
  }
  return { names, rows: inflateSync(Buffer.concat(packed)) };
}

export const ROWS_OF_PNG = Buffer.from(ROWS);

/**
 * @param {string} name
 * @param {...(string | Uint8Array | number[])} data
 */
export function riff(name, ...data) {
  const all = bytes(...data);
  return bytes(name, le32(all.length), all, all.length % 2 ? [0] : []);
}

const LOSSLESS = Buffer.from("LwAAABAHEBERiIj+BwA=", "base64"); // one pixel

export const BARE_WEBP = riff("RIFF", "WEBP", riff("VP8L", LOSSLESS));

/** @param {number} [orientation] */
export function fullWebp(orientation = 1) {
  const frame = riff("ANMF", bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0]), riff("junk", "SECRETTEXT"), riff("VP8L", LOSSLESS));
  return bytes(
    riff(
      "RIFF", "WEBP", riff("VP8X", [0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0]), riff("ICCP", "SECRETICC"), riff("ANIM", [0, 0, 0, 0, 0, 0]), frame,
      riff("EXIF", exif(orientation)), riff("XMP ", "SECRETXMP!"), riff("what", "SECRETTEXT"),
    ),
    "SECRETTRAIL",
  ); // prettier-ignore
}
