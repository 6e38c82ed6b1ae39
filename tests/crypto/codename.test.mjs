// The codename: slips are caught with certainty, and what was meant is found.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as codename from "../../crypto/codename.js";
import { WORDS, between, item, noise, refused } from "./help.mjs";

const P = 7759;
const fresh = () => codename.generate(WORDS).split(" ");
/** @param {string[]} words @param {number} at @param {...string} others what stands there instead */
const replaced = (words, at, ...others) => [...words.slice(0, at), ...others, ...words.slice(at + 1)];
/** @param {string[]} words @param {number} i @param {number} j */
function swapped(words, i, j) {
  const copy = [...words];
  [copy[i], copy[j]] = [item(words, j), item(words, i)];
  return copy;
}

test("another list is refused", () => {
  const text = `${WORDS.join("\n")}\n`;
  assert.deepEqual(codename.loadWords(text), WORDS);
  for (const other of [text.slice(0, -1), `${text}\n`, text.replace("zoom", "zoon"), ""]) {
    refused("malformed", () => codename.loadWords(other));
  }
});

test("a new codename reads and is new each time", () => {
  const made = Array.from({ length: 300 }, () => codename.generate(WORDS));
  for (const text of made) {
    assert.equal(codename.read(text, WORDS).join(" "), text);
    assert.deepEqual(codename.suggest(text, WORDS), []);
  }
  assert.equal(new Set(made).size, 300);
  assert.ok(new Set(made.flatMap((text) => text.split(" ").slice(0, 7))).size > 1600);
});

test("draws are fair: a u16 at or above 8p is thrown away", (context) => {
  const drawn = [62072, 65535, 62071];
  context.mock.method(crypto, "getRandomValues", (/** @type {Uint8Array} */ data) => {
    const value = drawn.shift() ?? 0;
    data.set([value >> 8, value & 255]);
    return data;
  });
  assert.equal(codename.generate(WORDS).split(" ")[0], WORDS[62071 % P]);
});

test("every wrong word and every swap is caught, with certainty", () => {
  const words = fresh();
  for (let at = 0; at < 8; at++) {
    for (let step = 0; step < 400; step++) {
      const other = item(WORDS, between(0, P - 1));
      if (other === words[at]) continue;
      refused("checksum", () => codename.read(replaced(words, at, other).join(" "), WORDS));
    }
    for (let j = 0; j < at; j++) {
      if (words[at] === words[j]) continue;
      refused("checksum", () => codename.read(swapped(words, at, j).join(" "), WORDS));
    }
  }
});

test("a missing, doubled or unlisted word is caught", () => {
  const words = fresh();
  for (let at = 0; at < 8; at++) {
    refused("words", () => codename.read(replaced(words, at).join(" "), WORDS));
    refused("words", () => codename.read(replaced(words, at, item(words, at), item(words, at)).join(" "), WORDS));
    for (const extra of ["x", "1", "é", "\u0430", "\ud800", "😀"]) {
      const wrong = replaced(words, at, `${words[at]}${extra}q`).join(" ");
      refused("word", () => codename.read(wrong, WORDS), String(at + 1));
    }
  }
});

test("spelling does not matter", () => {
  const words = fresh();
  const plain = words.join(" ");
  const wide = plain.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
  const gaps = [..."\t\n\v\f\r \x85\u1680\u2028\u2029\u205f\u3000-\u2010\u2011\u2015\u2212,.;\u00a0\uff0c"];
  const spellings = [plain.toUpperCase(), wide, `\ufeff ${plain}.`, `${plain.slice(0, 2)}\u200b\u00ad\u2060${plain.slice(2)}`];
  for (const typed of [...spellings, ...gaps.map((gap) => words.join(gap + gap))]) {
    assert.deepEqual(codename.read(typed, WORDS), words);
  }
  assert.deepEqual(codename.pieces("\u0130 \u00c9 \u212a"), ["\u0130", "\u00c9", "k"]);
});

test("1,024 bytes are read and one more is not", () => {
  const plain = codename.generate(WORDS);
  assert.ok(codename.read(plain.padEnd(1024), WORDS));
  refused("words", () => codename.read(plain.padEnd(1025), WORDS), "too long");
  refused("words", () => codename.read(plain + "\u3000".repeat(330), WORDS), "too long");
  for (const text of ["", " - ", "abacus ".repeat(7), "abacus ".repeat(9)]) refused("words", () => codename.read(text, WORDS));
});

test("words near a slip are offered", () => {
  assert.deepEqual(codename.suggestWord("zoolgy", WORDS), ["zoology"]);
  assert.equal(codename.suggestWord("abacsu", WORDS)[0], "abacus");
  assert.ok(codename.suggestWord("😀bacus", WORDS).includes("abacus"));
  for (const piece of ["abacus", "", "qqqqqqqq", "a".repeat(1000)]) assert.deepEqual(codename.suggestWord(piece, WORDS), []);
});

test("swapped words are mended, and nothing is suggested for other than eight listed words", () => {
  for (let round = 0; round < 50; round++) {
    const words = fresh();
    const [i, j] = [between(0, 3), between(4, 7)];
    if (words[i] === words[j]) continue;
    assert.ok(codename.suggest(swapped(words, i, j).join(" "), WORDS).includes(words.join(" ")));
  }
  for (const text of ["", "abacus ".repeat(7), "abacus ".repeat(9), `${"abacus ".repeat(7)} notlisted`]) {
    assert.deepEqual(codename.suggest(text, WORDS), []);
  }
});

test("the root takes its time in slices, reports its progress and is the same however it is typed", async () => {
  const [text, organisation] = [codename.generate(WORDS), noise(32)];
  /** @type {number[]} */
  const seen = [];
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const root = await codename.root(text, organisation, WORDS, (fraction) => seen.push(fraction));
  clearInterval(timer);
  assert.ok(ticks > 0, "the page must stay alive");
  assert.equal(seen.at(-1), 1);
  assert.ok(seen.length > 90 && seen.length <= 101);
  assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
  assert.equal(root.length, 32);
  assert.deepEqual(await codename.root(text.toUpperCase(), organisation, WORDS), root);
  assert.notDeepEqual(await codename.root(text, noise(32), WORDS), root);
});

test("no root for a slip or another organisation id", async () => {
  await assert.rejects(codename.root("abacus", noise(32), WORDS), { code: "words" });
  await assert.rejects(codename.root(codename.generate(WORDS), noise(31), WORDS), { code: "size" });
});
