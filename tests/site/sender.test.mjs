// The sender, run through hours in milliseconds: time, chance, network and cryptography are handed in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Sender } from "../../portal/site/browser/sender.js";

const G = "g1";
const H = "g2";
const DAY = 86_400_000;
const KEY = new Uint8Array([7]);

/**
 * @param {Partial<import("../../portal/site/browser/sender.js").Ports>} [ports]
 */
function rig(ports = {}) {
  /** @type {{ hex: string, cell: Uint8Array, nonce: Uint8Array }[]} */
  const puts = [];
  /** @type {any[]} */
  const told = [];
  /** @type {(import("../../portal/site/browser/sender.js").Answer | null)[]} */
  const answers = [];
  const clock = { now: 20_000 * DAY };
  let covers = 0;
  const sender = new Sender({
    put: async (hex, cell, nonce) => {
      puts.push({ hex, cell, nonce });
      return answers.length > 0 ? /** @type {any} */ (answers.shift()) : { status: 204 };
    },
    sleep: async () => {},
    random: () => 0.5,
    now: () => clock.now,
    tell: (event) => told.push(event),
    seal: (plaintext, key) => new Uint8Array([1, ...key, ...plaintext]),
    cover: () => new Uint8Array([0, ++covers]),
    name: (cell) => ({ bytes: cell, hex: [...cell].join("-") }),
    solve: (beacon, _name, bits) => new Uint8Array([...beacon, bits]),
    ...ports,
  });
  return { sender, puts, told, answers, clock };
}

/** @param {string[]} ids */
function keys(...ids) {
  const epochs = new Map([[20_000, KEY]]);
  return new Map(ids.map((id) => [id, { epochs, fallbacks: [] }]));
}

/**
 * @param {number} id
 * @param {string} g
 * @param {number} pieces
 */
function letter(id, g, pieces) {
  return { id, g, plaintexts: Array.from({ length: pieces }, (_, part) => new Uint8Array([id, part])) };
}

test("a slot sends one cell, and cover when nothing waits", async () => {
  const { sender, puts } = rig();
  await sender.slot();
  await sender.slot();
  assert.deepEqual(puts.map(({ hex }) => hex), ["0-1", "0-2"]);
});

test("the cell sealed ahead goes first, then the letters in the order given, one finished before the next", async () => {
  const { sender, puts } = rig();
  await sender.slot(); // the second cover is sealed ahead now
  sender.learn(keys(G, H), 5000);
  sender.post(letter(1, H, 2));
  sender.post(letter(2, G, 1));
  for (let slot = 0; slot < 5; slot++) await sender.slot();
  assert.deepEqual(puts.map(({ hex }) => hex), ["0-1", "0-2", "1-7-1-0", "1-7-1-1", "1-7-2-0", "0-3"]);
});

test("an outstanding cell is sent again until it is taken, cover and real alike", async () => {
  for (const real of [false, true]) {
    const { sender, puts, answers } = rig();
    sender.learn(keys(G), 5000);
    if (real) sender.post(letter(1, G, 1));
    answers.push(null, { status: 503 }, { status: 429 }, { status: 500 });
    for (let slot = 0; slot < 6; slot++) await sender.slot();
    const first = real ? "1-7-1-0" : "0-1";
    assert.deepEqual(puts.slice(0, 5).map(({ hex }) => hex), Array(5).fill(first));
    assert.notEqual(puts[5]?.hex, first);
  }
});

test("what the person does changes neither how many cells leave nor when", async () => {
  /** @param {boolean} writes */
  async function trace(writes) {
    /** @type {number[]} */
    const waits = [];
    let seed = 1;
    const random = () => ((seed = (seed * 48271) % 2147483647) / 2147483647);
    const stop = new Error("enough");
    const { sender, puts } = rig({
      random,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
        if (waits.length === 3 && writes) sender.post(letter(1, G, 3));
        if (waits.length > 40) throw stop;
      },
    });
    sender.learn(keys(G), 5000);
    await assert.rejects(sender.run(), stop);
    return { waits, count: puts.length };
  }
  assert.deepEqual(await trace(true), await trace(false));
});

test("the next wait begins with the answer, before anything is sealed or worked for", async () => {
  /** @type {string[]} */
  const order = [];
  const { sender, answers } = rig({
    put: async () => (order.push("put"), answers.shift() ?? { status: 204 }),
    sleep: async () => void order.push("wait"),
    seal: () => (order.push("seal"), new Uint8Array([1])),
    cover: () => (order.push("seal"), new Uint8Array([2])),
    solve: () => (order.push("work"), new Uint8Array(8)),
  });
  sender.learn(keys(G), 5000);
  sender.post(letter(1, G, 1));
  answers.push({ status: 204 }, { status: 428, price: { beacon: new Uint8Array(16), bits: 3 } });
  await sender.slot(); // seals what it sends, since nothing was sealed ahead yet
  await sender.slot();
  assert.equal(order.join(" "), "seal work put wait seal work put wait work");
});

