/**
 * Leaving no trace: when the page is left, by whatever way, fields are emptied and secrets dropped before the browser can
 * keep a frozen copy of the page, and a page that comes back from such a copy starts anew.
 */

/** @type {(() => void)[]} */
const duties = [];

/**
 * Has something forgotten when the page is left.
 * @param {() => void} duty
 */
export function onLeaving(duty) {
  duties.push(duty);
}

/** Empties every field and drops every secret, at once. */
export function forget() {
  for (const duty of duties) duty();
  for (const form of document.forms) form.reset();
  for (const box of document.querySelectorAll("textarea")) box.value = "";
}

export function start() {
  addEventListener("pagehide", forget);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(location.pathname);
  });
}
