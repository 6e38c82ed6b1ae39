"""The inbox: what is on the board for a codename, checked and shown as text; nothing asked, nothing kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from crypto import codename
from crypto.reply import Next, Partial
from crypto.words import WORDS
from tests.site.hospital import Hospital, Keys
from tests.site.test_raise import received
from tests.site.visit import Visit

HOSTILE = '<img src=x onerror="document.title=1"><script>alert(1)</script>\n\n  two  spaces\tand \u202emirrored שלום 🌙'


@pytest.fixture
def words() -> str:
    """A codename."""
    return codename.generate(WORDS)


def opened(visit: Visit, words: str, *posted: list[bytes]) -> Visit:
    """The inbox of a codename, with these cells on the board."""
    visit.answer("/board", visit.place.board(*posted)).open()
    visit.unlock(words)
    return visit


def test_replies_are_shown_byte_for_byte_as_text_in_order(visit: Visit, place: Hospital, words: str):
    first, second, _ = place.keys
    long = "Ünïcödé 🌙 " * 600
    opened(
        visit, words,
        place.reply(words, second, HOSTILE, day=place.day - 2),
        place.reply(words, first, long, status="addressed", next=Next(day=place.day + 9, what="Check the alarms")),
    )  # fmt: skip
    assert visit.page.locator(".reply-text").all_text_contents() == [HOSTILE, long]
    assert visit.page.locator(".reply-text *").count() == 0
    assert visit.page.title() == "Candour"
    assert visit.page.locator(".reply-status").all_text_contents() == ["", "Something is being done."]
    (_, promised) = visit.page.locator(".reply-next").all_text_contents()
    assert promised.startswith("Next, by ")
    assert "Check the alarms" in promised
    assert (
        visit.page.locator("bdi.reply-text").first.evaluate("each => getComputedStyle(each).whiteSpace") == "pre-wrap"
    )


def test_looking_asks_nobody(visit: Visit, place: Hospital, words: str):
    visit.answer("/board", place.board(place.reply(words, place.keys[0], "Hello."))).open()
    before = visit.asked_for()
    visit.unlock(words)
    assert visit.asked_for() == before


@pytest.mark.slow
def test_a_telephone_shows_how_far_the_opening_is_where_nothing_is_compiled(
    chromium_jitless: Browser, place: Hospital, words: str
):
    visit = Visit(chromium_jitless, place, viewport={"width": 360, "height": 640}).open("#inbox")
    bar = visit.page.locator("#inbox-bar")
    assert bar.is_hidden()
    visit.page.fill("#inbox-codename", words)
    button = visit.page.locator('#inbox [data-step="locked"] [data-next]')
    button.evaluate("button => { scrollTo(0, 0); button.click(); }")
    assert bar.evaluate("bar => bar.checkVisibility() && bar.value < 1")
    assert bar.evaluate("bar => bar.getBoundingClientRect().bottom <= innerHeight")
    visit.page.wait_for_selector('#inbox [data-step="open"]:visible')
    assert bar.is_hidden()
    visit.close()


def test_another_codename_finds_nothing(visit: Visit, place: Hospital, words: str):
    opened(visit, codename.generate(WORDS), place.reply(words, place.keys[0], "Hello."))
    assert visit.page.is_visible("#inbox-empty")
    assert visit.page.locator("article.reply").count() == 0
    assert "Collects on Monday and Wednesday. Has not collected yet." in visit.page.inner_text("#inbox .who")


def test_receipts_are_listed_and_can_be_saved(visit: Visit, place: Hospital, words: str):
    first, second, _ = place.keys
    opened(visit, words, place.receipt(words, first), place.receipt(words, second, how="person"))
    texts = visit.page.locator("#receipts li").all_inner_texts()
    assert "your message arrived. Signed by their tool on" in texts[0]
    assert "your message was read by a person. Signed on" in texts[1]
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Save this receipt").first.click()
    assert waiting.value.suggested_filename == "receipt.json"


def forged(place: Hospital, words: str, keys: Keys) -> list[bytes]:
    return place.reply(words, keys, "False.", seed=bytes(32))


def early(place: Hospital, words: str, keys: Keys) -> list[bytes]:
    return place.reply(words, keys, "False.", day=place.day + 5)


def other_thread(place: Hospital, words: str, keys: Keys) -> list[bytes]:
    return place.reply(words, keys, "False.", thread=bytes(16))


def other_organisation(place: Hospital, words: str, keys: Keys) -> list[bytes]:
    return place.reply(words, keys, "False.", organisation=bytes(32))


@pytest.mark.parametrize(
    ("make", "code"),
    [(forged, "signature"), (early, "early"), (other_thread, "thread"), (other_organisation, "organisation")],
)
def test_a_reply_that_does_not_verify_is_not_shown_but_told(
    visit: Visit, place: Hospital, words: str, make: Callable[[Hospital, str, Keys], list[bytes]], code: str
):
    first, second, _ = place.keys
    opened(visit, words, make(place, words, first), place.reply(words, second, "True."))
    assert visit.page.locator(".reply-text").all_text_contents() == ["True."]
    (notice,) = visit.page.locator("#inbox-notices .told").all_inner_texts()
    assert f"did not pass our checks ({code})" in notice
    assert "R. Adeyemi" in notice


def test_half_a_reply_and_a_partial_report_are_told(visit: Visit, place: Hospital, words: str):
    first, second, _ = place.keys
    partial = Partial(message=bytes(16), have=(0, 2, 3), parts=6)
    opened(visit, words, place.reply(words, first, "x" * 4000)[:-1], place.reply(words, second, "Hm.", partial=partial))
    notices = visit.page.locator("#inbox-notices .told").all_inner_texts()
    assert any("R. Adeyemi\u2069 has come (2 of 3 pieces)" in notice for notice in notices)
    assert any("Dr M. Kowalska\u2069 holds 3 of 6 pieces" in notice for notice in notices)
    assert "Please write it again, below." in " ".join(notices)


def test_writing_again_reaches_the_same_thread_and_answers_the_reply(visit: Visit, place: Hospital, words: str):
    first = place.keys[0]
    opened(visit, words, place.reply(words, first, "Which ward?"))
    assert visit.page.locator("#more-to input:checked").count() == 1
    visit.page.click("#more button[type=submit]")
    assert visit.errors() == ["Write your message."]
    visit.page.fill("#more-text", "Ward 4.")
    visit.page.click("#more button[type=submit]")
    visit.page.wait_for_selector("#inbox-sent:not(:empty)")
    (found,) = received(place, first, words)
    assert found.head.type == "more"
    assert dict(found.sections) == {"more": "Ward 4."}
    assert found.head.to == (first.g,)
    assert found.head.answers_to is not None
    assert visit.page.input_value("#more-text") == ""


def test_withdrawing_asks_twice_and_sends_no_words(visit: Visit, place: Hospital, words: str):
    first = place.keys[0]
    opened(visit, words, place.reply(words, first, "Thank you."))
    visit.page.click("[data-withdraw]")
    visit.page.get_by_role("button", name="No, keep it").click()
    visit.page.wait_for_selector('[data-step="open"]:visible')
    visit.page.click("[data-withdraw]")
    assert "cannot be taken back" in visit.page.inner_text("#withdraw")
    assert visit.page.locator("#withdraw-to input:checked").count() == 1
    assert received(place, first, words) == []
    visit.page.click("#withdraw button[type=submit]")
    visit.page.wait_for_selector("#inbox-sent:not(:empty)")
    assert visit.page.inner_text("#inbox-sent").startswith("Your wish to have it erased has left.")
    (found,) = received(place, first, words)
    assert (found.head.type, dict(found.sections)) == ("withdraw", {})


def test_closing_the_inbox_empties_it(visit: Visit, place: Hospital, words: str):
    opened(visit, words, place.reply(words, place.keys[0], "A peculiar answer."))
    visit.page.locator("[data-lock]:visible").click()
    assert visit.page.is_visible("#inbox-codename")
    assert "peculiar" not in visit.page.content()
    assert visit.page.input_value("#inbox-codename") == ""


def test_an_open_inbox_asks_before_it_closes_itself(chromium: Browser, place: Hospital, words: str):
    visit = Visit(chromium, place)
    visit.page.clock.install()
    opened(visit, words, place.reply(words, place.keys[0], "A peculiar answer."))
    visit.page.clock.run_for(9 * 60_000 + 1000)
    visit.page.wait_for_selector("#idle[open]")
    visit.page.click("[data-stay]")
    visit.page.wait_for_timeout(200)  # the dialog's own event comes with the next frame, not by the clock set here
    assert visit.page.is_visible("article.reply")
    visit.page.clock.run_for(9 * 60_000 + 1000)
    visit.page.wait_for_selector("#idle[open]")
    visit.page.clock.run_for(61_000)
    visit.page.wait_for_selector("#inbox-codename:visible")
    assert "peculiar" not in visit.page.content()
    visit.close()


def test_a_board_that_is_not_one_is_refused(visit: Visit, place: Hospital):
    visit.answer("/board", place.board()[:-1]).open("#inbox", state="closed")
    assert "did not pass our checks (size)" in visit.page.inner_text("#inbox")
    assert visit.page.locator("textarea").count() == 0


def test_days_away_and_the_last_collection_are_said(visit: Visit, place: Hospital):
    first = place.keys[0]
    sign, seeds = place.organisation.sign, [first.guardian.identity]
    away = sign("calendar", seeds, g=first.g, day=place.day, weekdays=[4], away=[(place.day + 1, place.day + 7)])
    log = [*place.log, away]
    from crypto import chain, directory

    state = chain.replay(log, place.day).states[-1]
    courier = [first.guardian.courier]
    head = sign("head", courier, g=first.g, day=place.day, length=len(log), state=state)
    visit.answer("/directory", directory.compose(log, [head], place.public, place.day)).open("#raise")
    said = visit.page.inner_text("#raise .who .guardian >> nth=0")
    assert "Collects on Friday. Last collected on" in said
    assert "Away from" in said
