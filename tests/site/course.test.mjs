// Where a case stands and what is due when, from signed replies and receipts alone.
import assert from "node:assert/strict";
import test from "node:test";
import { clocks, courseOf, months, nextCollection } from "../../portal/site/browser/course.js";

/** @param {string} date */
const day = (date) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

/**
 * @param {string[]} receipts days
 * @param {[string, (string | undefined)?, true?][]} replies day, status, withdrawn
 * @returns {any}
 */
function found(receipts, replies) {
  return {
    receipts: receipts.map((each) => ({ receipt: { day: day(each) } })),
    replies: replies.map(([each, status, withdrawn]) => ({ reply: { day: day(each), status, withdrawn } })),
  };
}

test("a receipt alone: it arrived, the rest is ahead, both clocks run", () => {
  const course = courseOf(found(["2026-01-05"], []));
  assert.deepEqual(course.past, [{ state: "received", day: day("2026-01-05") }]);
  assert.deepEqual(course.ahead, ["assessed", "addressed", "concluded"]);
  assert.deepEqual(clocks(course, day("2026-01-12")), [
    { name: "answer", due: day("2026-01-12"), done: null, late: false },
    { name: "feedback", due: day("2026-04-12"), done: null, late: false },
  ]);
});

test("the second clock starts with the first answer", () => {
  const course = courseOf(found(["2026-01-05"], [["2026-01-09"]]));
  assert.equal(clocks(course, day("2026-01-10"))[1]?.due, day("2026-04-09"));
});

test("a clock is late from the day after it was due", () => {
  const course = courseOf(found(["2026-01-05"], []));
  assert.deepEqual(clocks(course, day("2026-01-13")).map(({ late }) => late), [true, false]);
  assert.deepEqual(clocks(course, day("2026-04-13")).map(({ late }) => late), [true, true]);
});

test("the first receipt starts the clocks, the first reply ends the first, word of what is done the second", () => {
  const course = courseOf(found(["2026-01-05", "2026-02-01"], [["2026-01-09", "assessed"], ["2026-02-02"], ["2026-05-01", "addressed"]]));
  const [answer, feedback] = clocks(course, day("2026-05-02"));
  assert.deepEqual([answer?.done, answer?.late], [day("2026-01-09"), false]);
  assert.deepEqual([feedback?.done, feedback?.late], [day("2026-05-01"), true]);
});

test("a reply without a status is an answer, and no word of what is done", () => {
  const course = courseOf(found(["2026-01-05"], [["2026-01-09"], ["2026-01-10", "assessed"]]));
  assert.deepEqual([course.answered, course.told], [day("2026-01-09"), null]);
});

test("a conclusion is word of what is done", () => {
  assert.equal(courseOf(found(["2026-01-05"], [["2026-01-09", "concluded"]])).told, day("2026-01-09"));
});

test("what was said twice stands once; a case taken up again is shown as that", () => {
  const course = courseOf(found(["2026-01-05"], [["2026-01-06", "received"], ["2026-01-07", "concluded"], ["2026-01-08", "concluded"], ["2026-02-01", "assessed"]]));
  assert.deepEqual(course.past.map(({ state }) => state), ["received", "concluded", "assessed"]);
  assert.deepEqual(course.ahead, ["addressed", "concluded"]);
});

test("without a receipt nobody knows when it arrived: the second clock starts with the answer", () => {
  const course = courseOf(found([], [["2026-01-09", "assessed"]]));
  assert.deepEqual(course.past, [{ state: "received", day: null }, { state: "assessed", day: day("2026-01-09") }]);
  assert.deepEqual(clocks(course, day("2027-01-01")), [
    { name: "answer", due: null, done: day("2026-01-09"), late: false },
    { name: "feedback", due: day("2026-04-09"), done: null, late: true },
  ]);
});

test("erased is told", () => {
  assert.equal(courseOf(found(["2026-01-05"], [["2026-01-09", undefined, true]])).withdrawn, true);
});

test("three months end on the same day of a month, or on its last", () => {
  assert.equal(months(day("2026-01-31"), 3), day("2026-04-30"));
  assert.equal(months(day("2026-11-30"), 3), day("2027-02-28"));
  assert.equal(months(day("2027-11-30"), 3), day("2028-02-29"));
  assert.equal(months(day("2026-10-01"), 3), day("2027-01-01"));
});

/**
 * @param {number[]} weekdays
 * @param {[string, string][]} away
 * @returns {any}
 */
const calendar = (weekdays, away = []) => ({ weekdays, away: away.map(([from, until]) => [day(from), day(until)]) });

test("the next collection is after today, on a named weekday, and not while away", () => {
  const monday = day("2026-01-05");
  assert.equal(nextCollection(calendar([0, 2]), monday), day("2026-01-07"));
  assert.equal(nextCollection(calendar([0]), monday), day("2026-01-12"));
  assert.equal(nextCollection(calendar([6]), monday), day("2026-01-11"));
  assert.equal(nextCollection(calendar([0], [["2026-01-10", "2026-01-26"]]), monday), day("2026-02-02"));
});

test("who names no day, or is away for months, is not reckoned with", () => {
  assert.equal(nextCollection(null, 20_000), null);
  assert.equal(nextCollection(calendar([]), 20_000), null);
  assert.equal(nextCollection(calendar([0], [["2026-01-01", "2026-12-31"]]), day("2026-01-05")), null);
});
