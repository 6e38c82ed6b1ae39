"""A mistyped codename is caught in the page, named word by word, and nothing is asked of anybody."""

import pytest

from crypto import codename
from crypto.words import WORDS
from tests.site.visit import Visit


def typos(words: list[str]) -> dict[str, tuple[str, str]]:
    """One of each kind of slip, and what is said about it."""
    other = next(word for word in WORDS if word != words[3])
    return {
        "missing": (" ".join(words[1:]), "A codename has eight words. We see 7."),
        "doubled": (" ".join([*words, words[7]]), "A codename has eight words. We see 9."),
        "unknown": (
            " ".join([*words[:2], f"{words[2]}zz", *words[3:]]),
            f"Word 3, “{words[2]}zz”, is not on our list.",
        ),
        "wrong": (" ".join([*words[:3], other, *words[4:]]), "All eight words are on our list, but"),
        "swapped": (" ".join([words[1], words[0], *words[2:]]), "All eight words are on our list, but"),
        "empty": ("", "Type your eight words."),
    }


@pytest.mark.parametrize("kind", ["missing", "doubled", "unknown", "wrong", "swapped", "empty"])
def test_a_typo_in_the_inbox_is_named_without_a_request(visit: Visit, kind: str):
    words = codename.generate(WORDS).split()
    text, said = typos(words)[kind]
    visit.open("#inbox")
    before = visit.asked_for()
    visit.page.fill("#inbox-codename", text)
    visit.page.click('[data-step="locked"] [data-next]')
    (error,) = visit.errors()
    assert error.startswith(said)
    assert error.endswith("Nothing has been sent.")
    assert visit.page.locator("#inbox-codename-error").inner_text() == error
    assert visit.page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert visit.asked_for() == before


@pytest.mark.parametrize("kind", ["unknown", "swapped"])
def test_a_suggestion_mends_the_field(visit: Visit, kind: str):
    words = codename.generate(WORDS).split()
    visit.open("#inbox")
    visit.page.fill("#inbox-codename", typos(words)[kind][0])
    visit.page.click('[data-step="locked"] [data-next]')
    wanted = words[2] if kind == "unknown" else " ".join(words)
    visit.page.get_by_role("button", name=f"Use “{wanted}”", exact=True).click()
    assert visit.page.input_value("#inbox-codename") == " ".join(words)
    visit.page.click('[data-step="locked"] [data-next]')
    visit.page.wait_for_selector('[data-step="open"]:visible')


def test_another_codename_is_not_taken_for_the_one_just_given(visit: Visit):
    visit.open().fill_until("retype")
    visit.page.fill("#retype-codename", codename.generate(WORDS))
    visit.next("retype")
    assert visit.errors() == ["This is a codename, but not the one we gave you for this report. Nothing has been sent."]
    assert visit.step() == "retype"


def test_the_codename_just_given_is_taken_in_any_writing(visit: Visit):
    given = visit.open().fill_until("retype")
    visit.page.fill("#retype-codename", given.upper().replace(" ", ", "))
    visit.next("retype")
    visit.page.wait_for_selector('[data-step="sent"]:visible')


def test_the_codename_and_text_are_nowhere_but_in_the_page(visit: Visit):
    visit.open()
    visit.page.wait_for_timeout(1500)
    # Words of the list that every request holds, as in "Upgrade-Insecure-Requests", are no trace of a codename.
    before = "".join(f"{request.url} {request.headers}" for request in visit.requests)
    given = visit.send("A very peculiar sentence.")
    visit.page.wait_for_timeout(1500)
    words = [word for word in given.split() if word not in before]
    assert words
    for request in visit.requests:
        sent = f"{request.url} {request.headers} ".encode() + (request.post_data_buffer or b"")
        assert not any(word.encode() in sent for word in words if len(word) > 5)
        assert b"peculiar" not in sent
    kept = visit.page.evaluate(
        """async () => [location.href, document.title, document.cookie, localStorage.length, sessionStorage.length,
            (await indexedDB.databases()).length, (await caches.keys()).length,
            (await navigator.serviceWorker.getRegistrations()).length, typeof history.state]"""
    )
    assert kept == [f"{visit.place.url}/", "Candour", "", 0, 0, 0, 0, 0, "number"]
