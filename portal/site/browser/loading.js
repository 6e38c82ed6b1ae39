/**
 * What every visit fetches, always the same and all at once: word bundle, worker, directory, board, beacon. Nothing is
 * kept: no cache, no storage, no cookie.
 */

import { b64 } from "../../../crypto/encoding.js";
import { sha256 } from "../../../crypto/kdf.js";

const PAUSE = 10_000; // milliseconds, and as much again by chance

/** A part of this page is missing or not the one that the document names. */
export class BrokenPart extends Error {}

/**
 * A file of this site whose SHA-256 stands in the document; {@link BrokenPart} if it is another or is missing.
 * @param {string} path
 * @param {string} digest base64url
 * @param {() => void} onOffline
 * @param {(bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>} [hash] SHA-256, where it is not to be made here
 * @returns {Promise<Uint8Array>}
 */
export async function exactly(path, digest, onOffline, hash = sha256) {
  const { status, bytes } = await answered(path, onOffline);
  if (status !== 200 || b64(await hash(bytes)) !== digest) throw new BrokenPart(path);
  return bytes;
}

/**
 * Something that the server gives everyone; asks again, at random pauses, until it does.
 * @param {string} path
 * @param {() => void} onOffline
 * @returns {Promise<Uint8Array>}
 */
export async function patiently(path, onOffline) {
  for (;;) {
    const { status, bytes } = await answered(path, onOffline);
    if (status === 200) return bytes;
    onOffline();
    await pause();
  }
}

/**
 * @param {string} path
 * @param {() => void} onOffline
 */
async function answered(path, onOffline) {
  for (;;) {
    try {
      const response = await fetch(path, {
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
      });
      return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
    } catch {
      onOffline(); // no network, or the connection broke: said to the person, and tried again
      await pause();
    }
  }
}

function pause() {
  const [chance = 0] = crypto.getRandomValues(new Uint32Array(1));
  return new Promise((resolve) => setTimeout(resolve, PAUSE * (1 + chance / 2 ** 32)));
}
