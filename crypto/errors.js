/**
 * The one error of the protocol, with a code from a closed list (PROTOCOL section 2).
 *
 * The code says what is wrong; what a person reads is chosen by the face that shows it. "Not for me" is not an error:
 * such functions return null.
 */

export const CODES = Object.freeze([
  "size",
  "malformed",
  "limit",
  "key",
  "signature",
  "type",
  "organisation",
  "unknown",
  "early",
  "expired",
  "revoked",
  "rollback",
  "missing",
  "stale",
  "conflict",
  "tampered",
  "words",
  "word",
  "checksum",
  "thread",
  "work",
  "replay",
]);

/** A refusal. `code` is one of CODES; `detail` helps a developer and never holds a secret or a person's text. */
export class CandourError extends Error {
  /**
   * @param {string} code
   * @param {string} [detail]
   */
  constructor(code, detail = "") {
    if (!CODES.includes(code)) throw new TypeError(`not an error code: ${code}`);
    super(detail ? `${code}: ${detail}` : code);
    this.name = "CandourError";
    this.code = code;
    this.detail = detail;
  }
}
