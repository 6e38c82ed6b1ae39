/**
 * What a verified directory tells: organisation, policy, guardians and their keys (PROTOCOL sections 12 and 13).
 *
 * Values only, made by `directory.verify`; all days are UTC days, all spans include both ends. Nothing here is secret.
 */

import { b64, compare } from "./encoding.js";
import { CandourError } from "./errors.js";

/** @typedef {import("./statement_bodies.js").Body} Body */

/**
 * The numbers everyone goes by. Periods in seconds; `writer` is 32 bytes, or empty.
 * @typedef {Readonly<{ day: number, period: number, boardPeriod: number, boardCells: number, boardDummies: number,
 *   boardDays: number, reportDays: number, slotMs: number, attachmentMb: number, writer: Uint8Array }>} Policy
 */

/**
 * A guardian's keys for some days. `entryHash` (32 bytes) names it; `revoked` is the day from which it is void.
 * @typedef {Readonly<{ entryHash: Uint8Array, g: Uint8Array, name: string, role: string, identity: Uint8Array,
 *   courier: Uint8Array, day: number, firstDay: number, lastDay: number, succeeds: Uint8Array | null,
 *   revoked: number | null }>} Certificate
 */

/**
 * A fallback public key of 1,216 bytes; `key` is null when the directory file does not carry it.
 * @typedef {Readonly<{ firstDay: number, lastDay: number, digest: Uint8Array, key: Uint8Array | null }>} Fallback
 */

/**
 * When a guardian collects: weekdays (Monday 0) and spans of days away.
 * @typedef {Readonly<{ day: number, weekdays: number[], away: [number, number][] }>} Calendar
 */

/**
 * One `g` of the directory.
 *
 * `digests` are the stated and still usable epoch keys by day, `epochs` those of them whose key the file carries, and
 * `missing` the days around today for which it should and does not. `headDay` is when the courier last vouched.
 * @typedef {Readonly<{ g: Uint8Array, name: string, role: string, certificates: Certificate[], calendar: Calendar | null,
 *   digests: Map<number, Uint8Array>, epochs: Map<number, Uint8Array>, fallbacks: Fallback[], lost: [number, number][],
 *   missing: number[], headDay: number | null, validToday: boolean }>} Guardian
 */

/**
 * @typedef {{ organisation: Uint8Array, name: string, root: Uint8Array, policy: Policy, guardians: Guardian[],
 *   stories: Body[], statistics: Body[], length: number, state: Uint8Array, headDay: number | null,
 *   warnings: string[] }} DirectoryFields
 */

/** A verified directory. `warnings` holds `stale` and `missing` where they apply; `state`: the chain's, 32 bytes. */
export class Directory {
  /** @param {DirectoryFields} fields */
  constructor(fields) {
    this.organisation = fields.organisation;
    this.name = fields.name;
    this.root = fields.root;
    this.policy = fields.policy;
    this.guardians = fields.guardians;
    this.stories = fields.stories;
    this.statistics = fields.statistics;
    this.length = fields.length;
    this.state = fields.state;
    this.headDay = fields.headDay;
    this.warnings = fields.warnings;
    Object.freeze(this);
  }

  /**
   * The guardian named by 16 bytes, valid or not; `unknown`.
   * @param {Uint8Array} g
   * @returns {Guardian}
   */
  guardian(g) {
    const found = this.guardians.find((guardian) => compare(guardian.g, g) === 0);
    if (found === undefined) throw new CandourError("unknown", "guardian");
    return found;
  }

  /** Those who can be written to today, as far as certificates go. */
  validGuardians() {
    return this.guardians.filter((guardian) => guardian.validToday);
  }

  /**
   * All that hold on a day, newest first, at least one; `unknown`, `early`, `expired` or `revoked` if none.
   * @param {Uint8Array} g
   * @param {number} day
   * @returns {Certificate[]}
   */
  certificates(g, day) {
    return validCertificates(this.guardian(g).certificates, day);
  }

  /**
   * The newest certificate that holds on a day; errors as `certificates`.
   * @param {Uint8Array} g
   * @param {number} day
   * @returns {Certificate}
   */
  certificate(g, day) {
    return /** @type {Certificate} */ (this.certificates(g, day)[0]);
  }

  /**
   * The public key (1,216 bytes) for a day, and `epoch` or `fallback`; `missing`, or as `certificate`.
   * @param {Uint8Array} g
   * @param {number} day
   * @returns {[Uint8Array, "epoch" | "fallback"]}
   */
  keyFor(g, day) {
    this.certificate(g, day);
    const guardian = this.guardian(g);
    const epoch = guardian.epochs.get(day);
    if (epoch !== undefined) return [epoch, "epoch"];
    for (const { firstDay, lastDay, key } of guardian.fallbacks) {
      if (key !== null && firstDay <= day && day <= lastDay) return [key, "fallback"];
    }
    throw new CandourError("missing", "no key for this day");
  }

  /**
   * Who may sign requests on a day: courier public key, in base64, to g.
   * @param {number} day
   * @returns {Map<string, Uint8Array>}
   */
  couriers(day) {
    const held = this.guardians.flatMap((guardian) => guardian.certificates);
    return new Map(held.filter((one) => holds(one, day)).map((one) => [b64(one.courier), one.g]));
  }
}

/**
 * Whether a certificate is valid on a day: inside its span, and not revoked on that day or before.
 * @param {Certificate} certificate
 * @param {number} day
 * @returns {boolean}
 */
export function holds(certificate, day) {
  const revoked = certificate.revoked !== null && certificate.revoked <= day;
  return certificate.firstDay <= day && day <= certificate.lastDay && !revoked;
}

/**
 * Those that hold on a day, newest first; `early`, `expired` or `revoked` when none does.
 * @param {Certificate[]} certificates
 * @param {number} day
 * @returns {Certificate[]}
 */
export function validCertificates(certificates, day) {
  if (certificates.every((one) => day < one.firstDay)) throw new CandourError("early", "certificate");
  const within = certificates.filter((one) => one.firstDay <= day && day <= one.lastDay);
  if (within.length === 0) throw new CandourError("expired", "certificate");
  const valid = within.filter((one) => holds(one, day)).reverse();
  if (valid.length === 0) throw new CandourError("revoked", "certificate");
  return valid;
}
