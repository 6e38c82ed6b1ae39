/**
 * A chosen file made safer to send: what it is, what was taken out, what stays in it. Nothing passes silently: what this
 * cannot clean is refused with advice, and what it does not know needs a deliberate yes.
 *
 * - JPEG, PNG, WebP: rewritten with the picture alone.
 * - Plain text: the same words in UTF-8 with plain spaces and line ends.
 * - PDF: made anew from its pages alone (pdf.js), or refused.
 * - Office and archives, HEIC, raw photos, web pages and e-mails: refused. Taking out a document's named fields leaves the
 *   rest: older versions, hidden text, pictures with their own data. No small well-kept library does it.
 * - Film, sound, GIF and anything else: as they are, and only if the person says so.
 *
 * @typedef {import("./kinds.js").Kind} Kind
 * @typedef {object} Cleaned
 * @property {Kind | "damaged"} kind
 * @property {"clean" | "ask" | "refuse"} verdict
 * @property {Blob} blob what would be sent; empty when refused
 * @property {string} type for the guardian's tool
 * @property {string} ending of the neutral name
 * @property {readonly string[]} removed kinds of things that are gone, in the order of content's list
 * @property {readonly string[]} remains kinds of things that stay
 */

import { normalise } from "../coach_marks.js";
import { stripJpeg } from "./jpeg.js";
import { decoded, kindOf } from "./kinds.js";
import { stripPdf } from "./pdf.js";
import { stripPng } from "./png.js";
import { Damaged } from "./reader.js";
import { stripWebp } from "./webp.js";

/** What can be taken out, in the order in which it is told. */
export const REMOVABLE = Object.freeze([
  "place", "person", "device", "time", "words", "comment", "history", "thumbnail", "pictures", "versions", "attached", "notes",
  "signature", "fields", "links", "scripts", "structure", "number", "trailing", "colour", "screen", "details", "marks", "spacing", "other",
]); // prettier-ignore

const PICTURES = Object.freeze({
  jpeg: { strip: stripJpeg, type: "image/jpeg", ending: "jpg" },
  png: { strip: stripPng, type: "image/png", ending: "png" },
  webp: { strip: stripWebp, type: "image/webp", ending: "webp" },
});
const ASKED = Object.freeze({ gif: "gif", moving: "mp4", sound: "mp3", unknown: "bin" });

/**
 * @param {Blob} file
 * @returns {Promise<Cleaned>}
 */
export async function clean(file) {
  const kind = await kindOf(file);
  try {
    if (kind === "jpeg" || kind === "png" || kind === "webp") return await picture(kind, file);
    if (kind === "text") return await plainText(file);
    if (kind === "pdf") return await pages(file);
    if (kind in ASKED) return asIs(/** @type {keyof typeof ASKED} */ (kind), file);
    return refused(kind);
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return refused(kind === "pdf" ? "pdf" : "damaged");
  }
}

/**
 * @param {keyof typeof PICTURES} kind
 * @param {Blob} file
 * @returns {Promise<Cleaned>}
 */
async function picture(kind, file) {
  const { strip, type, ending } = PICTURES[kind];
  const { parts, removed, orientation } = await strip(file);
  const blob = new Blob(/** @type {BlobPart[]} */ (parts), { type });
  const remains = ["seen", "camera", ...(orientation === 1 ? [] : ["upright"])];
  return cleaned({ kind, verdict: "clean", blob, type, ending, removed: inOrder(removed), remains });
}

/**
 * @param {Blob} file
 * @returns {Promise<Cleaned>}
 */
async function pages(file) {
  const { blob, removed, remains } = await stripPdf(file);
  return cleaned({ kind: "pdf", verdict: "clean", blob, type: "application/pdf", ending: "pdf", removed: inOrder(removed), remains });
}

/**
 * @param {Blob} file
 * @returns {Promise<Cleaned>}
 */
async function plainText(file) {
  const data = new Uint8Array(await file.arrayBuffer());
  const text = decoded(data);
  if (text === null) throw new Damaged("text");
  const plain = normalise(text);
  const blob = new Blob([plain], { type: "text/plain" });
  const removed = new Set();
  if (data[0] === 0xef || data[0] === 0xff || data[0] === 0xfe) removed.add("marks");
  if (plain !== text) removed.add("spacing");
  return cleaned({ kind: "text", verdict: "clean", blob, type: "text/plain", ending: "txt", removed: inOrder(removed), remains: ["read"] });
}

/**
 * @param {keyof typeof ASKED} kind
 * @param {Blob} file
 * @returns {Cleaned}
 */
function asIs(kind, file) {
  const type = "application/octet-stream";
  return cleaned({ kind, verdict: "ask", blob: file.slice(0, file.size, type), type, ending: ASKED[kind], removed: [], remains: ["all"] });
}

/**
 * @param {Kind | "damaged"} kind
 * @returns {Cleaned}
 */
function refused(kind) {
  return cleaned({ kind, verdict: "refuse", blob: new Blob([]), type: "", ending: "", removed: [], remains: [] });
}

/** @param {Cleaned} found */
function cleaned(found) {
  return Object.freeze(found);
}

/** @param {ReadonlySet<string>} removed */
function inOrder(removed) {
  return REMOVABLE.filter((each) => removed.has(each));
}
