/**
 * The reporter's page. Every visit does the same: fetch, verify, start the sender; only then, and only if all of it went
 * well, is there a form. Whatever goes wrong, the page says what, what is safe, and one next step.
 *
 * Only what the first view needs is in this script. Form and inbox are in the second one (rest.js), which every visit
 * fetches beside it. Long work is the worker's, or is done in turns, so that the page takes input all the while.
 *
 * @typedef {import("./raise.js").Site} Site
 * @typedef {typeof import("./rest.js").parts} Rest
 * @typedef {{ key: string, next: string, values?: () => Record<string, string | number> }} Closed
 */

import "./shared.js";
import { load, text, unb64 } from "../../../crypto/encoding.js";
import { CandourError } from "../../../crypto/errors.js";
import * as clock from "./clock.js";
import * as desks from "./desk.js";
import { breathe, byId, dayText, one, onLanguage, piece, say } from "./dom.js";
import * as exit from "./exit.js";
import * as forget from "./forget.js";
import * as languages from "./languages.js";
import { BrokenPart, exactly, patiently } from "./loading.js";
import * as views from "./views.js";

const DEFAULT_PERIOD = 86_400;
const PATIENCE = 15_000; // milliseconds that the first slot waits for keys and price

const page = document.documentElement;
/** @type {Rest | null} the second script, once it has come */
let rest = null;
/** @type {{ raise: InstanceType<Rest["Raise"]>, inbox: InstanceType<Rest["Inbox"]> } | null} */
let forms = null;
/** @type {Closed | null} why there is no form, or none yet */
let shut = null;

/**
 * The second script. The browser says that the document is whole after all the scripts that it names have run, of which
 * this one is the first; what has not run by then never will.
 * @returns {Promise<Rest>}
 */
async function fetchRest() {
  await new Promise((resolve) => addEventListener("DOMContentLoaded", resolve, { once: true }));
  const { candourRest } = /** @type {{ candourRest?: Rest }} */ (/** @type {unknown} */ (globalThis));
  if (!candourRest) throw new BrokenPart("/assets/rest.js");
  rest = candourRest;
  rest.sending.start();
  return rest;
}

/**
 * The languages, and the word list. What has the digest that the document names was written by whoever wrote the
 * document, so there is nothing in it to be checked again.
 * @param {Promise<desks.Desk>} desk
 * @returns {Promise<string>} the words
 */
async function fetchWords(desk) {
  const hash = async (/** @type {Uint8Array} */ bytes) => (await desk).hash(bytes);
  const bytes = await exactly("/assets/rest.json", page.dataset.rest ?? "", offline, hash);
  const bundle = /** @type {{ words: string, languages: import("./wording.js").Language[] }} */ (JSON.parse(text(bytes)));
  await breathe();
  languages.learn(bundle.languages);
  return bundle.words;
}

/** @param {Uint8Array} organisation */
async function startDesk(organisation) {
  await exactly("/assets/worker.js", page.dataset.worker ?? "", offline);
  return desks.start(organisation, () => void refetch());
}

/** @returns {Promise<{ beacon: Uint8Array, bits: number, start: number }>} */
async function fetchBeacon() {
  const { beacon, bits, start } = /** @type {any} */ (load(await patiently("/beacon", offline), 1024));
  return { beacon: unb64(beacon, 16), bits, start };
}

/** @type {(Site & { desk: desks.Desk }) | null} */
let site = null;

async function refetch() {
  if (!site || !rest) return;
  try {
    site.directory = await site.desk.verify(await patiently("/directory", () => {}), clock.today());
    site.desk.keys(rest.keyTable(site.directory), site.directory.policy.slotMs);
    forms?.raise.learn();
    rest.learning.tell(site.directory);
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    // What was verified before is not trusted any more either: nothing is sealed until a directory passes again.
    site.desk.keys(new Map(), site.directory.policy.slotMs);
    rest.learning.close();
    const { key, next, values } = refused(error.code);
    showNotices([() => `${say(key, values?.())} ${say(next)}`]);
  }
}

async function open() {
  const organisation = unb64(page.dataset.organisation ?? "", 32);
  const asked = [patiently("/directory", offline), patiently("/board", offline), fetchBeacon()];
  const [directoryFile, boardFile, beacon] = /** @type {[Promise<Uint8Array>, Promise<Uint8Array>, ReturnType<typeof fetchBeacon>]} */ (asked);
  const desking = startDesk(organisation);
  const [parts, list, desk] = await Promise.all([fetchRest(), fetchWords(desking), desking]).catch((error) => {
    throw new Shut({ key: "closed.worker", next: "closed.worker_next" }, error);
  });
  setTimeout(() => desk.run(), PATIENCE); // whatever comes of the rest: cover leaves on every visit
  forget.onLeaving(() => desk.close());
  const price = await beacon;
  desk.price(price.beacon, price.bits);
  const directory = await verified(desk, await directoryFile, price.start);
  desk.keys(parts.keyTable(directory), directory.policy.slotMs);
  desk.run();
  await breathe();
  const words = parts.loadWords(list);
  await breathe();
  const ready = { organisation, words, directory, board: cells(parts, await boardFile), desk };
  if (!parts.listed(directory, clock.today()).some(({ reachable }) => reachable)) {
    throw new Shut({ key: "closed.nobody", next: "closed.nobody_next" });
  }
  return { parts, ready, notices: notices(directory, price.start) };
}

