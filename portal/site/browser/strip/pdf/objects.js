/**
 * The eight kinds of values that a PDF is made of, and reading them from bytes. Strict on purpose: what is read in two
 * ways by two readers could show one thing to us and another to a guardian, so odd spellings are refused.
 *
 * Dictionaries are maps, arrays are arrays, numbers and null are themselves.
 * @typedef {Map<string, any>} Dictionary
 * @typedef {null | boolean | number | Name | Text | Reference | Stream | Dictionary | any[]} Value
 */

import { Damaged, must } from "../reader.js";

const DEEPEST = 60;
const LONGEST_WORD = 4096;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

export class Name {
  /** @param {string} name a character for each byte */
  constructor(name) {
    this.name = name;
  }
}

export class Text {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }
}

export class Reference {
  /** @param {number} number of an object */
  constructor(number) {
    this.number = number;
  }
}

export class Stream {
  /**
   * @param {Dictionary} dictionary
   * @param {number} from where its bytes begin in the file
   * @param {number} to where they end
   */
  constructor(dictionary, from, to) {
    this.dictionary = dictionary;
    this.from = from;
    this.to = to;
  }
}

/** What kinds of characters there are: 0 regular, 1 white, 2 delimiter. */
export const KINDS = new Uint8Array(256);
for (const code of [0, 9, 10, 12, 13, 32]) KINDS[code] = 1;
for (const letter of "()<>[]{}/%") KINDS[letter.charCodeAt(0)] = 2;

/** @param {Record<string, Value>} entries @returns {Dictionary} */
export function dictionaryOf(entries) {
  return new Map(Object.entries(entries));
}

/** @param {Value | undefined} value @returns {string} "" if it is no name */
export function nameOf(value) {
  return value instanceof Name ? value.name : "";
}

/** @param {unknown} value @returns {value is number} whole, not negative, and small enough to count with */
export function isCount(value) {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 2 ** 40;
}

export class Lexer {
  /**
   * @param {Uint8Array} data
   * @param {number} [at]
   */
  constructor(data, at = 0) {
    this.data = data;
    this.at = at;
  }

  /** To the next character that is neither white nor in a comment. */
  skip() {
    const { data } = this;
    for (; this.at < data.length; this.at++) {
      const code = data[this.at] ?? 0;
      if (code === 0x25) this.at = endOfLine(data, this.at) - 1;
      else if (KINDS[code] !== 1) return;
    }
  }

  /** The next word, "" where none begins. */
  word() {
    this.skip();
    const { data } = this;
    let word = "";
    for (; this.at < data.length; this.at++) {
      const code = data[this.at] ?? 0;
      if (KINDS[code] !== 0) break;
      word += String.fromCharCode(code);
      must(word.length <= LONGEST_WORD, "a long word");
    }
    return word;
  }

  /** A whole number that is not negative. */
  count() {
    const word = this.word();
    must(/^\d{1,12}$/.test(word), "a number");
    return Number(word);
  }

  /**
   * @param {string} expected
   * @returns {boolean} whether it stood there; if not, nothing is taken
   */
  takes(expected) {
    this.skip();
    const from = this.at;
    if (this.word() === expected) return true;
    this.at = from;
    return false;
  }

  /**
   * The next value.
   * @param {number} [depth]
   * @returns {Value}
   */
  value(depth = 0) {
    must(depth < DEEPEST, "too deep");
    this.skip();
    const { data, at } = this;
    switch (data[at]) {
      case 0x2f: return this.#name();
      case 0x28: return this.#literal();
      case 0x5b: return this.#array(depth);
      case 0x3c: return data[at + 1] === 0x3c ? this.#dictionary(depth) : this.#hex();
      default: return this.#plain();
    } // prettier-ignore
  }

