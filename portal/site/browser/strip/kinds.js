/**
 * What a file is, by what stands in it: a name can say anything, and names are what people are fooled by.
 *
 * @typedef {"jpeg" | "png" | "webp" | "text" | "pdf" | "office" | "heic" | "raw" | "archive" | "moving" | "sound" | "gif" | "page"
 *   | "empty" | "unknown"} Kind
 */

import { ascii } from "./reader.js";

const HEAD = 1024;
const TEXT_LIMIT = 4_000_000; // bytes of plain text that are read whole
const HEIC = /^(?:hei[cxms]|hev[cmsx]|mif1|msf1|avif|avis|jxl )/;
/** Beginnings of files; "?" stands for any byte. @type {readonly (readonly [string, Kind])[]} */
const BEGINNINGS = Object.freeze([
  ["\xff\xd8\xff", "jpeg"], ["\x89PNG\r\n\x1a\n", "png"], ["RIFF????WEBP", "webp"], ["GIF8", "gif"],
  ["II*\0", "raw"], ["MM\0*", "raw"], ["II\x2b\0", "raw"], ["FUJIFILMCCD", "raw"], ["\xff\x0a", "heic"],
  ["PK\x03\x04", "office"], ["PK\x05\x06", "archive"], ["\xd0\xcf\x11\xe0", "office"], ["{\\rtf", "office"],
  ["7z\xbc\xaf", "archive"], ["Rar!", "archive"], ["\x1f\x8b", "archive"], ["BZh", "archive"], ["\xfd7zXZ", "archive"],
  ["RIFF????WAVE", "sound"], ["ID3", "sound"], ["OggS", "sound"], ["fLaC", "sound"], ["#!AMR", "sound"], ["\xff\xfb", "sound"],
  ["\xff\xf1", "sound"], ["RIFF????AVI ", "moving"], ["\x1aE\xdf\xa3", "moving"],
  ["????moov", "moving"], ["????mdat", "moving"], ["????wide", "moving"],
]); // prettier-ignore

/**
 * @param {Blob} file
 * @returns {Promise<Kind>}
 */
export async function kindOf(file) {
  if (file.size === 0) return "empty";
  const head = ascii(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  const found = BEGINNINGS.find(([beginning]) => begins(head, beginning));
  if (found) return found[1];
  if (head.includes("%PDF-")) return "pdf"; // readers take up to a kilobyte before it
  if (head.slice(4, 8) === "ftyp") return ofBrand(head.slice(8, 64));
  return (await isText(file)) ? ofText(head) : "unknown";
}

/**
 * @param {string} head
 * @param {string} beginning
 */
function begins(head, beginning) {
  return [...beginning].every((letter, place) => letter === "?" || head.charAt(place) === letter);
}

/**
 * @param {string} brands
 * @returns {Kind}
 */
function ofBrand(brands) {
  if (HEIC.test(brands)) return "heic";
  if (brands.startsWith("crx ")) return "raw";
  return brands.startsWith("M4A") ? "sound" : "moving";
}

/**
 * Text of a form with hidden parts of its own: a web page, a drawing, an e-mail, a contact.
 * @param {string} head
 * @returns {Kind}
 */
function ofText(head) {
  const start = head.replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, "").replaceAll("\0", "").trimStart();
  if (start.startsWith("<") || start.startsWith("%!")) return "page";
  return /^(?:[A-Za-z][A-Za-z-]{1,40}: [^\n]*\r?\n){3}|^BEGIN:V/.test(start) ? "page" : "text";
}

/**
 * Whether all of a file is text, in UTF-8 or in UTF-16 with its mark.
 * @param {Blob} file
 */
async function isText(file) {
  if (file.size > TEXT_LIMIT) return false;
  return decoded(new Uint8Array(await file.arrayBuffer())) !== null;
}

/**
 * A file's text without its mark of order, or null if it is none.
 * @param {Uint8Array} data
 * @returns {string | null}
 */
export function decoded(data) {
  const mark = data[0] === 0xff && data[1] === 0xfe ? "utf-16le" : data[0] === 0xfe && data[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(mark, { fatal: true }).decode(data);
    return /[\0-\x06\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
  } catch {
    return null; // bytes that are no characters
  }
}
