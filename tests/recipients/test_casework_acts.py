"""What is done in a case: replies that never quote, measures, closing, holds, erasing by policy."""

from typing import Any

import pytest

from crypto import entry as wire
from crypto.reply import Next
from recipients import cases, keys, outgoing, replies
from recipients.casework import (
    acts,
    book,
    closing,
    erasing,
    log,
    measures,
    notes,
    quoting,
    retention,
)
from recipients.casework.book import Case, Filter
from recipients.replies import Draft
from recipients.vault import Vault
from tests.recipients.test_casework import arrive, refuses, vault, ward
from tests.recipients.ward import ORGANISATION, TODAY, Ward

__all__ = ["vault", "ward"]
REPORT = "On Tuesday night the only nurse on the ward gave a dose of morphine twice. Ring 07700 900123 or a@b.example."


def send(vault: Vault, case: Case, text: str = "Thank you.", today: int = TODAY, **fields: Any) -> int:
    """Sends a reply."""
    return replies.send(vault, keys.load(vault), book.thread_of(case), Draft(text=text, **fields), today)


QUOTES = {
    "word for word": "You wrote that the only nurse on the ward gave a dose twice over.",
    "in other letters": "THE ONLY NURSE... on the WÁRD - gave a dose",
    "without spaces": "theonlynurseonthewardgaveadose",
    "across lines": "the only\nnurse on\nthe ward\ngave a dose",
    "a telephone number": "I will ring 0770 0900 123.",
    "an address": "I wrote to A@B.example today.",
}
SAYS = {
    "nothing of it": "Thank you. I will find out how doses are checked at night.",
    "a few words of it": "How many nurses are on the ward at night?",
    "a year": "We will look at 2026.",
    "nothing": "",
}


@pytest.mark.parametrize("text", QUOTES.values(), ids=QUOTES.keys())
def test_a_reply_that_quotes_is_refused(ward: Ward, vault: Vault, text: str):
    case = arrive(ward, REPORT)
    assert quoting.found(vault, book.thread_of(case), text)
    with refuses("quote"):
        send(vault, case, text)
    with refuses("quote"):
        send(vault, case, "Thank you.", next=Next(day=TODAY + 1, what=text))
    assert vault.database.rows("SELECT 1 FROM outgoing") == []
    assert log.entries(vault, case.id) == []


@pytest.mark.parametrize("text", SAYS.values(), ids=SAYS.keys())
def test_a_reply_in_ones_own_words_is_not_refused(ward: Ward, vault: Vault, text: str):
    case = arrive(ward, REPORT)
    assert quoting.found(vault, book.thread_of(case), text) is None
    send(vault, case, text, status="received")


def test_what_is_quoted_is_shown(ward: Ward, vault: Vault):
    case = arrive(ward, "夜勤の看護師が一人しかいませんでした。")
    assert (
        quoting.found(vault, book.thread_of(case), "「看護師が一人しかいません」とのこと") == "看護師が一人しかいません"
    )
    assert quoting.shared("we go on", ["we go on"]) is None


def test_a_reply_stands_in_the_log_and_stops_the_clock(ward: Ward, vault: Vault):
    case = arrive(ward)
    notes.keep_draft(vault, case.id, "Thank", {}, TODAY)
    send(vault, case, status="assessed", next=Next(day=TODAY + 9, what="I tell you more"), today=TODAY + 3)
    case = book.find(vault, "1")
    assert (case.state, case.acknowledged, case.answer_due) == ("assessed", TODAY + 3, False)
    assert (case.due, case.due_what) == (TODAY + 9, "promise")
    (line,) = log.lines(vault, case.id)
    assert line.words is not None
    assert (line.kind, line.words["text"]) == ("reply", "Thank you.")
    assert notes.draft(vault, case.id) is None
    assert notes.recover(vault, case.id) is not None


