/**
 * The dedicated Worker around the sender: it runs on every visit from load to close, because browsers slow down the
 * timers of hidden pages but not those of workers (PROTOCOL section 14).
 *
 * @typedef {{ kind: "start", organisation: Uint8Array }
 *   | { kind: "price", beacon: Uint8Array, bits: number }
 *   | { kind: "keys", table: import("./keys.js").KeyTable, slot: number }
 *   | { kind: "run" }
 *   | { kind: "post", letter: import("./sender.js").Letter }} Order
 */

import { cover, seal } from "../../../crypto/cell.js";
import { b64, unb64 } from "../../../crypto/encoding.js";
import { hexname, name } from "../../../crypto/kdf.js";
import { solve } from "../../../crypto/work.js";
import { Sender } from "./sender.js";

const PATIENCE = 20_000; // milliseconds; no answer by then is no answer

/** @type {Sender | null} */
let sender = null;
let running = false;

/** @param {Uint8Array} organisation */
function makeSender(organisation) {
  return new Sender({
    put,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random,
    now: () => Date.now(),
    tell: (event) => postMessage(event),
    seal: (plaintext, key) => seal(plaintext, key, organisation),
    cover: () => cover(organisation),
    name: (cell) => ({ bytes: name(cell), hex: hexname(cell) }),
    solve,
  });
}

/** Uniform, above 0 and at most 1, from the system's generator: `Math.random` could be foreseen. */
function random() {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return (value + 1) / 2 ** 32;
}

/**
 * @param {string} hex
 * @param {Uint8Array} cell
 * @param {Uint8Array} nonce
 * @returns {Promise<import("./sender.js").Answer | null>}
 */
async function put(hex, cell, nonce) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch(`/cells/${hex}`, {
      method: "PUT",
      body: /** @type {Uint8Array<ArrayBuffer>} */ (cell),
      headers: { "Candour-Work": b64(nonce), "Content-Type": "application/octet-stream" },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: abort.signal,
    });
    return { status: response.status, ...(response.status === 428 ? { price: readPrice(await response.json()) } : {}) };
  } catch {
    return null; // offline, cut off, or an answer that is not the server's: the cell stays outstanding
  } finally {
    clearTimeout(timer);
  }
}

/** @param {{ beacon: string, bits: number }} body */
function readPrice({ beacon, bits }) {
  if (!Number.isInteger(bits) || bits < 0 || bits > 14) throw new RangeError("a price above the protocol's");
  return { beacon: unb64(beacon, 16), bits };
}

/** @param {MessageEvent<Order>} event */
function obey({ data }) {
  if (data.kind === "start") {
    sender = makeSender(data.organisation);
    postMessage({ kind: "ready" });
  } else if (data.kind === "price" && sender) {
    sender.price = { beacon: data.beacon, bits: data.bits };
  } else if (data.kind === "keys" && sender) {
    sender.learn(data.table, data.slot);
  } else if (data.kind === "run" && sender && !running) {
    running = true;
    sender.run().catch(() => postMessage({ kind: "stopped" }));
  } else if (data.kind === "post" && sender) {
    sender.post(data.letter);
  }
}

addEventListener("message", obey);
