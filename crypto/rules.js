/**
 * What each kind of statement may say at its place in the log, and what it changes there (PROTOCOL section 11).
 *
 * `chain` has checked shape, organisation, day, signers and signatures before it asks these rules.
 */

import { b64, compare } from "./encoding.js";
import { CandourError } from "./errors.js";

/** @typedef {import("./chain.js").Chain} Chain */
/** @typedef {import("./statement_bodies.js").Body} Body */
/** @typedef {import("./guardians.js").Certificate} Certificate */
/** @typedef {import("./guardians.js").Calendar} Calendar */

export const NOTICE_DAYS = 7;

/**
 * A key that an identity promised: its digest, for which days, and where in the log.
 * @typedef {Readonly<{ firstDay: number, lastDay: number, digest: Uint8Array, identity: Uint8Array,
 *   position: number }>} Stated
 */

/**
 * What the log says so far about one g.
 * @typedef {{ g: Uint8Array, certificates: string[], epochs: Map<number, Stated>, fallbacks: Stated[],
 *   lost: [number, number, number][], calendar: Calendar | null }} Entries
 */

/** @type {Map<string, (chain: Chain, body: Body) => void>} */
export const RULES = new Map([
  ["organisation", () => refuse(true, "conflict", "a second organisation")],
  ["rotation", checkRotation],
  ["certificate", checkCertificate],
  ["revocation", checkRevocation],
  ["epochs", checkEpochs],
]);

/** @type {Map<string, (chain: Chain, body: Body, position: Uint8Array, signer: Uint8Array) => void>} */
export const EFFECTS = new Map([
  ["rotation", applyRotation],
  ["policy", applyPolicy],
  ["certificate", applyCertificate],
  ["revocation", applyRevocation],
  ["epochs", applyEpochs],
  ["fallback", applyFallback],
  ["calendar", applyCalendar],
  ["lost", applyLost],
  ["story", applyStory],
  ["statistics", applyStatistics],
]);

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function checkRotation(chain, body) {
  refuse(chain.owners.has(b64(body.new)), "conflict", "key in use");
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function checkCertificate(chain, body) {
  if ("first" in body) refuse(chain.firstPolicy !== null && body.day > chain.firstPolicy, "early", "first");
  else refuse(body.from < body.day + NOTICE_DAYS, "early", "seven days' notice");
  refuse("succeeds" in body && !chain.guardians.has(b64(body.succeeds)), "unknown", "succeeds");
  // One key, one holder, one use: else two guardians' signatures could be one person's.
  for (const role of ["identity", "courier"]) {
    const owner = chain.owners.get(b64(body[role]));
    refuse(owner !== undefined && owner !== role + b64(body.g), "conflict", "key in use");
  }
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function checkRevocation(chain, body) {
  const certificate = chain.certificates.get(b64(body.certificate));
  if (certificate === undefined) throw new CandourError("unknown", "certificate");
  refuse(certificate.revoked !== null, "conflict", "revoked twice");
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function checkEpochs(chain, body) {
  const entries = chain.entries(body.g);
  const lastLost = entries.lost.reduce((latest, [, , position]) => Math.max(latest, position), 0);
  for (const [at, digest] of body.digests.entries()) {
    const known = entries.epochs.get(body.first + at);
    if (known !== undefined && !same(known.digest, digest) && known.position > lastLost) {
      refuse(chain.lives(known, entries), "conflict", "epochs");
    }
  }
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function applyRotation(chain, body) {
  chain.root = body.new;
  chain.owners.set(b64(chain.root), "root");
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function applyPolicy(chain, body) {
  chain.policy = Object.freeze({
    day: body.day,
    period: body.period,
    boardPeriod: body.board_period,
    boardCells: body.board_cells,
    boardDummies: body.board_dummies,
    boardDays: body.board_days,
    reportDays: body.report_days,
    slotMs: body.slot_ms,
    attachmentMb: body.attachment_mb,
    writer: body.writer,
  });
  chain.firstPolicy ??= body.day;
}

/**
 * @param {Chain} chain
 * @param {Body} body
 * @param {Uint8Array} position
 */
function applyCertificate(chain, body, position) {
  const { g, name, role, identity, courier } = body;
  const span = { day: body.day, firstDay: body.from, lastDay: body.until };
  const more = { succeeds: body.succeeds ?? null, revoked: null };
  const certificate = Object.freeze({ entryHash: position, g, name, role, identity, courier, ...span, ...more });
  chain.certificates.set(b64(position), certificate);
  if (!chain.guardians.has(b64(g))) {
    chain.guardians.set(b64(g), { g, certificates: [], epochs: new Map(), fallbacks: [], lost: [], calendar: null });
  }
  chain.entries(g).certificates.push(b64(position));
  chain.owners.set(b64(identity), "identity" + b64(g));
  chain.owners.set(b64(courier), "courier" + b64(g));
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function applyRevocation(chain, body) {
  const position = b64(body.certificate);
  const certificate = /** @type {Certificate} */ (chain.certificates.get(position));
  chain.certificates.set(position, Object.freeze({ ...certificate, revoked: body.day }));
}

/**
 * @param {Chain} chain
 * @param {Body} body
 * @param {Uint8Array} _position
 * @param {Uint8Array} identity
 */
function applyEpochs(chain, body, _position, identity) {
  for (const [at, digest] of body.digests.entries()) {
    const on = body.first + at;
    chain.entries(body.g).epochs.set(on, { firstDay: on, lastDay: on, digest, identity, position: chain.length });
    chain.digests.add(b64(digest));
  }
}

/**
 * @param {Chain} chain
 * @param {Body} body
 * @param {Uint8Array} _position
 * @param {Uint8Array} identity
 */
function applyFallback(chain, body, _position, identity) {
  const stated = { firstDay: body.from, lastDay: body.until, digest: body.digest, identity, position: chain.length };
  chain.entries(body.g).fallbacks.push(stated);
  chain.digests.add(b64(body.digest));
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function applyCalendar(chain, body) {
  chain.entries(body.g).calendar = Object.freeze({ day: body.day, weekdays: body.weekdays, away: body.away });
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function applyLost(chain, body) {
  chain.entries(body.g).lost.push([body.from, body.until, chain.length]);
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function applyStory(chain, body) {
  chain.stories.push(body);
}

/**
 * @param {Chain} chain
 * @param {Body} body
 */
function applyStatistics(chain, body) {
  chain.statistics.push(body);
}

/**
 * Throws an error with this code if the condition holds.
 * @param {boolean} condition
 * @param {string} code
 * @param {string} detail
 */
export function refuse(condition, code, detail) {
  if (condition) throw new CandourError(code, detail);
}

/**
 * Whether two byte strings are equal. Not for secrets. (Python: `==`.)
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @returns {boolean}
 */
export function same(a, b) {
  return compare(a, b) === 0;
}
