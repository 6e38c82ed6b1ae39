// Base64 and canonical JSON: everything comes back, and every other spelling is refused.
import assert from "node:assert/strict";
import { test } from "node:test";

import { b64, compare, concat, dump, load, random, readUint, text, uint, unb64, utf8 } from "../../crypto/encoding.js";
import { between, noise, refused } from "./help.mjs";

test("base64 comes back, whatever its length", () => {
  for (const size of [...Array(70).keys(), 4095, 4096, 4097, 300_000]) {
    const data = noise(size);
    assert.deepEqual(unb64(b64(data), size), data);
    assert.equal(b64(data), Buffer.from(data).toString("base64url"));
  }
});

test("base64 has one spelling", () => {
  for (const spelling of ["AA==", "AAAAA", "AB", "AAB", "+_8", "a/b8", "AA A", "AAAA\n", "\nAAAA", "AAA\u00e9", "AA.A"]) {
    refused("malformed", () => unb64(spelling));
  }
  for (const value of [null, undefined, 7, utf8("AAAA"), ["AAAA"]]) refused("malformed", () => unb64(value), "base64");
});

test("base64 has the size asked for", () => {
  for (const size of [0, 31, 33]) refused("malformed", () => unb64(b64(new Uint8Array(32)), size));
});

test("json comes back, with its keys sorted", () => {
  const values = [
    { b: [1, -5, 0, true, false], a: { z: "", a_: "\ufeff\u2028\u007f/", a0: "é😀\u0000\u001f\n\"\\" } },
    [],
    {},
    "text",
    [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  ];
  for (const value of values) {
    const data = dump(value);
    assert.deepEqual(load(data, data.length), value);
    assert.deepEqual(JSON.parse(text(data)), value);
  }
  assert.equal(text(dump({ b: 1, ab: 2, a: 3, a_: 4, a0: 5 })), '{"a":3,"a0":5,"a_":4,"ab":2,"b":1}');
  assert.equal(text(dump("\u001f\b\f\n\r\t\"\\/\u007f\u2028")), '"\\u001f\\b\\f\\n\\r\\t\\"\\\\/\u007f\u2028"');
});

test("json has one spelling", () => {
  const spellings = [
    '{"b":1,"a":2}', '{"a":1,"a":1}', '{"a": 1}', "[1,2]\n", " 1", "1e2", "1.0", "-0", "01", "9007199254740992",
    "9007199254740993", "null", '{"a":null}', '"\\u0061"', '"\\/"', '"\\u000a"', '"\\u001F"', '"\\ud800"', '{"A":1}',
    '{"":1}', '{"__proto__":1}', '{"a-b":1}', "NaN", "-Infinity", "1e999", "\ufeff1", "1\ufeff", "", "{}{}", "'a'",
    "9".repeat(5000), "[".repeat(20000) + "]".repeat(20000), "[".repeat(9) + "]".repeat(9), `{"${"a".repeat(33)}":1}`,
  ];
  for (const spelling of spellings) refused("malformed", () => load(utf8(spelling), 10 ** 6));
});

test("json is utf-8", () => {
  for (const data of [[0x22, 0xff, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc0, 0xaf, 0x22]]) {
    refused("malformed", () => load(Uint8Array.from(data), 100), "not utf-8");
  }
});

test("json nests eight deep and no deeper", () => {
  const deep = [[[[[[[[1]]]]]]]];
  assert.deepEqual(load(dump(deep), 100), deep);
  refused("malformed", () => dump([deep]), "json is too deep");
});

test("json has a limit in bytes", () => {
  assert.equal(load(utf8('"é"'), 4), "é");
  refused("limit", () => load(utf8('"é"'), 3));
});

test("json holds no other values", () => {
  class Odd {}
  const values = [
    1.5, NaN, null, undefined, { A: 1 }, "\ud800", { a: utf8("x") }, 2 ** 53, -(2 ** 53), { a: undefined }, new Odd(),
    () => 1, 1n, new Date(0), new Map(),
  ];
  for (const value of values) refused("malformed", () => dump(value));
});

test("text keeps a byte order mark and refuses half a pair", () => {
  assert.equal(text(utf8("\ufeffa")), "\ufeffa");
  refused("malformed", () => utf8("\udc00"), "lone surrogate");
  refused("malformed", () => text(Uint8Array.of(0x80)), "not utf-8");
});

test("integers come back, big-endian", () => {
  for (const [value, size] of /** @type {const} */ ([[0, 1], [255, 1], [65535, 2], [2 ** 31, 4], [2 ** 53 - 1, 8]])) {
    assert.equal(readUint(uint(value, size)), value);
    assert.equal(BigInt(`0x${Buffer.from(uint(value, size)).toString("hex")}`), BigInt(value));
  }
  for (const [value, size] of /** @type {const} */ ([[256, 1], [-1, 2], [1.5, 2], [2 ** 53, 8]])) {
    assert.throws(() => uint(value, size), RangeError);
  }
  refused("malformed", () => readUint(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0)));
});

test("bytes compare and join as in Python", () => {
  for (let round = 0; round < 200; round++) {
    const [a, b] = [noise(between(0, 3)), noise(between(0, 3))];
    assert.equal(Math.sign(compare(a, b)), Buffer.compare(a, b));
    assert.deepEqual(concat(a, b), new Uint8Array(Buffer.concat([a, b])));
  }
  assert.equal(random(32).length, 32);
  assert.notDeepEqual(random(32), random(32));
});
