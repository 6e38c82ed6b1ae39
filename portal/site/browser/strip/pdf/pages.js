/**
 * The pages of a PDF, one by one, and what is drawn on top of them. Links, notes, signatures and attachments go; what was
 * filled into a form and what was marked by hand stays as a drawing that has no author, no date and no text behind it.
 *
 * @typedef {import("./objects.js").Value} Value
 * @typedef {import("./objects.js").Dictionary} Dictionary
 * @typedef {import("./copier.js").Copier} Copier
 */

import { concat } from "../../../../../crypto/encoding.js";
import { must } from "../reader.js";
import { MOST } from "./budget.js";
import { Name, Reference, Stream, dictionaryOf, nameOf } from "./objects.js";
import { stream, written } from "./write.js";

const DEEPEST = 50;
const INHERITED = ["Resources", "MediaBox", "CropBox", "Rotate"];
const HIDDEN = 2 | 32; // not shown at all; not shown on a screen
const DRAWN = new Set(["FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly", "StrikeOut", "Stamp", "Caret", "Ink", "Widget", "Watermark", "Redact"]);
const GOES = Object.freeze({
  Text: "notes", Popup: "notes", Link: "links", FileAttachment: "attached", Sound: "attached", Movie: "attached", Screen: "attached",
  "3D": "attached", RichMedia: "attached",
}); // prettier-ignore

/**
 * Copies all pages.
 * @param {Copier} copier
 * @param {Dictionary} catalogue
 * @param {number} parent the new number of the list of pages
 * @returns {Promise<Reference[]>}
 */
export async function copyPages(copier, catalogue, parent) {
  /** @type {Dictionary[]} */
  const found = [];
  await walk(copier, catalogue.get("Pages"), new Map(), found, new Set(), 0);
  must(found.length > 0, "no pages");
  const references = found.map(() => new Reference(copier.reserve()));
  for (const [at, page] of found.entries()) {
    copier.write(references[at]?.number ?? 0, [written(await copyPage(copier, page, parent))]);
    await copier.document.budget.breathe();
  }
  return references;
}

/**
 * @param {Copier} copier
 * @param {Value | undefined} value
 * @param {Dictionary} above what pages here inherit
 * @param {Dictionary[]} found
 * @param {Set<number>} seen
 * @param {number} depth
 */
async function walk(copier, value, above, found, seen, depth) {
  must(value instanceof Reference && !seen.has(value.number) && depth < DEEPEST, "pages in a ring");
  seen.add(value.number);
  const node = await copier.document.dictionary(value);
  must(node, "a page");
  const own = new Map([...above, ...[...node].filter(([key]) => INHERITED.includes(key))]);
  const kids = node.has("Kids") ? await copier.document.array(node.get("Kids")) : null;
  if (kids) for (const kid of kids) await walk(copier, kid, own, found, seen, depth + 1);
  else found.push(new Map([...node, ...own]));
  if (kids) for (const key of node.keys()) if (!INHERITED.includes(key)) copier.note(key);
  must(found.length <= MOST.pages && seen.size <= 2 * MOST.pages, "too many pages");
}

/**
 * @param {Copier} copier
 * @param {Dictionary} page
 * @param {number} parent
 */
async function copyPage(copier, page, parent) {
  const box = await copier.document.array(page.get("MediaBox"));
  must(box.length === 4, "the size of a page");
  const drawn = /** @type {Dictionary} */ (await copier.copied(page, "page"));
  /** @type {Dictionary} */
  const copy = new Map([...dictionaryOf({ Type: new Name("Page"), Parent: new Reference(parent) }), ...drawn]);
  const contents = copier.reserve();
  copier.write(contents, stream(new Map(), [await copier.drawn(await contentsOf(copier, page))]));
  copy.set("Contents", new Reference(contents));
  const marks = await marksOf(copier, page);
  if (marks.length > 0) copy.set("Annots", marks);
  return copy;
}

/**
 * All that draws a page as one, since a mark may begin in one piece and end in the next.
 * @param {Copier} copier
 * @param {Dictionary} page
 */
