"""What can be done in an open inbox: see where it stands, send again, answer, practise, take back. One view each."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser

from crypto import codename, directory
from crypto.reply import Next, Partial
from crypto.words import WORDS
from tests.site.hospital import Hospital
from tests.site.test_inbox import opened
from tests.site.test_raise import received
from tests.site.test_views import check_layout, violations
from tests.site.visit import Visit


@pytest.fixture
def words() -> str:
    """A codename."""
    return codename.generate(WORDS)


def stages(visit: Visit, at: int = 0) -> list[tuple[str, bool]]:
    """The states shown for one guardian, each with whether a day stands beside it."""
    shown = visit.page.locator("#standing .standing").nth(at).locator(".stage")
    return [
        (each.locator(".stage-name").inner_text(), each.locator(".stage-day").inner_text() != "not yet")
        for each in shown.all()
    ]


def clocks(visit: Visit) -> list[str]:
    """What is said of both clocks, dates left out."""
    said = visit.page.locator("#standing .clocks p").all_inner_texts()
    return [re.sub(r"\w+day,? \d+ \w+ \d{4}", "DAY", each) for each in said]


def test_where_it_stands_is_told_from_receipts_and_replies(visit: Visit, place: Hospital, words: str):
    first = place.keys[0]
    opened(
        visit, words,
        place.receipt(words, first), place.reply(words, first, "We look.", status="assessed"),
    )  # fmt: skip
    assert stages(visit) == [
        ("It arrived", True),
        ("It is being looked into", True),
        ("Something is being done", False),
        ("The case is concluded", False),
    ]
    assert visit.page.locator('[aria-current="step"]').inner_text().startswith("It is being looked into")
    assert clocks(visit) == [
        "A person first answered on DAY.",
        "You should hear by DAY what is being done, or why nothing can be.",
    ]


def test_a_receipt_without_an_answer_says_by_when_one_should_come(visit: Visit, place: Hospital, words: str):
    opened(visit, words, place.receipt(words, place.keys[0]))
    assert clocks(visit)[0] == "A first answer from a person should come by DAY."
    assert "We cannot promise it for them." in visit.page.inner_text("#inbox-standing")


def test_what_is_late_is_said_and_that_it_is_nobodys_fault_who_reads_it(chromium: Browser, place: Hospital, words: str):
    visit = Visit(chromium, place)
    visit.page.clock.install()
    visit.page.clock.set_system_time((place.day + 9) * 86_400)
    # Ten days after the receipt only a fallback key fits: the page goes on all the same.
    opened(visit, words, place.receipt(words, place.keys[0]))
    assert clocks(visit)[0].startswith(
        "A first answer should have come by DAY. It has not, and that is not your fault."
    )
    assert clocks(visit)[1].startswith("You should hear by DAY")
    visit.close()


def test_replies_stand_before_all_else(visit: Visit, place: Hospital, words: str):
    opened(visit, words, place.receipt(words, place.keys[0]), place.reply(words, place.keys[0], "Hello."))
    assert visit.page.locator('[data-step="open"] h2:visible').all_inner_texts()[:4] == [
        "Replies", "Where it stands", "Signed receipts", "When they last collected",
    ]  # fmt: skip


def test_an_empty_inbox_says_what_it_may_mean_and_asks_again_whom_to_write_to(visit: Visit, words: str):
    opened(visit, words)
    said = visit.page.inner_text("#inbox-empty")
    assert "your report is still waiting, sealed" in said
    assert "send your report again" in said
    assert "Please choose again." in visit.page.inner_text("#more")
    assert visit.page.locator("#more-to input:checked").count() == 0
    assert visit.page.locator("#standing .standing").count() == 0
    visit.page.fill("#more-text", "Once more.")
    visit.page.click("#more button[type=submit]")
    assert visit.errors() == ["Choose at least one guardian."]


def with_statement(place: Hospital, name: str, seed: bytes, **fields: Any) -> bytes:
    """The directory with one statement more."""
    made = place.organisation.sign(name, [seed], **fields)
    log = [*place.log, made]
    return directory.compose(log, [], place.public, place.day)


def test_lost_keys_are_told_and_send_again_leads_to_writing_to_that_guardian(visit: Visit, place: Hospital, words: str):
    second = place.keys[1]
    lost = with_statement(
        place, "lost", second.guardian.identity, g=second.g, first_day=place.day - 9, last_day=place.day - 7
    )
    visit.answer("/directory", lost)
    opened(visit, words, place.reply(words, place.keys[0], "Hello."))
    notice = visit.page.locator("#inbox-notices .care")
    assert "Dr M. Kowalska\u2069 has lost the keys for" in notice.inner_text()
    notice.get_by_role("button", name="Send it again").click()
    assert visit.page.evaluate("document.activeElement.id") == "more-text"
    assert visit.page.locator("#more-to label:has-text('Kowalska')").count() == 1
    ticked = visit.page.locator("#more-to input:checked").evaluate_all("found => found.map((each) => each.dataset.g)")
    from crypto.encoding import b64

    assert ticked == [b64(second.g)]


def test_a_message_that_was_answered_meanwhile_is_not_asked_for_again(visit: Visit, place: Hospital, words: str):
    first = place.keys[0]
    partial = Partial(message=bytes(16), have=(0,), parts=2)
    asked = place.reply(words, first, "", partial=partial, day=place.day - 2)
    opened(visit, words, asked, place.reply(words, first, "Now it is whole.", start=4))
    assert visit.page.locator("#inbox-notices .care").count() == 0
    assert "asks you to write it again" in visit.page.inner_text("#replies")


def test_a_check_in_is_answered_with_a_short_form(visit: Visit, place: Hospital, words: str):
    first, second = place.keys[:2]
    asked = place.reply(words, second, "Three months have passed.", ask="check-in")
    opened(visit, words, place.reply(words, first, "Hello."), asked)
    visit.page.fill("#more-text", "A draft.")
    visit.page.get_by_role("button", name="Answer this").click()
    assert "It goes to \u2068Dr M. Kowalska\u2069." in visit.page.inner_text("#check_in")
    assert visit.page.evaluate("document.activeElement.textContent") == "How are things for you now?"
    visit.page.click("#check_in button[type=submit]")
    assert visit.errors() == ["Answer at least one question."]
    assert visit.page.is_hidden('[data-note="treated"]')
    visit.page.check("#treated-yes")
    assert visit.page.is_visible('[data-note="treated"]')
    visit.page.check("#change-same")
    visit.page.fill("#now", "I was moved to nights.")
    visit.page.click("#check_in button[type=submit]")
    visit.page.wait_for_selector("#inbox-sent:not(:empty)")
    (found,) = received(place, second, words)
    assert found.head.type == "more"
    assert found.head.choices == {"form": "asked-1", "treated": "yes", "change": "same"}
    assert dict(found.sections) == {"now": "I was moved to nights."}
    assert found.head.to == (second.g,)
    assert found.head.answers_to is not None
    assert received(place, first, words) == []
    assert visit.page.input_value("#more-text") == "A draft.", "an answer does not take the draft with it"
    assert visit.page.input_value("#now") == ""


def test_would_you_speak_up_again_is_a_message_of_its_own_type(visit: Visit, place: Hospital, words: str):
    first = place.keys[0]
    opened(visit, words, place.reply(words, first, "It is done.", status="concluded", ask="feedback"))
    visit.page.get_by_role("button", name="Answer this").click()
    visit.page.click("#feedback button[type=submit]")
    assert visit.errors() == ["Choose one answer."]
    visit.page.check("#speak_again-maybe")
    visit.page.click("#feedback button[type=submit]")
    visit.page.wait_for_selector("#inbox-sent:not(:empty)")
    (found,) = received(place, first, words)
    assert (found.head.type, found.head.choices) == ("feedback", {"form": "asked-1", "speak_again": "maybe"})
    assert dict(found.sections) == {}
    assert found.head.answers_to is not None


def test_it_can_be_said_without_being_asked(visit: Visit, place: Hospital, words: str):
    first = place.keys[0]
    opened(visit, words, place.reply(words, first, "It is done."))
    assert visit.page.locator("[data-answer-it]:visible").count() == 0
    visit.page.click("[data-feedback]")
    visit.page.check("#speak_again-yes")
    visit.page.fill("#why", "You listened.")
    visit.page.click("#feedback button[type=submit]")
    visit.page.wait_for_selector("#inbox-sent:not(:empty)")
    (found,) = received(place, first, words)
    assert (found.head.type, dict(found.sections)) == ("feedback", {"why": "You listened."})
    assert found.head.answers_to is None


def test_the_codename_can_be_practised_in_the_open_inbox(visit: Visit, words: str):
    opened(visit, words)
    visit.page.click("#inbox [data-practise]")
    practise(visit, "#inbox", words.split())
    visit.page.click("#inbox [data-back]:visible")
    assert visit.page.locator("#practise-inbox .words li").count() == 0
    assert visit.page.input_value("#practise-inbox-box") == ""


def test_the_codename_can_be_practised_before_sending_or_not(visit: Visit):
    visit.open().fill_until("codename")
    words = visit.page.locator("#codename-words li").all_text_contents()
    visit.page.click("#raise [data-practise]")
    assert visit.page.locator("#practise-raise .words").is_hidden()
    practise(visit, "#raise", words)
    visit.next("practise")
    assert visit.step() == "retype"
    visit.page.go_back()
    assert visit.page.input_value("#practise-raise-box") == ""
    visit.page.go_back()
    assert visit.step() == "codename"
    assert visit.page.locator("#codename-words li").all_text_contents() == words
    visit.next("codename")
    assert visit.step() == "retype"


def practise(visit: Visit, view: str, words: list[str]) -> None:
    """Try, fail, look, and try again."""
    name = view.removeprefix("#")
    box, status = f"#practise-{name}-box", f"{view} #practise-{name} [role=status]"
    visit.page.click(f"{view} [data-try]")
    assert visit.page.inner_text(status).startswith("Type the words you remember")
    visit.page.fill(box, " ".join([*words[:5], words[6], words[5]]))
    visit.page.click(f"{view} [data-try]")
    assert visit.page.inner_text(status) == "5 of 8 are right. Look again at: 6, 7 and 8."
    visit.page.click(f"{view} [data-look]")
    assert visit.page.locator(f"#practise-{name} .words li").all_text_contents() == words
    visit.page.get_by_role("button", name="Cover the words").click()
    assert visit.page.locator(f"#practise-{name} .words li").count() == 0
    visit.page.click(f"{view} [data-again]")
    assert visit.page.input_value(box) == ""
    visit.page.fill(box, ", ".join(words).upper())
    visit.page.click(f"{view} [data-try]")
    assert visit.page.inner_text(status) == "All eight are right. Well done."


def test_the_closing_page_says_what_happens_next_and_by_when_for_those_chosen(visit: Visit):
    visit.open().send(to=(1,))
    said = visit.page.inner_text("#sent-who")
    assert "Dr M. Kowalska" in said
    assert "Adeyemi" not in said
    assert "Collects on Tuesday and Thursday." in said
    days = visit.page.locator("#sent-who .stage-day").all_inner_texts()
    assert re.match(r"(Tues|Thurs)day ", days[0])
    assert [each.split()[0] for each in days[1:]] == ["from", "by", "by"]
    visit.view("raise")
    assert visit.page.locator("#sent-who *").count() == 0, "a second report starts with a clean page"


def test_a_guardian_without_days_is_not_reckoned_with(visit: Visit, place: Hospital):
    first = place.keys[0]
    none = with_statement(place, "calendar", first.guardian.identity, g=first.g, day=place.day, weekdays=[], away=[])
    visit.answer("/directory", none).open().send(to=(0,))
    assert "We cannot say when they will collect." in visit.page.inner_text("#sent-who")
    assert visit.page.locator("#sent-who .stages").is_hidden()


def handed(place: Hospital, words: str) -> list[bytes]:
    """The second guardian answers in the first one's thread."""
    first, second = place.keys[:2]
    return place.reply(words, first, "I have taken over.", g=second.g, seed=second.guardian.identity)


