// Drives Debian's Firefox ESR over WebDriver BiDi for tests/harness/firefox.py: one JSON request a line on standard
// input, one JSON answer a line on standard output. Ends, with the browser, when its input closes.
//   node firefox.mjs '{"executablePath": "/usr/bin/firefox-esr", "prefs": {}}'
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

/** @typedef {{id: number, do: string, page: number, url: string, source: string, args: unknown[], path: string}} Request */

const { executablePath, prefs, profile } = JSON.parse(process.argv[2] ?? "{}");
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  extraPrefsFirefox: prefs,
  ...(profile ? { userDataDir: profile } : {}),
});

/** @type {Map<number, import("puppeteer-core").Page>} */
const pages = new Map();
/** @type {Map<number, string[]>} */
const logs = new Map();

/** @param {number} number */
function pageOf(number) {
  const page = pages.get(number);
  if (!page) throw new Error(`no page ${number}`);
  return page;
}

/** @type {Record<string, (request: Request) => Promise<unknown>>} */
const actions = {
  async version() {
    return browser.version();
  },
  async open({ id, url }) {
    const page = await browser.newPage();
    /** @type {string[]} */
    const log = [];
    page.on("console", (message) => log.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => log.push(`error: ${error instanceof Error ? error.message : String(error)}`));
    pages.set(id, page);
    logs.set(id, log);
    await page.goto(url);
    return id;
  },
  async goto({ page, url }) {
    await pageOf(page).goto(url);
  },
  async evaluate({ page, source, args }) {
    const values = args.map((value) => JSON.stringify(value)).join(", ");
    return pageOf(page).evaluate(`(${source})(${values})`);
  },
  async back({ page }) {
    await pageOf(page).goBack();
  },
  async reload({ page }) {
    await pageOf(page).reload();
  },
  async log({ page }) {
    return logs.get(page);
  },
  async screenshot({ page, path }) {
    await pageOf(page).screenshot({ path: /** @type {`${string}.png`} */ (path) });
  },
  async close({ page }) {
    await pageOf(page).close();
    pages.delete(page);
    logs.delete(page);
  },
};

/** @param {Request} request */
async function answer(request) {
  const action = actions[request.do];
  try {
    if (!action) throw new Error(`no action ${request.do}`);
    return { id: request.id, value: (await action(request)) ?? null };
  } catch (error) {
    return { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
}

console.log(JSON.stringify({ ready: await browser.version() }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
await browser.close();
