/**
 * Files on their way: sealed and sent chunk by chunk (PROTOCOL section 10), outside the heartbeat and before the message
 * that names them, so that a guardian who has the message can open the file.
 *
 * This can be seen as writing; the page says so before. Chunks are made one at a time, and one that is not taken is sent
 * again until it is, or until the person gives the files up.
 *
 * @typedef {import("../../../crypto/attachment.js").Manifest} Manifest
 * @typedef {import("./sender.js").Price} Price
 * @typedef {{ blob: Blob, name: string, type: string }} Sendable a file made safe, with the name it is sent under
 *
 * @typedef {object} Told
 * @property {(done: number, of: number) => void} onChunk how many chunks of all files have been taken
 * @property {(status: number) => void} onTrouble an answer that is not 204; 0: none
 *
 * @typedef {object} Ports
 * @property {(path: string, chunk: Uint8Array, nonce: Uint8Array, patience: number, stop?: AbortSignal)
 *   => Promise<import("./sender.js").Answer | null>} put
 * @property {(milliseconds: number) => Promise<void>} sleep
 * @property {() => number} random at least 0, below 1
 */

import { MAX_CHUNKS, MAX_FILES, chunkCount, sealFile } from "../../../crypto/attachment.js";
import { solving } from "../../../crypto/work.js";

const PATIENCE = 120_000; // milliseconds for one chunk: a bad line takes 20 KB in ten seconds
const PAUSE = 1_000; // milliseconds after the first refusal, twice as many after each further one
const LONGEST = 8_000;
const BREATH = 40; // milliseconds after each chunk: a fast line leaves room for others, and stays below the server's rate
const MEGABYTE = 1_000_000;
const MANIFEST = 320; // bytes of a manifest besides its texts and its chunks' names

/** The person went on without the files. */
export class GivenUp extends Error {}

/**
 * Sends all files; gives their manifests, in order. {@link GivenUp} after `stop`.
 * @param {readonly Sendable[]} files
 * @param {Uint8Array} organisation
 * @param {Price} price
 * @param {Ports} ports
 * @param {Told} told
 * @param {AbortSignal} stop
 * @returns {Promise<Manifest[]>}
 */
export async function upload(files, organisation, price, ports, told, stop) {
  const of = chunksOf(files);
  let done = 0;
  told.onChunk(done, of);
  const line = new Line(price, ports, told, stop);
  const manifests = [];
  for (const { blob, name, type } of files) {
    const manifest = await sealFile(blob, name, type, organisation, async (chunkName, chunk) => {
      await line.send(chunkName, chunk);
      told.onChunk(++done, of);
    });
    manifests.push(manifest);
  }
  return manifests;
}

/** One chunk after the other, at the price of now. */
class Line {
  #price;
  #ports;
  #told;
  #stop;

  /**
   * @param {Price} price
   * @param {Ports} ports
   * @param {Told} told
   * @param {AbortSignal} stop
   */
  constructor(price, ports, told, stop) {
    this.#price = price;
    this.#ports = ports;
    this.#told = told;
    this.#stop = stop;
  }

  /**
   * Returns once the server has the chunk.
   * @param {Uint8Array} name
   * @param {Uint8Array} chunk
   */
  async send(name, chunk) {
    const path = `/chunks/${[...name].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    let pause = PAUSE;
    for (let attempt = 0; ; attempt++) {
      const nonce = await this.#solve(name);
      this.#obey();
      const answer = await this.#ports.put(path, chunk, nonce, PATIENCE, this.#stop);
      this.#obey();
      if (answer?.status === 204) return this.#ports.sleep(BREATH);
      if (answer?.price) this.#price = answer.price;
      else this.#told.onTrouble(answer?.status ?? 0);
      if (answer?.price && attempt === 0) continue; // it is paid at once
      await this.#ports.sleep(pause * (1 + this.#ports.random()));
      pause = Math.min(2 * pause, LONGEST);
    }
  }

  /**
   * The work, in small steps, so that the page stays alive where nothing is compiled.
   * @param {Uint8Array} name
   */
  async #solve(name) {
    const steps = solving(this.#price.beacon, name, this.#price.bits);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await this.#ports.sleep(0);
      this.#obey();
    }
  }

  #obey() {
    if (this.#stop.aborted) throw new GivenUp();
  }
}

/** @param {readonly Sendable[]} files */
function chunksOf(files) {
  return files.reduce((sum, { blob }) => sum + chunkCount(blob.size), 0);
}

/**
 * Bytes that the files take of a message: their manifests, rounded up.
 * @param {readonly Sendable[]} files
 */
export function weight(files) {
  const texts = files.reduce((sum, { name, type }) => sum + 2 * new TextEncoder().encode(name).length + type.length, 0);
  return files.length * MANIFEST + texts + Math.ceil((chunksOf(files) * 64) / 3);
}

/**
 * Whether files fit: by the policy's megabytes, and by what the protocol can name in one message.
 * @param {readonly { size: number }[]} blobs
 * @param {number} megabytes
 * @returns {"fits" | "large" | "many"}
 */
export function judge(blobs, megabytes) {
  if (blobs.length > MAX_FILES) return "many";
  const size = blobs.reduce((sum, blob) => sum + blob.size, 0);
  if (size > megabytes * MEGABYTE) return "large";
  return blobs.reduce((sum, blob) => sum + chunkCount(blob.size), 0) > MAX_CHUNKS ? "large" : "fits";
}
