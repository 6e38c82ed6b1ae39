"""What arrives in a segment: own, foreign, doubled, incomplete, contradictory and hostile cells (PROTOCOL 6, 7)."""

import os
from pathlib import Path

import pytest

from crypto import cell, hpke
from crypto.kdf import name, sha256
from recipients import cases, daykeys, intake
from recipients.errors import GuardianError
from recipients.intake import DAY, Period
from recipients.trying import Opener
from tests.recipients.ward import ORGANISATION, TODAY, Ward


@pytest.fixture
def ward(tmp_path: Path):
    """A guardian ready to read."""
    made = Ward(tmp_path)
    yield made
    made.vault.close()


def test_own_cells_among_others(ward: Ward):
    others = [cell.cover(ORGANISATION) for _ in range(5)]
    others += [cell.seal(ward.plains("x")[0], hpke.public_key(os.urandom(32)), ORGANISATION), os.urandom(4096)]
    assert ward.open([*others, *ward.seal(ward.plains("Ward 4"))]) == 1
    found = ward.only()
    assert found.state == "whole"
    assert found.content is not None
    assert found.content.sections == {"what": "Ward 4"}
    assert cases.refused_cells(ward.vault) == []


@pytest.mark.parametrize("off", [-2, -1, 0, 1, 2])
def test_a_wrong_clock_of_up_to_two_days(ward: Ward, off: int):
    daykeys.top_up(ward.vault, ward.person, ORGANISATION, TODAY)
    sealed = ward.seal(ward.plains("Ward 4"), TODAY + 3 + off)
    assert ward.open(sealed, (TODAY + 3) * DAY) == 1


def test_a_key_three_days_away_is_not_tried(ward: Ward):
    assert ward.open(ward.seal(ward.plains("Ward 4"), TODAY + 6), (TODAY + 3) * DAY) == 0


@pytest.mark.parametrize("first", [TODAY, TODAY + 30])
def test_the_fallback_of_another_time(ward: Ward, first: int):
    sealed = cell.seal(ward.plains("Ward 4")[0], ward.public(first, "fallback"), ORGANISATION)
    assert ward.open([sealed], (TODAY + 15) * DAY) == 1


def test_a_later_message_joins_the_thread(ward: Ward):
    ward.open(ward.seal(ward.plains("first")))
    ward.open(ward.seal(ward.plains("second", type="more")), (TODAY + 1) * DAY)
    (found,) = cases.threads(ward.vault)
    assert (found.messages, found.unread, found.first_day, found.last_day) == (2, 2, TODAY, TODAY + 1)
    texts = [one.content and one.content.sections["what"] for one in cases.incoming(ward.vault, found.id)]
    assert texts == ["first", "second"]


def test_another_codename_is_another_thread(ward: Ward):
    ward.open(ward.seal(ward.plains("first")))
    ward.root = os.urandom(32)
    ward.open(ward.seal(ward.plains("second")), (TODAY + 1) * DAY)
    assert [one.messages for one in cases.threads(ward.vault)] == [1, 1]


def test_pieces_come_in_several_periods(ward: Ward):
    first, second, third = ward.seal(ward.plains("y" * 7_000))
    ward.open([first])
    found = ward.only()
    assert (found.state, found.have, found.parts) == ("partial", (0,), 3)
    assert found.content is not None
    assert not found.content.complete
    assert found.content.cut is not None
    assert found.content.cut[1] == "y" * len(found.content.cut[1])
    ward.open([third], (TODAY + 1) * DAY)
    assert ward.only().have == (0, 2)
    ward.open([second], (TODAY + 2) * DAY)
    found = ward.only()
    assert found.state == "whole"
    assert found.content is not None
    assert found.content.sections == {"what": "y" * 7_000}


def test_without_the_first_piece_nothing_is_shown_but_that_it_is_there(ward: Ward):
    ward.open(ward.seal(ward.plains("y" * 7_000))[1:])
    found = ward.only()
    assert (found.state, found.have, found.content) == ("partial", (1, 2), None)


