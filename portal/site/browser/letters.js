/**
 * From what a person wrote to the plaintexts that the sender seals: one letter for each guardian addressed, all with the
 * same message id, salt and text (PROTOCOL sections 5 to 7). Pure but for the random id and salt.
 *
 * @typedef {object} Writing
 * @property {"concern" | "more" | "withdraw" | "feedback"} type
 * @property {Uint8Array} root the reporter's root, 32 bytes, secret
 * @property {Uint8Array} organisation 32 bytes
 * @property {readonly import("./guardians.js").Guardian[]} to
 * @property {readonly Uint8Array[]} exclude
 * @property {string} language
 * @property {readonly [string, string][]} sections name and text; empty ones are left out
 * @property {Record<string, string | string[]>} [choices]
 * @property {readonly import("../../../crypto/attachment.js").Manifest[]} [attachments] of files that have been sent
 * @property {Uint8Array} [answersTo] message id of the reply that is answered
 *
 * @typedef {{ g: string, name: string, plaintexts: Uint8Array[], head: Uint8Array, rest: Uint8Array }} Letter
 */

import { split } from "../../../crypto/cell.js";
import { b64, random } from "../../../crypto/encoding.js";
import { compose } from "../../../crypto/message.js";
import { holderKey, threadSecret } from "../../../crypto/thread.js";

const PART = 2_900; // bytes of text in a part, rounded down
export const MOST = 15 * PART; // bytes of text that fit whatever stands in the head: fifteen whole parts

/**
 * Bytes of text that fit into a message to so many guardians, where all its copies together have so many cells.
 * @param {number} room cells
 * @param {number} guardians
 */
export function most(room, guardians) {
  return Math.min(MOST, PART * (Math.floor(room / Math.max(1, guardians)) - 1));
}

/**
 * @param {Writing} writing
 * @returns {Letter[]}
 */
export function write(writing) {
  const message = random(16);
  const salt = random(16);
  const sections = writing.sections.filter(([, text]) => text !== "");
  return writing.to.map((guardian) => {
    const { g, name } = guardian;
    const [head, rest] = compose(headOf(writing, guardian, salt), sections, [...(writing.attachments ?? [])]);
    const plaintexts = split(threadSecret(writing.root, g), message, head, rest);
    return { g: b64(g), name, plaintexts, head, rest };
  });
}

/**
 * How many bytes of text are too many; 0 if all fits.
 * @param {readonly [string, string][]} sections
 * @param {number} [more] bytes that files take
 * @param {number} [limit] bytes that fit
 */
export function excess(sections, more = 0, limit = MOST) {
  const bytes = sections.reduce((sum, [, text]) => sum + new TextEncoder().encode(text).length, more);
  return Math.max(0, bytes - limit);
}

/**
 * Text as it can be sent: a half emoji, which no encoding can hold, becomes a replacement mark, and null goes.
 * @param {string} text
 */
export function sendable(text) {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text)).replaceAll("\0", "");
}

/**
 * @param {Writing} writing
 * @param {import("./guardians.js").Guardian} guardian
 * @param {Uint8Array} salt
 */
function headOf(writing, guardian, salt) {
  const succeeds = predecessors(guardian).map((g) => ({ g, thread: threadSecret(writing.root, g) }));
  return {
    type: writing.type,
    organisation: writing.organisation,
    to: writing.to.map((each) => each.g),
    exclude: [...writing.exclude],
    holder: holderKey(writing.root, guardian.g),
    salt,
    language: writing.language,
    ...(writing.choices && Object.keys(writing.choices).length > 0 ? { choices: writing.choices } : {}),
    ...(writing.answersTo ? { answers_to: writing.answersTo } : {}),
    ...(succeeds.length > 0 ? { succeeds } : {}),
  };
}

/**
 * Whom a guardian succeeds, by its certificates: it needs their threads to find the case again.
 * @param {import("./guardians.js").Guardian} guardian
 * @returns {Uint8Array[]}
 */
function predecessors(guardian) {
  const found = new Map(guardian.certificates.flatMap(({ succeeds }) => (succeeds ? [[b64(succeeds), succeeds]] : [])));
  return [...found.values()].slice(0, 8);
}
