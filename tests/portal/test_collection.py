"""The close of periods: sorted, once, destroyed, resumed after a crash at any step; clocks that go back; expiry."""

import hashlib
import os
import random
import signal
from pathlib import Path

import pytest

from crypto import board
from crypto.encoding import b64
from crypto.kdf import name as name_of
from portal.collection import Rules, fill_board
from portal.schedule import Period, WaitingError, period_at
from portal.store import ClosedError
from tests.portal.world import DAY, Clock, World, error_of


def cells(count: int) -> list[bytes]:
    return [os.urandom(4096) for _ in range(count)]


def ordered(items: list[bytes]) -> list[bytes]:
    return sorted(items, key=name_of)


def put_all(world: World, items: list[bytes]) -> None:
    world.portal.store.put("cells", {name_of(item): item for item in items})


def open_files(world: World) -> set[str]:
    return {p.name for p in (world.settings.data / "open").iterdir()} - {"lock"}


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 600])
def test_a_closed_period_is_its_cells_in_order_of_name(world: World, count: int) -> None:
    items = cells(count)
    put_all(world, items)
    world.tick()
    start = world.portal.store.open_period("cells").start
    assert world.periods() == []
    world.pass_time(100)
    joined = b"".join(ordered(items))
    (listed,) = world.periods()
    digest = b64(hashlib.sha256(joined).digest())
    assert listed == {"start": start, "length": 100, "cells": count, "chunks": 0, "digest": digest}
    assert world.signed("GET", f"/periods/{start}/cells").data == joined


@pytest.mark.parametrize("count", [1, 4, 5, 9])
def test_chunks_are_closed_with_the_cells(world: World, count: int) -> None:
    items = [os.urandom(262_160) for _ in range(count)]
    for item in items:
        assert world.put(item, "chunks").status_code == 204
    start = world.portal.store.open_period("chunks").start
    world.pass_time(100)
    assert (world.periods()[0]["cells"], world.periods()[0]["chunks"]) == (0, count)
    assert world.signed("GET", f"/periods/{start}/chunks").data == b"".join(ordered(items))


RANGES = [
    ("bytes=0-", 0, None),
    ("bytes=0-0", 0, 1),
    ("bytes=4096-8191", 4096, 8192),
    ("bytes=1048575-1048577", 1048575, 1048578),
    ("bytes=1048576-", 1048576, None),
    ("bytes=2400000-99999999", 2400000, None),
]


@pytest.mark.parametrize(("asked", "first", "stop"), RANGES)
def test_a_range_is_those_bytes(world: World, asked: str, first: int, stop: int | None) -> None:
    items = cells(600)
    put_all(world, items)
    start = world.portal.store.open_period("cells").start
    world.pass_time(100)
    whole = b"".join(ordered(items))
    answer = world.signed("GET", f"/periods/{start}/cells", headers={"Range": asked})
    expected = whole[first:stop]
    assert answer.data == expected
    if len(expected) < len(whole):
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=-5", "bytes=5-2", "bytes=9999999-", "bytes=0-1,3-4", "cells=0-1", "x"])
def test_other_ranges_give_the_whole(world: World, asked: str) -> None:
    put_all(world, cells(3))
    start = world.portal.store.open_period("cells").start
    world.pass_time(100)
    answer = world.signed("GET", f"/periods/{start}/cells", headers={"Range": asked})
    assert (answer.status_code, len(answer.data)) == (200, 3 * 4096)


def test_a_head_request_gives_the_length_alone(world: World) -> None:
    put_all(world, cells(3))
    start = world.portal.store.open_period("cells").start
    world.pass_time(100)
    answer = world.signed("HEAD", f"/periods/{start}/cells")
    assert (answer.status_code, answer.content_length, answer.data) == (200, 3 * 4096, b"")


def test_a_period_that_is_not_there_is_none(world: World) -> None:
    for path in ("/periods/0/cells", "/periods/00/cells", "/periods/x/cells", "/periods/-1/chunks"):
        assert error_of(world.signed("GET", path)) == (404, "none")


def test_the_open_period_cannot_be_fetched(world: World) -> None:
    put_all(world, cells(3))
    start = world.portal.store.open_period("cells").start
    assert error_of(world.signed("GET", f"/periods/{start}/cells")) == (404, "none")


