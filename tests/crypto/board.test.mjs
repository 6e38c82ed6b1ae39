// Board cells and board files: found by tag, whoever squats on it; in one order, or refused.
import assert from "node:assert/strict";
import { test } from "node:test";

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

import * as board from "../../crypto/board.js";
import { b64, compare, concat, uint, utf8 } from "../../crypto/encoding.js";
import * as kdf from "../../crypto/kdf.js";
import * as parts from "../../crypto/parts.js";
import { between, changed, item, noise, refused, shuffled } from "./help.mjs";

const [SECRET, MESSAGE, TODAY, TEXT] = [noise(32), noise(16), 20_000, utf8("answer")];

/** @param {{ payload?: Uint8Array, part?: number, count?: number, kind?: number }} [fields] */
const plaintext = ({ payload = TEXT, part = 0, count = 1, kind = board.REPLY } = {}) =>
  concat(uint(kind, 1), parts.pack(MESSAGE, part, count, payload, board.PAYLOAD));

/**
 * A cell made by hand, for tags and plaintexts that `seal` would not make.
 * @param {Uint8Array} tag
 * @param {Uint8Array} key
 * @param {Uint8Array} plain
 */
function sealedWith(tag, key, plain) {
  const nonce = noise(24);
  return concat(tag, nonce, xchacha20poly1305(key, nonce, tag).encrypt(plain));
}

/** @param {Uint8Array} payload */
const replies = (payload) => board.split(board.REPLY, MESSAGE, payload).map((p, i) => board.seal(p, SECRET, TODAY, i));

test("tag and key are as defined", () => {
  for (const [day, i] of /** @type {const} */ ([[0, 0], [TODAY, 15], [2 ** 31 - 1, 7]])) {
    const both = kdf.derive(SECRET, "reply", concat(uint(day, 4), uint(i, 1)), 48);
    assert.deepEqual(board.tagAndKey(SECRET, day, i), [both.slice(0, 16), both.slice(16)]);
  }
});

test("a payload comes back from its cells in any order", () => {
  for (const size of [1, 1969, 1970, between(2000, 30_000), 16 * 1969]) {
    const payload = noise(size);
    const cells = shuffled([...replies(payload), board.dummy()]);
    assert.deepEqual([...new Set(cells.map((cell) => cell.length))], [2048]);
    const found = board.find(cells, board.tags(SECRET, TODAY));
    assert.deepEqual(board.join(found), payload);
    assert.equal(board.join(found.slice(1)), null);
  }
});

test("any changed bit makes it nobody's, and only its own key opens it", () => {
  const cell = board.seal(plaintext(), SECRET, TODAY, 3);
  const [, key] = board.tagAndKey(SECRET, TODAY, 3);
  for (let round = 0; round < 100; round++) assert.equal(board.open(changed(cell), key), null);
  assert.equal(board.open(cell, board.tagAndKey(SECRET, TODAY, 2)[1]), null);
  assert.equal(board.open(cell, board.tagAndKey(SECRET, TODAY + 1, 3)[1]), null);
  assert.deepEqual(board.open(cell, key)?.payload, TEXT);
  assert.notDeepEqual(board.seal(plaintext(), SECRET, TODAY, 3).subarray(16, 40), cell.subarray(16, 40));
});

test("days are looked at from tomorrow to sixty days ago", () => {
  const tags = board.tags(SECRET, TODAY);
  assert.equal(tags.size, 62 * 16);
  for (const [day, known] of /** @type {const} */ ([[2, false], [1, true], [-60, true], [-61, false]])) {
    assert.equal(tags.has(b64(board.tagAndKey(SECRET, TODAY + day, 15)[0])), known);
  }
  assert.equal(board.tags(SECRET, 0).size, 2 * 16);
});

test("somebody may squat on a tag", () => {
  const cell = item(replies(TEXT), 0);
  const [tag, key] = board.tagAndKey(SECRET, TODAY, 0);
  const squatters = [concat(tag, noise(2032)), sealedWith(tag, noise(32), plaintext()), sealedWith(tag, key, new Uint8Array(1992))];
  for (const cells of [[...squatters, cell], [cell, ...squatters]]) {
    assert.deepEqual(board.find(cells, board.tags(SECRET, TODAY)).map((part) => part.payload), [TEXT]);
  }
});

test("a cell moved to another tag does not open", () => {
  const [, key] = board.tagAndKey(SECRET, TODAY, 0);
  const cell = sealedWith(noise(16), key, plaintext());
  assert.ok(board.open(cell, key));
  assert.equal(board.open(concat(noise(16), cell.subarray(16)), key), null);
});

