// Messages, replies, receipts and statements in JavaScript: what is written is read, what is faulty has its code.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as message from "../../crypto/message.js";
import * as receipt from "../../crypto/receipt.js";
import * as reply from "../../crypto/reply.js";
import { concat, dump, load, random, utf8 } from "../../crypto/encoding.js";
import { publicKey } from "../../crypto/signing.js";
import * as statement from "../../crypto/statement.js";
import { makeBody } from "../../crypto/statement_bodies.js";
import { between, changed, item, refused } from "./help.mjs";
import { START, TODAY, ordinary } from "./organisation.mjs";

const G = random(16);
const H = random(16);
const HEAD = {
  type: "concern",
  organisation: random(32),
  to: [G],
  exclude: [H],
  holder: random(32),
  salt: random(16),
  language: "en",
};
const ALPHABET = ["a", "é", "漢", "🏥", '"', "\n", "\u0001", "\u2028", "‮", "\ufeff", "\\"];

/** @param {number} length */
function anyText(length) {
  return Array.from({ length }, () => item(ALPHABET, between(0, ALPHABET.length - 1))).join("");
}

/**
 * The parts of a message, as cells carry them.
 * @param {[Uint8Array, Uint8Array]} written
 */
function partsOf([head, rest]) {
  const parts = new Map([[0, head]]);
  for (let at = 0; at < rest.length; at += message.PART) parts.set(parts.size, rest.slice(at, at + message.PART));
  return parts;
}

test("any text comes back, whole or as far as it arrived", () => {
  for (let times = 0; times < 60; times++) {
    /** @type {[string, string][]} */
    const texts = ["what", "patients", "staff"].map((name) => [name, anyText(between(0, 2000))]);
    texts.push(["help", "x"]);
    const parts = partsOf(message.compose(HEAD, texts));
    const total = parts.size;
    const whole = message.read(parts, total, G);
    assert.deepEqual([...whole.sections], texts);
    assert.deepEqual([whole.complete, whole.missing, whole.cut], [true, [], null]);
    if (total < 2) continue;
    const gone = between(1, total - 1);
    parts.delete(gone);
    const partial = message.read(parts, total, G);
    const [name, beginning] = partial.cut ?? ["", ""];
    assert.deepEqual([partial.complete, partial.missing, partial.digest], [false, [gone], null]);
    assert.ok(new Map(texts).get(name)?.startsWith(beginning));
    for (const [section, words] of partial.sections) assert.equal(new Map(texts).get(section), words);
  }
});

test("the longest message fits, and one byte more does not", () => {
  const [head] = message.compose(HEAD, [["what", "a".repeat(40_000)]]);
  const longest = /** @type {any} */ (load(head, message.HEAD)).start.length + message.MAX_REST;
  assert.equal(partsOf(message.compose(HEAD, [["what", "a".repeat(longest)]])).size, 16);
  refused("limit", () => message.compose(HEAD, [["what", "a".repeat(longest + 1)]]));
});

test("faulty messages are neither written nor read", () => {
  /** @type {[Partial<message.Head>, [string, string][]][]} */
  const faulty = [
    [{ to: [] }, [["what", "a"]]],
    [{ to: [G, G] }, [["what", "a"]]],
    [{ exclude: [G] }, [["what", "a"]]],
    [{ type: "question" }, [["what", "a"]]],
    [{ holder: random(31) }, [["what", "a"]]],
    [{}, []],
    [{ type: "withdraw" }, [["what", "a"]]],
    [{}, [["what", "a"], ["what", "b"]]],
    [{}, [["attachments", "[]"]]],
    [{}, [["what", "a\0"]]],
    [{}, [["what", "\ud800"]]],
    [{ choices: { who: "" } }, [["what", "a"]]],
  ];
  for (const [changes, texts] of faulty) refused("malformed", () => message.compose({ ...HEAD, ...changes }, texts));
  const [head] = message.compose(HEAD, [["what", "abc"]]);
  refused("malformed", () => message.read(new Map([[0, head]]), 1, H));
  refused("malformed", () => message.read(new Map([[0, head]]), 2, G));
  refused("missing", () => message.read(new Map(), 1, G));
  refused("limit", () => message.read(new Map([[0, new Uint8Array(10_000_000).fill(0x5b)]]), 1, G));
  const parts = partsOf(message.compose(HEAD, [["what", "a".repeat(8000)]]));
  refused("malformed", () => message.read(new Map([...parts, [-1, item([...parts.values()], 1)]]), 3, G));
  const document = /** @type {any} */ (load(head, message.HEAD));
  refused("malformed", () => message.read(new Map([[0, dump({ ...document, start: "ab" })]]), 1, G));
  refused("malformed", () => message.read(new Map([[0, dump({ ...document, more: 1 })]]), 1, G));
});

