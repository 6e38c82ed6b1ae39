/**
 * When the sender's slots come (PROTOCOL section 14). Drawn from randomness alone: nothing the person does, and no
 * answer of the server, is an argument here.
 */

export const DEFAULT_SLOT = 5000; // milliseconds, until a verified policy says otherwise
const CALM_AFTER = 30 * 60 * 1000;
const CALM_FACTOR = 4;
const LONGEST = 6;

/**
 * The mean wait in milliseconds, for a page open this long.
 * @param {number} slot mean of the policy, in milliseconds
 * @param {number} open milliseconds since the page was opened
 */
export function mean(slot, open) {
  return open < CALM_AFTER ? slot : slot * CALM_FACTOR;
}

/**
 * One wait: a fifth of the mean, and an exponential for the rest, at most six means.
 * @param {number} m mean in milliseconds
 * @param {number} uniform random, above 0 and at most 1
 */
export function wait(m, uniform) {
  return Math.min(m / 5 - ((4 * m) / 5) * Math.log(uniform), LONGEST * m);
}
