/**
 * An open inbox that nobody touches asks whether somebody is there, and a minute later closes itself. Where the device
 * slept meanwhile, timers come late: then the clock on the wall decides, as soon as the page shows again.
 */

const QUIET = 9 * 60_000; // milliseconds until it asks
const ANSWER = 60_000; // and until it closes

export class Idle {
  #dialog;
  #lock;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #last = 0; // when somebody was last here, in unix milliseconds
  #on = false;
  #held = false;

  /**
   * @param {HTMLElement} dialog
   * @param {() => void} lock
   */
  constructor(dialog, lock) {
    if (!(dialog instanceof HTMLDialogElement)) throw new Error("the idle warning is not a dialog");
    this.#dialog = dialog;
    this.#lock = lock;
    for (const kind of ["pointerdown", "keydown", "scroll", "input"]) {
      addEventListener(kind, () => this.#touched(), { passive: true });
    }
    document.addEventListener("visibilitychange", () => this.#shown());
    dialog.querySelector("[data-stay]")?.addEventListener("click", () => this.#stay());
    dialog.addEventListener("close", () => this.#stay());
  }

  start() {
    this.#on = true;
    this.#last = Date.now();
    this.#touched();
  }

  stop() {
    this.#on = false;
    clearTimeout(this.#timer);
    if (this.#dialog.open) this.#dialog.close();
  }

  /**
   * No closing while something is being sent.
   * @param {boolean} held
   */
  hold(held) {
    this.#held = held;
    this.#last = Date.now();
    this.#touched();
  }

  #touched() {
    if (!this.#on || this.#dialog.open) return;
    if (this.#overdue()) return this.#end(); // the first touch after a long sleep may be somebody else's
    clearTimeout(this.#timer);
    this.#last = Date.now();
    if (!this.#held) this.#timer = setTimeout(() => this.#ask(), QUIET);
  }

  #shown() {
    if (document.visibilityState === "visible" && this.#on && this.#overdue()) this.#end();
  }

  #overdue() {
    return !this.#held && this.#last > 0 && Date.now() - this.#last > QUIET + ANSWER;
  }

  #ask() {
    this.#dialog.showModal();
    this.#timer = setTimeout(() => this.#end(), ANSWER);
  }

  #end() {
    this.stop();
    this.#lock();
  }

  #stay() {
    if (this.#dialog.open) this.#dialog.close();
    this.#touched();
  }
}