def test_resent_and_resealed_pieces_are_one_message(ward: Ward):
    plains = ward.plains("y" * 4_000)
    ward.open([*ward.seal(plains), *ward.seal(plains)])
    ward.open(ward.seal(plains), (TODAY + 1) * DAY)
    assert ward.only().state == "whole"
    assert ward.vault.database.value("SELECT count(*) FROM part") == 2


def test_the_same_segment_again_adds_nothing(ward: Ward):
    sealed = ward.seal(ward.plains("y" * 4_000))
    ward.open(sealed)
    ward.vault.database.run("DELETE FROM period")
    ward.open(sealed)
    assert ward.vault.database.value("SELECT count(*) FROM part") == 2
    assert ward.only().state == "whole"


def test_two_texts_for_one_piece(ward: Ward):
    message_id = os.urandom(16)
    one, other = (ward.plains(letter * 4_000, message_id) for letter in "yn")
    ward.open(ward.seal([one[1], other[1]]))
    assert ward.states() == [("conflict", "conflict")]
    ward.open(ward.seal([one[0]]), (TODAY + 1) * DAY)
    assert ward.only().content is None
    assert cases.refused_cells(ward.vault) == [("conflict", 1)]


def test_two_numbers_of_pieces(ward: Ward):
    message_id = os.urandom(16)
    ward.open(ward.seal([ward.plains("y" * 4_000, message_id)[1]]))
    ward.open(ward.seal([ward.plains("y" * 7_000, message_id)[2]]), (TODAY + 1) * DAY)
    assert ward.states() == [("conflict", "conflict")]


def test_what_was_whole_stays_whole(ward: Ward):
    message_id = os.urandom(16)
    ward.open(ward.seal(ward.plains("the truth", message_id)))
    ward.open(ward.seal(ward.plains("something else", message_id)), (TODAY + 1) * DAY)
    found = ward.only()
    assert found.state == "whole"
    assert found.content is not None
    assert found.content.sections == {"what": "the truth"}


def test_a_message_for_others_is_refused(ward: Ward):
    ward.open(ward.seal(ward.plains("x", to=(os.urandom(16),))))
    assert ward.states() == [("refused", "malformed")]
    assert ward.only().content is None


def test_a_message_for_another_organisation_is_refused(ward: Ward):
    ward.open(ward.seal(ward.plains("x", organisation=os.urandom(32))))
    assert ward.states() == [("refused", "organisation")]
    assert ward.only().content is None


def test_a_cell_sealed_for_another_organisation_is_not_for_me(ward: Ward):
    sealed = cell.seal(ward.plains("x")[0], ward.public(), os.urandom(32))
    assert ward.open([sealed]) == 0
    assert cases.refused_cells(ward.vault) == []


def test_a_head_that_is_not_one(ward: Ward):
    ward.open(ward.seal(cell.split(ward.secret, os.urandom(16), b'{"v":1}', b"")))
    assert ward.states() == [("refused", "malformed")]


@pytest.mark.parametrize(("at", "value"), [(0, 0), (0, 2), (50, 1), (52, 0), (52, 17), (53, 255), (2_959, 1)])
def test_a_plaintext_of_another_shape_is_counted_and_put_aside(ward: Ward, at: int, value: int):
    plain = bytearray(ward.plains("x")[0])
    plain[at] = value
    assert ward.open(ward.seal([bytes(plain)])) == 1
    assert cases.refused_cells(ward.vault) == [("malformed", 1)]
    assert cases.threads(ward.vault) == []


