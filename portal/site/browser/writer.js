/**
 * The one-file writer: the same page, in one file, from a disk, with no network and no Worker (PROTOCOL section 19).
 *
 * What the page fetches by itself, a person brings: the list of guardians and, for replies, the board, both downloaded
 * from the site. They are verified exactly as there. A concern leaves as a file of 64 cells that a plain form takes.
 */

import * as board from "../../../crypto/board.js";
import { loadWords } from "../../../crypto/codename.js";
import * as directories from "../../../crypto/directory.js";
import { unb64 } from "../../../crypto/encoding.js";
import { CandourError } from "../../../crypto/errors.js";
import { Directory } from "../../../crypto/guardians.js";
import * as clock from "./clock.js";
import { breathe, byId, copy, one, piece, show } from "./dom.js";
import * as exit from "./exit.js";
import { Filing } from "./filing.js";
import * as forget from "./forget.js";
import * as guardians from "./guardians.js";
import { Inbox } from "./inbox.js";
import { saveSealed } from "./keep.js";
import * as languages from "./languages.js";
import { Raise } from "./raise.js";
import * as sending from "./sending.js";
import * as views from "./views.js";
import { dayText, onLanguage, say } from "./wording.js";

const BOARD_MARK = "CANDOURB";
const BOARD_LIMIT = 256 * 1024 * 1024;
const VIEWS = /** @type {const} */ (["raise", "inbox"]);

/** A file that cannot be used; what to say of it. */
class Unusable extends Error {
  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  constructor(key, values = {}) {
    super(key);
    this.values = values;
  }
}

const page = document.documentElement;
const organisation = unb64(page.dataset.organisation ?? "", 32);
/** @type {{ words: string, languages: import("./wording.js").Language[] }} */
const bundle = JSON.parse(one("p", copy("writer-bundle")).textContent);
const words = loadWords(bundle.words);
/** @type {Uint8Array | null} */
let lastFile = null;
const filing = new Filing(organisation, keep, breathe, clock.today);
/** @type {Directory | null} */
let directory = null;
/** @type {readonly Uint8Array[] | null} */
let cells = null;
/** @type {{ raise: Raise | null, inbox: Inbox | null }} */
const forms = { raise: null, inbox: null };

/**
 * Saves a file, and remembers it for those whose browser did not.
 * @param {Uint8Array} file
 */
function keep(file) {
  lastFile = file;
  saveSealed(file);
}

/**
 * What a file is, by its first bytes, whatever its name.
 * @param {File} file
 */
async function take(file) {
  const mark = await file.slice(0, BOARD_MARK.length).text();
  if (mark === BOARD_MARK || file.size === 0) {
    if (file.size > BOARD_LIMIT) throw new Unusable("writer.unknown", { file: file.name });
    return takeBoard(new Uint8Array(await file.arrayBuffer()));
  }
  if (!mark.startsWith("{") || file.size > directories.MAX_FILE) throw new Unusable("writer.unknown", { file: file.name });
  return takeDirectory(new Uint8Array(await file.arrayBuffer()));
}

/** @param {Uint8Array} file */
function takeBoard(file) {
  try {
    cells = board.readFiles(file).flatMap((each) => each.cells);
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    throw new Unusable("writer.board_broken", { code: error.code });
  }
}

/** @param {Uint8Array} file */
function takeDirectory(file) {
  const verified = checked(file);
  if (verified.warnings.includes("stale")) throw tooOld(verified);
  const usable = ofFallbacks(verified);
  if (!guardians.listed(usable, clock.today()).some(({ reachable }) => reachable)) throw new Unusable("writer.nobody");
  directory = usable;
  filing.keys(guardians.keyTable(usable));
}

/** @param {Uint8Array} file */
function checked(file) {
  try {
    return directories.verify(file, organisation, clock.today());
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    if (error.code === "early") throw new Unusable("writer.clock", { own: dayText(clock.today()) });
    throw new Unusable("writer.directory_broken", { code: error.code });
  }
}

/**
 * An old list may hide that a key was stolen, and here nobody needs to make do with one.
 * @param {Directory} verified
 */
