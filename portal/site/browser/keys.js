/**
 * Which key a cell is sealed to, chosen when it is sealed (PROTOCOL section 13).
 *
 * @typedef {object} GuardianKeys what the verified directory offers for one guardian
 * @property {ReadonlyMap<number, Uint8Array>} epochs by UTC day
 * @property {readonly { from: number, until: number, key: Uint8Array }[]} fallbacks
 *
 * @typedef {ReadonlyMap<string, GuardianKeys>} KeyTable by g in base64
 */

/**
 * The epoch key of the day; else the fallback valid on it; else null.
 * @param {KeyTable} table
 * @param {string} g
 * @param {number} day the browser's own UTC day
 * @returns {{ key: Uint8Array, kind: "epoch" | "fallback" } | null}
 */
export function choose(table, g, day) {
  const keys = table.get(g);
  const epoch = keys?.epochs.get(day);
  if (epoch) return { key: epoch, kind: "epoch" };
  const fallback = keys?.fallbacks.find((each) => each.from <= day && day <= each.until);
  return fallback ? { key: fallback.key, kind: "fallback" } : null;
}
