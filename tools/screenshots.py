"""Takes the pictures in docs/screenshots from the running program: `make screenshots`.

Every view and step of the reporter's site at phone and desktop width; the README shows a few. With a second argument of
`dark` the dark look, for eyes only: it is not kept.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.harness.chromium import launch_chromium
from tests.journeys.journey import answer, until_threads
from tests.journeys.reporter import Visit
from tests.journeys.stage import Stage, stage

OUT = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
VIEWS = (
    "home", "raise", "inbox", "guidance", "safer", "support", "learning", "offline", "verify",
    "privacy", "accessibility",
)  # fmt: skip
TEXTS = {
    "happened": "The night rota on our ward has had two nurses fewer than planned since the spring.",
    "patients": "People wait a long time for pain relief.",
    "staff": "Several of us have stopped saying anything.",
    "help": "One more nurse on nights.",
}
REPLY = "Thank you for saying this. I have asked for the rotas of the last three months, without saying why."


def main() -> None:
    """Take them all, into the folder named on the command line or docs/screenshots."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    scheme = sys.argv[2] if len(sys.argv) > 2 else "light"
    with tempfile.TemporaryDirectory() as folder, launch_chromium() as browser, stage(Path(folder)) as hospital:
        codename = _written(hospital, browser)
        for size, (width, height) in SIZES.items():
            options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
            visit = Visit(browser, hospital.url, **options)
            for name in _views(visit, hospital, codename):
                _save(visit.page, out / f"{name}-{size}.png")
            visit.close()


def _written(hospital: Stage, browser: Browser) -> str:
    """A concern that has been answered; its codename."""
    first = hospital.guardians[0]
    visit = Visit(browser, hospital.url)
    codename = visit.raise_concern(TEXTS, to=[first.role])
    visit.close()
    until_threads(hospital, first, 1)
    first.run("reply", "1", "--ask", "check-in", "--status", "assessed")
    answer(hospital, first, REPLY)
    return codename


def _views(visit: Visit, hospital: Stage, codename: str) -> Iterator[str]:
    """Brings up one view after another; the name of each."""
    for view in VIEWS:
        visit.page.click(f'.menu a[data-view="{view}"]')
        visit.page.wait_for_selector(f"#{view}:visible")
        yield view
    visit.page.click('.menu a[data-view="raise"]')
    first = hospital.guardians[0]
    for step in visit.concern_steps(TEXTS, to=[first.role], exclude=[hospital.guardians[2].role]):
        yield f"raise-{step}"
        if step == "codename":
            visit.page.click("#raise [data-practise]")
            yield "raise-practise"
            visit.page.click('#raise [data-step="practise"] [data-back]')
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    yield "raise-sent"
    visit.open_inbox(codename)
    yield "inbox-open"
    for action, name in (
        ("[data-answer-it]:visible", "check-in"),
        ("[data-feedback]", "feedback"),
        ("[data-withdraw]", "withdraw"),
    ):
        visit.page.click(action)
        yield f"inbox-{name}"
        visit.page.click("#inbox [data-back]:visible >> nth=0")
        visit.page.wait_for_selector('#inbox [data-step="open"]:visible')


def _save(page: Page, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    main()
