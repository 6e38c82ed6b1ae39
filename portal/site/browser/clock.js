/**
 * The device's clock against the server's: keys are for days, so a clock that is days off seals to a fallback key
 * (PROTOCOL section 13), and one that is slow cannot check the directory at all. The person is told, and no report lost.
 */

const DAY = 86_400;
const SLACK = 3600; // seconds; nobody's clock is perfect
const TOO_FAR = DAY + SLACK; // a guardian tries the keys of two days around the cell's; one is left as reserve

/**
 * @param {number} now unix seconds by the device
 * @param {number} start of the server's present period, unix seconds
 * @param {number} period its length in seconds
 * @returns {"right" | "off" | "wrong"} off: keys still fit; wrong: they may not
 */
export function compare(now, start, period) {
  const behind = start - now;
  const ahead = now - (start + period);
  const difference = Math.max(behind, ahead);
  if (difference <= SLACK) return "right";
  return difference <= TOO_FAR ? "off" : "wrong";
}

/**
 * @param {number} seconds since 1970
 * @returns {number} UTC day
 */
export function dayOf(seconds) {
  return Math.floor(seconds / DAY);
}

/** Today by the device's clock, in UTC days. */
export function today() {
  return dayOf(Date.now() / 1000);
}
