/**
 * Copies what draws, and what that needs, into a new list of objects. What nothing asks for is never looked at, so older
 * versions and hidden parts stay behind.
 *
 * @typedef {import("./objects.js").Value} Value
 * @typedef {import("./objects.js").Dictionary} Dictionary
 * @typedef {import("../reader.js").Part} Part
 */

import { stripJpeg } from "../jpeg.js";
import { stripJpx } from "../jpx.js";
import { Damaged, must } from "../reader.js";
import { MOST } from "./budget.js";
import { tidied } from "./content.js";
import { DRAWS, tells } from "./drawing.js";
import { unpack } from "./filters.js";
import { Name, Reference, Stream, Text, dictionaryOf, isCount, nameOf } from "./objects.js";
import { stream, written } from "./write.js";

const KNOWN = new Set(["FlateDecode", "LZWDecode", "ASCII85Decode", "ASCIIHexDecode", "RunLengthDecode", "CCITTFaxDecode", "JBIG2Decode"]);
const PHOTOS = Object.freeze({ DCTDecode: (/** @type {Blob} */ file) => stripJpeg(file, false), JPXDecode: stripJpx });
const DEVICES = new Map([[1, "DeviceGray"], [3, "DeviceRGB"], [4, "DeviceCMYK"]]); // prettier-ignore
const WITH_TEXT = new Set(["space", "system", "characters"]);
const MOST_COLOURS = 32;
const LARGE = 262_144;
const LAYER = dictionaryOf({ Type: new Name("OCG"), Name: new Text(Uint8Array.of(0x4c)) });

export class Copier {
  /** @type {Part[][]} */ objects = [];
  /** @type {Set<string>} */ removed = new Set();
  /** New numbers of layers by their old ones. @type {Map<number, number>} */ layers = new Map();
  photos = false;
  /** @type {Map<string, number>} New numbers by old ones and roles. */ #made = new Map();
  /** @type {{ number: number, value: Value, role: string }[]} */ #waiting = [];

  /** @param {import("./document.js").Document} document */
  constructor(document) {
    this.document = document;
  }

  /** A number for an object that is written later. */
  reserve() {
    must(this.objects.length < MOST.objects, "too many objects");
    return this.objects.push([]);
  }

  /** @param {number} number @param {Part[]} parts */
  write(number, parts) {
    this.objects[number - 1] = parts;
  }

  /**
   * A value with only what draws; what it points at is copied when its turn comes.
   * @param {Value | undefined} value
   * @param {string} role of drawing.js
   * @returns {Promise<Value>}
   */
  async copied(value, role) {
    this.document.budget.value(value instanceof Text ? 2 * value.bytes.length : value instanceof Name ? value.name.length : 1);
    if (value instanceof Reference) return this.#pointed(value, role);
    if (Array.isArray(value)) return this.#list(value, role);
    if (value instanceof Map) return this.#dictionary(value, role);
    must(!(value instanceof Stream), "a stream inside");
    if (value instanceof Text && !WITH_TEXT.has(role)) return this.#without("other");
    return value ?? null;
  }

  /** Everything that has been pointed at. */
  async finish() {
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) {
      await this.document.budget.breathe();
      const { number, value, role } = next;
      if (value instanceof Stream) this.write(number, await this.#stream(value, role));
      else this.write(number, [written(await this.copied(value, role))]);
    }
  }