@pytest.mark.parametrize("ahead", range(1, 16))
def test_a_board_file_is_never_there_before_the_reports_of_its_period(
    world: World, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the period ends in the middle of a tick: here each look at the clock takes a second."""
    world.tick()
    store = world.portal.store
    world.clock.now = store.open_period("board").end - 50
    world.tick()  # the last period of reports has begun
    world.clock.now += 50 - ahead

    def hurrying(clock: Clock) -> float:
        clock.now += 1
        return clock.now

    monkeypatch.setattr(Clock, "__call__", hurrying)
    world.tick()
    boards, reports = store.board.newest(), store.reports.newest()
    assert boards is None or (reports and reports.end >= boards.end)


def test_a_cell_that_meets_the_close_goes_into_the_next_period(world: World) -> None:
    before, late = cells(2)
    put_all(world, [before])
    period = world.portal.store.open_period("cells")
    world.clock.now += 100
    drop = world.portal.store.drops.get("cells", period)
    assert drop
    drop.mark_closed()
    with pytest.raises(ClosedError):
        drop.put({name_of(late): late})
    world.portal.store._current[False] = period  # on its way when the period closed
    put_all(world, [late])
    world.tick()
    world.pass_time(100)
    by_start = {p["start"]: p["cells"] for p in world.periods()}
    assert by_start == {period.start: 1, period.start + 100: 1}


def test_a_file_of_a_closed_period_is_never_made_again(world: World) -> None:
    put_all(world, cells(1))
    period = world.portal.store.open_period("cells")
    world.pass_time(100)
    with pytest.raises(ClosedError):
        world.portal.store.drop("cells", period)
    assert not any(name.startswith(f"cells-{period.start}-") for name in open_files(world))


def _die_at(world: World, target: str, when: str, call: int) -> None:
    """In this process: run the collector and die for good, before or after the n-th call of a step."""
    holder, name = target.rsplit(".", 1)
    module, _, cls = holder.partition(":")
    owner = __import__(module, fromlist=["x"])
    owner = getattr(owner, cls) if cls else owner
    real, count = getattr(owner, name), [0]

    def step(*given, **named):
        count[0] += 1
        if count[0] == call and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*given, **named)
        if count[0] == call and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, step)
    world.tick()


CRASHES = [
    (target, when, call)
    for target in (
        "portal.collection:Collector._mark",
        "portal.collection:Collector._publish_report",
        "portal.collection:Collector._publish_board",
        "portal.store.reports._flush",
        "portal.store.open:Drops.destroy",
        "portal.store.open._overwrite",
        "portal.store.open.sync_folder",
        "portal.store:Store.checkpoint",
        "portal.collection:Collector._expire",
    )
    for when in ("before", "after")
    for call in (1, 2)
]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(("target", "when", "call"), CRASHES, ids=[f"{w} {t} {n}" for t, w, n in CRASHES])
def test_a_crash_at_any_step_of_the_close_is_made_good(tmp_path: Path, target: str, when: str, call: int) -> None:
    world = World(tmp_path)
    items, chunk, posted = cells(300), os.urandom(262_160), os.urandom(4 * 2048)
    put_all(world, items)
    world.put(chunk, "chunks")
    start, board_start = (world.portal.store.open_period(kind).start for kind in ("cells", "board"))
    assert world.signed("POST", f"/board/{board_start}", posted).status_code == 204
    world.clock.now += 200
    world.close()
    child = os.fork()
    if child == 0:
        world.open()
        _die_at(world, target, when, call)
        os._exit(0)  # the step has fewer calls than that
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or call > 1, "the step was not reached"
    world.open()
    world.tick()
    first = world.client.get("/board").data
    world.tick()
    assert [p for p in world.periods() if p["cells"]] == [p for p in world.periods() if p["start"] == start]
    assert sorted(world.all_cells()) == sorted(items)
    assert world.signed("GET", f"/periods/{start}/chunks").data == chunk
    (file,) = board.read_files(world.client.get("/board").data)
    assert (file.start, file.length, len(file.cells)) == (board_start, 200, 4 * 3 + 3)
    assert {posted[i : i + 2048] for i in range(0, len(posted), 2048)} <= set(file.cells)
    assert world.client.get("/board").data == first
    assert not [name for name in open_files(world) if f"-{start}-" in name or f"board-{board_start}-" in name]
    assert not [name for name in open_files(world) if ".new" in name]
    world.close()


def test_a_board_is_published_once(world: World) -> None:
    posted = os.urandom(4 * 2048)
    start = world.portal.store.open_period("board").start
    world.signed("POST", f"/board/{start}", posted)
    world.pass_time(200)
    first = world.client.get("/board").data
    world.portal.store.board.write(Period(start=start, length=200), b"another")
    world.tick()
    world.close()
    world.open()
    assert world.client.get("/board").data == first


@pytest.mark.parametrize("posting", [0, 1, 3])
def test_a_board_file_has_the_same_number_of_cells_whoever_posts(world: World, posting: int) -> None:
    world.tick()
    start = world.portal.store.open_period("board").start
    real = [os.urandom(4 * 2048) for _ in range(posting)]
    for body, guardian in zip(real, world.organisation.guardians, strict=False):
        assert world.signed("POST", f"/board/{start}", body, seed=guardian.courier).status_code == 204
    world.pass_time(200)
    (file,) = board.read_files(world.client.get("/board").data)
    assert len(file.cells) == 4 * 3 + 3
    assert list(file.cells) == sorted(file.cells)
    assert {body[i : i + 2048] for body in real for i in range(0, len(body), 2048)} <= set(file.cells)


def test_two_couriers_with_the_same_cell_do_not_change_the_number() -> None:
    rules = Rules(cells_per_guardian=2, guardians=2, dummies=1, board_days=1, report_days=1)
    same = os.urandom(2048)
    found = fill_board([same + os.urandom(2048), same + os.urandom(2048)], rules)
    assert len(found) == 5
    assert found == sorted(found)
    assert found.count(same) == 1


def test_a_clock_that_went_back_stores_nothing_and_publishes_nothing_again(world: World) -> None:
    put_all(world, cells(2))
    world.pass_time(200)
    put_all(world, cells(1))
    published, listed = world.client.get("/board").data, world.periods()
    for back in (150, 250, 3 * DAY):
        world.clock.now -= back
        proof_less = world.client.put("/cells/" + "0" * 32, data=b"")
        assert proof_less.status_code == 413
        assert error_of(world.client.get("/beacon")) == (503, "busy")
        data = os.urandom(4096)
        answer = world.client.put(f"/cells/{name_of(data).hex()}", data=data, headers={"Candour-Work": "AAAAAAAAAAA"})
        assert error_of(answer) == (503, "busy")
        world.tick()
        world.clock.now += back
        world.portal.store.forget_period()
    assert (world.client.get("/board").data, world.periods()) == (published, listed)
    assert world.put(os.urandom(4096)).status_code == 204
    world.pass_time(100)
    assert [p["cells"] for p in world.periods()] == [2, 0, 2] or [p["cells"] for p in world.periods()] == [2, 2]


def test_a_clock_before_what_was_signed_publishes_no_directory(world: World) -> None:
    world.clock.now -= 3 * DAY
    assert error_of(world.client.get("/directory")) == (503, "busy")
    assert error_of(world.signed("GET", "/periods")) == (503, "busy")
    world.clock.now += 3 * DAY
    assert world.client.get("/directory").status_code == 200


def test_a_portal_that_was_off_for_days_closes_what_it_had(world: World) -> None:
    items = cells(5)
    put_all(world, items)
    start = world.portal.store.open_period("cells").start
    world.close()
    world.clock.now += DAY
    world.open()
    world.tick()
    assert [(p["start"], p["cells"]) for p in world.periods()] == [(start, 5)]
    assert sorted(world.all_cells()) == sorted(items)


def test_reports_and_boards_expire(world: World) -> None:
    put_all(world, cells(300))
    world.tick()
    world.pass_time(200)
    start = world.periods()[0]["start"]
    assert len(board.read_files(world.client.get("/board").data)) == 1
    world.pass_time(2 * DAY)
    world.pass_time(200)
    assert start in {p["start"] for p in world.periods()}
    assert start not in {f.start for f in board.read_files(world.client.get("/board").data)}
    world.pass_time(DAY)
    world.pass_time(200)
    assert start not in {p["start"] for p in world.periods()}
    assert error_of(world.signed("GET", f"/periods/{start}/cells")) == (404, "none")


LENGTHS = [1, 10, 30, 60, 90, 100, 600, 3600, 86_400]


@pytest.mark.parametrize("old", LENGTHS)
@pytest.mark.parametrize("new", LENGTHS)
def test_periods_never_overlap_when_the_length_changes(old: int, new: int) -> None:
    draw = random.Random(old * 100_000 + new)
    now, closed, opened = 20_000 * DAY + draw.randrange(DAY), None, None
    for step in range(60):
        found = period_at(now, old if step < 20 else new, closed, opened)
        assert found.start <= now < found.end
        assert found.start % found.length == 0
        if opened and found != opened:
            assert found.start >= opened.end
            closed = opened
        opened = found
        now += draw.randrange(2 * max(found.length, 1)) if step != 40 else 2 * DAY
    assert opened
    assert opened.length == new


def test_a_clock_before_what_is_known_waits() -> None:
    known = Period(start=1000, length=100)
    for now in (0, 999, 1000, 1099):
        with pytest.raises(WaitingError):
            period_at(now, 100, known, None)
    assert period_at(1100, 100, known, None) == Period(start=1100, length=100)
    with pytest.raises(WaitingError):
        period_at(999, 100, None, known)
    assert period_at(1050, 100, None, known) == known


def test_what_is_closed_after_its_time_can_still_be_fetched(world: World) -> None:
    items = cells(5)
    put_all(world, items)
    world.close()
    world.clock.now += 10 * DAY
    world.open()
    world.tick()
    assert sorted(world.all_cells()) == sorted(items)
