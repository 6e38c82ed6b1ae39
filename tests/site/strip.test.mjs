// What is taken out of files before they are sent, and what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clean } from "../../portal/site/browser/strip/clean.js";
import * as made from "./pictures.mjs";

const { bytes } = made;

/** @param {Uint8Array | string} data */
const cleaned = (data) => clean(new Blob([/** @type {BlobPart} */ (data)]));

/** @param {Blob} blob */
const read = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** @param {Uint8Array} data */
function tellsNothing(data) {
  const text = Buffer.from(data).toString("latin1");
  for (const secret of [...made.SECRETS, "xmpmeta", "Photoshop", "ICC_PROFILE", "tEXt", "pHYs", "iCCP", "XMP ", "junk"]) {
    assert.ok(!text.includes(secret), secret);
  }
}

const EVERYTHING_OF_A_JPEG = ["place", "person", "device", "time", "words", "comment", "history", "thumbnail", "pictures", "trailing", "colour", "details", "other"];

test("a JPEG keeps what draws it, byte for byte, and which way up it is", async () => {
  const found = await cleaned(made.fullJpeg(6));
  const data = await read(found.blob);
  assert.deepEqual([found.kind, found.verdict, found.type, found.ending], ["jpeg", "clean", "image/jpeg", "jpg"]);
  assert.deepEqual(found.removed, EVERYTHING_OF_A_JPEG);
  assert.deepEqual(found.remains, ["seen", "camera", "upright"]);
  tellsNothing(data);
  const orientation = bytes("MM\0*", made.u32(8), made.u16(1), made.u16(0x112), made.u16(3), made.u32(1), made.u16(6), made.u16(0), made.u32(0));
  const expected = bytes(
    made.SOI,
    made.segment(0xe0, "JFIF\0", [1, 1, 0, 0, 1, 0, 1, 0, 0]),
    made.segment(0xe1, "Exif\0\0", orientation),
    made.segment(0xee, "Adobe", [0, 100, 0, 0, 0, 0, 1]),
    made.BARE_JPEG.subarray(2),
  );
  assert.deepEqual(Buffer.from(data), Buffer.from(expected));
});

test("an upright JPEG keeps no Exif block at all, and a bare one loses nothing", async () => {
  const upright = await cleaned(made.fullJpeg(1));
  assert.ok(!Buffer.from(await read(upright.blob)).includes("Exif"));
  assert.deepEqual(upright.remains, ["seen", "camera"]);
  const bare = await cleaned(made.BARE_JPEG);
  assert.deepEqual([bare.removed, Buffer.from(await read(bare.blob))], [[], Buffer.from(made.BARE_JPEG)]);
});

test("a PNG keeps its pixels; text, time, screen, profile and what stands behind the end go", async () => {
  const found = await cleaned(made.fullPng());
  const data = await read(found.blob);
  tellsNothing(data);
  const { names, rows } = made.readPng(data);
  assert.deepEqual(names, ["IHDR", "IDAT", "IDAT", "IEND"]);
  assert.deepEqual(rows, made.ROWS_OF_PNG);
  assert.deepEqual(Buffer.from(data), Buffer.from(made.BARE_PNG));
  assert.deepEqual(found.removed, ["place", "person", "device", "time", "words", "thumbnail", "trailing", "colour", "screen", "details", "other"]);
});

test("a turned PNG keeps one chunk that says so, with a right checksum", async () => {
  const found = await cleaned(made.fullPng(8));
  const data = await read(found.blob);
  tellsNothing(data);
  assert.deepEqual(made.readPng(data).names, ["IHDR", "eXIf", "IDAT", "IDAT", "IEND"]);
  assert.deepEqual(made.readPng(data).rows, made.ROWS_OF_PNG);
});

test("a WebP keeps its frames, and its header says what is left", async () => {
  for (const [orientation, flags, last] of /** @type {[number, number, string][]} */ ([[1, 0x12, "ANMF"], [3, 0x1a, "EXIF"]])) {
    const found = await cleaned(made.fullWebp(orientation));
    const data = Buffer.from(await read(found.blob));
    tellsNothing(data);
    assert.equal(data.readUInt32LE(4), data.length - 8);
    assert.equal(data[20], flags);
    assert.ok(data.lastIndexOf(last) > data.lastIndexOf("ANIM"));
    assert.equal(data.indexOf("VP8L") > 0, true);
    assert.deepEqual(found.removed, ["place", "person", "device", "time", "history", "thumbnail", "trailing", "colour", "details", "other"]);
  }
  assert.deepEqual(Buffer.from(await read((await cleaned(made.BARE_WEBP)).blob)), Buffer.from(made.BARE_WEBP));
});

