/**
 * Replies from a guardian, signed, in board messages of kind 1 (PROTOCOL section 9).
 *
 * A reply never quotes what the reporter wrote: whoever extorts a codename would read it.
 */

import { array, choice, constant, day, fits, integer, pattern, raw, record, string } from "./fields.js";
import { readDocument, signDocument } from "./signed.js";

/**
 * What a guardian says. `thread` is the thread id, 16 bytes; `text` 0 to 24,000 bytes; `answers` message ids; `next` what
 * happens by which day; `partial` which parts of a message arrived, so that the reporter may send the others again.
 * @typedef {{ organisation: Uint8Array, g: Uint8Array, thread: Uint8Array, day: number, language: string, text: string,
 *   status?: "received" | "assessed" | "addressed" | "concluded", next?: { day: number, what: string },
 *   answers?: Uint8Array[], partial?: { message: Uint8Array, have: number[], parts: number },
 *   ask?: "check-in" | "feedback", withdrawn?: true }} Reply
 */

export const NAME = "reply";

const SHAPE = record(
  {
    v: constant(1),
    organisation: raw(32),
    g: raw(16),
    thread: raw(16),
    day,
    language: pattern("[a-z-]{2,12}"),
    text: string(0, 24_000),
  },
  {
    status: choice("received", "assessed", "addressed", "concluded"),
    next: record({ day, what: string(1, 500) }),
    answers: array(raw(16), 1, 16),
    partial: record({ message: raw(16), have: array(integer(0, 15), 0, 16), parts: integer(1, 16) }),
    ask: choice("check-in", "feedback"),
    withdrawn: constant(true),
  },
);

/**
 * Signs a reply with the identity seed (32 bytes): a payload for `board.split`; `malformed`, `limit`.
 * @param {Reply} reply
 * @param {Uint8Array} identitySeed
 * @returns {Uint8Array}
 */
export function signReply(reply, identitySeed) {
  return signDocument(NAME, checkReply, reply, identitySeed);
}

/**
 * Reads and verifies a reply in one's thread (id, 16 bytes); errors and their order as `signed.readDocument`.
 * @param {Uint8Array} payload
 * @param {import("./guardians.js").Directory} directory
 * @param {Uint8Array} thread
 * @param {number} today
 * @returns {Reply}
 */
export function readReply(payload, directory, thread, today) {
  return readDocument(NAME, checkReply, payload, directory, thread, today)[0];
}

/**
 * @param {unknown} value
 * @returns {Reply}
 */
function checkReply(value) {
  /** @type {Reply} */
  const document = SHAPE(value);
  if (document.partial !== undefined) {
    const { have, parts } = document.partial;
    fits(have.every((part, at) => at === 0 || part > Number(have[at - 1])), "parts in order");
    fits(have.every((part) => part < parts), "part numbers");
  }
  return document;
}
