// Answers the questions of test_cross_documents.py with the JavaScript twins: one JSON object a line, in and out.
import { createInterface } from "node:readline";

import * as attachment from "../../crypto/attachment.js";
import * as directory from "../../crypto/directory.js";
import { b64, unb64 } from "../../crypto/encoding.js";
import { CandourError } from "../../crypto/errors.js";
import { plain } from "../../crypto/fields.js";
import * as message from "../../crypto/message.js";
import * as receipt from "../../crypto/receipt.js";
import * as reply from "../../crypto/reply.js";
import * as statement from "../../crypto/statement.js";
import { makeBody } from "../../crypto/statement_bodies.js";

/** @typedef {Record<string, any>} Question */

/** @type {Record<string, (question: Question) => unknown>} */
const OPERATIONS = {
  statement_sign: ({ name, fields, seeds }) => statement.sign(name, makeBody(name, fields), seeds),
  statement_parse: ({ data, name }) => {
    const envelope = statement.parse(data, name);
    return { name: envelope.name, body: envelope.body, signers: envelope.signers, entry: statement.entryHash(envelope) };
  },
  directory_build: ({ log, heads, keys }) => directory.build(log, heads, keys),
  directory_verify: (question) => summary(verified(question), question.today),
  message_compose: ({ head, sections, attachments }) => message.compose(head, sections, attachments),
  message_read: ({ parts, total, reader }) => {
    const read = message.read(new Map(parts), total, reader);
    return { ...read, sections: [...read.sections] };
  },
  reply_sign: ({ fields, seed }) => reply.signReply(fields, seed),
  reply_read: (question) => reply.readReply(question.payload, verified(question), question.thread, question.today),
  receipt_issue: ({ fields, seed }) => receipt.issue(fields, seed),
  receipt_read: (question) => receipt.read(question.payload, verified(question), question.thread, question.today),
  receipt_prove: ({ seed, challenge }) => receipt.prove(seed, challenge),
  receipt_check: ({ holder, challenge, proof }) => receipt.checkProof(holder, challenge, proof),
  attachment_seal: async ({ data, name, type, organisation }) => {
    /** @type {Uint8Array[]} */
    const chunks = [];
    const manifest = await attachment.sealFile(new Blob([data]), name, type, organisation, (_, chunk) => void chunks.push(chunk));
    return { manifest, chunks };
  },
  attachment_open: async ({ manifests, chunks, organisation }) => {
    const [manifest] = attachment.readManifests(manifests);
    if (manifest === undefined) throw new Error("no manifest");
    const found = new Map(chunks.map((/** @type {[Uint8Array, Uint8Array]} */ [name, chunk]) => [b64(name), chunk]));
    return attachment.openFile(manifest, (name) => found.get(b64(name)) ?? null, organisation);
  },
};

/**
 * @param {Question} question
 */
function verified({ file, organisation, today, remembered }) {
  return directory.verify(file, organisation, today, remembered);
}

/**
 * All that a directory tells, in the form in which test_cross_documents.py tells it.
 * @param {import("../../crypto/guardians.js").Directory} found
 * @param {number} today
 */
function summary(found, today) {
  const { organisation, name, root, policy, stories, statistics, length, state, headDay, warnings } = found;
  const guardians = found.guardians.map((guardian) => ({
    ...guardian,
    digests: [...guardian.digests],
    epochs: [...guardian.epochs],
    keys: [-2, -1, 0, 1, 2, 40].map((ahead) => attempt(() => found.keyFor(guardian.g, today + ahead))),
    holds: [-200, -1, 0, 40, 400].map((ahead) => attempt(() => found.certificate(guardian.g, today + ahead).entryHash)),
  }));
  const couriers = [...found.couriers(today)].sort(([a], [b]) => (a < b ? -1 : 1));
  const valid = found.validGuardians().map((guardian) => guardian.g);
  const more = { stories, statistics, length, state, headDay, warnings, guardians, couriers, valid };
  return { organisation, name, root, policy: Object.entries(policy), ...more };
}

/**
 * @param {() => unknown} call
 */
function attempt(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof CandourError) return error.code;
    throw error;
  }
}

/**
 * @param {string} line
 */
async function answer(line) {
  const question = JSON.parse(line, (_, value) => (value?.bytes === undefined ? value : unb64(value.bytes)));
  try {
    const operation = OPERATIONS[question.operation];
    if (operation === undefined) throw new Error(`no operation ${question.operation}`);
    return { value: plain(await operation(question)) };
  } catch (error) {
    if (error instanceof CandourError) return { code: error.code };
    return { broken: error instanceof Error ? error.stack : String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
