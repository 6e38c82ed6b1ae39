"""A portal on PostgreSQL does what one on SQLite does, and keeps no order of arrival in its tables."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crypto.kdf import name as name_of
from portal import backup
from portal.collection import Collector, rules_of
from portal.store import ClosedError, ConflictError, Period, WaitingError
from tests.harness.postgres import Postgres, postgres
from tests.portal import test_collection as closing
from tests.portal.world import World, error_of

_PAGE = 8192
pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One database server for this file."""
    with postgres() as started:
        yield started


@pytest.fixture
def world(server: Postgres, tmp_path: Path) -> Iterator[World]:
    """A published portal on a new database."""
    made = World(tmp_path, database=server.database())
    yield made
    made.close()


def tables(server: Postgres, world: World) -> set[str]:
    rows = server.run("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'open\\_%'", name(world))
    return {str(row[0]) for row in rows} - {"open_periods"}


def name(world: World) -> str:
    return world.settings.database.rsplit("/", 1)[1]


# The same promises, on the other kind of database.
test_closed_periods = closing.test_a_closed_period_is_its_cells_in_order_of_name
test_chunks = closing.test_chunks_are_closed_with_the_cells
test_the_open_period = closing.test_the_open_period_cannot_be_fetched
test_a_cell_that_meets_the_close = closing.test_a_cell_that_meets_the_close_goes_into_the_next_period
test_a_board_is_published_once = closing.test_a_board_is_published_once
test_a_board_file = closing.test_a_board_file_has_the_same_number_of_cells_whoever_posts
test_a_clock_that_went_back = closing.test_a_clock_that_went_back_stores_nothing_and_publishes_nothing_again


def test_the_same_cell_again_is_no_change_and_another_under_its_name_is_refused(world: World) -> None:
    cell, other = closing.cells(2)
    assert [world.put(cell).status_code for _ in range(2)] == [204, 204]
    with pytest.raises(ConflictError):
        world.portal.store.put("cells", {name_of(cell): other})
    assert error_of(world.put(cell, name=name_of(other).hex())) == (400, "name")
    world.pass_time(100)
    assert world.all_cells() == [cell]


def test_nothing_of_a_cell_is_kept_when_one_of_many_conflicts(world: World) -> None:
    first, second, other = closing.cells(3)
    world.portal.store.put("cells", {name_of(first): first})
    with pytest.raises(ConflictError):
        world.portal.store.put("cells", {name_of(second): second, name_of(first): other})
    world.pass_time(100)
    assert world.all_cells() == [first]


def test_a_table_of_a_closed_period_is_destroyed_and_never_made_again(server: Postgres, world: World) -> None:
    closing.put_all(world, closing.cells(1))
    period = world.portal.store.open_period("cells")
    assert f"open_cells_{period.start}_100" in tables(server, world)
    world.pass_time(100)
    with pytest.raises(ClosedError):
        world.portal.store.drop("cells", period)
    assert not {f"open_{kind}_{period.start}_100" for kind in ("cells", "chunks")} & tables(server, world)


def test_no_order_of_arrival_is_left_in_the_files_of_the_tables(server: Postgres, world: World) -> None:
    """Whoever takes the disk after a close finds each cell once, in order of name, from one transaction."""
    items = closing.cells(300)
    for item in items:
        closing.put_all(world, [item])
    before = _places(server, world, items)
    assert [where for _, where in sorted(before.items())] != sorted(before.values()), "the search finds nothing"
    world.pass_time(100)
    assert server.run("SELECT count(DISTINCT xmin::text) FROM segments", name(world)) == [(1,)]
    after = _places(server, world, items)
    assert len(after) > 290  # the first bytes of a few lie across two rows of the segment
    assert sorted(after, key=lambda key: after[key]) == sorted(after)


