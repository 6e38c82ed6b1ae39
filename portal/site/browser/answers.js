/**
 * The answers to the form's questions, whatever the questions are: which there are, of what kind, and which must be
 * answered stands in the document, made from the content's questions.toml. The fields themselves are the only memory.
 *
 * Chosen answers leave as ids, texts as sections named by their question (PROTOCOL section 7).
 *
 * @typedef {object} Question
 * @property {string} id
 * @property {string} step the page it is on
 * @property {HTMLElement} field a text box, or the fieldset around choices
 * @property {boolean} several whether several options can be chosen
 */

import { all, one, show } from "./dom.js";
import { sendable } from "./letters.js";

export class Answers {
  /** @type {readonly Question[]} */ #questions;
  #form;

  /** @param {HTMLElement} body */
  constructor(body) {
    this.#questions = Object.freeze(all("[data-question]", body).map(read));
    this.#form = one("[data-form]", body).dataset.form ?? "";
    for (const { field } of this.#questions) field.addEventListener("change", () => showNotes(field));
  }

  /** The pages that ask something, in order. */
  get steps() {
    return [...new Set(this.#questions.map(({ step }) => step))];
  }

  /** The questions answered in words. */
  get texts() {
    return this.#questions.flatMap(({ id, step, field }) => (field instanceof HTMLTextAreaElement ? [{ id, step, box: field }] : []));
  }

  /**
   * What is missing on a page.
   * @param {string} step
   * @returns {import("./faults.js").Fault[]}
   */
  faults(step) {
    const missing = this.#questions.filter((each) => each.step === step && requirement(each) !== "" && textOf(each).trim() === "");
    return missing.map((each) => ({ id: each.id, text: requirement(each) }));
  }

  /**
   * Texts, by question; empty ones are left out.
   * @returns {[string, string][]}
   */
  sections() {
    const all = this.texts.map(({ id, box }) => /** @type {[string, string]} */ ([id, sendable(box.value)]));
    return all.filter(([, text]) => text.trim() !== "");
  }

  /** Ids of what was chosen, by question, and the questions' version. @returns {Record<string, string | string[]>} */
  choices() {
    /** @type {Record<string, string | string[]>} */
    const found = { form: this.#form };
    for (const { id, field, several } of this.#questions) {
      const values = ticked(field).map((input) => input.value);
      if (values[0] !== undefined) found[id] = several ? values : values[0];
    }
    return found;
  }

  /**
   * An answer as the person sees it; undefined when there is no such question.
   * @param {string} id
   */
  shown(id) {
    const found = this.#questions.find((each) => each.id === id);
    return found && textOf(found);
  }

  /** Hides what choices have brought up, after they were emptied. */
  forget() {
    for (const { field } of this.#questions) showNotes(field);
  }
}

/**
 * @param {HTMLElement} field
 * @returns {Question}
 */
function read(field) {
  const form = field.closest("form");
  return {
    id: field.id,
    step: form?.dataset.step ?? "",
    field,
    several: field.dataset.question === "checkboxes",
  };
}

/**
 * What to say, in the language that shows, when a question is left empty; "" when it may be.
 * @param {Question} question
 */
function requirement({ field }) {
  return field.dataset.required ?? "";
}

/** @param {HTMLElement} field */
function ticked(field) {
  return /** @type {HTMLInputElement[]} */ (all("input:checked", field));
}

/** @param {Question} question */
function textOf({ field }) {
  if (field instanceof HTMLTextAreaElement) return field.value;
  return all("input:checked + label", field).map((label) => label.textContent).join("\n");
}

/** @param {HTMLElement} field */
function showNotes(field) {
  const values = ticked(field).map((input) => input.value);
  for (const note of all(`[data-note="${field.id}"]`, field.parentElement ?? field)) {
    show(note, (note.dataset.when ?? "").split(" ").some((value) => values.includes(value)));
  }
}
