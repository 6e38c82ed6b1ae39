/**
 * Shows what was found on the board. Every word of it was written by somebody else, so it is set as text and isolated
 * from its surroundings, whatever its direction.
 *
 * @typedef {import("./threads.js").Found} Found
 * @typedef {import("./threads.js").Reply} Reply
 */

import { dayText, one, piece, say } from "./dom.js";
import { saveReceipt } from "./keep.js";

const LOST_DAYS = 60; // as long as replies can be read: whoever comes later has been told by an empty inbox

/**
 * What is half here, lost, asked to be sent again, or refused: each with one next step.
 * @param {HTMLElement} place
 * @param {Found[]} found
 * @param {readonly import("./guardians.js").Guardian[]} guardians all of them, since who lost a message cannot answer it
 * @param {number} today
 */
export function showNotices(place, found, guardians, today) {
  const texts = found.flatMap(({ guardian, halves, refused, replies }) => {
    const name = isolate(guardian.name);
    return [
    ...replies.flatMap(({ reply }) => (reply.partial ? [sayPartial(name, reply.partial)] : [])),
    ...halves.map((half) => say("reply.half", { name, ...half })),
    ...[...new Set(refused)].map((code) => say("reply.refused", { name, code })),
    ];
  });
  const lost = guardians.flatMap((guardian) => sayLost(guardian, today));
  place.replaceChildren(...[...lost, ...texts].map(notice));
}

/**
 * @param {HTMLElement} place
 * @param {Found[]} found
 * @param {number} today
 */
export function showReplies(place, found, today) {
  const inOrder = found
    .flatMap(({ guardian, replies }) => replies.map(({ reply }) => ({ guardian, reply })))
    .sort((a, b) => a.reply.day - b.reply.day);
  place.replaceChildren(...inOrder.map(({ guardian, reply }) => article(guardian, reply, today)));
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
 * Others' words inside a sentence of ours, kept from turning its direction.
 * @param {string} text
 */
function isolate(text) {
  return `\u2068${text}\u2069`;
}

/** @param {string} text */
function notice(text) {
  const shown = piece("piece-notice");
  shown.textContent = text;
  return shown;
}

/**
 * @param {import("./guardians.js").Guardian} guardian
 * @param {Reply} reply
 * @param {number} today
 */
function article(guardian, reply, today) {
  const shown = piece("piece-reply");
  one(".reply-from", shown).textContent = `${isolate(guardian.role)}, ${isolate(guardian.name)}`;
  one(".reply-day", shown).textContent = say("reply.day", { day: dayText(reply.day) });
  one(".reply-status", shown).textContent = reply.status ? say(`reply.${reply.status}`) : "";
  const text = one(".reply-text", shown);
  text.textContent = reply.text;
  text.lang = reply.language;
  one(".reply-next", shown).textContent = reply.next ? sayNext(reply.next, today) : "";
  one(".reply-ask", shown).textContent = sayAsk(isolate(guardian.name), reply);
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
 * @param {import("./guardians.js").Guardian} guardian
 * @param {number} today
 */
function sayLost({ name, lost }, today) {
  return lost
    .filter(([, until]) => until >= today - LOST_DAYS)
    .map(([from, until]) => say("reply.lost", { name: isolate(name), from: dayText(from), until: dayText(until) }));
}

/**
 * @param {string} name
 * @param {{ have: readonly number[], parts: number }} partial
 */
function sayPartial(name, { have, parts }) {
  return say("reply.partial", { name, have: have.length, parts });
}

/**
 * @param {string} name
 * @param {Reply} reply
 */
function sayAsk(name, reply) {
  const said = [];
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
