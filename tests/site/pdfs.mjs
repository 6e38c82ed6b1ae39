// PDFs made for tests, byte by byte, with everything in them that a program, a form or a reader writes into one.
import { deflateSync, inflateSync } from "node:zlib";
import { bytes, fullJpeg, segment, u16, u32 } from "./pictures.mjs";

/** @typedef {string | Uint8Array} Body */
/** @typedef {Map<number, Body>} Objects */

/**
 * @param {string} keys
 * @param {Body | number[]} data
 */
export function stream(keys, data) {
  const all = bytes(data);
  return bytes(`<<${keys}/Length ${all.length}>>\nstream\n`, all, "\nendstream");
}

/** @param {string} keys @param {Body} data */
export const packedStream = (keys, data) => stream(`${keys}/Filter/FlateDecode`, deflateSync(bytes(data)));

const HEAD = "%PDF-1.6\n%\xe2\xe3\xcf\xd3\n%SECRETCOMMENT made by SECRETPROGRAM\n";

/**
 * One object after another, with a comment between, and where each stands.
 * @param {Objects} objects
 * @param {Body} [before]
 */
function body(objects, before = HEAD) {
  const parts = [bytes(before)];
  let length = parts[0]?.length ?? 0;
  /** @type {Map<number, number>} */
  const places = new Map();
  for (const [number, each] of objects) {
    const part = bytes(`${number} 0 obj\n`, each, "\nendobj\n%SECRETCOMMENT\n");
    places.set(number, length);
    parts.push(part);
    length += part.length;
  }
  return { file: bytes(...parts), places };
}

/** @param {Map<number, number>} places */
function table(places) {
  const rows = [...places].map(([number, at]) => `${number} 1\n${String(at).padStart(10, "0")} 00000 n \n`);
  return `xref\n0 1\n0000000000 65535 f \n${rows.join("")}`;
}

/**
 * With a table of text.
 * @param {Objects} objects
 * @param {string} [trailer]
 * @param {Objects} [more]
 */
export function classic(objects, trailer = TRAILER, more = new Map()) {
  const { file, places } = body(new Map([...objects, ...more]));
  return bytes(file, table(places), `trailer\n<</Size 100${trailer}>>\nstartxref\n${file.length}\n%%EOF\n`);
}

/**
 * A file that was saved once more: what was there stays, what is new stands behind.
 * @param {Uint8Array} old
 * @param {Objects} objects
 * @param {string} [trailer]
 */
export function again(old, objects, trailer = TRAILER) {
  const { file, places } = body(objects, old);
  const before = Buffer.from(old).toString("latin1").match(/startxref\n(\d+)\n%%EOF\n$/)?.[1];
  return bytes(file, table(places), `trailer\n<</Size 100/Prev ${before}${trailer}>>\nstartxref\n${file.length}\n%%EOF\n`);
}

/**
 * Objects without streams packed into one, as number 90.
 * @param {Objects} objects
 */
function packed(objects) {
  const loose = [...objects].filter(([, each]) => !bytes(each).includes(0x65) || !Buffer.from(bytes(each)).includes("endstream"));
  const inside = new Map(loose.map(([number], index) => [number, index]));
  let heads = "";
  let text = "";
  for (const [number, each] of loose) {
    heads += `${number} ${text.length} `;
    text += `${Buffer.from(bytes(each)).toString("latin1")}\n`;
  }
  const pack = packedStream(`/Type/ObjStm/N ${loose.length}/First ${heads.length}`, Buffer.from(heads + text, "latin1"));
  const rest = new Map([...objects].filter(([number]) => !inside.has(number)));
  return { inside, objects: rest.set(90, pack) };
}

/**
 * @param {Map<number, number>} places
 * @param {Map<number, number>} inside
 * @param {string} keys
 */
function packedTable(places, inside, keys) {
  const rows = [...places].map(([number, at]) => [number, 1, at, 0]).concat([...inside].map(([number, index]) => [number, 2, 90, index]));
  rows.sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0));
  const index = rows.map(([number]) => `${number} 1`).join(" ");
  const data = bytes(...rows.map(([, kind = 0, second = 0, third = 0]) => bytes([kind], u32(second), u16(third))));
  return packedStream(`/Type/XRef/Size 100/W[1 4 2]/Index[${index}]${keys}`, up(data, 7));
}

/** Rows as "Up" predicts them: each byte less the one above. @param {Uint8Array} data @param {number} width */
function up(data, width) {
  const rows = Array.from({ length: data.length / width }, (_, row) => {
    const own = data.subarray(row * width, (row + 1) * width);
    const above = row > 0 ? data.subarray((row - 1) * width, row * width) : new Uint8Array(width);
    return bytes([2], own.map((each, at) => each - (above[at] ?? 0)));
  });
  return bytes(...rows);
}

const PREDICTED = "/DecodeParms<</Predictor 12/Columns 7>>";

