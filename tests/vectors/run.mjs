// Runs vector files against crypto/*.js, in Node and in browsers. The Python twin is run.py.
//
//     const results = await runAll({ "cell.json": text }, wordsText)   // { "cell-1": "ok:<sha256>", "cell-2": "none", … }
//
// A result that is neither a value, null, nor a CandourError is "broken: …", which no vector expects.
import { loadWords } from "../../crypto/codename.js";
import { CandourError } from "../../crypto/errors.js";
import { Given, sealAll, shown } from "./given.mjs";
import { OPERATIONS } from "./operations.mjs";
import { SIGNED } from "./signed_operations.mjs";

/** @type {Record<string, import("./operations.mjs").Operation>} */
const ALL = { ...OPERATIONS, ...SIGNED };

/**
 * The result of every test in the files, by id.
 * @param {Record<string, string>} files the text of each
 * @param {string} wordsText the text of words.txt
 * @returns {Promise<Record<string, string>>}
 */
export async function runAll(files, wordsText) {
  const words = loadWords(wordsText);
  /** @type {Record<string, string>} */
  const results = {};
  for (const file of Object.values(files)) {
    const { tests, data = {} } = JSON.parse(file);
    const sealed = new Map();
    for (const { id, op, input } of tests) {
      await sealAll(input, sealed);
      results[id] = await run(ALL[op], new Given(input, data, sealed), words);
    }
  }
  return results;
}

/**
 * @param {import("./operations.mjs").Operation | undefined} operation
 * @param {Given} given
 * @param {readonly string[]} words
 */
async function run(operation, given, words) {
  if (operation === undefined) return "broken: no such operation";
  try {
    const value = await operation(given, words);
    return value === null ? "none" : `ok:${await hash(shown(value))}`;
  } catch (error) {
    if (!(error instanceof CandourError)) return `broken: ${error}`;
    // The place of a word that is not listed is part of the protocol; other details are for people.
    return error.code === "word" ? `error:word:${error.detail}` : `error:${error.code}`;
  }
}

/** SHA-256 of canonical JSON in ASCII, in hex. @param {any} value */
async function hash(value) {
  const written = JSON.stringify(sorted(value)).replace(/[\u007f-\uffff]/g, escaped);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(written));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} unit */
function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** @param {any} value @returns {any} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
