/**
 * Where a case stands and what is due when, worked out on this device from what one guardian has signed: nothing is asked
 * of anybody. Pure; all days are whole UTC days since 1970.
 *
 * The clocks are those that the guardian's own tool shows (EU Directive 2019/1937, article 9): a first answer from a person
 * within 7 days of arrival, and word of what is done within 3 months of that answer, or of the day it was due. Arrival is
 * the day of the first receipt. The first reply is the first answer; the first one with the status `addressed` or
 * `concluded` is word of what is done.
 *
 * @typedef {"received" | "assessed" | "addressed" | "concluded"} State the phases of ISO 37002
 *
 * @typedef {object} Course
 * @property {readonly { state: State, day: number | null }[]} past each change of state, oldest first, the last one is the
 *   present; without a day where only later ones are known
 * @property {readonly State[]} ahead
 * @property {number | null} received day of arrival; null when no receipt is left to tell
 * @property {number | null} answered
 * @property {number | null} told
 * @property {boolean} withdrawn
 */

/** @type {readonly State[]} */
const STATES = Object.freeze(["received", "assessed", "addressed", "concluded"]);

export const ANSWER_DAYS = 7;
export const FEEDBACK_MONTHS = 3;
const DAY = 86_400_000;
const SEARCHED = 70; // days: a week that is all inside the longest usual absence

/**
 * @param {Pick<import("./threads.js").Found, "replies" | "receipts">} found both oldest first
 * @returns {Course}
 */
export function courseOf({ replies, receipts }) {
  const received = receipts[0]?.receipt.day ?? null;
  const said = replies.map(({ reply }) => reply);
  /** @type {{ state: State, day: number | null }[]} */
  const past = received === null && said.length === 0 ? [] : [{ state: "received", day: received }];
  for (const { status, day } of said) {
    if (status && status !== past.at(-1)?.state) past.push({ state: status, day });
  }
  const now = past.at(-1)?.state;
  return {
    past,
    ahead: now ? STATES.slice(STATES.indexOf(now) + 1) : STATES,
    received,
    answered: said[0]?.day ?? null,
    told: said.find(({ status }) => status === "addressed" || status === "concluded")?.day ?? null,
    withdrawn: said.some(({ withdrawn }) => withdrawn === true),
  };
}

/**
 * The two clocks. `due` is null when the day of arrival is not known any more; `done` when it has not happened.
 * @param {Course} course
 * @param {number} today
 * @returns {{ name: "answer" | "feedback", due: number | null, done: number | null, late: boolean }[]}
 */
export function clocks({ received, answered, told }, today) {
  const answer = received === null ? null : received + ANSWER_DAYS;
  const since = answered ?? answer;
  const feedback = since === null ? null : months(since, FEEDBACK_MONTHS);
  return [clock("answer", answer, answered, today), clock("feedback", feedback, told, today)];
}

/**
 * @template {"answer" | "feedback"} T
 * @param {T} name
 * @param {number | null} due
 * @param {number | null} done
 * @param {number} today
 */
function clock(name, due, done, today) {
  return { name, due, done, late: due !== null && (done ?? today) > due };
}

/**
 * The same day of a later month, or that month's last day.
 * @param {number} day
 * @param {number} count
 */
export function months(day, count) {
  const from = new Date(day * DAY);
  const target = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + count, 1);
  const last = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + count + 1, 0)).getUTCDate();
  return target / DAY + Math.min(from.getUTCDate(), last) - 1;
}

/**
 * The first day after `day` on which a guardian means to collect; null if the calendar names none, or none soon.
 * @param {import("../../../crypto/guardians.js").Calendar | null} calendar
 * @param {number} day
 */
export function nextCollection(calendar, day) {
  for (let next = day + 1; calendar && next <= day + SEARCHED; next++) {
    const away = calendar.away.some(([from, until]) => from <= next && next <= until);
    if (!away && calendar.weekdays.includes((next + 3) % 7)) return next; // 1 January 1970 was a Thursday
  }
  return null;
}
