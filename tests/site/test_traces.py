"""What a visit leaves in a browser's profile on the disk: nothing but that this site was open.

Two real browsers keep their profiles as people's browsers do. A careless page beside ours shows, each time, that what
it was told did reach the disk; only then is it worth something that nothing of ours did.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from crypto import codename
from crypto.encoding import b64
from crypto.words import WORDS
from tests.harness.chromium import chromium_profile
from tests.harness.firefox import launch_firefox
from tests.harness.static import serve
from tests.journeys import leaks
from tests.journeys.journey import pairs
from tests.journeys.lz4 import MAGIC, unpack
from tests.site.hospital import Hospital, hospital

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARELESS = "<!doctype html><title>A careless page</title><textarea id=x></textarea><input type=checkbox id=tickedbox>"
KEPT = {  # as people have it; the tests' own settings switch some of it off
    "browser.sessionstore.resume_from_crash": True,
    "browser.sessionstore.interval": 500,
    "browser.cache.disk.enable": True,
    "browser.formfill.enable": True,
    "places.history.enabled": True,
}
TEXTS = {  # words that no browser brings along
    "happened": "Quorvaldine pleemster brontewick.",
    "patients": "Marzivollen tropselian.",
    "more-text": "Kumbarquist laddinor.",
    "now": "Lumthorvane gossperil.",
}
REPLY = "Xylovarnick undersprale."
CHOICES = ("danger-no", "about-safety", "hunt-maybe", "treated-yes")

RAISE = """(texts) => {
    const press = (step) => document.querySelector(`#raise [data-step="${step}"] [data-next]`).click();
    document.querySelector('.menu a[data-view="raise"]').click();
    for (const id of ["danger-no", "about-safety", "hunt-maybe"]) document.getElementById(id).click();
    for (const id of ["happened", "patients"]) {
        const box = document.getElementById(id);
        box.focus();
        box.value = texts[id];
        box.dispatchEvent(new Event("input", { bubbles: true }));
        box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const step of ["start", "danger", "who", "happened", "about", "effects", "ongoing", "raised"]) press(step);
    for (const step of ["hard", "hunt", "help", "files"]) press(step);
    document.querySelector("#to input").click();
    for (const step of ["to", "exclude", "check"]) press(step);
    const words = [...document.querySelectorAll("#codename-words li")].map((each) => each.textContent).join(" ");
    document.querySelector("#raise [data-practise]").click();
    document.getElementById("practise-raise-box").value = words;
    document.querySelector("#raise [data-try]").click();
    press("practise");
    document.querySelector("#retype-codename").value = words;
    return words;
}"""
SEND = """() => document.querySelector('#raise [data-step="retype"] [data-next]').click()"""
SENT = """() => document.querySelector("#sent-title")?.checkVisibility() ?? false"""
UNLOCK = """(words) => {
    document.querySelector('.menu a[data-view="inbox"]').click();
    document.getElementById("inbox-codename").value = words;
    document.querySelector('#inbox [data-step="locked"] [data-next]').click();
}"""
OPEN = """() => document.querySelector("#replies .reply-text")?.textContent ?? ''"""
WRITE = """(texts) => {
    const type = (id) => {
        document.getElementById(id).focus();
        document.getElementById(id).value = texts[id];
        document.getElementById(id).dispatchEvent(new Event("input", { bubbles: true }));
    };
    type("more-text");
    document.querySelector("[data-answer-it]").click();
    document.getElementById("treated-yes").click();
    type("now");
}"""
READY = "() => document.documentElement.dataset.state === 'ready'"
BE_CARELESS = """(text) => {
    document.getElementById("x").value = text;
    document.getElementById("x").dispatchEvent(new Event("input", { bubbles: true }));
    document.getElementById("tickedbox").click();
}"""


def until(seen: Callable[[], Any]) -> Any:
    """Wait for something true, a minute and a half at most."""
    ends = time.monotonic() + 90
    while not (value := seen()):
        if time.monotonic() > ends:
            raise TimeoutError("not seen within the longest wait")
        time.sleep(0.2)
    return value


@contextmanager
def chromium_with(profile: Path) -> Iterator[Callable[[str], Any]]:
    """Opens tabs in a Chromium of this profile."""
    with chromium_profile(profile) as context:

        def tab(address: str) -> Any:
            page = context.new_page()
            page.on("dialog", lambda dialog: dialog.accept())
            page.goto(address)
            return page

        yield tab


@contextmanager
def firefox_with(profile: Path) -> Iterator[Callable[[str], Any]]:
    """Opens tabs in a Firefox of this profile."""
    with launch_firefox(profile=profile, prefs=KEPT) as browser:
        yield browser.open


def on_disk(profile: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a profile, and what is packed in it."""
    for name, content in leaks.files_below(profile):
        yield name, content
        if content.startswith(MAGIC):
            yield f"{name} unpacked", unpack(content)


