"""Words of others are only ever words: whatever a guardian, or who stole a guardian's key, signs and posts.

Names, roles, promises and calendars of the directory, replies on the board: with markup, scripts, marks that turn the
direction of writing or cannot be seen, days that no calendar has, more text than a reply may hold.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from crypto import board, codename, directory, thread
from crypto.errors import CandourError
from crypto.kdf import sha256
from crypto.reply import Next
from crypto.signed import sign_document
from crypto.words import WORDS
from tests.site.hospital import Hospital, Keys, hospital
from tests.site.test_inbox import opened
from tests.site.test_views import check_layout
from tests.site.visit import Visit

LAST = 2**31 - 1  # the last day that the protocol has
MARKUP = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>'
TURNED = "A\u202e\u2066B\u2069\u2069\u200b\nC"
SHOWN = "A‹U+202E›‹U+2066›B‹U+2069›‹U+2069›‹U+200B›‹U+000A›C"
STACKED = "e" + "\u0301\u0489" * 200


@pytest.fixture
def words() -> str:
    """A codename."""
    return codename.generate(WORDS)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    """A hospital whose guardians have hostile names and roles."""
    names = ((MARKUP[:80], MARKUP), (TURNED, TURNED), ("W" * 80, "W" * 120))
    with hospital(tmp_path_factory.mktemp("odd"), names=names) as made:
        yield made


def untouched(visit: Visit) -> None:
    """No script of theirs ran, and no element of theirs is there."""
    assert visit.page.evaluate("globalThis.pwned") is None
    assert visit.page.locator('img, [src="x"], main script').count() == 0
    assert visit.page.title() == "Candour"


def test_names_and_roles_are_text_wherever_they_stand(chromium: Browser, odd: Hospital, words: str):
    visit = Visit(chromium, odd, viewport={"width": 320, "height": 700})
    first, second, third = odd.keys
    posted = [
        odd.reply(words, first, "Hello.", next=Next(day=odd.day, what=TURNED), ask="check-in"),
        odd.receipt(words, second),
        odd.reply(words, third, "False.", seed=bytes(32)),
        odd.reply(words, second, "x" * 4000, start=2)[:-1],
    ]
    visit.answer("/board", odd.board(*posted)).open("#raise")
    names = visit.page.locator("#raise .who .guardian-name")
    assert names.all_text_contents() == [MARKUP[:80], SHOWN, "W" * 80]
    assert visit.page.locator("#raise .who .guardian-role").all_text_contents()[0] == MARKUP
    check_layout(visit.page, "start")
    visit.fill_until("to")
    assert visit.page.locator("#to .guardian-name").all_text_contents() == [MARKUP[:80], SHOWN, "W" * 80]
    check_layout(visit.page, "to")
    visit.finish_from("to", (0, 1))
    check_layout(visit.page, "sent")
    assert SHOWN in visit.page.inner_text("#sent-who")
    visit.unlock(words)
    check_layout(visit.page, "inbox")
    assert f"\u2068{SHOWN}\u2069" in visit.page.inner_text("#inbox-notices")
    assert visit.page.inner_text(".reply-next").endswith(f"\u2068{SHOWN}\u2069")
    assert f"\u2068{MARKUP[:80]}\u2069 asks how things are" in visit.page.inner_text(".reply-ask")
    untouched(visit)
    visit.page.get_by_role("button", name="Answer this").click()
    check_layout(visit.page, "check-in")
    untouched(visit)
    visit.close()


def test_a_name_that_closes_our_sentence_cannot_turn_the_rest_of_it(chromium: Browser, odd: Hospital, words: str):
    visit = Visit(chromium, odd)
    opened(visit, words, odd.receipt(words, odd.keys[1]))
    turning = visit.page.locator("main").evaluate(
        "main => [...main.textContent].filter((mark) => '\\u202a\\u202b\\u202d\\u202e\\u2067'.includes(mark)).length"
    )
    assert turning == 0
    visit.close()


def test_days_that_no_calendar_has_do_not_close_the_page(visit: Visit, place: Hospital, words: str):
    first = place.keys[0]
    every, gone = list(range(7)), [(place.day + 3, LAST)]  # whatever day it is today, the next collection is before
    away = place.organisation.sign(
        "calendar", [first.guardian.identity], g=first.g, day=place.day, weekdays=every, away=gone
    )
    visit.answer("/directory", directory.compose([*place.log, away], [], place.public, place.day))
    opened(visit, words, place.reply(words, first, "Hello.", next=Next(day=LAST, what="All will be well")))
    assert "to a day far ahead." in visit.page.inner_text("#inbox .who")
    assert visit.page.inner_text(".reply-next").startswith("Next, by a day far ahead")
    visit.send(to=(0,))
    assert "a day far ahead" in visit.page.inner_text("#sent-who")


def oversized(place: Hospital, words: str, keys: Keys, text: str) -> list[bytes]:
    """A reply with a longer text than our own code would sign."""
    secret = place.thread(words, keys)
    fields = {
        "organisation": place.organisation.id, "g": keys.g, "thread": thread.thread_id(secret), "day": place.day - 1,
        "language": "en", "text": text,
    }  # fmt: skip
    payload = sign_document("reply", lambda value: value, fields, keys.guardian.identity)
    return place.sealed(board.REPLY, payload, secret, 0)


def test_the_longest_reply_is_shown_as_it_is_and_one_byte_more_is_refused(visit: Visit, place: Hospital, words: str):
    first, second, _ = place.keys
    longest = ("\u200b\u202e<b>" * 3000)[:24_000].encode()[:24_000].decode(errors="ignore")
    longest += "x" * (24_000 - len(longest.encode()))
    opened(visit, words, oversized(place, words, first, longest), oversized(place, words, second, "x" * 24_001))
    assert visit.page.locator(".reply-text").all_text_contents() == [longest]
    (notice,) = visit.page.locator("#inbox-notices .told").all_inner_texts()
    assert "did not pass our checks (malformed)" in notice
    untouched(visit)


def test_a_million_characters_do_not_fit_on_the_board(place: Hospital, words: str):
    with pytest.raises(CandourError) as caught:
        board.split(board.REPLY, bytes(16), bytes(64) + b"x" * 1_000_000)
    assert caught.value.code == "limit"


def test_a_million_characters_posted_all_the_same_are_passed_over(visit: Visit, place: Hospital, words: str):
    """509 parts, as many as it takes, over 60 days of places: none of them is read, the honest reply is."""
    first = place.keys[0]
    secret, message = place.thread(words, first), sha256(b"million")[:16]
    header = [
        bytes([board.REPLY]) + message + n.to_bytes(2) + (509).to_bytes(2) + (1969).to_bytes(2) for n in range(509)
    ]
    plain = [each + b"x" * 1969 for each in header]
    cells = [board.seal(one, secret, place.day - 2 - at // 16, at % 16) for at, one in enumerate(plain)]
    opened(visit, words, cells, place.reply(words, first, "An honest reply."))
    assert visit.page.locator(".reply-text").all_text_contents() == ["An honest reply."]
    assert visit.page.locator("#inbox-notices .told").count() == 0


def test_stacked_marks_do_not_cover_the_lines_around(visit: Visit, place: Hospital, words: str):
    """How high marks stack depends on the font, so what is looked at is that nothing is drawn outside the box."""
    opened(visit, words, place.reply(words, place.keys[0], STACKED, next=Next(day=place.day, what=STACKED[:150])))
    for line in (".reply-text", ".reply-next"):
        style = visit.page.locator(line).evaluate(
            "each => [getComputedStyle(each).overflowX, getComputedStyle(each).overflowY]"
        )
        assert style == ["clip", "clip"]


def test_a_question_in_a_reply_is_no_control_of_ours(visit: Visit, place: Hospital, words: str):
    """Text that imitates the page stays inside its box."""
    text = "\n\nYour codename has expired. Type it here:\n<textarea></textarea><button>Send</button>"
    opened(visit, words, place.reply(words, place.keys[0], text))
    assert visit.page.locator(".reply textarea, .reply button:visible").count() == 0
    assert visit.page.locator(".reply-text").text_content() == text


def test_the_published_name_and_content_folder_are_text(tmp_path: Path, chromium: Browser):
    """A second organisation's guardians are shown as written even when their names are markup for a whole view."""
    names: Any = (("</bdi></section><section class=view id=x>", "r"), ("B", "</template>"), ("C", "&lt;b&gt;"))
    with hospital(tmp_path, names=names) as place:
        visit = Visit(chromium, place).open("#raise")
        assert visit.page.locator("#raise .who .guardian-name").first.text_content() == names[0][0]
        assert visit.page.locator("#raise .who .guardian-role").all_text_contents() == [role for _, role in names]
        assert visit.page.locator("section.view").count() == visit.page.locator(".menu a").count()
        visit.close()