function tooOld({ headDay }) {
  if (headDay === null) return new Unusable("writer.never");
  return new Unusable("writer.old", { day: dayText(headDay), days: clock.today() - headDay });
}

/**
 * The same directory without keys of a day: nobody knows on which day the file will be sent. And without room for files.
 * @param {Directory} verified
 */
function ofFallbacks(verified) {
  const bare = verified.guardians.map((guardian) => Object.freeze({ ...guardian, epochs: new Map() }));
  return new Directory({ ...verified, guardians: bare, policy: { ...verified.policy, attachmentMb: 0 } });
}

/** @param {FileList | null} files */
async function open(files) {
  /** @type {string[]} */
  const troubles = [];
  for (const file of files ?? []) {
    try {
      await take(file);
    } catch (error) {
      // What the disk refuses (a stick pulled out) is told like a file that is none of ours.
      const { message, values } = error instanceof Unusable ? error : new Unusable("writer.unknown", { file: file.name });
      troubles.push(say(message, values));
    }
  }
  if (directory) begin({ organisation, words, directory, board: cells ?? [], desk: filing });
  for (const view of VIEWS) if (!forms[view]) tell(view, troubles);
  views.refresh();
}

/** @param {import("./raise.js").Site} site */
function begin(site) {
  if (!forms.raise) {
    forms.raise = new Raise(site);
    byId("save-again").addEventListener("click", () => lastFile && saveSealed(lastFile));
    const { headDay } = site.directory;
    notice(() => (headDay === null ? say("writer.fresh") : say("writer.vouched", { day: dayText(headDay) })));
  }
  if (!forms.inbox && cells) forms.inbox = new Inbox(site);
  page.dataset.state = forms.inbox ? "ready" : "half";
}

/** @param {() => string} text */
function notice(text) {
  const shown = piece("piece-notice");
  shown.textContent = text();
  onLanguage(() => (shown.textContent = text()));
  byId("raise-body").before(shown);
}

/**
 * What is open already, what is missing, and what went wrong.
 * @param {"raise" | "inbox"} view
 * @param {string[]} troubles
 */
function tell(view, troubles) {
  const body = byId(`${view}-body`);
  one(".open-status", body).textContent = state();
  one(".open-trouble", body).replaceChildren(
    ...troubles.map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    }),
  );
  show(one(".open-trouble", body), troubles.length > 0);
}

function state() {
  if (directory) return say("writer.need_board");
  return cells ? say("writer.need_directory") : "";
}

/** Puts the two views' first step into the document: open the files. */
function ask() {
  for (const view of VIEWS) {
    const shown = piece("piece-open");
    const input = one("input", shown);
    input.id = `open-${view}`;
    one("label", shown).setAttribute("for", input.id);
    input.addEventListener("change", () => input instanceof HTMLInputElement && void open(input.files));
    byId(`${view}-body`).replaceChildren(shown);
  }
  sayAgain();
}

/** Whatever is said by this script, in the language chosen. */
function sayAgain() {
  for (const view of VIEWS) {
    if (forms[view]) continue;
    const body = byId(`${view}-body`);
    one("h1", body).textContent = say(`writer.open_${view}`);
    one(".open-what", body).textContent = say(`writer.what_${view}`);
    tell(view, []);
  }
  forms.raise?.learn();
  views.refresh();
}

/**
 * @param {import("./views.js").Place} place
 * @returns {import("./views.js").Place}
 */
function settle(place) {
  if (place.view === "raise" && forms.raise) return { view: "raise", step: forms.raise.settle(place.step) };
  if (place.view === "inbox" && forms.inbox) return { view: "inbox", step: forms.inbox.settle(place.step) };
  return place;
}

function start() {
  page.dataset.state = "waiting";
  languages.start();
  languages.learn(bundle.languages);
  ask();
  forget.start();
  forget.onLeaving(() => (lastFile = null));
  sending.start();
  exit.start(sending.release);
  views.start(settle);
  onLanguage(sayAgain);
}

start();
