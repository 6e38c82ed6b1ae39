/**
 * The inbox: opened with a codename, in this page alone. No request tells that somebody looks, since every visit fetches
 * the whole board anyway.
 *
 * @typedef {import("./raise.js").Site} Site
 * @typedef {import("./threads.js").Found} Found
 */

import { root as deriveRoot } from "../../../crypto/codename.js";
import { b64 } from "../../../crypto/encoding.js";
import { today } from "./clock.js";
import { all, byId, copy, one, onLanguage, say, show, textBox } from "./dom.js";
import * as faults from "./faults.js";
import { onLeaving } from "./forget.js";
import * as guardians from "./guardians.js";
import { Idle } from "./idle.js";
import * as letters from "./letters.js";
import { sendFiles } from "./parcels.js";
import { codenameFault, tooLong } from "./raise.js";
import * as replies from "./replies.js";
import { Coach, Files } from "./rest_parts.js";
import { holdBack, send } from "./sending.js";
import { gather, isEmpty } from "./threads.js";
import { judge } from "./typed_codename.js";
import { weight } from "./uploads.js";
import * as views from "./views.js";

export class Inbox {
  #site;
  #body;
  #idle;
  #files;
  #coach;
  /** @type {readonly string[]} the codename's, so that they are not written into a message */ #words = [];
  #stop = new AbortController();
  /** @type {Uint8Array | null} */ #root = null;
  /** @type {Found[]} */ #found = [];
  #working = false;
  #sending = false;

