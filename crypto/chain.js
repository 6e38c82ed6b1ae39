/**
 * The log: an append-only, hash-chained list of statements, each checked when it is added (PROTOCOL sections 11, 12).
 *
 * A `Chain` is the only mutable value of this package: it grows entry by entry, and an entry that is refused leaves it as
 * it was. The order of the checks is part of the protocol, so that both languages give the same code.
 */

import { b64, compare, concat, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import { choice, day, isObject, raw, record } from "./fields.js";
import { sha256 } from "./kdf.js";
import { EFFECTS, RULES, refuse, same } from "./rules.js";
import { entryHash, read, stubHash, verifySignatures } from "./statement.js";
import { organisationId } from "./thread.js";

/** @typedef {import("./statement_bodies.js").Body} Body */
/** @typedef {import("./statement.js").Envelope} Envelope */
/** @typedef {import("./guardians.js").Certificate} Certificate */
/** @typedef {import("./guardians.js").Policy} Policy */
/** @typedef {import("./rules.js").Entries} Entries */
/** @typedef {import("./rules.js").Stated} Stated */

export const STUB_DAYS = 60;

const STUB = record({ name: choice("epochs", "fallback"), last: day, digest: raw(32) });
const BY_ROOT = Object.freeze(["organisation", "policy", "certificate", "revocation"]);
const BY_TWO = Object.freeze(["story", "statistics"]);
const NOT_IN_LOG = Object.freeze(["head", "request", "site"]);
const DATED = Object.freeze(["policy", "epochs", "fallback", "calendar"]);

/** A log, verified entry by entry. `states[n]` is the state after n entries; `organisation` (32 bytes): expected. */
export class Chain {
  /** @param {Uint8Array | null} [organisation] */
  constructor(organisation = null) {
    this.organisation = organisation ?? new Uint8Array(0);
    this.day = 0;
    this.name = "";
    this.root = new Uint8Array(0);
    /** @type {Policy | null} */
    this.policy = null;
    /** @type {Uint8Array[]} */
    this.states = [];
    /** @type {Map<string, Certificate>} by entry hash */
    this.certificates = new Map();
    /** @type {Map<string, Entries>} by g */
    this.guardians = new Map();
    /** @type {Set<string>} */
    this.digests = new Set();
    /** @type {Body[]} */
    this.stories = [];
    /** @type {Body[]} */
    this.statistics = [];
    /** @type {Set<string>} */
    this.hashes = new Set();
    /** @type {Map<string, string>} key to role and g */
    this.owners = new Map();
    /** @type {number | null} */
    this.firstPolicy = null;
    /** @type {Map<string, number>} */
    this.latest = new Map();
  }

  /** How many entries there are. */
  get length() {
    return this.hashes.size;
  }

  /**
   * Appends an envelope (bytes or JSON object) or a stub (object), or throws and changes nothing.
   * @param {unknown} item
   * @param {number} today
   */
  add(item, today) {
    if (this.states.length === 0) {
      this.begin(read(item), today);
    } else if (isObject(item) && Object.hasOwn(item, "name")) {
      this.append(this.checkStub(item, today));
    } else {
      const envelope = read(item);
      const position = entryHash(envelope);
      this.check(envelope, position, today);
      this.append(position);
      this.apply(envelope, position);
    }
  }

  /**
   * @private
   * @param {Envelope} envelope
   * @param {number} today
   */
  begin(envelope, today) {
    const body = envelope.body;
    const own = envelope.name === "organisation" ? body.organisation : null;
    const expected = this.organisation.length > 0 ? this.organisation : own;
    if (own === null || !same(own, organisationId(body.root)) || !same(own, expected)) {
      throw new CandourError("organisation", "first entry");
    }
    refuse(body.day > today + 1, "early", "organisation");
    refuse(!sameKeys(envelope.signers, [body.root]), "signature", "organisation");
    verifySignatures(envelope);
    this.organisation = own;
    this.root = body.root;
    this.name = body.name;
    this.day = body.day;
    this.owners.set(b64(this.root), "root");
    this.states.push(sha256(concat(utf8("candour/v1/log"), own)));
    this.append(entryHash(envelope));
  }

  /**
   * @private
   * @param {unknown} item
   * @param {number} today
   * @returns {Uint8Array}
   */
  checkStub(item, today) {
    const stub = STUB(item);
    // Left out too early, a list of keys would be hidden, and its guardian written to under the fallback key.
    refuse(stub.last > today - STUB_DAYS, "missing", "statement left out");
    const position = stubHash(stub.name, stub.last, stub.digest);
    refuse(this.hashes.has(b64(position)), "conflict", "entry twice");
    return position;
  }

  /**
   * @private
   * @param {Envelope} envelope
   * @param {Uint8Array} position
   * @param {number} today
   */
  check(envelope, position, today) {
    const { name, body } = envelope;
    refuse(NOT_IN_LOG.includes(name), "type", name);
    refuse(!same(body.organisation, this.organisation), "organisation", name);
    refuse(body.day > today + 1, "early", name);
    refuse(this.hashes.has(b64(position)), "conflict", "entry twice");
    this.checkSigners(envelope);
    verifySignatures(envelope);
    refuse(DATED.includes(name) && body.day < (this.latest.get(subject(name, body)) ?? 0), "rollback", name);
    RULES.get(name)?.(this, body);
  }

  /**
   * @private
   * @param {Envelope} envelope
   */
  checkSigners(envelope) {
    const { name, body, signers } = envelope;
    if (BY_ROOT.includes(name)) {
      refuse(!sameKeys(signers, [this.root]), "signature", name);
    } else if (name === "rotation") {
      const required = [this.root, body.new].sort(compare);
      refuse(!same(body.old, this.root) || !sameKeys(signers, required), "signature", name);
    } else {
      /** @type {Uint8Array[]} */
      const people = BY_TWO.includes(name) ? [body.g, body.second] : [body.g];
      for (const g of people) refuse(!this.guardians.has(b64(g)), "unknown", "guardian");
      refuse(signers.length !== people.length, "signature", name);
      for (const g of people) this.checkSigner(g, "identity", signers, body.day);
    }
  }

  /**
   * A signer must be the `identity` or `courier` of g, who is in the log: `signature`, `revoked`, `expired`.
   * @param {Uint8Array} g
   * @param {"identity" | "courier"} role
   * @param {Uint8Array[]} signers
   * @param {number} day
   */
  checkSigner(g, role, signers, day) {
    const named = this.held(this.entries(g)).filter((one) => signers.some((key) => same(key, one[role])));
    refuse(named.length === 0, "signature", `not the ${role}`);
    // Revoked is revoked, whatever day the statement bears: who stole the key would write an earlier one.
    const unrevoked = named.filter((one) => one.revoked === null);
    refuse(unrevoked.length === 0, "revoked", role);
    refuse(unrevoked.every((one) => one.lastDay < day), "expired", role);
  }

  /**
   * Whether a promised key still counts: its signer has a certificate that was not revoked.
   * @param {Stated} stated
   * @param {Entries} entries
   * @returns {boolean}
   */
  lives(stated, entries) {
    return this.held(entries).some((one) => one.revoked === null && same(one.identity, stated.identity));
  }

  /**
   * The certificates of one g, oldest first.
   * @param {Entries} entries
   * @returns {Certificate[]}
   */
  held(entries) {
    return entries.certificates.map((one) => /** @type {Certificate} */ (this.certificates.get(one)));
  }

  /**
   * What the log says about g, which is known to be in it.
   * @param {Uint8Array} g
   * @returns {Entries}
   */
  entries(g) {
    return /** @type {Entries} */ (this.guardians.get(b64(g)));
  }

  /**
   * @private
   * @param {Uint8Array} position
   */
  append(position) {
    this.hashes.add(b64(position));
    const state = /** @type {Uint8Array} */ (this.states.at(-1));
    this.states.push(sha256(concat(utf8("candour/v1/entry"), state, position)));
  }

  /**
   * @private
   * @param {Envelope} envelope
   * @param {Uint8Array} position
   */
  apply(envelope, position) {
    const { name, body } = envelope;
    if (DATED.includes(name)) this.latest.set(subject(name, body), body.day);
    EFFECTS.get(name)?.(this, body, position, /** @type {Uint8Array} */ (envelope.signers[0]));
  }
}

/**
 * Verifies a whole log and gives its chain.
 * @param {Iterable<unknown>} log
 * @param {number} today
 * @param {Uint8Array | null} [organisation]
 * @returns {Chain}
 */
export function replay(log, today, organisation = null) {
  const chain = new Chain(organisation);
  for (const item of log) chain.add(item, today);
  return chain;
}

/**
 * The chain with one more statement, or the code with which a verifier of the whole log would refuse it.
 * @param {Iterable<unknown>} log
 * @param {unknown} envelope
 * @param {number} today
 * @returns {Chain}
 */
export function appendCheck(log, envelope, today) {
  const chain = replay(log, today);
  chain.add(envelope, today);
  return chain;
}

/**
 * @param {Uint8Array[]} a
 * @param {Uint8Array[]} b
 * @returns {boolean}
 */
function sameKeys(a, b) {
  return a.length === b.length && a.every((key, at) => same(key, /** @type {Uint8Array} */ (b[at])));
}

/**
 * @param {string} name
 * @param {Body} body
 * @returns {string}
 */
function subject(name, body) {
  return "g" in body ? name + b64(body.g) : name;
}