def test_a_reply_shows_who_signed_it_and_whose_case_it_was(visit: Visit, place: Hospital, words: str):
    opened(visit, words, handed(place, words))
    assert visit.page.inner_text(".reply h3") == "Patient safety lead, Dr M. Kowalska"
    assert visit.page.inner_text(".reply-handed") == "\u2068R. Adeyemi\u2069 has passed your report on to them."


def test_a_sleeping_device_closes_the_inbox_when_it_wakes(chromium: Browser, place: Hospital, words: str):
    visit = Visit(chromium, place)
    visit.page.clock.install()
    opened(visit, words, place.reply(words, place.keys[0], "A peculiar answer."))
    visit.page.clock.set_system_time((place.day * 86_400) + 86_400 + 3600)  # timers stand still, the clock goes on
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    visit.page.wait_for_selector("#inbox-codename:visible")
    assert "peculiar" not in visit.page.content()
    visit.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_and_layout_in_every_state_of_the_inbox(
    chromium: Browser, place: Hospital, axe: str, words: str, scheme: str
):
    visit = Visit(chromium, place, color_scheme=scheme, viewport={"width": 320, "height": 700})
    visit.context.add_init_script(axe)
    first, second, third = place.keys
    lost = with_statement(
        place, "lost", third.guardian.identity, g=third.g, first_day=place.day - 9, last_day=place.day - 7
    )
    visit.answer("/directory", lost)
    opened(
        visit, words,
        place.receipt(words, first), place.receipt(words, second),
        place.reply(words, first, "W" * 400, status="addressed", next=Next(day=place.day - 1, what="W" * 400)),
        place.reply(words, second, "", ask="check-in", partial=Partial(message=bytes(16), have=(), parts=3)),
        place.reply(words, third, "Done.", status="concluded", ask="feedback", withdrawn=True),
    )  # fmt: skip
    page, found = visit.page, []

    def look(where: str) -> None:
        check_layout(page, where)
        found.extend(violations(page, where))

    look("open")
    for action, step in (("[data-withdraw]", "withdraw"), ("[data-feedback]", "feedback")):
        page.click(action)
        look(step)
        if step == "withdraw":
            for box in page.locator("#withdraw-to input").all():
                box.uncheck()
        page.click(f"#{step} button[type=submit]")
        look(f"{step} with its error")
        page.click(f"#{step} [data-back] >> nth=0")
    page.get_by_role("button", name="Answer this").first.click()
    page.check("#treated-unsure")
    look("check-in")
    page.click("#check_in [data-back]")
    page.click("#inbox [data-practise]")
    page.fill("#practise-inbox-box", "one two")
    page.click("#inbox [data-try]")
    page.click("#inbox [data-look]")
    look("practise")
    page.click("#inbox [data-back]:visible")
    page.fill("#more-text", "More.")
    page.click("#more button[type=submit]")
    page.wait_for_selector("#inbox-sending:visible")
    look("sending")
    page.wait_for_selector("#inbox-sent:not(:empty)")
    look("sent")
    page.locator("[data-lock]:visible").click()
    visit.unlock(codename.generate(WORDS))
    look("empty")
    visit.close()
    assert found == []


def test_who_took_over_from_a_guardian_is_whom_one_writes_to(visit: Visit, place: Hospital, words: str):
    first, second, third = place.keys
    organisation = place.organisation
    certificates = [
        organisation.certificate(first.guardian, last_day=place.day - 1),
        organisation.certificate(second.guardian),
        organisation.certificate(third.guardian, name="A. Successor", succeeds=first.g),
    ]
    log = [*place.log[:2], *certificates, *place.log[5:]]
    visit.answer("/directory", directory.compose(log, [], place.public, place.day))
    opened(visit, words, place.reply(words, first, "I am leaving.", ask="check-in"))
    assert visit.page.locator("#more-to input:checked").count() == 1
    visit.page.get_by_role("button", name="Answer this").click()
    assert "It goes to \u2068A. Successor\u2069." in visit.page.inner_text("#check_in")
    visit.page.check("#change-better")
    visit.page.click("#check_in button[type=submit]")
    visit.page.wait_for_selector("#inbox-sent:not(:empty)")
    (found,) = received(place, third, words)
    assert found.head.succeeds is not None
    assert [each.g for each in found.head.succeeds] == [first.g]
