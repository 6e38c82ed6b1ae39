// An organisation with its log, as a steward and guardians would make it, for the Node tests of documents.
import { replay } from "../../crypto/chain.js";
import { KEY, build, verify } from "../../crypto/directory.js";
import { random } from "../../crypto/encoding.js";
import { sha256 } from "../../crypto/kdf.js";
import { publicKey } from "../../crypto/signing.js";
import { entryHash, read, sign } from "../../crypto/statement.js";
import { makeBody } from "../../crypto/statement_bodies.js";
import { organisationId } from "../../crypto/thread.js";
import { item } from "./help.mjs";

export const TODAY = 20_000;
export const START = TODAY - 100;
export const POLICY = Object.freeze({
  period: 86_400,
  board_period: 3_600,
  board_cells: 8,
  board_dummies: 16,
  board_days: 30,
  report_days: 30,
  slot_ms: 5_000,
  attachment_mb: 20,
  writer: new Uint8Array(0),
});

/** A guardian with all her seeds and keys. */
export class Person {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.g = random(16);
    this.identity = random(32);
    this.courier = random(32);
    /** @type {Map<number, Uint8Array>} */
    this.epochs = new Map();
    this.fallback = random(KEY);
    /** @type {Uint8Array} entry hash */
    this.certificate = new Uint8Array(0);
  }
}

/** `log`, `heads` and `keys` are what a directory file is built from; change them at will. */
export class Organisation {
  constructor() {
    this.root = random(32);
    /** @type {Uint8Array} */
    this.id = organisationId(publicKey(this.root));
    /** @type {unknown[]} */
    this.log = [];
    /** @type {Uint8Array[]} */
    this.heads = [];
    /** @type {Uint8Array[]} */
    this.keys = [];
    /** @type {Person[]} */
    this.people = [];
    this.say("organisation", [this.root], { day: START, name: "St Elsewhere", root: publicKey(this.root) });
  }

  /**
   * A signed statement, not in the log yet.
   * @param {string} name
   * @param {Uint8Array[]} seeds
   * @param {Record<string, unknown>} fields
   * @returns {Uint8Array}
   */
  make(name, seeds, fields) {
    return sign(name, makeBody(name, { organisation: this.id, day: TODAY, ...fields }), seeds);
  }

  /**
   * A signed statement, appended to the log; gives its entry hash.
   * @param {string} name
   * @param {Uint8Array[]} seeds
   * @param {Record<string, unknown>} fields
   * @returns {Uint8Array}
   */
  say(name, seeds, fields) {
    const data = this.make(name, seeds, fields);
    this.log.push(data);
    return entryHash(read(data));
  }

  /**
   * A guardian with a certificate of 300 days.
   * @param {string} name
   */
  join(name) {
    const person = new Person(name);
    const keys = { identity: publicKey(person.identity), courier: publicKey(person.courier) };
    const span = { day: START, from: START, until: START + 300, first: true };
    person.certificate = this.say("certificate", [this.root], { g: person.g, name, role: "Guardian", ...keys, ...span });
    this.people.push(person);
    return person;
  }

  /**
   * Promises epoch and fallback keys, and hands over those of today.
   * @param {Person} person
   */
  publish(person) {
    for (let day = TODAY - 5; day < TODAY + 21; day++) person.epochs.set(day, random(KEY));
    const digests = [...person.epochs.values()].map(sha256);
    this.say("epochs", [person.identity], { g: person.g, first: TODAY - 5, digests });
    const span = { from: TODAY - 10, until: TODAY + 15 };
    this.say("fallback", [person.identity], { g: person.g, ...span, digest: sha256(person.fallback) });
    const near = [TODAY - 1, TODAY, TODAY + 1].map((day) => /** @type {Uint8Array} */ (person.epochs.get(day)));
    this.keys.push(...near, person.fallback);
  }

  /**
   * The courier's head over the log as it is.
   * @param {Person} person
   * @param {Record<string, unknown>} [changes]
   */
  vouch(person, changes = {}) {
    const chain = replay(this.log, TODAY);
    const fields = { g: person.g, length: chain.length, state: item(chain.states, -1), ...changes };
    this.heads.push(this.make("head", [person.courier], fields));
  }

  /** The directory file, built without checking anything. */
  file() {
    return build(this.log, this.heads, this.keys);
  }

  /** @param {number} [today] */
  verified(today = TODAY) {
    return verify(this.file(), this.id, today);
  }
}

/** Two guardians who published in time, and a head each. */
export function ordinary() {
  const house = new Organisation();
  for (const name of ["Ada", "Bashir"]) house.join(name);
  house.say("policy", [house.root], { day: START, ...POLICY });
  for (const person of house.people) house.publish(person);
  for (const person of house.people) house.vouch(person);
  return house;
}
