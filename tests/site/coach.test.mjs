// The coach: what it warns of, what it leaves alone, what "make spacing plain" changes, and that no text slows it down.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { KINDS, look, normalise } from "../../portal/site/browser/coach.js";
import { isNhsNumber } from "../../portal/site/browser/coach_numbers.js";
import { lists } from "./lists.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const codename = ["oboe", "fancy", "tulip", "grape", "lemon", "ankle", "badge", "crisp"];

/** @param {string} text */
const found = (text) => look(text, lists, codename).map(({ kind, text: what }) => `${kind}: ${what}`);

/** @type {[string, string[]][]} */
const WARNED = [
  ["Write to a.b+c@nhs.example.org now", ["email: a.b+c@nhs.example.org"]],
  ["(jane@ward.example)", ["email: jane@ward.example"]],
  ["ring 07700 900123.", ["phone: 07700 900123"]],
  ["ring 07700900123", ["phone: 07700900123"]],
  ["ring (020) 7946 0018", ["phone: (020) 7946 0018"]],
  ["ring +44 (0)20 7946 0018", ["phone: +44 (0)20 7946 0018"]],
  ["ring +447700900123", ["phone: +447700900123"]],
  ["ring 0044 7700 900 123", ["phone: 0044 7700 900 123"]],
  ["ring 07700-900-123", ["phone: 07700-900-123"]],
  ["ring 0 7 7 0 0 9 0 0 1 2 3", ["phone: 0 7 7 0 0 9 0 0 1 2 3"]],
  ["ring +48 22 123 45 67", ["phone: +48 22 123 45 67"]],
  ["NHS 943 476 5919", ["nhs: 943 476 5919"]],
  ["NHS 9434765919", ["nhs: 9434765919"]],
  ["NHS 943-476-5919, bed 4", ["nhs: 943-476-5919"]],
  ["bed 4 943 476 5919", ["nhs: 943 476 5919"]],
  ["Mr Smith was there", ["name: Mr Smith"]],
  ["mr smith was there", ["name: mr smith"]],
  ["Dr. M. Kowalska said", ["name: Dr. M. Kowalska"]],
  ["I saw Mr Smith. Then it rang.", ["name: Mr Smith"]],
  ["Dr Anna Kowalska said", ["name: Dr Anna Kowalska"]],
  ["dr o’neill said", ["name: dr o’neill"]],
  ["Sister Ann Mary Jones", ["name: Sister Ann Mary Jones"]],
  ["the consultant Patel", ["name: consultant Patel"]],
  ["Only I knew.", ["only: Only I"]],
  ["I was the only nurse", ["only: I was the only"]],
  ["nobody else\nknows", ["only: nobody else\nknows"]],
  ["The ward clerk saw", ["role: The ward clerk"]],
  ["the pharmacist on nights", ["role: the pharmacist on nights"]],
  ["on 12 March", ["date: 12 March"]],
  ["on 12 march", ["date: 12 march"]],
  ["on the 3rd of May 2024", ["date: 3rd of May"]],
  ["on March the 12th", ["date: March the 12th"]],
  ["on 12/03/2024", ["date: 12/03/2024"]],
  ["on 12.3.24", ["date: 12.3.24"]],
  ["on 2024-03-12", ["date: 2024-03-12"]],
  ["last Tuesday it", ["date: last Tuesday"]],
  ["at 14:30", ["time: 14:30"]],
  ["at 2.30pm", ["time: 2.30pm"]],
  ["at 3 am", ["time: 3 am"]],
  ["at 0230 hours", ["time: 0230 hours"]],
  ["at half past two", ["time: half past"]],
  ["bleep 2271", ["number: bleep 2271"]],
  ["Staff no. 123456", ["number: Staff no. 123456"]],
  ["GMC number 7012345", ["number: GMC number 7012345"]],
  ["my PIN is 19A1234E", ["number: 19A1234E"]],
  ["at SW1A 1AA today", ["postcode: SW1A 1AA"]],
  ["at m1 1ae today", ["postcode: m1 1ae"]],
  ["One.  Two.", ["spacing:   "]],
  ["One.\tTwo.", ["spacing: \t"]],
  ["One\u00a0two", ["spacing: \u00a0"]],
  ["One \nTwo", ["spacing:  "]],
  ["wa\u200brd", ["hidden: \u200b"]],
  ["wa\u00adrd", ["hidden: \u00ad"]],
  ["\u202edraw\u202c", ["hidden: \u202e", "hidden: \u202c"]],
  ["ward\u{e0061}", ["hidden: \u{e0061}"]],
  ["ward\ufe00", ["hidden: \ufe00"]],
  ["the w\u0430rd", ["alike: w\u0430rd"]],
  ["the \u041de\u0430rt", ["alike: \u041de\u0430rt"]],
  ["the o\ufb03ce", ["unusual: \ufb03"]],
  ["the \u{1d430}ard", ["unusual: \u{1d430}"]],
  ["cafe\u0301", ["unusual: e\u0301"]],
  ["it is fancy tulip grape", ["codename: fancy tulip grape"]],
  ["Oboe-Fancy-Tulip-Grape-Lemon-Ankle-Badge-Crisp", ["codename: Oboe-Fancy-Tulip-Grape-Lemon-Ankle-Badge-Crisp"]],
];

for (const [text, expected] of WARNED) {
  test(`warns: ${JSON.stringify(text)}`, () => assert.deepEqual(found(text), expected));
}

