"""Choosing a language: on the device, told to nobody, in the whole page, and back."""

import re

import pytest
from playwright.sync_api import Browser

from tests.harness.firefox import Firefox
from tests.site.hospital import Hospital
from tests.site.test_firefox import FILL
from tests.site.test_languages import ENGLISH, loaded
from tests.site.test_raise import received
from tests.site.test_views import VIEWS, check_layout, violations
from tests.site.visit import Visit

OTHERS = ("ar", "cy", "pl")


def choose(visit: Visit, tag: str) -> None:
    """Press the language's button."""
    visit.page.click(f'[data-language="{tag}"]')


def text(tag: str, key: str) -> str:
    """A translation."""
    return loaded(tag).entries[key].text


def test_a_language_is_chosen_and_left_again_without_a_request(visit: Visit):
    visit.open()
    page, before = visit.page, visit.asked_for()
    english = page.inner_text("main")
    for tag in OTHERS:
        choose(visit, tag)
        assert page.inner_text("#home-title") == text(tag, "home.title")
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
            tag,
            "rtl" if tag == "ar" else "ltr",
        ]
        assert page.locator("[data-language][aria-pressed=true]").get_attribute("data-language") == tag
        assert page.evaluate("document.activeElement.dataset.language") == tag, "the focus stays"
    choose(visit, "en-GB")
    assert page.inner_text("main") == english
    assert page.locator("[data-t][lang]").count() == 0
    assert visit.asked_for() == before
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.hash]") == [
        0,
        0,
        "",
        "",
    ]
    page.reload()
    page.wait_for_selector('html[data-state="ready"]')
    assert page.evaluate("document.documentElement.lang") == "en-GB", "nothing was kept"


def test_welsh_is_whole_and_what_others_lack_says_that_it_is_english(visit: Visit):
    visit.open()
    choose(visit, "cy")
    assert visit.page.locator("[data-t][lang]").count() == 0
    choose(visit, "ar")
    visit.view("guidance")
    page = visit.page
    assert page.inner_text("#guidance .only-english") == text("ar", "site.only_english")
    lead = page.locator("#guidance .lead")
    assert (lead.get_attribute("lang"), lead.get_attribute("dir")) == ("en-GB", "ltr")
    visit.view("support")
    assert page.locator("#support [data-t][lang]").count() == 0
    visit.view("raise")
    assert page.locator("#raise [data-t][lang]").count() == 0


def test_what_is_said_follows_in_the_middle_of_the_form(visit: Visit):
    visit.open().fill_until("danger")
    page = visit.page
    choose(visit, "pl")
    visit.next("danger")
    assert visit.errors() == [text("pl", "questions.pages.danger.questions.danger.required")]
    choose(visit, "cy")
    assert visit.errors() == [], "what was wrong is said anew, in the language chosen, when it is tried again"
    visit.next("danger")
    assert visit.errors() == ["Dewiswch oes neu nac oes."]
    page.check("#danger-no")
    visit.next("danger")
    visit.next("who")
    page.fill("#happened", "Ffoniwch 07700 900123, dim ond fi oedd yno.")
    page.wait_for_selector('[data-step="happened"] .coach-body:visible')
    quotes = page.locator('[data-step="happened"] .coach-quote:visible')
    assert quotes.all_inner_texts() == ["“07700 900123”", "“dim ond fi oedd”"]
    assert page.inner_text('[data-step="happened"] .coach-status') == "2 beth i edrych arnyn nhw, isod."
    choose(visit, "ar")
    assert page.inner_text('[data-step="happened"] .coach-status') == text("ar", "coach.found.one"), (
        "Welsh phrases are Welsh's"
    )
    assert page.input_value("#happened").startswith("Ffoniwch"), "what a person wrote stays"
    for step in ("happened", "about", "effects", "ongoing", "raised", "hard", "hunt", "help", "files"):
        visit.next(step)
    assert "الاثنين والأربعاء" in page.inner_text("#to")
    page.locator("#to input").first.check()
    choose(visit, "pl")
    assert "Odbiera: poniedziałek i środa. Jeszcze nic nie odebrano." in page.inner_text("#to")
    assert page.locator("#to input").first.is_checked()


def test_the_guardian_learns_which_language_the_page_was_in(visit: Visit, place: Hospital):
    visit.open()
    choose(visit, "pl")
    codename = visit.send("Alarm nie działa.", to=(0,))
    (told,) = received(place, place.keys[0], codename)
    assert told.head.language == "pl"
    assert told.sections["happened"] == "Alarm nie działa."
    assert visit.page.inner_text("#sent-title") == text("pl", "raise.sent.lead")


