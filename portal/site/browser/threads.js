/**
 * What the board holds for one codename: replies and receipts of every guardian, found and checked here, in the browser.
 * Nobody is asked, since everybody has the whole board (PROTOCOL sections 8 and 9). Pure.
 *
 * @typedef {import("./guardians.js").Guardian} Guardian
 * @typedef {import("./guardians.js").Directory} Directory
 * @typedef {import("../../../crypto/reply.js").Reply} Reply
 * @typedef {import("../../../crypto/receipt.js").Receipt} Receipt
 *
 * @typedef {object} Found what came from one guardian
 * @property {Guardian} guardian
 * @property {{ message: Uint8Array, reply: Reply, by: Guardian }[]} replies oldest first; `by` signed it, who is another
 *   guardian when the thread was handed over
 * @property {{ payload: Uint8Array, receipt: Receipt }[]} receipts oldest first
 * @property {{ have: number, of: number }[]} halves messages of which parts are still missing
 * @property {string[]} refused codes of what claimed to be from this guardian and did not verify
 */

import * as board from "../../../crypto/board.js";
import { CandourError } from "../../../crypto/errors.js";
import * as receipts from "../../../crypto/receipt.js";
import * as replies from "../../../crypto/reply.js";
import { boardSecret, threadId, threadSecret } from "../../../crypto/thread.js";

/**
 * @param {Uint8Array} root the reporter's, 32 bytes
 * @param {Directory} directory
 * @param {readonly Uint8Array[]} cells of the whole board
 * @param {number} today
 * @param {() => Promise<void>} breathe lets the page live between guardians
 * @returns {Promise<Found[]>} one for each guardian of the directory, with or without anything found
 */
export async function gather(root, directory, cells, today, breathe) {
  const found = [];
  for (const guardian of directory.guardians) {
    found.push(ofOne(root, guardian, directory, cells, today));
    await breathe();
  }
  return found;
}

/**
 * @param {Found} found
 * @returns {boolean} whether there is anything to tell
 */
export function isEmpty(found) {
  return found.replies.length + found.receipts.length + found.halves.length + found.refused.length === 0;
}

/**
 * @param {Uint8Array} root
 * @param {Guardian} guardian
 * @param {Directory} directory
 * @param {readonly Uint8Array[]} cells
 * @param {number} today
 * @returns {Found}
 */
function ofOne(root, guardian, directory, cells, today) {
  const secret = boardSecret(threadSecret(root, guardian.g));
  const thread = threadId(secret);
  const parts = board.find(cells, board.tags(secret, today));
  /** @type {Found} */
  const found = { guardian, replies: [], receipts: [], halves: [], refused: [] };
  for (const group of board.groups(parts)) {
    try {
      take(found, group, directory, thread, today);
    } catch (error) {
      if (!(error instanceof CandourError)) throw error;
      found.refused.push(error.code);
    }
  }
  found.replies.sort((a, b) => a.reply.day - b.reply.day);
  found.receipts.sort((a, b) => a.receipt.day - b.receipt.day);
  return found;
}

/**
 * @param {Found} found
 * @param {import("../../../crypto/board.js").BoardPart[]} group
 * @param {Directory} directory
 * @param {Uint8Array} thread
 * @param {number} today
 */
function take(found, group, directory, thread, today) {
  const payload = board.join(group);
  const [first] = group;
  if (!first) return;
  if (payload === null) {
    found.halves.push({ have: new Set(group.map(({ part }) => part)).size, of: first.parts });
  } else if (first.kind === board.REPLY) {
    const reply = replies.readReply(payload, directory, thread, today);
    found.replies.push({ message: first.message, reply, by: directory.guardian(reply.g) });
  } else {
    found.receipts.push({ payload, receipt: receipts.read(payload, directory, thread, today) });
  }
}
