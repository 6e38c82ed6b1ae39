/**
 * Unpacking what a PDF has packed. The browser's own DecompressionStream does the heavy one, piece by piece, and stops
 * where the budget ends.
 */

import { concat } from "../../../../../crypto/encoding.js";
import { Damaged, must } from "../reader.js";
import { MOST } from "./budget.js";
import { KINDS } from "./objects.js";

/** @typedef {{ name: string, parms: Map<string, any> | null }} Filter */

const SHORT = Object.freeze({ Fl: "FlateDecode", AHx: "ASCIIHexDecode", A85: "ASCII85Decode", LZW: "LZWDecode", RL: "RunLengthDecode", CCF: "CCITTFaxDecode", DCT: "DCTDecode" });

/** How a filter of the list is called in full. @param {string} name */
export function inFull(name) {
  return /** @type {Record<string, string>} */ (SHORT)[name] ?? name;
}

/**
 * @param {Uint8Array} data
 * @param {readonly Filter[]} filters
 * @param {import("./budget.js").Budget} budget
 * @returns {Promise<Uint8Array>}
 */
export async function unpack(data, filters, budget) {
  must(filters.length <= 4, "too many filters");
  for (const { name, parms } of filters) {
    data = await unpackOne(data, name, parms, budget);
    budget.inflate(data.length);
  }
  return data;
}

/**
 * @param {Uint8Array} data
 * @param {string} name
 * @param {Map<string, any> | null} parms
 * @param {import("./budget.js").Budget} budget
 */
async function unpackOne(data, name, parms, budget) {
  if (name === "FlateDecode") return predicted(await inflate(data), parms, budget);
  budget.read(data.length);
  if (name === "ASCIIHexDecode") return fromHex(data);
  if (name === "ASCII85Decode") return from85(data);
  if (name === "RunLengthDecode") return runs(data);
  if (name === "LZWDecode") return predicted(fromLzw(data, parms?.get("EarlyChange") !== 0), parms, budget);
  throw new Damaged("an unknown filter");
}

/** @param {Uint8Array} data */
async function inflate(data) {
  must("DecompressionStream" in globalThis, "a browser that cannot unpack");
  const pieces = [];
  let bytes = 0;
  const packed = new Blob([/** @type {BlobPart} */ (data)]).stream();
  const reader = packed.pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      bytes += piece.value.length;
      if (bytes > MOST.one) throw new Damaged("too much packed");
      pieces.push(piece.value);
    }
  } catch (error) {
    // Not to be inflated, or something behind the end; what is left of a broken stream is never taken.
    if (!(error instanceof Damaged)) throw new Damaged("packed badly");
    await reader.cancel().catch(() => undefined);
    throw error;
  }
  return concat(...pieces);
}

/**
 * Undoes what makes neighbours alike before packing.
 * @param {Uint8Array} data
 * @param {Map<string, any> | null} parms
 * @param {import("./budget.js").Budget} budget
 */
function predicted(data, parms, budget) {
  const predictor = parms?.get("Predictor") ?? 1;
  if (predictor === 1) return data;
  const [colours, bits, columns] = [parms?.get("Colors") ?? 1, parms?.get("BitsPerComponent") ?? 8, parms?.get("Columns") ?? 1];
  must(predictor >= 10 && predictor <= 15 && bits === 8 && colours >= 1 && colours <= 32 && columns >= 1 && columns <= 65_536, "a predictor");
  budget.read(data.length);
  return fromRows(data, colours, colours * columns);
}

/**
 * @param {Uint8Array} data
 * @param {number} step bytes of a pixel
 * @param {number} width bytes of a row
 */
function fromRows(data, step, width) {
  const rows = Math.ceil(data.length / (width + 1));
  const out = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const kind = data[row * (width + 1)] ?? 0;
    must(kind <= 4, "a row");
    const at = row * width;
    for (let x = 0; x < width; x++) {
      const left = x >= step ? (out[at + x - step] ?? 0) : 0;
      const up = row > 0 ? (out[at + x - width] ?? 0) : 0;
      const corner = row > 0 && x >= step ? (out[at + x - width - step] ?? 0) : 0;
      const guess = kind === 0 ? 0 : kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : paeth(left, up, corner);
      out[at + x] = (data[row * (width + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return out;
}

/** @param {number} left @param {number} up @param {number} corner */
function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** @param {Uint8Array} data */
function fromHex(data) {
  /** @type {number[]} */
  const digits = [];
  for (const code of data) {
    if (code === 0x3e) break;
    if (KINDS[code] === 1) continue;
    const digit = parseInt(String.fromCharCode(code), 16);
    must(!Number.isNaN(digit), "a digit");
    digits.push(digit);
  }
  return Uint8Array.from({ length: Math.ceil(digits.length / 2) }, (_, at) => (digits[2 * at] ?? 0) * 16 + (digits[2 * at + 1] ?? 0));
}

/** @param {Uint8Array} data */
function from85(data) {
  const out = new Uint8Array(4 * data.length);
  let [length, value, count] = [0, 0, 0];
  /** @param {number} bytes */
  const write = (bytes) => {
    for (let at = 0; at < bytes; at++) out[length++] = Math.floor(value / 256 ** (3 - at)) & 255;
    [value, count] = [0, 0];
  };
  for (const code of data) {
    if (code === 0x7e) break;
    if (KINDS[code] === 1) continue;
    if (code === 0x7a && count === 0) write(4);
    else {
      must(code >= 0x21 && code <= 0x75, "a digit");
      value = value * 85 + code - 0x21;
      if (++count === 5) write(4);
    }
  }
  const last = count;
  if (last > 0) {
    while (count < 5) [value, count] = [value * 85 + 84, count + 1];
    write(last - 1);
  }
  return out.slice(0, length);
}

/** @param {Uint8Array} data */
function runs(data) {
  const pieces = [];
  for (let at = 0; at < data.length; ) {
    const code = data[at] ?? 128;
    if (code === 128) break;
    if (code < 128) pieces.push(data.subarray(at + 1, at + 2 + code));
    else pieces.push(new Uint8Array(257 - code).fill(data[at + 1] ?? 0));
    at += code < 128 ? code + 2 : 2;
  }
  return concat(...pieces);
}

/**
 * @param {Uint8Array} data
 * @param {boolean} early
 */
function fromLzw(data, early) {
  /** @type {Uint8Array[]} */
  let table = [];
  const pieces = [];
  /** @type {Uint8Array | null} */
  let before = null;
  let [bits, held, width, bytes] = [0, 0, 9, 0];
  for (const byte of data) {
    [held, bits] = [((held << 8) | byte) & 0xffffff, bits + 8];
    if (bits < width) continue;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === 257) break;
    if (code === 256) [table, before, width] = [[], null, 9];
    else {
      /** @type {Uint8Array | undefined} */
      let entry = code < 256 ? Uint8Array.of(code) : table[code - 258];
      if (before) {
        must(entry || code === 258 + table.length, "a code");
        /** @type {Uint8Array} */
        const grown = new Uint8Array([...before, (entry ?? before)[0] ?? 0]);
        if (table.length < 3838) table.push(grown);
        entry ??= grown;
      }
      must(entry, "a code");
      pieces.push(entry);
      bytes += entry.length;
      must(bytes <= MOST.read, "too much packed");
      before = entry;
      const next = 258 + table.length + (early ? 1 : 0);
      width = next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
    }
  }
  return concat(...pieces);
}