BAD_REPLIES = {
    "an upper-case language is taken": ({"language": "EN"}, ""),
    "a language that is none": ({"language": "english, please"}, "wrong: language"),
    "too much": ({"text": "x" * 24_001}, "long: text"),
    "too much once escaped": ({"text": "\x01" * 20_000}, "long: text"),
    "a promise that is too long": ({"next": Next(day=TODAY, what="x" * 501)}, "long: next"),
    "a promise without words": ({"next": Next(day=TODAY, what=" ")}, "empty: next"),
    "a promise for yesterday": ({"next": Next(day=TODAY - 1, what="x")}, "date: past"),
    "a promise for later than we live": ({"next": Next(day=TODAY + 3_651, what="x")}, "date: far"),
    "a status that is none": ({"status": "shut"}, "wrong: reply"),
    "a question that is none": ({"ask": "who"}, "wrong: reply"),
    "concluded before it is": ({"status": "concluded"}, "closing: way"),
    "nothing at all": ({"text": " "}, "empty"),
}


@pytest.mark.parametrize(("fields", "error"), BAD_REPLIES.values(), ids=BAD_REPLIES.keys())
def test_what_is_wrong_with_a_reply_is_said(ward: Ward, vault: Vault, fields: dict[str, Any], error: str):
    case = arrive(ward)
    if not error:
        send(vault, case, **fields)
        return
    with refuses(*error.split(": ")):
        send(vault, case, **{"text": "Thank you.", **fields})
    assert vault.database.rows("SELECT 1 FROM outgoing") == []


def second(vault: Vault, case: Case, kind: str, entry: bytes, *, text: str = "x") -> None:
    """Another guardian's word in the log of this vault, as a merge would bring it."""
    log.keep(
        vault,
        wire.make(
            ORGANISATION,
            case=case.id,
            g=b"2" * 16,
            n=99,
            prev=bytes(32),
            day=TODAY,
            kind=kind,
            body={"entry": entry, "text": text},
            identity_seed=bytes(32),
        ),
    )
    vault.database.run("UPDATE casefile SET stale = 1")


def test_factors_come_before_people(ward: Ward, vault: Vault):
    case = arrive(ward)
    with refuses("factors"):
        measures.act(vault, case, "individual", "Talk with them", TODAY)
    measures.set_factors(vault, case, "yorkshire", ["individual", "active"], "", TODAY)
    with refuses("factors"):
        measures.act(vault, case, "individual", "Talk with them", TODAY)
    measures.set_factors(vault, case, "yorkshire", ["staffing", "individual"], "", TODAY)
    measures.act(vault, case, "individual", "Talk with them", TODAY)
    with refuses("wrong", "factors"):
        measures.set_factors(vault, case, "yorkshire", ["doctor"], "", TODAY)
    with refuses("wrong", "factors"):
        measures.set_factors(vault, case, "blame", ["staffing"], "", TODAY)


def test_something_about_a_person_needs_a_second_guardian(ward: Ward, vault: Vault):
    case = arrive(ward)
    measures.set_factors(vault, case, "seips", ["task"], "", TODAY)
    entry = measures.act(vault, case, "individual", "Talk with them", TODAY, by=TODAY + 3)
    assert [one.hash for one in measures.waiting(vault, case)] == [entry]
    with refuses("second", "own"):
        measures.approve(vault, case, entry, "", TODAY)
    with refuses("second", "action"):
        measures.done(vault, case, entry, "", TODAY)
    with refuses("closing", "learning"):
        closing.conclude(vault, case, "changed", "", TODAY)
    assert "second" in closing.missing(vault, case)
    # One's own approval, smuggled into the log, counts for nothing.
    log.append(vault, case.id, "approve", {"entry": entry, "text": ""}, TODAY)
    with refuses("second", "action"):
        measures.done(vault, case, entry, "", TODAY)
    second(vault, case, "approve", entry)
    assert measures.waiting(vault, case) == []
    measures.done(vault, case, entry, "", TODAY)
    assert book.facts(vault, case.id).actions[0].done == TODAY


def test_what_a_second_guardian_declines_may_not_be_done(ward: Ward, vault: Vault):
    case = arrive(ward)
    measures.set_factors(vault, case, "seips", ["task"], "", TODAY)
    entry = measures.act(vault, case, "individual", "Talk with them", TODAY)
    second(vault, case, "decline", entry)
    with refuses("second", "action"):
        measures.done(vault, case, entry, "", TODAY)
    assert "second" not in closing.missing(vault, case)


