/**
 * What the second script (rest.js) has left for the first. Without it the page fails closed: reading from nothing throws,
 * and no form appears.
 */

const { candourRest } = /** @type {{ candourRest: typeof import("./rest.js").parts }} */ (/** @type {unknown} */ (globalThis));

export const { Coach, Files, languages, learning, sum } = candourRest;
