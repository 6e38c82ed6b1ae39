/**
 * Numbers that lead to a person: telephone, NHS, staff and register numbers, postcodes, e-mail addresses, dates and times
 * in figures. Each text is passed over a fixed number of times, whatever stands in it.
 *
 * @typedef {import("./coach.js").Finding} Finding
 * @typedef {{ digits: string, start: number, end: number }} Group digits that stand together
 */

const MOST_GROUPS = 13; // of digits in one number, for those who put a space after each
const LEAST_DIGITS = 9;
const MOST_DIGITS = 15;
const GAP = /^[ \u00a0\u202f]?[-–().\/]?[ \u00a0\u202f]?[(]?$/;
// No look-behind: a browser of 2020 that does not know it would refuse the whole script.
const NUMERIC_DATE = /\d{1,2}([.\/-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([.\/-])\d{1,2}\2\d{1,2}/g;
const TIME = /(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?|(?:0?\d|1[0-2])(?:[.:][0-5]\d)? ?[ap]\.?m\b|(?:[01]\d|2[0-3])[0-5]\d ?(?:hours|hrs|h)\b/gi;
const POSTCODE = /[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d(?:[ABD-HJLNP-UW-Z]{2}|[abd-hjlnp-uw-z]{2})/g; // no C I K M O V at the end
const ORDINAL = /\d(?:st|nd|rd|th)$/;
const PIN = /\d{2}[A-La-l]\d{4}[A-Za-z]/g; // the nurses' register
const LABELLED = 24; // characters from a label ("staff number", "bleep") to its number
const BETWEEN = /^[\s.:#(–-]{0,3}(?:(?:no|nr|number|is|was)[\s.:#-]{0,3}){0,2}$/;
const LOCAL = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-");

/**
 * @param {string} written
 * @param {readonly string[]} labels what stands before a staff number, in lower case
 * @returns {Finding[]}
 */
export function findNumbers(written, labels) {
  const text = latinDigits(written);
  const groups = groupsOf(text);
  const numbers = [...matches(text, PIN, "number"), ...labelled(text, groups, labels)];
  const dates = [...matches(text, NUMERIC_DATE, "date").filter(isDate), ...matches(text, TIME, "time")];
  const taken = [...numbers, ...dates];
  const postcodes = matches(text, POSTCODE, "postcode").filter(({ text: code }) => !ORDINAL.test(code));
  return [...emails(text), ...joined(text, outside(groups, taken)), ...taken, ...postcodes];
}

/**
 * Arabic, Persian and Urdu figures as the ones known here, each in its place.
 * @param {string} text
 */
function latinDigits(text) {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));
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
 * What fits and stands by itself, with no letter or digit on either side.
 * @param {string} text
 * @param {RegExp} pattern
 * @param {string} kind
 * @returns {Finding[]}
 */
function matches(text, pattern, kind) {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [start, end] = [match.index, match.index + match[0].length];
    const alone = !/[\p{L}\p{N}]/u.test(text.charAt(start - 1) + text.charAt(end)) && !/^[.:\/-]?\d/.test(text.slice(end, end + 2));
    return alone && !/[.:\/-]/.test(text.charAt(start - 1)) ? [{ kind, start, end, text: match[0] }] : [];
  });
}

/**
 * The groups that no finding covers.
 * @param {readonly Group[]} groups
 * @param {readonly Finding[]} findings
 */
function outside(groups, findings) {
  const starts = new Set(findings.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, place) => start + place)));
  return groups.filter(({ start }) => !starts.has(start));
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
    let start = at;
    while (start > 0 && at - start < 64 && LOCAL.has(text.charAt(start - 1))) start--;
    const after = /^[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/u.exec(text.slice(at + 1, at + 256));
    if (start === at || !after) continue;
    const end = at + 1 + after[0].length;
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
 * NHS and telephone numbers, out of groups of digits with little between them; the longest at each place.
 * @param {string} text
 * @param {readonly Group[]} groups
 * @returns {Finding[]}
 */
function joined(text, groups) {
  const near = groups.map(({ start }, at) => {
    const end = groups[at - 1]?.end ?? -9;
    return start - end <= 4 && GAP.test(text.slice(end, start));
  });
  const found = [];
  for (let at = 0; at < groups.length; ) {
    const number = longest(text, groups, near, at);
    if (number) found.push(number.finding);
    at += number ? number.groups : 1;
  }
  return found;
}

/**
 * @param {string} text
 * @param {readonly Group[]} groups
 * @param {readonly boolean[]} near whether a group stands close to the one before
 * @param {number} at
 */
function longest(text, groups, near, at) {
  let digits = "";
  let best = null;
  const start = withPlus(text, groups[at]?.start ?? 0);
  const plus = text.slice(start, groups[at]?.start).includes("+");
  for (let count = 1; count <= MOST_GROUPS && (count === 1 || near[at + count - 1]); count++) {
    const group = groups[at + count - 1];
    if (!group || digits.length + group.digits.length > MOST_DIGITS) break;
    digits += group.digits;
    const kind = digits.length < LEAST_DIGITS ? null : kindOf(digits, plus);
    if (kind) best = { finding: { kind, start, end: group.end, text: text.slice(start, group.end) }, groups: count };
  }
  return best;
}

/**
 * @param {string} digits
 * @param {boolean} plus
 */
function kindOf(digits, plus) {
  if (plus) return "phone";
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
  if (at < 0 || (at > 0 && /[\p{L}\p{N}]/u.test(before.charAt(at - 1)))) return false;
  return BETWEEN.test(before.slice(at + label.length));
}
