"""Trying every key on every cell, over all processor cores (PROTOCOL section 13).

Most cells are not for this guardian, and each costs a try with every key. Workers are separate processes that hold
secrets only in memory and end when this process does, however it ends: their pipe closes.
"""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Self

from crypto import cell, hpke
from crypto.errors import CandourError
from recipients import system
from recipients.errors import GuardianError
from recipients.vault.files import disk

# A worker takes half a second to start; below this many cells one process is faster.
_WORTH = 2_000
# Two of them fit into a pipe: with larger ones this process would wait for one worker while another has nothing to do.
_BATCH = 16

Outcome = tuple[int, cell.Part | str]
_Batch = tuple[int, Sequence[bytes], bytes, bytes]


class Opener:
    """Opens the cells of files. `workers` processes are started when a file is worth it; 1 means never."""

    def __init__(self, workers: int | None = None) -> None:
        self._count = system.processors() if workers is None else workers
        self._workers: list[tuple[multiprocessing.process.BaseProcess, Connection]] = []
        self._keys: dict[bytes, hpke.PrivateKey] = {}

    def open(
        self,
        path: Path,
        seeds: Sequence[bytes],
        organisation: bytes,
        on_cells: Callable[[int], None],
        span: tuple[int, int] | None = None,
    ) -> list[Outcome]:
        """What is in a file of cells: its number with a part, or with the code of what is wrong with it.

        Cells for others are left out. `on_cells` hears of each batch that is done; what it raises ends the work.
        `span`: the first cell to try and the one after the last; all of them otherwise.
        """
        first, end = span or (0, path.stat().st_size // cell.CELL)
        batches, count = _batches(path, seeds, organisation, first, end), end - first
        if count * max(len(seeds), 1) < _WORTH * 7 or self._count < 2:
            done: Iterator[tuple[int, list[Outcome]]] = (_try(batch, self._keys) for batch in batches)
        else:
            self._start()
            done = self._spread(batches)
        found: list[Outcome] = []
        try:
            for size, outcomes in done:
                found.extend(outcomes)
                on_cells(size)
        except BaseException:
            # What workers still answer belongs to this file: the next one must not take it for its own.
            self.close()
            raise
        return sorted(found, key=lambda outcome: outcome[0])

    def close(self) -> None:
        """Ends the workers and forgets the keys."""
        self._keys.clear()
        for process, pipe in self._workers:
            pipe.close()
            process.join(5)
        self._workers.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _start(self) -> None:
        # Not fork: a copy of this process would hold the open vault.
        context = multiprocessing.get_context("spawn")
        while len(self._workers) < self._count:
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there,), daemon=True)
            process.start()
            there.close()
            self._workers.append((process, here))

    def _spread(self, batches: Iterator[_Batch]) -> Iterator[tuple[int, list[Outcome]]]:
        owed: dict[Connection, int] = {}
        for _, pipe in self._workers:
            # Two batches each, so that no worker waits for this process.
            owed[pipe] = sum(_give(pipe, batches) for _ in range(2))
        while any(owed.values()):
            ready = wait([pipe for pipe in owed if owed[pipe]])
            for pipe in [pipe for pipe in owed if pipe in ready]:
                yield _take(pipe)
                owed[pipe] += _give(pipe, batches) - 1


def _batches(path: Path, seeds: Sequence[bytes], organisation: bytes, first: int, end: int) -> Iterator[_Batch]:
    with disk(), path.open("rb") as file:
        file.seek(first * cell.CELL)
        while data := file.read(cell.CELL * max(min(_BATCH, end - first), 0)):
            yield first, seeds, organisation, data
            first += _BATCH


def _give(pipe: Connection, batches: Iterator[_Batch]) -> int:
    batch = next(batches, None)
    if batch is None:
        return 0
    try:
        pipe.send(batch)
    except OSError:
        raise GuardianError("workers") from None
    return 1


def _take(pipe: Connection) -> tuple[int, list[Outcome]]:
    try:
        answer: tuple[int, list[Outcome]] = pipe.recv()
    except (EOFError, OSError):
        raise GuardianError("workers") from None
    return answer


def _work(pipe: Connection) -> None:
    """A worker: takes batches until the pipe closes."""
    # Ctrl-C reaches every process of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keys: dict[bytes, hpke.PrivateKey] = {}
    # The end of the pipe, also in the middle of an answer: whoever asked has stopped, or ended.
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(_try(pipe.recv(), keys))


def _try(batch: _Batch, known: dict[bytes, hpke.PrivateKey]) -> tuple[int, list[Outcome]]:
    first, seeds, organisation, data = batch
    for seed in seeds:
        if seed not in known:
            known[seed] = hpke.PrivateKey(seed)
    keys = [known[seed] for seed in seeds]
    size = len(data) // cell.CELL
    found: list[Outcome] = []
    for at in range(size):
        outcome = _open(data[at * cell.CELL : (at + 1) * cell.CELL], keys, organisation)
        if outcome is not None:
            found.append((first + at, outcome))
    return size, found


def _open(data: bytes, keys: Sequence[hpke.PrivateKey], organisation: bytes) -> cell.Part | str | None:
    try:
        return cell.open_(data, keys, organisation)
    except CandourError as error:
        return error.code