/** With packed objects and a packed list. @param {Objects} all @param {string} [trailer] */
export function modern(all, trailer = TRAILER) {
  const { inside, objects } = packed(all);
  const { file, places } = body(objects);
  places.set(91, file.length);
  return bytes(file, "91 0 obj\n", packedTable(places, inside, PREDICTED + trailer), `\nendobj\nstartxref\n${file.length}\n%%EOF\n`);
}

/** With a table for old readers, and a packed list beside it for what they cannot see. @param {Objects} all @param {string} [trailer] */
export function hybrid(all, trailer = TRAILER) {
  const { inside, objects } = packed(all);
  const { file, places } = body(objects);
  const list = bytes("91 0 obj\n", packedTable(new Map(), inside, PREDICTED), "\nendobj\n");
  const at = file.length + list.length;
  return bytes(file, list, table(places), `trailer\n<</Size 100/XRefStm ${file.length}${trailer}>>\nstartxref\n${at}\n%%EOF\n`);
}

export const TRAILER = "/Root 1 0 R/Info 2 0 R/ID[<5345435245544944><5345435245544944>]";
const XMP = "<?xpacket begin=''?><x:xmpmeta><dc:creator>SECRETXMP</dc:creator></x:xmpmeta><?xpacket end='w'?>";
const xmp = () => packedStream("/Type/Metadata/Subtype/XML", XMP);

/** What every small file has: a catalogue, pages, one page, what draws it. @param {string} [drawing] @returns {Objects} */
export function plain(drawing = "0 0 1 rg 10 10 50 50 re f") {
  return new Map(/** @type {[number, Body][]} */ ([
    [1, "<</Type/Catalog/Pages 3 0 R>>"],
    [3, "<</Type/Pages/Count 1/Kids[4 0 R]>>"],
    [4, "<</Type/Page/Parent 3 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents 5 0 R>>"],
    [5, stream("", drawing)],
  ]));
}

/** A photo without anything to show, as JPEG 2000, with a note in a box and another in its code. */
export const JPX = bytes(
  u32(12), "jP  ", [13, 10, 0x87, 10], u32(20), "ftypjp2 ", u32(0), "jp2 ",
  u32(45), "jp2h", u32(22), "ihdr", u32(1), u32(1), u16(1), [7, 7, 0, 0], u32(15), "colr", [1, 0, 0], u32(17),
  u32(8 + 13), "xml ", "<a>SECRETXMP<", u32(8 + 24), "uuid", "SECRETSECRETSECRETSECRET",
  u32(0), "jp2c", [0xff, 0x4f], jpxSegment(0x51, new Uint8Array(39)), jpxSegment(0x64, bytes(u16(1), "SECRETCOMMENT")),
  jpxSegment(0x90, bytes(u16(0), u32(14), [0, 1])), [0xff, 0x93], [0xff, 0xd9],
); // prettier-ignore

/** @param {number} code @param {Uint8Array} data */
function jpxSegment(code, data) {
  return bytes([0xff, code], u16(data.length + 2), data);
}

const DRAWING = `/Artifact <</ActualText (SECRETACTUAL)>> BDC % SECRETCOMMENT
BT /F1 12 Tf 20 150 Td (Seen \\(well\\) % no comment) Tj ET
EMC
/OC /L1 BDC 1 0 0 rg 100 100 20 20 re f EMC
/P /MC0 BDC q 40 0 0 40 20 20 cm /Im1 Do Q EMC
/SECRETPOINT MP
q 20 0 0 20 80 20 cm BI /W 1/H 1/BPC 8/CS/G ID \x25 EI Q
/Fm1 Do /SECRETARGUMENT secretly`;

/**
 * Everything at once.
 * @returns {Objects}
 */