def test_an_action_for_the_system_has_a_day(ward: Ward, vault: Vault):
    case = arrive(ward)
    entry = measures.act(vault, case, "system", "A second nurse", TODAY, by=TODAY + 2, who="Matron's office")
    case = book.find(vault, "1")
    assert (case.due, case.due_what) == (TODAY + 2, "action")
    measures.done(vault, case, entry, "", TODAY)
    assert book.find(vault, "1").due_what == "acknowledge"
    with refuses("date"):
        measures.act(vault, case, "system", "Too late", TODAY, by=TODAY - 1)
    with refuses("note"):
        measures.done(vault, case, bytes(32), "", TODAY)


def test_learning_is_part_of_closing(ward: Ward, vault: Vault):
    case = arrive(ward, choices={"about": "bullying"})
    with refuses("closing", "learning"):
        closing.conclude(vault, case, "changed", "", TODAY)
    closing.learn(vault, case, "It happened", "It made sense", "We changed it", TODAY)
    with refuses("closing", "reason"):
        closing.conclude(vault, case, "nothing", " ", TODAY)
    closing.conclude(vault, case, "nothing", "There is no money for it", TODAY)
    case = book.find(vault, "1")
    assert (case.state, case.concluded, case.due_what) == ("concluded", TODAY, "check-in")
    send(vault, case, "It is closed.", status="concluded")
    with refuses("closing", "open"):
        closing.reopen(vault, Case(**{**vars(case), "state": "assessed"}), "again", TODAY)
    closing.reopen(vault, case, "They wrote again", TODAY)
    assert book.find(vault, "1").state == "addressed"


def test_where_a_patient_may_be_harmed_the_duty_of_candour_is_answered(ward: Ward, vault: Vault):
    case = arrive(ward, choices={"about": "safety"})
    closing.learn(vault, case, "It happened", "It made sense", "We changed it", TODAY)
    with refuses("closing", "candour"):
        closing.conclude(vault, case, "changed", "", TODAY)
    measures.answer_duty(vault, case, "harm", "yes", "", TODAY)
    for item in list(measures.DUTY)[1:-1]:
        measures.answer_duty(vault, case, item, "yes", "", TODAY)
    assert closing.missing(vault, case) == ["candour"]
    measures.answer_duty(vault, case, "outcome", "not-needed", "", TODAY)
    closing.conclude(vault, case, "changed", "", TODAY)
    with refuses("wrong", "duty"):
        measures.answer_duty(vault, case, "blame", "yes", "", TODAY)


def test_erasing_leaves_no_words_and_no_key(ward: Ward, vault: Vault):
    case = arrive(ward, REPORT)
    acts.note(vault, case, "A secret note", TODAY)
    notes.add(vault, case.id, "A private note", TODAY)
    notes.keep_draft(vault, case.id, "A draft", {}, TODAY)
    send(vault, case)
    outgoing.seal_period(vault, TODAY * 86_400, 86_400, 4, TODAY)
    sealings = vault.database.rows("SELECT * FROM sealing")
    erasing.erase(vault, case, "policy", TODAY)
    for table in ("message", "part", "case_note", "case_draft", "case_key"):
        assert vault.database.rows(f"SELECT 1 FROM {table}") == [], table
    assert vault.database.rows("SELECT DISTINCT body FROM case_entry") == [(None,)]
    assert vault.database.rows("SELECT DISTINCT payload FROM outgoing") == [(b"",)]
    # Places on the board that were used are never used again, whatever was erased.
    assert vault.database.rows("SELECT * FROM sealing") == sealings
    assert [one.kind for one in log.lines(vault, case.id)] == ["note", "reply", "erased"]
    log.check_chains(log.entries(vault, case.id))
    assert book.search(vault, Filter()) == []
    assert cases.threads(vault)[0].messages == 0
    assert outgoing.waiting(vault, TODAY + 40) == []
    with refuses("erased"):
        erasing.erase(vault, book.find(vault, "1"), "policy", TODAY)
    with refuses("erased"):
        send(vault, book.find(vault, "1"))


