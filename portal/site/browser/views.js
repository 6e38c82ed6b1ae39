/**
 * Views are sections of one document. Which one is read must show nowhere but on the screen: a fragment is read on
 * arrival and taken out of the address at once, and the browser's history, which is written to disk, gets nothing but a
 * number for each step. What the numbers mean is kept here, in memory, so that the back button works while the page lives.
 *
 * The title never changes, since browsers keep titles in their history; each view's name is in its h1, which takes the
 * focus (WCAG 2.4.2 asks for a title that describes the page: it describes the whole site).
 *
 * @typedef {{ view: string, step: string }} Place
 */

import { all, byId, one } from "./dom.js";

const HOME = Object.freeze({ view: "home", step: "" });

/** @type {Place[]} */
const places = [];
/** @type {(place: Place) => Place} */
let settle = (place) => place;
/** @type {Place} */
let now = HOME;

/**
 * Takes over the document's navigation and shows the view that the address asks for.
 * @param {(place: Place) => Place} settler says which place is really shown, and readies it
 */
export function start(settler) {
  settle = settler;
  replace({ view: asked() ?? "home", step: "" }, false);
  addEventListener("popstate", (event) => returnTo(event.state));
  addEventListener("hashchange", arrive);
  document.addEventListener("click", follow);
}

/**
 * Goes to a view, or to a step of it, as a link would.
 * @param {string} view
 * @param {string} [step]
 */
export function go(view, step = "") {
  places.push({ view, step });
  history.pushState(places.length - 1, "", location.pathname);
  display({ view, step }, true);
}

/**
 * Shows a place instead of the present one, so that going back does not lead to it again.
 * @param {Place} place
 * @param {boolean} [focus]
 */
export function replace(place, focus = true) {
  places.push(place);
  history.replaceState(places.length - 1, "", location.pathname);
  display(place, focus);
}

/** Shows the present place anew, after its content has changed. */
export function refresh() {
  display(now, false);
}

/** @returns {Place} */
export function present() {
  return now;
}

/**
 * Moves the focus to the heading that shows, as a new page would.
 * @param {HTMLElement} within
 */
export function focusHeading(within) {
  const heading = all("h1", within).find((each) => each.checkVisibility?.() ?? each.offsetParent !== null);
  heading?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** The view named by the address's fragment, if there is such a view. */
function asked() {
  const name = location.hash.slice(1).split("/")[0] ?? "";
  return /^[a-z]+$/.test(name) && document.querySelector(`section.view#${name}`) ? name : null;
}

/** A fragment typed into the address, or followed from elsewhere. */
function arrive() {
  if (location.hash === "") return;
  replace({ view: asked() ?? now.view, step: "" });
}

/** @param {unknown} state */
function returnTo(state) {
  if (location.hash !== "") return; // `arrive` comes next
  // A number from before a reload means nothing any more: home.
  display((typeof state === "number" ? places[state] : undefined) ?? HOME, true);
}

/** @param {MouseEvent} event */
function follow(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.view) go(link.dataset.view);
  else byId(link.hash.slice(1)).focus();
}

/**
 * @param {Place} place
 * @param {boolean} focus
 */
function display(place, focus) {
  now = settle(place);
  for (const section of all("section.view")) section.classList.toggle("now", section.id === now.view);
  if (focus) focusHeading(one(`section#${now.view}`));
}