async function contentsOf({ document }, page) {
  const value = await document.follow(page.get("Contents"));
  const pieces = [];
  let bytes = 0;
  for (const each of Array.isArray(value) ? value : [value]) {
    const piece = await document.follow(each);
    if (piece === null) continue;
    must(piece instanceof Stream, "what draws a page");
    const data = await document.bytes(piece);
    bytes += data.length;
    must(bytes <= MOST.read, "too much to read");
    pieces.push(data, Uint8Array.of(10));
  }
  return concat(...pieces);
}

/**
 * What is drawn on top of a page.
 * @param {Copier} copier
 * @param {Dictionary} page
 */
async function marksOf(copier, page) {
  const list = await copier.document.array(page.get("Annots"));
  copier.document.budget.mark(list.length);
  const marks = [];
  for (const each of list) {
    const mark = await copier.document.dictionary(each);
    const copy = mark && (await copyMark(copier, mark));
    if (copy) marks.push(copy);
    await copier.document.budget.breathe();
  }
  return marks;
}

/**
 * @param {Copier} copier
 * @param {Dictionary} mark
 * @returns {Promise<Dictionary | null>}
 */
async function copyMark(copier, mark) {
  const subtype = nameOf(await copier.document.follow(mark.get("Subtype")));
  const goes = (await isSignature(copier, mark, subtype)) ? "signature" : /** @type {Record<string, string>} */ (GOES)[subtype];
  tellMark(copier.removed, mark, subtype, goes);
  const flags = await copier.document.follow(mark.get("F"));
  if (goes || !DRAWN.has(subtype) || (typeof flags === "number" && flags & HIDDEN)) return null;
  const look = await lookOf(copier, mark);
  const rect = await copier.document.array(mark.get("Rect"));
  if (!look || rect.length !== 4) {
    if (subtype !== "Widget") copier.removed.add("notes");
    return null;
  }
  const place = await copier.copied(rect, "plain");
  const copy = dictionaryOf({ Type: new Name("Annot"), Subtype: new Name("Stamp"), F: 4, Rect: place, AP: dictionaryOf({ N: look }) });
  const layer = mark.has("OC") ? await copier.copied(mark.get("OC"), "layer") : null;
  return layer === null ? copy : copy.set("OC", layer);
}

/**
 * @param {Set<string>} removed
 * @param {Dictionary} mark
 * @param {string} subtype
 * @param {string | undefined} goes
 */
function tellMark(removed, mark, subtype, goes) {
  if (goes) removed.add(goes);
  else if (subtype === "Widget") removed.add("fields");
  else if (!DRAWN.has(subtype)) removed.add("other");
  else if (mark.has("Contents") || mark.has("Popup")) removed.add("notes");
  if (mark.has("T") && subtype !== "Widget") removed.add("person");
  if (mark.has("M") || mark.has("CreationDate")) removed.add("time");
}

/**
 * Whether it is the field of a signature, which names who signed.
 * @param {Copier} copier
 * @param {Dictionary} mark
 * @param {string} subtype
 */
async function isSignature({ document }, mark, subtype) {
  /** @type {Dictionary | null} */
  let field = subtype === "Widget" ? mark : null;
  for (let step = 0; field && step < DEEPEST; step++) {
    if (field.has("FT")) return nameOf(await document.follow(field.get("FT"))) === "Sig";
    field = await document.dictionary(field.get("Parent"));
  }
  return false;
}

/**
 * How a mark looks in the state that it is in.
 * @param {Copier} copier
 * @param {Dictionary} mark
 * @returns {Promise<Value>}
 */
async function lookOf(copier, mark) {
  const looks = await copier.document.dictionary(mark.get("AP"));
  let look = looks?.get("N");
  const states = await copier.document.dictionary(look);
  if (states) look = states.get(nameOf(await copier.document.follow(mark.get("AS"))));
  const found = await copier.document.follow(look);
  if (!(found instanceof Stream) || !(look instanceof Reference)) return null;
  found.dictionary.set("Subtype", new Name("Form")); // some writers leave it out; nothing else can stand here
  return copier.copied(look, "drawing");
}
