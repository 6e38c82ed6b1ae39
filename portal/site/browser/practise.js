/**
 * Practising the codename: type the words from memory, hear which are right, look again, as often as one likes. Nothing
 * is counted, kept or sent, and nobody has to.
 */

import { pieces } from "../../../crypto/codename.js";
import { all, copy, inWords, one, say, show, textBox } from "./dom.js";

export class Practise {
  #place;
  #words;
  #box;

  /**
   * @param {HTMLElement} place is filled with the piece; its id begins the ids inside
   * @param {() => readonly string[]} words the codename's, if there is one
   */
  constructor(place, words) {
    this.#place = place;
    this.#words = words;
    place.replaceChildren(copy("piece-practise"));
    one("textarea", place).id = `${place.id}-box`;
    one("label", place).setAttribute("for", `${place.id}-box`);
    this.#box = textBox(`${place.id}-box`, place);
    one("[data-try]", place).addEventListener("click", () => this.#check());
    one("[data-look]", place).addEventListener("click", () => this.#look(one(".words", place).hidden === true));
    one("[data-again]", place).addEventListener("click", () => this.begin());
    this.#box.addEventListener("input", () => this.#tell("", false));
  }

  /** An empty box and covered words. */
  begin() {
    this.forget();
    this.#box.focus();
  }

  /** Drops what was typed and shown. */
  forget() {
    this.#box.value = "";
    this.#look(false);
    this.#tell("", false);
  }

  #check() {
    const words = this.#words();
    const typed = pieces(this.#box.value);
    const wrong = words.flatMap((word, at) => (typed[at] === word ? [] : [at + 1]));
    const right = wrong.length === 0 && typed.length === words.length;
    if (typed.length === 0) this.#tell(say("practise.none"), false);
    else if (right) this.#tell(say("practise.right"), true);
    else if (wrong.length === 0) this.#tell(say("practise.more"), true);
    else this.#tell(say("practise.nearly", { right: words.length - wrong.length, places: inWords(wrong.map(String)) }), true);
  }

  /**
   * @param {string} text
   * @param {boolean} again whether to offer another go
   */
  #tell(text, again) {
    one("[role=status]", this.#place).textContent = text;
    show(one("[data-again]", this.#place), again);
  }

  /** @param {boolean} open */
  #look(open) {
    const list = one(".words", this.#place);
    list.replaceChildren(...(open ? this.#words() : []).map((word) => Object.assign(document.createElement("li"), { textContent: word })));
    show(list, open);
    const button = one("[data-look]", this.#place);
    button.setAttribute("aria-expanded", String(open));
    for (const each of all("[data-when]", button)) show(each, (each.dataset.when === "open") === open);
  }
}
