"""How long a report of 2,000 characters to two guardians takes in Chromium, as people have it and with compilation off.

The whole is from pressing "Send it" to "sent", with the default sender: random waits of 5 s in the mean between cells,
the same whatever is sent. The sealing alone, which is what the device has to do, is measured in the same browsers:
codename to root (Argon2id), composing, and for each cell a throwaway key, sealing, name and work.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from bench._measure import machine, spread
from tests.harness.chromium import launch_chromium
from tests.harness.static import ROOT, module_page
from tests.journeys.reporter import Visit
from tests.journeys.stage import Stage, stage
from tests.journeys.texts import CONCERN

SENDS, SEALS = 3, 5
POLICY = {"slot-ms": 5_000, "period": 86_400, "board-period": 86_400}
ENTRY = """
export * as cell from "@/crypto/cell.js";
export * as codename from "@/crypto/codename.js";
export * as hpke from "@/crypto/hpke.js";
export * as kdf from "@/crypto/kdf.js";
export * as letters from "@/portal/site/browser/letters.js";
export * as work from "@/crypto/work.js";
"""
SEAL = """async ({ words, sections }) => {
  const { cell, codename, hpke, kdf, letters, work } = subject;
  const list = codename.loadWords(words), organisation = new Uint8Array(32), took = {};
  const spell = codename.generate(list);
  const guardians = [1, 2].map((n) => ({ g: new Uint8Array(16).fill(n), name: `${n}`, certificates: [] }));
  const keys = guardians.map(() => hpke.publicKey(hpke.generateSeed()));
  let began = performance.now();
  const root = await codename.root(spell, organisation, list);
  took.root = performance.now() - began;
  began = performance.now();
  const writing = { type: "concern", root, organisation, to: guardians, exclude: [], language: "en", sections };
  const written = letters.write(writing);
  took.write = performance.now() - began;
  began = performance.now();
  let cells = 0;
  written.forEach(({ plaintexts }, n) => {
    for (const plaintext of plaintexts) {
      const sealed = cell.seal(plaintext, keys[n], organisation);
      work.solve(new Uint8Array(16), kdf.name(sealed), 8);
      cells += 1;
    }
  });
  took.seal = performance.now() - began;
  return { ...took, cells };
}"""


def seal(browser: Browser, url: str) -> list[dict[str, float]]:
    """Milliseconds of each part, some times over, in a page of its own."""
    words = (ROOT / "crypto" / "words.txt").read_text("ascii")
    page = browser.new_page()
    page.goto(url)
    page.wait_for_function("document.title === 'ready'", timeout=60_000)
    given = {"words": words, "sections": list(CONCERN.items())}
    rounds = [page.evaluate(SEAL, given) for _ in range(SEALS + 1)]
    page.close()
    return rounds[1:]  # the first warms up


def send(browser: Browser, hospital: Stage) -> list[float]:
    """Seconds from "Send it" to "sent", each in a visit of its own."""
    return [_visit(browser, hospital) for _ in range(SENDS)]


def _visit(browser: Browser, hospital: Stage) -> float:
    visit = Visit(browser, hospital.url)
    visit.page.evaluate(
        """() => document.querySelector('#raise-body').addEventListener('submit', (event) => {
             if (event.target.dataset.step === 'retype') globalThis.pressed = performance.now();
           }, true)"""
    )
    visit.raise_concern(CONCERN, to=[one.role for one in hospital.guardians[:2]])
    seconds: float = visit.page.evaluate("() => (performance.now() - globalThis.pressed) / 1000")
    visit.close()
    return seconds


def main() -> None:
    """Measure and print."""
    characters = sum(map(len, CONCERN.values()))
    print(f"A report of {characters:,} characters to two guardians ({machine()})")
    entry = ROOT / "bench" / ".send.entry.mjs"
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as name, stage(Path(name), policy=POLICY) as hospital:
        entry.write_text(ENTRY.replace("@/", "../"))
        try:
            with module_page(entry) as url:
                for jitless in (False, True):
                    with launch_chromium(jitless=jitless) as browser:
                        _print(jitless, seal(browser, url), send(browser, hospital))
        finally:
            entry.unlink()


def _print(jitless: bool, sealed: list[dict[str, float]], sent: list[float]) -> None:
    cells = sealed[0]["cells"]
    print(f"  Chromium, {'compilation off (jitless)' if jitless else 'as people have it'}:")
    print(f"    codename to root:            {spread([one['root'] for one in sealed], ' ms')}")
    print(f"    composing both letters:      {spread([one['write'] for one in sealed], ' ms', 1)}")
    print(f"    sealing {cells} cells, with work:  {spread([one['seal'] for one in sealed], ' ms')}")
    print(f'    from "Send it" to sent:      {spread(sent, " s", 1)}')
    print(f"    of which waits for slots, in the mean: {cells * POLICY['slot-ms'] / 1000:.0f} s", flush=True)


if __name__ == "__main__":
    main()
