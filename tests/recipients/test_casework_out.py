"""What leaves: CSV in and out, numbers with small ones hidden, stories and charts; two signatures for the public."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.reply import Next
from recipients import keys, membership, statements
from recipients.casework import (
    acts,
    book,
    charts,
    closing,
    cosigning,
    log,
    manual,
    measures,
    numbers,
    promises,
    quarters,
    returns,
    sharing,
    stories,
)
from recipients.casework.book import Filter
from recipients.replies import Draft, send
from recipients.vault import Vault
from tests.recipients.test_casework import arrive, refuses, vault, ward
from tests.recipients.test_sharing import Two, two
from tests.recipients.ward import TODAY, Ward
from tests.recipients.world import Town

__all__ = ["two", "vault", "ward"]
QUARTER = quarters.quarter_of(TODAY)
AFTER = quarters.days_of(QUARTER)[1] + 1
LATER = AFTER + 100

BAD_CSV = {
    "no table at all": (b"\xff\xfe", "file: csv"),
    "nothing": (b"", "file: csv"),
    "an open quote": (b'received,origin,mode\n"1999-01-01,person,open', "file: csv"),
    "a column that is not known": (b"received,origin,mode,name\n", "file: columns"),
    "a column that is missing": (b"received,origin\n", "file: columns"),
    "a column twice": (b"received,origin,mode,mode\n", "file: columns"),
    "too many bytes": (b"x" * (manual.MAX_BYTES + 1), "long: file"),
    "too many lines": (b"received,origin,mode\n" + b"1999-01-01,person,open\n" * 10_001, "long: file"),
}
FAULTS = {
    "no day": ("1999-02-30,person,open,,,", ("received", "date")),
    "a day to come": ("2999-01-01,person,open,,,", ("received", "date")),
    "a day before time": ("1969-12-31,person,open,,,", ("received", "date")),
    "an empty mode": ("1999-01-01,person,,,,", ("mode", "missing")),
    "an origin that is none": ("1999-01-01,portal,open,,,", ("origin", "unknown")),
    "a category that is none": ("1999-01-01,person,open,bullying;doctors,,", ("category", "unknown")),
    "a group that is none": ("1999-01-01,person,open,,night,", ("group", "unknown")),
    "too long": ("1999-01-01,person,open,,," + "x" * 20_001, ("text", "long")),
    "too few fields": ("1999-01-01,person", ("", "columns")),
    "a formula for a day": ("=NOW(),person,open,,,", ("received", "date")),
}


@pytest.mark.parametrize(("data", "error"), BAD_CSV.values(), ids=BAD_CSV.keys())
def test_a_file_that_is_no_such_table(data: bytes, error: str):
    with refuses(*error.split(": ")):
        manual.read_csv(data, TODAY)


@pytest.mark.parametrize(("line", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_line_and_column_and_nothing_is_taken_over(line: str, fault: tuple[str, str]):
    data = f"received,origin,mode,category,group,text\n1999-01-01,person,open,,,\n{line}\n".encode()
    with pytest.raises(manual.RowsError) as caught:
        manual.read_csv(data, TODAY)
    assert [(one.line, one.column, one.why) for one in caught.value.faults] == [(3, *fault)]
    assert set(manual.WHY) >= {one.why for one in caught.value.faults}


def test_cases_from_a_file_have_their_clocks_and_are_all_there_or_none(ward: Ward, vault: Vault):
    text = "=cmd|' /C calc'!A0"
    names = "\ufeffReceived,origin,mode,category,group,text,acknowledged"
    data = f'{names}\r\n2024-01-01,letter,open,bullying;detriment,nursing,"{text}",2024-01-05\r\n\r\n'
    rows = manual.read_csv(data.encode(), TODAY)
    assert manual.take_over(vault, rows, TODAY) == [1]
    (case,) = book.search(vault, Filter())
    assert (case.origin, case.categories, case.acknowledged) == ("letter", ("bullying", "detriment"), case.opened + 4)
    assert book.facts(vault, case.id).group == "nursing"


def test_a_case_by_hand_may_keep_a_guardian_out(two: Two):
    case = manual.enter(two.first, "person", "open", "x", two.town.today, exclude=[two.g[1]])
    with refuses("excluded"):
        sharing.copy(two.first, case, two.g[1], two.town.today)
    with refuses("date", "future"):
        manual.enter(two.first, "person", "open", "x", two.town.today, received=two.town.today + 1)
    with refuses("wrong", "opened"):
        manual.enter(two.first, "pigeon", "open", "x", two.town.today)


@given(st.text())
def test_no_cell_is_a_formula(text: str):
    rows = [returns.Row(section="x", name=text, count=1)]
    written = returns.write_csv("2026Q1", rows).decode("utf-8")
    (_, line) = csv.reader(io.StringIO(written, newline=""))
    assert not line[2].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|", "%"))
    assert not line[2].lstrip(" \u00a0\ufeff").startswith(("=", "+", "-", "@"))


def test_the_return_counts_what_there_is(ward: Ward, vault: Vault):
    for about in ("bullying", "bullying", "safety"):
        arrive(ward, choices={"about": about})
    manual.enter(vault, "telephone", "open", "x", TODAY)
    acts.set_again(vault, book.find(vault, "1"), "yes", "", TODAY)
    with refuses("date", "quarter"):
        returns.made(vault, QUARTER, TODAY)
    counted = {(one.section, one.name): one.count for one in returns.made(vault, QUARTER, AFTER)}
    assert counted["total", "Cases"] == 4
    assert counted["category", "Bullying or harassment"] == 2
    assert (counted["mode", "Anonymous"], counted["mode", "Open"]) == (3, 1)
    assert (counted["group", "Not known"], counted["again", "Yes"]) == (4, 1)
    assert [(one.number, one.what) for one in returns.gaps(vault, QUARTER)] == [(4, "category")]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=12))
def test_small_numbers_are_hidden_and_never_only_one(counts: list[int]):
    shown = numbers.suppressed([(f"row {at}", count) for at, count in enumerate(counts)])
    for (_, value), count in zip(shown, counts, strict=True):
        assert value == numbers.UNDER or (count > 7 and int(value) % 5 == 0 and abs(int(value) - count) <= 2)
        assert count > 7 or value == numbers.UNDER
    hidden = sum(value == numbers.UNDER for _, value in shown)
    assert hidden != 1 or len(counts) == 1


def test_what_was_frozen_stays(ward: Ward, vault: Vault):
    for _ in range(9):
        arrive(ward, choices={"about": "bullying"})
    with refuses("date", "quarter"):
        numbers.freeze(vault, QUARTER, AFTER)
    rows = dict(numbers.freeze(vault, QUARTER, LATER))
    assert rows["Concerns"] == "10"
    assert rows["Patient safety or quality"] == numbers.UNDER
    acts.set_categories(vault, book.find(vault, "1"), ["detriment"], LATER)
    for _ in range(9):
        arrive(ward)
    assert dict(numbers.freeze(vault, QUARTER, LATER + 1)) == rows


def test_promises_are_kept_late_overdue_or_waiting(ward: Ward, vault: Vault):
    def say(case: book.Case, today: int, due: int | None = None) -> None:
        promised = None if due is None else Next(day=due, what="I tell you what the manager said")
        draft = Draft(text="We are on it.", next=promised)
        send(vault, keys.load(vault), book.thread_of(case), draft, today)

    kept, late, overdue = (arrive(ward) for _ in range(3))
    say(kept, TODAY, TODAY + 5)
    say(kept, TODAY + 5, TODAY + 400)
    say(late, TODAY, TODAY + 5)
    say(late, TODAY + 6)
    say(overdue, TODAY, TODAY + 5)
    acts.note(vault, overdue, "A note is no answer", TODAY + 2)
    found = promises.made(vault)
    states = [(one.case.number, one.state(TODAY + 6)) for one in found]
    assert states == [
        (kept.number, "kept"),
        (late.number, "late"),
        (overdue.number, "overdue"),
        (kept.number, "waiting"),
    ]
    # On its last day it is not late yet.
    assert found[2].state(TODAY + 5) == "waiting"
    assert promises.counted(found, TODAY + 6) == {"kept": 1, "late": 1, "overdue": 1, "waiting": 1}
    assert [one.due for one in promises.made(vault, (TODAY + 6, TODAY + 400))] == [TODAY + 400]


def test_the_public_numbers_say_how_many_promises_were_kept(ward: Ward, vault: Vault):
    due = quarters.days_of(QUARTER)[1]
    for at in range(20):
        thread, today = book.thread_of(arrive(ward)), min(TODAY, due)
        send(vault, keys.load(vault), thread, Draft(text="x", next=Next(day=due, what="More")), today)
        if at < 11:
            send(vault, keys.load(vault), thread, Draft(text="More"), today)
    rows = dict(numbers.freeze(vault, QUARTER, LATER))
    assert rows["Next steps that came by the day we named"] == "10"
    assert rows["Next steps that came later or not yet"] == "10"


def conclude(vault: Vault, count: int, ward: Ward) -> list[book.Case]:
    """So many concluded cases with what was learned."""
    for _ in range(count):
        case = arrive(ward, "The keys of the drug trolley were left in the lock every night", choices={"about": "idea"})
        closing.learn(vault, case, "a", "b", "c", TODAY)
        closing.conclude(vault, case, "changed", "", TODAY)
    return book.search(vault, Filter())


def test_a_story_needs_three_cases_no_date_and_no_words_of_a_report(ward: Ward, vault: Vault):
    cases = conclude(vault, 3, ward)
    good = ["Keys", "They were left about", "There were two sets", "Now there is one"]
    with refuses("story", "few"):
        stories.propose(vault, QUARTER, good, [cases[0], cases[0], cases[1]], b"2" * 16, TODAY)
    for bad in ("On 3 March it was", "in 2024 it was", "in January", "at 14:30", "on 3/4"):
        with refuses("story", "date"):
            stories.propose(vault, QUARTER, [*good[:3], bad], cases, b"2" * 16, TODAY)
    with refuses("quote"):
        quoted = "keys of the drug trolley were left in the lock"
        stories.propose(vault, QUARTER, [*good[:3], quoted], cases, b"2" * 16, TODAY)
    with refuses("story", "long"):
        stories.propose(vault, QUARTER, ["x" * 121, *good[1:]], cases, b"2" * 16, TODAY)


def test_promises_are_kept_by_the_next_word_and_late_after_their_day(ward: Ward, vault: Vault):
    case = arrive(ward)

    def say(day: int, following: tuple[int, str] | None) -> None:
        words: dict[str, object] = {"text": "x"}
        if following is not None:
            words["next"] = {"day": following[0], "what": following[1]}
        log.append(vault, case.id, "reply", words, day)

    def states(today: int) -> list[tuple[str, str, int | None]]:
        return [(one.what, one.state(today), one.answered) for one in promises.made(vault)]

    assert states(TODAY) == []
    say(TODAY, (TODAY + 5, "first"))
    assert states(TODAY + 5) == [("first", "waiting", None)]
    assert states(TODAY + 6) == [("first", "overdue", None)]
    say(TODAY + 5, (TODAY + 9, "second"))
    log.append(vault, case.id, "told", {"what": "other", "text": ""}, TODAY + 12)
    assert states(TODAY + 20) == [("first", "kept", TODAY + 5), ("second", "late", TODAY + 12)]
    say(TODAY + 20, (TODAY + 30, "third"))
    closing.learn(vault, case, "a", "b", "c", TODAY + 30)
    closing.conclude(vault, case, "changed", "", TODAY + 30)
    assert states(TODAY + 40)[-1] == ("third", "kept", TODAY + 30)


def test_a_chart_says_in_words_what_it_draws_and_no_small_number():
    counted = {"2026Q1": {"staffing": 9, "beds": 7}, "2026Q2": {"staffing": 2}}
    words = {"staffing": "Staffing: how many", "beds": "Beds"}
    assert charts.said(counted, words) == "Staffing: 2026Q1 10, 2026Q2 under 8."
    assert charts.said({}, words) == "No factor was recorded in 8 cases or more."


def test_a_chart_never_shows_a_small_number(ward: Ward, vault: Vault):
    for _ in range(8):
        measures.set_factors(vault, arrive(ward), "yorkshire", ["staffing"], "", TODAY)
    measures.set_factors(vault, arrive(ward), "yorkshire", ["beds", "individual"], "", TODAY)
    counted = charts.counts(vault, "yorkshire", [QUARTER])
    drawn = charts.trend(counted, measures.FACTORS["yorkshire"])
    assert "Staffing" in drawn
    assert ">10<" in drawn
    assert "Beds" not in drawn
    assert ">8<" not in drawn
    hostile = charts.trend({"<script>": {"x": 9}}, {"x": '"><script>alert(1)</script>'})
    assert "<script>" not in hostile
    with refuses("wrong", "factors"):
        charts.counts(vault, "people", [QUARTER])
    with refuses("wrong", "quarter"):
        charts.counts(vault, "seips", ["2026"])


def test_public_numbers_carry_two_signatures_and_reach_the_log(two: Two):
    town: Town = two.town
    quarter = quarters.before(quarters.before(quarters.quarter_of(town.today)))
    digest = numbers.propose(two.first, quarter, two.g[1], town.today)
    with refuses("second", "own"):
        numbers.propose(two.first, quarter, two.g[0], town.today)
    with refuses("note"):
        cosigning.sign(two.first, digest, town.today)
    two.sync(3)
    (asked,) = cosigning.requests(two.second)
    assert (asked.digest, asked.role, asked.state) == (digest, "asking", "waiting")
    assert town.seen().statistics == ()
    cosigning.sign(two.second, digest, town.today)
    two.sync(4)
    (shown,) = town.seen().statistics
    assert (shown["g"], shown["second"], shown["quarter"]) == (two.g[0], two.g[1], quarter)
    with refuses("note"):
        cosigning.sign(two.second, digest, town.today)


def test_a_signature_that_is_not_the_seconds_is_refused(two: Two):
    town = two.town
    quarter = quarters.before(quarters.before(quarters.quarter_of(town.today)))
    digest = numbers.propose(two.first, quarter, two.g[1], town.today)
    payload = two.first.database.value("SELECT payload FROM cosign WHERE digest = ?", digest)
    for g, data, code in (
        (two.g[1], bytes(64) + payload, "signature"),
        (two.g[2], bytes(64) + payload, "unknown"),
        (two.g[1], bytes(64) + b"{}", "unknown"),
    ):
        with pytest.raises(Exception, match=f"^{code}"):
            cosigning.signed_by_second(two.first, g, "statistics", data)
    assert [one.name for one in statements.waiting(two.first)] == []
    assert membership.last(two.first).statistics == ()
