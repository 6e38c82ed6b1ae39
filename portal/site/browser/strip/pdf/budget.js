/**
 * How much work one PDF may make: a few bytes can ask for years of it. Where the page's own thread does the work, it
 * also lets the page live between two pieces.
 */

import { must } from "../reader.js";

export const MOST = Object.freeze({
  file: 52_428_800, // bytes of a PDF, which is read whole
  inflated: 268_435_456, // bytes that come out of its packed parts, all together
  one: 67_108_864, // bytes that come out of one packed part
  read: 41_943_040, // bytes that are looked at one by one: the dear part where nothing is compiled
  objects: 100_000,
  pages: 2000,
  sections: 64, // lists of objects: one for each time that a file was saved
});
const SLICE = 40; // milliseconds

export class Budget {
  #inflated = 0;
  #read = 0;
  #since = performance.now();

  /** @param {number} bytes */
  inflate(bytes) {
    this.#inflated += bytes;
    must(this.#inflated <= MOST.inflated, "too much packed");
  }

  /** @param {number} bytes */
  read(bytes) {
    this.#read += bytes;
    must(this.#read <= MOST.read, "too much to read");
  }

  /** Lets the page live if this work has gone on for a while. */
  async breathe() {
    if (performance.now() - this.#since < SLICE) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.#since = performance.now();
  }
}
