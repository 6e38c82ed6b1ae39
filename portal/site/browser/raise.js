/**
 * "Raise a concern": one thing at a time, all in the fields of this page, no request tied to any step.
 *
 * The fields themselves are the only memory. Nothing is sealed before the last step, and nothing the person does here
 * changes when the sender's slots come.
 *
 * @typedef {object} Site everything that was fetched and verified
 * @property {Uint8Array} organisation
 * @property {readonly string[]} words
 * @property {import("./guardians.js").Directory} directory
 * @property {readonly Uint8Array[]} board
 * @property {Pick<import("./desk.js").Desk, "post" | "lastPrice" | "room">} desk
 */

import { generate, root as deriveRoot } from "../../../crypto/codename.js";
import { unb64 } from "../../../crypto/encoding.js";
import { Answers } from "./answers.js";
import { today } from "./clock.js";
import { Coach, sum } from "./coach_view.js";
import { all, byId, copy, fill, one, onLanguage, say, show, textBox } from "./dom.js";
import * as faults from "./faults.js";
import { Files } from "./files.js";
import { harmless } from "./foreign.js";
import { onLeaving } from "./forget.js";
import * as guardians from "./guardians.js";
import { saveCopy } from "./keep.js";
import * as letters from "./letters.js";
import { sendFiles } from "./parcels.js";
import { Practise } from "./practise.js";
import { holdBack, send } from "./sending.js";
import { judge } from "./typed_codename.js";
import { weight } from "./uploads.js";
import * as views from "./views.js";

/** What comes after the pages that the content's questions make. */
const LAST_STEPS = Object.freeze(["files", "to", "exclude", "check", "codename", "retype", "send", "sent"]);
const ASIDE = "practise"; // between codename and retyping it, for whoever likes to

export class Raise {
  #site;
  #body;
  #answers;
  #practise;
  #steps;
  #files;
  /** @type {Map<string, Coach>} */ #coaches;
  #codename = "";
  /** @type {readonly letters.Letter[]} */ #letters = [];
  /** @type {"writing" | "sending" | "sent"} */ #phase = "writing";
  #reviewing = false; // a "Change" link was followed: go back to the check afterwards

