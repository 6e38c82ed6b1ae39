// Files on their way: what arrives opens to the same bytes, whatever the network does between.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CHUNK, openFile, writeManifests } from "../../crypto/attachment.js";
import { hexname } from "../../crypto/kdf.js";
import { check } from "../../crypto/work.js";
import { kept, neutral } from "../../portal/site/browser/file_names.js";
import { GivenUp, judge, upload, weight } from "../../portal/site/browser/uploads.js";

const organisation = new Uint8Array(32).fill(7);
const BREATH = 40; // milliseconds
const beacon = new Uint8Array(16).fill(3);

/** A server that takes what is right and paid for, after the answers it was told to give first. */
class Server {
  /** @type {Map<string, Uint8Array>} */ chunks = new Map();
  /** @type {(import("../../portal/site/browser/sender.js").Answer | null)[]} */ first = [];
  price = { beacon, bits: 4 };
  /** @type {string[]} */ asked = [];
  /** @type {number[]} */ slept = [];
  /** @type {[number, number][]} */ progress = [];
  /** @type {number[]} */ trouble = [];

  /** @type {import("../../portal/site/browser/uploads.js").Ports} */
  ports = {
    put: async (path, chunk, nonce) => {
      this.asked.push(path);
      if (this.first.length > 0) return this.first.shift() ?? null;
      assert.equal(chunk.length, CHUNK);
      assert.equal(path, `/chunks/${hexname(chunk)}`);
      const name = Uint8Array.from(Buffer.from(hexname(chunk), "hex"));
      if (!check(this.price.beacon, name, nonce, this.price.bits)) return { status: 428, price: this.price };
      this.chunks.set(path, chunk.slice());
      return { status: 204 };
    },
    sleep: async (milliseconds) => void (milliseconds > 0 && this.slept.push(milliseconds)),
    random: () => 0.5,
  };

  /**
   * @param {{ blob: Blob, name: string, type: string }[]} files
   * @param {AbortSignal} [stop]
   */
  send(files, stop = new AbortController().signal) {
    const told = {
      onChunk: (/** @type {number} */ done, /** @type {number} */ of) => void this.progress.push([done, of]),
      onTrouble: (/** @type {number} */ status) => void this.trouble.push(status),
    };
    return upload(files, organisation, this.price, this.ports, told, stop);
  }

  /** @param {import("../../crypto/attachment.js").Manifest} manifest */
  open(manifest) {
    const path = (/** @type {Uint8Array} */ name) => `/chunks/${Buffer.from(name).toString("hex")}`;
    return openFile(manifest, (name) => this.chunks.get(path(name)) ?? null, organisation);
  }
}

/** @param {number} size @param {number} step */
function file(size, step) {
  return { blob: new Blob([Uint8Array.from({ length: size }, (_, at) => (at * step) % 251)]), name: `file-${step}.bin`, type: "application/octet-stream" };
}

test("several files arrive whole, in order, and progress counts all their chunks", async () => {
  const server = new Server();
  const files = [file(300_000, 1), file(10, 3), file(262_144, 5)];
  const manifests = await server.send(files);
  assert.deepEqual(server.progress, [[0, 4], [1, 4], [2, 4], [3, 4], [4, 4]]);
  for (const [at, manifest] of manifests.entries()) {
    const given = new Uint8Array(await /** @type {any} */ (files[at]).blob.arrayBuffer());
    assert.deepEqual(Buffer.from(await server.open(manifest)), Buffer.from(given));
  }
});

test("a chunk that is not taken is sent again, the same, after a pause that grows", async () => {
  const server = new Server();
  server.first = [null, ...[503, 429, 429, 429].map((status) => ({ status }))];
  const [manifest] = await server.send([file(10, 1)]);
  assert.equal(new Set(server.asked).size, 1);
  assert.equal(server.asked.length, 6);
  assert.deepEqual([server.trouble, server.slept], [[0, 503, 429, 429, 429], [1500, 3000, 6000, 12000, 12000, BREATH]]);
  assert.equal((await server.open(/** @type {any} */ (manifest))).length, 10);
});

test("a new price is paid at once, and asked again and again only with pauses", async () => {
  const server = new Server();
  const price = { beacon: new Uint8Array(16).fill(9), bits: 6 };
  server.first = [{ status: 428, price: { beacon, bits: 1 } }, { status: 428, price }];
  const sending = server.send([file(10, 1), file(11, 1)]);
  server.price = price;
  await sending;
  assert.deepEqual([server.trouble, server.slept, server.chunks.size], [[], [1500, BREATH, BREATH], 2]);
});

test("a fast line takes at most a part of the rate that all share", async () => {
  const server = new Server();
  server.price = { beacon, bits: 0 };
  await server.send([file(1_500_000, 1), file(10, 1)]);
  assert.deepEqual(server.slept, Array.from({ length: server.chunks.size }, () => BREATH));
});

test("giving up ends it before the next request", async () => {
  const server = new Server();
  const stop = new AbortController();
  server.first = [null];
  server.ports.sleep = async () => stop.abort();
  await assert.rejects(server.send([file(10, 1), file(11, 1)], stop.signal), GivenUp);
  assert.equal(server.asked.length <= 1, true);
});

test("what does not fit is told before", () => {
  /** @param {number[]} sizes */
  const sized = (sizes) => sizes.map((size) => ({ size }));
  assert.equal(judge(sized([100_000_000]), 100), "fits");
  assert.equal(judge(sized([100_000_001]), 100), "large");
  assert.equal(judge(sized([60_000_000, 60_000_000]), 100), "large");
  assert.equal(judge(sized(Array.from({ length: 33 }, () => 1)), 100), "many");
  assert.equal(judge(sized([130_000_000, 119_000_000]), 250), "fits");
  assert.equal(judge(sized([135_000_000, 135_000_000]), 271), "large");
});

test("the room that files take in a message is not underestimated", async () => {
  const server = new Server();
  server.price = { beacon, bits: 0 };
  const files = [{ ...file(1_500_000, 1), name: `${'"'.repeat(100)}.bin` }, file(1, 2), { ...file(9, 3), name: "żółw-🌙.txt" }];
  const written = writeManifests(await server.send(files)).length;
  assert.ok(weight(files) >= written && weight(files) < written + 500, `${weight(files)} for ${written}`);
});

test("a neutral name says nothing, and an own one does no harm", () => {
  assert.equal(neutral(2, "jpg"), "file-2.jpg");
  assert.equal(kept("rota week 3.PNG", 1, "png"), "rota week 3.png");
  assert.equal(kept("../../etc/passwd", 1, "txt"), "etcpasswd.txt");
  assert.equal(kept("photo\u202egpj.exe", 1, "bin"), "photogpj.bin");
  assert.equal(kept("a\nb\0c\u2028d.txt", 1, "txt"), "abcd.txt");
  for (const empty of ["", "..", "....txt", " .txt", "\u200b.jpg", "???"]) assert.equal(kept(empty, 4, "jpg"), "file-4.jpg");
  assert.ok(new TextEncoder().encode(kept("ż".repeat(500), 1, "txt")).length <= 120);
});
