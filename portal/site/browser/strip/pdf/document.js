/**
 * A PDF opened for reading: its list of objects as the newest save left it, and any object by its number. There is no
 * repair: a list that does not fit is refused, since a guess could bring back what an older save had taken out.
 *
 * @typedef {import("./objects.js").Value} Value
 * @typedef {import("./objects.js").Dictionary} Dictionary
 * @typedef {{ at: number } | { inside: number, index: number }} Place
 */

import { Damaged, must } from "../reader.js";
import { Budget, MOST } from "./budget.js";
import { inFull, unpack } from "./filters.js";
import { Lexer, Name, Reference, Stream, isCount, nameOf } from "./objects.js";
import { readPlaces } from "./places.js";

const MOST_STEPS = 8; // from reference to reference
const FAR = 1_048_576; // bytes behind which the end of something is not looked for

/** Where a word stands last near the end, -1 for nowhere. @param {Uint8Array} data @param {string} text */
export function lastPlace(data, text) {
  for (let at = data.length - text.length; at >= Math.max(0, data.length - FAR); at--) if (stands(data, at, text)) return at;
  return -1;
}

/** @param {Uint8Array} data @param {number} at @param {string} text */
function stands(data, at, text) {
  for (let place = 0; place < text.length; place++) if (data[at + place] !== text.charCodeAt(place)) return false;
  return true;
}

export class Document {
  /** @type {Map<number, { values: Value[], numbers: number[] }>} */ #packed = new Map();
  /** @type {Map<number, Value>} */ #known = new Map();

  /**
   * @param {Blob} file
   * @param {Uint8Array} data all of it
   */
  constructor(file, data) {
    this.file = file;
    this.data = data;
    this.budget = new Budget();
    /** @type {Map<number, Place | null>} null: taken out */
    this.places = new Map();
    /** @type {Dictionary} */
    this.trailer = new Map();
    this.sections = 0;
    this.listed = 0;
  }

  /**
   * @param {Blob} file
   * @returns {Promise<Document>}
   */
  static async open(file) {
    must(file.size <= MOST.file, "a large file");
    const document = new Document(file, new Uint8Array(await file.arrayBuffer()));
    await readPlaces(document);
    must(!document.trailer.has("Encrypt"), "locked");
    return document;
  }

  /**
   * What a value stands for: itself, or the object that it points at.
   * @param {Value | undefined} value
   * @returns {Promise<Value>}
   */
  async follow(value) {
    for (let step = 0; value instanceof Reference; step++) {
      must(step < MOST_STEPS, "references in a ring");
      value = await this.object(value.number);
    }
    return value ?? null;
  }

  /**
   * @param {Value | undefined} value
   * @returns {Promise<Dictionary | null>}
   */
  async dictionary(value) {
    const found = await this.follow(value);
    return found instanceof Map ? found : null;
  }

  /**
   * @param {Value | undefined} value
   * @returns {Promise<Value[]>} empty if it is no array
   */
  async array(value) {
    const found = await this.follow(value);
    return Array.isArray(found) ? found : [];
  }

  /**
   * @param {number} number
   * @returns {Promise<Value>}
   */
  async object(number) {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    await this.budget.breathe();
    const place = this.places.get(number);
    const value = !place ? null : "at" in place ? await this.#read(number, place.at) : await this.#unpacked(number, place);
    this.#known.set(number, value);
    must(this.#known.size <= MOST.objects, "too many objects");
    return value;
  }

  /**
   * @param {number} number
   * @param {number} at
   */
  async #read(number, at) {
    const { value, number: found } = await this.readAt(at);
    must(found === number, "another object");
    return value;
  }

