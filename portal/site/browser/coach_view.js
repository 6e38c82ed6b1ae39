/**
 * The coach as people see it: under a text box, once typing pauses, what could point to them and why, with "show me" and
 * "make spacing plain". It never stands in the way.
 */

import { KINDS, MARKS, look, normalise } from "./coach.js";
import { one, onLanguage, piece, say, show } from "./dom.js";
import { listed } from "./wording.js";

const PAUSE = 1200; // milliseconds after the last key
const SHOWN = 3; // places of one kind
const LONGEST = 60; // characters of a place

/**
 * @typedef {import("./coach.js").Finding} Finding
 * @typedef {{ finding: Finding, label: string, reach: () => void }} Place a finding and the way to it
 */

const LISTS = /** @type {const} */ (["titles", "jobs", "not_names", "only", "roles", "numbers", "days", "months", "times"]);

/** The words to look for: those of the language that shows, and English ones, since people mix. */
function words() {
  return /** @type {import("./coach.js").Lists} */ (Object.fromEntries(LISTS.map((name) => [name, listed(name)])));
}

export class Coach {
  #box;
  #panel;
  #own;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #before = ""; // the text before its spacing was made plain

  /**
   * Puts a panel under a text box.
   * @param {HTMLTextAreaElement} box
   * @param {() => readonly string[]} own the own codename's words, if they are known
   */
  constructor(box, own = () => []) {
    this.#box = box;
    this.#own = own;
    this.#panel = piece("piece-coach");
    (box.closest(".govuk-form-group") ?? box).after(this.#panel);
    box.addEventListener("input", () => this.#wait());
    onLanguage(() => this.refresh());
    this.#button("[data-plain]").addEventListener("click", () => this.#makePlain());
    this.#button("[data-undo]").addEventListener("click", () => this.#undo());
  }

  /** @returns {readonly Finding[]} */
  get findings() {
    return look(this.#box.value, words(), this.#own());
  }

  /** Looks at once, as when the field comes into view with a text in it. */
  refresh() {
    clearTimeout(this.#timer);
    const places = this.findings.map((finding) => ({ finding, label: say("coach.show"), reach: () => this.reach(finding) }));
    list(this.#panel, places);
    show(this.#button("[data-plain]"), places.some(({ finding }) => MARKS.includes(finding.kind)));
    show(one(".coach-plain", this.#panel), places.some(({ finding }) => MARKS.includes(finding.kind)) || this.#before !== "");
    show(one(".coach-body", this.#panel), places.length > 0 || this.#before !== "");
    const said = say(places.length === 0 ? "coach.found_none" : "coach.found", { count: places.length });
    announce(this.#panel, this.#box.value === "" ? "" : said);
  }

  /**
   * Selects a place in the box and brings it into sight.
   * @param {Finding} finding
   */
  reach({ start, end }) {
    this.#box.blur();
    this.#box.setSelectionRange(start, start);
    this.#box.focus(); // browsers scroll to the cursor of a box that takes the focus
    this.#box.setSelectionRange(start, end);
  }

  /** Drops what it keeps. */
  forget() {
    clearTimeout(this.#timer);
    this.#before = "";
    show(this.#button("[data-undo]"), false);
    one(".coach-list", this.#panel).replaceChildren();
    show(one(".coach-body", this.#panel), false);
    announce(this.#panel, "");
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), PAUSE);
  }

  #makePlain() {
    this.#change(this.#box.value, normalise(this.#box.value), "plain_done");
    this.#button("[data-undo]").focus();
  }

  #undo() {
    this.#change("", this.#before, "undone");
    this.#box.focus();
  }

  /**
   * @param {string} before kept for "undo"; "" when there is nothing to undo
   * @param {string} text
   * @param {string} said
   */
  #change(before, text, said) {
    this.#before = before;
    this.#box.value = text;
    show(this.#button("[data-undo]"), before !== "");
    this.refresh();
    announce(this.#panel, say(`coach.${said}`));
  }

  /** @param {string} selector */
  #button(selector) {
    return one(selector, this.#panel);
  }
}

/**
 * All findings of a form on the page where answers are checked, each with the way back to its field.
 * @param {HTMLElement} panel
 * @param {readonly { coach: Coach, field: string, open: () => void }[]} fields
 */
export function sum(panel, fields) {
  const places = fields.flatMap(({ coach, field, open }) => {
    return coach.findings.map((finding) => {
      const reach = () => {
        open();
        coach.reach(finding);
      };
      return { finding, label: say("coach.show_in", { field }), reach };
    });
  });
  list(panel, places);
  show(one(".coach-none", panel), places.length === 0);
}

/**
 * One entry for each kind: why it matters, the first places, how many more.
 * @param {HTMLElement} panel
 * @param {readonly Place[]} places
 */
function list(panel, places) {
  const kinds = KINDS.filter((kind) => places.some(({ finding }) => finding.kind === kind));
  one(".coach-list", panel).replaceChildren(
    ...kinds.map((kind) => entry(kind, places.filter(({ finding }) => finding.kind === kind))),
  );
}

/**
 * @param {string} kind
 * @param {readonly Place[]} places
 */
function entry(kind, places) {
  const shown = piece("piece-finding");
  one(".coach-why", shown).textContent = say(`coach.kinds.${kind}`);
  const more = places.length - SHOWN;
  one(".coach-places", shown).append(...places.slice(0, SHOWN).map(line));
  one(".coach-more", shown).textContent = more > 0 ? say("coach.more", { count: more }) : "";
  return shown;
}

/** @param {Place} place */
function line({ finding, label, reach }) {
  const shown = piece("piece-place");
  const visible = !MARKS.includes(finding.kind) || finding.kind === "alike";
  const text = finding.text.length > LONGEST ? `${finding.text.slice(0, LONGEST)}…` : finding.text;
  one("bdi", shown).textContent = visible ? text : "";
  show(one(".coach-quote", shown), visible);
  const button = one("button", shown);
  button.textContent = label;
  button.addEventListener("click", reach);
  return shown;
}

/**
 * Told once to those who listen, and only when it is new.
 * @param {HTMLElement} panel
 * @param {string} text
 */
function announce(panel, text) {
  const status = one(".coach-status", panel);
  if (status.textContent !== text) status.textContent = text;
}

