/**
 * Reads a chosen file piece by piece, so that a file of 250 MB takes no more memory than one of 250 KB.
 *
 * What is kept of a file is kept as slices of it: the browser reads those from the disk again when they are sealed.
 *
 * @typedef {string | Uint8Array | Blob} Part of the file that is made: ASCII text, bytes, or a slice of the old file
 */

const WINDOW = 262_144;

/** Not of the shape its kind of file has: it is refused, since what cannot be read cannot be cleaned. */
export class Damaged extends Error {}

/**
 * @param {unknown} holds
 * @param {string} what
 * @returns {asserts holds}
 */
export function must(holds, what) {
  if (!holds) throw new Damaged(what);
}

export class Reader {
  #file;
  #start = 0;
  #window = new Uint8Array(0);

  /** @param {Blob} file */
  constructor(file) {
    this.#file = file;
    this.size = file.size;
  }

  /**
   * Exactly `length` bytes (at most 262,144) from `at`; {@link Damaged} where the file ends before.
   * @param {number} at
   * @param {number} length
   * @returns {Promise<Uint8Array>}
   */
  async bytes(at, length) {
    must(length <= WINDOW && at >= 0 && at + length <= this.size, "the file ends too early");
    if (at < this.#start || at + length > this.#start + this.#window.length) await this.#load(at);
    return this.#window.subarray(at - this.#start, at - this.#start + length);
  }

  /**
   * What the window holds from `at` on; empty at the end of the file.
   * @param {number} at
   * @returns {Promise<Uint8Array>}
   */
  async rest(at) {
    if (at < this.#start || at >= this.#start + this.#window.length) await this.#load(at);
    return this.#window.subarray(at - this.#start);
  }

  /**
   * A part of the file as it is on the disk.
   * @param {number} from
   * @param {number} to
   */
  slice(from, to) {
    return this.#file.slice(from, to);
  }

  /** @param {number} at */
  async #load(at) {
    this.#window = new Uint8Array(await this.#file.slice(at, at + WINDOW).arrayBuffer());
    this.#start = at;
  }
}

/**
 * @param {Uint8Array} data
 * @param {number} at
 */
export function big16(data, at) {
  return ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
}

/**
 * @param {Uint8Array} data
 * @param {number} at
 */
export function big32(data, at) {
  return big16(data, at) * 65_536 + big16(data, at + 2);
}

/**
 * @param {Uint8Array} data
 * @param {number} at
 */
export function little32(data, at) {
  return (data[at] ?? 0) + (data[at + 1] ?? 0) * 256 + (data[at + 2] ?? 0) * 65_536 + (data[at + 3] ?? 0) * 16_777_216;
}

/**
 * Bytes as characters of the same numbers; for names of four letters and the like.
 * @param {Uint8Array} data
 * @param {number} [from]
 * @param {number} [to]
 */
export function ascii(data, from = 0, to = data.length) {
  return String.fromCharCode(...data.subarray(from, to));
}
