/**
 * What each kind of statement says: one table of shapes (PROTOCOL section 11).
 *
 * `makeBody` checks what it is given and returns the body for `statement.sign`; bytes stay bytes until then. (Python has
 * a typed constructor for each kind; browsers read statements and make none.) Bodies hold nothing secret.
 *
 *     makeBody("revocation", { organisation, day: 20000, certificate, reason: "left" })
 */

import { compare } from "./encoding.js";
import { CandourError } from "./errors.js";
import { array, choice, constant, day, either, fits, integer, pair, pattern, plain, present, raw, record, string } from "./fields.js";

/** @typedef {Record<string, any>} Body */

export const CERTIFICATE_DAYS = 400;
export const FALLBACK_DAYS = 30;
export const DAY_SECONDS = 86_400;

const EVERY = { v: constant(1), organisation: raw(32), day };
const SPAN = { from: day, until: day };
const PERSON = { g: raw(16), name: string(1, 80), role: string(1, 120), identity: raw(32), courier: raw(32) };
const PARAGRAPH = string(1, 4000);
// Paths as they are asked for, without what could mean another one; headers as they must stand on every answer.
const PATH = pattern("/([A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,3})?");
const FILE = record({ path: PATH, type: pattern("[ -~]{1,127}"), size: integer(1, 2 ** 31 - 1), digest: raw(32) });
const HEADER = pair(pattern("[a-z][a-z0-9-]{0,63}"), pattern("[ -~]{1,2048}"));
const TWO = { g: raw(16), second: raw(16), quarter: pattern("[0-9]{4}Q[1-4]") };

/** @type {Map<string, import("./fields.js").Check>} */
const SHAPES = new Map(
  Object.entries({
    organisation: record({ ...EVERY, name: string(1, 120), root: raw(32) }),
    rotation: record({ ...EVERY, old: raw(32), new: raw(32) }),
    policy: record({
      ...EVERY,
      period: integer(1, DAY_SECONDS),
      board_period: integer(1, DAY_SECONDS),
      board_cells: integer(1, 64),
      board_dummies: integer(0, 256),
      board_days: integer(1, 60),
      report_days: integer(1, 90),
      slot_ms: integer(100, 60_000),
      attachment_mb: integer(0, 250),
      writer: either(raw(32), raw(0)),
    }),
    certificate: record({ ...EVERY, ...PERSON, ...SPAN }, { succeeds: raw(16), first: constant(true) }),
    request: record({ ...EVERY, ...PERSON }),
    revocation: record({ ...EVERY, certificate: raw(32), reason: string(0, 200) }),
    epochs: record({ ...EVERY, g: raw(16), first: day, digests: array(raw(32), 1, 36) }),
    fallback: record({ ...EVERY, g: raw(16), ...SPAN, digest: raw(32) }),
    calendar: record({
      ...EVERY,
      g: raw(16),
      weekdays: array(integer(0, 6), 0, 7, { distinct: true }),
      away: array(pair(day, day), 0, 24),
    }),
    lost: record({ ...EVERY, g: raw(16), ...SPAN }),
    head: record({ ...EVERY, g: raw(16), length: integer(1, 2 ** 31 - 1), state: raw(32) }),
    story: record({ ...EVERY, ...TWO, title: string(1, 120), happened: PARAGRAPH, sense: PARAGRAPH, changed: PARAGRAPH }),
    statistics: record({ ...EVERY, ...TWO, rows: array(record({ name: string(1, 120), value: string(1, 16) }), 1, 200) }),
    site: record({ ...EVERY, version: string(1, 32), headers: array(HEADER, 1, 32), files: array(FILE, 1, 128) }),
  }),
);

export const NAMES = Object.freeze([...SHAPES.keys()]);
export const NAME = choice(...NAMES);

/**
 * The body of a statement, with bytes where JSON has base64; `type` for a kind that is not known, `malformed`.
 * @param {string} name
 * @param {unknown} body
 * @returns {Body}
 */
export function checkBody(name, body) {
  const shape = SHAPES.get(name);
  if (shape === undefined) throw new CandourError("type", "no such statement");
  const checked = shape(body);
  checkSense(name, checked);
  return checked;
}

/**
 * What a shape cannot say: spans that run backwards, two names for one thing.
 * @param {string} name
 * @param {Body} body
 */
function checkSense(name, body) {
  if ("from" in body) {
    const longest = { certificate: CERTIFICATE_DAYS, fallback: FALLBACK_DAYS }[name] ?? 2 ** 31;
    fits(0 <= body.until - body.from && body.until - body.from <= longest, "span");
  }
  // A courier's machine is online: were its key the identity as well, a thief there could sign receipts.
  if ("identity" in body) fits(compare(body.identity, body.courier) !== 0, "identity is courier");
  if (name === "certificate") fits(!body.succeeds || compare(body.succeeds, body.g) !== 0, "succeeds itself");
  if (name === "rotation") fits(compare(body.old, body.new) !== 0, "rotation to the same key");
  if ("second" in body) fits(compare(body.g, body.second) !== 0, "two guardians must sign");
  if (name === "epochs") fits(body.first + body.digests.length - 1 <= 2 ** 31 - 1, "days");
  if (name === "policy") fits(DAY_SECONDS % body.period === 0 && DAY_SECONDS % body.board_period === 0, "period");
  if (name === "calendar") checkCalendar(body.weekdays, body.away);
  if (name === "site") checkSite(body.headers, body.files);
}

/**
 * @param {[string, string][]} headers
 * @param {{ path: string }[]} files
 */
function checkSite(headers, files) {
  const names = headers.map(([key]) => key);
  fits(ascending(names) && names.includes("content-security-policy"), "headers");
  fits(ascending(files.map((one) => one.path)) && files[0]?.path === "/", "paths");
}

/** @param {string[]} texts */
function ascending(texts) {
  return texts.every((text, at) => at === 0 || text > String(texts[at - 1]));
}

/**
 * @param {number[]} weekdays
 * @param {[number, number][]} away
 */
function checkCalendar(weekdays, away) {
  fits(weekdays.every((weekday, at) => at === 0 || weekday > Number(weekdays[at - 1])), "weekdays");
  fits(away.every(([first, last]) => first <= last), "away");
}

/**
 * The last day for which an `epochs` or `fallback` statement matters; 0 for the kinds that are never left out.
 * @param {string} name
 * @param {Body} body
 * @returns {number}
 */
export function lastDay(name, body) {
  if (name === "epochs") return body.first + body.digests.length - 1;
  return name === "fallback" ? body.until : 0;
}

/**
 * The body of a statement from its fields, without `v`; `type`, `malformed`.
 * @param {string} name
 * @param {Record<string, unknown>} fields
 * @returns {Body}
 */
export function makeBody(name, fields) {
  return checkBody(name, plain({ v: 1, ...present(fields) }));
}
