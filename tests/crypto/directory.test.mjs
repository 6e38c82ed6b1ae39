// Directories in JavaScript. All faults, one by one, are in test_cross_documents.py; here are the most dangerous.
import assert from "node:assert/strict";
import { test } from "node:test";

import { appendCheck, replay } from "../../crypto/chain.js";
import { build, checkHead, stub, verify, view } from "../../crypto/directory.js";
import { dump, load, random } from "../../crypto/encoding.js";
import { publicKey } from "../../crypto/signing.js";
import { read } from "../../crypto/statement.js";
import { changed, item, noise, refused } from "./help.mjs";
import { Organisation, POLICY, START, TODAY, ordinary } from "./organisation.mjs";

test("an ordinary directory tells guardians, policy and keys", () => {
  const house = ordinary();
  const ada = item(house.people, 0);
  const found = house.verified();
  assert.deepEqual(found.validGuardians().map((one) => one.name), ["Ada", "Bashir"]);
  assert.deepEqual([found.name, found.length, found.headDay, found.warnings], ["St Elsewhere", house.log.length, TODAY, []]);
  assert.deepEqual([found.policy.slotMs, found.policy.boardCells], [5_000, 8]);
  assert.deepEqual(found.keyFor(ada.g, TODAY), [ada.epochs.get(TODAY), "epoch"]);
  assert.deepEqual(found.keyFor(ada.g, TODAY + 2), [ada.fallback, "fallback"]);
  refused("missing", () => found.keyFor(ada.g, TODAY + 16));
  refused("early", () => found.keyFor(ada.g, START - 1));
  refused("expired", () => found.keyFor(ada.g, START + 301));
  refused("unknown", () => found.keyFor(random(16), TODAY));
});

test("any changed byte of the file is refused", () => {
  const house = ordinary();
  const file = house.file();
  for (let times = 0; times < 200; times++) {
    assert.throws(() => verify(changed(file), house.id, TODAY), { name: "CandourError" });
  }
});

test("forged, foreign, early, replayed and unsigned entries have their codes", () => {
  const house = ordinary();
  const [ada, bashir] = [item(house.people, 0), item(house.people, 1)];
  const epochs = { g: ada.g, first: TODAY + 30, digests: [random(32)] };
  const good = house.make("policy", [house.root], POLICY);
  assert.equal(appendCheck(house.log, good, TODAY).length, house.log.length + 1);
  /** @param {string} code @param {unknown} item_ */
  const faulty = (code, item_) => refused(code, () => appendCheck([...house.log, good], item_, TODAY));
  faulty("conflict", good);
  faulty("signature", house.make("policy", [ada.identity], POLICY));
  faulty("signature", house.make("epochs", [bashir.identity], epochs));
  faulty("signature", house.make("epochs", [ada.courier], epochs));
  faulty("early", house.make("policy", [house.root], { ...POLICY, day: TODAY + 2 }));
  faulty("rollback", house.make("policy", [house.root], { ...POLICY, day: TODAY - 1 }));
  faulty("organisation", house.make("policy", [house.root], { ...POLICY, organisation: random(32) }));
  faulty("type", item(house.heads, 0));
  faulty("unknown", house.make("revocation", [house.root], { certificate: random(32), reason: "" }));
  faulty("unknown", house.make("epochs", [ada.identity], { ...epochs, g: random(16) }));
  faulty("conflict", house.make("epochs", [ada.identity], { ...epochs, first: TODAY }));
  faulty("limit", noise(100_000));
  faulty("malformed", random(1000));
});

test("a revoked guardian cannot be written to, and cannot speak", () => {
  const house = ordinary();
  const ada = item(house.people, 0);
  house.heads.shift();
  house.say("revocation", [house.root], { certificate: ada.certificate, reason: "stolen" });
  const found = house.verified();
  assert.deepEqual(found.validGuardians().map((one) => one.name), ["Bashir"]);
  refused("revoked", () => found.keyFor(ada.g, TODAY));
  const late = house.make("lost", [ada.identity], { day: TODAY - 1, g: ada.g, from: 1, until: 2 });
  refused("revoked", () => appendCheck(house.log, late, TODAY));
  house.vouch(ada);
  refused("revoked", () => house.verified());
});

