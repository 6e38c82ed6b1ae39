// What is said about a mistyped codename, and what is offered instead.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generate, loadWords } from "../../crypto/codename.js";
import { judge } from "../../portal/site/browser/typed_codename.js";

const words = loadWords(readFileSync(new URL("../../crypto/words.txt", import.meta.url), "utf8"));
const codename = generate(words);
const typed = codename.split(" ");

/** @param {import("../../portal/site/browser/typed_codename.js").Judged} judged */
function fault(judged) {
  assert.equal(judged.ok, false);
  return /** @type {Extract<typeof judged, { ok: false }>} */ (judged);
}

test("the right codename is taken, however it is written", () => {
  for (const text of [codename, ` ${codename.toUpperCase()}\n`, typed.join("-"), typed.join(", ")]) {
    assert.deepEqual(judge(text, words), { ok: true, words: typed });
  }
});

test("a missing and a doubled word are counted", () => {
  for (const [text, count] of /** @type {[string, number][]} */ ([[typed.slice(1).join(" "), 7], [`${codename} ${typed[7]}`, 9]])) {
    const found = fault(judge(text, words));
    assert.deepEqual([found.key, found.values], ["codename.count", { count }]);
  }
});

test("nothing typed has its own sentence", () => {
  assert.equal(fault(judge("  \n", words)).key, "codename.none");
});

test("a word that is not listed is named, with its place and near words", () => {
  const wrong = `${typed[2]}q`;
  const found = fault(judge(typed.with(2, wrong).join(" "), words));
  assert.deepEqual([found.key, found.values], ["codename.word", { at: 3, typed: wrong }]);
  assert.ok(found.offers.some(({ value }) => value === codename));
});

test("two words that changed places are offered back", () => {
  const [a, b, ...others] = typed;
  const found = fault(judge([b, a, ...others].join(" "), words));
  assert.equal(found.key, "codename.sum");
  assert.ok(found.offers.some(({ value }) => value === codename));
});

test("far too much text is no codename", () => {
  assert.equal(fault(judge("a".repeat(2000), words)).key, "codename.count");
});
