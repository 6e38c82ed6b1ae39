"""Lost network, back button, hidden and frozen pages, at every step.

What can be kept is kept, in memory alone, and what would be lost is said before it can be.
"""

import pytest
from playwright.sync_api import Browser

from crypto import codename
from crypto.words import WORDS
from tests.site.hospital import Hospital
from tests.site.test_inbox import opened
from tests.site.test_raise import received
from tests.site.visit import STEPS, Visit


@pytest.fixture
def words() -> str:
    """A codename."""
    return codename.generate(WORDS)


def test_without_a_network_the_whole_form_can_be_filled_in_and_leaves_when_it_is_back(visit: Visit, place: Hospital):
    visit.open("#raise")
    visit.context.set_offline(True)
    words = visit.fill_until("retype", "Written in a cellar.", (0,))
    visit.page.fill("#retype-codename", words)
    visit.next("retype")
    visit.page.wait_for_selector("#send-trouble:text('You are offline.')")
    said = visit.page.inner_text("#send-trouble")
    assert said.startswith("Your report has not left this page.")
    assert "Keep the page open; it will try again by itself." in said
    visit.context.set_offline(False)
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    (found,) = received(place, place.keys[0], words)
    assert found.sections["happened"] == "Written in a cellar."


def test_a_network_that_comes_and_goes_at_each_step_changes_nothing_there(visit: Visit):
    visit.open()
    visit.view("raise")
    for step in STEPS[:-1]:
        visit._fill(step, "Something peculiar.", (0, 1), "")
        before = visit.page.locator("#raise-body .step:visible").inner_text()
        visit.context.set_offline(True)
        visit.page.evaluate("dispatchEvent(new Event('offline'))")
        visit.context.set_offline(False)
        visit.page.evaluate("dispatchEvent(new Event('online'))")
        assert visit.step() == step
        assert visit.page.locator("#raise-body .step:visible").inner_text() == before
        visit.next(step)
    assert visit.page.input_value("#happened") == "Something peculiar."


def test_an_inbox_can_be_opened_and_read_without_a_network_and_written_from_when_it_is_back(
    visit: Visit, place: Hospital, words: str
):
    first = place.keys[0]
    visit.answer("/board", place.board(place.reply(words, first, "Hello."))).open()
    visit.context.set_offline(True)
    visit.unlock(words)
    assert visit.page.inner_text(".reply-text") == "Hello."
    assert "If you lose the network, you can go on reading." in visit.page.inner_text('[data-step="open"]')
    visit.page.fill("#more-text", "From a tunnel.")
    visit.page.click("#more button[type=submit]")
    visit.page.wait_for_selector("#inbox-trouble:text('You are offline.')")
    visit.context.set_offline(False)
    visit.page.wait_for_selector("#inbox-sent:not(:empty)")
    (found,) = received(place, first, words)
    assert dict(found.sections) == {"more": "From a tunnel."}


def test_going_back_and_elsewhere_while_sending_loses_nothing(visit: Visit, place: Hospital):
    words = visit.open().fill_until("retype", "Z" * 9000, (0,))
    visit.page.fill("#retype-codename", words)
    visit.next("retype")
    visit.page.wait_for_selector('#raise [data-step="send"]:visible')
    visit.page.go_back()
    assert visit.step() == "send", "the steps before are closed while pieces leave"
    visit.view("support")
    visit.page.go_back()
    visit.view("raise")
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    (found,) = received(place, place.keys[0], words)
    assert found.complete


def test_an_unsent_draft_stays_while_one_looks_elsewhere_and_leaving_asks(visit: Visit, place: Hospital, words: str):
    opened(visit, words, place.reply(words, place.keys[0], "Hello.", ask="check-in"))
    visit.page.fill("#more-text", "A draft.")
    visit.page.get_by_role("button", name="Answer this").click()
    visit.page.fill("#now", "Another.")
    visit.view("support")
    visit.page.go_back()
    assert visit.page.input_value("#now") == "Another."
    visit.page.go_back()
    assert visit.page.input_value("#more-text") == "A draft."
    said = visit.page.inner_text('[data-step="open"]')
    assert (
        "When you close or reload it, everything here is gone from this device, and what you have not sent is lost."
        in said
    )
    visit.page.reload()
    assert visit.dialogs == ["beforeunload"]
    visit.page.wait_for_selector('html[data-state="ready"]')
    visit.view("inbox")
    assert visit.page.is_visible("#inbox-codename")
    assert "Hello." not in visit.page.inner_text("#inbox")


