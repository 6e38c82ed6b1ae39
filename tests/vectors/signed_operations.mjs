// The operations on statements, directories, replies and receipts. signed_operations.py has the same.
import * as directory from "../../crypto/directory.js";
import { raw } from "../../crypto/fields.js";
import { sha256 } from "../../crypto/kdf.js";
import * as receipt from "../../crypto/receipt.js";
import * as reply from "../../crypto/reply.js";
import * as statement from "../../crypto/statement.js";

/** @typedef {import("./given.mjs").Given} Given */
/** @typedef {import("./operations.mjs").Operation} Operation */

/** @param {Given} given */
function parse(given) {
  const read = statement.parse(given.raw("envelope"), given.values.name);
  const { name, payload, signers } = read;
  return { name, payload, signers, entry_hash: statement.entryHash(read) };
}

/** @param {Given} given */
function verify(given) {
  const { remembered, today } = given.values;
  const seen = remembered && [remembered.length, given.make(remembered.state)];
  const read = directory.verify(given.raw("file"), given.raw("organisation"), today, seen);
  const { organisation, name, root, length, state, headDay, warnings } = read;
  const guardians = read.guardians.map(guardian);
  return { organisation, name, root, length, state, head_day: headDay, warnings, guardians };
}

/** @param {directory.Guardian} one */
function guardian({ g, name, role, missing, lost, headDay, validToday, epochs, fallbacks }) {
  const held = fallbacks.filter((each) => each.key !== null).map((each) => [each.firstDay, each.lastDay]);
  const days = [...epochs.keys()].sort((a, b) => a - b);
  return { g, name, role, missing, lost, head_day: headDay, valid: validToday, days, fallbacks: held };
}

/** @param {Given} given @param {string} [day] */
function openFile(given, day = "today") {
  return directory.verify(given.raw("file"), given.raw("organisation"), given.values[day]);
}

/** @param {Given} given */
function keyFor(given) {
  const [key, kind] = openFile(given).keyFor(given.raw("g"), given.values.day);
  return { key: sha256(key), kind };
}

/**
 * A document with bytes where its JSON has base64.
 * @param {Record<string, any>} document
 * @param {...string} names
 * @returns {any}
 */
function decoded({ v: _v, ...document }, ...names) {
  for (const name of names) document[name] = raw(["g", "thread", "message"].includes(name) ? 16 : 32)(document[name]);
  return document;
}

/** @param {Given} given */
function replySign(given) {
  const fields = decoded(given.values.document, "organisation", "g", "thread");
  if ("partial" in fields) fields.partial = decoded(fields.partial, "message");
  if ("answers" in fields) fields.answers = fields.answers.map(raw(16));
  return reply.signReply(fields, given.raw("seed"));
}

/** @param {Given} given */
function replyRead(given) {
  const opened = openFile(given, "directory_day");
  return { v: 1, ...reply.readReply(given.raw("payload"), opened, given.raw("thread"), given.values.today) };
}

/** @param {Given} given */
function receiptIssue(given) {
  const names = ["organisation", "g", "thread", "certificate", "message", "digest", "holder", "state"];
  return receipt.issue(decoded(given.values.document, ...names), given.raw("seed"));
}

/** @param {Given} given */
function receiptRead(given) {
  const opened = openFile(given, "directory_day");
  return { v: 1, ...receipt.read(given.raw("payload"), opened, given.raw("thread"), given.values.today) };
}

/** @type {Record<string, Operation>} */
export const SIGNED = {
  "statement.pae": (g) => statement.pae(g.values.type, g.raw("body")),
  "statement.sign": (g) => statement.sign(g.values.name, g.values.body, g.many("seeds")),
  "statement.parse": parse,
  "statement.verify_detached": (g) =>
    statement.verifyDetached(g.values.type, g.raw("body"), g.raw("sig"), g.raw("key")),
  "directory.verify": verify,
  "directory.build": (g) => directory.build(g.values.log, g.values.heads, g.many("keys")),
  "directory.key_for": keyFor,
  "directory.certificate": (g) => openFile(g).certificate(g.raw("g"), g.values.day).entryHash,
  "reply.sign": replySign,
  "reply.read": replyRead,
  "receipt.issue": receiptIssue,
  "receipt.read": receiptRead,
  "receipt.prove": (g) => receipt.prove(g.raw("holder_seed"), g.raw("challenge")),
  "receipt.check_proof": (g) => receipt.checkProof(g.raw("holder_key"), g.raw("challenge"), g.raw("sig")),
};
