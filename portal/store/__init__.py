"""Everything the portal keeps: a main database and, apart from it, the open periods.

    store = Store(Path("data"), lengths=lambda: (86_400, 86_400), clock=time.time)
    store.put("cells", {name: cell})      # returns only once it is on the disk

By default both are SQLite files in the data folder; with the address of a PostgreSQL database they are tables there.

A `put` that meets the close of its period is stored in the next one. See PROTOCOL section 18 and ADR 0005.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from portal.schedule import Period, WaitingError, period_at
from portal.settings import MAIN
from portal.store import postgres, sqlite
from portal.store.board import Beacons, Board
from portal.store.dead_drop import ClosedError, ConflictError, Kind, OpenDrop, OpenDrops
from portal.store.migrations import upgrade
from portal.store.open import Drops
from portal.store.open_tables import TableDrops
from portal.store.reports import Reports
from portal.store.statements import Snapshot, Statements

__all__ = ["MAIN", "ClosedError", "ConflictError", "Kind", "Period", "Snapshot", "Store", "WaitingError"]


class Store:
    """One portal's data folder, or its database."""

    def __init__(
        self, folder: Path, lengths: Callable[[], tuple[int, int]], clock: Callable[[], float], database: str = ""
    ) -> None:
        self.main, self.drops = _places(folder, database)
        with self.drops.lock():
            upgrade(self.main)
        self.reports = Reports(self.main)
        self.board = Board(self.main)
        self.beacons = Beacons(self.main)
        self.statements = Statements(self.main)
        self._lengths = lengths
        self._clock = clock
        self._current: dict[bool, Period] = {}

    def now(self) -> int:
        """Unix seconds, whole."""
        return int(self._clock())

    def open_period(self, kind: Kind) -> Period:
        """The period that is open now; cells and chunks share theirs. Raises `WaitingError` if the clock went back."""
        board, now = kind == "board", self.now()
        known = self._current.get(board)
        if known is None or not known.start <= now < known.end:
            known = self._current[board] = self._find(kind, now)
        return known

    def put(self, kind: Kind, items: Mapping[bytes, bytes]) -> None:
        """Store durably in the open period, all or nothing. Raises `ConflictError`, `WaitingError`."""
        period = self.open_period(kind)
        try:
            self.put_in(kind, period, items)
        except ClosedError:
            self.put_in(kind, self.open_period(kind), items)

    def put_in(self, kind: Kind, period: Period, items: Mapping[bytes, bytes]) -> None:
        """Store in this period and no other. Raises `ClosedError` if it was closed meanwhile, `ConflictError`."""
        try:
            self.drop(kind, period).put(items)
        except (ClosedError, DatabaseError) as problem:
            if self.now() < period.end and not isinstance(problem, ClosedError):
                raise
            # Closed, or overwritten by the close in another process, while we were on our way.
            self._current.clear()
            self.drops.forget(kind, period)
            raise ClosedError from problem

    def drop_now(self, kind: Kind) -> OpenDrop:
        """The open file of now. Raises `WaitingError`."""
        try:
            return self.drop(kind, self.open_period(kind))
        except ClosedError:
            self._current.clear()
            return self.drop(kind, self.open_period(kind))

    def drop(self, kind: Kind, period: Period) -> OpenDrop:
        """The open file, made when first needed. Raises `ClosedError` if the period was closed meanwhile."""
        found = self.drops.get(kind, period)
        if found:
            return found
        with self.drops.lock():
            # A file made again after the close would be acknowledged and then lost.
            if self.closed(kind, period):
                raise ClosedError
            return self.drops.create(kind, period)

    def closed(self, kind: Kind, period: Period) -> bool:
        """True if the period was written to the main database."""
        return self.board.has(period.start) if kind == "board" else self.reports.has(period.start)

    def checkpoint(self) -> None:
        """Empty the write-ahead log of the main database, where that is ours to do."""
        if self.main.dialect.name == "sqlite":
            sqlite.checkpoint(self.main)

    def forget_period(self) -> None:
        """Look afresh at which period is open."""
        self._current.clear()

    def dispose(self) -> None:
        """Let go of every file."""
        for kind, period in list(self.drops.known()):
            self.drops.forget(kind, period)
        self.main.dispose()

    def _find(self, kind: Kind, now: int) -> Period:
        reports, board = self._lengths()
        if kind == "board":
            opened, closed, length = self.drops.list("board"), self.board.newest(), board
        else:
            opened = sorted({*self.drops.list("cells"), *self.drops.list("chunks")})
            closed, length = self.reports.newest(), reports
        return period_at(now, length, closed, opened[-1] if opened else None)


def _places(folder: Path, database: str) -> tuple[Engine, OpenDrops]:
    """Where the main database and the open periods are."""
    if not database:
        drops = Drops(folder / "open")  # makes the folder
        return sqlite.engine(folder / MAIN), drops
    main = postgres.engine(database)
    return main, TableDrops(main)
