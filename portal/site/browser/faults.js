/**
 * The error summary pattern: what is wrong at the top of the view, with the focus, and again at the field.
 *
 * @typedef {object} Fault
 * @property {string} id of the field
 * @property {string} text
 * @property {{ label: string, value: string }[]} [offers] other texts for the field, one button each
 */

import { all, byId, one, piece } from "./dom.js";

/**
 * Shows faults in a step and moves the focus to their summary; with none, removes what was shown.
 * @param {HTMLElement} step
 * @param {Fault[]} faults
 * @returns {boolean} whether there is none
 */
export function report(step, faults) {
  clear(step);
  if (faults.length === 0) return true;
  const summary = piece("piece-errors");
  one("ul", summary).append(...faults.map(summaryLine));
  one("h1, h2", step).before(summary);
  for (const fault of faults) mark(fault, step);
  summary.focus();
  return false;
}

/** @param {HTMLElement} step */
export function clear(step) {
  for (const each of all(".govuk-error-summary, .govuk-error-message, .offers", step)) each.remove();
  for (const each of all(".govuk-form-group--error", step)) each.classList.remove("govuk-form-group--error");
  for (const each of all("[aria-invalid]", step)) {
    each.removeAttribute("aria-invalid");
    describe(each, (ids) => ids.filter((id) => id !== `${each.id}-error`));
  }
}

/** @param {Fault} fault */
function summaryLine({ id, text }) {
  const line = document.createElement("li");
  const link = document.createElement("button");
  link.type = "button";
  link.className = "link";
  link.textContent = text;
  link.addEventListener("click", () => focusField(byId(id)));
  line.append(link);
  return line;
}

/** @param {HTMLElement} field a text box, or the fieldset around choices */
function focusField(field) {
  const target = field instanceof HTMLFieldSetElement ? field.querySelector("input") : field;
  target?.focus();
}

/**
 * @param {Fault} fault
 * @param {HTMLElement} step
 */
function mark({ id, text, offers = [] }, step) {
  const field = byId(id, step);
  const message = document.createElement("p");
  message.className = "govuk-error-message";
  message.id = `${id}-error`;
  message.textContent = text;
  (field.closest(".govuk-form-group") ?? field).classList.add("govuk-form-group--error");
  if (field instanceof HTMLFieldSetElement) one("legend", field).after(message);
  else {
    field.before(message, ...offerButtons(field, offers));
    if (!(field instanceof HTMLTextAreaElement)) return;
    field.setAttribute("aria-invalid", "true");
    describe(field, (ids) => [message.id, ...ids]);
  }
}

/**
 * Changes what a field is described by.
 * @param {HTMLElement} field
 * @param {(ids: string[]) => string[]} change
 */
function describe(field, change) {
  const ids = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== "");
  const changed = change(ids);
  if (changed.length > 0) field.setAttribute("aria-describedby", changed.join(" "));
  else field.removeAttribute("aria-describedby");
}

/**
 * @param {HTMLElement} field
 * @param {{ label: string, value: string }[]} offers
 */
function offerButtons(field, offers) {
  if (offers.length === 0 || !(field instanceof HTMLTextAreaElement)) return [];
  const row = document.createElement("p");
  row.className = "offers";
  row.translate = false;
  for (const { label, value } of offers) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = label;
    button.addEventListener("click", () => {
      field.value = value;
      field.focus();
    });
    row.append(button);
  }
  return [row];
}
