"""A small disk of its own: full, or only to be read, without touching the machine's. Needs root.

with small_disk(folder, megabytes=4) as disk:
    disk.fill()
    disk.empty()
    disk.read_only(True)
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Disk:
    """A disk in memory, mounted at `place`."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._filler = place / "filler"

    def fill(self) -> None:
        """Until not one block is left."""
        with suppress(OSError), self._filler.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def empty(self) -> None:
        """Take away what filled it."""
        self._filler.unlink()

    def read_only(self, yes: bool) -> None:
        """As after a fault of the disk; nobody may have a file of it open for writing."""
        _run("mount", "-o", f"remount,{'ro' if yes else 'rw'}", self.place)


@contextmanager
def small_disk(place: Path, *options: str, megabytes: int = 4) -> Iterator[Disk]:
    """A new disk at `place`, which is made; nothing of it is there afterwards."""
    place.mkdir()
    _run("mount", "-t", "tmpfs", "-o", ",".join([f"size={megabytes}m", *options]), "tmpfs", place)
    try:
        yield Disk(place)
    finally:
        _run("umount", place)


def _run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)
