// The operations that vectors name, over crypto/*.js. operations.py has the same in the same order.
import * as attachment from "../../crypto/attachment.js";
import * as board from "../../crypto/board.js";
import * as cell from "../../crypto/cell.js";
import * as codename from "../../crypto/codename.js";
import * as encoding from "../../crypto/encoding.js";
import { raw } from "../../crypto/fields.js";
import * as hpke from "../../crypto/hpke.js";
import * as kdf from "../../crypto/kdf.js";
import * as message from "../../crypto/message.js";
import * as signing from "../../crypto/signing.js";
import * as thread from "../../crypto/thread.js";
import * as work from "../../crypto/work.js";
import { text } from "./given.mjs";

/** @typedef {import("./given.mjs").Given} Given */
/** @typedef {(given: Given, words: readonly string[]) => any} Operation a promise, too */

/** @param {any} part or null */
function cellPart(part) {
  return part && { thread: part.thread, message: part.message, part: part.part, parts: part.parts, payload: part.payload };
}

/** @param {any} part or null */
function boardPart(part) {
  return part && { kind: part.kind, message: part.message, part: part.part, parts: part.parts, payload: part.payload };
}

/** What `open` would have given, with the group that says what belongs together. @param {Given} given */
function cellPiece(given) {
  const [secret, id] = [given.raw("thread"), given.raw("message")];
  const { part, parts } = given.values;
  const group = encoding.b64(encoding.concat(secret, id));
  return { group, thread: secret, message: id, part, parts, payload: given.raw("payload") };
}

/** @param {Given} given */
function boardPiece(given) {
  const { kind, part, parts } = given.values;
  const group = encoding.b64(encoding.concat(Uint8Array.of(kind), given.raw("message")));
  return { group, kind, message: given.raw("message"), part, parts, payload: given.raw("payload") };
}

/** @param {Given} given */
function boardTags(given) {
  const all = [...board.tags(given.raw("secret"), given.values.today)];
  const found = all.map(([tag, key]) => ({ tag: encoding.unb64(tag), key }));
  return found.sort((a, b) => encoding.compare(a.tag, b.tag));
}

/** @param {Given} given */
function boardFind(given) {
  const wanted = new Map(given.many("secrets").flatMap((secret) => [...board.tags(secret, given.values.today)]));
  const found = board.find(given.many("cells"), wanted);
  return found.sort((a, b) => encoding.compare(a.payload, b.payload)).map(boardPart);
}

/** @param {Record<string, any>} values @returns {any} */
function head({ v: _v, ...values }) {
  const sizes = { organisation: 32, holder: 32, salt: 16, answers_to: 16 };
  for (const [key, size] of Object.entries(sizes)) if (key in values) values[key] = raw(size)(values[key]);
  for (const key of ["to", "exclude"]) values[key] = values[key].map(raw(16));
  if ("succeeds" in values) {
    const pairs = /** @type {{ g: string, thread: string }[]} */ (values.succeeds);
    values.succeeds = pairs.map((one) => ({ g: raw(16)(one.g), thread: raw(32)(one.thread) }));
  }
  return values;
}

/** @param {unknown[]} values */
function manifests(values) {
  return values.length > 0 ? attachment.readManifests(encoding.dump(values)) : [];
}

/** @param {Given} given */
function messageCompose(given) {
  const sections = given.values.sections.map((/** @type {[string, any]} */ [name, words]) => [name, text(words)]);
  const [first, rest] = message.compose(head(given.values.head), sections, manifests(given.values.attachments));
  return { head: first, rest };
}

/** @param {Given} given */
function messageRead(given) {
  const parts = new Map(Object.entries(given.values.parts).map(([number, part]) => [Number(number), given.make(part)]));
  const read = message.read(parts, given.values.total, given.raw("reader"));
  return {
    head: { v: 1, ...read.head },
    sections: [...read.sections],
    attachments: read.attachments.map((one) => ({ ...one, chunks: encoding.concat(...one.chunks) })),
    cut: read.cut,
    complete: read.complete,
    missing: read.missing,
    digest: read.digest,
  };
}

/** @param {Given} given */
async function attachmentOpen(given) {
  const [manifest] = manifests([given.values.manifest]);
  const waiting = given.values.chunks.map((/** @type {any} */ each) => each && given.make(each)).values();
  const opened = /** @type {attachment.Manifest} */ (manifest);
  const data = await attachment.openFile(opened, () => waiting.next().value, given.raw("organisation"));
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(data));
  return { sha256: new Uint8Array(digest), size: data.length };
}

