// Attachments in JavaScript: any size comes back; what is changed, cut, swapped or left out is noticed.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as attachment from "../../crypto/attachment.js";
import { b64, dump, load, random } from "../../crypto/encoding.js";
import { hexname } from "../../crypto/kdf.js";
import { changed, item, noise, refused } from "./help.mjs";

const ID = random(32);
const { CHUNK, PLAIN_CHUNK } = attachment;

/** @param {number} size */
async function sealed(size) {
  const data = noise(size);
  /** @type {Map<string, Uint8Array>} */
  const chunks = new Map();
  const keep = (/** @type {Uint8Array} */ name, /** @type {Uint8Array} */ chunk) => void chunks.set(b64(name), chunk);
  const manifest = await attachment.sealFile(new Blob([new Uint8Array(data)]), "rota.pdf", "application/pdf", ID, keep);
  return { data, manifest, chunks };
}

/**
 * @param {attachment.Manifest} manifest
 * @param {Map<string, Uint8Array>} chunks
 * @param {Uint8Array} [organisation]
 */
function opened(manifest, chunks, organisation = ID) {
  return attachment.openFile(manifest, (name) => chunks.get(b64(name)) ?? null, organisation);
}

/**
 * @param {string} code
 * @param {Promise<unknown>} promise
 */
async function rejected(code, promise) {
  const outcome = await promise.then(() => null, (/** @type {unknown} */ error) => error);
  refused(code, () => {
    if (outcome !== null) throw outcome;
  });
}

for (const size of [0, 1, PLAIN_CHUNK - 1, PLAIN_CHUNK, PLAIN_CHUNK + 1, 5 * PLAIN_CHUNK]) {
  test(`a file of ${size} bytes comes back`, async () => {
    const { data, manifest, chunks } = await sealed(size);
    assert.deepEqual(await opened(manifest, chunks), data);
    assert.deepEqual(manifest.digest, await attachment.fileDigest(data));
    for (const [name, chunk] of chunks) {
      assert.equal(chunk.length, CHUNK);
      assert.equal(hexname(chunk), Buffer.from(name, "base64url").toString("hex"));
    }
    assert.deepEqual(attachment.readManifests(attachment.writeManifests([manifest])), [manifest]);
  });
}

test("few numbers of chunks are in use", () => {
  const counts = new Set();
  for (let count = 1; count <= 1024; count++) {
    const rounded = attachment.padme(count);
    assert.ok(rounded >= count && rounded <= count * 1.12);
    assert.equal(attachment.padme(rounded), rounded);
    counts.add(rounded);
  }
  assert.ok(counts.size < 80);
  assert.deepEqual([1, 2, 9, 17, 33, 513, 1024].map(attachment.padme), [1, 2, 10, 18, 36, 544, 1024]);
});

test("what is changed, swapped, cut or left out is noticed", async () => {
  const { manifest, chunks } = await sealed(5 * PLAIN_CHUNK);
  const names = [...chunks.keys()];
  const [one, two, last] = [item(names, 0), item(names, 1), item(names, -1)];
  const [first, second] = [item([...chunks.values()], 0), item([...chunks.values()], 1)];
  await rejected("tampered", opened(manifest, new Map([...chunks, [one, changed(first)]])));
  await rejected("tampered", opened(manifest, new Map([...chunks, [one, second], [two, first]])));
  await rejected("tampered", opened(manifest, new Map([...chunks, [last, first]])));
  await rejected("size", opened(manifest, new Map([...chunks, [two, second.subarray(1)]])));
  await rejected("missing", opened(manifest, new Map([...chunks].filter(([name]) => name !== last))));
  await rejected("tampered", opened(manifest, chunks, random(32)));
  await rejected("malformed", opened({ ...manifest, chunks: manifest.chunks.slice(0, 1) }, chunks));
  const short = { ...manifest, size: PLAIN_CHUNK, chunks: manifest.chunks.slice(0, 1) };
  await rejected("tampered", opened(short, chunks));
});

test("what the manifest says must be true", async () => {
  const { data, manifest, chunks } = await sealed(1000);
  const shorter = { ...manifest, size: 999, digest: await attachment.fileDigest(data.subarray(0, 999)) };
  await rejected("tampered", opened(shorter, chunks));
  await rejected("tampered", opened({ ...manifest, size: 1001 }, chunks));
  await rejected("tampered", opened({ ...manifest, digest: random(32) }, chunks));
  const names = ["a/b", "..", "a\n", ""];
  for (const name of names) refused("malformed", () => attachment.writeManifests([{ ...manifest, name }]));
  refused("malformed", () => attachment.writeManifests([{ ...manifest, size: PLAIN_CHUNK + 1 }]));
  const [written] = /** @type {any[]} */ (load(attachment.writeManifests([manifest]), 10_000));
  refused("malformed", () => attachment.readManifests(dump([{ ...written, chunks: b64(random(31)) }])));
  refused("limit", () => attachment.writeManifests(Array.from({ length: 33 }, () => manifest)));
});

test("one chunk is made at a time, and a file that shrinks is refused", async () => {
  let waiting = 0;
  const file = {
    size: 3 * PLAIN_CHUNK,
    slice: (/** @type {number} */ from, /** @type {number} */ to) => ({ arrayBuffer: async () => new ArrayBuffer(to - from) }),
  };
  await attachment.sealFile(file, "a", "b", ID, async () => {
    waiting += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(waiting, 1);
    waiting -= 1;
  });
  const shrunk = { ...file, slice: () => ({ arrayBuffer: async () => new ArrayBuffer(10) }) };
  await rejected("malformed", attachment.sealFile(shrunk, "a", "b", ID, () => {}));
  await rejected("limit", attachment.sealFile({ ...file, size: 268_435_457 }, "a", "b", ID, () => {}));
  await rejected("malformed", attachment.sealFile(file, "..", "b", ID, () => assert.fail("nothing may be sent")));
});
