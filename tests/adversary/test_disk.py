"""Who takes the portal's disk after a period has closed learns how many cells came, and nothing else about them.

The test knows the order in which the cells were sent, for whom each is, and which are cover; it then looks at the raw
bytes of every file for any trace of that.
"""

import os
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from crypto import board, cell, signing
from crypto.encoding import b64
from crypto.kdf import name as name_of
from tests.adversary.target import POLICY, Guardian, Target, target
from tests.journeys import leaks

pytestmark = [pytest.mark.server, pytest.mark.slow]

COUNT = 240
# For 240 places, a correlation by chance is within 0.065 two times of three; 0.32 is five times that.
CHANCE = 0.32


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One cell and what only its sender knew."""

    sealed: bytes
    guardian: Guardian | None
    at: float


@dataclass(frozen=True, kw_only=True)
class Seized:
    """A portal after the close, with what went in before."""

    portal: Target
    start: int
    sent: list[Sent]
    posted: dict[bytes, bytes]
    kept: dict[str, bytes]
    reports_began: float
    reports_ended: float
    before: dict[str, bytes]


@pytest.fixture(scope="module")
def seized(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seized]:
    """Cells for two guardians and cover, in three blocks; two couriers' posts; then the close."""
    with target(tmp_path_factory.mktemp("seized")) as portal:
        first, second, _ = portal.organisation.guardians
        blocks = [(first, portal.organisation.cells(first, COUNT // 3)), (None, covers(portal, COUNT // 3))]
        blocks.append((second, portal.organisation.cells(second, COUNT // 3)))
        posts = {one.g: os.urandom(POLICY["board_cells"] * board.CELL) for one in (first, second)}
        before = portal.files()
        start = portal.fresh_period()
        began = time.time()
        sent = [put(portal, sealed, guardian) for guardian, sealeds in blocks for sealed in sealeds]
        for one in (first, second):
            assert portal.signed("POST", f"/board/{start}", posts[one.g], seed=one.courier).status == 204
        ended = time.time()
        links = keep_hold(portal, start)
        assert ended < start + POLICY["period"], "this machine is too slow for one period; make POLICY's longer"
        portal.until_closed(start)
        kept = {name: link.read_bytes() for name, link in links.items()}
        yield Seized(
            portal=portal,
            start=start,
            sent=sent,
            posted=posts,
            kept=kept,
            reports_began=began,
            reports_ended=ended,
            before=before,
        )


def covers(portal: Target, count: int) -> list[bytes]:
    """Cover cells."""
    return [cell.cover(portal.organisation.id) for _ in range(count)]


def put(portal: Target, sealed: bytes, guardian: Guardian | None) -> Sent:
    """Send one cell, as a visitor would."""
    at = time.time()
    assert portal.put(sealed).status == 204
    return Sent(sealed=sealed, guardian=guardian, at=at)


def keep_hold(portal: Target, start: int) -> dict[str, Path]:
    """Second names for the open files: what the disk still holds after they are removed is read through these."""
    shelf = portal.folder / "held"
    shelf.mkdir()
    for path in (portal.data / "open").iterdir():
        if f"-{start}-" in path.name:
            os.link(path, shelf / path.name)
    return {path.name: path for path in shelf.iterdir()}


def probes(sealed: bytes) -> list[bytes]:
    """Four pieces of a cell; SQLite may cut a cell anywhere, but only once or twice in 4 KB."""
    return [sealed[at : at + 48] for at in (0, 1000, 2000, 3000)]


def copies(content: bytes, sealed: bytes) -> list[int]:
    """How often each probe of a cell stands in raw bytes."""
    return [content.count(piece) for piece in probes(sealed)]


def correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """Pearson's, of two rankings or of a ranking and a yes or no."""
    n, a, b = len(left), sum(left) / len(left), sum(right) / len(right)
    over = sum((x - a) * (y - b) for x, y in zip(left, right, strict=True)) / n
    spread = (sum((x - a) ** 2 for x in left) / n * sum((y - b) ** 2 for y in right) / n) ** 0.5
    return float(over / spread)


def ranking(values: Sequence[float]) -> list[int]:
    """The rank of each value."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0] * len(values)
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks


def raw_places(seized: Seized) -> list[int]:
    """The place of each sent cell in the raw bytes of the one file that holds it."""
    content = seized.portal.files()["portal.sqlite"]
    found = [[content.find(piece) for piece in probes(one.sealed)] for one in seized.sent]
    return [next(place for place in each if place >= 0) for each in found]


def test_the_measure_sees_an_order_of_arrival() -> None:
    """The control: a file in order of arrival, or one with cover at its end, is caught."""
    shuffled = random.Random(1).sample(range(COUNT), COUNT)
    assert correlation(range(COUNT), range(COUNT)) > 0.99
    assert abs(correlation(range(COUNT), shuffled)) < CHANCE
    assert abs(correlation(range(COUNT), [n > COUNT * 2 // 3 for n in range(COUNT)])) > CHANCE


def test_every_cell_is_kept_once_and_whole(seized: Seized) -> None:
    files = seized.portal.files()
    for one in seized.sent:
        holders = [name for name, content in files.items() if any(p in content for p in probes(one.sealed))]
        assert holders == ["portal.sqlite"]
        # A probe may be cut in two by the end of a page; that no second copy lies in a free page is what counts.
        found = copies(files["portal.sqlite"], one.sealed)
        assert max(found) == 1
        assert sum(found) >= 3


def test_cells_are_4096_bytes_in_order_of_name(seized: Seized) -> None:
    rows = seized.portal.rows()["closed"]
    joined = b"".join(data for kind, data in rows if kind == "cells")
    assert len(joined) == COUNT * 4096
    cells = [joined[i : i + 4096] for i in range(0, len(joined), 4096)]
    assert cells == sorted((one.sealed for one in seized.sent), key=name_of)
    assert [kind for kind, data in rows if kind == "chunks" and data] == []


def test_the_disk_does_not_tell_in_which_order_they_came(seized: Seized) -> None:
    raw = ranking(raw_places(seized))
    assert abs(correlation(raw, range(COUNT))) < CHANCE
    neighbours = sum(abs(a - b) == 1 for a, b in pairwise(raw))
    assert neighbours < 12  # by chance two; in order of arrival 239


def test_the_disk_does_not_tell_cover_from_reports(seized: Seized) -> None:
    raw = ranking(raw_places(seized))
    assert abs(correlation(raw, [one.guardian is None for one in seized.sent])) < CHANCE
    assert {len(one.sealed) for one in seized.sent} == {4096}
    for at in range(4096):
        # No byte is the same in all cover and another in all reports.
        cover = {one.sealed[at] for one in seized.sent if one.guardian is None}
        report = {one.sealed[at] for one in seized.sent if one.guardian is not None}
        assert len(cover) > 1
        assert len(report) > 1


def test_the_disk_does_not_tell_for_whom_they_are(seized: Seized) -> None:
    raw = ranking(raw_places(seized))
    first = seized.portal.organisation.guardians[0]
    for one in seized.sent:
        for guardian in seized.portal.organisation.guardians:
            assert guardian.g not in one.sealed
    assert abs(correlation(raw, [one.guardian is first for one in seized.sent])) < CHANCE


def test_parts_of_one_message_do_not_lie_together(seized: Seized) -> None:
    raw = ranking(raw_places(seized))
    pairs = [(raw[i], raw[i + 1]) for i, one in enumerate(seized.sent) if one.guardian and i % 2 == 0]
    mean = sum(abs(a - b) for a, b in pairs) / len(pairs)
    assert mean > COUNT / 6  # by chance a third of them all


def test_nothing_of_the_open_period_is_left(seized: Seized) -> None:
    names = [name for name in seized.portal.files() if f"-{seized.start}-" in name]
    assert names == []
    assert not any(name.endswith(".new") for name in seized.portal.files())


def test_what_the_open_files_held_is_overwritten(seized: Seized) -> None:
    """A removed file's blocks stay on the disk; the journal holds the cells in order of arrival."""
    assert any(name.startswith("cells") and name.endswith("-wal") for name in seized.kept)
    assert any(name.startswith("board") and name.endswith("-wal") for name in seized.kept)
    full = {name: len(content.strip(b"\0")) for name, content in seized.kept.items()}
    assert full == dict.fromkeys(seized.kept, 0)


def test_the_board_does_not_tell_who_posted(seized: Seized) -> None:
    """Board cells are 2,048 bytes, in ascending order, as many as ever, and carry nothing else."""
    with closing(sqlite3.connect(f"file:{seized.portal.data / 'portal.sqlite'}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT data FROM board_files WHERE start = ?", (seized.start,)).fetchone()
    (file,) = board.read_files(row[0])
    own = {g: {data[i : i + 2048] for i in range(0, len(data), 2048)} for g, data in seized.posted.items()}
    assert len(file.cells) == POLICY["board_cells"] * 3 + POLICY["board_dummies"]
    assert {len(one) for one in file.cells} == {2048}
    assert list(file.cells) == sorted(file.cells)
    assert set().union(*own.values()) < set(file.cells)


def test_no_guardian_is_named_beside_what_it_did(seized: Seized) -> None:
    """Certificates name guardians, publicly; nothing that they have done since has added to that."""
    for guardian in seized.portal.organisation.guardians:
        for secret in (guardian.g, signing.public(guardian.courier)):
            assert [name for name, content in seized.portal.files().items() if secret in content] == []
            now = leaks.search(seized.portal.files().items(), [secret.hex(), b64(secret)])
            earlier = leaks.search(seized.before.items(), [secret.hex(), b64(secret)])
            assert {one.spelling for one in now} <= {one.spelling for one in earlier}


def test_no_time_is_finer_than_the_period(seized: Seized) -> None:
    """Neither in the databases nor beside them: no file of the folder was last changed while a cell arrived."""
    times = {
        path: moment
        for path in seized.portal.data.rglob("*")
        for moment in (path.stat().st_mtime, path.stat().st_ctime)
        if seized.reports_began <= moment <= seized.reports_ended
    }
    assert times == {}
    numbers = [value for value in integers(seized.portal.data / "portal.sqlite") if value > 1_000_000_000]
    assert numbers
    assert {value % POLICY["period"] for value in numbers} == {0}


def integers(path: Path) -> Iterator[float]:
    """Every number in every table."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from (value for value in row if isinstance(value, int | float))
