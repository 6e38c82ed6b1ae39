/**
 * Files before words: sends the files of a message, tells how they fare, and gives the manifests that the message names
 * them by. Whatever happens to the files, the words can go: the person may give the files up at any time.
 */

import { CandourError } from "../../../crypto/errors.js";
import { byId, fill, say, show } from "./dom.js";
import { GivenUp, upload } from "./uploads.js";
import { put } from "./wire.js";

/**
 * @typedef {object} Shown ids of where it is told
 * @property {string} progress
 * @property {string} trouble
 * @property {string} [bar]
 * @property {string} giveUp a button
 * @property {string} note stays when the words are being sent
 * @property {AbortController} stop ends it, as the button does
 */

/**
 * The manifests of the files sent; none when they were given up, or when one changed meanwhile.
 * @param {import("./raise.js").Site} site
 * @param {readonly import("./uploads.js").Sendable[]} files
 * @param {Shown} shown
 * @returns {Promise<import("../../../crypto/attachment.js").Manifest[]>}
 */
export async function sendFiles({ organisation, desk }, files, shown) {
  byId(shown.note).textContent = "";
  if (files.length === 0) return [];
  const { stop } = shown;
  const button = byId(shown.giveUp);
  const giveUp = () => stop.abort();
  button.addEventListener("click", giveUp, { once: true });
  show(button, true);
  try {
    return await upload(files, organisation, desk.lastPrice, { put, sleep: sleeper(stop.signal), random }, told(shown), stop.signal);
  } catch (error) {
    byId(shown.note).textContent = say(reason(error));
    return [];
  } finally {
    button.removeEventListener("click", giveUp);
    show(button, false);
    byId(shown.trouble).textContent = "";
  }
}

/**
 * Why the files do not go with the words. What is neither the person's will nor the file's fault is a fault of this page.
 * @param {unknown} error
 */
function reason(error) {
  if (error instanceof GivenUp) return "files.gave_up";
  if (error instanceof CandourError || error instanceof DOMException) return "files.broken"; // it changed, or went away
  throw error;
}

/** @param {Shown} shown */
function told(shown) {
  return {
    onChunk(/** @type {number} */ done, /** @type {number} */ of) {
      byId(shown.trouble).textContent = "";
      byId(shown.progress).textContent = say(done === 0 ? "files.sending_first" : "files.sending", { done, of });
      fill(shown.bar, done / of);
    },
    onTrouble(/** @type {number} */ status) {
      const why = status === 0 ? "offline" : status === 429 || status === 503 ? "busy" : "refused";
      byId(shown.trouble).textContent = say(`files.${why}`);
    },
  };
}

/**
 * Pauses that end at once when the person gives up.
 * @param {AbortSignal} stop
 */
function sleeper(stop) {
  return (/** @type {number} */ milliseconds) => {
    return /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        stop.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
      })
    );
  };
}

function random() {
  const [chance = 0] = crypto.getRandomValues(new Uint32Array(1));
  return chance / 2 ** 32;
}
