// A PDF is made anew from its pages alone: what must be gone, what must stay, and what must be refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { check } from "../../portal/site/browser/strip/pdf/check.js";
import { clean } from "../../portal/site/browser/strip/clean.js";
import { Damaged } from "../../portal/site/browser/strip/reader.js";
import * as made from "./pdfs.mjs";
import { BARE_JPEG, SOI, bytes, segment } from "./pictures.mjs";

/** @param {Uint8Array} data */
async function cleaned(data) {
  const found = await clean(new Blob([/** @type {BlobPart} */ (data)]));
  const out = new Uint8Array(await found.blob.arrayBuffer());
  return { ...found, out, text: made.opened(out) };
}

/** @param {Uint8Array} data */
async function anew(data) {
  const found = await cleaned(data);
  assert.equal(found.verdict, "clean");
  assert.doesNotMatch(found.text, /SECRET/i);
  for (const key of ["/Info", "/ID", "/Author", "/Metadata", "xmpmeta", "/JavaScript", "/ICCBased", "/Prev", "/PieceInfo", "/OpenAction"]) {
    assert.ok(!found.text.includes(key), key);
  }
  return found;
}

const KINDS = { classic: made.classic, modern: made.modern, hybrid: made.hybrid };
const ALL_THAT_GOES = [
  "place", "person", "device", "time", "words", "comment", "history", "thumbnail", "pictures", "attached", "notes", "signature", "fields",
  "links", "scripts", "structure", "number", "trailing", "colour", "details", "other",
]; // prettier-ignore

for (const [kind, write] of Object.entries(KINDS)) {
  test(`a ${kind} file with everything in it keeps what draws, and names what went`, async () => {
    const before = made.opened(write(made.full()));
    for (const secret of ["SECRETAUTHOR", "SECRETXMP", "SECRETATTACHMENT", "SECRETCAM", "SECRETSTATE"]) assert.ok(before.includes(secret), secret);
    const found = await anew(write(made.full()));
    assert.deepEqual([found.kind, found.type, found.ending], ["pdf", "application/pdf", "pdf"]);
    assert.deepEqual(found.removed, ALL_THAT_GOES);
    assert.deepEqual(found.remains, ["pages", "covered", "layers", "camera", "fonts"]);
    for (const stays of ["(Seen \\(well\\) % no comment) Tj", "/OC /L1 BDC", "ID \x25 EI", "/Im1 Do", "0 1 0 rg 2 2 9 9 re f", "/Rotate 90", "/BaseFont /Helvetica"]) {
      assert.ok(found.text.includes(stays), stays);
    }
    assert.equal(found.text.match(/\/Subtype \/Stamp/g)?.length, 2); // what was typed, and what was stamped; not the signature
    assert.match(found.text, /\/OFF \[\d+ 0 R\]/);
  });
}

test("the three ways of writing one file down give the same bytes, and so does a second time", async () => {
  const [first, ...others] = await Promise.all(Object.values(KINDS).map((write) => anew(write(made.full()))));
  for (const other of others) assert.deepEqual(other.out, first?.out);
  const second = await anew(first?.out ?? new Uint8Array());
  assert.deepEqual([Buffer.from(second.out), second.removed], [Buffer.from(first?.out ?? []), []]);
});

test("an older version is gone, and the newest counts", async () => {
  const old = made.classic(made.plain("(SECRETOLD) Tj"));
  const found = await anew(made.again(old, new Map([[5, made.stream("", "(New) Tj")]])));
  assert.ok(found.text.includes("(New) Tj"));
  assert.ok(found.removed.includes("versions"));
  const plain = await anew(made.classic(made.plain()));
  assert.ok(!plain.removed.includes("versions"));
});

test("what was taken out of a newer version does not come back", async () => {
  const old = made.classic(made.plain("(SECRETOLD) Tj"));
  const gone = Buffer.from(made.again(old, new Map([[5, "null"]]))).toString("latin1").replace(/5 1\n\d{10} 00000 n/g, "5 1\n0000000000 00001 f");
  const found = await anew(Buffer.from(gone, "latin1"));
  assert.ok(found.text.includes("/Length 0"));
});

test("what stands before the beginning and behind the end goes", async () => {
  const data = made.classic(made.plain());
  const found = await anew(bytes(data, "SECRETTRAIL"));
  assert.deepEqual(found.out, (await anew(bytes("SECRET\n".repeat(20), data))).out);
  assert.ok(found.removed.includes("trailing"));
});

