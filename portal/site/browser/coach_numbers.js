/**
 * Numbers that lead to a person: telephone, NHS, staff and register numbers, postcodes, e-mail addresses, dates and times
 * in figures. Each text is passed over a fixed number of times, whatever stands in it.
 *
 * @typedef {import("./coach.js").Finding} Finding
 * @typedef {{ digits: string, start: number, end: number }} Group digits that stand together
 */

const MOST_GROUPS = 6; // of digits in one number
const GAP = /^[ \u00a0\u202f]?[-–().\/]?[ \u00a0\u202f]?[(]?$/;
const NUMERIC_DATE = /(?<![\d.\/-])(?:\d{1,2}([.\/-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([.\/-])\d{1,2}\2\d{1,2})(?![\d\/-])/g;
const TIME = /(?<![\d:.])(?:(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?! ?mg)|(?:0?\d|1[0-2])(?:[.:][0-5]\d)? ?[ap]\.?m\b|(?:[01]\d|2[0-3])[0-5]\d ?(?:hours|hrs|h)\b)/gi;
const POSTCODE = /(?<![A-Za-z\d])(?:[A-Z]{1,2}\d[A-Z\d]?|[a-z]{1,2}\d[a-z\d]?)( ?)\d(?:[ABD-HJLNP-UW-Z]{2}|[abd-hjlnp-uw-z]{2})(?![A-Za-z\d])/g;
const ORDINAL = /\d(?:st|nd|rd|th)$/;
const PIN = /(?<![A-Za-z\d])\d{2}[A-La-l]\d{4}[A-Za-z](?![A-Za-z\d])/g; // the nurses' register
const LABELLED = 24; // characters from a label ("staff number", "bleep") to its number

/**
 * @param {string} text
 * @param {readonly string[]} labels what stands before a staff number, in lower case
 * @returns {Finding[]}
 */
export function findNumbers(text, labels) {
  const groups = groupsOf(text);
  const numbers = [...matches(text, PIN, "number"), ...labelled(text, groups, labels)];
  const dates = [...matches(text, NUMERIC_DATE, "date").filter(isDate), ...matches(text, TIME, "time")];
  const taken = [...numbers, ...dates];
  const free = groups.filter((group) => !taken.some(({ start, end }) => group.start < end && start < group.end));
  const postcodes = matches(text, POSTCODE, "postcode").filter(({ text: code }) => !ORDINAL.test(code));
  return [...emails(text), ...joined(text, taken.length > 200 ? groups : free), ...taken, ...postcodes];
}

/**
 * The check digit of ten digits by weights 10 to 2. One random number in eleven passes, so this only ever warns.
 * @param {string} digits
 */
export function isNhsNumber(digits) {
  if (!/^\d{10}$/.test(digits) || /^(\d)\1{9}$/.test(digits)) return false;
  const sum = [...digits.slice(0, 9)].reduce((total, digit, place) => total + Number(digit) * (10 - place), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === Number(digits[9]);
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {string} kind
 * @returns {Finding[]}
 */
function matches(text, pattern, kind) {
  return [...text.matchAll(pattern)].map((match) => {
    return { kind, start: match.index, end: match.index + match[0].length, text: match[0] };
  });
}

/** @param {Finding} found */
function isDate({ text }) {
  const parts = text.split(/[.\/-]/).map(Number);
  const [day, month] = text.length > 7 && /^\d{4}/.test(text) ? [parts[2], parts[1]] : [parts[0], parts[1]];
  const fits = (/** @type {number | undefined} */ one, /** @type {number} */ most) => one !== undefined && one >= 1 && one <= most;
  return (fits(day, 31) && fits(month, 12)) || (fits(day, 12) && fits(month, 31));
}

/**
 * Around each "@": what may stand before it, and a name with a dot behind it.
 * @param {string} text
 * @returns {Finding[]}
 */
function emails(text) {
  const found = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const before = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}$/u.exec(text.slice(Math.max(0, at - 64), at));
    const after = /^[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/u.exec(text.slice(at + 1, at + 256));
    if (!before || !after) continue;
    const [start, end] = [at - before[0].length, at + 1 + after[0].length];
    found.push({ kind: "email", start, end, text: text.slice(start, end) });
  }
  return found;
}

/**
 * @param {string} text
 * @returns {Group[]}
 */
function groupsOf(text) {
  return [...text.matchAll(/\d+/g)].map((match) => {
    return { digits: match[0], start: match.index, end: match.index + match[0].length };
  });
}

/**
 * NHS and telephone numbers, out of up to six groups of digits with little between them; the longest at each place.
 * @param {string} text
 * @param {readonly Group[]} groups
 * @returns {Finding[]}
 */
function joined(text, groups) {
  const found = [];
  for (let at = 0; at < groups.length; ) {
    const number = longest(text, groups, at);
    if (number) found.push(number.finding);
    at += number ? number.groups : 1;
  }
  return found;
}

/**
 * @param {string} text
 * @param {readonly Group[]} groups
 * @param {number} at
 */
function longest(text, groups, at) {
  let digits = "";
  let best = null;
  for (let count = 1; count <= MOST_GROUPS; count++) {
    const [group, before] = [groups[at + count - 1], groups[at + count - 2]];
    if (!group || digits.length + group.digits.length > 15) break;
    if (count > 1 && before && !(group.start - before.end <= 4 && GAP.test(text.slice(before.end, group.start)))) break;
    digits += group.digits;
    const start = withPlus(text, groups[at]?.start ?? 0);
    const kind = kindOf(digits, text.slice(start, groups[at]?.start).includes("+"));
    if (kind) best = { finding: { kind, start, end: group.end, text: text.slice(start, group.end) }, groups: count };
  }
  return best;
}

/**
 * @param {string} digits
 * @param {boolean} plus
 */
function kindOf(digits, plus) {
  if (plus) return digits.length >= 9 ? "phone" : null;
  if (/^00[1-9]\d{8,12}$/.test(digits) || /^0[1-35789]\d{8,9}$/.test(digits)) return isNhsNumber(digits) ? "nhs" : "phone";
  return isNhsNumber(digits) ? "nhs" : null;
}

/**
 * Where a number starts that begins with "+", "(" or both.
 * @param {string} text
 * @param {number} start
 */
function withPlus(text, start) {
  const before = /(?:\+ ?\(?|\()$/.exec(text.slice(Math.max(0, start - 3), start));
  return before ? start - before[0].length : start;
}

/**
 * "bleep 2271", "GMC no. 7012345": a number soon after a label.
 * @param {string} text
 * @param {readonly Group[]} groups
 * @param {readonly string[]} labels
 * @returns {Finding[]}
 */
function labelled(text, groups, labels) {
  const lower = labels.map((label) => label.toLowerCase());
  return groups.flatMap(({ digits, start, end }) => {
    if (digits.length < 3) return [];
    const before = text.slice(Math.max(0, start - LABELLED), start).toLowerCase();
    const label = lower.find((each) => endsWithLabel(before, each));
    if (label === undefined) return [];
    const from = Math.max(0, start - LABELLED) + before.lastIndexOf(label);
    return [{ kind: "number", start: from, end, text: text.slice(from, end) }];
  });
}

/**
 * @param {string} before
 * @param {string} label
 */
function endsWithLabel(before, label) {
  const at = before.lastIndexOf(label);
  if (at < 0 || (at > 0 && /[\p{L}\p{N}]/u.test(before[at - 1] ?? ""))) return false;
  return /^(?: ?(?:no|nr|number|is|was|:|\.|#|-|–|\(|[a-z]{0,2}))*\s?$/.test(before.slice(at + label.length));
}
