"""Cells a second that a guardian's sync opens, beside the bare rate of `cryptography`'s HPKE on the same cores.

A guardian tries every cell of a period with seven keys (five days, two fallbacks), and nearly all are cover. The bare
rate is seven decryptions a cell in as many processes as there are cores, which read nothing and keep nothing. Both have
their processes and keys ready.

`python -m bench.open --cells 100000` is a day of a large portal: the segment is fetched, checked and opened by what a
sync does, stopped by a person halfway, and gone on with; one per cent is for this guardian. The line costs nothing
here. It also tells how long a vault takes to unlock.
"""

import argparse
import contextlib
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from bench._measure import machine, share, spread
from crypto import cell, hpke
from crypto.kdf import name as name_of
from crypto.kdf import sha256
from recipients import collecting, daykeys, keys
from recipients.intake import DAY, Period
from recipients.session import Outcome, Session
from recipients.trying import Opener
from recipients.vault import Vault, create, open_vault

KEYS = 7
CELLS, ROUNDS = 4_000, 7
ORGANISATION = bytes(32)
TODAY = 20_000
PASSPHRASE = "correct horse battery"


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


def segment(path: Path, seeds: Sequence[bytes], reports: int, cells: int = CELLS) -> None:
    """A period's file, in order of name: cover, and some cells for the first of the keys."""
    public = hpke.public_key(seeds[0])
    plain = [cell.split(os.urandom(32), os.urandom(16), b"head", b"")[0] for _ in range(reports)]
    made = {name_of(sealed): sealed for sealed in (cell.seal(one, public, ORGANISATION) for one in plain)}
    made |= {name_of(sealed): sealed for sealed in (cell.cover(ORGANISATION) for _ in range(cells - reports))}
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


class StoppedError(Exception):
    """A person has stopped the sync."""


class Folder:
    """Closed periods that lie on this machine's disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def download(self, _path: str, _size: int, to: Path, on_bytes: Callable[[int], None]) -> None:
        """Copies the segment."""
        with self._path.open("rb") as file, to.open("wb") as copy:
            while piece := file.read(65_536):
                copy.write(piece)
                on_bytes(len(piece))


class Work:
    """A sync's fetching and opening, in a vault with the keys of a week; `stop_at` cells a person stops it."""

    def __init__(self, vault: Vault, path: Path, cells: int) -> None:
        self._vault, self._path, self.stop_at = vault, path, 0
        self.heard: list[int] = []
        digest = sha256(path.read_bytes())
        self._period = Period(start=TODAY * DAY, length=DAY, cells=cells, chunks=0, digest=digest)

    def seconds(self, opener: Opener) -> tuple[float, int]:
        """How long it takes, to its end or until it is stopped, and how many cells were for this guardian."""
        session = Session(
            vault=self._vault,
            source=Folder(self._path),
            person=keys.load(self._vault),
            organisation=ORGANISATION,
            clock=lambda: (TODAY + 1) * DAY,
            progress=self._progress,
        )
        outcome, began = Outcome(), time.monotonic()
        with contextlib.suppress(StoppedError):
            collecting.collect(session, [self._period], opener, outcome)
        return time.monotonic() - began, outcome.found

    def _progress(self, stage: str, done: int, _total: int) -> None:
        if stage == "open":
            self.heard.append(done)
            if 0 < self.stop_at <= done:
                raise StoppedError


def furnish(vault: Vault) -> None:
    """A guardian, and day keys from the day before yesterday on."""
    keys.make(vault, "A. Guardian", "guardian")
    vault.store("g", bytes(16))
    vault.store("organisation", ORGANISATION)
    daykeys.top_up(vault, keys.load(vault), ORGANISATION, TODAY - 2)


def whole(folder: Path, cells: int) -> None:
    """All of it at once, with a stop halfway."""
    create(folder / "vault", PASSPHRASE, furnish)
    print(f"  unlocking the vault: {spread([_unlocked(folder / 'vault') for _ in range(5)], ' s', 2)}")
    path = folder / "whole.cells"
    with open_vault(folder / "vault", PASSPHRASE) as vault:
        seeds = [bytes(bytearray(one)) for one in daykeys.trial_seeds(vault, TODAY)]
        segment(path, seeds, cells // 100, cells)
        bare = Bare(path, seeds)
        before = bare.seconds()
        work = Work(vault, path, cells)
        work.stop_at = cells // 2
        first, _ = work.seconds(Opener())
        kept, work.stop_at = work.heard[-1], 0
        work.heard.clear()
        second, found = work.seconds(Opener())
        again, after = work.heard[0], bare.seconds()
        bare.close()
    if found != cells // 100:
        raise SystemExit(f"{found} cells opened instead of {cells // 100}")
    print(f"  {cells:,} cells with {len(seeds)} keys, {found:,} of them for this guardian, stopped halfway:")
    print(f"    {first:,.0f} s to cell {kept:,}, then from cell {again:,} on {second:,.0f} s")
    tried = (cells + kept - again) / (first + second)
    print(f"    {tried:,.0f} cells tried a second; {kept - again:,} of them twice, since the last that was kept")
    print(f"    bare HPKE before and after: {cells / before:,.0f} and {cells / after:,.0f} cells a second")
    bare_rate = 2 * cells / (before + after)
    print(f"    share: {100 * tried / bare_rate:.1f} % (goal: 70 %); with what was done twice")
    print(f"    counted once: {100 * cells / (first + second) / bare_rate:.1f} %")


def _unlocked(path: Path) -> float:
    began = time.monotonic()
    with open_vault(path, PASSPHRASE):
        return time.monotonic() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=0, help="A whole segment of so many, instead of the rates alone.")
    cells = parser.parse_args().cells
    print(f"Cells opened ({machine()}, all of them used)")
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as name:
        if cells:
            whole(Path(name), cells)
        else:
            for reports in (0, CELLS // 100):
                measure(Path(name), reports)


if __name__ == "__main__":
    main()
