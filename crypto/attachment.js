/**
 * Attachments: AES-256-GCM in STREAM, in chunks of one size, and the manifest that finds them (PROTOCOL section 10).
 *
 * WebCrypto does the ciphering, which stays fast where a browser runs without JIT. Only a few chunks are in memory at once.
 *
 *     const manifest = await sealFile(file, file.name, file.type, organisation, (name, chunk) => put(name, chunk));
 *     const data = await openFile(manifest, (name) => get(name), organisation);
 */

import { b64, compare, concat, dump, load, random, uint, unb64, utf8 } from "./encoding.js";
import { CandourError } from "./errors.js";
import { array, fits, integer, pattern, raw, record, string } from "./fields.js";
import { sha256 } from "./kdf.js";

/**
 * What a message says about one file. `chunks` are names of 16 bytes; `key` (32) and `prefix` (7) open them.
 * @typedef {Readonly<{ name: string, type: string, size: number, digest: Uint8Array, key: Uint8Array,
 *   prefix: Uint8Array, chunks: Uint8Array[] }>} Manifest
 */

/**
 * What `sealFile` reads: a File or Blob, or anything like it.
 * @typedef {{ size: number, slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> } }} FileLike
 */

export const CHUNK = 262_160;
export const PLAIN_CHUNK = 262_144;
export const MAX_CHUNKS = 1024;
export const MAX_SIZE = MAX_CHUNKS * PLAIN_CHUNK;
export const MAX_FILES = 32;

const PLAIN_NAME = pattern("[^/\\\\\\x00-\\x1f\\x7f]+");
const MANIFESTS = array(
  record({
    name: fileName,
    type: pattern("[\\x20-\\x7e]{1,127}"),
    size: integer(0, MAX_SIZE),
    digest: raw(32),
    key: raw(32),
    prefix: raw(7),
    chunks: chunkNames,
  }),
  1,
  MAX_FILES,
);

/**
 * Rounds a number of chunks up so that few bits of it remain (Padmé), at most 12 per cent more.
 * @param {number} count
 * @returns {number}
 */
export function padme(count) {
  const exponent = 31 - Math.clz32(count);
  const kept = exponent === 0 ? 0 : 32 - Math.clz32(exponent);
  const unit = 1 << Math.max(0, exponent - kept);
  return Math.ceil(count / unit) * unit;
}

/**
 * How many chunks a file of `size` bytes has, 1 to 1,024; `limit` above 268,435,456 bytes.
 * @param {number} size
 * @returns {number}
 */
export function chunkCount(size) {
  if (size > MAX_SIZE) throw new CandourError("limit", "file size");
  return padme(Math.max(1, Math.ceil(size / PLAIN_CHUNK)));
}

/**
 * Encrypts a file under a fresh key, chunk by chunk; gives its manifest. `limit`, `malformed`.
 *
 * `onChunk` gets the name (16 bytes) and the chunk (262,160 bytes), and is awaited before the next is made.
 * @param {FileLike} file
 * @param {string} name
 * @param {string} type
 * @param {Uint8Array} organisation
 * @param {(name: Uint8Array, chunk: Uint8Array) => Promise<void> | void} onChunk
 * @returns {Promise<Manifest>}
 */
export async function sealFile(file, name, type, organisation, onChunk) {
  const count = chunkCount(file.size);
  fileName(name);
  const key = random(32);
  const prefix = random(7);
  const cipher = await stream(key, prefix, count, organisation);
  const digests = [];
  const chunks = [];
  for (let at = 0; at < count; at++) {
    const plain = await readPlain(file, at);
    if (plain.length > 0) digests.push(await hashOf(plain));
    const chunk = new Uint8Array(await crypto.subtle.encrypt(cipher.parameters(at), cipher.key, padded(plain)));
    const chunkName = await nameOf(chunk);
    await onChunk(chunkName, chunk);
    chunks.push(chunkName);
  }
  const digest = sha256(concat(...digests));
  const manifest = Object.freeze({ name, type, size: file.size, digest, key, prefix, chunks });
  writeManifests([manifest]);
  return manifest;
}

/**
 * The file, once every byte of it is known to be right.
 *
 * `getChunk` gives the chunk of a name (16 bytes) or null. Throws `malformed` (number of chunks), `missing`, `size`,
 * `tampered`.
 * @param {Manifest} manifest
 * @param {(name: Uint8Array) => Promise<Uint8Array | null> | Uint8Array | null} getChunk
 * @param {Uint8Array} organisation
 * @returns {Promise<Uint8Array>}
 */
export async function openFile(manifest, getChunk, organisation) {
  const count = manifest.chunks.length;
  fits(count === chunkCount(manifest.size), "number of chunks");
  const cipher = await stream(manifest.key, manifest.prefix, count, organisation);
  const digests = [];
  const data = new Uint8Array(manifest.size);
  for (const [at, name] of manifest.chunks.entries()) {
    const plain = await openChunk(cipher, at, await getChunk(name));
    const used = Math.min(PLAIN_CHUNK, Math.max(0, manifest.size - at * PLAIN_CHUNK));
    if (plain.subarray(used).some((byte) => byte !== 0)) throw new CandourError("tampered", "padding");
    if (used === 0) continue;
    digests.push(await hashOf(plain.subarray(0, used)));
    data.set(plain.subarray(0, used), at * PLAIN_CHUNK);
  }
  if (compare(sha256(concat(...digests)), manifest.digest) !== 0) throw new CandourError("tampered", "digest");
  return data;
}

/**
 * The hash, 32 bytes, of the hashes of a file's chunks: browsers hash fast in whole pieces only.
 * @param {Uint8Array} data
 * @returns {Promise<Uint8Array>}
 */
