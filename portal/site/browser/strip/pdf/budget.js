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
  copied: 104_857_600, // bytes of pictures and fonts that are copied; two objects may claim the same bytes
  values: 1_000_000, // numbers, names and the like that are copied: many pages may ask for the same
  marks: 30_000, // links, notes and the like on all pages
  objects: 100_000,
  listed: 400_000, // entries of all lists of objects
  pages: 2000,
  sections: 64, // lists of objects: one for each time that a file was saved
});
const SLICE = 40; // milliseconds

export class Budget {
  #inflated = 0;
  #read = 0;
  #copied = 0;
  #values = 0;
  #marks = 0;
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

  /** @param {number} bytes */
  copy(bytes) {
    this.#copied += bytes;
    must(this.#copied <= MOST.copied, "too much to copy");
  }

  /** One more value. @param {number} bytes that it is long */
  value(bytes) {
    must(++this.#values <= MOST.values, "too many values");
    this.read(bytes);
  }

  /** @param {number} count of links, notes and the like */
  mark(count) {
    this.#marks += count;
    must(this.#marks <= MOST.marks, "too much on the pages");
  }

  /** Lets the page live if this work has gone on for a while. */
  async breathe() {
    if (performance.now() - this.#since < SLICE) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.#since = performance.now();
  }
}
