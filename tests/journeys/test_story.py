"""A learning story from three concluded concerns to the public page, each step by the program that people use.

The portal, the guardians and the browser are real; nothing is put into the list of statements by hand.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.reporter import Visit
from tests.journeys.stage import Guardian, Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]

STORY = (
    "Keys of the medicine trolley",
    "Keys were left about, and nobody could say who had them last.",
    "There was one set for two rooms, so people put it where everybody found it.",
    "Each room has a set of its own now.",
)
TOLD = "The trolley in bay four stood open again all night."


def test_a_story_is_told_checked_signed_and_shown(tmp_path: Path, chromium: Browser):
    with stage(tmp_path, guardians=2) as hospital:
        first, second = hospital.guardians
        # One came through the browser, two people rang.
        _raise(hospital, chromium, first)
        _until(hospital, first, first.threads)
        text = tmp_path / "story.txt"
        for _ in range(2):
            text.write_text("They rang about the same thing.", encoding="utf-8")
            first.run("open", "telephone", "confidential", "--file", text)
        text.write_text("\n---\n".join(STORY), encoding="utf-8")
        quarter = _quarter()
        chosen = ("--case", "1", "--case", "2", "--case", "3")
        ask = ("story", quarter, "--second", "Guardian 2", "--file", text, *chosen)
        with pytest.raises(RuntimeError, match="at least three concluded"):
            first.run(*ask)
        for one in "123":
            _conclude(tmp_path, first, one)
        first.run("sync")
        assert _shown(hospital, chromium).startswith("Nothing has been published yet.")
        asked = first.json(*ask)["request"]
        waiting = _until(hospital, first, lambda: _requests(second), second)
        assert (waiting[0]["request"], waiting[0]["says"]["title"]) == (asked, STORY[0])
        assert waiting[0]["says"]["changed"] == STORY[3], "the second guardian reads all that will be shown"
        second.run("cosign", asked[:8], "--sign")
        view = _until(hospital, second, lambda: _published(hospital, chromium), first)
        for words in STORY:
            assert words in view
        assert "Guardian 1" in view
        assert "Guardian 2" in view


def _raise(hospital: Stage, chromium: Browser, to: Guardian) -> None:
    visit = Visit(chromium, hospital.url)
    visit.raise_concern({"happened": TOLD}, to=[to.role])
    visit.close()


def _conclude(folder: Path, guardian: Guardian, number: str) -> None:
    learned = folder / "learned.txt"
    learned.write_text("Keys lay about.\n---\nThere was one set.\n---\nThere are two now.", encoding="utf-8")
    guardian.run("category", number, "other")
    guardian.run("learn", number, "--file", learned)
    guardian.run("conclude", number, "changed")


def _until(hospital: Stage, one: Guardian, seen: Any, other: Guardian | None = None) -> Any:
    """Lets the guardians sync, period by period, until something is seen."""
    for _ in range(12):
        for each in (one, other):
            if each is not None:
                each.run("sync")
        found = seen()
        if found:
            return found
        hospital.next_period()
    raise TimeoutError("not seen within twelve periods")


def _requests(guardian: Guardian) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = guardian.json("cosign")["requests"]
    return found


def _shown(hospital: Stage, chromium: Browser) -> str:
    visit = Visit(chromium, hospital.url)
    visit.page.goto(f"{hospital.url}/#learning")
    visit.page.wait_for_function("document.querySelector('#learning-body').innerText.trim() !== ''")
    found = visit.page.inner_text("#learning-body")
    visit.close()
    return found


def _published(hospital: Stage, chromium: Browser) -> str:
    found = _shown(hospital, chromium)
    return "" if found.startswith("Nothing") else found


def _quarter() -> str:
    from recipients.casework.quarters import before, quarter_of
    from recipients.words.days import today

    return before(quarter_of(today()))