def test_an_open_inbox_without_a_draft_closes_without_asking(visit: Visit, place: Hospital, words: str):
    opened(visit, words, place.reply(words, place.keys[0], "Hello."))
    visit.page.reload()
    assert visit.dialogs == []


def test_what_is_lost_by_closing_the_form_is_said_on_its_first_page(visit: Visit):
    visit.open("#raise")
    assert "If you close or reload the page, or your phone throws the page away to save memory, your text is gone." in (
        visit.page.inner_text("#raise")
    )


def test_a_hidden_and_frozen_page_keeps_its_text_and_goes_on_sending(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place)
    words = visit.open().fill_until("retype", "Q" * 6000, (0,))
    session = visit.context.new_cdp_session(visit.page)
    session.send("Page.enable")
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    session.send("Page.setWebLifecycleState", {"state": "active"})
    assert visit.page.input_value("#happened") == "Q" * 6000
    visit.page.fill("#retype-codename", words)
    visit.next("retype")
    visit.page.wait_for_selector('#raise [data-step="send"]:visible')
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    session.send("Page.setWebLifecycleState", {"state": "active"})
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    (found,) = received(place, place.keys[0], words)
    assert found.complete
    visit.close()


def test_a_hidden_inbox_still_closes_itself(chromium: Browser, place: Hospital, words: str):
    visit = Visit(chromium, place)
    visit.page.clock.install()
    opened(visit, words, place.reply(words, place.keys[0], "A peculiar answer."))
    other = visit.context.new_page()
    other.bring_to_front()
    visit.page.clock.run_for(9 * 60_000 + 1000)
    visit.page.wait_for_selector("#idle[open]", state="attached")
    assert "What you have not sent is lost then." in visit.page.inner_text("#idle")
    visit.page.clock.run_for(61_000)
    visit.page.wait_for_selector("#inbox-codename", state="visible")
    assert "peculiar" not in visit.page.content()
    visit.close()


@pytest.mark.slow
def test_the_whole_inbox_works_with_the_keyboard_alone(visit: Visit, place: Hospital, words: str):
    first, second, _ = place.keys
    visit.answer(
        "/board",
        place.board(
            place.reply(words, first, "Hello.", ask="check-in"),
            place.receipt(words, second),
            place.reply(words, second, "So far.", day=place.day - 2),
        ),
    ).open()
    page, press = visit.page, visit.page.keyboard.press

    def to(selector: str) -> None:
        """Tab until something has the focus."""
        for _ in range(60):
            if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
            press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    def heading() -> str:
        return str(page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.textContent"))

    to("#home a[data-view=inbox]")
    press("Enter")
    assert heading() == "H1 Check for replies"
    to("#inbox-codename")
    page.keyboard.type(words)
    to('[data-step="locked"] [data-next]')
    press("Enter")
    page.wait_for_selector('[data-step="open"]:visible')
    assert heading() == "H1 Your inbox"
    to("[data-answer-it]")
    press("Enter")
    assert heading() == "H1 How are things for you now?"
    to("#treated-no")
    press("Space")
    to("#now")
    page.keyboard.type("Quiet.")
    to("#check_in button[type=submit]")
    press("Enter")
    page.wait_for_selector("#inbox-sent:not(:empty)")
    assert page.evaluate("document.activeElement.id") == "inbox-sent"
    to("#receipts button")
    with page.expect_download():
        press("Enter")
    to("#more-text")
    page.keyboard.type("More.")
    to("#more button[type=submit]")
    press("Enter")
    assert heading() == "H2 Sending"
    page.wait_for_selector("#inbox-sent:not(:empty)")
    to("#inbox [data-practise]")
    press("Enter")
    to("#practise-inbox-box")
    page.keyboard.type(words)
    to("#inbox [data-try]")
    press("Enter")
    assert page.inner_text("#practise-inbox [role=status]") == "All eight are right. Well done."
    to("#inbox [data-back]")
    press("Enter")
    page.wait_for_selector('[data-step="open"]:visible')
    to("[data-feedback]")
    press("Enter")
    to("#speak_again-yes")
    press("Space")
    to("#feedback button[type=submit]")
    press("Enter")
    page.wait_for_selector("#inbox-sent:not(:empty)")
    to("[data-withdraw]")
    press("Enter")
    to("#withdraw button[type=submit]")
    press("Enter")
    page.wait_for_selector("#inbox-sent:not(:empty)")
    types = {each.head.type for each in received(place, first, words)}
    assert types == {"more", "feedback", "withdraw"}
    to('[data-step="open"] [data-lock]')
    press("Enter")
    page.wait_for_selector("#inbox-codename:visible")
    assert heading() == "H1 Check for replies"