  /** @param {Site} site */
  constructor(site) {
    this.#site = site;
    this.#body = byId("raise-body");
    this.#body.replaceChildren(copy("raise-form"));
    this.#files = new Files(byId("files-raise"), () => this.#site.directory.policy.attachmentMb);
    this.#answers = new Answers(this.#body);
    this.#steps = Object.freeze(["start", ...this.#answers.steps, ...LAST_STEPS]);
    this.#coaches = new Map(this.#answers.texts.map(({ id, box }) => [id, new Coach(box, () => this.#ownWords())]));
    this.#practise = new Practise(byId("practise-raise"), () => this.#ownWords());
    one("[data-practise]", this.#body).addEventListener("click", () => views.go("raise", ASIDE));
    guardians.describe(this.#body, site.directory, today());
    for (const form of all("form.step", this.#body)) form.addEventListener("submit", (event) => this.#next(event, form));
    for (const button of all("[data-back]", this.#body)) button.addEventListener("click", () => history.back());
    for (const button of all("[data-change]", this.#body)) {
      button.addEventListener("click", () => this.#change(button.dataset.change ?? "check"));
    }
    byId("keep-copy").addEventListener("click", () => saveCopy(this.#letters));
    onLeaving(() => this.#forget());
    onLanguage(() => all("form.step", this.#body).forEach(faults.clear));
    holdBack(() => this.#phase === "sending" || (this.#phase === "writing" && this.#begun()));
  }

  /**
   * Shows a step, or the one that the state of things allows; gives its name.
   * @param {string} wanted
   * @returns {string}
   */
  settle(wanted) {
    if (this.#phase === "sent" && wanted === "") this.#startAgain();
    const step = this.#allowed(wanted);
    if (step === "codename") this.#showCodename();
    if (step !== ASIDE) this.#practise.forget();
    if (step === "check") this.#showCheck();
    if (step === "to") guardians.offer(byId("to"), this.#listed(), today());
    if (step === "exclude") this.#offerExclusion();
    for (const each of all("form.step", this.#body)) show(each, each.dataset.step === step);
    return step;
  }

  #begun() {
    return this.#answers.sections().length > 0 || this.#files.sendable.length > 0;
  }

  /** The codename's words, once there is one: they must not stand in the text. */
  #ownWords() {
    return this.#codename === "" ? [] : this.#codename.split(" ");
  }

  /** The directory was fetched again: lists follow it. */
  learn() {
    if (this.#phase === "sent") this.#showWhen();
    guardians.describe(this.#body, this.#site.directory, today());
  }

  /** @param {string} wanted */
  #allowed(wanted) {
    if (this.#phase === "sending") return "send";
    if (this.#phase === "sent") return "sent";
    if (wanted === "files" && !this.#takesFiles()) return "start";
    if (wanted === ASIDE) return this.#codename === "" ? "start" : ASIDE;
    if (!this.#steps.includes(wanted) || wanted === "send" || wanted === "sent") return "start";
    return wanted;
  }

  #takesFiles() {
    return this.#site.directory.policy.attachmentMb > 0;
  }

  #listed() {
    return guardians.listed(this.#site.directory, today());
  }

  /** Who must not see it. A tick stays in its box when that guardian is chosen as a reader afterwards. */
  #excluded() {
    const to = guardians.chosen(byId("to"));
    return guardians.chosen(byId("exclude")).filter((g) => !to.includes(g));
  }

  #offerExclusion() {
    const to = guardians.chosen(byId("to"));
    const others = this.#listed().filter(({ id }) => !to.includes(id));
    // A guardian without a key today can be kept out all the same.
    guardians.offer(byId("exclude"), others.map((each) => ({ ...each, reachable: true })), today());
  }

  /**
   * @param {Event} event
   * @param {HTMLElement} form
   */
  #next(event, form) {
    event.preventDefault();
    const step = form.dataset.step ?? "";
    if (!faults.report(form, this.#faults(step))) return;
    if (step === "retype") void this.#send();
    else views.go("raise", this.#after(step));
  }

  /** @param {string} step */
  #after(step) {
    if (step === ASIDE) return "retype";
    const everyoneChosen = guardians.chosen(byId("to")).length === this.#listed().length;
    if (step === "to" && !everyoneChosen) return "exclude";
    if (step === "to" || this.#reviewing) {
      this.#reviewing = false;
      return "check";
    }
    const steps = this.#steps.filter((each) => each !== "files" || this.#takesFiles());
    return steps[steps.indexOf(step) + 1] ?? "start";
  }

  /** @param {string} step */
  #change(step) {
    this.#reviewing = true;
    views.go("raise", step);
  }

  /**
   * @param {string} step
   * @returns {import("./faults.js").Fault[]}
   */
  #faults(step) {
    if (step === "to" && guardians.chosen(byId("to")).length === 0) return [{ id: "to", text: say("errors.to") }];
    if (step === "files") return this.#files.faults("files-raise");
    if (step === "check") return [...this.#files.faults("check"), ...this.#tooLong()];
    return step === "retype" ? this.#codenameFaults() : this.#answers.faults(step);
  }

  #tooLong() {
    const limit = letters.most(this.#site.desk.room, guardians.chosen(byId("to")).length);
    return tooLong(this.#answers.sections(), "check", weight(this.#files.sendable), limit);
  }

  #codenameFaults() {
    const judged = judge(textBox("retype-codename").value, this.#site.words);
    if (judged.ok && judged.words.join(" ") === this.#codename) return [];
    return [codenameFault("retype-codename", judged)];
  }

  #showCodename() {
    if (this.#codename === "") this.#codename = generate(this.#site.words);
    const items = this.#codename.split(" ").map((word) => {
      const item = document.createElement("li");
      item.textContent = word;
      return item;
    });
    byId("codename-words").replaceChildren(...items);
  }

  #showCheck() {
    const names = new Map(this.#listed().map(({ id, guardian }) => [id, `${harmless(guardian.role)}, ${harmless(guardian.name)}`]));
    const chosen = { to: guardians.chosen(byId("to")), exclude: this.#excluded() };
    for (const place of all("[data-answer]", byId("check"))) {
      const name = place.dataset.answer ?? "";
      if (name === "files") place.textContent = this.#files.summary() || say("files.none");
      else if (name === "to" || name === "exclude") {
        place.textContent = chosen[name].map((g) => names.get(g)).join("\n") || say("raise.nobody");
      }
      else place.textContent = this.#answers.shown(name) || say("raise.none");
    }
    this.#coachAll();
  }

  /** What the coach finds, with the way back to each place. */
  #coachAll() {
    const fields = this.#answers.texts.flatMap(({ id, step }) => {
      const coach = this.#coaches.get(id);
      const field = one(`[data-label="${id}"]`, this.#body).textContent ?? "";
      return coach ? [{ coach, field, open: () => this.#change(step) }] : [];
    });
    sum(byId("coach-check"), fields);
  }

  async #send() {
    this.#phase = "sending";
    views.replace({ view: "raise", step: "send" });
    byId("send-progress").textContent = say("raise.preparing");
    const { organisation, words, desk } = this.#site;
    const attachments = await sendFiles(this.#site, this.#files.sendable, {
      progress: "send-progress",
      trouble: "send-trouble",
      bar: "send-bar",
      giveUp: "send-give-up",
      note: "send-note",
      stop: new AbortController(),
    });
    byId("send-progress").textContent = say("raise.preparing");
    const root = await deriveRoot(this.#codename, organisation, words, (part) => fill("send-bar", part));
    this.#letters = letters.write(this.#writing(root, attachments));
    root.fill(0);
    send(desk, this.#letters, {
      progress: "send-progress",
      trouble: "send-trouble",
      bar: "send-bar",
      sentence: "send.piece",
      done: (note) => this.#done(note),
    });
  }

  /**
   * @param {Uint8Array} root
   * @param {import("../../../crypto/attachment.js").Manifest[]} attachments
   * @returns {letters.Writing}
   */
  #writing(root, attachments) {
    const to = guardians.chosen(byId("to"));
    return {
      type: "concern",
      root,
      organisation: this.#site.organisation,
      to: this.#listed().flatMap(({ id, guardian }) => (to.includes(id) ? [guardian] : [])),
      exclude: this.#excluded().map((g) => unb64(g, 16)),
      language: document.documentElement.lang.toLowerCase(),
      sections: this.#answers.sections(),
      attachments,
      choices: this.#answers.choices(),
    };
  }

  /** @param {string} note */
  #done(note) {
    byId("sent-note").textContent = note;
    this.#showWhen();
    this.#phase = "sent";
    this.#codename = "";
    this.#emptyFields();
    if (views.present().view === "raise") views.replace({ view: "raise", step: "sent" });
  }

  /** What happens next and by when: for those the letters went to. */
  #showWhen() {
    const to = this.#letters.map(({ g }) => g);
    const chosen = this.#listed().flatMap(({ id, guardian }) => (to.includes(id) ? [guardian] : []));
    guardians.expect(byId("sent-who"), chosen, today());
  }

  #startAgain() {
    this.#phase = "writing";
    this.#letters = [];
    this.#reviewing = false;
    byId("sent-who").replaceChildren();
  }

  #emptyFields() {
    for (const form of all("form.step", this.#body)) if (form instanceof HTMLFormElement) form.reset();
    for (const box of all("textarea", this.#body)) if (box instanceof HTMLTextAreaElement) box.value = "";
    for (const place of all("[data-answer]", this.#body)) place.textContent = "";
    for (const coach of this.#coaches.values()) coach.forget();
    this.#files.forget();
    this.#practise.forget();
    for (const each of ["#codename-words", "#coach-check .coach-list"]) one(each, this.#body).replaceChildren();
    this.#answers.forget();
  }

  #forget() {
    this.#codename = "";
    this.#letters = [];
    this.#emptyFields();
    byId("sent-who").replaceChildren();
  }
}

/**
 * What to show at the field for a codename that is not right.
 * @param {string} id
 * @param {import("./typed_codename.js").Judged} judged
 * @returns {import("./faults.js").Fault}
 */
export function codenameFault(id, judged) {
  if (judged.ok) return { id, text: `${say("codename.other")} ${say("codename.safe")}` };
  const offers = judged.offers.map(({ key, values, value }) => ({ label: say(key, values), value }));
  return { id, text: `${say(judged.key, judged.values)} ${say("codename.safe")}`, offers };
}

/**
 * @param {[string, string][]} sections
 * @param {string} [id] of the field to point at
 * @param {number} [more] bytes that files take
 * @param {number} [limit] bytes that fit
 * @returns {import("./faults.js").Fault[]}
 */
export function tooLong(sections, id = "check", more = 0, limit = letters.MOST) {
  const over = letters.excess(sections, more, limit);
  return over > 0 ? [{ id, text: say("errors.long", { over, most: limit }) }] : [];
}
