"""Two more ways to write and to be answered: WebKitGTK, and the one-file writer on a machine without a network.

Both go to the same guardian of one portal, whose own program opens and answers both, so that one wait serves two.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.harness.webkit import Webkit, launch_webkit
from tests.journeys.journey import answer_all, same
from tests.journeys.reporter import CHOSEN, PATIENCE, Visit
from tests.journeys.stage import Guardian, Stage, stage
from tests.journeys.texts import CONCERN, REPLY

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
NEXT = "#raise form.step:not([hidden]) [data-next]"
FILES = ("candour-writer.html", "candour-directory.json", "candour-board.bin")


class Phone:
    """A reporter with WebKit, who presses and types."""

    def __init__(self, browser: Webkit, url: str) -> None:
        self._browser = browser
        browser.goto(url)
        browser.wait_for("return document.documentElement.dataset.state === 'ready'")

    def raise_concern(self, texts: dict[str, str], to: str) -> str:
        """Fill in the whole form and wait until all has left; the codename."""
        browser = self._browser
        browser.click('.menu a[data-view="raise"]')
        while (step := browser.wait_for(_STEP)) != "codename":
            self._fill(step, texts, to)
            browser.click(NEXT)
        words = browser.wait_for(
            "return [...document.querySelectorAll('#codename-words li')].map((e) => e.textContent)"
        )
        browser.click(NEXT)
        browser.type("#retype-codename", " ".join(words))
        browser.click(NEXT)
        browser.wait_for("return document.querySelector('#sent-title').checkVisibility()", timeout=PATIENCE / 1000)
        return " ".join(words)

    def open_inbox(self, codename: str) -> list[str]:
        """The texts of the replies, exactly as the page holds them."""
        browser = self._browser
        browser.click('.menu a[data-view="inbox"]')
        browser.type("#inbox-codename", codename)
        browser.click('#inbox [data-step="locked"] button[data-next]')
        opened = "return document.querySelector('#inbox [data-step=open]').checkVisibility()"
        browser.wait_for(opened, timeout=PATIENCE / 1000)
        texts: list[str] = browser.run(
            "return [...document.querySelectorAll('#replies .reply-text')].map((each) => each.textContent)"
        )
        return texts

    def _fill(self, step: str, texts: dict[str, str], to: str) -> None:
        browser = self._browser
        for name, picked in CHOSEN.items():
            for option in [picked] if isinstance(picked, str) else picked:
                if browser.run(_SHOWS, f"#{name}-{option}"):
                    browser.click(f"#{name}-{option}")
        for name, text in texts.items():
            if browser.run(_SHOWS, f"textarea#{name}"):
                browser.run(_PASTE, f"#{name}", text)  # key by key, 2,000 characters take minutes
        if step == "to":
            number = browser.run(_LABELLED, to)
            browser.click(f"#to .govuk-checkboxes__item:nth-child({number + 1}) input")


_STEP = "return [...document.querySelectorAll('#raise form.step')].find((e) => e.checkVisibility())?.dataset.step"
_SHOWS = "return document.querySelector(arguments[0])?.checkVisibility() ?? false"
_PASTE = """const box = document.querySelector(arguments[0]);
box.focus();
document.execCommand("insertText", false, arguments[1]);
return box.value === arguments[1]"""
_LABELLED = (
    """return [...document.querySelectorAll("#to label")].findIndex((e) => e.textContent.includes(arguments[0]))"""
)


def download(browser: Browser, url: str, folder: Path) -> None:
    """Fetch the writer, the list of guardians and the board, with scripts off."""
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{url}/#offline")
    for link in page.locator("#offline a[download]").all():
        with page.expect_download() as saved:
            link.click()
        saved.value.save_as(folder / saved.value.suggested_filename)
    context.close()


def at_home(browser: Browser, folder: Path) -> BrowserContext:
    """A browser without a network that has opened the files of a folder."""
    context = browser.new_context(offline=True, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto((folder / FILES[0]).as_uri())
    page.click('.menu a[data-view="raise"]')
    page.set_input_files("#open-raise", [folder / name for name in FILES[1:]])
    page.wait_for_selector('html[data-state="ready"]')
    return context


def seal(browser: Browser, folder: Path, texts: dict[str, str], to: str) -> str:
    """Write a concern into the file `sealed.bin`; the codename."""
    context = at_home(browser, folder)
    visit = Visit.of(context.pages[0])
    with context.pages[0].expect_download() as saved:
        codename = visit.begin_concern(texts, to=[to])
    saved.value.save_as(folder / saved.value.suggested_filename)
    context.close()
    return codename


def send_file(browser: Browser, url: str, file: Path) -> None:
    """By the plain form, with scripts off."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/#offline")
    page.set_input_files("#writer-file", file)
    page.click("#offline form button")
    same("answer", "Your file has arrived", page.inner_text("h1"))
    context.close()


def read_at_home(browser: Browser, folder: Path, codename: str) -> list[str]:
    """The replies on the board that was brought."""
    context = at_home(browser, folder)
    found = Visit.of(context.pages[0]).open_inbox(codename)
    context.close()
    return found


def test_from_webkit_and_from_a_file_a_concern_reaches_the_guardian_and_is_answered(tmp_path: Path, chromium: Browser):
    home = tmp_path / "home"
    home.mkdir()
    with stage(tmp_path, guardians=2) as hospital, launch_webkit() as webkit:
        guardian, other = hospital.guardians
        download(chromium, hospital.url, home)
        same("files", sorted(FILES), sorted(path.name for path in home.iterdir()))
        by_file = seal(chromium, home, CONCERN, guardian.role)
        send_file(chromium, hospital.url, home / "sealed.bin")
        by_webkit = Phone(webkit, hospital.url).raise_concern(CONCERN, guardian.role)
        for thread in until_two(hospital, guardian):
            (message,) = thread["incoming"]
            same("sections", CONCERN, message["sections"])
        other.run("sync")
        same("threads of the other guardian", [], other.threads())
        answer_all(hospital, guardian, REPLY)
        same("replies in WebKit", [REPLY], Phone(webkit, hospital.url).open_inbox(by_webkit))
        download(chromium, hospital.url, home)
        same("replies at home", [REPLY], read_at_home(chromium, home, by_file))


def until_two(hospital: Stage, guardian: Guardian) -> list[dict[str, Any]]:
    """Sync until both concerns are there and whole; what `guardian read` says of each."""
    for _ in range(6):
        hospital.next_period()
        guardian.run("sync")
        threads = guardian.threads()
        if len(threads) == 2 and not any(one["partial"] for one in threads):
            return [guardian.json("read", str(one["number"])) for one in threads]
    raise AssertionError(f"the guardian has {guardian.threads()}")
