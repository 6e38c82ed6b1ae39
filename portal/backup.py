"""Backups of a running portal, and the way back (PROTOCOL section 18).

    made = write(main, Path("backups"), policy, keep=7, now=time.time())      # backups/candour-2026-11-22.sqlite
    check(made)                                                               # reads all of it again
    restore(made, main)                                                       # into an empty database only

A backup is an SQLite file, also that of a portal on PostgreSQL, and holds what the portal publishes to guardians and to
everyone: ciphertext and signed statements. What would expire before the backup itself is deleted is left out of it, so
that nothing lives longer in a backup than the policy says.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Column, Engine, LargeBinary, MetaData, Table, select
from sqlalchemy.exc import DatabaseError

from crypto import board
from crypto.chain import replay
from crypto.errors import CandourError
from crypto.guardians import Policy
from portal.store import sqlite
from portal.store.access import reading, writing
from portal.store.board import Board
from portal.store.copying import Keep, copy, empty, fingerprint
from portal.store.migrations import upgrade
from portal.store.open import sync_folder
from portal.store.reports import SIZES, Reports
from portal.store.statements import Statements

DAY = 86_400
_NAME = re.compile(r"candour-([0-9]{4}-[0-9]{2}-[0-9]{2})\.sqlite")


# In the backup alone: what all its rows must come to.
_SEAL = Table("backup", MetaData(), Column("sha256", LargeBinary(32), nullable=False))


class BackupError(Exception):
    """A backup that cannot be used or made; the text says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a backup holds."""

    periods: int
    cells: int
    chunks: int
    board_files: int
    statements: int


def write(main: Engine, folder: Path, policy: Policy, *, keep: int, now: float) -> Path:
    """A backup of today, complete or not there at all; replaces an earlier one of today. `keep` in days."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = folder / f"candour-{_day(now)}.sqlite"
    draft = made.with_suffix(".new")
    _remove(draft)
    deleted = int(now) + keep * DAY
    kept = Keep(reports=deleted - policy.report_days * DAY, board=deleted - policy.board_days * DAY)
    try:
        _fill(draft, main, kept)
        _read_back(draft)
        draft.replace(made)
        sync_folder(folder)
    finally:
        _remove(draft)
    return made


def prune(folder: Path, *, keep: int, now: float) -> list[Path]:
    """Delete the backups that are `keep` days old, and what a crash left half made; gives what was deleted."""
    last = _day(now - keep * DAY)
    old = [path for path in folder.iterdir() if (m := _NAME.fullmatch(path.name)) and m[1] <= last]
    for path in [*old, *folder.glob("candour-*.new*")]:
        path.unlink()
    return sorted(old)


def check(file: Path) -> Found:
    """Read all of a backup as a restore would. Raises `BackupError`."""
    if not file.is_file():
        raise BackupError(f"There is no backup {file}.")
    source = sqlite.read_only(file)
    try:
        with reading(source) as session:
            if session.scalar(select(_SEAL.c.sha256)) != fingerprint(source):
                raise LookupError("a row is not what it was")
        return _check(source)
    except (DatabaseError, CandourError, LookupError):
        raise BackupError(f"{file.name} is damaged, or no backup of this release. Use an earlier one.") from None
    finally:
        source.dispose()


def restore(file: Path, main: Engine, *, now: float) -> Found:
    """Fill an empty database, without what has expired meanwhile. Raises `BackupError`."""
    check(file)
    if not empty(main):
        raise BackupError("This portal holds something already. A backup is restored into an empty data folder only.")
    source = sqlite.read_only(file)
    try:
        policy = _policy(source)
        kept = Keep(reports=int(now) - policy.report_days * DAY, board=int(now) - policy.board_days * DAY)
        copy(source, main, keep=kept)
    finally:
        source.dispose()
    return _check(main)


def _read_back(draft: Path) -> None:
    """What was copied a moment ago and is not whole was not whole in the portal's own database."""
    try:
        check(draft)
    except BackupError:
        raise BackupError(
            "What the portal holds does not read back as it was published, so no backup was made. Keep the last one, "
            "check the disk, and run candour doctor."
        ) from None


def _fill(draft: Path, main: Engine, kept: Keep) -> None:
    target = sqlite.engine(draft)
    try:
        upgrade(target)
        copy(main, target, keep=kept)
        seal = fingerprint(target)
        with writing(target) as session:
            _SEAL.create(session.connection())
            session.execute(_SEAL.insert().values(sha256=seal))
        target.dispose()  # only the last connection may settle the file
        sqlite.settle(target)
    finally:
        target.dispose()


def _check(database: Engine) -> Found:
    reports, files, log = Reports(database), Board(database), Statements(database).snapshot().log
    listed = reports.list()
    for row in listed:
        digest = sha256()
        for part in reports.read("cells", row.start, 0, row.cells * SIZES["cells"]):
            digest.update(part)
        if digest.digest() != row.digest:
            raise LookupError("a period is not what it was")
    published = board.read_files(files.joined())
    replay(log, _LAST_DAY)
    sums = {"cells": sum(row.cells for row in listed), "chunks": sum(row.chunks for row in listed)}
    return Found(periods=len(listed), board_files=len(published), statements=len(log), **sums)


# A day that is later than any statement: what is checked here is that the log is whole, not that it is of today.
_LAST_DAY = 2**31 - 1


def _policy(database: Engine) -> Policy:
    policy = replay(Statements(database).snapshot().log, _LAST_DAY).policy
    if policy is None:
        raise BackupError("The backup holds no policy: nothing was ever published in it.")
    return policy


def _day(now: float) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(now))).date().isoformat()


def _remove(draft: Path) -> None:
    for path in (draft, *draft.parent.glob(f"{draft.name}-*")):
        with suppress(FileNotFoundError):
            path.unlink()
