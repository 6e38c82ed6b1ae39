"""Leaving: the exit, what is forgotten, and what a page without scripts still offers."""

import re

import pytest
from playwright.sync_api import Browser

from crypto import codename
from crypto.words import WORDS
from tests.site.hospital import Hospital
from tests.site.visit import Visit

ELSEWHERE = "https://www.bbc.co.uk/weather"


@pytest.fixture
def away(visit: Visit) -> Visit:
    """A visit where the neutral page can be reached without a network."""
    visit.context.route(ELSEWHERE, lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
    return visit


def test_the_exit_leads_away_and_leaves_no_step_back_to_what_was_read(away: Visit):
    away.open("#support")
    length = away.page.evaluate("history.length")
    away.page.click("#exit")
    away.page.wait_for_url(ELSEWHERE)
    assert away.page.evaluate("history.length") == length, "the entry was replaced"
    asked = next(each for each in away.requests if each.url == ELSEWHERE)
    assert "referer" not in asked.headers


def test_the_exit_does_not_ask_and_forgets_what_was_typed(away: Visit):
    away.open().fill_until("effects", "Something peculiar.")
    away.page.click("#exit")
    away.page.wait_for_url(ELSEWHERE)
    assert away.dialogs == []
    away.page.go_back()
    away.page.wait_for_selector('html[data-state="ready"]')
    assert away.page.locator("section.view:visible").get_attribute("id") == "home"
    assert "peculiar" not in away.page.content()
    assert away.page.input_value("#happened") == ""


def test_shift_three_times_is_the_exit_and_capitals_are_not(away: Visit):
    away.open().fill_until("happened")
    away.page.click("#happened")
    for letter in "ABC DEF":
        away.page.keyboard.press(f"Shift+{letter}" if letter != " " else "Space")
    assert away.page.input_value("#happened") == "ABC DEF"
    away.page.keyboard.press("Shift")
    away.page.keyboard.press("Shift")
    assert away.page.inner_text("#exit-status") == "Shift, 2 of 3. Press it again to leave this page."
    away.page.keyboard.press("Shift")
    away.page.wait_for_url(ELSEWHERE)


def test_leaving_the_page_empties_it_before_a_copy_can_be_kept(visit: Visit):
    visit.open().fill_until("effects", "Something peculiar.")
    visit.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert visit.page.input_value("#happened") == ""
    assert visit.page.locator("#to input:checked").count() == 0


def test_leaving_with_an_open_inbox_empties_it(visit: Visit, place: Hospital):
    words = codename.generate(WORDS)
    visit.answer("/board", place.board(place.reply(words, place.keys[0], "A peculiar answer."))).open()
    visit.unlock(words)
    visit.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert "peculiar" not in visit.page.content()


def test_a_page_that_comes_back_from_a_frozen_copy_starts_anew(visit: Visit):
    visit.open("#support")
    visit.page.evaluate("window.mark = 1; dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    visit.page.wait_for_selector("#home:visible")
    visit.page.wait_for_selector('html[data-state="ready"]')
    assert visit.page.evaluate("window.mark") is None


def test_without_scripts_every_view_can_be_read_and_nothing_can_be_filled_in(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place, java_script_enabled=False)
    visit.page.goto(place.url)
    views = visit.page.locator("section.view")
    assert views.count() == 11
    for index in range(11):
        assert views.nth(index).is_visible()
        assert views.nth(index).locator("h1").is_visible()
    plain = visit.page.inner_text("#raise")
    assert "Your browser will not run the code that seals your report. We will not accept it unsealed." in plain
    assert "Allow JavaScript for this one site." in plain
    assert visit.page.locator("textarea").count() == 0
    form = visit.page.locator("form:visible")
    assert form.count() == 1
    assert [form.get_attribute(name) for name in ("action", "method", "enctype")] == [
        "/writer",
        "post",
        "multipart/form-data",
    ]
    assert visit.page.locator("form input:visible").get_attribute("name") == "file"
    for view in ("#raise", "#inbox"):
        assert visit.page.locator(f'{view} a[href="#offline"]').first.is_visible()
    for public in ("/board", "/directory"):
        assert visit.page.locator(f'#offline a[href="{public}"]').is_visible()
    visit.page.click('.menu a[href="#support"]')
    assert re.search(r"116 123", visit.page.inner_text("#support"))
    visit.close()


def test_without_scripts_a_writers_file_is_taken(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place, java_script_enabled=False)
    visit.page.goto(place.url)
    before = len(place.cells())
    file = b"".join(bytes([number]) * 4096 for number in range(64))
    visit.page.set_input_files("#writer-file", {"name": "x", "mimeType": "application/octet-stream", "buffer": file})
    visit.page.get_by_role("button", name="Send the file").click()
    visit.page.get_by_role("heading", name="Your file has arrived").wait_for()
    assert len(place.cells()) >= before + 64
    visit.close()
