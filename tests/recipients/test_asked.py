"""What guardians ask of one another, whom a case may go to, and what is on its way: for both faces."""

from collections.abc import Callable
from functools import partial

import pytest

from recipients import keys, publishing
from recipients.casework import (
    asked,
    book,
    bundles,
    colleagues,
    departing,
    log,
    measures,
    retention,
    sharing,
)
from recipients.casework.asked import Asked
from recipients.vault import Vault
from tests.recipients.test_casework import refuses
from tests.recipients.test_sharing import Two, only
from tests.recipients.world import Town, long_text

pytestmark = pytest.mark.slow


@pytest.fixture
def two(town: Town) -> Two:
    """Two guardians of three, and a report to the first."""
    made = Two(town)
    made.report(text=long_text(9_000))
    return made


def the_one(vault: Vault) -> Asked:
    (found,) = asked.of_us(vault)
    return found


def test_a_question_is_asked_until_it_is_answered(two: Two):
    today = two.town.today
    sharing.ask(two.first, only(two.first), two.g[1], "Would you wait?", today)
    assert asked.of_us(two.first) == []
    two.sync(2)
    one = the_one(two.second)
    assert (one.kind, one.g, one.text, one.with_it) == ("question", two.g[0], "Would you wait?", ())
    with refuses("empty", "answer"):
        asked.agree(two.second, one, "", today)
    asked.agree(two.second, one, "I would.", today)
    assert asked.of_us(two.second) == []


ANSWERS: dict[str, tuple[Callable[..., None], bool]] = {
    "agreed": (asked.agree, True),
    "declined": (asked.refuse, False),
}


@pytest.mark.parametrize(("answer", "stands"), ANSWERS.values(), ids=ANSWERS.keys())
def test_what_needs_a_second_guardian_is_one_thing_asked(two: Two, answer: Callable[..., None], stands: bool):
    case, today = only(two.first), two.town.today
    asked.put(two.first, case, two.g[1], "Please", partial(retention.hold, two.first, case, "An inquest", today), today)
    two.sync(2)
    one = the_one(two.second)
    assert (one.kind, one.text, one.with_it) == ("hold", "An inquest", ("Please",))
    with refuses("empty", "reason"):
        asked.refuse(two.second, one, "", today)
    answer(two.second, one, "I have looked at it", two.town.today)
    assert asked.of_us(two.second) == []
    two.sync(2)
    assert ("hold" in only(two.first).flags) is stands


def test_nothing_is_written_when_it_may_not_be_asked(town: Town):
    two = Two(town)
    two.report(exclude=(two.g[1],))
    case, today = only(two.first), town.today
    measures.set_factors(two.first, case, "seips", ["task"], "", today)
    write = partial(measures.act, two.first, case, "individual", "Supervision", today)
    with refuses("excluded"):
        asked.put(two.first, case, two.g[1], "Please", write, today)
    assert [one.kind for one in log.lines(two.first, case.id)] == ["factors"]


def test_nobody_is_asked_when_it_may_not_be_written(two: Two):
    case, today = only(two.first), two.town.today
    write = partial(measures.act, two.first, case, "individual", "Supervision", today)
    with refuses("factors"):
        asked.put(two.first, case, two.g[2], "Please", write, today)
    assert two.first.database.rows("SELECT 1 FROM bundle_out WHERE quiet = 0") == []
    assert log.lines(two.first, case.id) == []


def test_colleagues_by_case_and_calendar(town: Town):
    two = Two(town)
    two.report(exclude=(two.g[2],))
    today = town.today
    publishing.set_calendar(
        two.second, keys.load(two.second), town.organisation.id, today, (0, 1), [(today, today + 9)]
    )
    two.sync(1)
    found = {one.g: one for one in colleagues.of(two.first, only(two.first), town.today)}
    assert set(found) == set(two.g[1:])
    assert [found[g].excluded for g in two.g[1:]] == [False, True]
    assert (found[two.g[1]].away, found[two.g[1]].how) == (today + 9, "")
    collects = found[two.g[1]].collects
    assert collects is not None
    assert (collects > today + 9, (collects + 3) % 7 in (0, 1)) == (True, True)
    assert not any(one.excluded for one in colleagues.of(two.first, None, town.today))
    sharing.copy(two.first, only(two.first), two.g[1], town.today)
    assert {one.how for one in colleagues.of(two.first, only(two.first), town.today)} == {"copy", ""}


def test_what_is_on_its_way_says_when_its_last_piece_leaves(two: Two, monkeypatch: pytest.MonkeyPatch):
    case, town = only(two.first), two.town
    sharing.copy(two.first, case, two.g[1], town.today)
    (one,) = departing.departures(two.first, town.today, int(town.clock.now))
    pieces = len([each for each in bundles.waiting(two.first, town.today) if each.g == two.g[1]])
    assert (one.case, one.g, one.pieces) == (case.number, two.g[1], pieces)
    # With room for a single piece a sync, it takes a working day for each.
    monkeypatch.setattr(bundles, "COUNT", 1)
    (slow,) = departing.departures(two.first, town.today, int(town.clock.now))
    assert one.day is not None
    assert slow.day is not None
    assert slow.day >= one.day + pieces - 1
    monkeypatch.undo()
    town.next_day()
    town.sync(two.first)
    (left,) = departing.departures(two.first, town.today, int(town.clock.now))
    assert (left.pieces, left.day) == (0, None)
    town.next_day()
    two.sync(2)
    assert departing.departures(two.first, town.today, int(town.clock.now)) == []


def test_a_case_that_is_hidden_has_no_number_on_its_way(two: Two):
    sharing.step_back(two.first, only(two.first), two.g[1], two.town.today)
    (one,) = departing.departures(two.first, two.town.today, int(two.town.clock.now))
    assert one.case is None
    assert book.search(two.first) == []