  /**
   * The object that begins at a place of the file, and its number.
   * @param {number} at
   * @returns {Promise<{ number: number, value: Value }>}
   */
  async readAt(at) {
    const lexer = new Lexer(this.data, at);
    const number = lexer.count();
    lexer.count();
    must(lexer.takes("obj"), "an object");
    const value = lexer.value();
    this.budget.read(lexer.at - at);
    if (lexer.takes("endobj")) return { number, value };
    must(value instanceof Map && lexer.takes("stream"), "the end of an object");
    return { number, value: await this.#stream(value, lexer.at, number) };
  }

  /**
   * @param {Dictionary} dictionary
   * @param {number} at behind the word "stream"
   * @param {number} number
   */
  async #stream(dictionary, at, number) {
    const from = at + (this.data[at] === 13 ? (this.data[at + 1] === 10 ? 2 : 1) : this.data[at] === 10 ? 1 : 0);
    must(!dictionary.has("F"), "a stream that is elsewhere");
    const told = dictionary.get("Length");
    must(!(told instanceof Reference && told.number === number), "references in a ring");
    const length = await this.follow(told);
    const to = isCount(length) && this.#ends(from + length) ? from + length : this.#search(from);
    return new Stream(dictionary, from, to);
  }

  /** @param {number} at */
  #ends(at) {
    if (at > this.data.length) return false;
    let end = at;
    while (end < at + 4 && /\s/.test(String.fromCharCode(this.data[end] ?? 0))) end += 1;
    return stands(this.data, end, "endstream");
  }

  /** Where a stream ends whose length is told wrongly. @param {number} from */
  #search(from) {
    for (let at = this.data.indexOf(0x65, from); at >= 0; at = this.data.indexOf(0x65, at + 1)) {
      must(at - from <= FAR, "the end of a stream");
      if (!stands(this.data, at, "endstream")) continue;
      this.budget.read(at - from);
      if (this.data[at - 1] === 10) at -= 1;
      return this.data[at - 1] === 13 ? at - 1 : at;
    }
    throw new Damaged("the end of a stream");
  }

  /**
   * @param {number} number
   * @param {{ inside: number, index: number }} place
   */
  async #unpacked(number, { inside, index }) {
    const { values, numbers } = this.#packed.get(inside) ?? (await this.#unpack(inside));
    must(numbers[index] === number, "another object");
    return values[index] ?? null;
  }

  /** @param {number} inside the number of a stream of objects */
  async #unpack(inside) {
    const place = this.places.get(inside);
    must(place && "at" in place, "a packed pack");
    const stream = await this.object(inside);
    must(stream instanceof Stream && nameOf(stream.dictionary.get("Type")) === "ObjStm", "a stream of objects");
    const [count, first] = [await this.follow(stream.dictionary.get("N")), await this.follow(stream.dictionary.get("First"))];
    must(isCount(count) && isCount(first) && count <= MOST.objects, "a stream of objects");
    const data = await this.bytes(stream);
    const lexer = new Lexer(data);
    const heads = Array.from({ length: count }, () => /** @type {const} */ ([lexer.count(), lexer.count()]));
    const values = heads.map(([, at]) => this.#inside(new Lexer(data, first + at)));
    const pack = { values, numbers: heads.map(([number]) => number) };
    this.#packed.set(inside, pack);
    return pack;
  }

  /** @param {Lexer} lexer */
  #inside(lexer) {
    const from = lexer.at;
    const value = lexer.value();
    this.budget.read(lexer.at - from);
    return value;
  }

  /**
   * How a stream is packed, first what was done last.
   * @param {Stream} stream
   * @returns {Promise<import("./filters.js").Filter[]>}
   */
  async filters({ dictionary }) {
    const names = await this.#listed(dictionary.get("Filter"));
    const parms = await this.#listed(dictionary.get("DecodeParms") ?? dictionary.get("DP"));
    return Promise.all(names.map(async (name, at) => {
      must(name instanceof Name, "a filter");
      return { name: inFull(name.name), parms: await this.#resolved(parms[at]) };
    })); // prettier-ignore
  }

  /** @param {Value | undefined} value */
  async #listed(value) {
    const found = await this.follow(value);
    if (!Array.isArray(found)) return found === null ? [] : [found];
    return Promise.all(found.map((each) => this.follow(each)));
  }

  /** @param {Value | undefined} value */
  async #resolved(value) {
    const found = await this.dictionary(value);
    if (!found) return null;
    /** @type {Dictionary} */
    const flat = new Map();
    for (const [key, each] of found) flat.set(key, key === "JBIG2Globals" ? each : await this.follow(each));
    return flat;
  }

  /**
   * What a stream holds, unpacked.
   * @param {Stream} stream
   */
  async bytes(stream) {
    return unpack(this.data.subarray(stream.from, stream.to), await this.filters(stream), this.budget);
  }
}
