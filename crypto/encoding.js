/**
 * One spelling for every value: base64url without padding, and canonical JSON (PROTOCOL section 1).
 *
 *     dump({ v: 1, to: ["é"] })             // the bytes of {"to":["é"],"v":1}
 *     load(utf8('{"v":1, "v":1}'), 100)     // CandourError: malformed
 */

import { CandourError } from "./errors.js";

export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
export const MAX_DEPTH = 8;

const BASE64 = /^[A-Za-z0-9_-]*$/;
const KEY = /^[a-z][a-z0-9_]{0,31}$/;
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Spells bytes in base64url without padding.
 * @param {Uint8Array} data
 * @returns {string}
 */
export function b64(data) {
  let binary = "";
  for (let at = 0; at < data.length; at += 4096) binary += String.fromCharCode(...data.subarray(at, at + 4096));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Reads base64url; `malformed` unless it is a string, the only spelling of its bytes, and has `size` bytes.
 * @param {unknown} text
 * @param {number} [size]
 * @returns {Uint8Array}
 */
export function unb64(text, size) {
  if (typeof text !== "string" || text.length % 4 === 1 || !BASE64.test(text)) {
    throw new CandourError("malformed", "base64");
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const data = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) data[at] = binary.charCodeAt(at);
  if (b64(data) !== text) throw new CandourError("malformed", "base64 has unused bits");
  if (size !== undefined && data.length !== size) {
    throw new CandourError("malformed", `base64 of ${data.length} bytes, not ${size}`);
  }
  return data;
}

/**
 * The UTF-8 bytes of a text; `malformed` when it has a lone surrogate, which TextEncoder would silently replace.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function utf8(text) {
  if (LONE_SURROGATE.test(text)) throw new CandourError("malformed", "lone surrogate");
  return ENCODER.encode(text);
}

/**
 * The text of UTF-8 bytes, with a byte order mark kept as a character; `malformed` when it is not UTF-8.
 * @param {Uint8Array} data
 * @returns {string}
 */
export function text(data) {
  try {
    return DECODER.decode(data);
  } catch {
    throw new CandourError("malformed", "not utf-8");
  }
}

/**
 * Writes canonical JSON; `malformed` for what it cannot hold: floats, null, odd keys, more than 8 levels.
 * @param {unknown} value
 * @returns {Uint8Array}
 */
export function dump(value) {
  return utf8(JSON.stringify(sorted(value, 0)));
}

/**
 * Reads canonical JSON of at most `limit` bytes (`limit`); `malformed` for any other spelling of the same value.
 * @param {Uint8Array} data
 * @param {number} limit
 * @returns {unknown}
 */
export function load(data, limit) {
  if (data.length > limit) throw new CandourError("limit", `json of more than ${limit} bytes`);
  const spelling = text(data);
  let value;
  try {
    value = JSON.parse(spelling);
  } catch {
    throw new CandourError("malformed", "json");
  }
  // Writing again is the whole check: duplicate keys, spaces, 1e2, -0 and escaped slashes do not come back the same.
  if (JSON.stringify(sorted(value, 0)) !== spelling) throw new CandourError("malformed", "json is not canonical");
  return value;
}

/**
 * A copy with sorted keys; refuses what canonical JSON cannot hold. `depth`: arrays and objects around the value.
 * @param {unknown} value
 * @param {number} depth
 * @returns {unknown}
 */
function sorted(value, depth) {
  if (typeof value === "object" && value !== null) {
    if (depth >= MAX_DEPTH) throw new CandourError("malformed", "json is too deep");
    if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1));
    return sortedObject(value, depth);
  }
  // JSON.stringify would spell a lone surrogate as an escape, which reads back the same: it must be refused by itself.
  const fits = typeof value === "string" ? !LONE_SURROGATE.test(value) : Number.isSafeInteger(value);
  if (!fits && typeof value !== "boolean") throw new CandourError("malformed", "json value");
  return value;
}

/**
 * @param {object} value
 * @param {number} depth
 * @returns {Record<string, unknown>}
 */
function sortedObject(value, depth) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new CandourError("malformed", "json value");
  /** @type {Record<string, unknown>} */
  const copy = {};
  for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!KEY.test(key)) throw new CandourError("malformed", "json key");
    copy[key] = sorted(item, depth + 1);
  }
  return copy;
}

/**
 * Joins bytes. (Python: `b"".join`.)
 * @param {...Uint8Array} parts
 * @returns {Uint8Array}
 */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * An unsigned integer as `size` big-endian bytes. (Python: `int.to_bytes`.)
 * @param {number} value
 * @param {number} size
 * @returns {Uint8Array}
 */
export function uint(value, size) {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** size) throw new RangeError("integer out of range");
  const data = new Uint8Array(size);
  for (let at = size - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) data[at] = rest % 256;
  return data;
}

/**
 * Reads an unsigned big-endian integer below 2^53. (Python: `int.from_bytes`.)
 * @param {Uint8Array} data
 * @returns {number}
 */
export function readUint(data) {
  const value = data.reduce((sum, byte) => sum * 256 + byte, 0);
  if (!Number.isSafeInteger(value)) throw new CandourError("malformed", "integer");
  return value;
}

/**
 * Byte order, as Python compares bytes: negative, zero or positive. Not for secrets: it takes variable time.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @returns {number}
 */
export function compare(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const difference = /** @type {number} */ (a[at]) - /** @type {number} */ (b[at]);
    if (difference) return difference;
  }
  return a.length - b.length;
}

/**
 * Random bytes from the browser. (Python: `secrets.token_bytes`.)
 * @param {number} size
 * @returns {Uint8Array}
 */
export function random(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}