def test_a_withdrawn_report_is_erased_and_acknowledged(ward: Ward, vault: Vault):
    case = arrive(ward, REPORT)
    send(vault, case, "Thank you, this never leaves.")
    with refuses("withdrawn"):
        erasing.erase(vault, case, "withdrawn", TODAY)
    withdraw = ward.plains("", type="withdraw")
    ward.open(ward.seal(withdraw), (TODAY + 1) * 86_400)
    case = book.find(vault, "1")
    assert "withdrawn" in case.flags
    erasing.erase(vault, case, "withdrawn", TODAY + 1)
    (item,) = outgoing.waiting(vault, TODAY + 1)
    payload = vault.database.value("SELECT payload FROM outgoing WHERE id = ?", item.outgoing)
    assert b'"withdrawn":true' in payload
    assert b"never leaves" not in payload
    outgoing.seal_period(vault, TODAY * 86_400, 86_400, 4, TODAY + 1)
    assert outgoing.waiting(vault, TODAY + 1) == []


def test_who_writes_again_after_erasing_has_a_new_case(ward: Ward, vault: Vault):
    case = arrive(ward, REPORT)
    erasing.erase(vault, case, "policy", TODAY)
    ward.open(ward.seal(ward.plains("It happened again", type="more")), (TODAY + 1) * 86_400)
    (new,) = book.search(vault, Filter())
    assert (new.number, new.messages, new.thread) == (2, 1, case.thread)
    assert book.find(vault, "1").state == "erased"
    send(vault, new)


def test_the_secret_of_an_erased_thread_goes_once_its_last_answer_has_left(ward: Ward, vault: Vault):
    case = arrive(ward)
    secret = vault.database.value("SELECT secret FROM thread")
    erasing.erase(vault, case, "policy", TODAY)
    book.settle(vault)
    assert erasing.sweep(vault, TODAY + 89) == 0
    assert vault.database.value("SELECT secret FROM thread") == secret
    assert erasing.sweep(vault, TODAY + 90) == 1
    assert vault.database.value("SELECT secret FROM thread") != secret
    book.settle(vault)
    assert len(book.search(vault, Filter(erased=True))) == 1
    assert erasing.sweep(vault, TODAY + 91) == 0
    ward.open(ward.seal(ward.plains("I am back", type="more")), (TODAY + 1) * 86_400)
    assert vault.database.value("SELECT secret FROM thread") == secret


def test_a_hold_needs_two_and_keeps_the_case(ward: Ward, vault: Vault):
    case = arrive(ward)
    asked = retention.hold(vault, case, "An inquest", TODAY)
    case = book.find(vault, "1")
    assert "hold" not in case.flags
    # One guardian's word keeps it until the second has spoken.
    with refuses("hold"):
        erasing.erase(vault, case, "policy", TODAY)
    second(vault, case, "approve", asked)
    case = book.find(vault, "1")
    assert "hold" in case.flags
    with refuses("hold"):
        erasing.erase(vault, case, "policy", TODAY)
    lifted = retention.release(vault, case, "The inquest is over", TODAY)
    with refuses("hold"):
        erasing.erase(vault, case, "policy", TODAY)
    with refuses("second", "own"):
        measures.approve(vault, case, lifted, "", TODAY)


def test_a_hold_that_was_declined_holds_nothing(ward: Ward, vault: Vault):
    case = arrive(ward)
    asked = retention.hold(vault, case, "An inquest", TODAY)
    second(vault, case, "decline", asked)
    erasing.erase(vault, book.find(vault, "1"), "policy", TODAY)


def test_the_policy_erases_what_is_due_and_claims_no_more_than_it_may(ward: Ward, vault: Vault):
    for _ in range(3):
        arrive(ward, choices={"about": "idea"})
    for case in book.search(vault, Filter(numbers=(1, 2))):
        closing.learn(vault, case, "a", "b", "c", TODAY)
        closing.conclude(vault, case, "changed", "", TODAY)
    retention.hold(vault, book.find(vault, "2"), "An inquest", TODAY)
    retention.set_policy(vault, months=6, backup_days=30)
    assert retention.apply(vault, TODAY + 180) == []
    later = TODAY + 185
    assert [one.number for one in retention.due(vault, later)] == [1, 2]
    assert retention.apply(vault, later) == [1]
    (claim,) = retention.claims(vault, later + 30)
    assert (claim.number, claim.day, claim.gone_from, claim.gone) == (1, later, later + 30, False)
    assert retention.claims(vault, later + 31)[0].gone
    for months, days in ((0, 1), (121, 1), (1, -1), (1, 3_651)):
        with refuses("wrong", "retention"):
            retention.set_policy(vault, months, days)
