/**
 * Shows what was found on the board. Every word of it was written by somebody else, so it is set as text and isolated
 * from its surroundings, whatever its direction.
 *
 * @typedef {import("./threads.js").Found} Found
 * @typedef {import("./threads.js").Reply} Reply
 * @typedef {import("./threads.js").Guardian} Guardian
 * @typedef {Found["replies"][number]} Entry
 */

import { b64 } from "../../../crypto/encoding.js";
import { dayText, one, piece, say, show } from "./dom.js";
import { harmless, isolate } from "./foreign.js";
import { saveReceipt } from "./keep.js";

const LOST_DAYS = 60; // as long as replies can be read: whoever comes later has been told by an empty inbox

/**
 * What is half here, lost, asked to be sent again, or refused: each with one next step.
 * @param {HTMLElement} place
 * @param {Found[]} found
 * @param {readonly Guardian[]} guardians all of them, since who lost a message cannot answer it
 * @param {number} today
 * @param {(guardian: Guardian) => (() => void) | null} again how to write to a guardian again; null where there is no way
 */
export function showNotices(place, found, guardians, today, again) {
  const resend = (/** @type {Guardian} */ guardian, /** @type {string} */ text) => [notice(text, again(guardian))];
  place.replaceChildren(
    ...guardians.flatMap((guardian) => sayLost(guardian, today).flatMap((text) => resend(guardian, text))),
    ...found.flatMap((each) => openPartials(each).flatMap((partial) => resend(each.guardian, sayPartial(each.guardian, partial)))),
    ...found.flatMap(({ guardian, halves, refused }) => {
      const name = isolate(guardian.name);
      const half = halves.map((each) => say("reply.half", { name, ...each }));
      return [...half, ...[...new Set(refused)].map((code) => say("reply.refused", { name, code }))].map((text) => notice(text, null));
    }),
  );
}

/**
 * @param {HTMLElement} place
 * @param {Found[]} found
 * @param {number} today
 * @param {(guardian: Guardian, entry: Entry) => (() => void) | null} answer how to answer what a reply asks
 */
export function showReplies(place, found, today, answer) {
  const inOrder = found
    .flatMap(({ guardian, replies }) => replies.map((entry) => ({ guardian, entry })))
    .sort((a, b) => a.entry.reply.day - b.entry.reply.day);
  place.replaceChildren(...inOrder.map(({ guardian, entry }) => article(guardian, entry, today, answer(guardian, entry))));
}

/**
 * @param {HTMLElement} place
 * @param {Found[]} found
 */
export function showReceipts(place, found) {
  const lines = found.flatMap(({ guardian, receipts }) =>
    receipts.map(({ payload, receipt }) => {
      const values = { name: isolate(guardian.name), day: dayText(receipt.day) };
      return receiptLine(say(`reply.receipt_${receipt.how}`, values), payload, guardian.name);
    }),
  );
  place.replaceChildren(...lines);
}

/**
 * Pieces of a message that a guardian misses and has not answered since.
 * @param {Found} found
 */
function openPartials({ replies, receipts }) {
  return replies.flatMap(({ reply }) => {
    const since = [...replies.map((each) => each.reply).filter((each) => !each.partial), ...receipts.map(({ receipt }) => receipt)];
    return reply.partial && !since.some(({ day }) => day > reply.day) ? [reply.partial] : [];
  });
}

/**
 * @param {string} text
 * @param {(() => void) | null} again
 */
function notice(text, again) {
  const shown = piece("piece-told");
  one(".told", shown).textContent = text;
  const button = one("button", shown);
  show(button, again !== null);
  if (again) button.addEventListener("click", again);
  return shown;
}

/**
 * @param {Guardian} guardian whose thread it is
 * @param {Entry} entry
 * @param {number} today
 * @param {(() => void) | null} answer
 */
function article(guardian, { reply, by }, today, answer) {
  const shown = piece("piece-reply");
  one(".reply-role", shown).textContent = harmless(by.role);
  one(".reply-name", shown).textContent = harmless(by.name);
  one(".reply-day", shown).textContent = say("reply.day", { day: dayText(reply.day) });
  one(".reply-handed", shown).textContent = b64(by.g) === b64(guardian.g) ? "" : say("reply.handed", { name: isolate(guardian.name) });
  one(".reply-status", shown).textContent = reply.status ? say(`reply.${reply.status}`) : "";
  const text = one(".reply-text", shown);
  text.textContent = reply.text;
  text.lang = reply.language;
  one(".reply-next", shown).textContent = reply.next ? sayNext(reply.next, today) : "";
  one(".reply-ask", shown).textContent = sayAsk(isolate(by.name), reply);
  const button = one("[data-answer-it]", shown);
  show(button, answer !== null);
  if (answer) button.addEventListener("click", answer);
  return shown;
}

/**
 * @param {{ day: number, what: string }} next
 * @param {number} today
 */
function sayNext({ day, what }, today) {
  return say(day < today ? "reply.overdue" : "reply.next", { day: dayText(day), what: isolate(what) });
}

/**
 * @param {Guardian} guardian
 * @param {number} today
 */
function sayLost({ name, lost }, today) {
  return lost
    .filter(([, until]) => until >= today - LOST_DAYS)
    .map(([from, until]) => say("reply.lost", { name: isolate(name), from: dayText(from), until: dayText(until) }));
}

/**
 * @param {Guardian} guardian
 * @param {{ have: readonly number[], parts: number }} partial
 */
function sayPartial({ name }, { have, parts }) {
  return say("reply.partial", { name: isolate(name), have: have.length, parts });
}

/**
 * @param {string} name
 * @param {Reply} reply
 */
function sayAsk(name, reply) {
  const said = reply.partial ? [say("reply.asks_again", { name })] : [];
  if (reply.ask) said.push(say(reply.ask === "feedback" ? "reply.feedback" : "reply.check_in", { name }));
  if (reply.withdrawn) said.push(say("reply.withdrawn"));
  return said.join(" ");
}

/**
 * @param {string} text
 * @param {Uint8Array} payload
 * @param {string} name
 */
function receiptLine(text, payload, name) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = say("inbox.receipt_save");
  button.addEventListener("click", () => saveReceipt(payload, name));
  line.append(`${text} `, button);
  return line;
}
