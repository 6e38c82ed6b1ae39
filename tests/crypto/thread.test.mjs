// Key derivation and the keys of a thread, against Node's own HKDF.
import assert from "node:assert/strict";
import { createHash, hkdfSync } from "node:crypto";
import { test } from "node:test";

import { concat, utf8 } from "../../crypto/encoding.js";
import * as kdf from "../../crypto/kdf.js";
import * as signing from "../../crypto/signing.js";
import * as thread from "../../crypto/thread.js";
import { noise, refused } from "./help.mjs";

/**
 * @param {Uint8Array} secret
 * @param {string} label
 * @param {Uint8Array} context
 * @param {number} size
 */
const hkdf = (secret, label, context, size) =>
  new Uint8Array(hkdfSync("sha256", secret, "", concat(utf8(`candour/v1/${label}`), context), size));
/** @param {...Uint8Array} parts */
const sha256 = (...parts) => new Uint8Array(createHash("sha256").update(concat(...parts)).digest());

test("derive is RFC 5869", () => {
  for (let size = 1; size < 200; size += 13) {
    const [secret, context] = [noise(size % 60), noise(size % 50)];
    assert.deepEqual(kdf.derive(secret, "label/x", context, size), hkdf(secret, "label/x", context, size));
    assert.deepEqual(kdf.expand(kdf.extract(secret), "a", context, size), hkdf(secret, "a", context, size));
  }
});

test("names", () => {
  const data = noise(100);
  assert.deepEqual(kdf.sha256(data), sha256(data));
  assert.deepEqual(kdf.name(data), sha256(data).slice(0, 16));
  assert.equal(kdf.hexname(data), Buffer.from(sha256(data)).toString("hex").slice(0, 32));
});

test("the keys of a thread are as defined", () => {
  const [root, g, none] = [noise(32), noise(16), new Uint8Array(0)];
  const secret = thread.threadSecret(root, g);
  const board = thread.boardSecret(secret);
  assert.deepEqual(secret, hkdf(root, "thread", g, 32));
  assert.deepEqual(board, hkdf(secret, "board", none, 32));
  assert.deepEqual(thread.threadId(board), sha256(utf8("candour/v1/thread-id"), board).slice(0, 16));
  assert.deepEqual(thread.holderSeed(root, g), hkdf(root, "holder", g, 32));
  assert.deepEqual(thread.holderKey(root, g), signing.publicKey(thread.holderSeed(root, g)));
  assert.deepEqual(thread.organisationId(root), sha256(utf8("candour/v1/organisation"), root));
});

test("keys of another size are refused", () => {
  for (const wrong of [0, 15, 31, 33].map(noise)) {
    for (const call of [thread.boardSecret, thread.threadId, thread.organisationId]) refused("size", () => call(wrong));
    for (const derive of [thread.threadSecret, thread.holderSeed, thread.holderKey]) {
      refused("size", () => derive(wrong, noise(16)));
      refused("size", () => derive(noise(32), wrong));
    }
  }
});