test("sizes and limits", () => {
  for (const size of [0, 2047, 2049]) {
    refused("size", () => board.open(noise(size), noise(32)));
    refused("size", () => board.writeFile(0, 60, [noise(size)]));
  }
  refused("size", () => board.tagAndKey(noise(31), 0, 0));
  refused("size", () => board.tags(noise(33), 0));
  refused("size", () => board.seal(noise(1991), SECRET, 0, 0));
  refused("size", () => board.open(noise(2048), noise(31)));
  refused("size", () => board.split(board.REPLY, noise(15), TEXT));
  for (const [day, i] of /** @type {const} */ ([[-1, 0], [2 ** 31, 0], [0, -1], [0, 16]])) {
    refused("limit", () => board.seal(plaintext(), SECRET, day, i));
  }
  assert.equal(board.split(board.REPLY, MESSAGE, new Uint8Array(31504)).length, 16);
  refused("limit", () => board.split(board.REPLY, MESSAGE, new Uint8Array(31505)));
  refused("malformed", () => board.split(board.REPLY, MESSAGE, new Uint8Array(0)));
  for (const kind of [0, 3]) refused("malformed", () => board.split(kind, MESSAGE, TEXT));
});

test("a broken rule inside is refused", () => {
  const [, key] = board.tagAndKey(SECRET, TODAY, 0);
  const good = plaintext();
  /** @param {number} at @param {...number} bytes */
  const patched = (at, ...bytes) => concat(good.subarray(0, at), Uint8Array.from(bytes), good.subarray(at + bytes.length));
  const broken = [
    patched(0, 0), patched(0, 3), plaintext({ count: 0 }), plaintext({ count: 17 }), plaintext({ part: 2, count: 2 }),
    plaintext({ payload: new Uint8Array(0) }), plaintext({ part: 1, count: 3 }), patched(21, 0x07, 0xb2), patched(1991, 1),
  ];
  for (const plain of broken) {
    const cell = board.seal(plain, SECRET, TODAY, 0);
    refused("malformed", () => board.open(cell, key));
  }
});

test("parts that contradict one another are a conflict, and groups keep messages apart", () => {
  const found = board.find(replies(noise(2000)), board.tags(SECRET, TODAY));
  const second = item(found, 1);
  for (const other of [{ payload: TEXT }, { parts: 3 }, { group: "another" }]) {
    refused("conflict", () => board.join([...found, { ...second, ...other }]));
  }
  const [, key] = board.tagAndKey(SECRET, TODAY, 0);
  const receipt = board.open(board.seal(plaintext({ kind: board.RECEIPT }), SECRET, TODAY, 0), key);
  assert.ok(receipt);
  assert.deepEqual(board.groups([item(found, 0), receipt, second]), [found, [receipt]]);
});

test("board files come back in order", () => {
  const [low, high] = [new Uint8Array(2048), new Uint8Array(2048).fill(255)];
  const header = Buffer.from("43414e444f555242" + "0000000000000e10" + "0000003c" + "00000002", "hex");
  const first = board.writeFile(3600, 60, [high, low]);
  assert.deepEqual(first, concat(header, low, high));
  const cells = Array.from({ length: 5 }, board.dummy).sort(compare);
  const files = board.readFiles(concat(first, board.writeFile(2 ** 53 - 1, 60, cells)));
  assert.deepEqual(files, [{ start: 3600, length: 60, cells: [low, high] }, { start: 2 ** 53 - 1, length: 60, cells }]);
  assert.deepEqual(board.readFiles(new Uint8Array(0)), []);
  refused("conflict", () => board.writeFile(0, 60, [low, low]));
});

test("a damaged board is refused", () => {
  const cells = Array.from({ length: 3 }, board.dummy).sort(compare);
  const [a, b, c] = [item(cells, 0), item(cells, 1), item(cells, 2)];
  const good = board.writeFile(60, 60, cells);
  const later = board.writeFile(120, 60, [a]);
  assert.equal(board.readFiles(concat(good, later)).length, 2);
  for (const cut of [1, 23, 24, 25, good.length - 1]) refused("size", () => board.readFiles(good.subarray(0, cut)));
  refused("size", () => board.readFiles(concat(good, uint(0, 1))));
  refused("size", () => board.readFiles(concat(good, later.subarray(0, -1))));
  const header = good.subarray(0, 24);
  const far = concat(good.subarray(0, 8), Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0), good.subarray(16));
  const bad = [
    concat(utf8("candourb"), good.subarray(8)), concat(header, b, a, c), concat(header, a, a, c), far,
    concat(later, good), concat(good, good), concat(good, new Uint8Array(24)),
  ];
  for (const data of bad) refused("malformed", () => board.readFiles(data));
});
