"""The close of periods, and expiry (PROTOCOL sections 8 and 18, ADR 0005).

    collector.tick()        # closes what has ended; says after how many seconds to come again

A close has four steps: mark the open file closed; write the period in one transaction; destroy the open file; empty
the journal. A crash after any of them is made good by the next `tick`: the mark keeps late cells out, a period that
stands in the database is never written again, and a half-destroyed file is known by its name alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crypto import board as board_cells
from crypto.guardians import Directory
from portal.schedule import Period, WaitingError
from portal.store import Kind, Store

_DAY = 86_400
_MAX_SLEEP = 30


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the signed policy says about the board and about keeping."""

    cells_per_guardian: int
    guardians: int
    dummies: int
    board_days: int
    report_days: int


class Collector:
    """Closes periods of one store; any number of them may run, the file lock lets one work at a time."""

    def __init__(self, store: Store, rules: Callable[[], Rules], tidy: Callable[[], None]) -> None:
        self._store = store
        self._rules = rules
        self._tidy = tidy

    def tick(self) -> float:
        """Do all that is due. Gives the seconds until something may be due again."""
        self._open_current()
        with self._store.drops.lock():
            self._store.drops.sweep()
            now = self._store.now()  # one moment for both: no board file is published before its period's reports
            reports, boards = self._ended(now, "cells", "chunks"), self._ended(now, "board")
            for period in reports:
                self._close_report(period)
            for period in boards:
                self._close_board(period)
            if reports or boards:
                self._expire(min(period.end for period in (*reports, *boards)))
                self._store.checkpoint()
        return self._sleep()

    def _open_current(self) -> None:
        """The next files first, so that nobody has to wait for a long close; an empty period is listed as well."""
        try:
            for kind in ("cells", "chunks", "board"):
                self._store.drop(kind, self._store.open_period(kind))
        except WaitingError:
            self._store.forget_period()

    def _ended(self, now: int, *kinds: Kind) -> list[Period]:
        return sorted({p for kind in kinds for p in self._store.drops.list(kind) if p.end <= now})

    def _close_report(self, period: Period) -> None:
        if not self._store.closed("cells", period):
            self._mark("cells", period)
            self._mark("chunks", period)
            self._publish_report(period)
        self._store.drops.destroy("chunks", period)
        self._store.drops.destroy("cells", period)

    def _close_board(self, period: Period) -> None:
        if not self._store.closed("board", period):
            self._mark("board", period)
            self._publish_board(period)
        self._store.drops.destroy("board", period)

    def _mark(self, kind: Kind, period: Period) -> None:
        drop = self._store.drops.get(kind, period)
        if drop:
            drop.mark_closed()

    def _publish_report(self, period: Period) -> None:
        self._store.reports.write(period, self._items("cells", period), self._items("chunks", period))

    def _publish_board(self, period: Period) -> None:
        posted = [value for _, value in self._items("board", period)]
        cells = fill_board(posted, self._rules())
        self._store.board.write(period, board_cells.write_file(period.start, period.length, cells))

    def _items(self, kind: Kind, period: Period) -> Iterator[tuple[bytes, bytes]]:
        drop = self._store.drops.get(kind, period)
        return drop.items() if drop else iter(())

    def _expire(self, now: int) -> None:
        """`now` is the end of what was closed just now: after a long time off it must be seen before it is deleted."""
        rules = self._rules()
        self._store.reports.expire(now - rules.report_days * _DAY)
        self._store.board.expire(now - rules.board_days * _DAY)
        newest = self._store.reports.newest()
        if newest:
            self._store.beacons.expire(newest.start)
        self._tidy()

    def _sleep(self) -> float:
        now = self._store.now()
        ends = [p.end - now for kind in ("cells", "board") for p in self._store.drops.list(kind)]
        return max(0.2, min([*ends, _MAX_SLEEP]))


def rules_of(directory: Directory) -> Rules:
    """The rules that the signed policy and the valid certificates of today make."""
    policy = directory.policy
    return Rules(
        cells_per_guardian=policy.board_cells,
        guardians=len(directory.valid_guardians()),
        dummies=policy.board_dummies,
        board_days=policy.board_days,
        report_days=policy.report_days,
    )


def fill_board(posted: list[bytes], rules: Rules) -> list[bytes]:
    """The cells of a board file in ascending order: those posted, and random ones up to the constant number.

    `posted` holds K cells of 2,048 bytes a guardian, joined. *The number must not tell whether anybody posted.*
    """
    size = board_cells.CELL
    cells = {block[i : i + size] for block in posted for i in range(0, len(block), size)}
    total = rules.cells_per_guardian * max(rules.guardians, len(posted)) + rules.dummies
    while len(cells) < total:
        cells.add(board_cells.dummy())
    return sorted(cells)