@pytest.fixture
def board_of(tmp_path: Path) -> Iterator[tuple[Hospital, str]]:
    """A portal whose board has a question for one codename."""
    with hospital(tmp_path / "hospital") as place:
        words = codename.generate(WORDS)
        place.instead["/board"] = place.board(place.reply(words, place.keys[0], REPLY, ask="check-in"))
        yield place, words


BROWSERS = {"chromium": chromium_with, "firefox": firefox_with}


@pytest.mark.parametrize("browser", BROWSERS.values(), ids=BROWSERS.keys())
def test_nothing_that_was_typed_read_or_chosen_reaches_the_disk(
    browser: Any, board_of: tuple[Hospital, str], tmp_path: Path
):
    place, words = board_of
    (tmp_path / "careless").mkdir()
    (tmp_path / "careless" / "index.html").write_text(CARELESS)
    profile = tmp_path / "profile"
    profile.mkdir()
    needles = needles_of(place, words)
    with serve(tmp_path / "careless") as careless, browser(profile) as tab:
        beside = tab(f"{careless}/index.html")
        page = tab(f"{place.url}/")
        until(lambda: page.evaluate(READY))
        given = [page.evaluate(RAISE, TEXTS)]
        saved(beside, profile, "thefirstcarelesstext")
        assert found_on_disk(profile, [*needles, *pairs(given[0])]) == [], "while the form is being filled in"
        page.reload()
        until(lambda: page.evaluate(READY))
        assert page.evaluate("() => document.getElementById('happened').value") == "", "a reload brings nothing back"
        given.append(page.evaluate(RAISE, TEXTS))
        page.evaluate(SEND)
        until(lambda: page.evaluate(SENT))
        page.evaluate(UNLOCK, words)
        until(lambda: page.evaluate(OPEN) == REPLY)
        page.evaluate(WRITE, TEXTS)
        saved(beside, profile, "thesecondcarelesstext")
        needles += [each for one in given for each in [one, *pairs(one)]]
        assert found_on_disk(profile, needles) == [], "with an open inbox, as a crash would leave it"
        page.close()
        saved(beside, profile, "thethirdcarelesstext")
        assert found_on_disk(profile, needles) == [], "after closing the page"
    assert found_on_disk(profile, ["A careless page"]) != []
    assert found_on_disk(profile, needles) == [], "after closing the browser"
    assert visited(profile, place.url) == {(f"{place.url}/", "Candour")}


def needles_of(place: Hospital, words: str) -> list[str]:
    """What must not be found: words, pairs of the codename, names of what was ticked, and the page's own sources."""
    site = (place.site / "index.html").read_bytes()
    texts = leaks.words(" ".join([*TEXTS.values(), REPLY]), but=site)
    chosen = [*CHOICES, f"to-{b64(place.keys[0].g)}"]
    sources = [place.verified().organisation.hex(), b64(place.verified().organisation)]
    return [*texts, words, *pairs(words), *chosen, *sources]


def saved(beside: Any, profile: Path, text: str) -> None:
    """Tell the careless page something, and wait until the browser has written it down: it has then written all."""
    beside.evaluate(BE_CARELESS, text)
    until(lambda: leaks.search(on_disk(profile), [text]))


def found_on_disk(profile: Path, needles: list[str]) -> list[leaks.Leak]:
    """Where on the disk some needles are."""
    return leaks.search(on_disk(profile), needles)


def visited(profile: Path, url: str) -> set[tuple[str, str]]:
    """Addresses and titles of ours in the browser's history."""
    for file, query in (
        ("Default/History", "SELECT url, title FROM urls"),
        ("places.sqlite", "SELECT url, title FROM moz_places"),
    ):
        if (profile / file).exists():
            with closing(sqlite3.connect(profile / file)) as history:
                return {(address, title) for address, title in history.execute(query) if address.startswith(url)}
    raise FileNotFoundError("this profile has no history")
