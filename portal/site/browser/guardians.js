/**
 * The guardians of the verified directory, as the page shows them and offers them for choice.
 *
 * @typedef {import("../../../crypto/guardians.js").Directory} Directory
 * @typedef {import("../../../crypto/guardians.js").Guardian} Guardian
 */

import { b64 } from "../../../crypto/encoding.js";
import { ANSWER_DAYS, FEEDBACK_MONTHS, months, nextCollection } from "./course.js";
import { all, dayText, inWords, one, piece, say, show, weekdayText } from "./dom.js";
import { harmless } from "./foreign.js";
import { choose } from "./keys.js";

const QUIET = 14; // days without collecting, from when the page says so

/**
 * What the sender needs of a directory.
 * @param {Directory} directory
 * @returns {Map<string, import("./keys.js").GuardianKeys>}
 */
export function keyTable(directory) {
  return new Map(
    directory.guardians
      .filter((guardian) => guardian.validToday)
      .map((guardian) => [b64(guardian.g), { epochs: guardian.epochs, fallbacks: fallbacks(guardian) }]),
  );
}

/**
 * Those who hold a valid certificate today, each with whether there is a key to write to.
 * @param {Directory} directory
 * @param {number} today
 */
export function listed(directory, today) {
  const table = keyTable(directory);
  return directory.guardians
    .filter((guardian) => guardian.validToday)
    .map((guardian) => ({ guardian, id: b64(guardian.g), reachable: choose(table, b64(guardian.g), today) !== null }));
}

/**
 * Fills every list of guardians within an element.
 * @param {ParentNode} within
 * @param {Directory} directory
 * @param {number} today
 */
export function describe(within, directory, today) {
  for (const place of all(".who", within)) {
    place.replaceChildren(...listed(directory, today).map(({ guardian, reachable }) => card(guardian, today, reachable)));
  }
}

/**
 * Fills a list with what some guardians are expected to do with what was sent today, and by when.
 * @param {HTMLElement} place
 * @param {readonly Guardian[]} some
 * @param {number} today
 */
export function expect(place, some, today) {
  place.replaceChildren(...some.map((guardian) => expected(guardian, today)));
}

/**
 * Whom to write to so that it comes to a guardian's case: the guardian, or who took the work over; in base64.
 * @param {Directory} directory
 * @param {Guardian} guardian
 * @param {number} today
 * @returns {string[]}
 */
export function writable(directory, guardian, today) {
  const id = b64(guardian.g);
  const reachable = listed(directory, today).filter((each) => each.reachable);
  if (reachable.some((each) => each.id === id)) return [id];
  return reachable.filter((each) => each.guardian.certificates.some(({ succeeds }) => succeeds && b64(succeeds) === id)).map((each) => each.id);
}

/**
 * @param {Guardian} guardian
 * @param {number} today
 */
function expected(guardian, today) {
  const shown = piece("piece-expected");
  one(".guardian-name", shown).textContent = harmless(guardian.name);
  one(".guardian-role", shown).textContent = harmless(guardian.role);
  const collected = nextCollection(guardian.calendar, today);
  one(".guardian-days", shown).textContent = collected === null ? say("guardian.unsure") : sayDays(guardian, today, true);
  const by = (/** @type {number} */ day) => say("guardian.by", { day: dayText(day) });
  const days =
    collected === null ? [] : [dayText(collected), say("guardian.from", { day: dayText(collected + 1) }), by(collected + ANSWER_DAYS), by(months(collected + ANSWER_DAYS, FEEDBACK_MONTHS))];
  for (const [at, place] of all(".stage-day", shown).entries()) place.textContent = days[at] ?? "";
  show(one(".stages", shown), collected !== null);
  return shown;
}

/**
 * Fills a fieldset with a box to tick for each of some guardians; boxes that are there already keep their ticks.
 * @param {HTMLElement} fieldset
 * @param {readonly { guardian: Guardian, id: string, reachable: boolean }[]} offered
 * @param {number} today
 */
export function offer(fieldset, offered, today) {
  const ticked = new Set(chosen(fieldset));
  one(".choices", fieldset).replaceChildren(
    ...offered.map((each) => choice(fieldset.id, each, ticked.has(each.id), today)),
  );
}

/**
 * The g, in base64, of the boxes ticked in a fieldset, in the directory's order.
 * @param {HTMLElement} fieldset
 * @returns {string[]}
 */
export function chosen(fieldset) {
  return all("input:checked", fieldset).map((box) => box.dataset.g ?? "");
}

/** @param {Guardian} guardian */
function fallbacks(guardian) {
  return guardian.fallbacks.flatMap(({ firstDay, lastDay, key }) =>
    key ? [{ from: firstDay, until: lastDay, key }] : [],
  );
}

/**
 * @param {Guardian} guardian
 * @param {number} today
 * @param {boolean} reachable
 */
function card(guardian, today, reachable) {
  const shown = piece("piece-guardian");
  one(".guardian-name", shown).textContent = harmless(guardian.name);
  one(".guardian-role", shown).textContent = harmless(guardian.role);
  one(".guardian-days", shown).textContent = sayDays(guardian, today, reachable);
  return shown;
}

/**
 * @param {string} group
 * @param {{ guardian: Guardian, id: string, reachable: boolean }} each
 * @param {boolean} ticked
 * @param {number} today
 */
function choice(group, { guardian, id, reachable }, ticked, today) {
  const shown = piece("piece-choice");
  const box = /** @type {HTMLInputElement} */ (one("input", shown));
  const hint = one(".govuk-hint", shown);
  box.id = `${group}-${id}`;
  box.dataset.g = id;
  box.checked = ticked && reachable;
  box.disabled = !reachable;
  hint.id = `${box.id}-hint`;
  box.setAttribute("aria-describedby", hint.id);
  one("label", shown).setAttribute("for", box.id);
  one(".guardian-name", shown).textContent = harmless(guardian.name);
  one(".guardian-role", shown).textContent = harmless(guardian.role);
  hint.textContent = sayDays(guardian, today, reachable);
  return shown;
}

/**
 * @param {Guardian} guardian
 * @param {number} today
 * @param {boolean} reachable
 * @returns {string}
 */
export function sayDays(guardian, today, reachable) {
  const { calendar, headDay } = guardian;
  const said = [reachable ? "" : say("guardian.cannot")];
  if (calendar && calendar.weekdays.length > 0) {
    said.push(say("guardian.collects", { days: inWords(calendar.weekdays.map(weekdayText)) }));
  } else said.push(say("guardian.no_days"));
  said.push(headDay === null ? say("guardian.never") : say("guardian.last", { day: dayText(headDay) }));
  if (headDay !== null && today - headDay > QUIET) said.push(say("guardian.stale", { days: today - headDay }));
  for (const [from, until] of calendar?.away ?? []) {
    if (until >= today) said.push(say("guardian.away", { from: dayText(from), until: dayText(until) }));
  }
  return said.filter((each) => each !== "").join(" ");
}
