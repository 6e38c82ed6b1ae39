// When slots come: the distribution of PROTOCOL section 14, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mean, wait } from "../../portal/site/browser/slots.js";

test("a wait is a fifth of the mean at least, six means at most, and the mean on average", () => {
  const count = 100_000;
  let sum = 0;
  for (let i = 1; i <= count; i++) {
    const drawn = wait(5000, i / count);
    assert.ok(drawn >= 1000 && drawn <= 30_000);
    sum += drawn;
  }
  // The cut at six means takes a little off: 5000 - 4000 exp(-29/4).
  assert.ok(Math.abs(sum / count - (5000 - 4000 * Math.exp(-7.25))) < 5);
});

test("after half an hour the mean is four times as long", () => {
  assert.equal(mean(5000, 30 * 60_000 - 1), 5000);
  assert.equal(mean(5000, 30 * 60_000), 20_000);
});