/** A reason for which there is no form. */
class Shut extends Error {
  /**
   * @param {Closed} closed
   * @param {unknown} [cause]
   */
  constructor(closed, cause) {
    super(closed.key, { cause });
    this.closed = closed;
  }
}

/**
 * @param {desks.Desk} desk
 * @param {Uint8Array} file
 * @param {number} start of the server's period, unix seconds
 */
async function verified(desk, file, start) {
  try {
    return await desk.verify(file, clock.today());
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    checkClock(start); // a wrong clock makes good statements look early or expired
    throw new Shut(refused(error.code), error);
  }
}

/**
 * @param {Rest} parts
 * @param {Uint8Array} file
 */
function cells(parts, file) {
  try {
    return parts.readFiles(file).flatMap((each) => each.cells);
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    throw new Shut({ key: "closed.board", next: "closed.board_next", values: () => ({ code: error.code }) }, error);
  }
}

/**
 * @param {string} code
 * @returns {Closed}
 */
function refused(code) {
  return { key: code === "rollback" ? "closed.rollback" : "closed.directory", next: "closed.directory_next", values: () => ({ code }) };
}

/**
 * Blames the clock for a directory that does not hold. One that does hold names a key to write to whatever the clock
 * says: a fallback, where no key of the day fits.
 * @param {number} start
 */
function checkClock(start) {
  const now = Date.now() / 1000;
  if (clock.compare(now, start, DEFAULT_PERIOD) !== "wrong") return;
  throw new Shut({ key: "closed.clock", next: "closed.clock_next", values: () => clocks(start) });
}

/** @param {number} start */
function clocks(start) {
  return { own: dayText(clock.today()), server: dayText(clock.dayOf(start)) };
}

/**
 * @param {import("./guardians.js").Directory} directory
 * @param {number} start
 */
function notices(directory, start) {
  const said = directory.warnings.map((warning) => () => say(`notice.${warning}`));
  const off = clock.compare(Date.now() / 1000, start, directory.policy.period) !== "right";
  return off ? [...said, () => say("notice.clock", clocks(start))] : said;
}

function offline() {
  if (page.dataset.state === "loading") showClosed({ key: "closed.offline", next: "closed.offline_next" });
}

/**
 * No form: says why instead.
 * @param {Closed} closed
 */
function close(closed) {
  page.dataset.state = "closed";
  showClosed(closed);
}

/** @param {Closed} closed */
function showClosed(closed) {
  shut = closed;
  sayClosed(closed);
}

/** @param {Closed} closed */
function sayClosed({ key, next, values }) {
  for (const view of ["raise", "inbox"]) {
    const shown = piece("piece-closed");
    one("h1", shown).textContent = say(`${view}.closed_title`);
    one(".what", shown).textContent = say(key, values?.());
    one(".next", shown).textContent = say(next, values?.());
    byId(`${view}-body`).replaceChildren(shown);
  }
  sayLearning();
  views.refresh();
}

/** What stands in place of what was learned, until the directory that brings it has been checked. */
function sayLearning() {
  const said = document.createElement("p");
  said.textContent = say(page.dataset.state === "closed" ? "learning.closed" : "learning.loading");
  byId("learning-body").replaceChildren(said);
}

/** @param {(() => string)[]} texts */
function showNotices(texts) {
  for (const place of [byId("raise-body"), byId("inbox-body")]) place.before(...texts.map(notice));
}

/** @param {() => string} text */
function notice(text) {
  const shown = piece("piece-notice");
  shown.textContent = text();
  onLanguage(() => (shown.textContent = text()));
  return shown;
}

/** Whatever is said by this script is said again in the language chosen. */
function sayAgain() {
  if (page.dataset.state !== "ready") sayLearning();
  if (page.dataset.state !== "ready" && shut) sayClosed(shut);
  forms?.raise.learn();
  if (forms) views.refresh();
}

/**
 * @param {import("./views.js").Place} place
 * @returns {import("./views.js").Place}
 */
function settle(place) {
  if (!forms) return place;
  if (place.view === "raise") return { view: "raise", step: forms.raise.settle(place.step) };
  if (place.view === "inbox") return { view: "inbox", step: forms.inbox.settle(place.step) };
  return place;
}

async function start() {
  page.dataset.state = "loading";
  sayLearning();
  forget.start();
  languages.start();
  exit.start(() => rest?.sending.release());
  views.start(settle);
  onLanguage(sayAgain);
  try {
    const { parts, ready, notices: texts } = await open();
    site = ready;
    parts.learning.start();
    parts.learning.tell(ready.directory);
    await breathe();
    const raise = new parts.Raise(ready);
    raise.settle(""); // its first step stands where the words did that it replaces, before anything is drawn again
    await breathe();
    forms = { raise, inbox: new parts.Inbox(ready) };
    page.dataset.state = "ready";
    showNotices(texts);
    views.refresh();
  } catch (error) {
    close(error instanceof Shut ? error.closed : { key: "closed.worker", next: "closed.worker_next" });
  }
}

void start();
