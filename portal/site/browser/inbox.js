/**
 * The inbox: opened with a codename, in this page alone. No request tells that somebody looks, since every visit fetches
 * the whole board anyway. Writing from here is in `writing_back.js`.
 *
 * @typedef {import("./raise.js").Site} Site
 * @typedef {import("./threads.js").Found} Found
 */

import { root as deriveRoot } from "../../../crypto/codename.js";
import { today } from "./clock.js";
import { all, breathe, byId, copy, fill, one, onLanguage, say, show, textBox } from "./dom.js";
import * as faults from "./faults.js";
import { onLeaving } from "./forget.js";
import * as guardians from "./guardians.js";
import { Idle } from "./idle.js";
import { Practise } from "./practise.js";
import { codenameFault } from "./raise.js";
import * as replies from "./replies.js";
import { showStanding } from "./standing.js";
import { gather, isEmpty } from "./threads.js";
import { judge } from "./typed_codename.js";
import * as views from "./views.js";
import { WritingBack } from "./writing_back.js";

/** What a codename has opened. @typedef {{ root: Uint8Array, words: readonly string[], found: Found[] }} Opened */

export class Inbox {
  #site;
  #body;
  #idle;
  #practise;
  #writing;
  /** @type {Opened | null} */ #opened = null;
  #working = false;

  /** @param {Site} site */
  constructor(site) {
    this.#site = site;
    this.#body = byId("inbox-body");
    this.#body.replaceChildren(copy("inbox-form"));
    this.#idle = new Idle(byId("idle"), () => this.#lock());
    this.#practise = new Practise(byId("practise-inbox"), () => this.#opened?.words ?? []);
    this.#writing = new WritingBack(site, this.#body, () => this.#opened, (held) => this.#idle.hold(held));
    one('[data-step="locked"]', this.#body).addEventListener("submit", (event) => void this.#open(event));
    for (const button of all("[data-lock]", this.#body)) button.addEventListener("click", () => this.#lock());
    for (const button of all("[data-back]", this.#body)) button.addEventListener("click", () => history.back());
    one("[data-practise]", this.#body).addEventListener("click", () => views.go("inbox", "practise"));
    onLeaving(() => this.#close());
    onLanguage(() => this.#sayAgain());
  }

  /**
   * Shows the step that fits, and gives its name: locked until a codename has opened it.
   * @param {string} wanted
   */
  settle(wanted) {
    const step = this.#allowed(wanted);
    if (step !== "practise") this.#practise.forget();
    for (const each of all(".step", this.#body)) show(each, each.dataset.step === step);
    return step;
  }

  /** @param {string} wanted */
  #allowed(wanted) {
    if (this.#opened === null) return "locked";
    return wanted === "practise" || this.#writing.allows(wanted) ? wanted : "open";
  }

  /** @param {Event} event */
  async #open(event) {
    event.preventDefault();
    if (this.#working) return;
    const box = textBox("inbox-codename");
    const judged = judge(box.value, this.#site.words);
    if (!faults.report(one('[data-step="locked"]'), judged.ok ? [] : [codenameFault(box.id, judged)])) return;
    this.#working = true;
    this.#tellWork(say("inbox.working"));
    try {
      await this.#unlock(box, judged.ok ? judged.words : []);
    } finally {
      this.#working = false;
      this.#tellWork("");
    }
    views.refresh();
    views.focusHeading(this.#body);
  }

  /** @param {string} what is going on; "" when it is over */
  #tellWork(what) {
    byId("inbox-working").textContent = what;
    fill("inbox-bar", 0);
    show(byId("inbox-bar"), what !== "");
    byId("inbox-bar").scrollIntoView({ block: "nearest" }); // on a telephone it is below what is seen
  }

  /** In the language chosen now. */
  #sayAgain() {
    for (const each of all("form", this.#body)) faults.clear(each);
    this.#practise.forget();
    if (this.#opened) this.#sayAll(this.#opened.found.filter((each) => !isEmpty(each)));
    this.#writing.sayAgain();
  }

  /**
   * @param {HTMLTextAreaElement} box
   * @param {readonly string[]} words
   */
  async #unlock(box, words) {
    await breathe();
    const { directory, organisation, board } = this.#site;
    const root = await deriveRoot(box.value, organisation, this.#site.words, (part) => fill("inbox-bar", part));
    box.value = "";
    this.#opened = { root, words, found: await gather(root, directory, board, today(), breathe) };
    const some = this.#opened.found.filter((each) => !isEmpty(each));
    this.#sayAll(some);
    this.#writing.begin(some);
    this.#idle.start();
  }

  /** @param {Found[]} some of whom something was found */
  #sayAll(some) {
    const { directory } = this.#site;
    replies.showNotices(byId("inbox-notices"), some, directory.guardians, today(), (guardian) => this.#writing.again(guardian));
    replies.showReplies(byId("replies"), some, today(), (guardian, entry) => this.#writing.answerTo(guardian, entry));
    replies.showReceipts(byId("receipts"), some);
    showStanding(byId("standing"), some, today());
    show(byId("inbox-empty"), some.length === 0);
    show(byId("inbox-standing"), some.some((each) => each.replies.length + each.receipts.length > 0));
    show(byId("inbox-replies"), some.some((each) => each.replies.length > 0));
    show(byId("inbox-receipts"), some.some((each) => each.receipts.length > 0));
    guardians.describe(this.#body, directory, today());
  }

  #lock() {
    this.#close();
    views.refresh();
    if (views.present().view === "inbox") views.focusHeading(this.#body);
  }

  #close() {
    this.#opened?.root.fill(0);
    this.#opened = null;
    this.#writing.forget();
    this.#practise.forget();
    this.#idle.stop();
    for (const id of ["inbox-notices", "standing", "replies", "receipts"]) byId(id).replaceChildren();
    textBox("inbox-codename").value = "";
  }
}