  /**
   * @param {Reference} reference
   * @param {string} role
   */
  async #pointed(reference, role) {
    const value = await this.document.follow(reference);
    if (value === null || typeof value !== "object" || value instanceof Name || value instanceof Text) return this.copied(value, role);
    if (role === "layer" && value instanceof Map && nameOf(value.get("Type")) === "OCG") return this.#layer(reference.number);
    if (Array.isArray(value) && isProfiled(value)) return this.#device(value);
    if (value instanceof Stream && role === "plain") return this.#without("other");
    const key = `${reference.number} ${role}`;
    const known = this.#made.get(key);
    if (known !== undefined) return new Reference(known);
    const number = this.reserve();
    this.#made.set(key, number);
    this.#waiting.push({ number, value, role });
    return new Reference(number);
  }

  /** @param {string} what */
  #without(what) {
    this.removed.add(what);
    return null;
  }

  /** A layer keeps that it is one, not its name, its language and who made it. @param {number} old */
  #layer(old) {
    const known = this.layers.get(old) ?? this.reserve();
    this.layers.set(old, known);
    this.write(known, [written(LAYER)]);
    return new Reference(known);
  }

  /**
   * @param {Value[]} list
   * @param {string} role
   * @returns {Promise<Value>}
   */
  async #list(list, role) {
    if (isProfiled(list)) return this.#device(list);
    const items = [];
    for (const each of list) {
      if (typeof each !== "number") items.push(await this.copied(each, role));
      else {
        this.document.budget.value(1);
        items.push(each);
      }
    }
    return items;
  }

  /** A profile of colours names a screen or a printer, its maker and a date. @param {Value[]} list */
  async #device(list) {
    const profile = await this.document.follow(list[1]);
    must(profile instanceof Stream, "a profile");
    const name = DEVICES.get(/** @type {number} */ (await this.document.follow(profile.dictionary.get("N"))));
    must(name, "a profile");
    this.removed.add("colour");
    return new Name(name);
  }

  /**
   * @param {Dictionary} dictionary
   * @param {string} role
   * @returns {Promise<Value>}
   */
  async #dictionary(dictionary, role) {
    if (role === "layer" && nameOf(dictionary.get("Type")) !== "OCMD") return null;
    const draws = DRAWS[role];
    must(draws, "a role");
    /** @type {Dictionary} */
    const kept = new Map();
    for (const [key, value] of dictionary) {
      const next = draws[key] ?? draws["*"];
      if (next && !/^Default(?:Gray|RGB|CMYK)$/.test(key)) kept.set(key, await this.copied(value, next));
      else this.note(key);
    }
    return kept;
  }

  /** Tells what goes with a key. @param {string} key */
  note(key) {
    const what = tells(key);
    if (what !== "") this.removed.add(what);
  }

  /**
   * @param {Stream} source
   * @param {string} role
   * @returns {Promise<Part[]>}
   */
  async #stream(source, role) {
    // A profile of colours under a name that we do not know.
    must(role !== "space" || !source.dictionary.has("N"), "a profile");
    const kept = /** @type {Dictionary} */ (await this.#dictionary(source.dictionary, role));
    const subtype = nameOf(source.dictionary.get("Subtype"));
    if (role === "drawing" && subtype === "Image") return this.#picture(source, kept);
    must(role !== "drawing" || subtype === "Form", "a drawing");
    if (role === "drawing" || role === "pattern" || role === "glyph") return this.#tidied(source, kept, true);
    if (role === "map" || role === "encoding" || kept.get("FunctionType") === 4) return this.#tidied(source, kept, false);
    return this.#asItIs(source, kept, await this.document.filters(source));
  }

  /**
   * @param {Stream} source
   * @param {Dictionary} kept
   * @param {boolean} drawing
   */
  async #tidied(source, kept, drawing) {
    return stream(kept, [await this.drawn(await this.document.bytes(source), drawing)]);
  }

  /**
   * @param {Uint8Array} data
   * @param {boolean} [drawing]
   * @returns {Promise<Uint8Array>}
   */
  async drawn(data, drawing = true) {
    return tidied(data, this.document.budget, this.removed, drawing);
  }

  /**
   * @param {Stream} source
   * @param {Dictionary} kept
   */
  async #picture(source, kept) {
    const filters = await this.document.filters(source);
    const last = filters.at(-1)?.name ?? "";
    if (!(last in PHOTOS)) {
      must(filters.length > 0 || source.to - source.from <= mostOf(kept), "more than a picture");
      return this.#asItIs(source, kept, filters);
    }
    this.document.budget.copy(source.to - source.from);
    const packed = filters.slice(0, -1);
    const { file, data, budget } = this.document;
    const { from, to } = source;
    const bytes = packed.length > 0 ? await unpack(data.subarray(from, to), packed, budget) : null;
    const blob = bytes ? new Blob([/** @type {BlobPart} */ (bytes)]) : file.slice(from, to);
    if (last === "DCTDecode") must(await beginsAsJpeg(blob), "a photo");
    const { parts, removed } = await PHOTOS[/** @type {keyof typeof PHOTOS} */ (last)](blob);
    for (const each of removed) this.removed.add(each);
    this.photos = true;
    return stream(await this.#packed(kept, filters.slice(-1)), parts);
  }

  /**
   * @param {Stream} source
   * @param {Dictionary} kept
   * @param {import("./filters.js").Filter[]} filters
   */
  async #asItIs({ from, to }, kept, filters) {
    for (const { name } of filters) if (!KNOWN.has(name)) throw new Damaged("an unknown filter");
    const { file, data, budget } = this.document;
    budget.copy(to - from);
    // Large ones are read from the disk again when they are sealed; small ones are too many to ask for one by one.
    return stream(await this.#packed(kept, filters), [to - from > LARGE ? file.slice(from, to) : data.subarray(from, to)]);
  }

  /**
   * @param {Dictionary} kept
   * @param {import("./filters.js").Filter[]} filters
   */
  async #packed(kept, filters) {
    if (filters.length === 0) return kept;
    kept.set("Filter", filters.map(({ name }) => new Name(name)));
    if (filters.every(({ parms }) => parms === null)) return kept;
    return kept.set("DecodeParms", await this.#list(filters.map(({ parms }) => parms), "parms"));
  }
}

/** @param {Value} value */
function isProfiled(value) {
  return Array.isArray(value) && nameOf(value[0]) === "ICCBased";
}

/**
 * Bytes that a picture needs which is not packed: what is longer holds something else.
 * @param {Dictionary} kept
 */
function mostOf(kept) {
  const [width, height] = [kept.get("Width"), kept.get("Height")];
  const bits = kept.get("ImageMask") === true ? 1 : kept.get("BitsPerComponent");
  must(isCount(width) && isCount(height) && isCount(bits), "the size of a picture");
  const colours = Array.isArray(kept.get("ColorSpace")) ? MOST_COLOURS : 4;
  return Math.ceil((width * bits * (bits === 1 && kept.has("ImageMask") ? 1 : colours)) / 8) * height + 2;
}

/** @param {Blob} blob */
async function beginsAsJpeg(blob) {
  const head = new Uint8Array(await blob.slice(0, 3).arrayBuffer());
  return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
}
