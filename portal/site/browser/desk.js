/**
 * The page's side of the sender: starts the worker, hands it keys and letters, and hears how they fare.
 *
 * @typedef {import("./sender.js").Told} Told
 * @typedef {object} Delivery letters that belong to one message
 * @property {(sent: number, of: number, fallback: boolean) => void} onProgress
 * @property {(why: "offline" | "busy" | "refused" | "stopped" | "none", status: number) => void} onTrouble
 * @property {(g: string) => void} onUnreachable
 * @property {() => void} onDone
 */

import { CandourError } from "../../../crypto/errors.js";
import { Directory } from "../../../crypto/guardians.js";

const PATH = "/assets/worker.js";
const PATIENCE = 20_000; // milliseconds for the worker to say that it is there

/**
 * A script's address, in the form that browsers with Trusted Types demand: this one address and no other.
 * @returns {string}
 */
function workerAddress() {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  if (!types) return PATH;
  return types.createPolicy("candour", { createScriptURL: () => PATH }).createScriptURL(PATH);
}

/**
 * Starts the worker; rejects when it does not answer, as an emptied or broken one would not.
 * @param {Uint8Array} organisation
 * @param {() => void} onRefetch
 * @returns {Promise<Desk>}
 */
export function start(organisation, onRefetch) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerAddress(), { type: "module" });
    const timer = setTimeout(() => reject(new Error("the worker does not answer")), PATIENCE);
    worker.addEventListener("error", () => reject(new Error("the worker does not run")), { once: true });
    worker.addEventListener(
      "message",
      () => {
        clearTimeout(timer);
        resolve(new Desk(worker, onRefetch));
      },
      { once: true },
    );
    worker.postMessage({ kind: "start", organisation });
  });
}

export class Desk {
  /** @type {Worker} */ #worker;
  /** @type {Map<number, { delivery: Delivery, sent: Map<number, number>, of: number }>} */ #open = new Map();
  /** @type {import("./sender.js").Price} what the server asked last, as far as the page knows */ lastPrice = { beacon: new Uint8Array(16), bits: 0 };
  /** How many cells a message may take: as many as the protocol lets it. */ room = Infinity;
  /** @type {{ resolve: (directory: Directory) => void, reject: (error: Error) => void }[]} */ #asked = [];
  /** @type {{ resolve: (digest: Uint8Array) => void, reject: (error: Error) => void }[]} */ #hashing = [];
  #lastId = 0;
  #stopped = false;

  /**
   * @param {Worker} worker
   * @param {() => void} onRefetch
   */
  constructor(worker, onRefetch) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => {
      if (data.kind === "verified") this.#asked.shift()?.resolve(new Directory(data.fields));
      else if (data.kind === "unverified") this.#asked.shift()?.reject(new CandourError(data.code, "directory"));
      else if (data.kind === "hashed") this.#hashing.shift()?.resolve(data.digest);
      else if (data.kind === "refetch") onRefetch();
      else this.#hear(data);
    });
    worker.addEventListener("error", () => this.#stop());
  }

  /**
   * A directory file, verified for the organisation on this UTC day; `CandourError` with any code of PROTOCOL section 12.
   * @param {Uint8Array} file
   * @param {number} today
   * @returns {Promise<Directory>}
   */
  verify(file, today) {
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#worker.postMessage({ kind: "verify", file, today });
    });
  }

  /**
   * SHA-256 of a large file, 32 bytes, while the page goes on.
   * @param {Uint8Array} file
   * @returns {Promise<Uint8Array>}
   */
  hash(file) {
    return new Promise((resolve, reject) => {
      this.#hashing.push({ resolve, reject });
      this.#worker.postMessage({ kind: "hash", file });
    });
  }

  /** Begins the slots. */
  run() {
    this.#worker.postMessage({ kind: "run" });
  }

  /**
   * @param {Uint8Array} beacon
   * @param {number} bits
   */
  price(beacon, bits) {
    this.lastPrice = { beacon, bits };
    this.#worker.postMessage({ kind: "price", beacon, bits });
  }

  /**
   * @param {import("./keys.js").KeyTable} table
   * @param {number} slot
   */
  keys(table, slot) {
    this.#worker.postMessage({ kind: "keys", table, slot });
  }

  /**
   * Queues the letters of one message.
   * @param {{ g: string, plaintexts: Uint8Array[] }[]} letters
   * @param {Delivery} delivery
   */
  post(letters, delivery) {
    const entry = { delivery, sent: new Map(), of: letters.reduce((sum, each) => sum + each.plaintexts.length, 0) };
    for (const { g, plaintexts } of letters) {
      const id = ++this.#lastId;
      entry.sent.set(id, 0);
      this.#open.set(id, entry);
      this.#worker.postMessage({ kind: "post", letter: { id, g, plaintexts } });
    }
    delivery.onProgress(0, entry.of, false);
    if (this.#stopped) delivery.onTrouble("stopped", 0);
  }

  /** Whether pieces of a message still wait. */
  get busy() {
    return this.#open.size > 0;
  }

  /** @param {Told} told */
  #hear(told) {
    if (told.kind === "progress") this.#progress(told);
    else if (told.kind === "unreachable") this.#open.get(told.id)?.delivery.onUnreachable(told.g);
    else if (told.kind === "trouble") this.#tellAll(trouble(told.status), told.status);
    else if (told.kind === "taken") this.#tellAll("none", 0);
    else this.#stop();
  }

  /** @param {{ id: number, sent: number, of: number, fallback: boolean }} told */
  #progress({ id, sent, of, fallback }) {
    const entry = this.#open.get(id);
    if (!entry) return;
    entry.sent.set(id, sent);
    if (sent === of) this.#open.delete(id);
    const all = [...entry.sent.values()].reduce((sum, each) => sum + each, 0);
    entry.delivery.onProgress(all, entry.of, fallback);
    if (all === entry.of) entry.delivery.onDone();
  }

  #stop() {
    this.#stopped = true;
    for (const { reject } of [...this.#asked.splice(0), ...this.#hashing.splice(0)]) reject(new Error("the worker has stopped"));
    this.#tellAll("stopped", 0);
  }

  /**
   * @param {"offline" | "busy" | "refused" | "stopped" | "none"} why
   * @param {number} status
   */
  #tellAll(why, status) {
    for (const { delivery } of new Set(this.#open.values())) delivery.onTrouble(why, status);
  }

  /** Ends the worker and drops what waits. */
  close() {
    this.#worker.terminate();
    this.#open.clear();
  }
}

/**
 * @param {number} status of the answer; 0: none
 * @returns {"offline" | "busy" | "refused"}
 */
function trouble(status) {
  if (status === 0) return "offline";
  return status === 429 || status === 503 ? "busy" : "refused";
}