/** @param {Given} g */
function boardTag(g) {
  const [tag, key] = board.tagAndKey(g.raw("secret"), g.values.day, g.values.i);
  return { tag, key };
}

/** @param {Given} g */
function cellOpen(g) {
  const keys = g.many("seeds").map((seed) => new hpke.PrivateKey(seed));
  return cellPart(cell.open(g.raw("cell"), keys, g.raw("organisation")));
}

/** @param {Given} given @returns {(key: string) => any} */
const each = (given) => (key) => given.values[key].map((/** @type {any} */ values) => given.inner(values));

/** @type {Record<string, Operation>} */
export const OPERATIONS = {
  "b64.encode": (g) => encoding.b64(g.raw("bytes")),
  "b64.decode": (g) => encoding.unb64(g.values.text, g.values.size),
  "json.load": (g) => encoding.load(g.raw("bytes"), g.values.limit),
  "json.dump": (g) => encoding.dump(g.values.value),
  "kdf.derive": (g) => kdf.derive(g.raw("secret"), g.values.label, g.raw("context"), g.values.size),
  "kdf.sha256": (g) => kdf.sha256(g.raw("bytes")),
  "kdf.name": (g) => kdf.name(g.raw("bytes")),
  "kdf.hexname": (g) => kdf.hexname(g.raw("bytes")),
  "thread.organisation_id": (g) => thread.organisationId(g.raw("root_key")),
  "thread.secret": (g) => thread.threadSecret(g.raw("root"), g.raw("g")),
  "thread.board": (g) => thread.boardSecret(g.raw("thread")),
  "thread.id": (g) => thread.threadId(g.raw("board")),
  "thread.holder_seed": (g) => thread.holderSeed(g.raw("root"), g.raw("g")),
  "thread.holder_key": (g) => thread.holderKey(g.raw("root"), g.raw("g")),
  "codename.read": (g, words) => codename.read(g.values.text, words),
  "codename.suggest": (g, words) => codename.suggest(g.values.text, words),
  "codename.suggest_word": (g, words) => codename.suggestWord(g.values.piece, words),
  "codename.fingerprint": (g, words) => codename.fingerprint(g.raw("key"), words),
  "codename.root": (g, words) => codename.root(g.values.text, g.raw("organisation"), words),
  "signing.public": (g) => signing.publicKey(g.raw("seed")),
  "signing.sign": (g) => signing.sign(g.raw("seed"), g.raw("message")),
  "signing.verify": (g) => signing.verify(g.raw("public"), g.raw("message"), g.raw("signature")),
  "hpke.public_key": (g) => hpke.publicKey(g.raw("seed")),
  "hpke.open": (g) => hpke.open(g.raw("seed"), g.raw("info"), g.raw("sealed")),
  "hpke.seal": (g) => hpke.seal(g.raw("public"), g.raw("info"), g.raw("plaintext")),
  "cell.split": (g) => cell.split(g.raw("thread"), g.raw("message"), g.raw("head"), g.raw("rest")),
  "cell.open": cellOpen,
  "cell.seal": (g) => cell.seal(g.raw("plaintext"), g.raw("public"), g.raw("organisation")),
  "cell.join": (g) => cell.join(each(g)("pieces").map(cellPiece)),
  "board.tag_and_key": boardTag,
  "board.split": (g) => board.split(g.values.kind, g.raw("message"), g.raw("payload")),
  "board.open": (g) => boardPart(board.open(g.raw("cell"), g.raw("key"))),
  "board.seal": (g) => board.seal(g.raw("plaintext"), g.raw("secret"), g.values.day, g.values.i),
  "board.tags": boardTags,
  "board.find": boardFind,
  "board.join": (g) => board.join(each(g)("pieces").map(boardPiece)),
  "board.write_file": (g) => board.writeFile(g.values.start, g.values.length, g.many("cells")),
  "board.read_files": (g) => board.readFiles(g.raw("bytes")),
  "message.compose": messageCompose,
  "message.read": messageRead,
  "message.digest": (g) => message.digest(g.raw("head"), g.raw("rest")),
  "attachment.padme": (g) => attachment.padme(g.values.count),
  "attachment.open": attachmentOpen,
  "work.solve": (g) => work.solve(g.raw("beacon"), g.raw("name"), g.values.bits),
  "work.check": (g) => work.check(g.raw("beacon"), g.raw("name"), g.raw("nonce"), g.values.bits),
};
