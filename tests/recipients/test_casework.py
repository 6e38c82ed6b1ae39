"""Cases: made of threads, listed, filtered, found; their log, facts, clocks, notes and drafts."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto import entry as wire
from crypto.encoding import dump
from recipients import cases, membership
from recipients.casework import acts, book, clocks, inside, keys, log, notes, parts
from recipients.casework.book import Case, Filter
from recipients.errors import GuardianError
from recipients.vault import Vault
from tests.recipients.ward import ORGANISATION, TODAY, Ward


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """A vault that knows its organisation."""
    made = Ward(tmp_path)
    membership.install(
        made.vault,
        membership.Invitation(organisation=ORGANISATION, root=b"", name="", g=None),
        "https://portal.example",
        None,
    )
    yield made
    made.vault.close()


@pytest.fixture
def vault(ward: Ward) -> Vault:
    """Its vault."""
    return ward.vault


def arrive(ward: Ward, text: str = "The rota is not safe.", day: int = TODAY, **fields: Any) -> Case:
    """A concern from somebody new, opened from a period of that day."""
    ward.root = os.urandom(32)
    ward.open(ward.seal(ward.plains(text, **fields), TODAY), day * 86_400)
    return max(book.search(ward.vault, Filter()), key=lambda one: one.number)


def refuses(code: str, detail: str = "") -> Any:
    """Inside, an error of this code and detail."""
    return pytest.raises(GuardianError, match=f"^{code}: {detail}$" if detail else f"^{code}$")


def test_a_report_becomes_a_case(ward: Ward):
    case = arrive(ward, choices={"about": ("bullying", "safety"), "hunt": "maybe"})
    assert (case.number, case.state, case.urgency, case.role, case.origin) == (
        1,
        "received",
        "normal",
        "ours",
        "portal",
    )
    assert case.categories == ("patient-safety", "bullying")
    assert case.flags == ("hunt",)
    assert (case.messages, case.unread, case.answer_due, case.opened) == (1, 1, True, TODAY)
    assert (case.due, case.due_what) == (TODAY + 7, "acknowledge")


def test_danger_now_is_urgent_until_a_guardian_says_otherwise(ward: Ward, vault: Vault):
    case = arrive(ward, choices={"danger": "yes"})
    assert (case.urgency, case.flags) == ("now", ("danger",))
    acts.set_urgency(vault, case, "soon", TODAY)
    assert book.find(vault, "1").urgency == "soon"


def test_what_lies_in_the_vault_is_sealed_under_the_key_of_its_case(ward: Ward, vault: Vault):
    case = arrive(ward)
    number, payload, sealed = vault.database.row("SELECT message, payload, sealed FROM part") or (0, b"", 0)
    assert sealed == 1
    assert b"rota" not in payload
    assert b"rota" in parts.of(vault, number)[0]
    keys.destroy(vault, case.id)
    with refuses("erased"):
        parts.of(vault, number)


def test_a_sealed_part_does_not_open_in_another_case(ward: Ward, vault: Vault):
    first, second = arrive(ward), arrive(ward)
    sealed = keys.seal(vault, first.id, b"words")
    assert keys.open_(vault, first.id, sealed) == b"words"
    with refuses("damaged", "case"):
        keys.open_(vault, second.id, sealed)
    key = vault.database.value("SELECT key FROM case_key WHERE id = ?", first.id)
    vault.database.run("UPDATE case_key SET key = ? WHERE id = ?", key, second.id)
    with refuses("damaged", "case"):
        keys.open_(vault, second.id, sealed)


def test_threads_from_before_there_were_cases_keep_their_numbers_and_are_sealed(ward: Ward, vault: Vault):
    arrive(ward)
    second = arrive(ward, "Older words")
    secret = cases.incoming(vault, book.thread_of(second))
    for (number,) in vault.database.rows("SELECT id FROM message"):
        plain = parts.of(vault, number)[0]
        vault.database.run("UPDATE part SET payload = ?, sealed = 0 WHERE message = ?", plain, number)
    vault.database.run("DELETE FROM casefile")
    vault.database.run("DELETE FROM case_key")
    assert secret[0].content is not None
    assert [one.number for one in book.search(vault, Filter(order="number"))] == [1, 2]
    assert book.find(vault, "2").id == second.id
    assert vault.database.rows("SELECT DISTINCT sealed FROM part") == [(1,)]
    found = cases.incoming(vault, book.thread_of(second))
    assert found[0].content is not None
    assert found[0].content.sections == {"what": "Older words"}


def test_guardians_to_whom_one_message_went_have_one_case_id(ward: Ward, tmp_path: Path):
    (tmp_path / "other").mkdir()
    other = Ward(tmp_path / "other")
    message_id = os.urandom(16)
    for one in (ward, other):
        one.open(one.seal(one.plains("Both of you", message_id)))
    assert book.find(ward.vault, "1").id == book.find(other.vault, "1").id == book.id_of(message_id)
    other.vault.close()


def test_a_message_id_used_twice_is_another_case(ward: Ward, vault: Vault):
    message_id = os.urandom(16)
    for _ in range(2):
        ward.root = os.urandom(32)
        ward.open(ward.seal(ward.plains("words", message_id)))
    assert [one.number for one in book.search(vault, Filter(order="number"))] == [1, 2]


def test_finding_by_number_and_by_the_beginning_of_an_id(ward: Ward, vault: Vault):
    case = arrive(ward)
    for name in ("1", "#1", " 1 ", case.id.hex()[:8], book.thread_of(case).hex()[:6].upper()):
        assert book.find(vault, name).id == case.id
    for name in (
        "2",
        "",
        "#",
        case.id.hex()[:5],
        "*",
        "[a-f]*[0-9]",
        "a" * 33,
        "9" * 40,
        "1; DROP TABLE casefile",
        "١",
    ):
        with refuses("thread"):
            book.find(vault, name)


def test_filters(ward: Ward, vault: Vault):
    for day in range(3):
        arrive(ward, day=TODAY + day)
    one, two, three = book.search(vault, Filter(order="number"))
    acts.set_state(vault, one, "assessed", TODAY + 1)
    acts.set_categories(vault, two, ["bullying", "detriment"], TODAY + 1)
    acts.set_urgency(vault, three, "now", TODAY + 9)
    acts.set_hunt(vault, three, "yes", "", TODAY + 9)
    acts.told(vault, three, "acknowledged", "By telephone", TODAY + 9)

    def numbers(**wanted: object) -> list[int]:
        return sorted(found.number for found in book.search(vault, Filter(**wanted)))  # type: ignore[arg-type]

    assert numbers() == [1, 2, 3]
    assert numbers(states=("assessed", "addressed")) == [1]
    assert numbers(categories=("detriment",)) == [2]
    assert numbers(categories=("det",)) == []
    assert numbers(urgencies=("now",)) == numbers(flags=("hunt",)) == [3]
    assert numbers(opened=(TODAY + 1, TODAY + 2)) == [2, 3]
    assert numbers(touched=(TODAY + 9, TODAY + 9)) == [3]
    assert numbers(due_by=TODAY + 8) == [1, 2]
    assert numbers(numbers=(1, 3), roles=("ours",), origins=("portal",)) == [1, 3]
    assert numbers(origins=("telephone",)) == []
    assert [found.number for found in book.search(vault, Filter(limit=1, offset=1))] == [2]
    assert [found.number for found in book.search(vault, Filter(order="due"))] == [1, 2, 3]
    with refuses("wrong", "order"):
        book.search(vault, Filter(order="number; DROP TABLE casefile"))


def test_what_is_due_comes_by_urgency_then_by_day(ward: Ward, vault: Vault):
    for day in range(3):
        arrive(ward, day=TODAY + day)
    acts.set_urgency(vault, book.find(vault, "2"), "now", TODAY)
    assert [one.number for one in book.due(vault, TODAY + 6)] == []
    assert [one.number for one in book.due(vault, TODAY + 9)] == [2, 1, 3]
    assert book.counts(vault, TODAY + 8) == {"open": 3, "due": 2, "unread": 3, "answer_due": 3}


def test_the_log_is_signed_and_chained(ward: Ward, vault: Vault):
    case = arrive(ward)
    for word in ("one", "two", "three"):
        acts.note(vault, case, word, TODAY)
    found = log.entries(vault, case.id)
    log.check_chains(found)
    assert [one.n for one in found] == [1, 2, 3]
    assert found[0].prev == bytes(32)
    for wrong in (found[1:], [found[0], found[2]], [found[1], found[0], found[2]], [found[0], found[0]]):
        with refuses("damaged", "log"):
            log.check_chains(wrong)


def test_notes_are_struck_and_restored_and_nothing_leaves_the_log(ward: Ward, vault: Vault):
    case = arrive(ward)
    entry = acts.note(vault, case, "Not so", TODAY)
    acts.strike(vault, case, entry, TODAY)
    assert book.facts(vault, case.id).struck == {entry}
    acts.restore(vault, case, entry, TODAY)
    assert book.facts(vault, case.id).struck == set()
    assert [one.kind for one in log.lines(vault, case.id)] == ["note", "strike", "restore"]
    with refuses("note"):
        acts.strike(vault, case, bytes(32), TODAY)


WRONG = {
    "no such state": ("state", {"state": "shut"}),
    "no such level": ("urgency", {"level": "high"}),
    "a key more": ("urgency", {"level": "now", "x": 1}),
    "a number for words": ("note", {"text": 5}),
    "no words": ("note", {"text": ""}),
    "half a hash": ("strike", {"entry": bytes(16)}),
    "a category as no list has": ("categories", {"names": ["A B"]}),
    "a day before time": ("opened", {"origin": "person", "mode": "open", "text": "", "received": -1}),
}


@pytest.mark.parametrize(("kind", "words"), WRONG.values(), ids=WRONG.keys())
def test_words_that_do_not_fit_are_not_signed(ward: Ward, vault: Vault, kind: str, words: dict[str, object]):
    case = arrive(ward)
    with refuses("wrong", kind):
        log.append(vault, case.id, kind, words, TODAY)
    assert log.entries(vault, case.id) == []


def test_a_list_that_is_not_ours_is_refused(ward: Ward, vault: Vault):
    case = arrive(ward)
    with refuses("wrong", "categories"):
        acts.set_categories(vault, case, ["bullying", "surgeons"], TODAY)
    with refuses("wrong", "group"):
        acts.set_group(vault, case, "night-shift", TODAY)
    with refuses("closing", "way"):
        acts.set_state(vault, case, "concluded", TODAY)


def test_the_clocks(ward: Ward, vault: Vault):
    case = arrive(ward)
    facts = book.facts(vault, case.id)
    assert [(one.what, one.day) for one in clocks.deadlines(TODAY, facts)] == [
        ("acknowledge", TODAY + 7),
        ("inform", clocks.add_months(TODAY + 7, 3)),
    ]
    acts.told(vault, case, "acknowledged", "", TODAY + 2)
    (left,) = clocks.deadlines(TODAY, book.facts(vault, case.id))
    assert (left.what, left.day) == ("inform", clocks.add_months(TODAY + 2, 3))
    assert (left.late(left.day), left.late(left.day + 3)) == (0, 3)
    acts.told(vault, case, "informed", "", TODAY + 9)
    assert clocks.deadlines(TODAY, book.facts(vault, case.id)) == []
    log.append(vault, case.id, "conclude", {"outcome": "changed", "reason": ""}, TODAY + 20)
    due = clocks.deadlines(TODAY, book.facts(vault, case.id))
    assert [(one.what, one.detail) for one in due] == [("check-in", "3"), ("check-in", "6"), ("check-in", "12")]
    acts.check_in(vault, case, 6, "no", "", TODAY + 200)
    assert [one.detail for one in clocks.deadlines(TODAY, book.facts(vault, case.id))] == ["12"]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-11-30", 3, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"), ("2026-12-31", 12, "2027-12-31")],
)
def test_months_end_where_people_expect(start: str, months: int, end: str):
    day, then = (date.fromisoformat(one).toordinal() - clocks.EPOCH for one in (start, end))
    assert clocks.add_months(day, months) == then


def test_private_notes_can_be_brought_back_for_a_month(ward: Ward, vault: Vault):
    case = arrive(ward)
    number = notes.add(vault, case.id, "For me only", TODAY)
    notes.change(vault, case.id, number, "For me alone")
    notes.delete(vault, case.id, number, TODAY)
    assert notes.of(vault, case.id) == []
    assert [one.text for one in notes.of(vault, case.id, deleted=True)] == ["For me alone"]
    notes.undelete(vault, case.id, number)
    assert [one.text for one in notes.of(vault, case.id)] == ["For me alone"]
    notes.delete(vault, case.id, number, TODAY)
    assert notes.sweep(vault, TODAY + 29) == 0
    assert notes.sweep(vault, TODAY + 30) == 1
    with refuses("note"):
        notes.undelete(vault, case.id, number)
    with refuses("empty"):
        notes.add(vault, case.id, " \n", TODAY)
    with refuses("long", "note"):
        notes.add(vault, case.id, "x" * 100_001, TODAY)


def test_a_note_of_another_case_is_not_touched(ward: Ward, vault: Vault):
    first, second = arrive(ward), arrive(ward)
    number = notes.add(vault, first.id, "words", TODAY)
    with refuses("note"):
        notes.delete(vault, second.id, number, TODAY)
    with refuses("note"):
        notes.change(vault, second.id, number, "x")
    assert [one.text for one in notes.of(vault, first.id)] == ["words"]


def test_drafts_are_kept_and_brought_back(ward: Ward, vault: Vault):
    case = arrive(ward)
    assert notes.draft(vault, case.id) is None
    notes.keep_draft(vault, case.id, "Thank you", {"status": "assessed"}, TODAY)
    notes.keep_draft(vault, case.id, "Thank you for", {"status": "assessed"}, TODAY)
    kept = notes.draft(vault, case.id)
    assert kept is not None
    assert (kept.text, kept.fields) == ("Thank you for", {"status": "assessed"})
    assert notes.with_draft(vault) == {case.id}
    notes.drop_draft(vault, case.id, TODAY)
    assert notes.draft(vault, case.id) is None
    assert notes.recover(vault, case.id) == kept


def test_words_are_found_inside_a_case_whatever_their_accents(ward: Ward, vault: Vault):
    case = arrive(ward, "On the Réanimation ward, nobody counts.")
    other = arrive(ward, "Elsewhere")
    acts.note(vault, case, "Rang reanimation", TODAY)
    notes.add(vault, case.id, "REANIMATION again", TODAY)
    assert [one.kind for one in inside.find(vault, case, "reanimation")] == ["message", "note", "private"]
    assert "Réanimation" in inside.find(vault, case, "réanimation")[0].text
    assert inside.find(vault, other, "reanimation") == []
    assert inside.find(vault, case, "  ") == []


def test_hostile_words_stay_words(ward: Ward, vault: Vault):
    hostile = "'; DROP TABLE casefile; --\x1b[2J\u202e<b>%s</b>"
    case = arrive(ward)
    acts.note(vault, case, hostile, TODAY)
    notes.add(vault, case.id, hostile, TODAY)
    lines = log.lines(vault, case.id)
    assert lines[0].words == {"text": hostile}
    assert len(inside.find(vault, case, "drop table")) == 2


def test_an_entry_of_no_known_kind_is_shown_without_words(ward: Ward, vault: Vault):
    case = arrive(ward)
    for kind, body in (("later", {"text": "x"}), ("note", {"text": 7}), ("state", {"state": "sealed"})):
        made = wire.make(
            ORGANISATION,
            case=case.id,
            g=bytes(16),
            n=5,
            prev=bytes(32),
            day=TODAY,
            kind=kind,
            body=body,
            identity_seed=bytes(32),
        )
        log.keep(vault, made)
    assert [one.words for one in log.lines(vault, case.id)] == [None] * 3
    assert book.facts(vault, case.id).state is None


def test_an_erased_case_says_so_and_is_not_listed(ward: Ward, vault: Vault):
    case = arrive(ward)
    acts.note(vault, case, "words", TODAY)
    keys.destroy(vault, case.id)
    vault.database.run("UPDATE casefile SET stale = 1")
    assert book.search(vault, Filter()) == []
    (gone,) = book.search(vault, Filter(erased=True))
    assert (gone.state, gone.categories, gone.unread, gone.due) == ("erased", (), 0, None)
    assert [(one.kind, one.words) for one in log.lines(vault, case.id)] == [("note", None)]
    with refuses("erased"):
        acts.note(vault, gone, "more", TODAY)


def test_the_size_of_an_entry_is_bounded(ward: Ward, vault: Vault):
    case = arrive(ward)
    acts.note(vault, case, "x" * 20_000, TODAY)
    with refuses("wrong", "note"):
        acts.note(vault, case, "x" * 20_001, TODAY)
    with refuses("long", "entry"):
        acts.note(vault, case, "\x01" * 6_000, TODAY)
    assert len(dump({"text": "\x01" * 6_000})) > 31_440
