/**
 * What draws a page, without the rest that may stand between: comments, marks that name what is meant (with texts for
 * screen readers, and whatever a program put there), and words that no reader knows. What draws stays byte for byte.
 *
 * Marks of layers stay, since a layer that is hidden would be seen without them.
 */

import { concat, utf8 } from "../../../../../crypto/encoding.js";
import { must } from "../reader.js";
import { KINDS, Lexer, Name, endOfLine, endOfLiteral } from "./objects.js";

const DRAWING = new Set(
  ("b B b* B* BI ID EI BT BX c cm CS cs d d0 d1 Do ET EX f F f* G g gs h i j J K k l m M n q Q re RG rg ri s S SC sc SCN scn sh " +
    "T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"").split(" "),
);
const MARKS = new Set(["BMC", "BDC", "EMC", "MP", "DP"]);
const INLINE = new Set(
  ("BPC CS D DP F H IM I W L BitsPerComponent ColorSpace Decode DecodeParms Filter Height ImageMask Interpolate Intent Width Length").split(" "),
);
const MOST_DEEP = 10_000;
const STRIDE = 65_536; // bytes between two looks at the clock

/**
 * @typedef {object} State
 * @property {Uint8Array} data
 * @property {number} at
 * @property {number} from where what is not yet decided begins
 * @property {Uint8Array[]} held pieces before it, a comment apart each
 * @property {Uint8Array} out
 * @property {number} length of what has been written to it
 * @property {string} tag the first name since the last operator
 * @property {boolean[]} marks those that are open, and whether they stay
 * @property {Set<string>} removed
 */

/**
 * @param {Uint8Array} data
 * @param {import("./budget.js").Budget} budget
 * @param {Set<string>} removed what is taken out is added
 * @param {boolean} [drawing] false: only comments go, of a text that is no drawing
 * @returns {Promise<Uint8Array>}
 */
export async function tidied(data, budget, removed, drawing = true) {
  budget.read(data.length);
  /** @type {State} */
  const state = { data, at: 0, from: 0, held: [], out: new Uint8Array(data.length + 1), length: 0, tag: "", marks: [], removed };
  let stop = STRIDE;
  while (state.at < data.length) {
    step(state, drawing);
    if (state.at < stop) continue;
    await budget.breathe();
    stop = state.at + STRIDE;
  }
  if (!drawing) take(state);
  while (state.length > 0 && KINDS[state.out[state.length - 1] ?? 0] === 1) state.length -= 1;
  return concat(state.out.subarray(0, state.length), ...(drawing ? closing(state) : []));
}

/**
 * Past one sign.
 * @param {State} state
 * @param {boolean} drawing
 */
function step(state, drawing) {
  const { data, at } = state;
  const code = data[at] ?? 0;
  if (KINDS[code] === 1 || isBracket(code)) state.at += 1;
  else if (code === 0x25) dropComment(state);
  else if (code === 0x28) state.at = endOfLiteral(data, at);
  else if (code === 0x3c) state.at = data[at + 1] === 0x3c ? at + 2 : endOfHex(data, at);
  else if (code === 0x3e) {
    must(data[at + 1] === 0x3e, "brackets");
    state.at += 2;
  } else if (code === 0x2f) {
    state.at = endOfWord(data, at + 1);
    if (state.tag === "") state.tag = latin(data, at, state.at);
  } else if (code === 0x29) must(false, "brackets");
  else {
    state.at = endOfWord(data, at);
    if (drawing && !isOperand(code)) operator(state, latin(data, at, Math.min(state.at, at + 8)));
  }
}

/** Of lists and of small programs. @param {number} code */
function isBracket(code) {
  return code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

/** @param {number} code */
function isOperand(code) {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x2b;
}

/**
 * @param {State} state
 * @param {string} word
 */
function operator(state, word) {
  if (word === "true" || word === "false" || word === "null") return;
  if (word === "ID") inlineImage(state);
  if (MARKS.has(word) ? staysMarked(state, word) : DRAWING.has(word)) take(state);
  else leave(state, MARKS.has(word) ? "structure" : "other");
}

/**
 * @param {State} state
 * @param {string} word
 */
function staysMarked({ marks, tag }, word) {
  if (word === "EMC") return marks.pop() ?? false;
  if (word === "MP" || word === "DP") return false;
  must(marks.length < MOST_DEEP, "too deep");
  marks.push(word === "BDC" && tag === "/OC");
  return marks.at(-1) ?? false;
}

/** @param {State} state */
function take(state) {
  for (const piece of state.held) write(state, piece);
  write(state, state.data.subarray(state.from, state.at));
  begin(state);
}

/** What goes is longer than the sign in its place, so the room is enough. @param {State} state @param {Uint8Array} piece */
function write(state, piece) {
  state.out.set(piece, state.length);
  state.length += piece.length;
}

/** @param {State} state @param {string} what */
function leave(state, what) {
  state.removed.add(what);
  write(state, BREAK);
  begin(state);
}

const BREAK = Uint8Array.of(10);
const END = utf8(" EMC\n");

/** @param {State} state */
function begin(state) {
  [state.from, state.held, state.tag] = [state.at, [], ""];
}

/** @param {State} state */
function dropComment(state) {
  must(state.held.length < MOST_DEEP, "too many comments");
  state.held.push(state.data.subarray(state.from, state.at));
  state.from = state.at = endOfLine(state.data, state.at);
  if (state.at === state.data.length) state.held.push(BREAK);
  state.removed.add("comment");
}

/** What stands open at the end would reach into what a reader adds. @param {State} state */
function closing({ marks }) {
  return marks.filter((stays) => stays).map(() => END);
}

/**
 * A small picture inside the drawing, whose bytes look like anything.
 * @param {State} state behind its head
 */
function inlineImage(state) {
  const head = new Lexer(state.data.subarray(0, state.at - 2), state.from);
  for (head.skip(); head.at < state.at - 2; head.skip()) {
    const key = head.value();
    must(key instanceof Name && INLINE.has(key.name), "a small picture");
    const words = JSON.stringify(head.value());
    must(!words.includes("DCT") && !words.includes("JPX"), "a small photo");
  }
  state.at = endOfImage(state.data, state.at + 1);
}

/**
 * Before the "EI" that ends a picture: between white signs, and what follows reads like a drawing.
 * @param {Uint8Array} data
 * @param {number} from
 */
function endOfImage(data, from) {
  for (let at = data.indexOf(0x45, from); at >= 0; at = data.indexOf(0x45, at + 1)) {
    const white = KINDS[data[at - 1] ?? 0] === 1 && (at + 2 >= data.length || KINDS[data[at + 2] ?? 0] === 1);
    if (data[at + 1] === 0x49 && white && data.subarray(at + 2, at + 12).every(isPlain)) return at;
  }
  return must(false, "the end of a small picture"), 0;
}

/** @param {number} code */
function isPlain(code) {
  return (code >= 0x20 && code < 0x7f) || (KINDS[code] === 1 && code !== 0);
}

/** @param {Uint8Array} data @param {number} at */
function endOfHex(data, at) {
  const end = data.indexOf(0x3e, at);
  must(end > 0, "the end of a string");
  return end + 1;
}

/** @param {Uint8Array} data @param {number} at */
function endOfWord(data, at) {
  let end = at;
  while (end < data.length && KINDS[data[end] ?? 0] === 0) end += 1;
  return end;
}

/** @param {Uint8Array} data @param {number} from @param {number} to */
function latin(data, from, to) {
  let text = "";
  for (let at = from; at < to && at < from + 64; at++) text += String.fromCharCode(data[at] ?? 0);
  return text;
}