test("a new price is paid at once, and the same cell is sent at the next slot", async () => {
  const { sender, puts, answers } = rig();
  sender.price = { beacon: new Uint8Array([1]), bits: 2 };
  await sender.slot();
  answers.push({ status: 428, price: { beacon: new Uint8Array([9]), bits: 5 } });
  await sender.slot();
  await sender.slot();
  await sender.slot();
  assert.equal(puts[1]?.hex, puts[2]?.hex);
  assert.deepEqual(puts[2]?.nonce, new Uint8Array([9, 5]));
  assert.deepEqual(puts[3]?.nonce, new Uint8Array([9, 5]), "the new price holds for the next cells");
});

test("progress is told when the server has taken a piece, not before", async () => {
  const { sender, told, answers } = rig();
  sender.learn(keys(G), 5000);
  sender.post(letter(1, G, 2));
  answers.push(null);
  await sender.slot();
  assert.deepEqual([...told], [{ kind: "trouble", status: 0 }]);
  await sender.slot();
  await sender.slot();
  const progress = told.flatMap((event) => (event.kind === "progress" ? [[event.sent, event.of]] : []));
  assert.deepEqual(progress, [[1, 2], [2, 2]]);
});

test("keys are chosen when a cell is sealed: past midnight the next day's, else the fallback, and it is said", async () => {
  const { sender, puts, told, clock } = rig();
  const fallback = { from: 19_990, until: 20_020, key: new Uint8Array([99]) };
  const epochs = new Map([[20_000, KEY], [20_001, new Uint8Array([8])]]);
  sender.learn(new Map([[G, { epochs, fallbacks: [fallback] }]]), 5000);
  sender.post(letter(1, G, 3));
  await sender.slot();
  clock.now += DAY; // the second piece was sealed ahead on the day before and is still good
  await sender.slot();
  await sender.slot();
  assert.deepEqual(puts.map(({ hex }) => hex), ["1-7-1-0", "1-7-1-1", "1-8-1-2"]);
  clock.now += DAY;
  sender.post(letter(2, G, 1));
  await sender.slot(); // the cover sealed the day before
  await sender.slot();
  assert.equal(puts[4]?.hex, "1-99-2-0");
  assert.deepEqual(told.filter(({ kind }) => kind === "progress").map((event) => event.fallback), [false, false, false, true]);
});

test("a cell sealed more than a day ago is sealed again, or its guardian could not open it", async () => {
  const { sender, puts, answers, clock } = rig();
  const epochs = new Map([[20_000, KEY], [20_004, new Uint8Array([4])]]);
  sender.learn(new Map([[G, { epochs, fallbacks: [] }]]), 5000);
  sender.post(letter(1, G, 1));
  answers.push(null);
  await sender.slot();
  clock.now += 4 * DAY; // the laptop slept
  await sender.slot();
  assert.deepEqual(puts.map(({ hex }) => hex), ["1-7-1-0", "1-4-1-0"]);
});

test("a guardian without a key is told once, and does not hold up the others", async () => {
  const { sender, puts, told } = rig();
  sender.learn(keys(H), 5000);
  sender.post(letter(1, G, 1));
  sender.post(letter(2, H, 1));
  for (let slot = 0; slot < 3; slot++) await sender.slot();
  assert.deepEqual(puts.map(({ hex }) => hex), ["1-7-2-0", "0-1", "0-2"]);
  assert.deepEqual(told.filter(({ kind }) => kind === "unreachable"), [{ kind: "unreachable", id: 1, g: G }]);
  sender.learn(keys(G, H), 5000);
  await sender.slot(); // cover, sealed ahead
  await sender.slot();
  assert.equal(puts[4]?.hex, "1-7-1-0", "and its letter leaves when a key comes");
});

test("a key that cannot be used stops neither cover nor other letters", async () => {
  const { sender, puts, told } = rig({
    seal: (plaintext, key) => {
      if (key[0] === 66) throw new Error("bad key");
      return new Uint8Array([1, ...key, ...plaintext]);
    },
  });
  const bad = { epochs: new Map([[20_000, new Uint8Array([66])]]), fallbacks: [] };
  sender.learn(new Map([...keys(H), [G, bad]]), 5000);
  sender.post(letter(1, G, 1));
  sender.post(letter(2, H, 1));
  await sender.slot();
  await sender.slot();
  assert.deepEqual(puts.map(({ hex }) => hex), ["1-7-2-0", "0-1"]);
  assert.equal(told.filter(({ kind }) => kind === "unreachable").length, 1);
});

test("a directory older than twelve hours is asked for again, once", async () => {
  const { sender, told, clock } = rig();
  sender.learn(keys(G), 5000);
  clock.now += 12 * 3_600_000 - 1;
  await sender.slot();
  assert.equal(told.filter(({ kind }) => kind === "refetch").length, 0);
  clock.now += 1;
  await sender.slot();
  await sender.slot();
  assert.equal(told.filter(({ kind }) => kind === "refetch").length, 1);
});
