"""What guardians send each other: repeated until it has come, put aside when it is forged, junk or too late."""

import os

import pytest

from crypto import between, cell
from crypto.errors import CandourError
from recipients import keys, membership
from recipients.casework import acts, arriving, bundles, sharing
from recipients.casework import keys as casekeys
from recipients.vault import Vault
from tests.recipients.test_sharing import Two, log_of, only, two

pytestmark = pytest.mark.slow

__all__ = ["two"]


def test_what_was_not_taken_goes_again_with_the_same_bytes(two: Two):
    two.report()
    sharing.copy(two.first, only(two.first), two.g[1], two.town.today)
    directory = membership.last(two.first)
    start = int(two.town.clock.now) + 86_400 * 9
    first = bundles.seal(two.first, start, directory, two.town.today)
    assert bundles.seal(two.first, start, directory, two.town.today) == first
    assert not bundles.posted(two.first, start)
    assert len({len(one) for one in first}) == 1
    # The next period comes without an answer for this one: its parts go again.
    again = bundles.seal(two.first, start + 86_400, directory, two.town.today)
    assert not set(again) & set(first)
    assert [one.part for one in bundles.waiting(two.first, two.town.today)] == [0]
    bundles.mark_posted(two.first, start + 86_400)
    assert bundles.waiting(two.first, two.town.today) == []


def test_a_bundle_without_an_answer_is_repeated_six_times(two: Two):
    two.report()
    today = two.town.today
    sharing.copy(two.first, only(two.first), two.g[1], today)
    today = two.town.today + 1
    two.town.next_day()
    two.town.sync(two.first)
    assert bundles.waiting(two.first, today) == []
    assert bundles.waiting(two.first, today + 29) == []
    assert bundles.waiting(two.first, today + 30) != []


FORGED = {
    "for somebody else": lambda two, fields: {**fields, "to": two.g[2]},
    "from nobody": lambda _, fields: {**fields, "g": os.urandom(16)},
    "from tomorrow week": lambda two, fields: {**fields, "day": two.town.today + 7},
    "of another organisation": lambda _, fields: {**fields, "organisation": os.urandom(32)},
    "signed by another": lambda two, fields: {**fields, "g": two.g[2]},
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED.keys())
def test_a_forged_bundle_is_put_aside(two: Two, change, request: pytest.FixtureRequest):
    usual = vars(bundles.start(two.first, two.g[1], "ask", two.town.today, os.urandom(16)))
    made = between.Bundle(**change(two, usual))
    payload = between.sign(made, keys.load(two.first).identity_seed)
    code = {"for somebody else": "unknown", "from nobody": "unknown", "from tomorrow week": "early"}
    with pytest.raises(CandourError) as caught:
        between.read(payload, membership.last(two.second), two.g[1], two.town.today)
    name = request.node.callspec.id
    expected = code.get(name) or ("organisation" if "organisation" in name else "signature")
    assert caught.value.code == expected
    message = os.urandom(16)
    for part, piece in enumerate(between.cut(payload)):
        found = cell.Part(
            message=message, part=part, parts=len(between.cut(payload)), payload=piece, thread=between.mark()
        )
        arriving.keep_part(two.second, found, two.town.today)
    assert arriving.accept(two.second, membership.last(two.second), two.town.today) == [expected]
    assert two.second.database.rows("SELECT 1 FROM casefile") == []


def test_junk_under_the_mark_of_guardians_harms_nothing(two: Two):
    for payload in (b"x", b"{}" * 40, bytes(64) + b'{"v":1}', os.urandom(2_905)):
        found = cell.Part(message=os.urandom(16), part=0, parts=1, payload=payload, thread=between.mark())
        arriving.keep_part(two.first, found, two.town.today)
    codes = arriving.accept(two.first, membership.last(two.first), two.town.today)
    assert set(codes) <= {"malformed", "limit"}
    assert len(codes) == 4
    assert two.first.database.rows("SELECT 1 FROM bundle_in") == []


def test_more_of_a_case_that_is_not_here_waits_and_is_thrown_away_in_the_end(two: Two):
    bundle = bundles.start(two.first, two.g[1], "more", two.town.today, os.urandom(16))
    bundles.queue(two.first, bundle)
    two.sync(2)
    assert two.second.database.rows("SELECT 1 FROM casefile") == []
    assert two.second.database.rows("SELECT 1 FROM bundle_done") == []
    assert len(two.second.database.rows("SELECT 1 FROM bundle_in")) == 1
    arriving.accept(two.second, membership.last(two.second), two.town.today + 61)
    assert two.second.database.rows("SELECT 1 FROM bundle_in") == []


@pytest.mark.parametrize("both", [True, False], ids=["both have it", "one has it"])
def test_what_comes_before_the_copy_that_it_belongs_to_is_not_lost(two: Two, both: bool):
    two.report((0, 1) if both else (0,))
    case, today = only(two.first), two.town.today
    sharing.copy(two.first, case, two.g[1], today)
    for number in range(4):
        acts.note(two.first, case, f"note {number}", today)
        sharing.flush(two.first, today)
    (copy, *more) = two.first.database.rows("SELECT message, payload FROM bundle_out ORDER BY number")
    directory = membership.last(two.second)
    for message, payload in more[:2]:
        _deliver(two.second, message, payload, today)
    assert arriving.accept(two.second, directory, today) == []
    for message, payload in [*more[2:], copy]:
        _deliver(two.second, message, payload, today)
    assert arriving.accept(two.second, directory, today) == []
    assert log_of(two.first) == log_of(two.second)
    assert len(log_of(two.second)) == 5
    assert two.second.database.rows("SELECT 1 FROM bundle_in") == []
    assert len(two.second.database.rows("SELECT 1 FROM bundle_done WHERE told = 0")) == 5


def _deliver(vault: Vault, message: bytes, payload: bytes, today: int) -> None:
    """The parts of a bundle come, as they are found in a period."""
    pieces = between.cut(payload)
    for part, piece in enumerate(pieces):
        found = cell.Part(message=message, part=part, parts=len(pieces), payload=piece, thread=between.mark())
        arriving.keep_part(vault, found, today)


def test_nobody_takes_a_case_away_by_sending(two: Two):
    """A bundle never gives away, hides or answers for a case that is here: it only adds."""
    two.report((0, 1))
    case = only(two.second)
    secret = two.second.database.value("SELECT secret FROM thread")
    for what in ("take", "copy", "ask", "more"):
        bundle = bundles.start(two.first, two.g[1], what, two.town.today, case.id)
        fields = {"board": os.urandom(32), "thread": os.urandom(16), "since": two.town.today, "opened": 1}
        bundles.queue(two.first, between.Bundle(**{**vars(bundle), **fields}))
    two.sync(2)
    after = only(two.second)
    assert (after.role, after.thread, after.opened) == (case.role, case.thread, case.opened)
    assert two.second.database.value("SELECT secret FROM thread") == secret
    assert two.second.database.value("SELECT board FROM casefile") is None
    assert casekeys.alive(two.second, case.id)
