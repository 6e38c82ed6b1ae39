/**
 * Writing from the open inbox: a further message, the answer to what a guardian asked, a request to erase. All are
 * letters like the first one, to the same threads (PROTOCOL section 7): `more`, `feedback` or `withdraw`.
 *
 * @typedef {import("./raise.js").Site} Site
 * @typedef {import("./threads.js").Found} Found
 * @typedef {import("./guardians.js").Guardian} Guardian
 * @typedef {Found["replies"][number]} Entry
 * @typedef {"check_in" | "feedback"} Kind what can be asked
 *
 * @typedef {object} Message
 * @property {"more" | "withdraw" | "feedback"} type
 * @property {[string, string][]} sections
 * @property {string[]} to
 * @property {readonly import("./uploads.js").Sendable[]} [files]
 * @property {Record<string, string | string[]>} [choices]
 * @property {Uint8Array} [answersTo]
 * @property {() => void} [left] what to empty once it has left
 */

import { b64 } from "../../../crypto/encoding.js";
import { Answers } from "./answers.js";
import { today } from "./clock.js";
import { Coach } from "./coach_view.js";
import { all, byId, inWords, one, say, show, textBox } from "./dom.js";
import * as faults from "./faults.js";
import { Files } from "./files.js";
import { isolate } from "./foreign.js";
import * as guardians from "./guardians.js";
import * as letters from "./letters.js";
import { sendFiles } from "./parcels.js";
import { tooLong } from "./raise.js";
import { holdBack, send } from "./sending.js";
import { weight } from "./uploads.js";
import * as views from "./views.js";

/** @type {readonly Kind[]} */
const KINDS = Object.freeze(["check_in", "feedback"]);

export class WritingBack {
  #site;
  #opened;
  #hold;
  #files;
  #coach;
  /** @type {Map<string, Answers>} */ #asked;
  /** @type {{ kind: Kind, to: string[], entry: Entry | null } | null} */ #asking = null;
  /** @type {Found[]} */ #found = [];
  #stop = new AbortController();
  #sending = false;

