// What a vector gives: JSON, in which bytes are base64url or a recipe. crypto/vectors/README.md lists the recipes.
// It has its own base64, so that a fault in the code under test cannot hide itself here.

/** @typedef {string | Record<string, any>} Recipe */

/** The input of one test. */
export class Given {
  /**
   * @param {Record<string, any>} values
   * @param {Record<string, Recipe>} data
   * @param {Map<string, Uint8Array>} sealed what `sealAll` made
   */
  constructor(values, data, sealed) {
    this.values = values;
    this.data = data;
    this.sealed = sealed;
  }

  /** A value that is bytes. @param {string} key */
  raw(key) {
    return this.make(this.values[key]);
  }

  /** A value that is an array of bytes. @param {string} key @returns {Uint8Array[]} */
  many(key) {
    return this.values[key].map((/** @type {Recipe} */ each) => this.make(each));
  }

  /** An object within the input. @param {Record<string, any>} values */
  inner(values) {
    return new Given(values, this.data, this.sealed);
  }

  /** The bytes of base64url or of a recipe. @param {Recipe} recipe @returns {Uint8Array} */
  make(recipe) {
    if (typeof recipe === "string") return fromBase64(recipe);
    const [[name, details] = []] = Object.entries(recipe);
    switch (name) {
      case "utf8":
        return new TextEncoder().encode(details);
      case "ref":
        return this.make(/** @type {Recipe} */ (this.data[details]));
      case "join":
        return joined(details.map((/** @type {Recipe} */ each) => this.make(each)));
      case "fill":
        return new Uint8Array(details[1]).fill(details[0]);
      case "slice":
        return this.make(details[0]).slice(details[1], details[2]);
      case "xor":
        return changed(this.make(details[0]), details[1], details[2]);
      case "gcm":
        return /** @type {Uint8Array} */ (this.sealed.get(JSON.stringify(recipe)));
      default:
        throw new Error(`no recipe: ${JSON.stringify(recipe)}`);
    }
  }
}

/**
 * Follows every "gcm" recipe within a value: WebCrypto, which alone is fast everywhere, is asynchronous.
 * @param {any} value
 * @param {Map<string, Uint8Array>} sealed is added to
 */
export async function sealAll(value, sealed) {
  if (typeof value !== "object" || value === null) return;
  if ("gcm" in value) {
    const name = JSON.stringify(value);
    if (!sealed.has(name)) sealed.set(name, await gcm(new Given(value.gcm, {}, sealed)));
    return;
  }
  for (const each of Object.values(value)) await sealAll(each, sealed);
}

/** @param {Given} given */
async function gcm(given) {
  const own = (/** @type {string} */ key) => new Uint8Array(given.raw(key));
  const key = await crypto.subtle.importKey("raw", own("key"), "AES-GCM", false, ["encrypt"]);
  const parameters = { name: "AES-GCM", iv: own("nonce"), additionalData: own("aad") };
  return new Uint8Array(await crypto.subtle.encrypt(parameters, key, own("plaintext")));
}

/** A text as it stands, or {"repeat": [text, count]}. @param {any} recipe @returns {string} */
export function text(recipe) {
  return typeof recipe === "string" ? recipe : recipe.repeat[0].repeat(recipe.repeat[1]);
}

/**
 * A result as JSON: bytes in base64url, maps as objects, what is undefined left out.
 * @param {any} value
 * @returns {any}
 */
export function shown(value) {
  if (value instanceof Uint8Array) return toBase64(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined).map(([key, each]) => [key, shown(each)]));
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** @param {Uint8Array} data @param {number} at @param {number} mask */
function changed(data, at, mask) {
  const copy = new Uint8Array(data);
  const place = at < 0 ? copy.length + at : at;
  copy[place] = Number(copy[place]) ^ mask;
  return copy;
}

/** @param {string} spelled */
function fromBase64(spelled) {
  const binary = atob(spelled.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} data */
function toBase64(data) {
  const pieces = [];
  for (let at = 0; at < data.length; at += 3072) pieces.push(btoa(String.fromCharCode(...data.subarray(at, at + 3072))));
  return pieces.join("").replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