def _places(server: Postgres, world: World, items: list[bytes]) -> dict[bytes, tuple[str, int, int]]:
    """Where in the files of the database the beginning of each cell stands; pages are filled from their end."""
    server.run("CHECKPOINT", name(world))
    ((oid,),) = server.run(f"SELECT oid FROM pg_database WHERE datname = '{name(world)}'")
    found: dict[bytes, tuple[str, int, int]] = {}
    for path in (server.data / "base" / str(oid)).iterdir():
        data = path.read_bytes()
        for item in items:
            at = data.find(item[:16])
            if at >= 0:
                assert name_of(item) not in found, "a cell is in two files"
                assert data.find(item[:16], at + 1) < 0, "a cell is twice in a file"
                found[name_of(item)] = (path.name, at // _PAGE, -(at % _PAGE))
    return found


def test_writers_and_the_close_at_once_lose_and_double_nothing(world: World) -> None:
    """The mark waits for whoever is storing; who comes later goes into the next period."""
    items, failed = closing.cells(120), list[BaseException]()

    def write(mine: list[bytes]) -> None:
        try:
            for item in mine:
                while not _stored(world, item):
                    pass
        except BaseException as problem:  # noqa: BLE001 - shown below
            failed.append(problem)

    threads = [threading.Thread(target=write, args=(items[i::6],)) for i in range(6)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        world.clock.now += 100
        world.tick()
    for thread in threads:
        thread.join()
    world.pass_time(100)
    assert failed == []
    assert sorted(world.all_cells()) == sorted(items)


def _stored(world: World, item: bytes) -> bool:
    """Store it as a sender would: this clock jumps between two looks at it, which is answered with `busy`."""
    try:
        world.portal.store.put("cells", {name_of(item): item})
    except WaitingError:
        return False
    return True


def test_two_collectors_race_and_publish_each_period_once(world: World, tmp_path: Path) -> None:
    closing.put_all(world, closing.cells(30))
    start = world.portal.store.open_period("cells").start
    other = World.__new__(World)
    other.__dict__.update(world.__dict__)
    other.open()
    world.clock.now += 200
    answers: list[Any] = []
    rules = lambda: rules_of(world.portal.register.published().directory)  # noqa: E731 - short, and used twice
    collectors = [Collector(one.portal.store, rules, one.portal.register.prune) for one in (world, other)]
    threads = [threading.Thread(target=lambda one=one: answers.append(one.tick())) for one in collectors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2, "one of them failed"
    assert [(p["start"], p["cells"]) for p in world.periods() if p["start"] == start] == [(start, 30)]
    assert world.client.get("/board").data == other.client.get("/board").data
    other.close()


def test_a_database_that_is_gone_is_busy_and_then_comes_back(server: Postgres, world: World) -> None:
    kept, late = closing.cells(2)
    assert world.put(kept).status_code == 204
    proof = world.proof(late)
    server.kill()
    assert error_of(world.put(late, proof=proof)) == (503, "busy")
    server.start()
    assert world.put(late).status_code == 204
    world.pass_time(100)
    assert sorted(world.all_cells()) == sorted([kept, late])


def test_a_standby_is_told_from_a_fault(server: Postgres, world: World) -> None:
    cell = os.urandom(4096)
    proof = world.proof(cell)
    server.run(f"ALTER DATABASE {name(world)} SET default_transaction_read_only = on")
    world.close()
    assert error_of(world.put(cell, proof=proof)) == (503, "busy")


def test_the_period_of_a_mark_stays_after_a_restart(world: World) -> None:
    world.tick()
    period: Period = world.portal.store.open_period("cells")
    world.close()
    world.open()
    assert world.portal.store.open_period("cells") == period


def test_a_backup_moves_a_portal_from_postgresql_to_sqlite_and_back(
    server: Postgres, world: World, tmp_path: Path
) -> None:
    items = closing.cells(40)
    closing.put_all(world, items)
    world.pass_time(200)
    policy = world.portal.register.policy()
    carried = backup.write(world.portal.store.main, tmp_path / "one", policy, keep=1, now=world.clock.now)
    for database in ("", server.database()):
        other = World.__new__(World)
        other.__dict__.update(world.__dict__)
        folder = tmp_path / ("again" if database else "files")
        other.settings = replace(world.settings, data=folder, database=database)
        folder.mkdir()
        other.open()
        backup.restore(carried, other.portal.store.main, now=world.clock.now)
        assert sorted(other.all_cells()) == sorted(items)
        assert other.client.get("/directory").data == world.client.get("/directory").data
        carried = backup.write(other.portal.store.main, folder / "backup", policy, keep=1, now=world.clock.now)
        other.close()
