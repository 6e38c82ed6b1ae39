/**
 * The document's pieces: found by id, copied from its templates, filled with text and with nothing else. All wording
 * comes from the document too, so that none stands in code.
 */

export { dayText, inWords, onLanguage, say, weekdayText } from "./wording.js";

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

/**
 * @param {HTMLElement} element
 * @param {boolean} shown
 */
export function show(element, shown) {
  element.hidden = !shown;
}

/**
 * How far something is, on the bar with this id.
 * @param {string | undefined} id none: nothing shows it
 * @param {number} fraction
 */
export function fill(id, fraction) {
  const bar = id ? byId(id) : null;
  if (bar instanceof HTMLProgressElement) bar.value = fraction;
}

/** Lets the page draw and take input. */
export function breathe() {
  return /** @type {Promise<void>} */ (new Promise((resolve) => setTimeout(resolve, 0)));
}