def test_a_page_that_cannot_seal_says_so_in_the_language_chosen(visit: Visit):
    visit.answer("/directory", b"{}").open("#raise", state="closed")
    choose(visit, "ar")
    assert visit.page.inner_text("#raise h1") == text("ar", "raise.closed_title")
    assert "(malformed)" in visit.page.inner_text("#raise .what")


def test_without_scripts_a_choice_by_style_alone_tells_how_to_go_on(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place, java_script_enabled=False)
    page = visit.page
    page.goto(place.url)
    assert not page.locator(".languages").is_visible()
    for tag in OTHERS:
        why = text(tag, "site.noscript.title")
        assert not page.get_by_text(why).is_visible()
        page.check(f"#plain-{tag}")
        assert page.get_by_text(why).is_visible()
    page.check("#plain-own")
    assert not page.get_by_text(text("cy", "site.noscript.title")).is_visible()
    visit.close()


def test_the_keyboard_alone_reaches_and_presses_a_language(visit: Visit):
    visit.open()
    page = visit.page
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.language") == "cy":
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "cy"


@pytest.mark.slow
@pytest.mark.parametrize("tag", OTHERS)
def test_axe_and_layout_in_each_language(chromium: Browser, place: Hospital, axe: str, tag: str):
    visit = Visit(chromium, place, viewport={"width": 320, "height": 800})
    visit.context.add_init_script(axe)
    visit.open()
    choose(visit, tag)
    found = []
    for view in VIEWS:
        visit.view(view)
        check_layout(visit.page, f"{tag} {view}")
        found += violations(visit.page, f"{tag} {view}")
    visit.view("raise")
    visit.next("start")
    visit.next("danger")
    check_layout(visit.page, f"{tag} error")
    found += violations(visit.page, f"{tag} error")
    visit.page.check("#danger-yes")
    visit.next("danger")
    for step in ("who", "happened", "about"):
        check_layout(visit.page, f"{tag} {step}")
        found += violations(visit.page, f"{tag} {step}")
        visit._fill(step, "Dr Smith 07700 900123", (0,), "")
        visit.next(step)
    visit.close()
    assert found == []


def test_from_the_right_everything_is_at_the_right(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place, viewport={"width": 390, "height": 844}).open()
    choose(visit, "ar")
    visit.fill_until("about")
    page = visit.page
    box, label = (page.locator(f"#about-safety{each}").bounding_box() for each in ("", " + label"))
    assert box
    assert label
    assert box["x"] > 200, "the box is at the right of its words"
    assert label["x"] + label["width"] <= box["x"] + 20
    assert page.locator(".care, .danger").first.evaluate("each => getComputedStyle(each).borderRightWidth") != "0px"
    visit.close()


@pytest.mark.slow
def test_firefox_switches_and_sends(firefox: Firefox, place: Hospital):
    page = firefox.open(place.url)
    page.wait_for("() => document.documentElement.dataset.state === 'ready'", timeout=60)
    page.evaluate("() => document.querySelector('[data-language=ar]').click()")
    assert page.evaluate("() => document.querySelector('#home-title').textContent") == text("ar", "home.title")
    assert page.evaluate("() => getComputedStyle(document.body).direction") == "rtl"
    words = page.evaluate(FILL, "")
    page.wait_for("() => document.querySelector('#sent-title')?.checkVisibility()", timeout=120)
    (found,) = received(place, place.keys[0], words)
    assert found.head.language == "ar"
    assert page.evaluate("() => document.querySelector('#raise .who').textContent").count("الاثنين") >= 1
    page.close()


def test_every_text_of_the_page_is_marked(visit: Visit):
    """Wording that no script could put into another language would show here, whoever adds it."""
    visit.open()
    choose(visit, "cy")
    shown = visit.page.evaluate(
        """() => {
            const found = [];
            const look = (root) => {
                const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) found.push(node.data.trim());
                for (const each of root.querySelectorAll("template")) look(each.content);
            };
            look(document.body);
            return found;
        }"""
    )
    welsh = {entry.text for entry in loaded("cy").entries.values()}
    left = [each for each in shown if each in set(ENGLISH.values()) and each not in welsh and re.search("[a-z]", each)]
    assert [each for each in left if each != "English"] == []