  #name() {
    this.at += 1;
    if (KINDS[this.data[this.at] ?? 32] !== 0) return new Name("");
    return new Name(this.word().replace(/#([0-9A-Fa-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16))));
  }

  #plain() {
    const word = this.word();
    if (word === "null") return null;
    if (word === "true" || word === "false") return word === "true";
    must(NUMBER.test(word) && word.length < 40, "a value");
    return (/^\d{1,10}$/.test(word) && this.#reference(Number(word))) || Number(word);
  }

  /** @param {number} number */
  #reference(number) {
    const from = this.at;
    this.skip();
    const next = this.data[this.at] ?? 0;
    if (next >= 0x30 && next <= 0x39 && /^\d{1,5}$/.test(this.word()) && this.takes("R")) return new Reference(number);
    this.at = from;
    return null;
  }

  /** @param {number} depth */
  #array(depth) {
    this.at += 1;
    const items = [];
    for (;;) {
      this.skip();
      if (this.data[this.at] === 0x5d) break;
      items.push(this.value(depth + 1));
    }
    this.at += 1;
    return items;
  }

  /** @param {number} depth */
  #dictionary(depth) {
    this.at += 2;
    /** @type {Dictionary} */
    const found = new Map();
    for (;;) {
      this.skip();
      if (this.data[this.at] === 0x3e) break;
      const key = this.value(depth + 1);
      // Of two with one name, readers take either: what we look at must be what a guardian sees.
      must(key instanceof Name && !found.has(key.name), "a key");
      found.set(key.name, this.value(depth + 1));
    }
    must(this.data[this.at + 1] === 0x3e, "the end of a dictionary");
    this.at += 2;
    return found;
  }

  #hex() {
    const end = this.data.indexOf(0x3e, this.at);
    must(end > 0, "the end of a string");
    let digits = "";
    for (const code of this.data.subarray(this.at + 1, end)) if (KINDS[code] !== 1) digits += String.fromCharCode(code);
    must(/^[0-9A-Fa-f]*$/.test(digits), "a string");
    this.at = end + 1;
    return new Text(Uint8Array.from(digits.match(/..?/g) ?? [], (pair) => parseInt(pair.padEnd(2, "0"), 16)));
  }

  #literal() {
    const end = endOfLiteral(this.data, this.at);
    const bytes = unescaped(this.data.subarray(this.at + 1, end - 1));
    this.at = end;
    return new Text(bytes);
  }
}

/**
 * @param {Uint8Array} data
 * @param {number} at
 */
export function endOfLine(data, at) {
  let end = at;
  while (end < data.length && data[end] !== 10 && data[end] !== 13) end += 1;
  return end;
}

/**
 * Behind the bracket that closes a string.
 * @param {Uint8Array} data
 * @param {number} from where it opens
 */
export function endOfLiteral(data, from) {
  let open = 0;
  for (let at = from; at < data.length; at++) {
    const code = data[at];
    if (code === 0x5c) at += 1;
    else if (code === 0x28) open += 1;
    else if (code === 0x29 && --open === 0) return at + 1;
  }
  throw new Damaged("the end of a string");
}

const ESCAPES = new Map([[0x6e, 10], [0x72, 13], [0x74, 9], [0x62, 8], [0x66, 12]]); // prettier-ignore

/** @param {Uint8Array} data */
function unescaped(data) {
  const bytes = [];
  for (let at = 0; at < data.length; at++) {
    const code = data[at] ?? 0;
    const next = data[at + 1] ?? 0;
    if (code !== 0x5c) bytes.push(code);
    else if (next === 13 || next === 10) at += next === 13 && data[at + 2] === 10 ? 2 : 1;
    else {
      const octal = /^[0-7]{1,3}/.exec(String.fromCharCode(...data.subarray(at + 1, at + 4)))?.[0];
      bytes.push(octal ? parseInt(octal, 8) & 255 : (ESCAPES.get(next) ?? next));
      at += octal ? octal.length : 1;
    }
  }
  return Uint8Array.from(bytes);
}
