// Lighthouse as a phone would see one address, some times over: one JSON line a run. For bench/lighthouse.py.
//   node run.mjs http://127.0.0.1:8000/#raise 5 /usr/bin/chromium
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [, , url = "", times = "1", chromePath = ""] = process.argv;
const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

// A trace now and then lacks its beginning, and Lighthouse then asks to be run again: nothing was measured.
const AGAIN = "NO_NAVSTART";
let spare = 3;

for (let at = 0; at < Number(times); at++) {
  const chrome = await launch({ chromePath, chromeFlags: flags }); // a fresh profile each time
  try {
    const options = { port: chrome.port, onlyCategories: ["performance", "accessibility"], logLevel: "error" };
    const found = (await lighthouse(url, options))?.lhr;
    if (found?.runtimeError?.code === AGAIN && spare-- > 0) {
      at--;
      continue;
    }
    if (!found || found.runtimeError) throw new Error(`Lighthouse could not measure ${url}: ${found?.runtimeError?.message}`);
    const { categories, audits } = found;
    const failing = Object.values(audits).filter(({ score, scoreDisplayMode }) => scoreDisplayMode === "binary" && score === 0);
    const number = (name) => audits[name]?.numericValue ?? null;
    console.log(
      JSON.stringify({
        performance: Math.round((categories.performance?.score ?? 0) * 100),
        accessibility: Math.round((categories.accessibility?.score ?? 0) * 100),
        shift: number("cumulative-layout-shift"),
        first: number("first-contentful-paint"),
        largest: number("largest-contentful-paint"),
        blocking: number("total-blocking-time"),
        speed: number("speed-index"),
        failing: failing.map(({ id }) => id),
      }),
    );
  } finally {
    await chrome.kill();
  }
}
