"""One errand of a courier, on a connected machine: publish and post what the vault made, fetch what there is for it.

    stick -> statements and cells taken -> directory checked -> statements posted -> head posted -> board cells posted
          -> report cells to other guardians -> closed periods fetched -> stick

It needs the courier key only. It posts as many cells a period as the policy says, whether the vault has made some or
not, and may be run at any time, as often as one likes, and be killed at any point.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crypto import board, cell, directory, statement, statement_bodies
from crypto.attachment import CHUNK
from crypto.encoding import dump, load
from crypto.errors import CandourError
from crypto.fields import array, constant, integer, record
from crypto.guardians import Directory
from recipients import membership, putting
from recipients.airgap import container
from recipients.airgap.container import Bundle
from recipients.airgap.passes import Pass
from recipients.airgap.sets import MAX_SETS, SIZE
from recipients.airgap.spool import Spool
from recipients.collecting import read_periods
from recipients.courier import Courier, RefusedError
from recipients.errors import GuardianError
from recipients.intake import DAY, Period, check_segment
from recipients.session import Clock
from recipients.vault.files import disk

_DIRECTORY = 4 * 1024 * 1024
_BOARD = 64 * 1024 * 1024
_OUT = 4 * 1024 * 1024
_STARTS = array(integer(0, 2**53 - 1), 0, 500_000)
_HAVE = record({"v": constant(1), "cells": _STARTS, "chunks": _STARTS})


@dataclass(kw_only=True)
class Trip:
    """What an errand did. `posted` is the start of the board period, None when its cells had been posted before."""

    statements: int = 0
    posted: int | None = None
    real: bool = False
    waiting: int = 0
    periods: int = 0
    carried: bool = False
    faults: list[str] = field(default_factory=list)


class Errand:
    """An errand for one guardian, with a pass, over a connection, to a folder that both machines see by turns."""

    def __init__(self, held: Pass, courier: Courier, spool: Spool, folder: Path, clock: Clock = time.time) -> None:
        self._pass, self._courier, self._spool, self._folder = held, courier, spool, folder
        self._clock = clock
        self._trip = Trip()

    def run(self) -> Trip:
        """Does all of it. What the portal refuses of the vault's statements is told, and does not stop the rest."""
        trip = self._trip
        outs = self._outs()
        seen, file = self._seen()
        seen, file = self._publish(outs, seen, file)
        self._post_head(seen)
        public = self._courier.get("/board", _BOARD)
        self._post_board(seen, board.read_files(public))
        self._put_cells(seen)
        trip.waiting = self._spool.waiting()
        # A stick that is not there is no reason to post nothing.
        if self._folder.is_dir():
            self._carry(outs, file, public)
            trip.carried = True
        self._spool.forget(self._now)
        self._spool.sets.forget(self._now)
        return trip

    @property
    def _now(self) -> int:
        return int(self._clock())

    def _outs(self) -> list[Bundle]:
        """The vault's bundles on the stick, the newest last; its cells are taken over at once."""
        found = []
        for path in sorted(self._folder.glob("candour-*.bundle")) if self._folder.is_dir() else ():
            try:
                one = container.read(path, self._pass.outward)
                # Whole before anything of it is used: a bad stick must not keep cells from being posted.
                for name in one.places:
                    one.read(name, _OUT)
            except GuardianError as error:
                # What this courier carried there itself is signed by another key.
                if error.detail not in ("signature", "other"):
                    self._trip.faults.append(f"{path.name}: {error.detail}")
                continue
            if one.kind == "out":
                found.append(one)
        for one in found:
            self._take_posts(one)
        found.sort(key=lambda one: one.serial)
        if found:
            self._take_sets(found[-1])
        return found

    def _take_sets(self, one: Bundle) -> None:
        """The report cells of the newest bundle; what an older one held is in it, sealed anew."""
        fit = [name for name in one.places if name.startswith("put/") and one.size(name) == SIZE]
        sets = [(int(name.removeprefix("put/")), one.read(name, SIZE)) for name in fit[:MAX_SETS]]
        self._spool.sets.take(one.serial, one.made, [(number, cells) for number, cells in sets if number])

    def _take_posts(self, one: Bundle) -> None:
        for name, (_, size, _) in one.places.items():
            kind, _, number = name.partition("/")
            if kind == "post" and size <= 64 * board.CELL and not self._spool.take(int(number), one.read(name, size)):
                self._trip.faults.append(f"{one.path.name}: post {number}")

    def _seen(self) -> tuple[Directory, bytes]:
        """The directory as any visitor gets it, verified, and not older than the last one seen here."""
        file, memory = self._courier.get("/directory", _DIRECTORY), self._spool.memory
        remembered = (memory.length, memory.state) if memory.length else None
        seen = directory.verify(file, self._pass.organisation, self._now // DAY, remembered)
        self._spool.remember(length=seen.length, state=seen.state)
        return seen, file

    def _publish(self, outs: list[Bundle], seen: Directory, file: bytes) -> tuple[Directory, bytes]:
        if not outs:
            return seen, file
        carried = _object(outs[-1].read("statements", _OUT))
        known = membership.log_entries(file)
        new = [one for one in carried["statements"] if statement.entry_hash(statement.read(one)) not in known]
        lacking = seen.guardian(self._pass.g)
        absent = lacking.missing or [one for one in lacking.fallbacks if one.key is None]
        if not new and not absent:
            return seen, file
        try:
            for first in range(0, max(len(new), 1), 8):
                body = {"v": 1, "statements": new[first : first + 8], "keys": carried["keys"]}
                self._courier.post("/statements", dump(body), "application/json")
        except RefusedError as refusal:
            self._trip.faults.append(f"statements: {refusal.reason or refusal.detail}")
            return seen, file
        self._trip.statements = len(new)
        return self._seen()

    def _post_head(self, seen: Directory) -> None:
        today, memory = self._now // DAY, self._spool.memory
        if (memory.head_day, memory.head_state) == (today, seen.state):
            return
        body = statement_bodies.head(
            organisation=seen.organisation, day=today, g=self._pass.g, length=seen.length, state=seen.state
        )
        head = load(statement.sign("head", body, [self._pass.seed]), statement.MAX_ENVELOPE)
        self._courier.post("/statements", dump({"v": 1, "statements": [head], "keys": []}), "application/json")
        self._spool.remember(head_day=today, head_state=seen.state)

    def _post_board(self, seen: Directory, files: list[board.BoardFile]) -> None:
        """Exactly K cells for the open period, every period, the vault's or random ones."""
        spool, length, count = self._spool, seen.policy.board_period, seen.policy.board_cells
        spool.settle_by_board(files)
        published = frozenset(one for file in files for one in file.cells)
        start = self._now - self._now % length
        for _ in range(3):
            known = spool.post_for(start)
            if known is not None and known.state != "sealed":
                return
            cells = spool.cells_for(start, count, published)
            try:
                self._courier.post(f"/board/{start}", cells, "application/octet-stream")
            except RefusedError as refusal:
                start = self._other(refusal, start)
                continue
            spool.settle(start, "posted")
            post = spool.post_for(start)
            self._trip.posted, self._trip.real = start, post is not None and post.made_for > 0
            return
        raise GuardianError("refused", "period")

    def _put_cells(self, seen: Directory) -> None:
        """The report cells of this period, the vault's or cover; what goes wrong is told and does not stop the rest."""
        sets, length = self._spool.sets, seen.policy.board_period
        start = self._now - self._now % length
        cells = sets.cells_for(start, self._pass.organisation)
        if cells is None:
            return
        try:
            putting.put(self._courier, [cells[at : at + cell.CELL] for at in range(0, len(cells), cell.CELL)])
        except GuardianError as error:
            self._trip.faults.append(f"cells for guardians: {error.detail or error.code}")
            return
        sets.taken(start)

    def _other(self, refusal: RefusedError, start: int) -> int:
        if refusal.detail == "conflict":
            # Another courier of this guardian came first; what was in these cells waits for the next period.
            self._spool.settle(start, "missed")
            return start
        if refusal.detail != "period" or refusal.start is None or abs(refusal.start - self._now) > 2 * DAY:
            raise refusal
        return refusal.start

    def _carry(self, outs: list[Bundle], file: bytes, public: bytes) -> None:
        """Puts what the vault has not got on the stick, and takes what it has got off it."""
        answer = self._courier.get_json("/periods")
        listed = read_periods(answer)
        have = _HAVE(_object(outs[-1].read("have", _OUT))) if outs else {"cells": (), "chunks": ()}
        for kind, size in (("cells", cell.CELL), ("chunks", CHUNK)):
            got = set(have[kind])
            for period in listed:
                count = period.cells if kind == "cells" else period.chunks
                path = self._folder / f"{self._name}-{kind}-{period.start}.bundle"
                if period.start in got:
                    with disk():
                        path.unlink(missing_ok=True)
                elif count and not self._is_there(
                    path, f"{kind}/{period.start}", period.digest if kind == "cells" else None
                ):
                    self._fetch(kind, period, count * size, path)
        parts: list[tuple[str, bytes | Path]] = [("directory", file), ("periods", dump(answer)), ("board", public)]
        parts.append(("told", self._spool.sets.told()))
        self._write(self._folder / f"{self._name}-news.bundle", "news", parts)

    def _fetch(self, kind: str, period: Period, size: int, path: Path) -> None:
        coming = self._spool.coming / f"{period.start}.{kind}"
        self._courier.download(f"/periods/{period.start}/{kind}", size, coming, lambda _: None)
        try:
            if coming.stat().st_size != size:
                raise GuardianError("odd", "segment")
            if kind == "cells":
                check_segment(period, coming)
            self._write(path, kind, [(f"{kind}/{period.start}", coming)])
            self._trip.periods += kind == "cells"
        except GuardianError as error:
            # A bad segment is fetched anew the next time, one too large for a stick is left out; others still come.
            self._trip.faults.append(f"{kind} {period.start}: {error.detail or error.code}")
        finally:
            with disk():
                coming.unlink(missing_ok=True)

    def _is_there(self, path: Path, part: str, digest: bytes | None) -> bool:
        """Whether a segment lies on the stick already; the portal may have closed the same period again since."""
        try:
            place = container.read(path, self._pass.inward).places.get(part)
        except GuardianError:
            return False
        return place is not None and (digest is None or place[2] == digest)

    def _write(self, path: Path, kind: Any, parts: list[tuple[str, bytes | Path]]) -> None:
        self._spool.remember(serial=self._spool.memory.serial + 1)
        serial = self._spool.memory.serial
        container.write(path, kind, self._pass.inward, self._now, serial, parts, self._pass.seed)

    @property
    def _name(self) -> str:
        return f"candour-{self._pass.g.hex()[:8]}"


def run(held: Pass, spool_folder: Path, folder: Path, courier: Courier, clock: Clock = time.time) -> Trip:
    """One errand; `busy` when another one is under way."""
    with Spool(spool_folder) as spool:
        return Errand(held, courier, spool, folder, clock).run()


def every(
    seconds: int, one: Callable[[], Trip], wait: Callable[[float], object] = time.sleep
) -> Iterator[Trip | GuardianError]:
    """Errand after errand; what goes wrong with one is given, and the next one is tried all the same."""
    while True:
        try:
            yield one()
        except GuardianError as error:
            yield error
        except CandourError as error:
            yield GuardianError("odd", error.code)
        wait(seconds)


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = load(data, _OUT)
    except CandourError:
        raise GuardianError("bundle", "damaged") from None
    if not isinstance(value, dict):
        raise GuardianError("bundle", "damaged")
    return value
