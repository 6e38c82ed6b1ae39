/**
 * Files that a person chooses to save: a copy of what was sent, signed receipts, and what the one-file writer sealed. Made
 * in this page; nothing is fetched.
 */

import { b64 } from "../../../crypto/encoding.js";

/**
 * What a receipt's digest speaks of: head and rest of the message, for each guardian.
 * @param {readonly import("./letters.js").Letter[]} letters
 */
export function saveCopy(letters) {
  const messages = letters.map(({ g, name, head, rest }) => ({ g, name, head: b64(head), rest: b64(rest) }));
  const [first] = letters;
  const text = first ? new TextDecoder().decode(first.head) + new TextDecoder().decode(first.rest) : "";
  save("copy.json", { v: 1, text, messages });
}

/**
 * A receipt as it was signed: `signature || JSON`, in base64.
 * @param {Uint8Array} payload
 * @param {string} name
 */
export function saveReceipt(payload, name) {
  save("receipt.json", { v: 1, name, receipt: b64(payload) });
}

/**
 * The one-file writer's file, under a name that says nothing.
 * @param {Uint8Array} file
 */
export function saveSealed(file) {
  saveBytes("sealed.bin", new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (file)], { type: "application/octet-stream" }));
}

/**
 * @param {string} name
 * @param {object} value
 */
function save(name, value) {
  saveBytes(name, new Blob([`${JSON.stringify(value, null, 1)}\n`], { type: "application/json" }));
}

/**
 * @param {string} name
 * @param {Blob} blob
 */
function saveBytes(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
