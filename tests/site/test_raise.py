"""Raising a concern: what the guardians chosen can open afterwards is what was written, and nobody else can."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from crypto import cell, message
from crypto.codename import root
from crypto.words import WORDS
from tests.site.hospital import Hospital, Keys
from tests.site.visit import Visit

TEXT = "Żółta kartka 🌙 and \u202emirrored\u202c שלום.\n\n\tIndented; “quoted”. " * 60


def received(place: Hospital, keys: Keys, words: str) -> list[message.Message]:
    """The messages of one codename that a guardian can read."""
    from crypto.thread import thread_secret

    secret = thread_secret(root(words, place.organisation.id, WORDS), keys.g)
    found: dict[bytes, list[cell.Part]] = {}
    for part in place.opened(keys):
        if part.thread == secret:
            found.setdefault(part.message, []).append(part)
    return [message.read(cell.gather(parts), parts[0].parts, keys.g) for parts in found.values()]


def answers(visit: Visit) -> dict[str, str]:
    """What the page "Check your answers" shows, by question."""
    found: dict[str, str] = visit.page.locator("#check [data-answer]").evaluate_all(
        "found => Object.fromEntries(found.map((each) => [each.dataset.answer, each.textContent]))"
    )
    return found


def test_the_chosen_guardians_read_what_was_written_and_the_others_nothing(visit: Visit, place: Hospital):
    first, second, third = place.keys
    given = visit.open().fill_until("exclude", TEXT)
    visit.page.locator("#exclude input").first.check()
    visit.next("exclude")
    assert answers(visit) == {
        "danger": "No", "who": "Left empty", "happened": TEXT,
        "about": "Patients’ safety\nAn idea to make things better",
        "patients": "One fell.", "staff": "Left empty", "ongoing": "Yes", "raised": "Left empty",
        "outcome": "Left empty", "hard": "Left empty", "barriers": "Left empty", "hunt": "I think so",
        "help": "Left empty", "files": "No files",
        "to": "Freedom to Speak Up Guardian, R. Adeyemi\nPatient safety lead, Dr M. Kowalska",
        "exclude": "Staff side, J. Thomas",
    }  # fmt: skip
    visit.next("check")
    given = " ".join(visit.page.locator("#codename-words li").all_text_contents())
    visit.next("codename")
    visit.page.fill("#retype-codename", given)
    visit.next("retype")
    visit.page.wait_for_selector('[data-step="sent"]:visible')

    (to_first,) = received(place, first, given)
    (to_second,) = received(place, second, given)
    assert received(place, third, given) == []
    assert to_first.complete
    assert dict(to_first.sections) == {"happened": TEXT, "patients": "One fell."}
    assert to_second.sections == to_first.sections
    assert to_first.head.choices == {
        "form": "hospital-1", "danger": "no", "about": ("safety", "idea"), "ongoing": "yes", "hunt": "maybe",
    }  # fmt: skip
    assert (to_first.head.type, to_first.head.language) == ("concern", "en-gb")
    assert set(to_first.head.to) == {first.g, second.g}
    assert to_first.head.exclude == (third.g,)
    assert to_first.head.holder != to_second.head.holder


def test_what_is_required_is_said_at_the_field(visit: Visit):
    visit.open("#raise")
    visit.next("start")
    visit.next("danger")
    assert visit.errors() == ["Choose yes or no."]
    visit.page.check("#danger-yes")
    assert visit.page.is_visible('[data-note="danger"]')
    visit.page.check("#danger-no")
    assert visit.page.is_hidden('[data-note="danger"]')
    visit.next("danger")
    visit.next("who")
    visit.page.fill("#happened", "  \n")
    visit.next("happened")
    assert visit.errors() == ["Write what happened. A few words are enough."]
    visit.page.get_by_role("button", name="Write what happened.").click()
    assert visit.page.evaluate("document.activeElement.id") == "happened"


def test_too_much_text_is_told_before_anything_is_sent(visit: Visit, place: Hospital):
    visit.open().fill_until("check", "x" * 60_000)
    visit.next("check")
    (error,) = visit.errors()
    assert error.startswith("This is too long by about 16509 characters")
    assert visit.step() == "check"


def test_the_longest_text_that_is_taken_arrives_whole(visit: Visit, place: Hospital):
    text = '"\\' * 21_700  # each of these takes twice the room in the head
    given = visit.open().send(text, (2,))
    (found,) = received(place, place.keys[2], given)
    assert found.sections["happened"] == text


def test_change_leads_to_one_answer_and_back_to_the_check(visit: Visit):
    visit.open().fill_until("check")
    visit.page.get_by_role("button", name="Change – Is it still going on?").click()
    assert visit.step() == "ongoing"
    visit.page.check("#ongoing-no")
    visit.next("ongoing")
    assert visit.step() == "check"
    assert visit.page.locator('[data-answer="ongoing"]').inner_text() == "No"


def test_back_keeps_what_was_typed(visit: Visit):
    visit.open().fill_until("about")
    visit.page.click(".step:visible [data-back]")
    assert visit.step() == "happened"
    assert visit.page.input_value("#happened") == "The alarm was off."


def test_whoever_is_looked_for_reads_what_to_do(visit: Visit):
    visit.open().fill_until("hunt")
    note = visit.page.locator('[data-note="hunt"]')
    assert note.is_hidden()
    for option in ("yes", "maybe"):
        visit.page.check(f"#hunt-{option}")
        assert "do not print them" in note.inner_text()
    visit.page.check("#hunt-no")
    assert note.is_hidden()


def test_nothing_but_three_answers_is_compulsory(visit: Visit, place: Hospital):
    visit.open("#raise")
    for step in ("start", "danger", "who", "happened", "about", "effects", "ongoing", "raised", "hard", "hunt", "help"):
        if step == "danger":
            visit.page.check("#danger-no")
        elif step == "happened":
            visit.page.fill("#happened", "Only this.")
        visit.next(step)
    given = visit.finish_from("files", (1,))
    (found,) = received(place, place.keys[1], given)
    assert dict(found.sections) == {"happened": "Only this."}
    assert found.head.choices == {"form": "hospital-1", "danger": "no"}


def test_someone_excluded_and_then_chosen_is_a_reader(visit: Visit):
    visit.open().fill_until("exclude", to=(0,))
    visit.page.locator("#exclude input").first.check()
    visit.next("exclude")
    visit.page.get_by_role("button", name="Change – May read it").click()
    for index in (1, 2):
        visit.page.locator("#to input").nth(index).check()
    visit.next("to")
    assert visit.step() == "check"
    assert visit.page.locator('[data-answer="exclude"]').inner_text() == "Nobody marked"


def test_progress_counts_pieces_and_offline_is_told(visit: Visit, place: Hospital):
    taken: list[str] = []

    def answer(route: Route) -> None:
        if len(taken) >= 3 and len(taken) < 8:
            taken.append("lost")
            route.abort("internetdisconnected")
        else:
            taken.append("sent")
            route.continue_()

    visit.open().fill_until("retype", TEXT)
    visit.answer("/cells/*", answer)
    words = visit.page.evaluate(
        "() => [...document.querySelectorAll('#codename-words li')].map((li) => li.textContent)"
    )
    visit.page.fill("#retype-codename", " ".join(words))
    visit.next("retype")
    visit.page.wait_for_selector("#send-trouble:not(:empty)")
    assert "You are offline. Keep the page open; it will" in visit.page.inner_text("#send-trouble")
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    assert visit.page.inner_text("#send-progress") == "Piece 4 of 4 has left; keep this page open."
    assert len(received(place, place.keys[0], " ".join(words))) == 1


def test_leaving_asks_only_while_something_would_be_lost(visit: Visit):
    visit.open("#raise")
    visit.page.reload()
    assert visit.dialogs == []
    visit.page.wait_for_selector('html[data-state="ready"]')
    visit.fill_until("happened")
    visit.page.fill("#happened", "Something.")
    visit.page.reload()
    assert visit.dialogs == ["beforeunload"]
    visit.page.wait_for_selector('html[data-state="ready"]')
    assert visit.page.input_value("#happened") == ""


def test_after_sending_nothing_of_it_is_left_and_another_can_be_begun(visit: Visit):
    visit.open().send("A very peculiar sentence.")
    held = visit.page.evaluate("() => [...document.querySelectorAll('textarea')].map((each) => each.value).join('')")
    assert held == ""
    assert "peculiar" not in visit.page.content()
    visit.page.go_back()
    assert visit.step() == "sent"
    visit.view("raise")
    assert visit.step() == "start"


def test_a_copy_can_be_saved_after_sending(visit: Visit, place: Hospital, tmp_path: Any):
    given = visit.open().send("A copy of this.", (0,))
    with visit.page.expect_download() as waiting:
        visit.page.click("#keep-copy")
    waiting.value.save_as(tmp_path / "copy.json")
    saved = json.loads((tmp_path / "copy.json").read_text())
    from crypto.encoding import unb64

    (found,) = received(place, place.keys[0], given)
    (kept,) = saved["messages"]
    assert message.digest(unb64(kept["head"]), unb64(kept["rest"])) == found.digest


@pytest.mark.slow
def test_it_works_where_nothing_is_compiled(chromium_jitless: Browser, place: Hospital):
    visit = Visit(chromium_jitless, place).open()
    given = visit.send("Slowly.", (1,))
    (found,) = received(place, place.keys[1], given)
    assert found.sections["happened"] == "Slowly."
    visit.close()
