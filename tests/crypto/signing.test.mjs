// Ed25519 signs and verifies; the odd signatures of section 3 are in test_cross.py, made fresh by Python.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, sign as nodeSign } from "node:crypto";
import { test } from "node:test";

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat } from "../../crypto/encoding.js";
import * as signing from "../../crypto/signing.js";
import { changed, noise, refused } from "./help.mjs";

const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const ORDER = ed25519.Point.Fn.ORDER;

/** @param {Uint8Array} data */
const little = (data) => BigInt(`0x${Buffer.from(data).reverse().toString("hex")}`);
/** @param {bigint} value */
const bytes = (value) => new Uint8Array(Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse());

test("keys and signatures are those of OpenSSL, and verify", () => {
  for (let round = 0; round < 20; round++) {
    const [seed, message] = [noise(32), noise(round * 7)];
    const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
    const spki = createPublicKey(key).export({ format: "der", type: "spki" });
    assert.deepEqual(signing.publicKey(seed), new Uint8Array(spki.subarray(-32)));
    assert.deepEqual(signing.sign(seed, message), new Uint8Array(nodeSign(null, message, key)));
    assert.ok(signing.verify(signing.publicKey(seed), message, signing.sign(seed, message)));
  }
});

test("any changed bit is noticed", () => {
  const [seed, message] = [noise(32), noise(50)];
  const [key, signature] = [signing.publicKey(seed), signing.sign(seed, message)];
  for (let round = 0; round < 40; round++) {
    assert.equal(signing.verify(changed(key), message, signature), false);
    assert.equal(signing.verify(key, changed(message), signature), false);
    assert.equal(signing.verify(key, message, changed(signature)), false);
  }
});

test("a part of small order in R, which noble accepts, is refused", () => {
  const point = ed25519.Point.fromBytes(bytes(0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n));
  const [a, r] = [little(noise(32)) % ORDER, little(noise(32)) % ORDER];
  const key = ed25519.Point.BASE.multiply(a).toBytes();
  const share = ed25519.Point.BASE.multiply(r).add(point).toBytes();
  const message = noise(10);
  const k = little(sha512(concat(share, key, message))) % ORDER;
  const signature = concat(share, bytes((r + k * a) % ORDER));
  assert.ok(ed25519.verify(signature, message, key, { zip215: false }));
  assert.equal(signing.verify(key, message, signature), false);
});

test("s is below the group order", () => {
  const [seed, message] = [noise(32), noise(10)];
  const signature = signing.sign(seed, message);
  const high = concat(signature.subarray(0, 32), bytes(little(signature.subarray(32)) + ORDER));
  assert.equal(signing.verify(signing.publicKey(seed), message, high), false);
});

test("a key or R of small order is refused, even where the equation holds", () => {
  const identity = bytes(1n);
  assert.equal(signing.verify(identity, noise(5), concat(identity, new Uint8Array(32))), false);
  const seed = noise(32);
  assert.equal(signing.verify(signing.publicKey(seed), noise(5), concat(identity, new Uint8Array(32))), false);
});

test("other sizes do not verify, other seeds are refused", () => {
  const seed = noise(32);
  const [key, signature] = [signing.publicKey(seed), signing.sign(seed, seed)];
  for (const size of [0, 31]) assert.equal(signing.verify(key.subarray(0, size), seed, signature), false);
  assert.equal(signing.verify(concat(key, noise(1)), seed, signature), false);
  assert.equal(signing.verify(key, seed, concat(signature, noise(1))), false);
  assert.equal(signing.verify(key, seed, signature.subarray(0, 63)), false);
  for (const size of [0, 31, 33, 64]) {
    refused("size", () => signing.publicKey(noise(size)));
    refused("size", () => signing.sign(noise(size), seed));
  }
});
