/**
 * An open inbox that nobody touches asks whether somebody is there, and a minute later closes itself.
 */

const QUIET = 9 * 60_000; // milliseconds until it asks
const ANSWER = 60_000; // and until it closes

export class Idle {
  #dialog;
  #lock;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
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
    dialog.querySelector("[data-stay]")?.addEventListener("click", () => this.#stay());
    dialog.addEventListener("close", () => this.#stay());
  }

  start() {
    this.#on = true;
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
    this.#touched();
  }

  #touched() {
    if (!this.#on || this.#dialog.open) return;
    clearTimeout(this.#timer);
    if (!this.#held) this.#timer = setTimeout(() => this.#ask(), QUIET);
  }

  #ask() {
    this.#dialog.showModal();
    this.#timer = setTimeout(() => {
      this.stop();
      this.#lock();
    }, ANSWER);
  }

  #stay() {
    if (this.#dialog.open) this.#dialog.close();
    this.#touched();
  }
}
