"""Stories and numbers: from signed statements alone, as text, and nothing at all when a signature is wrong."""

import json
from typing import Any

from playwright.sync_api import Browser

from crypto import directory
from crypto.encoding import b64, unb64
from tests.site.hospital import Hospital
from tests.site.test_inbox import HOSTILE
from tests.site.test_views import check_layout, violations
from tests.site.visit import Visit

STORY: dict[str, Any] = {
    "quarter": "2026Q1",
    "title": "Alarms",
    "happened": "An alarm was off.",
    "sense": "It rang all night.",
    "changed": "New alarms.",
}


def signed(place: Hospital, name: str, first: int = 0, second: int = 1, **fields: Any) -> bytes:
    """A story or statistics, signed by two guardians."""
    one, two = place.keys[first], place.keys[second]
    seeds = [one.guardian.identity, two.guardian.identity]
    return place.organisation.sign(name, seeds, g=one.g, second=two.g, **fields)


def learned(visit: Visit, *statements: bytes) -> Visit:
    """The view, with these statements in the log."""
    visit.answer("/directory", visit.place.directory(log=[*visit.place.log, *statements])).open("#learning")
    return visit


def test_nothing_yet_says_so(visit: Visit):
    visit.open("#learning")
    assert visit.page.inner_text("#learning-body").startswith("Nothing has been published yet.")


def test_stories_and_numbers_newest_first_with_who_signed(visit: Visit, place: Hospital):
    rows = [("Patient safety", "25"), ("Other", "fewer than 8")]
    learned(
        visit,
        signed(place, "story", **STORY),
        signed(place, "story", 1, 2, **{**STORY, "quarter": "2026Q2", "title": "Rotas"}),
        signed(place, "statistics", quarter="2026Q1", rows=rows),
    )
    page = visit.page
    assert page.locator(".story-title").all_inner_texts() == ["Rotas", "Alarms"]
    assert page.locator(".story-quarter").all_inner_texts() == ["2026, quarter 2", "2026, quarter 1"]
    assert page.locator(".story").nth(1).locator(".story-text").all_inner_texts() == [
        "An alarm was off.", "It rang all night.", "New alarms.",
    ]  # fmt: skip
    said = page.locator(".story-signed").all_inner_texts()
    assert "J. Thomas" in said[0]
    assert "R. Adeyemi" in said[1]
    assert page.inner_text(".numbers caption") == "Numbers for 2026, quarter 1"
    assert page.locator(".numbers tbody tr").all_inner_texts() == ["Patient safety\t25", "Other\tfewer than 8"]


def test_hostile_words_are_shown_as_text_and_turn_nothing(visit: Visit, place: Hospital):
    story = {**STORY, "title": "\u202e<b>x</b>", "happened": HOSTILE, "changed": "W" * 4000}
    rows = [("<script>alert(1)</script>", "\u202e52")]
    learned(visit, signed(place, "story", **story), signed(place, "statistics", quarter="2026Q1", rows=rows))
    page = visit.page
    assert page.locator(".story-text").first.text_content() == HOSTILE
    assert page.locator(".story-text *, .story-title *, .numbers td *, .numbers tbody th *").count() == 0
    assert page.title() == "Candour"
    isolated = page.locator(".story-title, .story-text").evaluate_all(
        "found => found.map((each) => getComputedStyle(each).unicodeBidi)"
    )
    assert set(isolated) <= {"isolate", "plaintext", "isolate-override"}
    check_layout(page, "a long word")


def false_signature(place: Hospital) -> bytes:
    """A directory whose story was signed by one of its two guardians only, and by somebody else."""
    envelope = json.loads(signed(place, "story", **STORY))
    last = envelope["signatures"][1]
    last["sig"] = b64(bytes(reversed(unb64(last["sig"], 64))))
    return directory.build([*place.log, json.dumps(envelope, separators=(",", ":")).encode()], [], place.public)


def test_a_story_with_one_false_signature_shows_nothing_at_all(visit: Visit, place: Hospital):
    visit.answer("/directory", false_signature(place)).open("#learning", state="closed")
    assert (
        visit.page.inner_text("#learning-body")
        == "We could not check the signatures, so we show no stories and no numbers now."
    )
    assert "(signature)" in visit.page.inner_html("#raise")


def test_axe_and_words_in_another_language(chromium: Browser, place: Hospital, axe: str):
    visit = Visit(chromium, place, viewport={"width": 320, "height": 800})
    visit.context.add_init_script(axe)
    rows = [("Patient safety", "25")]
    learned(visit, signed(place, "story", **STORY), signed(place, "statistics", quarter="2026Q1", rows=rows))
    visit.page.click('[data-language="cy"]')
    assert visit.page.inner_text(".story-quarter") == "2026, chwarter 1"
    assert visit.page.inner_text(".story h4 >> nth=0") == "Beth ddigwyddodd"
    assert visit.page.inner_text(".story-title") == "Alarms", "what others wrote stays as it is"
    assert violations(visit.page, "learning") == []
    check_layout(visit.page, "learning")
    visit.close()


def test_without_scripts_it_says_why_there_is_nothing(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place, java_script_enabled=False)
    visit.page.goto(place.url)
    assert "for that it needs JavaScript" in visit.page.inner_text("#learning")
    visit.close()