  /** @param {Site} site */
  constructor(site) {
    this.#site = site;
    this.#body = byId("inbox-body");
    this.#body.replaceChildren(copy("inbox-form"));
    this.#idle = new Idle(byId("idle"), () => this.#lock());
    one('[data-step="locked"]', this.#body).addEventListener("submit", (event) => void this.#open(event));
    byId("more").addEventListener("submit", (event) => this.#more(event));
    for (const button of all("[data-lock]", this.#body)) button.addEventListener("click", () => this.#lock());
    this.#files = new Files(byId("files-more"), () => this.#site.directory.policy.attachmentMb);
    this.#coach = new Coach(textBox("more-text"), () => this.#words);
    this.#armWithdrawal();
    onLeaving(() => this.#close());
    onLanguage(() => this.#sayAgain());
    holdBack(() => this.#sending || (this.#root !== null && this.#begun()));
  }

  #begun() {
    return textBox("more-text").value !== "" || this.#files.sendable.length > 0;
  }

  /** Shows the step that fits: locked until a codename has opened it. */
  settle() {
    const step = this.#root === null ? "locked" : "open";
    for (const each of all(".step", this.#body)) show(each, each.dataset.step === step);
    return step;
  }

  /** @param {Event} event */
  async #open(event) {
    event.preventDefault();
    if (this.#working) return;
    const box = textBox("inbox-codename");
    const judged = judge(box.value, this.#site.words);
    if (!faults.report(one('[data-step="locked"]'), judged.ok ? [] : [codenameFault(box.id, judged)])) return;
    this.#working = true;
    byId("inbox-working").textContent = say("inbox.working");
    await breathe();
    const root = await deriveRoot(box.value, this.#site.organisation, this.#site.words);
    box.value = "";
    this.#words = judged.ok ? judged.words : [];
    this.#found = await gather(root, this.#site.directory, this.#site.board, today(), breathe);
    byId("inbox-working").textContent = "";
    this.#working = false;
    this.#root = root;
    this.#showAll();
    this.#idle.start();
    views.refresh();
    views.focusHeading(this.#body);
  }

  #showAll() {
    this.#sayAll();
    this.#tickThoseWhoWrote(this.#found.filter((found) => !isEmpty(found)));
  }

  /** In the language chosen now. */
  #sayAgain() {
    for (const each of all("form", this.#body)) faults.clear(each);
    if (this.#root !== null) this.#sayAll();
  }

  #sayAll() {
    const { directory } = this.#site;
    const some = this.#found.filter((found) => !isEmpty(found));
    replies.showNotices(byId("inbox-notices"), some, directory.guardians, today());
    replies.showReplies(byId("replies"), some, today());
    replies.showReceipts(byId("receipts"), some);
    show(byId("more-files"), directory.policy.attachmentMb > 0);
    show(byId("inbox-empty"), some.length === 0);
    show(byId("inbox-replies"), some.some((found) => found.replies.length > 0));
    show(byId("inbox-receipts"), some.some((found) => found.receipts.length > 0));
    guardians.describe(this.#body, directory, today());
    guardians.offer(byId("more-to"), guardians.listed(directory, today()), today());
  }

  /** @param {Found[]} some */
  #tickThoseWhoWrote(some) {
    const wrote = new Set(some.map(({ guardian }) => b64(guardian.g)));
    for (const box of all("input", byId("more-to"))) {
      if (box instanceof HTMLInputElement && !box.disabled) box.checked = wrote.has(box.dataset.g ?? "");
    }
  }

  /** @param {Event} event */
  #more(event) {
    event.preventDefault();
    const text = letters.sendable(textBox("more-text").value);
    /** @type {[string, string][]} */
    const sections = [["more", text]];
    const missing = text.trim() === "" ? [{ id: "more-text", text: say("errors.more_text") }] : [];
    const files = this.#files.sendable;
    const long = tooLong(sections, "more-text", weight(files));
    if (!faults.report(byId("more"), [...missing, ...long, ...this.#files.faults("files-more"), ...this.#nobody()])) return;
    void this.#send("more", sections, files);
  }

  #nobody() {
    return guardians.chosen(byId("more-to")).length === 0 ? [{ id: "more-to", text: say("errors.to") }] : [];
  }

  #armWithdrawal() {
    const sure = one("[data-withdraw-sure]", this.#body);
    one("[data-withdraw]", this.#body).addEventListener("click", () => {
      if (!faults.report(byId("more"), this.#nobody())) return;
      show(sure, true);
      sure.focus();
    });
    sure.addEventListener("click", () => {
      show(sure, false);
      if (faults.report(byId("more"), this.#nobody())) void this.#send("withdraw", [], []);
    });
  }

  /**
   * @param {"more" | "withdraw"} type
   * @param {[string, string][]} sections
   * @param {readonly import("./uploads.js").Sendable[]} files
   */
  async #send(type, sections, files) {
    this.#showSending(true);
    const attachments = await this.#sendFiles(files);
    if (this.#root === null) return this.#showSending(false); // the inbox was closed while files were leaving
    const to = guardians.chosen(byId("more-to"));
    const { directory, organisation, desk } = this.#site;
    const answersTo = lastMessage(this.#found, to);
    const written = letters.write({
      type,
      root: this.#root,
      organisation,
      to: guardians.listed(directory, today()).flatMap(({ id, guardian }) => (to.includes(id) ? [guardian] : [])),
      exclude: [], // what the first message excluded stays excluded; the guardians' tool holds to it
      language: document.documentElement.lang.toLowerCase(),
      sections,
      attachments,
      ...(answersTo && type === "more" ? { answersTo } : {}),
    });
    send(desk, written, {
      progress: "inbox-progress",
      trouble: "inbox-trouble",
      sentence: "reply.queue",
      done: (note) => this.#sent(note),
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
    this.#idle.hold(on);
    show(byId("more"), !on);
    show(byId("withdraw"), !on);
    show(byId("inbox-sending"), on);
    byId("inbox-sent").textContent = "";
    if (on) one("h2", byId("inbox-sending")).focus();
  }

  /** @param {string} note */
  #sent(note) {
    textBox("more-text").value = "";
    this.#files.forget();
    this.#coach.forget();
    this.#showSending(false);
    const sent = byId("inbox-sent");
    sent.textContent = `${say("reply.sent")} ${note}`.trim();
    sent.focus();
  }

  #lock() {
    this.#close();
    views.refresh();
    if (views.present().view === "inbox") views.focusHeading(this.#body);
  }

  #close() {
    this.#root?.fill(0);
    this.#root = null;
    this.#words = [];
    this.#found = [];
    this.#stop.abort();
    this.#files.forget();
    this.#coach.forget();
    this.#idle.stop();
    for (const id of ["inbox-notices", "replies", "receipts"]) byId(id).replaceChildren();
    for (const id of ["inbox-codename", "more-text"]) textBox(id).value = "";
    byId("inbox-sent").textContent = "";
  }
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

/** Lets the page draw and take input. */
function breathe() {
  return /** @type {Promise<void>} */ (new Promise((resolve) => setTimeout(resolve, 0)));
}