test("replies and receipts: read from the guardian, refused from others and at other times", () => {
  const house = ordinary();
  const [ada, bashir] = [item(house.people, 0), item(house.people, 1)];
  const directory = house.verified();
  const thread = random(16);
  /** @type {reply.Reply} */
  const words = { organisation: house.id, g: ada.g, thread, day: TODAY, language: "en", text: anyText(500), status: "received" };
  /** @type {receipt.Receipt} */
  const came = {
    ...{ organisation: house.id, g: ada.g, thread, certificate: ada.certificate, message: random(16) },
    ...{ digest: random(32), holder: random(32), state: random(32), day: TODAY, how: "software" },
  };
  assert.deepEqual(reply.readReply(reply.signReply(words, ada.identity), directory, thread, TODAY), words);
  assert.deepEqual(receipt.read(receipt.issue(came, ada.identity), directory, thread, TODAY), came);
  /** @param {string} code @param {object} changes @param {Uint8Array} [seed] */
  const faulty = (code, changes, seed = ada.identity) => {
    const signedReply = reply.signReply({ ...words, ...changes }, seed);
    const signedReceipt = receipt.issue({ ...came, ...changes }, seed);
    refused(code, () => reply.readReply(signedReply, directory, thread, TODAY));
    refused(code, () => receipt.read(signedReceipt, directory, thread, TODAY));
  };
  faulty("signature", {}, bashir.identity);
  faulty("signature", {}, ada.courier);
  faulty("signature", { g: bashir.g });
  faulty("organisation", { organisation: random(32) });
  faulty("unknown", { g: random(16) });
  faulty("thread", { thread: random(16) });
  faulty("early", { day: TODAY + 2 });
  faulty("early", { day: START - 1 });
  const other = receipt.issue({ ...came, certificate: random(32) }, ada.identity);
  refused("conflict", () => receipt.read(other, directory, thread, TODAY));
  const signed = reply.signReply(words, ada.identity);
  refused("signature", () => reply.readReply(changed(signed, between(0, 63)), directory, thread, TODAY));
  refused("malformed", () => reply.readReply(signed.subarray(0, 63), directory, thread, TODAY));
  refused("malformed", () => reply.signReply({ ...words, text: "a".repeat(24_001) }, ada.identity));
});

test("a receipt is proved with the holder key only", () => {
  const [seed, challenge] = [random(32), random(32)];
  const proof = receipt.prove(seed, challenge);
  assert.equal(receipt.checkProof(publicKey(seed), challenge, proof), true);
  assert.equal(receipt.checkProof(publicKey(random(32)), challenge, proof), false);
  assert.equal(receipt.checkProof(publicKey(seed), random(32), proof), false);
  refused("malformed", () => receipt.prove(seed, random(31)));
});

test("statements: every signature is verified, and only one spelling is read", () => {
  const seeds = [random(32), random(32)];
  const body = makeBody("revocation", { organisation: random(32), day: 1, certificate: random(32), reason: "é" });
  const whole = statement.parse(statement.sign("revocation", body, seeds)).object;
  assert.deepEqual(statement.parse(whole).body, body);
  refused("type", () => statement.parse(whole, "head"));
  refused("type", () => statement.parse({ ...whole, payloadtype: "application/vnd.candour.pardon.v1+json" }));
  refused("malformed", () => statement.parse({ ...whole, signatures: [...whole.signatures].reverse() }));
  refused("malformed", () => statement.parse({ ...whole, signatures: [] }));
  refused("malformed", () => statement.parse({ ...whole, more: 1 }));
  refused("limit", () => statement.parse({ ...whole, payload: "A".repeat(65_536) }));
  for (const at of [0, 1]) {
    const signatures = whole.signatures.map((/** @type {object} */ one) => ({ ...one }));
    signatures[at].sig = item(whole.signatures, 1 - at).sig;
    refused("signature", () => statement.parse({ ...whole, signatures }));
  }
  const pae = statement.pae("a", utf8("é"));
  assert.deepEqual(pae, concat(utf8("DSSEv1 1 a 2 "), utf8("é")));
});
