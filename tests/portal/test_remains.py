"""From the raw bytes that are left after a close nobody can tell the order, the time, or the guardian of a cell."""

import os
import random
import re
import sqlite3
from pathlib import Path

from crypto import cell, hpke
from crypto.kdf import name as name_of
from tests.portal.world import World


def raw(world: World) -> dict[str, bytes]:
    """Every file of the data folder, its journals included, as bytes on the disk."""
    return {
        str(p.relative_to(world.settings.data)): p.read_bytes() for p in world.settings.data.rglob("*") if p.is_file()
    }


def sent(world: World, count: int) -> list[bytes]:
    """Cells for three guardians and cover, in an order that is not that of their names."""
    keys = [hpke.public_key(hpke.generate_seed()) for _ in range(3)]
    made = [cell.seal(os.urandom(cell.PLAIN), keys[n % 3], world.organisation.id) for n in range(count - count // 4)]
    made += [cell.cover(world.organisation.id) for _ in range(count // 4)]
    random.shuffle(made)
    for data in made:
        assert world.put(data).status_code == 204
    return made


def places(data: bytes, items: list[bytes]) -> list[int]:
    """Where pieces from the middle of each item lie."""
    return [data.find(item[1000:1040]) for item in items]


def test_after_a_close_cells_lie_in_order_of_name_and_nowhere_else(world: World) -> None:
    made = sent(world, 40)
    before = raw(world)
    assert any(places(data, made) != [-1] * 40 for name, data in before.items() if name.startswith("open/cells"))
    world.pass_time(100)
    after = raw(world)
    in_files = {name for name, data in after.items() if places(data, made) != [-1] * 40}
    assert in_files == {"portal.sqlite"}
    found = places(after["portal.sqlite"], sorted(made, key=name_of))
    assert -1 not in found
    assert found == sorted(found)
    for data in made:
        assert after["portal.sqlite"].count(data[1000:1040]) == 1


def test_the_open_file_is_overwritten_before_it_is_removed(world: World) -> None:
    made = sent(world, 10)
    folder = world.settings.data / "open"
    held = {p.name: p.open("rb") for p in folder.glob("cells-*")}
    assert any(data[1000:1040] in file.read() for data in made for file in held.values() if not file.seek(0))
    world.pass_time(100)
    for name, file in held.items():
        file.seek(0)
        content = file.read()
        file.close()
        assert name.endswith("-shm") or set(content) <= {0}, name
        assert not any(data[1000:1040] in content for data in made)


def test_a_restart_leaves_no_journal_behind_that_was_not_overwritten(world: World) -> None:
    made = sent(world, 10)
    folder = world.settings.data / "open"
    held = [path.open("rb") for path in folder.iterdir()]
    world.close()
    world.open()
    more = sent(world, 10)
    held += [path.open("rb") for path in folder.iterdir()]
    world.pass_time(100)
    assert not list(folder.glob("cells-*-wal-*"))[2:]
    for file in held:
        file.seek(0)
        content = file.read()
        file.close()
        assert not any(data[1000:1040] in content for data in made + more)


def test_names_of_cells_are_not_kept(world: World) -> None:
    made = sent(world, 20)
    world.pass_time(100)
    for data in raw(world).values():
        for item in made:
            assert name_of(item) not in data
            assert name_of(item).hex().encode() not in data


def test_the_write_ahead_log_is_empty_after_a_close(world: World) -> None:
    sent(world, 20)
    world.pass_time(100)
    assert (world.settings.data / "portal.sqlite-wal").stat().st_size == 0


def test_no_free_page_of_the_database_holds_anything(world: World) -> None:
    sent(world, 300)
    world.tick()
    world.pass_time(200)
    world.pass_time(4 * 86_400)
    world.pass_time(200)
    database = sqlite3.connect(world.settings.data / "portal.sqlite")
    size, free = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "freelist_count"))
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.close()
    assert free > 200
    data = (world.settings.data / "portal.sqlite").read_bytes()
    empty = sum(1 for page in range(pages) if not data[page * size + 8 : (page + 1) * size].strip(b"\0"))
    assert empty >= free - free // 500 - 2  # trunk pages of the free list hold the numbers of others


def test_no_time_finer_than_the_period_is_stored(world: World) -> None:
    sent(world, 3)
    world.clock.now += 37
    sent(world, 3)
    world.pass_time(100 - 37)
    database = sqlite3.connect(world.settings.data / "portal.sqlite")
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    numbers = [
        value
        for table in tables
        for row in database.execute(f"SELECT * FROM {table}")
        for value in row
        if isinstance(value, int) and value > 1_000_000_000
    ]
    columns = [row[1] for table in tables for row in database.execute(f"PRAGMA table_info({table})")]
    database.close()
    assert numbers
    assert [number for number in numbers if number % 100] == []
    assert not [name for name in columns if re.search("time|date|created|updated|address|agent", name)]


def test_a_stored_cell_has_exactly_its_size(world: World) -> None:
    sent(world, 5)
    files = list((world.settings.data / "open").glob("cells-*.sqlite"))
    sizes = set()
    for file in files:
        database = sqlite3.connect(file)
        sizes |= {(len(key), len(value)) for key, value in database.execute("SELECT key, value FROM items")}
        database.close()
    assert sizes == {(16, 4096)}


def test_a_swept_crash_leaves_nothing(world: World) -> None:
    half = world.settings.data / "open" / "cells-0-100.new"
    half.write_bytes(b"remains of a crash")
    Path(f"{half}-wal").write_bytes(b"more")
    world.tick()
    assert not half.exists()
    assert not Path(f"{half}-wal").exists()
