/**
 * The directory file: everything public in one file, verified by whoever reads it (PROTOCOL section 12).
 *
 * `verify` trusts nothing but the organisation id: not the server that sent the file, and not the order of what is in it.
 * `build` writes a file. (What goes into one, `compose`, is Python's: a browser serves none.)
 */

import { replay } from "./chain.js";
import { b64, compare, dump, load } from "./encoding.js";
import { CandourError } from "./errors.js";
import { array, constant, fits, raw, record, string } from "./fields.js";
import { Directory, holds } from "./guardians.js";
import { sha256 } from "./kdf.js";
import { read, statementDigest, verifySignatures } from "./statement.js";
import { lastDay } from "./statement_bodies.js";

/** @typedef {import("./chain.js").Chain} Chain */
/** @typedef {import("./chain.js").Entries} Entries */
/** @typedef {import("./chain.js").Stated} Stated */
/** @typedef {import("./guardians.js").Certificate} Certificate */
/** @typedef {import("./guardians.js").Guardian} Guardian */
/** @typedef {import("./statement.js").Envelope} Envelope */

export const MAX_FILE = 4 * 1024 * 1024;
export const PAD = 16_384;
export const STALE_DAYS = 14;
export const KEY = 1216;

/** @type {import("./fields.js").Check} */
const anything = (value) => value;
const FILE = record({
  v: constant(1),
  log: array(anything, 1, MAX_FILE),
  heads: array(anything, 0, MAX_FILE),
  keys: array(raw(KEY), 0, MAX_FILE),
  pad: string(0, PAD - 1),
});

/**
 * Verifies a directory file for the organisation (32 bytes) one expects, on one's own UTC day.
 *
 * `remembered` is the [length, state] of a directory seen before. Throws any code of section 12; `stale` and keys that
 * are missing for one guardian are warnings of the result, since the other guardians can still be written to.
 * @param {Uint8Array} file
 * @param {Uint8Array} organisation
 * @param {number} today
 * @param {[number, Uint8Array] | null} [remembered]
 * @returns {Directory}
 */
export function verify(file, organisation, today, remembered = null) {
  const fields = FILE(load(file, MAX_FILE));
  fits(file.length % PAD === 0 && /^0*$/.test(fields.pad), "padding");
  fits(ascending(fields.keys), "order of keys");
  const chain = replay(fields.log, today, organisation);
  if (chain.policy === null) throw new CandourError("missing", "policy");
  /** @type {Envelope[]} */
  const heads = fields.heads.map((/** @type {unknown} */ head) => checkHead(chain, head, today));
  fits(ascending(heads.map((head) => head.body.g)), "order of heads");
  if (remembered !== null) checkState(chain, ...remembered);
  return view(chain, heads, fields.keys, today);
}

/**
 * Checks a head against a log: all that `verify` asks of it, and not older than the `previous` one of that g.
 *
 * In this order: `limit`, `malformed`, `type`, `organisation`, `early`, `unknown`, `signature`, `revoked`, `expired`,
 * `signature`, `rollback`.
 * @param {Chain} chain
 * @param {unknown} head
 * @param {number} today
 * @param {Envelope | null} [previous]
 * @returns {Envelope}
 */
export function checkHead(chain, head, today, previous = null) {
  const envelope = read(head, "head");
  const { body, signers } = envelope;
  if (compare(body.organisation, chain.organisation) !== 0) throw new CandourError("organisation", "head");
  if (body.day > today + 1) throw new CandourError("early", "head");
  if (!chain.guardians.has(b64(body.g))) throw new CandourError("unknown", "head");
  if (signers.length !== 1) throw new CandourError("signature", "head");
  chain.checkSigner(body.g, "courier", signers, body.day);
  verifySignatures(envelope);
  checkState(chain, body.length, body.state);
  if (previous !== null && older(body, previous.body)) throw new CandourError("rollback", "head");
  return envelope;
}

/**
 * What a chain, checked heads and public keys tell on a day; `unknown` for a key that no statement names.
 * @param {Chain} chain
 * @param {Envelope[]} heads
 * @param {Uint8Array[]} keys
 * @param {number} today
 * @returns {Directory}
 */
export function view(chain, heads, keys, today) {
  const byDigest = new Map(keys.map((key) => [b64(sha256(key)), key]));
  for (const digest of byDigest.keys()) {
    if (!chain.digests.has(digest)) throw new CandourError("unknown", "key");
  }
  if (chain.policy === null) throw new CandourError("missing", "policy");
  const headDays = new Map(heads.map((head) => [b64(head.body.g), Number(head.body.day)]));
  const guardians = [...chain.guardians.entries()].map(([g, entries]) =>
    viewGuardian(chain, entries, byDigest, headDays.get(g) ?? null, today),
  );
  const newest = headDays.size > 0 ? Math.max(...headDays.values()) : null;
  const stale = (newest === null || newest < today - STALE_DAYS) && chain.day <= today - STALE_DAYS;
  const missing = guardians.some((guardian) => guardian.validToday && guardian.missing.length > 0);
  return new Directory({
    organisation: chain.organisation,
    name: chain.name,
    root: chain.root,
    policy: chain.policy,
    guardians,
    stories: [...chain.stories],
    statistics: [...chain.statistics],
    length: chain.length,
    state: /** @type {Uint8Array} */ (chain.states.at(-1)),
    headDay: newest,
    warnings: [...(stale ? ["stale"] : []), ...(missing ? ["missing"] : [])],
  });
}

