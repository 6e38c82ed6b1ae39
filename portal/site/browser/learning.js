/**
 * "What we learned": stories and numbers that two guardians have signed. They come in the directory, which every visit
 * fetches and verifies (PROTOCOL sections 11 and 12), so that reading them asks nobody for anything. What is written in
 * them was written by others: it is set as text, and kept from turning the direction of ours.
 *
 * @typedef {import("../../../crypto/guardians.js").Directory} Directory
 * @typedef {import("../../../crypto/statement_bodies.js").Body} Body
 */

import { byId, one, onLanguage, piece, say } from "./dom.js";

/** @type {Directory | "loading" | "closed"} */
let known = "loading";

/** Says that it is being looked for, until {@link tell} or {@link close}. */
export function start() {
  onLanguage(show);
}

/** @param {Directory} directory verified, which says that both signatures are right */
export function tell(directory) {
  known = directory;
  show();
}

/** Nothing that could be shown has passed the checks. */
export function close() {
  known = "closed";
  show();
}

function show() {
  const body = byId("learning-body");
  if (known === "loading" || known === "closed") body.replaceChildren(paragraph(say(`learning.${known}`)));
  else body.replaceChildren(...parts(known));
}

/** @param {Directory} directory */
function parts(directory) {
  const [stories, statistics] = [newest(directory.stories), newest(directory.statistics)];
  if (stories.length + statistics.length === 0) return [paragraph(say("learning.empty"))];
  return [
    ...(stories.length > 0 ? [heading("learning.stories")] : []),
    ...stories.map((each) => story(each, directory)),
    ...(statistics.length > 0 ? [heading("learning.numbers")] : []),
    ...statistics.map((each) => table(each, directory)),
  ];
}

/**
 * The newest quarter first; within one, the newest statement. "2026Q1" and the like stand in order of time.
 * @param {readonly Body[]} bodies in the order of the log
 */
function newest(bodies) {
  return [...bodies].reverse().sort((a, b) => (a.quarter === b.quarter ? 0 : a.quarter < b.quarter ? 1 : -1));
}

/**
 * @param {Body} body
 * @param {Directory} directory
 */
function story(body, directory) {
  const shown = piece("piece-story");
  one(".story-title", shown).textContent = body.title;
  one(".story-quarter", shown).textContent = quarterText(body.quarter);
  for (const part of ["happened", "sense", "changed"]) one(`[data-part="${part}"]`, shown).textContent = body[part];
  one(".story-signed", shown).textContent = signers(body, directory);
  return shown;
}

/**
 * @param {Body} body
 * @param {Directory} directory
 */
function table(body, directory) {
  const shown = piece("piece-numbers");
  one("caption", shown).textContent = say("learning.table", { quarter: quarterText(body.quarter) });
  one("tbody", shown).append(...body.rows.map(row));
  one(".story-signed", shown).textContent = signers(body, directory);
  return shown;
}

/** @param {{ name: string, value: string }} row */
function row({ name, value }) {
  const line = document.createElement("tr");
  const head = document.createElement("th");
  const cell = document.createElement("td");
  head.scope = "row";
  for (const [place, text] of /** @type {const} */ ([[head, name], [cell, value]])) {
    place.dir = "auto";
    place.textContent = text;
  }
  line.append(head, cell);
  return line;
}

/**
 * Who signed, by role and name. A signer whose certificate has ended since did sign.
 * @param {Body} body
 * @param {Directory} directory
 */
function signers(body, directory) {
  const [one_, two] = [body.g, body.second].map((g) => {
    const { role, name } = directory.guardian(g);
    return `\u2068${role}\u2069, \u2068${name}\u2069`;
  });
  return say("learning.signed", { one: one_ ?? "", two: two ?? "" });
}

/** @param {string} quarter "2026Q1" */
function quarterText(quarter) {
  return say("learning.quarter", { year: quarter.slice(0, 4), number: quarter.slice(5) });
}

/** @param {string} key */
function heading(key) {
  const made = document.createElement("h2");
  made.textContent = say(key);
  return made;
}

/** @param {string} text */
function paragraph(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
