/**
 * A second look at what was made, by reading it as anybody would: nothing may stand between objects, no object may be out
 * of reach, no key or value may be one of those that must be gone, and no stream may hold a known block of hidden facts.
 * What fails here is not sent.
 *
 * @typedef {import("./objects.js").Value} Value
 */

import { must } from "../reader.js";
import { Document } from "./document.js";
import { Lexer, Name, Reference, Stream } from "./objects.js";
import { HEAD } from "./write.js";

/** Keys that no dictionary may have. */
const KEYS = new Set(
  ("Info ID Encrypt Prev XRefStm Author Creator Producer CreationDate ModDate Title Keywords Metadata PieceInfo LastModified Thumb Names " +
    "Dests Outlines OpenAction AA JS JavaScript URI EmbeddedFiles EF AF AcroForm XFA Perms DSS SigFlags StructTreeRoot MarkInfo ActualText " +
    "Usage CreatorInfo OutputIntents Popup Collection OPI Measure Private RC NM Ref Alternates").split(" "),
);
/** Names that must not stand as a value. */
const VALUES = new Set(
  ("JavaScript Launch URI GoToR GoToE SubmitForm ImportData Rendition EmbeddedFile Filespec Metadata Popup Widget FileAttachment RichMedia " +
    "ObjStm XRef ICCBased Crypt").split(" "),
);
const BLOCKS = ["<x:xmpmeta", "<?xpacket", "http://ns.adobe.com/xap/", "Photoshop 3.0\0", "Exif\0\0", "ICC_PROFILE\0"];
const WINDOW = 1_048_576;
const OVERLAP = 64;

/**
 * @param {Blob} made
 * @param {number} pages that it must have
 */
export async function check(made, pages) {
  const document = await Document.open(made);
  must(document.sections === 1 && [...document.trailer.keys()].join() === "Root,Size", "a list of objects");
  const reached = new Set([1]);
  const places = [...document.places].flatMap(([number, place]) => (place && "at" in place ? [{ number, at: place.at }] : []));
  let end = HEAD.length;
  for (const { number, at } of places) {
    must(at === end, "something between objects");
    const value = await document.object(number);
    look(value, reached);
    end = endOf(document.data, at, value);
  }
  must(places.every(({ number }) => reached.has(number)), "an object out of reach");
  must((await countOf(document)) === pages, "pages");
  await searchBlocks(document);
}

/**
 * Where the object ends that stands at a place; what is before its stream is plain text without comments.
 * @param {Uint8Array} data
 * @param {number} at
 * @param {Value} value
 */
function endOf(data, at, value) {
  const stream = value instanceof Stream ? value : null;
  let end = stream ? stream.to : afterValue(data, at);
  for (const letter of stream ? "\nendstream\nendobj\n" : "\nendobj\n") must(data[end++] === letter.charCodeAt(0), "the end of an object");
  const text = data.subarray(at, stream ? stream.from : end);
  must(!text.includes(0x25) && !text.includes(0x28), "a comment");
  return end;
}

/** @param {Uint8Array} data @param {number} at */
function afterValue(data, at) {
  const lexer = new Lexer(data, at);
  lexer.count();
  lexer.count();
  must(lexer.takes("obj"), "an object");
  lexer.value();
  return lexer.at;
}

/**
 * @param {Value} value
 * @param {Set<number>} reached
 */
function look(value, reached) {
  if (value instanceof Reference) reached.add(value.number);
  else if (value instanceof Name) must(!VALUES.has(value.name), "a value that must be gone");
  else if (value instanceof Stream) look(value.dictionary, reached);
  else if (Array.isArray(value)) for (const each of value) look(each, reached);
  else if (value instanceof Map) {
    for (const [key, each] of value) {
      must(!KEYS.has(key), "a key that must be gone");
      look(each, reached);
    }
  }
}

/** @param {Document} document */
async function countOf(document) {
  const catalogue = await document.dictionary(document.trailer.get("Root"));
  const list = await document.dictionary(catalogue?.get("Pages"));
  return list?.get("Count");
}

/** @param {Document} document */
async function searchBlocks({ data, budget }) {
  const decoder = new TextDecoder("latin1");
  for (let at = 0; at < data.length; at += WINDOW) {
    const text = decoder.decode(data.subarray(at, at + WINDOW + OVERLAP));
    must(!BLOCKS.some((block) => text.includes(block)), "a block of hidden facts");
    await budget.breathe();
  }
}
