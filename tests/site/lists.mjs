// The English lists of the coach, read from content as the site's page gets them.
import { readFileSync } from "node:fs";

const toml = readFileSync(new URL("../../portal/site/content/en/coach.toml", import.meta.url), "utf8");
const part = toml.slice(toml.indexOf("[lists]"));
const found = [...part.matchAll(/^([a-z_]+) = (\[[^\]]*\])/gm)].map(([, name, list]) => {
  return [name ?? "", JSON.parse((list ?? "").replace(/,\s*\]/, "]"))];
});

/** @type {import("../../portal/site/browser/coach.js").Lists} */
export const lists = Object.freeze(Object.fromEntries(found));
