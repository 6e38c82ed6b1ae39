/**
 * The reporter's page. Every visit does the same: fetch, verify, start the sender; only then, and only if all of it went
 * well, is there a form. Whatever goes wrong, the page says what, what is safe, and one next step.
 *
 * @typedef {import("./raise.js").Site} Site
 * @typedef {{ key: string, next: string, values?: () => Record<string, string | number> }} Closed
 */

import "./shared.js";
import * as board from "../../../crypto/board.js";
import { loadWords } from "../../../crypto/codename.js";
import { load, unb64 } from "../../../crypto/encoding.js";
import { CandourError } from "../../../crypto/errors.js";
import * as clock from "./clock.js";
import * as desks from "./desk.js";
import { byId, dayText, one, onLanguage, piece, say } from "./dom.js";
import * as exit from "./exit.js";
import * as forget from "./forget.js";
import * as guardians from "./guardians.js";
import { Inbox } from "./inbox.js";
import { exactly, patiently } from "./loading.js";
import { Raise } from "./raise.js";
import { languages, learning } from "./rest_parts.js";
import * as sending from "./sending.js";
import * as views from "./views.js";

const DEFAULT_PERIOD = 86_400;
const PATIENCE = 15_000; // milliseconds that the first slot waits for keys and price
const BUNDLE_LIMIT = 1_000_000;

const page = document.documentElement;
/** @type {{ raise: Raise, inbox: Inbox } | null} */
let forms = null;
/** @type {Closed | null} why there is no form, or none yet */
let shut = null;

/** @returns {Promise<readonly string[]>} */
async function fetchWords() {
  const bytes = await exactly("/assets/rest.json", page.dataset.rest ?? "", offline);
  const bundle = /** @type {{ words: string, languages: import("./wording.js").Language[] }} */ (load(bytes, BUNDLE_LIMIT));
  languages.learn(bundle.languages);
  return loadWords(bundle.words);
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

/** @type {(Site & { desk: import("./desk.js").Desk }) | null} */
let site = null;

async function refetch() {
  if (!site) return;
  try {
    site.directory = await site.desk.verify(await patiently("/directory", () => {}), clock.today());
    site.desk.keys(guardians.keyTable(site.directory), site.directory.policy.slotMs);
    forms?.raise.learn();
    learning.tell(site.directory);
  } catch (error) {
    if (!(error instanceof CandourError)) throw error;
    // What was verified before is not trusted any more either: nothing is sealed until a directory passes again.
    site.desk.keys(new Map(), site.directory.policy.slotMs);
    learning.close();
    const { key, next, values } = refused(error.code);
    showNotices([() => `${say(key, values?.())} ${say(next)}`]);
  }
}

async function open() {
  const organisation = unb64(page.dataset.organisation ?? "", 32);
  const asked = [patiently("/directory", offline), patiently("/board", offline), fetchBeacon()];
  const [directoryFile, boardFile, beacon] = /** @type {[Promise<Uint8Array>, Promise<Uint8Array>, ReturnType<typeof fetchBeacon>]} */ (asked);
  const [words, desk] = await Promise.all([fetchWords(), startDesk(organisation)]).catch((error) => {
    throw new Shut({ key: "closed.worker", next: "closed.worker_next" }, error);
  });
  setTimeout(() => desk.run(), PATIENCE); // whatever comes of the rest: cover leaves on every visit
  forget.onLeaving(() => desk.close());
  const price = await beacon;
  desk.price(price.beacon, price.bits);
  const directory = await verified(desk, await directoryFile, price.start);
  desk.keys(guardians.keyTable(directory), directory.policy.slotMs);
  desk.run();
  const ready = { organisation, words, directory, board: cells(await boardFile), desk };
  if (!guardians.listed(directory, clock.today()).some(({ reachable }) => reachable)) {
    throw new Shut({ key: "closed.nobody", next: "closed.nobody_next" });
  }
  return { ready, notices: notices(directory, price.start) };
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

/** @param {Uint8Array} file */
function cells(file) {
  try {
    return board.readFiles(file).flatMap((each) => each.cells);
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
  learning.close();
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
  views.refresh();
}

function showLoading() {
  for (const view of ["raise", "inbox"]) {
    const text = document.createElement("p");
    text.className = "lead";
    text.textContent = say(`${view}.loading`);
    byId(`${view}-body`).replaceChildren(one("h1", byId(view)), text);
  }
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
  if (page.dataset.state === "loading" && !shut) showLoading();
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
  showLoading();
  forget.start();
  languages.start();
  learning.start();
  sending.start();
  exit.start(sending.release);
  views.start(settle);
  onLanguage(sayAgain);
  try {
    const { ready, notices: texts } = await open();
    site = ready;
    learning.tell(ready.directory);
    forms = { raise: new Raise(ready), inbox: new Inbox(ready) };
    page.dataset.state = "ready";
    showNotices(texts);
    views.refresh();
  } catch (error) {
    close(error instanceof Shut ? error.closed : { key: "closed.worker", next: "closed.worker_next" });
  }
}

void start();