def test_a_crash_while_storing_leaves_nothing_of_the_period(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    sealed = ward.seal(ward.plains("y" * 7_000))
    with monkeypatch.context() as patch:
        patch.setattr(intake, "_mark", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ward.open(sealed)
    assert cases.threads(ward.vault) == []
    ward.open(sealed)
    assert ward.only().state == "whole"


def listed(*starts: int, cells: int = 0, length: int = DAY) -> list[Period]:
    """Periods as a portal lists them."""
    return [Period(start=one, length=length, cells=cells, chunks=0, digest=bytes(32)) for one in starts]


def test_how_far_all_has_been_opened(ward: Ward):
    days = listed(*(day * DAY for day in range(TODAY, TODAY + 5)))
    assert intake.opened_through(ward.vault, [], TODAY + 9) == -1
    assert intake.opened_through(ward.vault, days, TODAY + 9) == TODAY - 1
    intake.pass_empty(ward.vault, days[:3])
    assert intake.opened_through(ward.vault, days, TODAY + 9) == TODAY + 2
    intake.pass_empty(ward.vault, days)
    assert intake.opened_through(ward.vault, days, TODAY + 9) == TODAY + 4


def test_a_day_counts_when_its_last_period_has_ended(ward: Ward):
    hours = listed(*(TODAY * DAY + hour * 3_600 for hour in range(23)), length=3_600)
    intake.pass_empty(ward.vault, hours)
    assert intake.opened_through(ward.vault, hours, TODAY + 1) == TODAY - 1
    last = listed(TODAY * DAY + 23 * 3_600, length=3_600)
    intake.pass_empty(ward.vault, last)
    assert intake.opened_through(ward.vault, [*hours, *last], TODAY + 1) == TODAY


def test_a_portal_cannot_make_days_to_come_pass(ward: Ward):
    liar = listed((TODAY + 30) * DAY)
    intake.pass_empty(ward.vault, liar)
    assert intake.opened_through(ward.vault, liar, TODAY) == TODAY - 1


def test_a_full_period_is_not_passed_as_empty(ward: Ward):
    full = listed(TODAY * DAY, cells=1)
    intake.pass_empty(ward.vault, full)
    assert intake.unopened(ward.vault, full) == full


@pytest.mark.parametrize("change", ["swap", "double", "cut", "more", "other"])
def test_a_segment_that_is_not_the_listed_one(tmp_path: Path, change: str):
    cells = sorted((os.urandom(4096) for _ in range(3)), key=name)
    data = b"".join(cells)
    period = Period(start=0, length=DAY, cells=3, chunks=0, digest=sha256(data))
    changed = {
        "swap": cells[1] + cells[0] + cells[2],
        "double": cells[0] + cells[1] + cells[1],
        "cut": data[:-1],
        "more": data + os.urandom(4096),
        "other": data[:-1] + bytes([data[-1] ^ 1]),
    }[change]
    (tmp_path / "segment").write_bytes(changed)
    with pytest.raises(GuardianError) as caught:
        intake.check_segment(period, tmp_path / "segment")
    assert (caught.value.code, caught.value.detail) == ("odd", "segment")


def test_one_cell_put_in_the_place_of_another(tmp_path: Path):
    listed_cell, other = os.urandom(4096), os.urandom(4096)
    period = Period(start=0, length=DAY, cells=1, chunks=0, digest=sha256(listed_cell))
    (tmp_path / "segment").write_bytes(other)
    with pytest.raises(GuardianError) as caught:
        intake.check_segment(period, tmp_path / "segment")
    assert (caught.value.code, caught.value.detail) == ("odd", "segment")


@pytest.mark.slow
def test_workers_find_what_one_process_finds(ward: Ward, tmp_path: Path):
    own = ward.seal(ward.plains("y" * 9_000))
    filling = [os.urandom(4096) for _ in range(3_000)]
    path = tmp_path / "segment"
    cells: list[bytes] = [*own, *filling, *ward.seal([bytes(2_960)])]
    cells.sort(key=name)
    path.write_bytes(b"".join(cells))
    seeds = daykeys.trial_seeds(ward.vault, TODAY)
    counted: list[int] = []
    with Opener(2) as many, Opener(1) as one:
        found = many.open(path, seeds, ORGANISATION, counted.append)
        assert found == one.open(path, seeds, ORGANISATION, lambda _: None)
    assert sum(counted) == 3_000 + len(own) + 1
    assert len(found) == len(own) + 1
    assert sum(one == "malformed" for _, one in found) == 1


class StoppedError(Exception):
    """A person has had enough."""


def _stop(_count: int) -> None:
    raise StoppedError


@pytest.mark.slow
def test_workers_that_were_stopped_do_not_answer_for_the_next_file(ward: Ward, tmp_path: Path):
    seeds = daykeys.trial_seeds(ward.vault, TODAY)
    own = ward.seal(ward.plains("y" * 9_000))
    (tmp_path / "first").write_bytes(b"".join([*own, *(os.urandom(4096) for _ in range(2_500))]))
    (tmp_path / "second").write_bytes(b"".join(os.urandom(4096) for _ in range(2_500)))
    with Opener(2) as opener:
        with pytest.raises(StoppedError):
            opener.open(tmp_path / "first", seeds, ORGANISATION, _stop)
        counted: list[int] = []
        assert opener.open(tmp_path / "second", seeds, ORGANISATION, counted.append) == []
    assert sum(counted) == 2_500


def test_a_long_period_goes_on_where_it_was_stopped(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "_STRETCH", 100)
    own = ward.seal(ward.plains("y" * 9_000))
    cells = sorted([*own, *(os.urandom(4096) for _ in range(346))], key=name)
    path = ward.folder / "cells"
    path.write_bytes(b"".join(cells))
    period = Period(start=TODAY * DAY, length=DAY, cells=350, chunks=0, digest=sha256(path.read_bytes()))
    heard: list[int] = []

    def on_cells(count: int) -> None:
        heard.append(count)
        if sum(heard) > limit:
            raise StoppedError

    # StoppedError before anything was kept, between two stretches, and in the last one.
    for enough, kept in ((30, 0), (130, 100), (230, 200), (340, 300)):
        limit = enough
        heard.clear()
        with pytest.raises(StoppedError):
            intake.open_period(ward.vault, ward.reader, period, path, Opener(1), on_cells)
        assert intake.unopened(ward.vault, [period]) == [period]
        assert ward.vault.setting("half") == (None if kept == 0 else intake._sign_of(period) + _numbers(ward, kept))
    limit = 1_000
    heard.clear()
    assert intake.open_period(ward.vault, ward.reader, period, path, Opener(1), on_cells) == len(own) == 4
    assert (heard[0], sum(heard)) == (300, 350)
    assert ward.only().state == "whole"
    assert ward.vault.database.value("SELECT found FROM period") == 4
    assert ward.vault.setting("half") == b""


def _numbers(ward: Ward, kept: int) -> bytes:
    found = ward.vault.database.value("SELECT count(*) FROM part")
    return kept.to_bytes(4, "big") + int(found).to_bytes(4, "big")


def test_half_of_a_period_says_nothing_of_another_one(ward: Ward):
    sealed = ward.seal(ward.plains("y" * 7_000))
    ward.vault.store("half", bytes(40) + (2).to_bytes(4, "big") + bytes(4))
    ward.open(sealed)
    assert ward.only().state == "whole"


def test_a_period_that_was_closed_again_with_other_cells_is_opened_again(ward: Ward):
    """A portal's clock or data went back: what came the second time must not pass for known."""
    first, second = ward.seal(ward.plains("before")), ward.seal(ward.plains("after"))
    ward.open(first)
    both = sorted([*first, *second], key=name)
    joined = b"".join(both)
    again = Period(start=TODAY * DAY, length=DAY, cells=len(both), chunks=0, digest=sha256(joined))
    assert intake.unopened(ward.vault, [again]) == [again]
    ward.open([*first, *second])
    assert ward.states() == [("whole", None)] * 2
    assert intake.unopened(ward.vault, [again]) == []