/**
 * Writes a directory file from envelopes and stubs, heads, and public keys; pads it. `limit` above 4 MiB.
 * @param {unknown[]} log
 * @param {unknown[]} heads
 * @param {Uint8Array[]} keys
 * @returns {Uint8Array}
 */
export function build(log, heads, keys) {
  const sortedHeads = heads.map((head) => read(head, "head")).sort((a, b) => compare(a.body.g, b.body.g));
  const sortedKeys = [...keys].sort(compare);
  const document = {
    v: 1,
    log: log.map((item) => (item instanceof Uint8Array ? load(item, MAX_FILE) : item)),
    heads: sortedHeads.map((head) => head.object),
    keys: [...new Set(sortedKeys.map(b64))],
    pad: "",
  };
  const length = dump(document).length;
  document.pad = "0".repeat((PAD - (length % PAD)) % PAD);
  const file = dump(document);
  if (file.length > MAX_FILE) throw new CandourError("limit", "directory");
  return file;
}

/**
 * What is left in a log of an `epochs` or `fallback` statement whose days are long over; `type` for others.
 * @param {Envelope} envelope
 * @returns {{ name: string, last: number, digest: string }}
 */
export function stub(envelope) {
  const { name, body } = envelope;
  if (name !== "epochs" && name !== "fallback") throw new CandourError("type", "never left out");
  return { name, last: lastDay(name, body), digest: b64(statementDigest(envelope)) };
}

/**
 * @param {Chain} chain
 * @param {number} length
 * @param {Uint8Array} state
 */
function checkState(chain, length, state) {
  const own = chain.states[length];
  if (length > chain.length || own === undefined || compare(own, state) !== 0) {
    throw new CandourError("rollback", "state");
  }
}

/**
 * @param {Chain} chain
 * @param {Entries} entries
 * @param {Map<string, Uint8Array>} byDigest
 * @param {number | null} headDay
 * @param {number} today
 * @returns {Guardian}
 */
function viewGuardian(chain, entries, byDigest, headDay, today) {
  const certificates = chain.held(entries);
  const valid = certificates.filter((one) => holds(one, today));
  const shown = /** @type {Certificate} */ ((valid.length > 0 ? valid : certificates).at(-1));
  const digests = liveDigests(chain, entries);
  /** @type {Map<number, Uint8Array>} */
  const epochs = new Map();
  for (const [on, digest] of digests) {
    const key = byDigest.get(b64(digest));
    if (key !== undefined) epochs.set(on, key);
  }
  return Object.freeze({
    g: entries.g,
    name: shown.name,
    role: shown.role,
    certificates,
    calendar: entries.calendar,
    digests,
    epochs,
    fallbacks: liveFallbacks(chain, entries, today - 1).map((one) => withKey(one, byDigest)),
    lost: entries.lost.map(([first, last]) => /** @type {[number, number]} */ ([first, last])),
    missing: [today - 1, today, today + 1].filter((on) => digests.has(on) && !epochs.has(on)),
    headDay,
    validToday: valid.length > 0,
  });
}

/**
 * @param {Stated} stated
 * @param {Map<string, Uint8Array>} byDigest
 * @returns {import("./guardians.js").Fallback}
 */
function withKey({ firstDay, lastDay: end, digest }, byDigest) {
  return Object.freeze({ firstDay, lastDay: end, digest, key: byDigest.get(b64(digest)) ?? null });
}

/**
 * The epoch keys of g that count: promised by a key not revoked, and not lost since.
 * @param {Chain} chain
 * @param {Entries} entries
 * @returns {Map<number, Uint8Array>}
 */
function liveDigests(chain, entries) {
  const live = [...entries.epochs].filter(([, one]) => chain.lives(one, entries) && !isLost(entries, one));
  return new Map(live.map(([on, one]) => [on, one.digest]));
}

/**
 * The fallback keys of g that count and have not ended before `since`, newest statement first.
 * @param {Chain} chain
 * @param {Entries} entries
 * @param {number} since
 * @returns {Stated[]}
 */
function liveFallbacks(chain, entries, since) {
  const stated = entries.fallbacks.filter((one) => one.lastDay >= since).reverse();
  return stated.filter((one) => chain.lives(one, entries) && !isLost(entries, one));
}

/**
 * Whether g declared, after promising this key, that secrets of its days are lost.
 * @param {Entries} entries
 * @param {Stated} stated
 * @returns {boolean}
 */
function isLost(entries, stated) {
  return entries.lost.some(
    ([first, last, position]) => position > stated.position && first <= stated.lastDay && stated.firstDay <= last,
  );
}

/**
 * @param {import("./statement_bodies.js").Body} body
 * @param {import("./statement_bodies.js").Body} previous
 * @returns {boolean}
 */
function older(body, previous) {
  return body.day < previous.day || (body.day === previous.day && body.length < previous.length);
}

/**
 * @param {Uint8Array[]} list
 * @returns {boolean}
 */
function ascending(list) {
  return list.every((one, at) => at === 0 || compare(/** @type {Uint8Array} */ (list[at - 1]), one) < 0);
}
