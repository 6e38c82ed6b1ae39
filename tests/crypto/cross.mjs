// The browser's side of test_cross.py: reads one JSON request a line, answers one line. Bytes are {"$": base64url}.
//   {"call": "cell.seal", "args": [...]}  ->  {"value": ...} or {"error": code} or {"broken": stack}
import { createInterface } from "node:readline";

import * as board from "../../crypto/board.js";
import * as cell from "../../crypto/cell.js";
import * as codename from "../../crypto/codename.js";
import * as encoding from "../../crypto/encoding.js";
import { CandourError } from "../../crypto/errors.js";
import * as hpke from "../../crypto/hpke.js";
import * as kdf from "../../crypto/kdf.js";
import * as signing from "../../crypto/signing.js";
import * as thread from "../../crypto/thread.js";
import * as work from "../../crypto/work.js";
import { WORDS } from "./help.mjs";

/** @type {Record<string, Record<string, any>>} */
const modules = { board, cell, codename, encoding, hpke, kdf, signing, thread, work };

/** Calls whose arguments or results have no spelling in JSON. @type {Record<string, (...args: any[]) => unknown>} */
const special = {
  "cell.open": (data, seeds, organisation) =>
    cell.open(data, seeds.map((/** @type {Uint8Array} */ seed) => new hpke.PrivateKey(seed)), organisation),
  "board.find": (cells, secret, today) => board.find(cells, board.tags(secret, today)),
};

/** @param {unknown} value @returns {unknown} */
function decode(value) {
  if (value === "$words") return WORDS;
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  const fields = /** @type {Record<string, unknown>} */ (value);
  return "$" in fields
    ? new Uint8Array(Buffer.from(String(fields.$), "base64url"))
    : Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, decode(item)]));
}

/** @param {unknown} value @returns {unknown} */
function encode(value) {
  if (value instanceof Uint8Array) return { $: Buffer.from(value).toString("base64url") };
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
}

/** @param {string} line */
async function answer(line) {
  const { call, args } = JSON.parse(line);
  const [module, name] = call.split(".");
  try {
    const run = special[call] ?? modules[module]?.[name];
    return { value: encode(await run(...args.map(decode))) };
  } catch (error) {
    return error instanceof CandourError ? { error: error.code } : { broken: String(error instanceof Error && error.stack) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
