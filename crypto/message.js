/**
 * Messages from a reporter: the JSON head that can be read and answered by itself, and the rest (PROTOCOL section 7).
 *
 *     const [head, rest] = compose({ type: "concern", organisation, to: [g], exclude: [], holder, salt, language: "en" },
 *       [["what", "Ward 4"]]);
 *     read(new Map([[0, head]]), 1, g).sections.get("what")    // "Ward 4"
 */

import { readManifests, writeManifests } from "./attachment.js";
import { compare, concat, dump, load, text, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import { array, choice, constant, either, fits, integer, isObject, pair, pattern, plain, present, raw, record, string } from "./fields.js";
import { sha256 } from "./kdf.js";
import { MAX_PARTS } from "./parts.js";

/** @typedef {import("./attachment.js").Manifest} Manifest */

/**
 * For a successor: the `T` (32 bytes) of a guardian it succeeds, with which it finds the thread again.
 * @typedef {{ g: Uint8Array, thread: Uint8Array }} Succeeds
 */

/**
 * The head of a message, with the names of the JSON and bytes in place of base64. `sections` ([name, bytes in UTF-8])
 * and `start` are filled in by `compose`.
 * @typedef {{ type: string, organisation: Uint8Array, to: Uint8Array[], exclude: Uint8Array[], holder: Uint8Array,
 *   salt: Uint8Array, language: string, sections?: [string, number][], start?: string,
 *   choices?: Record<string, string | string[]>, answers_to?: Uint8Array, succeeds?: Succeeds[] }} Head
 */

/**
 * What was read. `sections` are the whole ones; `cut` is the [name, beginning] of the first that is not.
 *
 * `missing` are numbers of parts; `digest` (32 bytes, for receipts) is null unless the message is complete.
 * @typedef {{ head: Required<Pick<Head, "sections" | "start">> & Head, sections: Map<string, string>,
 *   attachments: Manifest[], cut: [string, string] | null, complete: boolean, missing: number[],
 *   digest: Uint8Array | null }} Message
 */

export const HEAD = 2905;
export const PART = 2905;
export const MAX_REST = (MAX_PARTS - 1) * PART;
export const ATTACHMENTS = "attachments";

const ESCAPED = Object.freeze(['"', "\\", "\b", "\f", "\n", "\r", "\t"]);
const CHOICE = either(string(1, 64), array(string(1, 64), 0, 16));
const HEAD_SHAPE = record(
  {
    v: constant(1),
    type: choice("concern", "more", "withdraw", "feedback"),
    organisation: raw(32),
    to: array(raw(16), 1, 16, { distinct: true }),
    exclude: array(raw(16), 0, 16, { distinct: true }),
    holder: raw(32),
    salt: raw(16),
    language: pattern("[a-z-]{2,12}"),
    sections: array(pair(pattern("[a-z][a-z0-9_]{0,31}"), integer(0, MAX_PARTS * PART)), 0, 32),
    start: string(0, HEAD),
  },
  {
    choices: checkChoices,
    answers_to: raw(16),
    succeeds: array(record({ g: raw(16), thread: raw(32) }), 1, 8),
  },
);

/**
 * Head and rest, in bytes, of a message; `limit` above 16 parts, `malformed` for a faulty field.
 * @param {Head} head
 * @param {[string, string][]} sections name and text
 * @param {Manifest[]} [attachments]
 * @returns {[Uint8Array, Uint8Array]}
 */
export function compose(head, sections, attachments = []) {
  /** @type {[string, Uint8Array][]} */
  const texts = sections.map(([name, words]) => [name, clean(utf8(words))]);
  fits(texts.every(([name]) => name !== ATTACHMENTS), "section name");
  if (attachments.length > 0) texts.push([ATTACHMENTS, writeManifests(attachments)]);
  const body = concat(...texts.map(([, data]) => data));
  /** @type {Head} */
  const bare = { ...head, sections: texts.map(([name, data]) => [name, data.length]), start: "" };
  const start = longestStart(text(body), HEAD - write(bare).length);
  const rest = body.slice(utf8(start).length);
  if (rest.length > MAX_REST) throw new CandourError("limit", "message");
  const written = write({ ...bare, start });
  readHead(written);
  return [written, rest];
}

/**
 * Reads the parts that are there, by number, of a message of `total` parts; `reader` is one's own g (16 bytes).
 *
 * Throws `missing` without part 0; `limit` and `malformed` for what the sender got wrong, the latter also when the
 * reader is not addressed.
 * @param {Map<number, Uint8Array>} parts
 * @param {number} total
 * @param {Uint8Array | null} [reader]
 * @returns {Message}
 */
export function read(parts, total, reader = null) {
  const first = parts.get(0);
  if (first === undefined) throw new CandourError("missing", "part 0");
  const head = readHead(first);
  fits(reader === null || head.to.some((/** @type {Uint8Array} */ g) => compare(g, reader) === 0), "not addressed");
  const [body, gaps] = readBody(head, parts, total);
  const [sections, cut] = readSections(head, body, gaps);
  const manifests = sections.get(ATTACHMENTS);
  sections.delete(ATTACHMENTS);
  const missing = Array.from({ length: total }, (_, part) => part).filter((part) => !parts.has(part));
  return {
    head,
    sections,
    attachments: manifests === undefined ? [] : readManifests(utf8(manifests)),
    cut,
    complete: missing.length === 0,
    missing,
    digest: missing.length > 0 ? null : digest(first, body.subarray(utf8(head.start).length)),
  };
}

/**
 * What a receipt names, 32 bytes; the head's salt keeps it from confirming a guessed text.
 * @param {Uint8Array} head
 * @param {Uint8Array} rest
 * @returns {Uint8Array}
 */
export function digest(head, rest) {
  return sha256(concat(head, rest));
}

/**
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 */
function clean(data) {
  fits(!data.includes(0), "U+0000");
  return data;
}

/**
 * The longest beginning, cut between code points, that takes at most `room` bytes inside a JSON string.
 * @param {string} body
 * @param {number} room
 * @returns {string}
 */
function longestStart(body, room) {
  let left = room;
  let at = 0;
  for (const point of body) {
    if (ESCAPED.includes(point)) left -= 2;
    else left -= point < " " ? 6 : utf8(point).length;
    if (left < 0) return body.slice(0, at);
    at += point.length;
  }
  return body;
}

/**
 * @param {unknown} value
 * @returns {Record<string, string | string[]>}
 */
function checkChoices(value) {
  fits(isObject(value) && Object.keys(value).length <= 24, "choices");
  return Object.fromEntries(Object.entries(value).map(([name, picked]) => [name, CHOICE(picked)]));
}

/**
 * @param {Head} head
 * @returns {Uint8Array}
 */
function write(head) {
  return dump(plain({ v: 1, ...present(head) }));
}

/**
 * @param {Uint8Array} data
 * @returns {any}
 */
function readHead(data) {
  const { v: _, ...fields } = HEAD_SHAPE(load(data, HEAD));
  /** @type {string[]} */
  const names = fields.sections.map((/** @type {[string, number]} */ [name]) => name);
  fits(new Set(names).size === names.length, "sections named twice");
  fits(!names.slice(0, -1).includes(ATTACHMENTS), "attachments come last");
  const same = (/** @type {Uint8Array} */ a) => fields.exclude.some((/** @type {Uint8Array} */ b) => compare(a, b) === 0);
  fits(!fields.to.some(same), "addressed and excluded");
  fits(fields.type !== "withdraw" || names.length === 0, "withdraw has no text");
  const written = fields.sections.some((/** @type {[string, number]} */ [, size]) => size > 0);
  fits(fields.type !== "concern" || written, "empty concern");
  return fields;
}

/**
 * The head says how long the rest is; from that follow the number of parts and the length of each.
 * @param {Map<number, Uint8Array>} parts
 * @param {number} total
 * @param {number} rest
 */
function checkParts(parts, total, rest) {
  fits(0 <= rest && rest <= MAX_REST && total === 1 + Math.ceil(rest / PART), "number of parts");
  for (const [part, payload] of parts) {
    fits(0 <= part && part < total, "part number");
    fits(part === 0 || payload.length === Math.min(PART, rest - (part - 1) * PART), "length of a part");
  }
}

/**
 * The body with zeros where parts are missing, and the [from, to] of those gaps, ascending.
 * @param {any} head
 * @param {Map<number, Uint8Array>} parts
 * @param {number} total
 * @returns {[Uint8Array, [number, number][]]}
 */
function readBody(head, parts, total) {
  const start = utf8(head.start);
  const rest = head.sections.reduce((/** @type {number} */ sum, /** @type {[string, number]} */ [, size]) => sum + size, 0) - start.length;
  checkParts(parts, total, rest);
  /** @type {[number, number][]} */
  const gaps = [];
  const body = concat(start, new Uint8Array(rest));
  for (let part = 1; part < total; part++) {
    const at = start.length + (part - 1) * PART;
    const payload = parts.get(part);
    if (payload === undefined) gaps.push([at, Math.min(body.length, at + PART)]);
    else body.set(payload, at);
  }
  return [body, gaps];
}

/**
 * The whole sections, and the name and beginning of the first that a gap cuts.
 * @param {any} head
 * @param {Uint8Array} body
 * @param {[number, number][]} gaps
 * @returns {[Map<string, string>, [string, string] | null]}
 */
function readSections(head, body, gaps) {
  /** @type {Map<string, string>} */
  const whole = new Map();
  /** @type {[string, string] | null} */
  let cut = null;
  let end = 0;
  for (const [name, size] of head.sections) {
    const begin = end;
    end += size;
    const gap = gaps.find(([first, last]) => size > 0 && first < end && begin < last);
    if (gap === undefined) whole.set(name, text(clean(body.subarray(begin, end))));
    else cut ??= [name, text(clean(wholeCharacters(body.subarray(begin, Math.max(begin, gap[0])))))];
  }
  return [whole, cut];
}

/**
 * Without the beginning of a character, at the end, whose other bytes are in a part that is missing.
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 */
function wholeCharacters(data) {
  for (let back = 1; back <= Math.min(3, data.length); back++) {
    const lead = /** @type {number} */ (data[data.length - back]);
    if (lead >= 0xc0) {
      const needed = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      return needed > back ? data.subarray(0, data.length - back) : data;
    }
    if (lead < 0x80) break;
  }
  return data;
}