test("an older or other log is refused", () => {
  const house = ordinary();
  const seen = house.verified();
  /** @type {[number, Uint8Array]} */
  const remembered = [seen.length, seen.state];
  house.say("policy", [house.root], POLICY);
  assert.equal(verify(house.file(), house.id, TODAY, remembered).length, seen.length + 1);
  refused("rollback", () => verify(house.file(), house.id, TODAY, [seen.length, random(32)]));
  refused("rollback", () => verify(house.file(), house.id, TODAY, [seen.length + 2, random(32)]));
  house.log.splice(-2, 2);
  refused("rollback", () => verify(house.file(), house.id, TODAY, remembered));
});

test("a withheld key and silent couriers are told, and do not stop the others", () => {
  const house = ordinary();
  const ada = item(house.people, 0);
  house.keys = house.keys.filter((key) => key !== ada.epochs.get(TODAY));
  house.heads = [];
  const found = house.verified();
  assert.deepEqual(found.warnings, ["stale", "missing"]);
  assert.deepEqual(found.guardian(ada.g).missing, [TODAY]);
  assert.deepEqual(found.keyFor(ada.g, TODAY), [ada.fallback, "fallback"]);
});

test("nothing but an old list of keys can be left out", () => {
  const house = ordinary();
  const at = house.log.findIndex((one) => read(one).name === "epochs");
  refused("type", () => stub(read(house.log[0])));
  house.log[at] = stub(read(house.log[at]));
  refused("missing", () => house.verified());
  house.log[at] = { .../** @type {object} */ (house.log[at]), last: TODAY - 60 };
  refused("rollback", () => house.verified());
});

test("hostile files are refused at once", () => {
  const { id } = ordinary();
  const brackets = new Uint8Array(10_000_000).fill(0x5b);
  refused("limit", () => verify(brackets, id, TODAY));
  refused("malformed", () => verify(brackets.subarray(0, 4_000_000), id, TODAY));
  const objects = new TextEncoder().encode('{"a":'.repeat(500_000) + "1" + "}".repeat(500_000));
  refused("malformed", () => verify(objects, id, TODAY));
});

test("nothing is told without a policy, and no file above four megabytes is written", () => {
  const house = new Organisation();
  refused("missing", () => view(replay(house.log, TODAY), [], [], TODAY));
  refused("missing", () => house.verified());
  refused("limit", () => build([{ v: "0".repeat(1 << 22) }], [], []));
});

test("heads do not go back", () => {
  const house = ordinary();
  const ada = item(house.people, 0);
  const chain = replay(house.log, TODAY);
  const newest = checkHead(chain, item(house.heads, 0), TODAY);
  const older = house.make("head", [ada.courier], { day: TODAY - 1, g: ada.g, length: 1, state: item(chain.states, 1) });
  assert.equal(checkHead(chain, older, TODAY).body.length, 1);
  refused("rollback", () => checkHead(chain, older, TODAY, newest));
});

test("the root rotates with two signatures", () => {
  const house = ordinary();
  const next = random(32);
  const fields = { old: publicKey(house.root), new: publicKey(next) };
  refused("signature", () => appendCheck(house.log, house.make("rotation", [house.root], fields), TODAY));
  house.say("rotation", [house.root, next], fields);
  assert.deepEqual(house.verified().root, publicKey(next));
  refused("signature", () => appendCheck(house.log, house.make("policy", [house.root], POLICY), TODAY));
});

test("padding is the least that does, and only zeros", () => {
  const house = ordinary();
  const document = /** @type {Record<string, any>} */ (load(house.file(), 1 << 22));
  assert.equal(house.file().length % 16_384, 0);
  refused("malformed", () => verify(dump({ ...document, pad: document.pad.slice(1) }), house.id, TODAY));
  refused("malformed", () => verify(dump({ ...document, pad: `1${document.pad.slice(1)}` }), house.id, TODAY));
});