  /**
   * @param {Site} site
   * @param {HTMLElement} body
   * @param {() => { root: Uint8Array, words: readonly string[] } | null} opened the open inbox
   * @param {(held: boolean) => void} hold keeps the inbox from closing itself
   */
  constructor(site, body, opened, hold) {
    this.#site = site;
    this.#opened = opened;
    this.#hold = hold;
    this.#files = new Files(byId("files-more"), () => site.directory.policy.attachmentMb);
    this.#coach = new Coach(textBox("more-text"), () => opened()?.words ?? []);
    this.#asked = new Map(KINDS.map((kind) => [kind, new Answers(form(kind))]));
    listen("more", () => this.#more());
    listen("withdraw", () => this.#withdraw());
    for (const kind of KINDS) listen(kind, () => this.#answer(kind));
    one("[data-withdraw]", body).addEventListener("click", () => views.go("inbox", "withdraw"));
    one("[data-feedback]", body).addEventListener("click", () => this.#ask({ kind: "feedback", to: this.#wrote(), entry: null }));
    holdBack(() => this.#sending || (opened() !== null && this.#begun()));
  }

  /**
   * Whether a step of this module's can show now.
   * @param {string} step
   */
  allows(step) {
    if (this.#sending) return false;
    return step === "withdraw" || (this.#asking !== null && step === this.#asking.kind);
  }

  /**
   * Readies the fields for what was found.
   * @param {Found[]} found
   */
  begin(found) {
    this.#found = found;
    show(byId("more-files"), this.#site.directory.policy.attachmentMb > 0);
    show(byId("inbox-unknown"), found.length === 0);
    show(one("[data-feedback]"), found.some(({ replies }) => replies.length > 0));
    for (const id of ["more-to", "withdraw-to"]) this.#offer(id, this.#wrote());
  }

  /**
   * A way to write to one guardian again; null if nobody there can be written to now.
   * @param {Guardian} guardian
   */
  again(guardian) {
    const to = guardians.writable(this.#site.directory, guardian, today());
    if (to.length === 0) return null;
    return () => {
      this.#offer("more-to", to);
      textBox("more-text").focus();
    };
  }

  /**
   * A way to answer what a reply asks; null if it asks nothing, or its guardian cannot be written to now.
   * @param {Guardian} guardian whose thread it is
   * @param {Entry} entry
   */
  answerTo(guardian, entry) {
    const to = guardians.writable(this.#site.directory, guardian, today());
    if (!entry.reply.ask || to.length === 0) return null;
    const kind = /** @type {Kind} */ (entry.reply.ask.replace("-", "_"));
    return () => this.#ask({ kind, to, entry });
  }

  /** In the language chosen now. */
  sayAgain() {
    for (const id of ["more-to", "withdraw-to"]) guardians.offer(byId(id), guardians.listed(this.#site.directory, today()), today());
    if (this.#asking) this.#sayTo(this.#asking);
  }

  /** Empties everything. */
  forget() {
    this.#stop.abort();
    this.#found = [];
    this.#asking = null;
    this.#emptyMore();
    for (const kind of KINDS) this.#empty(kind);
    for (const each of all(".answer-to")) each.textContent = "";
    byId("inbox-sent").textContent = "";
  }

  #begun() {
    const answered = [...this.#asked.values()].some((each) => each.sections().length > 0);
    return textBox("more-text").value !== "" || this.#files.sendable.length > 0 || answered;
  }

  /** Those who wrote here, or took over from them, in base64. */
  #wrote() {
    const all = this.#found.flatMap(({ guardian }) => guardians.writable(this.#site.directory, guardian, today()));
    return [...new Set(all)];
  }

  /**
   * Offers the guardians, with some of them ticked.
   * @param {string} id
   * @param {string[]} ticked
   */
  #offer(id, ticked) {
    const place = byId(id);
    guardians.offer(place, guardians.listed(this.#site.directory, today()), today());
    for (const box of all("input", place)) {
      if (box instanceof HTMLInputElement && !box.disabled) box.checked = ticked.includes(box.dataset.g ?? "");
    }
  }

  /** @param {{ kind: Kind, to: string[], entry: Entry | null }} asking */
  #ask(asking) {
    this.#asking = asking;
    this.#empty(asking.kind);
    faults.clear(form(asking.kind));
    this.#sayTo(asking);
    views.go("inbox", asking.kind);
  }

  /** @param {{ kind: Kind, to: string[] }} asking */
  #sayTo({ kind, to }) {
    const listed = guardians.listed(this.#site.directory, today()).filter(({ id }) => to.includes(id));
    one(".answer-to", form(kind)).textContent = say("ask.to", { names: inWords(listed.map(({ guardian }) => isolate(guardian.name))) });
  }

  #more() {
    const to = guardians.chosen(byId("more-to"));
    const text = letters.sendable(textBox("more-text").value);
    /** @type {[string, string][]} */
    const sections = [["more", text]];
    const files = this.#files.sendable;
    const missing = text.trim() === "" ? [{ id: "more-text", text: say("errors.more_text") }] : [];
    const long = tooLong(sections, "more-text", weight(files));
    if (!faults.report(byId("more"), [...missing, ...long, ...this.#files.faults("files-more"), ...nobody("more-to", to)])) return;
    const answersTo = lastMessage(this.#found, to);
    void this.#send({ type: "more", sections, to, files, ...(answersTo ? { answersTo } : {}), left: () => this.#emptyMore() });
  }

  #withdraw() {
    const to = guardians.chosen(byId("withdraw-to"));
    if (!faults.report(byId("withdraw"), nobody("withdraw-to", to))) return;
    views.replace({ view: "inbox", step: "open" });
    void this.#send({ type: "withdraw", sections: [], to });
  }

  /** @param {Kind} kind */
  #answer(kind) {
    const answers = this.#asked.get(kind);
    if (!answers || this.#asking === null) return;
    const { to, entry } = this.#asking;
    const [sections, choices] = [answers.sections(), answers.choices()];
    const [first] = all("[data-question]", form(kind));
    const nothing = sections.length === 0 && Object.keys(choices).length < 2; // one tells which questions were asked
    const missing = nothing && first ? [{ id: first.id, text: say("errors.answer") }] : [];
    const wrong = [...answers.faults(kind), ...tooLong(sections, first?.id ?? kind)];
    if (!faults.report(form(kind), wrong.length > 0 ? wrong : missing)) return;
    this.#asking = null;
    views.replace({ view: "inbox", step: "open" });
    const type = kind === "feedback" ? "feedback" : "more";
    void this.#send({ type, sections, to, choices, ...(entry ? { answersTo: entry.message } : {}), left: () => this.#empty(kind) });
  }

  /** @param {Message} message */
  async #send({ type, sections, to, files = [], choices, answersTo, left = () => {} }) {
    this.#showSending(true);
    const attachments = await this.#sendFiles(files);
    const root = this.#opened()?.root;
    if (!root) return this.#showSending(false); // the inbox was closed while files were leaving
    const { directory, organisation, desk } = this.#site;
    const written = letters.write({
      type,
      root,
      organisation,
      to: guardians.listed(directory, today()).flatMap(({ id, guardian }) => (to.includes(id) ? [guardian] : [])),
      exclude: [], // what the first message excluded stays excluded; the guardians' tool holds to it
      language: document.documentElement.lang.toLowerCase(),
      sections,
      attachments,
      ...(choices ? { choices } : {}),
      ...(answersTo ? { answersTo } : {}),
    });
    send(desk, written, {
      progress: "inbox-progress",
      trouble: "inbox-trouble",
      sentence: "reply.queue",
      done: (note) => {
        left();
        this.#sent(type, note);
      },
    });
  }

  /** @param {readonly import("./uploads.js").Sendable[]} files */
  #sendFiles(files) {
    const [progress, trouble, giveUp, note] = ["inbox-progress", "inbox-trouble", "inbox-give-up", "inbox-note"];
    this.#stop = new AbortController();
    return sendFiles(this.#site, files, { progress, trouble, giveUp, note, stop: this.#stop });
  }

  /** @param {boolean} on */
  #showSending(on) {
    this.#sending = on;
    this.#hold(on);
    show(byId("more"), !on);
    show(byId("inbox-other"), !on);
    show(byId("inbox-sending"), on);
    byId("inbox-sent").textContent = "";
    if (on) one("h2", byId("inbox-sending")).focus();
  }

  /**
   * @param {Message["type"]} type
   * @param {string} note
   */
  #sent(type, note) {
    this.#showSending(false);
    const sent = byId("inbox-sent");
    sent.textContent = `${say(`sent.${type}`)} ${note}`.trim();
    sent.focus();
  }

  #emptyMore() {
    textBox("more-text").value = "";
    this.#files.forget();
    this.#coach.forget();
  }

  /** @param {Kind} kind */
  #empty(kind) {
    form(kind).reset();
    for (const box of all("textarea", form(kind))) if (box instanceof HTMLTextAreaElement) box.value = "";
    this.#asked.get(kind)?.forget();
  }
}

/**
 * @param {string} id
 * @returns {HTMLFormElement}
 */
function form(id) {
  const found = byId(id);
  if (!(found instanceof HTMLFormElement)) throw new Error(`#${id} is not a form`);
  return found;
}

/**
 * @param {string} id
 * @param {() => void} submit
 */
function listen(id, submit) {
  form(id).addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
}

/**
 * @param {string} id
 * @param {string[]} to
 */
function nobody(id, to) {
  return to.length === 0 ? [{ id, text: say("errors.to") }] : [];
}

/**
 * The last reply of the one guardian addressed: what a later message answers. With several there is no one such reply.
 * @param {Found[]} found
 * @param {string[]} to
 */
function lastMessage(found, to) {
  if (to.length !== 1) return undefined;
  return found.find(({ guardian }) => b64(guardian.g) === to[0])?.replies.at(-1)?.message;
}
