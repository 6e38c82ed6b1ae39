/**
 * Signed statements: DSSE envelopes, and signatures that travel apart from what they sign (PROTOCOL section 11).
 *
 *     const data = sign("revocation", makeBody("revocation", { organisation, day, certificate, reason: "" }), [seed]);
 *     parse(data).signers    // [the public key of the seed]
 */

import { b64, compare, concat, dump, load, uint, unb64, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import { array, fits, plain, raw, record, string } from "./fields.js";
import { sha256 } from "./kdf.js";
import * as signing from "./signing.js";
import { NAMES, checkBody, lastDay } from "./statement_bodies.js";

/** @typedef {import("./statement_bodies.js").Body} Body */
/** @typedef {{ keyid: Uint8Array, sig: Uint8Array }} Signature */

export const MAX_ENVELOPE = 65_536;

const TYPE = /^application\/vnd\.candour\.([a-z]{1,32})\.v1\+json$/;
const ENVELOPE = record({
  payload: (value) => unb64(value),
  payloadtype: string(1, 127),
  signatures: array(record({ keyid: raw(32), sig: raw(64) }), 1, 2),
});

/** A statement of well-formed shape. `body` has bytes where the JSON has base64. */
export class Envelope {
  /** @param {{ name: string, body: Body, payload: Uint8Array, signatures: Signature[] }} fields */
  constructor({ name, body, payload, signatures }) {
    this.name = name;
    this.body = body;
    this.payload = payload;
    this.signatures = signatures;
    Object.freeze(this);
  }

  /** The public keys that signed, ascending. */
  get signers() {
    return this.signatures.map((one) => one.keyid);
  }

  /** The envelope as a JSON object, as it stands in a directory's log. */
  get object() {
    return { payload: b64(this.payload), payloadtype: mediaType(this.name), signatures: plain(this.signatures) };
  }
}

/**
 * The type that is signed with a statement of this NAME.
 * @param {string} name
 * @returns {string}
 */
export function mediaType(name) {
  return `application/vnd.candour.${name}.v1+json`;
}

/**
 * DSSE's pre-authentication encoding: what is signed, so that no signature fits two types or two cuts.
 * @param {string} type
 * @param {Uint8Array} body
 * @returns {Uint8Array}
 */
export function pae(type, body) {
  return concat(utf8(`DSSEv1 ${type.length} ${type} ${body.length} `), body);
}

/**
 * Signs PAE(type, body) with a seed of 32 bytes; gives 64 bytes.
 * @param {string} type
 * @param {Uint8Array} body
 * @param {Uint8Array} seed
 * @returns {Uint8Array}
 */
export function signDetached(type, body, seed) {
  return signing.sign(seed, pae(type, body));
}

/**
 * Whether the signature over PAE(type, body) is the key's.
 * @param {string} type
 * @param {Uint8Array} body
 * @param {Uint8Array} sig
 * @param {Uint8Array} key
 * @returns {boolean}
 */
export function verifyDetached(type, body, sig, key) {
  return signing.verify(key, pae(type, body), sig);
}

/**
 * Makes an envelope, signed with each seed; `malformed` when the body is not of its NAME's shape, `limit`.
 * @param {string} name
 * @param {Body} body
 * @param {Uint8Array[]} seeds
 * @returns {Uint8Array}
 */
export function sign(name, body, seeds) {
  const document = plain(body);
  checkBody(name, document);
  const payload = dump(document);
  const signed = seeds.map((seed) => ({
    keyid: signing.publicKey(seed),
    sig: signDetached(mediaType(name), payload, seed),
  }));
  const signatures = signed.sort((a, b) => compare(a.keyid, b.keyid));
  const data = dump(new Envelope({ name, body, payload, signatures }).object);
  read(data);
  return data;
}

/**
 * Reads an envelope, from its bytes or from its JSON object, without verifying signatures: see `parse`.
 *
 * Throws, in this order: `limit`, `malformed` (the envelope), `type` (of no known NAME, or not the one asked for),
 * `malformed` (the payload).
 * @param {unknown} source
 * @param {string | null} [asked]
 * @returns {Envelope}
 */
export function read(source, asked = null) {
  const fields = ENVELOPE(source instanceof Uint8Array ? load(source, MAX_ENVELOPE) : bounded(source));
  /** @type {Signature[]} */
  const signatures = fields.signatures;
  fits(
    signatures.every((one, at) => at === 0 || compare(/** @type {Signature} */ (signatures[at - 1]).keyid, one.keyid) < 0),
    "order of signatures",
  );
  const name = TYPE.exec(fields.payloadtype)?.[1] ?? "";
  if (!NAMES.includes(name) || (asked !== null && name !== asked)) {
    throw new CandourError("type", "not the statement asked for");
  }
  const body = checkBody(name, load(fields.payload, MAX_ENVELOPE));
  return new Envelope({ name, body, payload: fields.payload, signatures });
}

/**
 * Reads an envelope and verifies each signature (`signature`) by the key it names; `chain` tells whose it is.
 * @param {unknown} source
 * @param {string | null} [asked]
 * @returns {Envelope}
 */
export function parse(source, asked = null) {
  const envelope = read(source, asked);
  verifySignatures(envelope);
  return envelope;
}

/**
 * Throws `signature` unless every signature is its key's.
 * @param {Envelope} envelope
 */
export function verifySignatures(envelope) {
  for (const { keyid, sig } of envelope.signatures) {
    if (!verifyDetached(mediaType(envelope.name), envelope.payload, sig, keyid)) {
      throw new CandourError("signature", envelope.name);
    }
  }
}

/**
 * H(PAE || keyid1 || sig1 …), 32 bytes: what is left in the log of a statement that no longer matters.
 * @param {Envelope} envelope
 * @returns {Uint8Array}
 */
export function statementDigest(envelope) {
  const signatures = envelope.signatures.flatMap(({ keyid, sig }) => [keyid, sig]);
  return sha256(concat(pae(mediaType(envelope.name), envelope.payload), ...signatures));
}

/**
 * The name of an entry, 32 bytes.
 * @param {Envelope} envelope
 * @returns {Uint8Array}
 */
export function entryHash(envelope) {
  return stubHash(envelope.name, lastDay(envelope.name, envelope.body), statementDigest(envelope));
}

/**
 * An entry hash from its parts. NAME and last day are bound: a revocation cannot pass for an old list of keys.
 * @param {string} name
 * @param {number} last
 * @param {Uint8Array} digest
 * @returns {Uint8Array}
 */
export function stubHash(name, last, digest) {
  return sha256(concat(utf8(name), uint(last, 4), digest));
}

/**
 * @param {unknown} source
 * @returns {unknown}
 */
function bounded(source) {
  if (dump(source).length > MAX_ENVELOPE) throw new CandourError("limit", "envelope");
  return source;
}
