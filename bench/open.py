"""Cells a second that a guardian's sync opens, beside the bare rate of `cryptography`'s HPKE on the same cores.

A guardian tries every cell of a period with seven keys (five days, two fallbacks), and nearly all are cover. The bare
rate is seven decryptions a cell in as many processes as there are cores, which read nothing and keep nothing. Both have
their processes and keys ready.
"""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from bench._measure import machine, share, spread
from crypto import cell, hpke
from crypto.kdf import name as name_of
from recipients.trying import Opener

KEYS = 7
CELLS, ROUNDS = 4_000, 7
ORGANISATION = bytes(32)


def _bare(path: Path, seeds: Sequence[bytes], number: int, of: int, pipe: Connection) -> None:
    keys = [hpke.PrivateKey(seed) for seed in seeds]
    data = path.read_bytes()
    cells = [data[i : i + cell.CELL] for i in range(number * cell.CELL, len(data), of * cell.CELL)]
    info = b"candour/v1/cell" + ORGANISATION
    pipe.send("ready")
    while pipe.recv():
        for one in cells:
            for key in keys:
                key.open(info, one)
        pipe.send("done")


class Bare:
    """Processes that do nothing but decrypt."""

    def __init__(self, path: Path, seeds: Sequence[bytes]) -> None:
        context, cores = multiprocessing.get_context("spawn"), len(os.sched_getaffinity(0))
        self._pipes = []
        for number in range(cores):
            here, there = context.Pipe()
            context.Process(target=_bare, args=(path, seeds, number, cores, there), daemon=True).start()
            self._pipes.append(here)
        self._hear()

    def seconds(self) -> float:
        """How long all cells take."""
        began = time.monotonic()
        for pipe in self._pipes:
            pipe.send(True)
        self._hear()
        return time.monotonic() - began

    def close(self) -> None:
        """End them."""
        for pipe in self._pipes:
            pipe.send(False)

    def _hear(self) -> None:
        for pipe in self._pipes:
            pipe.recv()


def segment(path: Path, seeds: Sequence[bytes], reports: int) -> None:
    """A period's file, in order of name: cover, and some cells for the first of the keys."""
    public = hpke.public_key(seeds[0])
    plain = [cell.split(os.urandom(32), os.urandom(16), b"head", b"")[0] for _ in range(reports)]
    made = {name_of(sealed): sealed for sealed in (cell.seal(one, public, ORGANISATION) for one in plain)}
    made |= {name_of(sealed): sealed for sealed in (cell.cover(ORGANISATION) for _ in range(CELLS - reports))}
    path.write_bytes(b"".join(sealed for _, sealed in sorted(made.items())))


def measure(folder: Path, reports: int) -> None:
    """Rounds of one, then the other."""
    path, seeds = folder / f"{reports}.cells", [hpke.generate_seed() for _ in range(KEYS)]
    segment(path, seeds, reports)
    bare = Bare(path, seeds)
    with Opener() as opener:
        began = time.monotonic()
        _open(opener, path, seeds, reports)
        cold = time.monotonic() - began
        both = [(bare.seconds(), _open(opener, path, seeds, reports)) for _ in range(ROUNDS)]
    bare.close()
    print(f"  {CELLS:,} cells, {reports} of them for this guardian:")
    print(f"    guardian's trial opening: {spread([CELLS / ours for _, ours in both])} cells a second")
    print(f"    bare HPKE, {KEYS} a cell:     {spread([CELLS / theirs for theirs, _ in both])} cells a second")
    print(f"    share:                    {share([theirs / ours for theirs, ours in both])}")
    print(f"    the first time, with processes to start: {CELLS / cold:,.0f} cells a second")


def _open(opener: Opener, path: Path, seeds: Sequence[bytes], reports: int) -> float:
    began = time.monotonic()
    found = opener.open(path, seeds, ORGANISATION, lambda _count: None)
    seconds = time.monotonic() - began
    if len(found) != reports or not all(isinstance(part, cell.Part) for _, part in found):
        raise SystemExit(f"{len(found)} cells opened instead of {reports}")
    return seconds


def main() -> None:
    """Measure and print."""
    print(f"Cells opened ({machine()}, all of them used)")
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as name:
        for reports in (0, CELLS // 100):
            measure(Path(name), reports)


if __name__ == "__main__":
    main()
