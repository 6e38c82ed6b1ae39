/**
 * A PDF made anew from its pages alone. Nothing is cut out of the old file: what draws its pages is copied into a new one,
 * so what nobody thought of stays behind too. What cannot be read with certainty is refused, and so is what the second
 * look finds wanting.
 *
 * Not looked into: packed pictures that are no photos, and the programs of fonts; their packing may hold more than they
 * need, and a font says which program made it.
 */

import { check } from "./pdf/check.js";
import { Copier } from "./pdf/copier.js";
import { Document, lastPlace } from "./pdf/document.js";
import { Name, Reference, dictionaryOf, nameOf } from "./pdf/objects.js";
import { copyPages } from "./pdf/pages.js";
import { file as fileOf, written } from "./pdf/write.js";
import { ascii, must } from "./reader.js";

const HEAD = 1024;

/**
 * @typedef {import("./pdf/objects.js").Dictionary} Dictionary
 * @param {Blob} given
 * @returns {Promise<{ blob: Blob, removed: Set<string>, remains: string[] }>}
 */
export async function stripPdf(given) {
  const head = ascii(new Uint8Array(await given.slice(0, HEAD).arrayBuffer()));
  const begins = head.indexOf("%PDF-");
  must(begins >= 0, "no PDF");
  const document = await Document.open(given.slice(begins));
  const catalogue = await document.dictionary(document.trailer.get("Root"));
  must(catalogue, "no catalogue");
  const copier = new Copier(document);
  if (begins > 0) copier.removed.add("other");
  await noteAround(copier, catalogue, head.includes("/Linearized"));
  const pages = await copyAll(copier, catalogue);
  const blob = fileOf(copier.objects);
  await check(blob, pages);
  return { blob, removed: copier.removed, remains: remainsOf(copier) };
}

/**
 * Tells what goes that is no part of a page.
 * @param {Copier} copier
 * @param {Dictionary} catalogue
 * @param {boolean} linear written so that a first page can be shown early, in two lists
 */
async function noteAround(copier, catalogue, linear) {
  const { document } = copier;
  const form = await document.dictionary(catalogue.get("AcroForm"));
  must(form?.get("NeedsRendering") !== true && catalogue.get("NeedsRendering") !== true, "a form that draws itself");
  const info = await document.dictionary(document.trailer.get("Info"));
  const names = await document.dictionary(catalogue.get("Names"));
  for (const each of [document.trailer, catalogue, info, names, form]) for (const key of each?.keys() ?? []) copier.note(key);
  if ((await document.array(form?.get("Fields"))).length === 0) copier.removed.delete("fields");
  if (document.sections > (linear ? 2 : 1)) copier.removed.add("versions");
  const end = lastPlace(document.data, "%%EOF");
  if (end >= 0 && document.data.subarray(end + 5).some((code) => code > 0x20)) copier.removed.add("trailing");
}

/**
 * @param {Copier} copier
 * @param {Dictionary} old
 * @returns {Promise<number>} how many pages
 */
async function copyAll(copier, old) {
  const [first, list] = [copier.reserve(), copier.reserve()];
  const pages = await copyPages(copier, old, list);
  await copier.finish();
  const layers = await layersOf(copier, old);
  const catalogue = dictionaryOf({ Type: new Name("Catalog"), Pages: new Reference(list) });
  if (layers) catalogue.set("OCProperties", layers);
  copier.write(first, [written(catalogue)]);
  copier.write(list, [written(dictionaryOf({ Type: new Name("Pages"), Count: pages.length, Kids: pages }))]);
  return pages.length;
}

/**
 * Which layers there are, and which of them are not shown.
 * @param {Copier} copier
 * @param {Dictionary} catalogue
 * @returns {Promise<Dictionary | null>}
 */
async function layersOf({ document, layers }, catalogue) {
  if (layers.size === 0) return null;
  const told = await document.dictionary((await document.dictionary(catalogue.get("OCProperties")))?.get("D"));
  /** @param {string} key */
  const numbers = async (key) => new Set((await document.array(told?.get(key))).map((each) => (each instanceof Reference ? each.number : 0)));
  const [on, off] = [await numbers("ON"), await numbers("OFF")];
  const base = nameOf(await document.follow(told?.get("BaseState"))) === "OFF";
  const hidden = [...layers].filter(([old]) => (base ? !on.has(old) : off.has(old)));
  /** @param {[number, number][]} some */
  const all = (some) => some.map(([, number]) => new Reference(number));
  return dictionaryOf({ OCGs: all([...layers]), D: dictionaryOf({ Order: [], OFF: all(hidden) }) });
}

/** @param {Copier} copier */
function remainsOf({ layers, photos }) {
  return ["pages", "covered", ...(layers.size > 0 ? ["layers"] : []), ...(photos ? ["camera"] : []), "fonts"];
}
