/**
 * What a person sees while a message leaves, the same for a first report and for a later message: how many pieces, what
 * is in the way, and that the page must stay. The screen is kept awake, and closing asks first.
 */

import { byId, fill, say } from "./dom.js";
import { isolate } from "./foreign.js";

/** @type {Set<() => boolean>} */
const reasons = new Set();
/** @type {{ release: () => Promise<void> } | null} */
let awake = null;

/**
 * Asks before the page is left, as long as there is a reason to.
 * @param {() => boolean} reason
 */
export function holdBack(reason) {
  reasons.add(reason);
}

/** No more asking: the person has chosen to leave, or nothing is left to lose. */
export function release() {
  reasons.clear();
}

export function start() {
  addEventListener("beforeunload", (event) => {
    if ([...reasons].some((reason) => reason())) event.preventDefault();
  });
}

/**
 * @param {Pick<import("./desk.js").Desk, "post">} desk
 * @param {readonly import("./letters.js").Letter[]} letters
 * @param {{ progress: string, trouble: string, bar?: string, sentence: string, done: (note: string) => void }} shown ids, and the
 *   key of the sentence that tells the progress
 */
export function send(desk, letters, shown) {
  const names = new Map(letters.map(({ g, name }) => [g, name]));
  let now = { sent: 0, of: 0 };
  let fallbackUsed = false;
  void keepAwake();
  desk.post([...letters], {
    onProgress(sent, of, fallback) {
      now = { sent, of };
      fallbackUsed ||= fallback;
      byId(shown.progress).textContent = say(sent === 0 ? "send.first" : shown.sentence, now);
      byId(shown.trouble).textContent = fallbackUsed ? say("send.fallback") : "";
      fill(shown.bar, sent / of);
    },
    onTrouble(why) {
      byId(shown.trouble).textContent = why === "none" ? (fallbackUsed ? say("send.fallback") : "") : tell(why, now);
    },
    onUnreachable(g) {
      byId(shown.trouble).textContent = say("send.unreachable", { name: isolate(names.get(g) ?? "") });
    },
    onDone() {
      void letSleep();
      shown.done(fallbackUsed ? say("send.fallback") : "");
    },
  });
}

/**
 * @param {"offline" | "busy" | "refused" | "stopped"} why
 * @param {{ sent: number, of: number }} now
 */
function tell(why, now) {
  if (why === "offline") return say(now.sent === 0 ? "send.offline" : "send.offline_part", now);
  return say(`send.${why}`);
}

/** Asks the system not to sleep. Where it will not, the page has said to keep the device awake. */
async function keepAwake() {
  const lock = /** @type {any} */ (navigator).wakeLock;
  awake = lock ? await lock.request("screen").catch(() => null) : null;
}

async function letSleep() {
  await awake?.release();
  awake = null;
}
