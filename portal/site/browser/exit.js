/**
 * "Exit this page": leads away at once, to a neutral page, and forgets first. The page's own entry in the history is
 * replaced; what the browser wrote down before stays, and the home view says so. Shift three times does the same.
 */

import { byId, say } from "./dom.js";
import { forget } from "./forget.js";

const PRESSES = 3;
const WITHIN = 5000; // milliseconds

/** @param {() => void} release ends whatever would ask "leave this page?" */
export function start(release) {
  const link = byId("exit");
  if (!(link instanceof HTMLAnchorElement)) throw new Error("#exit is not a link");
  const leave = () => {
    byId("exit-status").textContent = say("exit.leaving");
    release();
    forget();
    document.body.hidden = true;
    location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  countShifts(leave);
}

/** @param {() => void} leave */
function countShifts(leave) {
  let count = 0;
  let alone = false; // a Shift that made a capital letter does not count
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const reset = () => {
    count = 0;
    byId("exit-status").textContent = "";
  };
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift";
    if (!alone) reset();
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    clearTimeout(timer);
    timer = setTimeout(reset, WITHIN);
    count += 1;
    if (count === PRESSES) leave();
    else byId("exit-status").textContent = say("exit.counted", { count });
  });
}