export function full() {
  return new Map(/** @type {[number, Body][]} */ ([
    [1, "<</Type/Catalog/Pages 3 0 R/Metadata 10 0 R/Lang(SECRETLANG)/OpenAction 11 0 R/AA<</WC 11 0 R>>/Names 12 0 R/Outlines 15 0 R" +
      "/AcroForm<</Fields[17 0 R 18 0 R]/SigFlags 3>>/Perms<</DocMDP 19 0 R>>/StructTreeRoot<</K<</Alt(SECRETALT)>>>>/MarkInfo<</Marked true>>" +
      "/PieceInfo<</Prog<</Private(SECRETPRIVATE)>>>>/OutputIntents[<</Info(SECRETOUT)>>]/OCProperties<</OCGs[20 0 R]/D<</Creator(SECRETLAYER)/OFF[20 0 R]>>>>" +
      "/Extensions<</ADBE<<>>>>/URI<</Base(http://secret.example)>>/SECRETKEY(SECRETVALUE)/PageLabels<</Nums[0<</P(SECRETLABEL)>>]>>>>"],
    [2, "<</Author(SECRETAUTHOR)/Title(SECRETTITLE)/Producer(SECRETPRODUCER)/Creator<534543524554>/CreationDate(D:20260101SECRETDATE)>>"],
    [3, "<</Type/Pages/Count 1/Kids[4 0 R]/MediaBox[0 0 200 200]/Rotate 90/SECRETKEY 1>>"],
    [4, "<</Type/Page/Parent 3 0 R/Contents[5 0 R 6 0 R]/Metadata 10 0 R/LastModified(SECRETDATE)/PieceInfo<</A 1>>/Thumb 9 0 R/StructParents 0" +
      "/Resources<</Font<</F1 7 0 R>>/XObject<</Im1 8 0 R/Im2 9 0 R/Fm1 24 0 R>>/Properties<</MC0<</SECRETKEY(SECRETPROPERTY)>>/L1 20 0 R>>" +
      "/ColorSpace<</CS1[/ICCBased 22 0 R]>>>>/AA<</O 11 0 R>>" +
      "/Annots[16 0 R 17 0 R 18 0 R 21 0 R 23 0 R<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://secret.example/SECRETLINK)>>>>]>>"],
    [5, packedStream("", Buffer.from(DRAWING.slice(0, 150), "latin1"))],
    [6, stream("", Buffer.from(DRAWING.slice(150), "latin1"))],
    [7, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Name/SECRETNAME/SECRETKEY(SECRETVALUE)>>"],
    [8, stream("/Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace[/ICCBased 22 0 R]/Filter[/DCTDecode]/Metadata 10 0 R" +
      "/Alternates[<</Image 9 0 R>>]/OPI<</2.0<</F(SECRETPATH)>>>>", fullJpeg(6))],
    [9, stream("/Type/XObject/Subtype/Image/Width 1/Height 1/Filter/JPXDecode", JPX)],
    [10, xmp()],
    [11, "<</S/JavaScript/JS(app.alert\\('SECRETSCRIPT'\\))>>"],
    [12, "<</EmbeddedFiles<</Names[(SECRETFILE.docx)13 0 R]>>/JavaScript<</Names[(a)11 0 R]>>/Dests<</Names[]>>>>"],
    [13, "<</Type/Filespec/F(SECRETFILE.docx)/EF<</F 14 0 R>>>>"],
    [14, packedStream("/Type/EmbeddedFile", "SECRETATTACHMENT")],
    [15, "<</Type/Outlines/First<</Title(SECRETBOOKMARK)>>>>"],
    [16, "<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/T(SECRETAUTHOR)/Contents(SECRETNOTE)/M(D:2026SECRET)/Popup 21 0 R/AP<</N 24 0 R>>>>"],
    [17, "<</Type/Annot/Subtype/Widget/FT/Tx/T(SECRETFIELD)/V(SECRETTYPED)/Rect[10 10 60 30]/AP<</N 24 0 R>>/MK<<>>/A 11 0 R>>"],
    [18, "<</Type/Annot/Subtype/Widget/Parent<</FT/Sig/T(SECRETSIGNATURE)/V 19 0 R>>/Rect[10 10 60 30]/AP<</N 24 0 R>>>>"],
    [19, "<</Type/Sig/Name(SECRETSIGNER)/Contents<534543524554>>>"],
    [20, "<</Type/OCG/Name(SECRETLAYER)/Usage<</CreatorInfo<</Creator(SECRETPERSON)>>>>>>"],
    [21, "<</Type/Annot/Subtype/Popup/Rect[0 0 9 9]/Contents(SECRETNOTE)>>"],
    [22, packedStream("/N 3", "SECRETPROFILE")],
    [23, "<</Type/Annot/Subtype/Stamp/T(SECRETAUTHOR)/M(SECRETDATE)/NM(SECRETID)/Contents(SECRETNOTE)/Rect[60 60 90 90]/AP<</N<</On 24 0 R/Off 25 0 R>>>>/AS/On>>"],
    [24, packedStream("/Type/XObject/Subtype/Form/BBox[0 0 20 20]/PieceInfo<</A 1>>/Metadata 10 0 R/Resources<</XObject<</Self 24 0 R>>>>/LastModified(SECRETDATE)", "0 1 0 rg 2 2 9 9 re f % SECRETCOMMENT")],
    [25, packedStream("/Type/XObject/Subtype/Form/BBox[0 0 20 20]", "(SECRETSTATE) Tj")],
    [40, "(SECRETORPHAN)"],
  ])); // prettier-ignore
}

/**
 * All of a file, with what is packed in it beside: what an attacker with a tool would search.
 * @param {Uint8Array} data
 */
export function opened(data) {
  const file = Buffer.from(data);
  let text = file.toString("latin1");
  for (let at = file.indexOf("stream\n"); at >= 0; at = file.indexOf("stream\n", at + 7)) {
    try {
      text += inflateSync(file.subarray(at + 7), { finishFlush: 2 }).toString("latin1");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "Z_DATA_ERROR")) throw error; // not packed, so in the text as it is
    }
  }
  return text;
}

export { segment };
