/**
 * Choosing files: each is cleaned on the device as it is chosen, and shown with what was taken out, what stays in it, and
 * the name it leaves under. What cannot be cleaned is not sent, and says what to do instead.
 *
 * @typedef {import("./strip/clean.js").Cleaned} Cleaned
 * @typedef {import("./uploads.js").Sendable} Sendable
 * @typedef {{ own: string, cleaned: Cleaned, shown: HTMLElement }} Entry
 */

import { all, one, onLanguage, piece, say, show } from "./dom.js";
import { kept, neutral } from "./file_names.js";
import { clean } from "./strip/clean.js";
import { judge } from "./uploads.js";

const UNITS = Object.freeze([[1_000_000, "megabyte"], [1000, "kilobyte"], [1, "byte"]]); // prettier-ignore

export class Files {
  #place;
  #limit;
  #input;
  /** @type {Entry[]} */ #entries = [];
  #working = 0;

  /**
   * @param {HTMLElement} place where a template of the document is put
   * @param {() => number} limit megabytes of a report, by the policy
   */
  constructor(place, limit) {
    this.#place = place;
    this.#limit = limit;
    place.append(piece("piece-files"));
    const input = one('input[type="file"]', place);
    if (!(input instanceof HTMLInputElement)) throw new Error("this document has no place to choose files");
    this.#input = input;
    input.id = `${place.id}-choose`;
    one("[data-label]", place).setAttribute("for", input.id);
    input.addEventListener("change", () => void this.#take([...(input.files ?? [])]));
    one("[data-drop]", place).textContent = say("files.drop", { limit: limit() });
    onLanguage(() => this.#sayAgain());
    // A file that is dropped beside would be opened in place of this page, and the text would be gone.
    for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
    one(".file-drop", place).addEventListener("drop", (event) => this.#drop(event));
  }

  /** What will be sent. @returns {readonly Sendable[]} */
  get sendable() {
    return this.#going().map(({ cleaned }, at) => ({ blob: cleaned.blob, name: this.#name(at), type: cleaned.type }));
  }

  /**
   * What stands in the way of going on.
   * @param {string} id of the field to point at
   * @returns {import("./faults.js").Fault[]}
   */
  faults(id) {
    if (this.#working > 0) return [{ id, text: say("files.errors.working") }];
    const unsaid = this.#entries.find((entry) => entry.cleaned.verdict === "ask" && !isAllowed(entry));
    if (unsaid) return [{ id, text: say("files.errors.ask", { name: unsaid.own }) }];
    const verdict = judge(this.#going().map(({ cleaned }) => cleaned.blob), this.#limit());
    return verdict === "fits" ? [] : [{ id, text: say(`files.errors.${verdict}`, { limit: this.#limit() }) }];
  }

  /** One line for each file that will be sent, for the page where answers are checked. */
  summary() {
    return this.sendable.map(({ name, blob }) => `${name}, ${sizeText(blob.size)}`).join("\n");
  }

  /** Drops all of it. */
  forget() {
    for (const { shown } of this.#entries) shown.remove();
    this.#entries = [];
    this.#input.value = "";
    this.#tell("");
  }

  /** Those that leave: what is refused never does, and what needs a yes only with it. */
  #going() {
    return this.#entries.filter((entry) => entry.cleaned.verdict === "clean" || isAllowed(entry));
  }

  /** @param {Event} event */
  #drop(event) {
    event.preventDefault();
    if (event instanceof DragEvent) void this.#take([...(event.dataTransfer?.files ?? [])]);
  }

  /** @param {readonly File[]} files */
  async #take(files) {
    if (files.length === 0) return;
    this.#working += 1;
    this.#tell(say("files.working"));
    for (const file of files) this.#add(file.name, await clean(file).catch(unreadable));
    this.#input.value = ""; // the same file may be chosen again after it was removed
    this.#working -= 1;
    this.#rename();
    this.#tell(say("files.done", { count: this.#going().length }));
  }

  /**
   * @param {string} own
   * @param {Cleaned} cleaned
   */
  #add(own, cleaned) {
    const shown = piece("piece-file");
    const entry = { own, cleaned, shown };
    for (const each of all(".file-own", shown)) each.textContent = own;
    explain(entry);
    show(one(".file-ask", shown), cleaned.verdict === "ask");
    show(one(".file-keep", shown), cleaned.verdict !== "refuse");
    label(shown, "[data-yes]");
    label(shown, "[data-keep]");
    for (const box of ["[data-keep]", "[data-yes]"]) one(box, shown).addEventListener("change", () => this.#rename());
    one("[data-remove]", shown).addEventListener("click", () => this.#remove(entry));
    this.#entries.push(entry);
    one(".file-list", this.#place).append(shown);
  }

  #sayAgain() {
    one("[data-drop]", this.#place).textContent = say("files.drop", { limit: this.#limit() });
    for (const entry of this.#entries) explain(entry);
    this.#rename();
    this.#tell("");
  }

  /** @param {Entry} entry */
  #remove(entry) {
    this.#entries = this.#entries.filter((each) => each !== entry);
    entry.shown.remove();
    this.#rename();
    this.#tell(say("files.taken_off", { name: entry.own }));
    this.#input.focus();
  }

  #rename() {
    const going = this.#going();
    for (const entry of this.#entries) {
      const at = going.indexOf(entry);
      const leaves = () => say("files.as", { name: this.#name(at), size: sizeText(entry.cleaned.blob.size) });
      one(".file-as", entry.shown).textContent = at < 0 ? say("files.not_sent") : leaves();
    }
  }

  /** @param {number} at among those that are sent */
  #name(at) {
    const entry = /** @type {Entry} */ (this.#going()[at]);
    const { ending } = entry.cleaned;
    return ticked(entry, "[data-keep]") ? kept(entry.own, at + 1, ending) : neutral(at + 1, ending);
  }

  /** @param {string} text */
  #tell(text) {
    one(".file-status", this.#place).textContent = text;
  }
}

let labels = 0;

/**
 * Ties a box to its label: ids must not repeat.
 * @param {HTMLElement} shown
 * @param {string} selector
 */
function label(shown, selector) {
  const box = one(selector, shown);
  box.id = `file-box-${++labels}`;
  box.parentElement?.querySelector("label")?.setAttribute("for", box.id);
}

/** @param {Entry} entry */
function isAllowed(entry) {
  return entry.cleaned.verdict === "ask" && ticked(entry, "[data-yes]");
}

/**
 * @param {Entry} entry
 * @param {string} selector
 */
function ticked({ shown }, selector) {
  const box = one(selector, shown);
  return box instanceof HTMLInputElement && box.checked;
}

/**
 * What was taken out of a file, what stays in it, and what to do if it cannot be sent.
 * @param {Entry} entry
 */
function explain({ cleaned, shown }) {
  fill(one(".file-removed", shown), "files.removed", cleaned.removed);
  fill(one(".file-remains", shown), "files.remains", cleaned.remains);
  const advice = adviceOn(cleaned);
  one(".file-advice-text", shown).textContent = advice;
  show(one(".file-advice", shown), advice !== "");
}

/**
 * Bars that cover words are the one mistake with pages that has undone people: it is said apart.
 * @param {Cleaned} cleaned
 */
function adviceOn({ verdict, kind }) {
  if (verdict !== "clean") return say(`files.advice.${kind}`);
  return kind === "pdf" ? say("files.advice.pages") : "";
}

/**
 * @param {HTMLElement} part
 * @param {string} key
 * @param {readonly string[]} kinds
 */
function fill(part, key, kinds) {
  const items = kinds.map((kind) => {
    const item = document.createElement("li");
    item.textContent = say(`${key}.${kind}`);
    return item;
  });
  one("ul", part).replaceChildren(...items);
  show(part, items.length > 0);
}

/**
 * A file that went away or may not be read.
 * @returns {Cleaned}
 */
function unreadable() {
  return { kind: "damaged", verdict: "refuse", blob: new Blob([]), type: "", ending: "", removed: [], remains: [] };
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const [unit, name] = UNITS.find(([least]) => bytes >= Number(least)) ?? [1, "byte"];
  const style = /** @type {const} */ ({ style: "unit", unit: name, unitDisplay: name === "byte" ? "long" : "short", maximumFractionDigits: 1 });
  // A browser that does not know the language writes the number in English; figures are the same in all.
  const languages = [`${document.documentElement.lang}-u-nu-latn`, "en"];
  return new Intl.NumberFormat(languages, /** @type {Intl.NumberFormatOptions} */ (style)).format(bytes / Number(unit));
}

