/**
 * Shows where each case stands: the states with their days, what is still ahead, and both clocks in plain words, for
 * every guardian of whom something was found.
 *
 * @typedef {import("./threads.js").Found} Found
 */

import { clocks, courseOf } from "./course.js";
import { dayText, one, piece, say } from "./dom.js";
import { harmless } from "./foreign.js";

/**
 * @param {HTMLElement} place
 * @param {Found[]} found
 * @param {number} today
 */
export function showStanding(place, found, today) {
  const shown = found.filter(({ replies, receipts }) => replies.length + receipts.length > 0);
  place.replaceChildren(...shown.map((each) => standing(each, today)));
}

/**
 * @param {Found} found
 * @param {number} today
 */
function standing(found, today) {
  const course = courseOf(found);
  const shown = piece("piece-standing");
  one(".guardian-role", shown).textContent = harmless(found.guardian.role);
  one(".guardian-name", shown).textContent = harmless(found.guardian.name);
  const past = course.past.map(({ state, day }, at) => stage(state, day === null ? say("course.unknown") : dayText(day), at === course.past.length - 1 ? "now" : "past"));
  const ahead = course.ahead.map((state) => stage(state, say("course.ahead"), "ahead"));
  one(".stages", shown).append(...past, ...ahead);
  const said = course.withdrawn ? [say("reply.withdrawn")] : clocks(course, today).map(sayClock);
  one(".clocks", shown).append(...said.filter((each) => each !== "").map(line));
  return shown;
}

/**
 * @param {string} state
 * @param {string} when
 * @param {"past" | "now" | "ahead"} look
 */
function stage(state, when, look) {
  const shown = piece("piece-stage");
  shown.classList.add(`stage-${look}`);
  if (look === "now") shown.setAttribute("aria-current", "step");
  one(".stage-name", shown).textContent = say(`course.${state}`);
  one(".stage-day", shown).textContent = when;
  return shown;
}

/** @param {ReturnType<typeof clocks>[number]} clock */
function sayClock({ name, due, done, late }) {
  if (done !== null) return say(`course.${name}_${late ? "done_late" : "done"}`, { day: dayText(done), due: dayText(due ?? done) });
  return due === null ? "" : say(`course.${name}_${late ? "late" : "due"}`, { day: dayText(due) });
}

/** @param {string} text */
function line(text) {
  const shown = document.createElement("p");
  shown.textContent = text;
  return shown;
}