const LEFT_ALONE = [
  "@ us, or write a@b, or 5 @ 3", "We gave 10 ml, then 0.125 mg, twice.", "BP 120/80, pulse 104, sats 91 %, 12:1 ratio",
  "943 476 5918 has a wrong last digit", "0000000000", "Call 999 or 111.", "10,000 patients in 2023", "The dr said so, and Ms. is a title.",
  "the dr on call", "our sister ward", "the nurse was tired", "My sister is a nurse", "We may have 3 beds.", "March on!", "the only way forward is training",
  "Ward B12 2nd floor", "vitamin B12 5mg", "version 2.10", "Nobody else. Knows what?", "wait 3 hours, 12 h shifts", "in spring, at night, on nights",
  "μg and β-blockers, TNFα and IFNγ, αvβ3, 5 Ω", "Żółw, naïve, café, jalapeño", "Привет, мир", "Καλημέρα", "ضرب\u200cالمثل", "മലയാളം\u200dന്", "👩‍⚕️ ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣", "שלום \u200f(אבג)\u200e abc",
  "“Quoted” – and — dashed… it’s fine", "oboe fancy lemon ankle tulip", "One.\nTwo.\n\nThree.\r\nFour.", "bleeping 22 machines", "extra 2000 beds", "",
]; // prettier-ignore

for (const text of LEFT_ALONE) {
  test(`leaves alone: ${JSON.stringify(text)}`, () => assert.deepEqual(found(text), []));
}

test("the check digit of NHS numbers: one last digit fits at most", () => {
  for (const start of ["943476591", "401023213", "999000000"]) {
    const fitting = [..."0123456789"].filter((last) => isNhsNumber(start + last));
    assert.ok(fitting.length <= 1, start);
  }
  assert.equal(isNhsNumber("4010232137"), true);
  assert.equal(isNhsNumber("401023213"), false);
});

test("every finding is of a known kind, in its order, and stands where it says", () => {
  const text = `${WARNED.map(([each]) => each).join(". ")}.`;
  const all = look(text, lists, codename);
  assert.deepEqual([...new Set(all.map(({ kind }) => kind))], [...KINDS]);
  for (const { start, end, text: what } of all) assert.equal(text.slice(start, end), what);
});

test("plain spacing takes every mark out, changes no word, and has nothing left to change", () => {
  const marked = "\ufeffThe\u00a0w\u0430rd  was \u202efull\u202c.\t\r\nNo\u200bbody \u{1d430}rote\u2028it  down. \n\ncafe\u0301 o\ufb03ce co\u2011op";
  const plain = normalise(marked);
  assert.equal(plain, "The ward was full. \nNobody wrote\nit down.\n\ncafé office co-op".replace(" \n", "\n"));
  assert.deepEqual(look(plain, lists).map(({ kind }) => kind), []);
  assert.equal(normalise(plain), plain);
});

test("plain spacing leaves other languages and emoji as they are", () => {
  for (const text of LEFT_ALONE.filter((each) => !each.includes("\r"))) assert.equal(normalise(text), text.normalize("NFC"));
});

const SIZE = 46_000;
const HOSTILE = Object.freeze({
  "one letter": "a", digits: "1", "digits apart": "1 ", "digits and dots": "1.", "digits and colons": "1:1", at: "@", "a and at": "a@", "at and dots": "a@b.",
  spaces: " ", tabs: "\t ", "space and line": " \n", "zero width": "\u200b", bidi: "\u202e", joiners: "a\u200d", title: "mr ", titles: "Mr Mr Smith ",
  "the": "the ", only: "only ", "codename start": "oboe fancy ", staff: "staff no ", "staff and number": "staff no no no 1", bleep: "bleep 123 ", mixed: "a\u0430",
  "one long mixed word": "\u0430\u0430\u0430a", postcode: "SW1A 1A", pin: "19A123", date: "1/1/", "month and day": "may 1 ", "half past": "half past ", accents: "e\u0301",
  "accents alone": "\u0301", "lone surrogates": "\ud800", plus: "+", brackets: "(", "phone, nearly": "0770090012 ", email: "a.a.a.a.a@a.a.a.a.a.a.a.a ", dashes: "1-",
}); // prettier-ignore

/** Runs in a Node without compilation of scripts or of regular expressions, as hardened browsers do. */
const SLOW = `
import { look, normalise } from "./portal/site/browser/coach.js";
const { lists, hostile, size, codename } = JSON.parse(process.env.CASES);
const times = {};
for (const [name, piece] of Object.entries(hostile)) {
  const text = piece.repeat(Math.ceil(size / piece.length));
  const begun = performance.now();
  look(text, lists, codename);
  normalise(text);
  times[name] = performance.now() - begun;
}
console.log(JSON.stringify(times));
`;

test("46 KB of any hostile text take less than 2 seconds, nothing compiled", () => {
  const cases = JSON.stringify({ lists, hostile: HOSTILE, size: SIZE, codename });
  const options = ["--jitless", "--regexp-interpret-all", "--input-type=module", "--eval", SLOW];
  const said = execFileSync(process.execPath, options, { cwd: root, env: { ...process.env, CASES: cases }, encoding: "utf8" });
  const times = /** @type {Record<string, number>} */ (JSON.parse(said));
  assert.deepEqual(Object.keys(times), Object.keys(HOSTILE));
  for (const [name, time] of Object.entries(times)) assert.ok(time < 2000, `${name}: ${Math.round(time)} ms`);
});
