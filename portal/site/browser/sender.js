/**
 * The sender: one cell at a time, at random slots, on every visit (PROTOCOL section 14). Real cells and cover take the
 * same way through here; only `#next` knows the difference, and it cannot change when a slot comes.
 *
 * Time, chance, network and cryptography are handed in, so that the tests can run hours in milliseconds.
 *
 * @typedef {object} Letter one message for one guardian
 * @property {number} id
 * @property {string} g base64
 * @property {Uint8Array[]} plaintexts 2,960 bytes each
 *
 * @typedef {{ beacon: Uint8Array, bits: number }} Price of one cell, in work
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {Price} [price] the server's new price, with 428
 *
 * @typedef {object} Ports
 * @property {(name: string, cell: Uint8Array, nonce: Uint8Array) => Promise<Answer | null>} put null: no answer in time
 * @property {(milliseconds: number) => Promise<void>} sleep
 * @property {() => number} random uniform, above 0 and at most 1
 * @property {() => number} now milliseconds since 1970
 * @property {(event: Told) => void} tell
 * @property {(plaintext: Uint8Array, key: Uint8Array) => Uint8Array} seal
 * @property {() => Uint8Array} cover
 * @property {(cell: Uint8Array) => { bytes: Uint8Array, hex: string }} name
 * @property {(beacon: Uint8Array, name: Uint8Array, bits: number) => Uint8Array} solve
 *
 * @typedef {{ kind: "progress", id: number, sent: number, of: number, fallback: boolean }
 *   | { kind: "trouble", status: number }
 *   | { kind: "taken" }
 *   | { kind: "unreachable", id: number, g: string }
 *   | { kind: "refetch" }
 *   | { kind: "stopped" }} Told
 *
 * @typedef {object} Outstanding
 * @property {Uint8Array} cell
 * @property {{ bytes: Uint8Array, hex: string }} name
 * @property {Uint8Array} nonce
 * @property {number} day it was sealed on
 * @property {boolean} fallback
 * @property {Letter | null} letter null: cover
 */

import { choose } from "./keys.js";
import { DEFAULT_SLOT, mean, wait } from "./slots.js";

const DAY = 86_400_000;
const FRESH = 12 * 60 * 60 * 1000;

export class Sender {
  /** @type {Ports} */ #ports;
  /** @type {import("./keys.js").KeyTable} */ #keys = new Map();
  /** @type {{ letter: Letter, sent: number }[]} */ #queue = [];
  /** @type {Outstanding | null} */ #outstanding = null;
  /** @type {Set<number>} */ #unreachable = new Set();
  /** @type {Price} */ #price = { beacon: new Uint8Array(16), bits: 0 };
  #slot = DEFAULT_SLOT;
  #opened;
  #asked;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
    this.#opened = ports.now();
    this.#asked = ports.now();
  }

  /** @param {Price} price */
  set price(price) {
    this.#price = price;
  }

  /**
   * The keys of a directory verified just now, and the policy's mean wait.
   * @param {import("./keys.js").KeyTable} table
   * @param {number} slot milliseconds
   */
  learn(table, slot) {
    this.#keys = table;
    this.#slot = slot;
    this.#asked = this.#ports.now();
    this.#unreachable.clear();
  }

  /** @param {Letter} letter */
  post(letter) {
    this.#queue.push({ letter, sent: 0 });
  }

  /** Seals the first cell and goes on for ever; a closed page ends it. */
  async run() {
    const begun = this.#pause();
    this.#outstanding = this.#next();
    await begun;
    for (;;) await this.slot();
  }

  /**
   * One slot: exactly one cell leaves, the outstanding one. Ends when the next slot is due: the wait begins with the
   * answer, before anything is sealed, so that a device that is busy (with a codename, say) does not move the slots.
   */
  async slot() {
    this.#askForKeys();
    const current = this.#fresh(this.#outstanding);
    this.#outstanding = current;
    const answer = await this.#ports.put(current.name.hex, current.cell, current.nonce);
    const begun = this.#pause();
    if (answer?.status === 204) {
      this.#taken(current);
      this.#outstanding = this.#next();
    } else {
      if (answer?.price) this.#reprice(current, answer.price);
      else this.#ports.tell({ kind: "trouble", status: answer?.status ?? 0 });
    }
    await begun;
  }

  #pause() {
    return this.#ports.sleep(wait(mean(this.#slot, this.#ports.now() - this.#opened), this.#ports.random()));
  }

  /** A directory older than 12 hours is fetched again, whatever the person does. */
  #askForKeys() {
    if (this.#ports.now() - this.#asked < FRESH) return;
    this.#asked = this.#ports.now();
    this.#ports.tell({ kind: "refetch" });
  }

  /**
   * A cell sealed more than a day ago is sealed again: a guardian tries only the keys of two days around its arrival,
   * so one kept by a sleeping laptop would be taken and never opened. Cover and real alike.
   * @param {Outstanding | null} current
   */
  #fresh(current) {
    if (current && this.#day() - current.day <= 1) return current;
    return this.#next();
  }

  /** @param {Outstanding} current */
  #taken(current) {
    const first = this.#queue.find((each) => each.letter === current.letter);
    if (first) {
      first.sent += 1;
      const of = first.letter.plaintexts.length;
      this.#ports.tell({ kind: "progress", id: first.letter.id, sent: first.sent, of, fallback: current.fallback });
      if (first.sent === of) this.#queue = this.#queue.filter((each) => each !== first);
    }
    this.#ports.tell({ kind: "taken" });
  }

  /**
   * @param {Outstanding} current
   * @param {Price} price
   */
  #reprice(current, price) {
    this.#price = price;
    current.nonce = this.#ports.solve(price.beacon, current.name.bytes, price.bits);
  }

  /** Seals the next cell ahead of its slot, work included: real if one waits and can be sealed, else cover. */
  #next() {
    const day = this.#day();
    const real = this.#sealReal(day);
    const cell = real?.cell ?? this.#ports.cover();
    const name = this.#ports.name(cell);
    const nonce = this.#ports.solve(this.#price.beacon, name.bytes, this.#price.bits);
    return { cell, name, nonce, day, fallback: real?.fallback ?? false, letter: real?.letter ?? null };
  }

  /**
   * The next piece of the first message whose guardian has a key; one message is finished before the next begins.
   * @param {number} day
   */
  #sealReal(day) {
    for (const { letter, sent } of this.#queue) {
      const found = choose(this.#keys, letter.g, day);
      const plaintext = letter.plaintexts[sent];
      const cell = found && plaintext ? this.#sealed(plaintext, found.key) : null;
      if (found && cell) return { letter, cell, fallback: found.kind === "fallback" };
      this.#lament(letter);
    }
    return null;
  }

  /**
   * @param {Uint8Array} plaintext
   * @param {Uint8Array} key
   */
  #sealed(plaintext, key) {
    try {
      return this.#ports.seal(plaintext, key);
    } catch {
      return null; // a key that a guardian signed and that cannot be used: told like a missing one
    }
  }

  /** @param {Letter} letter */
  #lament(letter) {
    if (this.#unreachable.has(letter.id)) return;
    this.#unreachable.add(letter.id);
    this.#ports.tell({ kind: "unreachable", id: letter.id, g: letter.g });
  }

  #day() {
    return Math.floor(this.#ports.now() / DAY);
  }
}
