"""A disk that is full, or can only be read: nothing is acknowledged that is not kept, and a close loses nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from crypto.kdf import name as name_of
from tests.harness.disk import Disk, small_disk
from tests.portal.world import World, error_of

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small disk."""
    with small_disk(tmp_path / "disk") as made:
        yield made


@pytest.fixture
def world(disk: Disk) -> Iterator[World]:
    """A portal that has nothing but this disk, with a proof of work at hand for each cell."""
    made = World(disk.place)
    yield made
    made.close()


def cells(world: World, count: int) -> list[tuple[bytes, str]]:
    made = [os.urandom(4096) for _ in range(count)]
    return [(cell, world.proof(cell)) for cell in made]


def test_a_disk_that_fills_in_mid_upload_refuses_and_keeps_what_was_acknowledged(disk: Disk, world: World) -> None:
    some, more = cells(world, 20), cells(world, 100)
    kept = [cell for cell, proof in some if world.put(cell, proof=proof).status_code == 204]
    assert len(kept) == 20
    disk.fill()
    answers = [(cell, world.put(cell, proof=proof)) for cell, proof in more]
    refused = [answer for _, answer in answers if answer.status_code != 204]
    assert refused, "the disk was not full"
    assert {error_of(answer) for answer in refused} == {(503, "full")}
    disk.empty()
    kept += [cell for cell, answer in answers if answer.status_code == 204]
    again = cells(world, 1)[0]
    assert world.put(again[0], proof=again[1]).status_code == 204
    world.pass_time(100)
    assert sorted(world.all_cells()) == sorted([*kept, again[0]])


def test_a_close_on_a_full_disk_loses_nothing_and_is_done_once_there_is_room(disk: Disk, world: World) -> None:
    sent = cells(world, 120)
    assert {world.put(cell, proof=proof).status_code for cell, proof in sent} == {204}
    start = world.portal.store.open_period("cells").start
    disk.fill()
    for _ in range(3):
        world.clock.now += 100
        with pytest.raises((DatabaseError, OSError)):
            world.tick()
    assert not world.portal.store.reports.has(start)
    disk.empty()
    world.pass_time(100)
    assert sorted(world.all_cells()) == sorted(cell for cell, _ in sent)
    assert [one["start"] for one in world.periods()].count(start) == 1


def test_a_disk_that_can_only_be_read_refuses_in_the_same_way(disk: Disk, world: World) -> None:
    (first, proof), (late, late_proof) = cells(world, 2)
    assert world.put(first, proof=proof).status_code == 204
    world.portal.store.dispose()  # a disk cannot be locked while files are open on it
    disk.read_only(True)
    assert error_of(world.put(late, proof=late_proof)) == (503, "full")
    assert error_of(world.put(os.urandom(4096), "cells", name=name_of(late).hex(), proof=late_proof)) == (400, "name")
    world.clock.now += 100
    with pytest.raises((DatabaseError, OSError)):
        world.tick()
    world.portal.store.dispose()
    disk.read_only(False)
    world.pass_time(100)
    assert world.all_cells() == [first]
