/**
 * Which form of a sentence a number takes, by the rules of the Unicode CLDR. Ours are written out, since a browser may
 * not know Welsh; for a language that a steward has added, the browser is asked.
 */

/** @type {Readonly<Record<string, (count: number) => string>>} */
const RULES = Object.freeze({
  en: (count) => (count === 1 ? "one" : "other"),
  cy: (count) => ["zero", "one", "two", "few", "other", "other", "many"][count] ?? "other",
  pl: (count) => (count === 1 ? "one" : fits(count % 10, 2, 4) && !fits(count % 100, 12, 14) ? "few" : "many"),
  ar: (count) => ["zero", "one", "two"][count] ?? (fits(count % 100, 3, 10) ? "few" : fits(count % 100, 11, 99) ? "many" : "other"),
});

/**
 * @param {string} language tag
 * @param {number} count whole, 0 or more
 * @returns {string} "zero", "one", "two", "few", "many" or "other"
 */
export function form(language, count) {
  const rule = RULES[language.split("-")[0] ?? ""];
  return rule ? rule(count) : new Intl.PluralRules(language).select(count);
}

/**
 * @param {number} number
 * @param {number} least
 * @param {number} most
 */
function fits(number, least, most) {
  return number >= least && number <= most;
}
