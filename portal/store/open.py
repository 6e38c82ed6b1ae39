"""The open period, apart from all else: one file a kind and period, destroyed at the close (PROTOCOL section 18).

A database remembers in which order rows came: in page numbers, free pages, the journal. Deleting rows does not delete
that; destroying the file does.

A file is `KIND-START-LENGTH.sqlite`, so that a half-destroyed one can still be recognised without being read.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, func, select, update
from sqlalchemy.orm import Session

from portal.schedule import Period
from portal.store.access import insert, reading, writing
from portal.store.dead_drop import ClosedError, ConflictError, Kind
from portal.store.sqlite import engine

_META = MetaData()
_STATE = Table("state", _META, Column("closed", Integer, nullable=False))
_DROP = Table(
    "items",
    _META,
    Column("key", LargeBinary(16), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
_NAME = re.compile(r"(cells|chunks|board)-(0|[1-9][0-9]*)-([1-9][0-9]*)\.sqlite")
_ZEROS = bytes(1 << 20)


class Drop:
    """One open file: 16-byte keys to values; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._engine: Engine = engine(path)
        self._path = path
        self._hold_journals()

    @classmethod
    def create(cls, path: Path) -> "Drop":
        """Make the file complete under another name first, so that a crash leaves no half of one."""
        fresh = path.with_suffix(".new")
        _destroy(fresh)
        draft = engine(fresh)
        _META.create_all(draft.execution_options(write=True))
        with writing(draft) as session:
            session.execute(insert(session, _STATE).values(closed=0))
        draft.dispose()
        fresh.rename(path)
        sync_folder(path.parent)
        return cls(path)

    def _hold_journals(self) -> None:
        """Keep a second name for the journals, since SQLite removes them at the last close without overwriting them."""
        with reading(self._engine) as session:
            session.scalar(select(_STATE.c.closed))  # the journals are there from the first read on
            for end in ("-wal", "-shm"):
                journal = self._path.with_name(self._path.name + end)
                held = journal.with_name(f"{journal.name}-{journal.stat().st_ino}")
                with suppress(FileExistsError):
                    held.hardlink_to(journal)

    def put(self, items: Mapping[bytes, bytes]) -> None:
        """Store all or nothing, durably; the same value again is no change. Raises `ClosedError`, `ConflictError`."""
        with writing(self._engine) as session:
            # The marker and the values are read and written under one lock: a close cannot fall between them.
            if session.scalar(select(_STATE.c.closed)):
                raise ClosedError
            for key, value in items.items():
                _insert(session, key, value)

    def has(self, keys: Mapping[bytes, bytes]) -> bool:
        """True if every key is stored."""
        with reading(self._engine) as session:
            found = session.scalar(select(func.count()).select_from(_DROP).where(_DROP.c.key.in_(list(keys))))
        return found == len(keys)

    def mark_closed(self) -> None:
        """From here on every `put` raises `ClosedError`, in every process."""
        with writing(self._engine) as session:
            session.execute(update(_STATE).values(closed=1))

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values in ascending order of key."""
        with reading(self._engine) as session:
            ordered = select(_DROP.c.key, _DROP.c.value).order_by(_DROP.c.key)
            for row in session.execute(ordered, execution_options={"yield_per": 64}):
                yield row.key, row.value

    def bytes_used(self) -> int:
        """What the file and its journal take on the disk."""
        return sum(p.stat().st_size for p in (self._path, *_journals(self._path)) if p.exists())

    def release(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def _insert(session: Session, key: bytes, value: bytes) -> None:
    stored = session.execute(insert(session, _DROP).values(key=key, value=value).on_conflict_do_nothing())
    if stored.rowcount == 0 and session.scalar(select(_DROP.c.value).where(_DROP.c.key == key)) != value:  # type: ignore[attr-defined]
        raise ConflictError


class Drops:
    """All open files in one folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._open: dict[tuple[Kind, Period], Drop] = {}

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One maker or closer of files at a time, across threads and processes; the system frees it at a crash."""
        with (self._folder / "lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def list(self, kind: Kind) -> list[Period]:
        """Periods that have a file of this kind, oldest first."""
        found = (_NAME.fullmatch(p.name) for p in self._folder.iterdir())
        return sorted(Period(start=int(m[2]), length=int(m[3])) for m in found if m and m[1] == kind)

    def get(self, kind: Kind, period: Period) -> Drop | None:
        """The open file, if there is one."""
        known = self._open.get((kind, period))
        if known is None and self._path(kind, period).exists():
            known = self._open.setdefault((kind, period), Drop(self._path(kind, period)))
        return known

    def create(self, kind: Kind, period: Period) -> Drop:
        """Make the file; call it under `lock` and only for a period that was never closed."""
        return self.get(kind, period) or self._open.setdefault((kind, period), Drop.create(self._path(kind, period)))

    def known(self) -> set[tuple[Kind, Period]]:
        """What this process has open."""
        return set(self._open)

    def forget(self, kind: Kind, period: Period) -> None:
        """Let go of a file that another process may have destroyed."""
        drop = self._open.pop((kind, period), None)
        if drop:
            drop.release()

    def destroy(self, kind: Kind, period: Period) -> None:
        """Overwrite and remove the file and its journals."""
        self.forget(kind, period)
        _destroy(self._path(kind, period))

    def sweep(self) -> None:
        """Remove what a crash left half made; call it under `lock`."""
        for path in self._folder.glob("*.new"):
            _destroy(path)

    def _path(self, kind: Kind, period: Period) -> Path:
        return self._folder / f"{kind}-{period.start}-{period.length}.sqlite"


def _journals(path: Path) -> list[Path]:
    """The journals of a file, under all their names."""
    return sorted(path.parent.glob(f"{path.name}-*"))


def _destroy(path: Path) -> None:
    """The journals go first: while the file itself is there, a crash is noticed and the rest done later."""
    found = [part for part in (*_journals(path), path) if part.exists()]
    for part in found:
        _overwrite(part)
    for part in found:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def _overwrite(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(_ZEROS[: min(left, len(_ZEROS))])
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
