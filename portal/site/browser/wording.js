/**
 * What the page says by itself, in the language that shows. All wording is content: until the bundle has come, from the
 * document; then from the bundle. Days and lists are put together here, since not every browser knows every language.
 *
 * @typedef {object} Language
 * @property {string} tag "en-GB", "cy"; the language attribute of the page
 * @property {"ltr" | "rtl"} dir
 * @property {string} name in itself
 * @property {readonly string[]} texts of the document, by number; "" where there is none; none at all for the document's own
 * @property {readonly [string, string][]} said sentences that scripts say
 * @property {readonly [string, readonly string[]][]} lists words that the coach looks for
 */

import { form } from "./plurals.js";

const CHANGED = "candour-language";
const DAY = 86_400_000;
const MONDAY = 4; // 5 January 1970
const LAST_DAY = 2_932_896; // 31 December 9999; signed statements may name days that no calendar has

/** @type {Map<string, string> | null} */
let sentences = null;
/** @type {ReadonlyMap<string, readonly string[]>} */
let lists = new Map();

/** Before the bundle: the few sentences that the document carries. */
function first() {
  const template = document.querySelector("template#first-words");
  const found = template instanceof HTMLTemplateElement ? [...template.content.querySelectorAll("[data-key]")] : [];
  return new Map(found.map((each) => [each.getAttribute("data-key") ?? "", each.textContent ?? ""]));
}

/**
 * From now on speaks this language, and lets everything say again what it says.
 * @param {Language} language
 */
export function speak(language) {
  sentences = new Map(language.said);
  lists = new Map(language.lists);
  document.documentElement.lang = language.tag;
  document.documentElement.dir = language.dir;
  document.dispatchEvent(new Event(CHANGED));
}

/**
 * Has something said again whenever the language changes.
 * @param {() => void} duty
 */
export function onLanguage(duty) {
  document.addEventListener(CHANGED, duty);
}

/**
 * A sentence of the content's, with its {braces} filled; of several forms, the one for `count`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function say(key, values = {}) {
  sentences ??= first();
  const counted = typeof values.count === "number" ? form(document.documentElement.lang, values.count) : "";
  const sentence = sentences.get(key) ?? sentences.get(`${key}.${counted}`) ?? sentences.get(`${key}.other`);
  if (sentence === undefined) throw new Error(`no wording for ${key}`);
  return sentence.replace(/\{([a-z]+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * Words that the coach looks for.
 * @param {string} name of the list
 */
export function listed(name) {
  return lists.get(name) ?? [];
}

/**
 * A day since 1970 as people write it.
 * @param {number} day
 * @returns {string}
 */
export function dayText(day) {
  if (day > LAST_DAY) return say("dates.far");
  const date = new Date(day * DAY);
  return say("dates.day", {
    weekday: weekdayText(day + 7 - MONDAY),
    day: date.getUTCDate(),
    month: say(`dates.months.${date.getUTCMonth() + 1}`),
    year: date.getUTCFullYear(),
  });
}

/**
 * The name of a weekday; Monday is 0, and 7 is Monday again.
 * @param {number} weekday
 * @returns {string}
 */
export function weekdayText(weekday) {
  return say(`dates.weekdays.${(weekday % 7) + 1}`);
}

/**
 * "Monday, Tuesday and Friday".
 * @param {readonly string[]} items
 * @returns {string}
 */
export function inWords(items) {
  return items.reduce((one, next, at) => say(at === items.length - 1 ? "dates.last" : "dates.comma", { one, next }));
}
