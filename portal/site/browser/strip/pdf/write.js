/**
 * Writing a PDF: every object apart, in the order in which it was reached, a plain list of them at the end. No packing,
 * so that the same file gives the same bytes in every browser and tells nothing of the one that wrote it. Strings are
 * written in hexadecimal, so that what stands between streams holds nothing but what it seems to hold.
 *
 * @typedef {import("../reader.js").Part} Part
 * @typedef {import("./objects.js").Value} Value
 */

import { utf8 } from "../../../../../crypto/encoding.js";
import { sizeOf } from "../jpx.js";
import { must } from "../reader.js";
import { KINDS, Name, Reference, Text } from "./objects.js";

export const HEAD = "%PDF-1.7\n";

/**
 * A value as text.
 * @param {Value} value
 * @returns {string}
 */
export function written(value) {
  if (value instanceof Name) return `/${[...value.name].map(spelt).join("")}`;
  if (value instanceof Text) return `<${[...value.bytes].map(hex).join("")}>`;
  if (value instanceof Reference) return `${value.number} 0 R`;
  if (Array.isArray(value)) return `[${value.map(written).join(" ")}]`;
  if (value instanceof Map) return `<<${[...value].map(([key, each]) => `${written(new Name(key))} ${written(each)}`).join("\n")}>>`;
  return typeof value === "number" ? digits(value) : String(value);
}

/** @param {string} letter */
function spelt(letter) {
  const code = letter.charCodeAt(0);
  must(code > 0 && code < 256, "a name");
  return KINDS[code] === 0 && code > 0x20 && code < 0x7f && letter !== "#" ? letter : `#${hex(code)}`;
}

/** @param {number} code */
function hex(code) {
  return code.toString(16).padStart(2, "0");
}

/** Without an exponent, which PDF does not know. @param {number} value */
function digits(value) {
  must(Math.abs(value) < 1e15, "a number");
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/\.?0+$/, "");
}

/**
 * @param {Map<string, any>} dictionary without its length
 * @param {readonly Part[]} parts
 * @returns {Part[]}
 */
export function stream(dictionary, parts) {
  const told = new Map([...dictionary, ["Length", sizeOf(parts)]]);
  return [`${written(told)}\nstream\n`, ...parts, "\nendstream"];
}

/**
 * @param {readonly (readonly Part[])[]} objects the first is number 1, and the catalogue
 * @returns {Blob}
 */
export function file(objects) {
  /** @type {Part[]} */
  const parts = [HEAD];
  const places = [];
  let at = HEAD.length;
  for (const [index, object] of objects.entries()) {
    const whole = [`${index + 1} 0 obj\n`, ...object, "\nendobj\n"];
    places.push(at);
    at += sizeOf(whole);
    for (const part of whole) parts.push(part);
  }
  const list = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const trailer = `trailer\n<</Root 1 0 R\n/Size ${objects.length + 1}>>\nstartxref\n${at}\n%%EOF\n`;
  parts.push(utf8(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${list}${trailer}`));
  return new Blob(/** @type {BlobPart[]} */ (parts), { type: "application/pdf" });
}
