/**
 * What the words of a text tell: names after titles, roles that one person has, sentences that only one person could
 * write, words of dates, and the own codename. The words to look for are content, one list per language.
 *
 * @typedef {{ raw: string, word: string, start: number, end: number }} Word `word` is in lower case
 * @typedef {import("./coach.js").Finding} Finding
 * @typedef {Readonly<Record<"titles" | "jobs" | "not_names" | "only" | "roles" | "days" | "months" | "times", readonly string[]>>} Lists
 */

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;
const NAME_LENGTH = 3; // words of a name that are shown

/**
 * @param {string} text
 * @returns {Word[]}
 */
export function wordsOf(text) {
  return [...text.matchAll(WORD)].map((match) => {
    const raw = match[0];
    return { raw, word: raw.toLowerCase().replaceAll("’", "'"), start: match.index, end: match.index + raw.length };
  });
}

/**
 * @param {string} text
 * @param {readonly Word[]} words
 * @param {Lists} lists
 * @param {readonly string[]} codename
 * @returns {Finding[]}
 */
export function findWords(text, words, lists, codename) {
  return [
    ...names(text, words, lists),
    ...phrases(text, words, lists.only, "only"),
    ...phrases(text, words, lists.roles, "role"),
    ...phrases(text, words, lists.days, "date"),
    ...phrases(text, words, lists.times, "time"),
    ...dates(text, words, new Set(lists.months)),
    ...ownCodename(text, words, codename),
  ];
}

/**
 * @param {string} kind
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {Finding}
 */
function finding(kind, text, start, end) {
  return { kind, start, end, text: text.slice(start, end) };
}

/**
 * "Mr Smith", "dr smith", "Sister Ann"; not "the dr said" and not "sister ward".
 * @param {string} text
 * @param {readonly Word[]} words
 * @param {Lists} lists
 */
function names(text, words, lists) {
  const [titles, jobs, others] = [new Set(lists.titles), new Set(lists.jobs), new Set([...lists.not_names, ...lists.jobs])];
  const found = [];
  for (const [at, { word, start }] of words.entries()) {
    const title = titles.has(word);
    if (!title && !jobs.has(word)) continue;
    let last = at;
    while (last - at < NAME_LENGTH && follows(text, words, last) && isName(words[last + 1], title && last === at, others)) last++;
    if (last > at) found.push(finding("name", text, start, /** @type {Word} */ (words[last]).end));
  }
  return found;
}

/**
 * Whether the next word belongs to the same line and sentence; a dot after a title or an initial ends neither.
 * @param {string} text
 * @param {readonly Word[]} words
 * @param {number} at
 */
function follows(text, words, at) {
  const [one, next] = [words[at], words[at + 1]];
  if (one === undefined || next === undefined || next.start - one.end > 3) return false;
  const apart = text.slice(one.end, next.start);
  return /^(?:[ \u00a0]{1,2}|-)$/.test(apart) || (one.raw.length <= 4 && /^\.[ \u00a0]{0,2}$/.test(apart));
}

/**
 * @param {Word | undefined} word
 * @param {boolean} anyCase after an unmistakable title people leave capitals out
 * @param {ReadonlySet<string>} others words that are no names
 */
function isName(word, anyCase, others) {
  if (word === undefined || others.has(word.word) || /^\p{N}/u.test(word.raw)) return false;
  return anyCase || /^\p{Lu}/u.test(word.raw);
}

/**
 * Phrases of a list, whatever stands between their words but the end of a sentence; the longest at each place.
 * @param {string} text
 * @param {readonly Word[]} words
 * @param {readonly string[]} list
 * @param {string} kind
 */
function phrases(text, words, list, kind) {
  const wanted = byFirstWord(list);
  const found = [];
  for (let at = 0; at < words.length; at++) {
    const length = longest(text, words, at, wanted.get(words[at]?.word ?? "") ?? []);
    if (length === 0) continue;
    found.push(finding(kind, text, /** @type {Word} */ (words[at]).start, /** @type {Word} */ (words[at + length - 1]).end));
    at += length - 1;
  }
  return found;
}

/** @param {readonly string[]} list */
function byFirstWord(list) {
  /** @type {Map<string, string[][]>} */
  const wanted = new Map();
  for (const phrase of list) {
    const parts = wordsOf(phrase).map(({ word }) => word);
    const first = parts[0];
    if (first !== undefined) wanted.set(first, [...(wanted.get(first) ?? []), parts]);
  }
  return wanted;
}

/**
 * @param {string} text
 * @param {readonly Word[]} words
 * @param {number} at
 * @param {readonly string[][]} wanted
 */
function longest(text, words, at, wanted) {
  const lengths = wanted.filter((parts) => parts.every((part, place) => words[at + place]?.word === part)).map((parts) => parts.length);
  const most = Math.max(0, ...lengths);
  const [first, last] = [words[at], words[at + most - 1]];
  if (!first || !last || last.end - first.start > 200) return 0;
  return /[.!?]|\n\s*\n/.test(text.slice(first.start, last.end)) ? 0 : most;
}

/**
 * A month beside a day: "12 March", "3rd of March 2024", "March the 12th". A month that is listed with a capital counts
 * only with it, as "May" does.
 * @param {string} text
 * @param {readonly Word[]} words
 * @param {ReadonlySet<string>} months
 */
function dates(text, words, months) {
  const found = [];
  for (const [at, { raw, word }] of words.entries()) {
    if (!months.has(word) && !months.has(raw)) continue;
    const before = [at - 1, at - 2].find((place) => isDay(words[place]) && between(words, place, at));
    const after = [at + 1, at + 2].find((place) => isDay(words[place]) && between(words, at, place));
    if (before === undefined && after === undefined) continue;
    const [first, last] = [words[before ?? at], words[after ?? at]];
    if (first && last && last.end - first.start < 40) found.push(finding("date", text, first.start, last.end));
  }
  return found;
}

/** @param {Word | undefined} word */
function isDay(word) {
  return word !== undefined && /^(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|af|ail|ydd|ed|fed|eg)?$/.test(word.word);
}

/**
 * Whether at most one short word stands between two places.
 * @param {readonly Word[]} words
 * @param {number} from
 * @param {number} to
 */
function between(words, from, to) {
  return to - from === 1 || (words[from + 1]?.word.length ?? 9) <= 3;
}

/**
 * Three or more of the codename's words, one after the other as they stand in it.
 * @param {string} text
 * @param {readonly Word[]} words
 * @param {readonly string[]} codename
 */
function ownCodename(text, words, codename) {
  const found = [];
  for (let at = 0; at < words.length; at++) {
    const place = codename.indexOf(words[at]?.word ?? "");
    let run = 0;
    while (place >= 0 && place + run < codename.length && words[at + run]?.word === codename[place + run]) run++;
    if (run < 3) continue;
    found.push(finding("codename", text, /** @type {Word} */ (words[at]).start, /** @type {Word} */ (words[at + run - 1]).end));
    at += run - 1;
  }
  return found;
}
