/**
 * What replies and receipts have in common: `signature || JSON`, signed by a guardian's identity (PROTOCOL section 9).
 *
 * The signature travels apart from an envelope, since a board cell has no room to spare. Whoever reads needs a verified
 * directory: it alone tells which identity was a guardian's on the day of signing.
 */

import { compare, concat, dump, load } from "./encoding.js";
import { CandourError } from "./errors.js";
import { plain, present } from "./fields.js";
import { mediaType, signDetached, verifyDetached } from "./statement.js";

/** @typedef {import("./fields.js").Check} Check */
/** @typedef {import("./guardians.js").Certificate} Certificate */
/** @typedef {import("./guardians.js").Directory} Directory */

export const SIGNATURE = 64;
export const MAX_JSON = 31_440;

/**
 * Signs a document of this NAME; keys without a value are left out. `malformed`, or `limit` above 31,440 bytes.
 * @param {string} name
 * @param {Check} shape
 * @param {Record<string, unknown>} fields
 * @param {Uint8Array} identitySeed
 * @returns {Uint8Array}
 */
export function signDocument(name, shape, fields, identitySeed) {
  const data = dump(plain({ v: 1, ...present(fields) }));
  shape(load(data, MAX_JSON));
  return concat(signDetached(mediaType(name), data, identitySeed), data);
}

/**
 * The fields of a signed document, and the certificates of its signer that hold on its day, newest first.
 *
 * In this order: `malformed`, `limit`, `organisation`, `early` (later than tomorrow), `unknown`, `early`, `expired`,
 * `revoked` (the certificate), `signature`, `thread`.
 * @param {string} name
 * @param {Check} shape
 * @param {Uint8Array} payload
 * @param {Directory} directory
 * @param {Uint8Array} thread
 * @param {number} today
 * @returns {[any, Certificate[]]}
 */
export function readDocument(name, shape, payload, directory, thread, today) {
  const signature = payload.subarray(0, SIGNATURE);
  const data = payload.subarray(SIGNATURE);
  const { v: _, ...fields } = shape(load(data, MAX_JSON));
  if (compare(fields.organisation, directory.organisation) !== 0) throw new CandourError("organisation", name);
  if (fields.day > today + 1) throw new CandourError("early", name);
  // A renewed certificate may overlap the one before it, with another identity: either may have signed.
  const held = directory.certificates(fields.g, fields.day);
  const signers = held.filter((one) => verifyDetached(mediaType(name), data, signature, one.identity));
  if (signers.length === 0) throw new CandourError("signature", name);
  if (compare(fields.thread, thread) !== 0) throw new CandourError("thread", name);
  return [fields, signers];
}
