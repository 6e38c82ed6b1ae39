/**
 * What a file is called when it leaves: "file-1.jpg", since names tell of people, places and cameras; its own name only
 * if the person asks for it, and then without what could harm on the other side.
 */

const MOST = 120; // bytes; the protocol takes 255

/**
 * @param {number} number from 1
 * @param {string} ending
 */
export function neutral(number, ending) {
  return `file-${number}.${ending}`;
}

/**
 * The own name without paths, control characters and marks of direction, cut to a length; with the ending of what the
 * file is, so that "photo.jpg.exe" is not what it seems.
 * @param {string} own
 * @param {number} number
 * @param {string} ending
 */
export function kept(own, number, ending) {
  const stem = own.replace(/\.[A-Za-z0-9]{1,8}$/, "");
  const bare = stem.normalize("NFC").replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, "").trim().replace(/^\.+|\.+$/g, "");
  const short = cut(bare, MOST - ending.length - 1);
  return short === "" ? neutral(number, ending) : `${short}.${ending}`;
}

/**
 * @param {string} text
 * @param {number} most bytes
 */
function cut(text, most) {
  let bytes = 0;
  let kept_ = "";
  for (const point of text) {
    bytes += new TextEncoder().encode(point).length;
    if (bytes > most) break;
    kept_ += point;
  }
  return kept_.trim();
}
