// The list of codes is closed, and it is the one in the protocol.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { CODES, CandourError } from "../../crypto/errors.js";

test("codes are those of the protocol", () => {
  const text = readFileSync(new URL("../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const section = text.split("\n## 2. ")[1]?.split("\n## 3. ")[0] ?? "";
  assert.deepEqual([...section.matchAll(/^\| `(\w+)` \|/gm)].map((row) => row[1]), [...CODES]);
});

test("an error has a code and a detail", () => {
  const error = new CandourError("word", "3");
  assert.deepEqual([error.code, error.detail, error.message], ["word", "3", "word: 3"]);
  assert.equal(new CandourError("checksum").message, "checksum");
});

test("no other code can be raised", () => {
  assert.throws(() => new CandourError("oops"), TypeError);
});
