/**
 * Runs before anything is drawn, and does one thing: says that scripts run here, and which view the address names, so that
 * the style shows that one alone, and nothing on the page moves when the other scripts come. (The style's own way to know,
 * `:target`, comes too late.) Without this script the page only jumps.
 *
 * If the page's own scripts have not come by the time that all have been tried, it takes its word back, and the page is the
 * one that people without scripts read.
 */

const page = document.documentElement;

function name() {
  page.dataset.early = /^#[a-z]+/.exec(location.hash)?.[0].slice(1) ?? "home";
}

name();
addEventListener("hashchange", name);
addEventListener("load", () => {
  if (page.dataset.state) return;
  removeEventListener("hashchange", name);
  delete page.dataset.early;
});
