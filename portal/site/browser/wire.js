/**
 * A PUT to this site's server, as cells and chunks need it: nothing kept, nothing told beside it, and a limit to waiting.
 *
 * @typedef {import("./sender.js").Answer} Answer
 * @typedef {import("./sender.js").Price} Price
 */

import { b64, unb64 } from "../../../crypto/encoding.js";
import { MAX_BITS } from "../../../crypto/work.js";

/**
 * The server's answer, or null: none in time, no network, or something that is not the server's.
 * @param {string} path
 * @param {Uint8Array} body
 * @param {Uint8Array} nonce of the work, 8 bytes
 * @param {number} patience milliseconds
 * @param {AbortSignal} [stop]
 * @returns {Promise<Answer | null>}
 */
export async function put(path, body, nonce, patience, stop) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  const stopping = () => abort.abort();
  stop?.addEventListener("abort", stopping);
  try {
    const response = await fetch(path, {
      method: "PUT",
      body: /** @type {Uint8Array<ArrayBuffer>} */ (body),
      headers: { "Candour-Work": b64(nonce), "Content-Type": "application/octet-stream" },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: abort.signal,
    });
    return { status: response.status, ...(response.status === 428 ? { price: readPrice(await response.json()) } : {}) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener("abort", stopping);
  }
}

/**
 * @param {{ beacon: string, bits: number }} body
 * @returns {Price}
 */
export function readPrice({ beacon, bits }) {
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_BITS) throw new RangeError("a price above the protocol's");
  return { beacon: unb64(beacon, 16), bits };
}
