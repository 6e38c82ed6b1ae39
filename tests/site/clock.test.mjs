// A clock that is wrong enough to lose a report is told from one that is merely not exact.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, dayOf } from "../../portal/site/browser/clock.js";

const START = 20_000 * 86_400;
const DAY = 86_400;

test("inside the period, or an hour off, is right", () => {
  for (const now of [START, START + DAY - 1, START - 3600, START + DAY + 3600]) assert.equal(compare(now, START, DAY), "right");
});

test("up to a day beyond is off: keys still fit", () => {
  for (const now of [START - 3601, START - DAY, START + 2 * DAY]) assert.equal(compare(now, START, DAY), "off");
});

test("more is wrong, in both directions", () => {
  for (const now of [START - DAY - 3601, START + 2 * DAY + 3601]) assert.equal(compare(now, START, DAY), "wrong");
});

test("days begin at midnight UTC", () => {
  assert.deepEqual([dayOf(START - 1), dayOf(START)], [19_999, 20_000]);
});