test("keys that are spelt with numbers are known all the same", async () => {
  const objects = made.plain().set(1, "<</Type/Catalog/Pages 3 0 R/#4deta#64ata 6 0 R>>").set(6, made.stream("/Type/Metadata", "SECRETXMP"));
  assert.ok((await anew(made.classic(objects))).removed.includes("history"));
});

test("a text where none belongs is gone", async () => {
  const found = await anew(made.classic(page("/Rotate(SECRETTEXT)/Group<</S/Transparency/CS[/Indexed/DeviceRGB 0(abc)]>>")));
  assert.ok(found.text.includes("[/Indexed /DeviceRGB 0 <616263>]"));
  assert.ok(found.removed.includes("other"));
});

test("a text that may be typed into a form but draws nothing is gone", async () => {
  const objects = made.plain().set(4, "<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Annots[<</Subtype/Widget/FT/Tx/V(SECRETTYPED)/Rect[0 0 9 9]>>]>>");
  const found = await anew(made.classic(objects));
  assert.ok(found.removed.includes("fields"));
});

test("packings of all kinds are undone where drawing is looked into", async () => {
  const drawing = "1 0 0 rg 5 5 9 9 re f % SECRETCOMMENT";
  const hex = Buffer.from(drawing).toString("hex");
  const runs = bytes([drawing.length - 1], drawing, [128]);
  const packings = /** @type {[string, Uint8Array | string][]} */ ([
    ["/Filter/ASCIIHexDecode", `${hex}>`],
    ["/Filter[/ASCIIHexDecode/FlateDecode]", `${deflateSync(drawing).toString("hex")}>`],
    ["/Filter/RunLengthDecode", runs],
    ["/Filter/ASCII85Decode", `${to85(Buffer.from(drawing))}~>`],
    ["/Filter/LZWDecode", toLzw(Buffer.from(drawing))],
    ["/Filter[/A85/Fl]", `${to85(deflateSync(drawing))}~>`],
  ]);
  for (const [keys, data] of packings) {
    const found = await anew(made.classic(made.plain().set(5, made.stream(keys, data))));
    assert.ok(found.text.includes("1 0 0 rg 5 5 9 9 re f"), keys);
  }
});

/** @param {Buffer} data */
function to85(data) {
  let text = "";
  for (let at = 0; at < data.length; at += 4) {
    const part = Buffer.concat([data.subarray(at, at + 4), Buffer.alloc(4)]).subarray(0, 4);
    let value = part.readUInt32BE();
    let digits = "";
    for (let digit = 0; digit < 5; digit++, value = Math.floor(value / 85)) digits = String.fromCharCode(33 + (value % 85)) + digits;
    text += data.length - at < 4 ? digits.slice(0, data.length - at + 1) : digits.replace(/^!{5}$/, "z");
  }
  return text;
}

/** Nine bits each, a code for each byte, and the table cleared before it grows. @param {Buffer} data */
function toLzw(data) {
  const codes = [256, ...data, 257];
  const bits = codes.map((code) => code.toString(2).padStart(9, "0")).join("");
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (each) => parseInt(each.padEnd(8, "0"), 2));
}

/** @param {string} text @param {string} from @param {string} to */
const edited = (text, from, to) => Buffer.from(text.replace(from, to), "latin1");
const plain = Buffer.from(made.classic(made.plain())).toString("latin1");
const zeros = deflateSync(Buffer.alloc(70_000_000));
/** @param {(at: number) => string} each */
const thousand = (each) => Array.from({ length: 1000 }, (_, at) => each(at)).join(" ");
/** @param {string} [keys] @returns {made.Objects} */
const thousandPages = (keys = "") => new Map(Array.from({ length: 1000 }, (_, at) => [at + 100, `<</MediaBox[0 0 9 9]${keys}>>`]));

/** Sixty photos that share nearly all of their bytes: the head of each is a comment in the one before. */
function manyInOne() {
  const rest = bytes(...Array.from({ length: 40 }, () => segment(0xfe, new Uint8Array(65_000))), BARE_JPEG.subarray(2));
  let file = rest;
  /** @type {number[]} */
  const behind = [];
  for (let number = 159; number >= 100; number--) {
    const head = `${number} 0 obj\n<</Subtype/Image/Filter/DCTDecode/Length ${file.length + 2}>>\nstream\n`;
    file = bytes(number > 100 ? segment(0xfe, head, SOI) : bytes(head, SOI), file);
    behind[number] = file.length - (number > 100 ? 4 : 0);
  }
  const names = Array.from({ length: 60 }, (_, at) => `/A${at} ${at + 100} 0 R`).join("");
  const begun = made.classic(page(`/Resources<</XObject<<${names}>>>>`));
  const text = Buffer.from(begun).toString("latin1");
  const end = text.lastIndexOf("xref\n0 1");
  const at = end + file.length + 18;
  const rows = Object.entries(behind).map(([number, from]) => `${number} 1\n${String(end + file.length - from).padStart(10, "0")} 00000 n \n`);
  const list = text.slice(end).replace("trailer", `${rows.join("")}trailer`).replace(/startxref\n\d+/, `startxref\n${at}`);
  return bytes(begun.subarray(0, end), file, "\nendstream\nendobj\n".slice(0, 18), list);
}

