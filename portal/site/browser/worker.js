/**
 * The dedicated Worker around the sender: it runs on every visit from load to close, because browsers slow down the
 * timers of hidden pages but not those of workers (PROTOCOL section 14).
 *
 * @typedef {{ kind: "start", organisation: Uint8Array }
 *   | { kind: "price", beacon: Uint8Array, bits: number }
 *   | { kind: "keys", table: import("./keys.js").KeyTable, slot: number }
 *   | { kind: "verify", file: Uint8Array, today: number }
 *   | { kind: "hash", file: Uint8Array }
 *   | { kind: "run" }
 *   | { kind: "post", letter: import("./sender.js").Letter }} Order
 */

import "./shared.js";
import { cover, seal } from "../../../crypto/cell.js";
import * as directories from "../../../crypto/directory.js";
import { CandourError } from "../../../crypto/errors.js";
import { hexname, name, sha256 } from "../../../crypto/kdf.js";
import { solve } from "../../../crypto/work.js";
import { Sender } from "./sender.js";
import { put } from "./wire.js";

const PATIENCE = 20_000; // milliseconds; no answer by then is no answer

/** @type {Sender | null} */
let sender = null;
let running = false;
/** @type {Uint8Array} */
let organisation = new Uint8Array(0);

function makeSender() {
  return new Sender({
    put: (hex, cell, nonce) => put(`/cells/${hex}`, cell, nonce, PATIENCE),
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
 * Checks a directory file here, since some dozen signatures would hold up the page: seconds, where nothing is compiled.
 * @param {Uint8Array} file
 * @param {number} today
 */
function verify(file, today) {
  try {
    postMessage({ kind: "verified", fields: { ...directories.verify(file, organisation, today) } });
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    postMessage({ kind: "unverified", code: error.code });
  }
}

/** @param {MessageEvent<Order>} event */
function obey({ data }) {
  if (data.kind === "start") {
    organisation = data.organisation;
    sender = makeSender();
    postMessage({ kind: "ready" });
  } else if (data.kind === "price" && sender) {
    sender.price = { beacon: data.beacon, bits: data.bits };
  } else if (data.kind === "keys" && sender) {
    sender.learn(data.table, data.slot);
  } else if (data.kind === "verify") {
    verify(data.file, data.today);
  } else if (data.kind === "hash") {
    postMessage({ kind: "hashed", digest: sha256(data.file) }); // of a quarter of a megabyte: here, for the same reason
  } else if (data.kind === "run" && sender && !running) {
    running = true;
    sender.run().catch(() => postMessage({ kind: "stopped" }));
  } else if (data.kind === "post" && sender) {
    sender.post(data.letter);
  }
}

addEventListener("message", obey);
