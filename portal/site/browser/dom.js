/**
 * The document's pieces: found by id, copied from its templates, filled with text and with nothing else. All wording
 * comes from the document too, so that none stands in code.
 */

/**
 * The element with this id; raises when the document is not the one this script belongs to.
 * @param {string} id
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function byId(id, within = document) {
  return one(`#${id}`, within);
}

/**
 * The first element that fits; raises when there is none.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function one(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`this document has no ${selector}`);
  return found;
}

/**
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement[]}
 */
export function all(selector, within = document) {
  return [...within.querySelectorAll(selector)].filter((each) => each instanceof HTMLElement);
}

/**
 * @param {string} id
 * @param {ParentNode} [within]
 * @returns {HTMLTextAreaElement}
 */
export function textBox(id, within = document) {
  const found = byId(id, within);
  if (!(found instanceof HTMLTextAreaElement)) throw new Error(`#${id} is not a text box`);
  return found;
}

/**
 * A copy of what a template holds.
 * @param {string} id
 * @returns {DocumentFragment}
 */
export function copy(id) {
  const template = byId(id);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`#${id} is not a template`);
  return document.importNode(template.content, true);
}

/**
 * A copy of the one element in a template.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function piece(id) {
  return one("*", copy(id));
}

/** @type {Map<string, string> | null} */
let sentences = null;

/**
 * A sentence of the content's, with its {braces} filled.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function say(key, values = {}) {
  sentences ??= new Map(all("[data-key]", copy("words-for-script")).map((each) => [each.dataset.key ?? "", each.textContent]));
  const sentence = sentences.get(key);
  if (sentence === undefined) throw new Error(`no wording for ${key}`);
  return sentence.replace(/\{([a-z]+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * @param {HTMLElement} element
 * @param {boolean} shown
 */
export function show(element, shown) {
  element.hidden = !shown;
}

/**
 * A day since 1970 as people write it, in the document's language.
 * @param {number} day
 * @returns {string}
 */
export function dayText(day) {
  const style = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(day * 86_400_000));
}

/**
 * The name of a weekday; Monday is 0.
 * @param {number} weekday
 * @returns {string}
 */
export function weekdayText(weekday) {
  const monday = 4; // 5 January 1970
  const style = /** @type {const} */ ({ weekday: "long", timeZone: "UTC" });
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date((monday + weekday) * 86_400_000));
}
