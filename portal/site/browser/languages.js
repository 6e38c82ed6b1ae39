/**
 * Other languages, chosen on the device: every visit has them all, in the bundle, and nothing tells which one is read.
 * The choice is a value in this page's memory: no request, no storage, no address.
 *
 * The document marks each place of its wording with a number (portal/site/marking.py); here the texts are put there.
 * What a language has not got stays English and says so, so that it is read out as English.
 *
 * @typedef {import("./wording.js").Language} Language
 */

import { all } from "./dom.js";
import { speak } from "./wording.js";

/** @type {readonly Language[]} */
let known = [];
let wanted = "";
/** @type {Map<string, string>} the document's own texts, by number */
const own = new Map();

/** Takes the buttons into service; what is pressed before the languages have come is done when they come. */
export function start() {
  for (const button of all("[data-language]")) {
    button.addEventListener("click", () => {
      wanted = button.dataset.language ?? "";
      for (const each of all("[data-language]")) each.setAttribute("aria-pressed", String(each === button));
      show();
    });
  }
  document.querySelector("#plain")?.remove();
}

/**
 * The languages of the bundle, the document's own first.
 * @param {readonly Language[]} languages
 */
export function learn(languages) {
  known = languages;
  wanted ||= known[0]?.tag ?? "";
  show();
}

function show() {
  const language = known.find(({ tag }) => tag === wanted);
  const base = known[0];
  if (!language || !base) return;
  const current = document.documentElement.lang;
  if (language !== base || current !== base.tag) for (const root of roots(document)) fill(root, language, base);
  for (const note of all(".only-english")) note.hidden = !note.parentElement?.querySelector(`[data-t][lang="${base.tag}"]`);
  speak(language);
}

/**
 * The document and what its templates hold.
 * @param {Document | DocumentFragment} within
 * @returns {(Document | DocumentFragment)[]}
 */
function roots(within) {
  const templates = /** @type {HTMLTemplateElement[]} */ ([...within.querySelectorAll("template")]);
  return [within, ...templates.flatMap(({ content }) => roots(content))];
}

/**
 * @param {ParentNode} root
 * @param {Language} language
 * @param {Language} base
 */
function fill(root, language, base) {
  for (const element of all("[data-t]", root)) {
    const node = [...element.childNodes].find((each) => each instanceof Text && each.data.trim() !== "");
    if (node instanceof Text) node.data = text(element.dataset.t ?? "", node.data, language);
    markEnglish(element, language !== base && !language.texts[Number(element.dataset.t)], base);
  }
  for (const element of all("[data-a]", root)) {
    for (const mark of (element.dataset.a ?? "").split(",")) {
      const [name = "", number = ""] = mark.split(" ");
      element.setAttribute(name, text(number, element.getAttribute(name) ?? "", language));
    }
  }
}

/**
 * @param {string} number
 * @param {string} present what stands there; on the first call the document's own
 * @param {Language} language
 */
function text(number, present, language) {
  if (!own.has(number)) own.set(number, present);
  return language.texts[Number(number)] || (own.get(number) ?? present);
}

/**
 * @param {HTMLElement} element
 * @param {boolean} english
 * @param {Language} base
 */
function markEnglish(element, english, base) {
  if (english) {
    element.lang = base.tag;
    element.dir = base.dir;
  } else if (element.lang === base.tag) {
    element.removeAttribute("lang");
    element.removeAttribute("dir");
  }
}
