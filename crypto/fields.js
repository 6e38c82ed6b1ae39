/**
 * Shapes of JSON documents: small checks, put together into tables that read alike in both languages (PROTOCOL 1).
 *
 * A check takes a plain JSON value and gives it back in the form that code works with (base64 becomes bytes), or throws
 * `malformed`. Since every fault of shape has that one code, the order of these checks is not part of the protocol.
 *
 *     record({ v: constant(1), g: raw(2) })({ v: 1, g: "AAE" })    // { v: 1, g: Uint8Array [0, 1] }
 */

import { b64, unb64, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";

/** @typedef {(value: unknown) => any} Check */

export const MAX_DAY = 2 ** 31 - 1;

/**
 * Throws `malformed` unless the condition holds.
 * @param {boolean} condition
 * @param {string} what
 * @returns {asserts condition}
 */
export function fits(condition, what) {
  if (!condition) throw new CandourError("malformed", what);
}

/**
 * Exactly this integer or boolean; 1 is not true.
 * @param {number | boolean} expected
 * @returns {Check}
 */
export function constant(expected) {
  return (value) => {
    fits(value === expected, "constant");
    return value;
  };
}

/**
 * A whole number from low to high.
 * @param {number} low
 * @param {number} high
 * @returns {Check}
 */
export function integer(low, high) {
  return (value) => {
    fits(Number.isInteger(value) && low <= Number(value) && Number(value) <= high, "integer");
    return value;
  };
}

/**
 * A text of low to high bytes in UTF-8.
 * @param {number} low
 * @param {number} high
 * @returns {Check}
 */
export function string(low, high) {
  return (value) => {
    fits(typeof value === "string", "text");
    const size = utf8(value).length;
    fits(low <= size && size <= high, "text");
    return value;
  };
}

/**
 * A text that the whole of the expression matches; only ASCII classes, which mean the same in both languages.
 * @param {string} expression
 * @returns {Check}
 */
export function pattern(expression) {
  const compiled = new RegExp(`^(?:${expression})$`);
  return (value) => {
    fits(typeof value === "string" && compiled.test(value), "text");
    return value;
  };
}

/**
 * One of these texts.
 * @param {...string} values
 * @returns {Check}
 */
export function choice(...values) {
  return (value) => {
    fits(typeof value === "string" && values.includes(value), "choice");
    return value;
  };
}

/**
 * Base64 of exactly so many bytes.
 * @param {number} size
 * @returns {Check}
 */
export function raw(size) {
  return (value) => unb64(value, size);
}

/**
 * The first check, or, where it refuses, the second.
 * @param {Check} first
 * @param {Check} second
 * @returns {Check}
 */
export function either(first, second) {
  return (value) => {
    try {
      return first(value);
    } catch (error) {
      if (!(error instanceof CandourError)) throw error;
      return second(value);
    }
  };
}

/**
 * An array of low to high such items; gives an array.
 * @param {Check} item
 * @param {number} low
 * @param {number} high
 * @param {{ distinct?: boolean }} [options]
 * @returns {Check}
 */
export function array(item, low, high, { distinct = false } = {}) {
  return (value) => {
    fits(Array.isArray(value) && low <= value.length && value.length <= high, "array");
    const items = value.map((one) => item(one));
    fits(!distinct || new Set(items.map(identity)).size === items.length, "array has doubles");
    return items;
  };
}

/**
 * An array of exactly these two; gives an array.
 * @param {Check} first
 * @param {Check} second
 * @returns {Check}
 */
export function pair(first, second) {
  return (value) => {
    fits(Array.isArray(value) && value.length === 2, "pair");
    return [first(value[0]), second(value[1])];
  };
}

/**
 * An object with all the required keys, any of the optional ones, and no other.
 * @param {Record<string, Check>} required
 * @param {Record<string, Check>} [optional]
 * @returns {Check}
 */
export function record(required, optional = {}) {
  const checks = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value) => {
    fits(isObject(value) && Object.keys(required).every((key) => Object.hasOwn(value, key)), "keys missing");
    /** @type {Record<string, any>} */
    const checked = {};
    for (const [key, one] of Object.entries(value)) {
      const check = checks.get(key);
      fits(check !== undefined, "keys unknown");
      checked[key] = check(one);
    }
    return checked;
  };
}

/**
 * The way back: bytes become base64; what is plain already stays.
 * @param {any} value
 * @returns {any}
 */
export function plain(value) {
  if (value instanceof Uint8Array) return b64(value);
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}

export const day = integer(0, MAX_DAY);

/**
 * Whether a value is a JSON object. (Python: `isinstance(value, Mapping)`.)
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/**
 * Without the keys that are undefined or null, which canonical JSON cannot hold.
 * @param {Record<string, unknown>} fields
 * @returns {Record<string, unknown>}
 */
export function present(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function identity(value) {
  return value instanceof Uint8Array ? b64(value) : JSON.stringify(value);
}
