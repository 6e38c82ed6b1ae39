// Proof of work: the price asked is the price paid, and nobody can ask for more than 14 bits.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { readUint, uint } from "../../crypto/encoding.js";
import * as work from "../../crypto/work.js";
import { noise, refused } from "./help.mjs";

/** @param {Uint8Array} beacon @param {Uint8Array} name @param {Uint8Array} nonce */
function zeros(beacon, name, nonce) {
  const digest = createHash("sha256").update("candour/v1/work").update(beacon).update(name).update(nonce).digest("hex");
  return 256 - BigInt(`0x${digest}`).toString(2).length;
}

test("the smallest nonce that fits is found", () => {
  for (let bits = 0; bits <= 10; bits++) {
    const [beacon, name] = [noise(16), noise(16)];
    const nonce = work.solve(beacon, name, bits);
    assert.ok(zeros(beacon, name, nonce) >= bits);
    for (let number = 0; number < readUint(nonce); number++) assert.ok(zeros(beacon, name, uint(number, 8)) < bits);
  }
});

test("steps let a page breathe, and end with the same nonce", () => {
  const [beacon, name] = [noise(16), noise(16)];
  const steps = work.solving(beacon, name, 12);
  let count = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) count++;
  assert.deepEqual(step.value, work.solve(beacon, name, 12));
  assert.equal(count, Math.floor(readUint(step.value) / 256));
});

test("a nonce is worth its zeros and no more", () => {
  for (let round = 0; round < 50; round++) {
    const [beacon, name, nonce] = [noise(16), noise(16), noise(8)];
    const worth = zeros(beacon, name, nonce);
    for (let bits = 0; bits <= 14; bits++) assert.equal(work.check(beacon, name, nonce, bits), bits <= worth);
  }
});

test("sizes and limits", () => {
  const good = noise(16);
  for (const size of [0, 7, 9]) assert.equal(work.check(good, good, noise(size), 0), false);
  for (const size of [0, 15, 17, 32]) {
    refused("size", () => work.solve(noise(size), good, 0));
    refused("size", () => work.check(good, noise(size), noise(8), 0));
  }
  for (const bits of [-1, 15, 256, 0.5, NaN]) {
    refused("limit", () => work.solve(good, good, bits));
    refused("limit", () => work.check(good, good, noise(8), bits));
  }
});