const page = (/** @type {string} */ keys) => made.plain().set(4, `<</Type/Page/MediaBox[0 0 9 9]/Contents 5 0 R${keys}>>`);

// Far more than any machine needs; work that grows with the square of a file does not come to its end in it.
const GOOD_TIME = { timeout: 60_000 };

const REFUSED = /** @type {[string, () => Uint8Array][]} */ ([
  ["a locked file", () => made.classic(made.plain(), `${made.TRAILER}/Encrypt<</Filter/Standard>>`)],
  ["a file cut in the middle", () => made.classic(made.full()).subarray(0, 2000)],
  ["a file without its last line", () => edited(plain, "startxref", "")],
  ["a list that points elsewhere", () => edited(plain, "startxref\n", "startxref\n9")],
  ["an object under another's number", () => edited(plain, "5 0 obj", "6 0 obj")],
  ["no pages", () => made.classic(made.plain().set(3, "<</Type/Pages/Count 0/Kids[]>>"))],
  ["no catalogue", () => made.classic(made.plain(), "/Info 2 0 R")],
  ["a page without a size", () => made.classic(made.plain().set(4, "<</Type/Page/Contents 5 0 R>>"))],
  ["pages in a ring", () => made.classic(made.plain().set(4, "<</Type/Pages/Kids[3 0 R]>>"))],
  ["references in a ring", () => made.classic(made.plain().set(5, "6 0 R").set(6, "5 0 R"))],
  ["a length in a ring", () => made.classic(made.plain().set(5, "<</Length 5 0 R>>\nstream\nx\nendstream"))],
  ["lists in a ring", () => made.classic(made.plain(), `${made.TRAILER}/Prev ${/startxref\n(\d+)/.exec(plain)?.[1]}`)],
  ["brackets in brackets in brackets", () => made.classic(page(`/Group ${"[".repeat(5000)}${"]".repeat(5000)}`))],
  ["a key twice", () => made.classic(page("/Resources<<>>/Resources<<>>"))],
  ["a form that draws itself", () => made.classic(made.plain().set(1, "<</Pages 3 0 R/NeedsRendering true>>"))],
  ["an unknown packing", () => made.classic(made.plain().set(5, made.stream("/Filter/Crypt", "x")))],
  ["a stream in another file", () => made.classic(made.plain().set(5, made.stream("/F(other)", "x")))],
  ["a drawing packed badly", () => made.classic(made.plain().set(5, made.stream("/Filter/FlateDecode", "x")))],
  ["a bomb", () => made.classic(made.plain().set(5, made.stream("/Filter/FlateDecode", zeros)))],
  ["a bomb in a bomb", () => made.classic(made.plain().set(5, made.stream("/Filter[/FlateDecode/FlateDecode]", deflateSync(zeros))))],
  ["many small bombs", () => made.classic(made.plain().set(4, `<</MediaBox[0 0 9 9]/Contents[${"5 0 R ".repeat(400)}]>>`).set(5, made.stream("/Filter/FlateDecode", deflateSync(Buffer.alloc(2_000_000, 32)))))],
  ["a thousand pages with one long list on each", () => made.classic(made.plain().set(3, `<</Kids[${thousand((at) => `${at + 100} 0 R`)}]/Resources<</ExtGState<</A<</D[${"[0]".repeat(9000)}]>>>>>>>>`), made.TRAILER, thousandPages())],
  ["a thousand pages with all marks on each", () => made.classic(made.plain().set(3, `<</Kids[${thousand((at) => `${at + 100} 0 R`)}]>>`).set(6, `[${"7 0 R ".repeat(9999)}]`).set(7, "<</Subtype/Stamp/Rect[0 0 1 1]/AP<</N 8 0 R>>>>").set(8, made.stream("/BBox[0 0 1 1]", "")), made.TRAILER, thousandPages("/Annots 6 0 R"))],
  ["many photos in the same bytes", manyInOne],
  ["a million comments", () => made.classic(made.plain(`1 ${"%\n".repeat(1_000_000)} w`))],
  ["a list that says everything a million times", () => edited(plain, "trailer", `${"0 1\n0000000000 65535 f \n".repeat(500_000)}trailer`)],
  ["a list of a thousand million objects", () => edited(plain, "5 1\n", "5 999999999\n")],
  ["a small photo inside a drawing", () => made.classic(made.plain("BI /W 1/H 1/F/DCT ID x EI"))],
  ["a small picture with a key of its own", () => made.classic(made.plain("BI /W 1/SECRET(x) ID x EI"))],
  ["a small picture without an end", () => made.classic(made.plain("BI /W 1/H 1 ID xxxx"))],
  ["a photo that is none", () => made.classic(page("/Resources<</XObject<</A 6 0 R>>>>").set(6, made.stream("/Subtype/Image/Filter/DCTDecode", "no photo")))],
  ["a picture that holds more than itself", () => made.classic(page("/Resources<</XObject<</A 6 0 R>>>>").set(6, made.stream("/Subtype/Image/Width 1/Height 1/BitsPerComponent 8", made.JPX)))],
  ["a profile of colours under another name", () => made.classic(page("/Resources<</ColorSpace<</A[/ICCbased 6 0 R]>>>>").set(6, made.stream("/N 3", "SECRETPROFILE")))],
  ["a program as a drawing", () => made.classic(page("/Resources<</XObject<</A 6 0 R>>>>").set(6, made.stream("/Subtype/PS", "(x) print")))],
  ["a string without an end", () => made.classic(made.plain("(never closed Tj"))],
  ["too many pages", () => made.classic(made.plain().set(3, `<</Kids[${Array.from({ length: 2100 }, (_, at) => `${at + 100} 0 R`).join(" ")}]>>`))],
  ["a block of facts in a drawing", () => made.classic(made.plain("(<x:xmpmeta>) Tj"))],
]);

