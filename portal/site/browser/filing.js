/**
 * Where letters go when there is no network: into one file, to be carried to the site and sent there by a plain form
 * (PROTOCOL section 19). It takes the place of the desk that hands letters to the sender.
 *
 * @typedef {import("./desk.js").Delivery} Delivery
 * @typedef {{ g: string, plaintexts: Uint8Array[] }} Sealable
 */

import { CELL, cover, seal } from "../../../crypto/cell.js";
import { compare, concat } from "../../../crypto/encoding.js";
import { choose } from "./keys.js";

export const CELLS = 64;

export class Filing {
  /** How many cells a message to everyone addressed may take. */ room = CELLS;
  /** Work is for those who send. */ lastPrice = Object.freeze({ beacon: new Uint8Array(16), bits: 0 });
  #organisation;
  #save;
  #breathe;
  #today;
  /** @type {import("./keys.js").KeyTable} */ #keys = new Map();

  /**
   * @param {Uint8Array} organisation 32 bytes
   * @param {(file: Uint8Array) => void} save
   * @param {() => Promise<void>} breathe lets the page live between cells
   * @param {() => number} today UTC day
   */
  constructor(organisation, save, breathe, today) {
    this.#organisation = organisation;
    this.#save = save;
    this.#breathe = breathe;
    this.#today = today;
  }

  /** @param {import("./keys.js").KeyTable} table with fallback keys only */
  keys(table) {
    this.#keys = table;
  }

  /**
   * Seals the letters of one message into a file and has it saved.
   * @param {Sealable[]} letters
   * @param {Delivery} delivery
   */
  post(letters, delivery) {
    void this.#file(letters, delivery).catch(() => delivery.onTrouble("refused", 0));
  }

  /**
   * @param {Sealable[]} letters
   * @param {Delivery} delivery
   */
  async #file(letters, delivery) {
    const real = letters.flatMap(({ g, plaintexts }) => plaintexts.map((plaintext) => ({ g, plaintext })));
    if (real.length > CELLS) throw new RangeError("more cells than a file has");
    const cells = [];
    for (let at = 0; at < CELLS; at++) {
      const next = real[at];
      cells.push(next ? this.#sealed(next) : cover(this.#organisation));
      delivery.onProgress(at + 1, CELLS, false);
      await this.#breathe();
    }
    this.#save(bound(cells));
    delivery.onDone();
  }

  /** @param {{ g: string, plaintext: Uint8Array }} letter */
  #sealed({ g, plaintext }) {
    const found = choose(this.#keys, g, this.#today());
    if (!found) throw new RangeError("no key"); // was offered only with one; the day may have ended since
    return seal(plaintext, found.key, this.#organisation);
  }
}

/**
 * The file: cells in ascending order, which is none of theirs, so that no place in it tells real from cover.
 * @param {Uint8Array[]} cells
 */
function bound(cells) {
  const file = concat(...[...cells].sort(compare));
  if (file.length !== CELLS * CELL) throw new RangeError("not a whole file");
  return file;
}
