// Report cells: one size, for one reader, and every broken rule is refused.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as cell from "../../crypto/cell.js";
import { concat, uint, utf8 } from "../../crypto/encoding.js";
import * as hpke from "../../crypto/hpke.js";
import * as parts from "../../crypto/parts.js";
import { between, changed, item, noise, refused, shuffled } from "./help.mjs";

const SEED = hpke.generateSeed();
const [KEY, PUBLIC] = [new hpke.PrivateKey(SEED), hpke.publicKey(SEED)];
const OTHER = new hpke.PrivateKey(hpke.generateSeed());
const ORGANISATION = noise(32);
const [THREAD, MESSAGE, TEXT] = [noise(32), noise(16), utf8("text")];

/** @param {{ payload?: Uint8Array, part?: number, count?: number }} [fields] */
const plaintext = ({ payload = TEXT, part = 0, count = 1 } = {}) =>
  concat(uint(1, 1), THREAD, parts.pack(MESSAGE, part, count, payload, cell.PAYLOAD));

/**
 * @param {Uint8Array} plain
 * @returns {cell.Part}
 */
const opened = (plain) => item([cell.open(cell.seal(plain, PUBLIC, ORGANISATION), [KEY], ORGANISATION) ?? assert.fail()], 0);

test("a message comes back from its cells in any order", () => {
  for (const length of [0, 1, 2905, 2906, between(3000, 40_000), 15 * 2905]) {
    const [head, rest] = [noise(between(1, 2905)), noise(length)];
    const pieces = shuffled(cell.split(THREAD, MESSAGE, head, rest).map(opened));
    assert.deepEqual(cell.join(pieces), concat(head, rest));
    assert.equal(cell.join(pieces.slice(1)), null);
    assert.deepEqual(cell.gather(pieces).get(0), head);
    for (const piece of pieces) {
      assert.deepEqual([piece.thread, piece.message, piece.parts], [THREAD, MESSAGE, pieces.length]);
    }
  }
});

test("every cell and every cover has the same size", () => {
  for (const plain of cell.split(THREAD, MESSAGE, TEXT, noise(6000))) {
    assert.equal(plain.length, 2960);
    assert.equal(cell.seal(plain, PUBLIC, ORGANISATION).length, 4096);
  }
  assert.equal(cell.cover(ORGANISATION).length, 4096);
});

test("any changed bit makes it nobody's", () => {
  const sealed = cell.seal(plaintext(), PUBLIC, ORGANISATION);
  for (let round = 0; round < 40; round++) assert.equal(cell.open(changed(sealed), [KEY], ORGANISATION), null);
});

test("it opens for one key among many and for one organisation", () => {
  const sealed = cell.seal(plaintext(), PUBLIC, ORGANISATION);
  assert.deepEqual(cell.open(sealed, [OTHER, KEY], ORGANISATION)?.payload, TEXT);
  assert.equal(cell.open(sealed, [OTHER], ORGANISATION), null);
  assert.equal(cell.open(sealed, [], ORGANISATION), null);
  assert.equal(cell.open(sealed, [KEY], noise(32)), null);
  assert.equal(cell.open(cell.cover(ORGANISATION), [KEY, OTHER], ORGANISATION), null);
});

test("cover opens, with the seed that is thrown away, to zeros", (context) => {
  const drawn = context.mock.method(crypto, "getRandomValues");
  const cover = cell.cover(ORGANISATION);
  const seed = /** @type {Uint8Array} */ (drawn.mock.calls[0]?.result);
  assert.deepEqual(hpke.open(seed, concat(utf8("candour/v1/cell"), ORGANISATION), cover), new Uint8Array(2960));
});

test("a message costs a throwaway key as cover does: the same draws in the same order", (context) => {
  const drawn = context.mock.method(crypto, "getRandomValues");
  cell.cover(ORGANISATION);
  const cover = drawn.mock.calls.map((call) => call.result?.byteLength);
  drawn.mock.resetCalls();
  cell.seal(plaintext(), PUBLIC, ORGANISATION);
  assert.deepEqual(drawn.mock.calls.map((call) => call.result?.byteLength), cover);
  assert.equal(cover[0], 32);
});

test("other sizes are refused", () => {
  for (const size of [0, 4095, 4097]) refused("size", () => cell.open(noise(size), [KEY], ORGANISATION));
  for (const size of [0, 2959, 2961]) refused("size", () => cell.seal(noise(size), PUBLIC, ORGANISATION));
  refused("size", () => cell.seal(plaintext(), PUBLIC, noise(31)));
  refused("size", () => cell.cover(noise(33)));
  refused("size", () => cell.open(noise(4096), [KEY], noise(0)));
  refused("size", () => cell.split(noise(31), MESSAGE, TEXT, TEXT));
  refused("size", () => cell.split(THREAD, noise(17), TEXT, TEXT));
});

test("a message has a head that fits and at most 16 parts", () => {
  assert.equal(cell.split(THREAD, MESSAGE, TEXT, new Uint8Array(15 * 2905)).length, 16);
  refused("limit", () => cell.split(THREAD, MESSAGE, TEXT, new Uint8Array(15 * 2905 + 1)));
  refused("limit", () => cell.split(THREAD, MESSAGE, new Uint8Array(2906), TEXT));
  refused("malformed", () => cell.split(THREAD, MESSAGE, new Uint8Array(0), TEXT));
});

test("a broken rule inside is refused", () => {
  const long = noise(2905);
  const good = plaintext();
  /** @param {number} at @param {...number} bytes */
  const patched = (at, ...bytes) => concat(good.subarray(0, at), Uint8Array.from(bytes), good.subarray(at + bytes.length));
  const broken = {
    "cover that opens": new Uint8Array(2960),
    "kind 2": patched(0, 2),
    "no parts": plaintext({ count: 0 }),
    "17 parts": plaintext({ count: 17 }),
    "part beyond the parts": plaintext({ part: 1 }),
    "an empty part": plaintext({ payload: new Uint8Array(0) }),
    "a middle part that is not full": plaintext({ payload: long.subarray(1), part: 1, count: 3 }),
    "a length above the payload": patched(53, 0x0b, 0x5a),
    "a byte right after the payload": patched(59, 1),
    "a last byte": patched(2959, 1),
  };
  for (const plain of Object.values(broken)) {
    const sealed = cell.seal(plain, PUBLIC, ORGANISATION);
    refused("malformed", () => cell.open(sealed, [KEY], ORGANISATION));
  }
  for (const [part, count, length] of /** @type {const} */ ([[0, 3, 1], [2, 3, 1], [1, 3, 2905], [15, 16, 1]])) {
    const payload = long.subarray(0, length);
    assert.deepEqual(opened(plaintext({ payload, part, count })).payload, payload);
  }
});

test("parts that contradict one another are a conflict", () => {
  const [first, second] = cell.split(THREAD, MESSAGE, TEXT, TEXT).map(opened);
  assert.ok(first && second);
  for (const other of [{ payload: THREAD }, { parts: 3 }, { group: "another" }]) {
    refused("conflict", () => cell.join([first, second, { ...second, ...other }]));
  }
  assert.deepEqual(cell.join([second, first, second]), concat(TEXT, TEXT));
  assert.equal(cell.join([]), null);
  const other = opened(concat(uint(1, 1), noise(32), parts.pack(MESSAGE, 0, 1, TEXT, cell.PAYLOAD)));
  assert.deepEqual(parts.groups([first, other, second]), [[first, second], [other]]);
});