test("plain text loses its mark, odd spaces and unseen characters, and nothing else", async () => {
  const found = await cleaned("\ufeffOne\u00a0two\u200b  three.\r\nFour 🌙 żółw. \r\n");
  assert.equal(await found.blob.text(), "One two three.\nFour 🌙 żółw.\n");
  assert.deepEqual([found.kind, found.removed, found.remains, found.ending], ["text", ["marks", "spacing"], ["read"], "txt"]);
  const wide = await cleaned(bytes([0xff, 0xfe], Buffer.from("Wide.", "utf16le")));
  assert.deepEqual([wide.kind, await wide.blob.text()], ["text", "Wide."]);
});

const REFUSED = /** @type {[string, string, Uint8Array | string][]} */ ([
  ["pdf", "a PDF without its list", "%PDF-1.7\n1 0 obj\n<< /Author (A) >>"],
  ["pdf", "the beginning of a PDF behind other text", `${" ".repeat(900)}%PDF-1.4`],
  ["office", "a Word document", bytes("PK\x03\x04", [20, 0, 6, 0], "[Content_Types].xml")],
  ["office", "an old Word document", bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
  ["office", "rich text", "{\\rtf1\\ansi{\\info{\\author A}}}"],
  ["heic", "a photo as iPhones keep it", bytes([0, 0, 0, 24], "ftypheic", [0, 0, 0, 0], "mif1heic")],
  ["heic", "an AVIF", bytes([0, 0, 0, 24], "ftypavif")],
  ["raw", "a raw photo", bytes("II*\0", [8, 0, 0, 0])],
  ["archive", "an archive", bytes([0x1f, 0x8b, 8, 0])],
  ["page", "a drawing", '<svg xmlns="http://www.w3.org/2000/svg"><metadata>A</metadata></svg>'],
  ["page", "an e-mail", "Received: from a\r\nFrom: A <a@b.example>\r\nTo: C <c@d.example>\r\n\r\nHello"],
  ["empty", "an empty file", ""],
]);

for (const [kind, what, data] of REFUSED) {
  test(`${what} is refused, and nothing of it is kept`, async () => {
    const found = await cleaned(data);
    assert.deepEqual([found.kind, found.verdict, found.blob.size], [kind, "refuse", 0]);
  });
}

const ASKED = /** @type {[string, string, Uint8Array][]} */ ([
  ["moving", "a film", bytes([0, 0, 0, 24], "ftypisom", [0, 0, 2, 0])],
  ["sound", "a recording", bytes([0, 0, 0, 24], "ftypM4A ")],
  ["gif", "a GIF", bytes("GIF89a", [1, 0, 1, 0])],
  ["unknown", "bytes of no known kind", bytes([1, 2, 3, 0, 255, 254])],
  ["unknown", "a text with a null", bytes("one\0two")],
]);

for (const [kind, what, data] of ASKED) {
  test(`${what} needs a deliberate yes, and stays as it is`, async () => {
    const found = await cleaned(data);
    assert.deepEqual([found.kind, found.verdict, found.remains], [kind, "ask", ["all"]]);
    assert.deepEqual(Buffer.from(await read(found.blob)), Buffer.from(data));
    assert.equal(found.blob.type, "application/octet-stream");
  });
}

test("the name says nothing: what counts is what stands in the file", async () => {
  const found = await clean(new File(["%PDF-1.7"], "photo.jpg", { type: "image/jpeg" }));
  assert.equal(found.kind, "pdf");
});

const jpeg = Buffer.from(made.fullJpeg());
const png = Buffer.from(made.fullPng());
const webp = Buffer.from(made.fullWebp());

/**
 * @param {Buffer} data
 * @param {string} name
 * @param {number} value
 */
function withLength(data, name, value) {
  const copy = Buffer.from(data);
  const at = copy.indexOf(name);
  if (data === webp) copy.writeUInt32LE(value, at + 4);
  else copy.writeUInt32BE(value, at - 4);
  return copy;
}

/**
 * @param {string} marker of two bytes
 * @param {number} length
 */
function withSegmentLength(marker, length) {
  const copy = Buffer.from(made.BARE_JPEG);
  copy.writeUInt16BE(length, copy.indexOf(Buffer.from(marker, "latin1")) + 2);
  return copy;
}

// Far more than any machine needs; work that grows with the square of a file does not come to its end in it.
const GOOD_TIME = { timeout: 60_000 };

const HOSTILE = /** @type {[string, Uint8Array][]} */ ([
  ["a JPEG cut inside the picture", made.BARE_JPEG.subarray(0, made.BARE_JPEG.length - 4)],
  ["a JPEG cut inside a table", made.BARE_JPEG.subarray(0, 40)],
  ["a JPEG without a picture", bytes(made.SOI, made.EOI, [0])],
  ["a JPEG with a length of zero", withSegmentLength("\xff\xdb", 0)],
  ["a JPEG with a length of one", withSegmentLength("\xff\xdb", 1)],
  ["a JPEG with a length past its end", withSegmentLength("\xff\xda", 65_535)],
  ["a JPEG whose frame is longer than its parts", withSegmentLength("\xff\xc0", 12)],
  ["a JPEG whose table has room for more", bytes(made.SOI, made.segment(0xdb, [0], new Uint8Array(64), "more"), made.BARE_JPEG.subarray(2))],
  ["a JPEG with bytes between segments", bytes(made.SOI, made.segment(0xfe, "x"), "between", made.BARE_JPEG.subarray(2))],
  ["a JPEG of filling", bytes([0xff, 0xd8], new Uint8Array(100_000).fill(0xff))],
  ["a JPEG of nothing but comments", bytes(made.SOI, ...Array.from({ length: 9000 }, () => made.segment(0xfe, "x")))],
  ["a PNG cut in the middle", png.subarray(0, 60)],
  ["a PNG with a lying length", withLength(png, "IDAT", 0xffffffff)],
  ["a PNG with an unknown critical part", bytes(png.subarray(0, 33), made.chunk("CgBI", "x"), made.BARE_PNG.subarray(33))],
  ["a PNG without its end", made.BARE_PNG.subarray(0, made.BARE_PNG.length - 12)],
  ["a PNG whose end carries data", bytes(made.BARE_PNG.subarray(0, made.BARE_PNG.length - 12), made.chunk("IEND", "SECRET"))],
  ["a PNG of a million empty parts", bytes(png.subarray(0, 33), Buffer.alloc(12_000_000, Buffer.from(made.chunk("teXt"))))],
  ["a WebP with a lying length", withLength(webp, "ANMF", 0x7fffffff)],
  ["a WebP longer than the file", withLength(webp, "RIFF", 0x0fffffff)],
  ["a WebP without a picture", made.riff("RIFF", "WEBP", made.riff("EXIF", made.exif(1)))],
  ["a WebP of frames in frames", made.riff("RIFF", "WEBP", made.riff("VP8X", new Uint8Array(10)), made.riff("ANMF", new Uint8Array(16), made.riff("ANMF", new Uint8Array(16), "x")))],
]);

for (const [what, data] of HOSTILE) {
  test(`${what} is refused in good time`, GOOD_TIME, async () => {
    const found = await cleaned(data);
    assert.deepEqual([found.kind, found.verdict, found.blob.size], ["damaged", "refuse", 0]);
  });
}

test("every beginning of a full picture is refused or at least tells nothing", async () => {
  for (const whole of [jpeg, png, webp]) {
    for (let length = 16; length < whole.length; length += 3) {
      const found = await cleaned(whole.subarray(0, length));
      if (found.verdict === "clean") tellsNothing(await read(found.blob));
      else assert.equal(found.verdict, "refuse", `${length}`);
    }
  }
});

test("an Exif block that lies about its directories does no harm", async () => {
  for (const block of [bytes("MM\0*", made.u32(0xffffffff)), bytes("II*\0", [8, 0, 0, 0, 255, 255]), bytes("MM\0*", made.u32(8), made.u16(1), made.u16(0x8769), made.u16(4), made.u32(1), made.u32(8)), bytes("MM")]) {
    const found = await cleaned(bytes(made.SOI, made.segment(0xe1, "Exif\0\0", block), made.BARE_JPEG.subarray(2)));
    assert.deepEqual([found.verdict, found.remains], ["clean", ["seen", "camera"]]);
  }
});

test("100 MB behind a picture are passed over, and the rest of a large file is not held in memory", GOOD_TIME, async () => {
  const trailing = new Uint8Array(1_000_000).fill(0xff);
  const file = new Blob([/** @type {BlobPart} */ (made.BARE_JPEG), ...Array.from({ length: 100 }, () => trailing)]);
  const before = process.memoryUsage().arrayBuffers;
  const found = await clean(file);
  assert.deepEqual([found.verdict, found.removed, found.blob.size], ["clean", ["trailing"], made.BARE_JPEG.length]);
  assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
});

test("100 MB of 0xff are refused in good time, as a picture and as anything", GOOD_TIME, async () => {
  const block = new Uint8Array(1_000_000).fill(0xff);
  const blocks = Array.from({ length: 100 }, () => block);
  assert.equal((await clean(new Blob([Uint8Array.of(0xff, 0xd8), ...blocks]))).kind, "damaged");
  assert.equal((await clean(new Blob(blocks))).verdict, "ask");
});