for (const [what, data] of REFUSED) {
  test(`${what} is refused in good time`, GOOD_TIME, async () => {
    const found = await cleaned(data());
    assert.deepEqual([found.kind, found.verdict, found.blob.size, found.removed], ["pdf", "refuse", 0, []]);
  });
}

test("a large file is refused unread", async () => {
  const found = await clean(new Blob(["%PDF-1.7\n", ...Array.from({ length: 53 }, () => new Uint8Array(1_000_000))]));
  assert.deepEqual([found.kind, found.verdict], ["pdf", "refuse"]);
});

test("without the browser's unpacking it is refused, not sent", async () => {
  const { DecompressionStream } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "DecompressionStream");
    assert.equal((await cleaned(made.modern(made.plain()))).verdict, "refuse");
  } finally {
    globalThis.DecompressionStream = DecompressionStream;
  }
});

const SECOND_LOOK = /** @type {[string, string, string][]} */ ([
  ["a key that must be gone", "/Kids", "/Info"],
  ["a value that must be gone", "/Type /Page\n", "/Type /URI \n"],
  ["a comment", "/Resources <<>>", "/Resources 1%a\n"],
  ["something between objects", "/Contents 4 0 R>>\nendobj\n", "/A 1>>\nendobj\n%SECRETSEC\n"],
  ["an object out of reach", "/Contents 4 0 R", "/Contents null "],
  ["a list of objects", "/Root 1 0 R\n/Size", "/Root 1 0 R\n/Info"],
  ["a block of hidden facts", "10 10 50 50 re f", "Photoshop 3.0\0xx"],
]);

test("the second look finds what the first left", async () => {
  const { out } = await anew(made.classic(made.plain()));
  const text = Buffer.from(out).toString("latin1");
  await check(new Blob([out]), 1);
  await assert.rejects(check(new Blob([out]), 2), { message: "pages" });
  for (const [what, from, to] of SECOND_LOOK) {
    assert.ok(text.includes(from), what);
    const { constructor, message } = await check(new Blob([edited(text, from, to)]), 1).then(() => new Error("nothing"), (error) => error);
    assert.deepEqual([constructor, message], [Damaged, what]);
  }
});

test("every beginning, and a change of any byte, is refused or at least tells nothing", GOOD_TIME, async () => {
  const whole = Buffer.from(made.modern(made.full()));
  for (let at = 10; at < whole.length; at += 41) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ (1 + (at % 255));
    for (const data of [changed, whole.subarray(0, at)]) {
      const found = await cleaned(data);
      if (found.verdict === "clean") assert.doesNotMatch(found.text.replace(/\/SECRET\w+/g, ""), /SECRET/, `${at}`);
      else assert.equal(found.verdict, "refuse");
    }
  }
});