export async function fileDigest(data) {
  const digests = [];
  for (let at = 0; at < data.length; at += PLAIN_CHUNK) digests.push(await hashOf(data.subarray(at, at + PLAIN_CHUNK)));
  return sha256(concat(...digests));
}

/**
 * The `attachments` section of a message; `limit`, `malformed`.
 * @param {Manifest[]} manifests
 * @returns {Uint8Array}
 */
export function writeManifests(manifests) {
  const data = dump(manifests.map(asObject));
  readManifests(data);
  return data;
}

/**
 * Reads the `attachments` section; `malformed`, or `limit` above 32 files or 1,024 chunks in all.
 * @param {Uint8Array} data
 * @returns {Manifest[]}
 */
export function readManifests(data) {
  // What carries the section is bounded already; 48 KiB is more than a message can hold.
  const value = load(data, 49_152);
  if (Array.isArray(value) && value.length > MAX_FILES) throw new CandourError("limit", "files");
  /** @type {Manifest[]} */
  const manifests = MANIFESTS(value).map(Object.freeze);
  for (const manifest of manifests) {
    fits(manifest.chunks.length === chunkCount(manifest.size), "number of chunks");
  }
  const chunks = manifests.reduce((sum, manifest) => sum + manifest.chunks.length, 0);
  if (chunks > MAX_CHUNKS) throw new CandourError("limit", "chunks");
  return manifests;
}

/**
 * @param {Manifest} manifest
 * @returns {Record<string, string | number>}
 */
function asObject({ name, type, size, digest, key, prefix, chunks }) {
  return { name, type, size, digest: b64(digest), key: b64(key), prefix: b64(prefix), chunks: b64(concat(...chunks)) };
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
function fileName(value) {
  // Not a path, and nothing a terminal acts on: the name ends up on a guardian's disk.
  fits(value !== "." && value !== "..", "file name");
  PLAIN_NAME(value);
  return string(1, 255)(value);
}

/**
 * @param {unknown} value
 * @returns {Uint8Array[]}
 */
function chunkNames(value) {
  const joined = unb64(value);
  fits(joined.length % 16 === 0, "names of chunks");
  return Array.from({ length: joined.length / 16 }, (_, at) => joined.slice(at * 16, (at + 1) * 16));
}

/**
 * @typedef {{ key: CryptoKey, parameters: (at: number) => AesGcmParams }} Stream
 */

/**
 * Number and last-chunk mark are part of the nonce, so that a chunk opens only in its own place.
 * @param {Uint8Array} key
 * @param {Uint8Array} prefix
 * @param {number} count
 * @param {Uint8Array} organisation
 * @returns {Promise<Stream>}
 */
async function stream(key, prefix, count, organisation) {
  if (organisation.length !== 32) throw new CandourError("size", "organisation id");
  const additionalData = owned(concat(utf8("candour/v1/attachment"), organisation));
  const imported = await crypto.subtle.importKey("raw", owned(key), "AES-GCM", false, ["encrypt", "decrypt"]);
  const parameters = (/** @type {number} */ at) => {
    const iv = owned(concat(prefix, uint(at, 4), uint(at === count - 1 ? 1 : 0, 1)));
    return { name: "AES-GCM", iv, additionalData, tagLength: 128 };
  };
  return { key: imported, parameters };
}

/**
 * @param {Stream} cipher
 * @param {number} at
 * @param {Uint8Array | null} chunk
 * @returns {Promise<Uint8Array>}
 */
async function openChunk(cipher, at, chunk) {
  if (chunk === null) throw new CandourError("missing", "chunk");
  if (chunk.length !== CHUNK) throw new CandourError("size", "chunk");
  try {
    return new Uint8Array(await crypto.subtle.decrypt(cipher.parameters(at), cipher.key, owned(chunk)));
  } catch {
    throw new CandourError("tampered", "chunk");
  }
}

/**
 * A chunk's bytes as they are in the file: none for the chunks that only round the number up.
 * @param {FileLike} file
 * @param {number} at
 * @returns {Promise<Uint8Array>}
 */
async function readPlain(file, at) {
  const from = Math.min(file.size, at * PLAIN_CHUNK);
  const to = Math.min(file.size, from + PLAIN_CHUNK);
  const plain = new Uint8Array(await file.slice(from, to).arrayBuffer());
  // A file that shrinks while it is read would be sent with a wrong size, and refused by the guardian.
  fits(plain.length === to - from, "file changed");
  return plain;
}

/**
 * @param {Uint8Array} plain
 * @returns {Uint8Array<ArrayBuffer>}
 */
function padded(plain) {
  if (plain.length === PLAIN_CHUNK) return owned(plain); // nothing to fill up, and no second copy in memory
  const whole = new Uint8Array(PLAIN_CHUNK);
  whole.set(plain);
  return whole;
}

/**
 * `kdf.name`, by WebCrypto.
 * @param {Uint8Array} chunk
 * @returns {Promise<Uint8Array>}
 */
async function nameOf(chunk) {
  return (await hashOf(chunk)).slice(0, 16);
}

/**
 * `kdf.sha256`, by WebCrypto: far quicker for a whole chunk where there is no JIT.
 * @param {Uint8Array} data
 * @returns {Promise<Uint8Array>}
 */
async function hashOf(data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", owned(data)));
}

/**
 * The same bytes, known not to be shared with another thread, as WebCrypto's types ask.
 * @param {Uint8Array} data
 * @returns {Uint8Array<ArrayBuffer>}
 */
function owned(data) {
  return data.buffer instanceof ArrayBuffer ? /** @type {Uint8Array<ArrayBuffer>} */ (data) : new Uint8Array(data);
}
