// Sealing: opens for the one key and info, for nothing else; unusable keys are refused.
import assert from "node:assert/strict";
import { test } from "node:test";

import { concat, utf8 } from "../../crypto/encoding.js";
import * as hpke from "../../crypto/hpke.js";
import { changed, item, noise, refused } from "./help.mjs";

const SEED = hpke.generateSeed();
const KEY = hpke.publicKey(SEED);
const INFO = utf8("info");
const TEXT = utf8("text");
const P = 2n ** 255n - 19n;
const ORDER_8 = 325606250916557431795983626356110631294008115727848805560023387167927233504n;
const ORDER_8_TOO = 39382357235489614581723060781553021112529911719440698176882885853963445705823n;
// The X25519 keys with which every result is zero: order 1, 2, 4 and 8, and the same above p.
const ZERO = [0n, 1n, ORDER_8, ORDER_8_TOO, P - 1n, P, P + 1n].map(
  (value) => new Uint8Array(Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse()),
);

test("what is sealed opens", () => {
  for (const size of [0, 1, 1000, 5000]) {
    const seed = hpke.generateSeed();
    const plaintext = noise(size);
    const sealed = hpke.seal(hpke.publicKey(seed), INFO, plaintext);
    assert.equal(sealed.length, size + 1136);
    assert.deepEqual(hpke.open(seed, INFO, sealed), plaintext);
    assert.deepEqual(new hpke.PrivateKey(seed).open(INFO, sealed), plaintext);
  }
});

test("any changed bit is noticed", () => {
  for (let round = 0; round < 30; round++) assert.equal(hpke.open(SEED, INFO, changed(hpke.seal(KEY, INFO, TEXT))), null);
  assert.equal(hpke.open(SEED, INFO, changed(hpke.seal(KEY, INFO, TEXT), 1119)), null);
});

test("other keys, infos and lengths do not open", () => {
  const sealed = hpke.seal(KEY, INFO, TEXT);
  assert.equal(hpke.open(hpke.generateSeed(), INFO, sealed), null);
  assert.equal(hpke.open(SEED, utf8("inf"), sealed), null);
  for (const cut of [0, 1, 1119, 1120, 1135, sealed.length - 1]) {
    assert.equal(hpke.open(SEED, INFO, sealed.subarray(0, cut)), null);
  }
  assert.equal(hpke.open(SEED, INFO, concat(sealed, noise(1))), null);
});

test("two sealings differ", () => {
  const [first, second] = [hpke.seal(KEY, INFO, TEXT), hpke.seal(KEY, INFO, TEXT)];
  assert.notDeepEqual(first.subarray(0, 1120), second.subarray(0, 1120));
});

test("a share that gives zero is not for me, a key that gives zero is refused", () => {
  const sealed = hpke.seal(KEY, INFO, TEXT);
  for (const share of ZERO) {
    assert.equal(hpke.open(SEED, INFO, concat(sealed.subarray(0, 1088), share, sealed.subarray(1120))), null);
    refused("key", () => hpke.seal(concat(KEY.subarray(0, 1184), share), INFO, TEXT));
  }
  assert.equal(item(ZERO, 0).length, 32);
});

test("a key above the modulus is refused", () => {
  for (const at of [0, 600, 1149]) {
    const key = KEY.slice();
    key.fill(0xff, at, at + 3);
    refused("key", () => hpke.seal(key, INFO, TEXT));
  }
});

test("keys and seeds of another size are refused", () => {
  for (const size of [0, 32, 1184, 1215, 1217]) refused("size", () => hpke.seal(noise(size), INFO, TEXT));
  for (const size of [0, 31, 33, 96]) {
    refused("size", () => hpke.publicKey(noise(size)));
    refused("size", () => new hpke.PrivateKey(noise(size)));
    refused("size", () => hpke.open(noise(size), INFO, noise(2000)));
  }
});

test("a private key does not print", () => {
  assert.equal(JSON.stringify(new hpke.PrivateKey(SEED)), "{}");
});
