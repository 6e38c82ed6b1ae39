"""The main tables from one database to another, row by row: for backups, restores, and a move to PostgreSQL.

Only closed periods, the board and the public log are copied. The open period stays where it is: a copy of it, taken in
the middle, would tell when its cells came (PROTOCOL section 18).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, Engine, Table, func, insert, select
from sqlalchemy.orm import Session

from portal.store.access import writing
from portal.store.models import Base, BeaconRow, BoardRow, PeriodRow, SegmentRow

_BATCH = 16
# Beacons are drawn anew: they say nothing about what is kept.
_TABLES = [table for table in Base.metadata.sorted_tables if table.name != BeaconRow.__tablename__]


def copy(source: Engine, target: Engine, *, keep: "Keep") -> None:
    """All that `keep` keeps, in one view of the source and one transaction of the target, in order of the keys."""
    with _steady(source) as old, writing(target) as new:
        for table in _TABLES:
            for rows in _batches(old, table, keep):
                new.execute(insert(table), rows)


def fingerprint(database: Engine) -> bytes:
    """SHA-256 of every row that is copied, in order; 32 bytes. What was damaged on a disk is known by it."""
    digest = sha256()
    with _steady(database) as session:
        for table in _TABLES:
            for rows in _batches(session, table, Keep(reports=-1, board=-1)):
                for row in rows:
                    digest.update(repr((table.name, sorted(row.items()))).encode())
    return digest.digest()


def empty(database: Engine) -> bool:
    """True if nothing was ever published in it."""
    with Session(database) as session:
        return not any(session.scalar(select(func.count()).select_from(table)) for table in _TABLES)


def _steady(source: Engine) -> Session:
    """One view of all tables, however long it takes."""
    if source.dialect.name == "postgresql":
        return Session(source.execution_options(isolation_level="REPEATABLE READ"))
    return Session(source)  # SQLite's transactions are like that


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Which periods are copied: reports that end after `reports`, board files that end after `board` (unix seconds)."""

    reports: int
    board: int

    def conditions(self, table: Table) -> list[ColumnElement[bool]]:
        """What a row must fulfil."""
        if table.name == BoardRow.__tablename__:
            return [table.c.start + table.c.length > self.board]
        if table.name == PeriodRow.__tablename__:
            return [table.c.start + table.c.length > self.reports]
        if table.name == SegmentRow.__tablename__:
            kept = select(PeriodRow.start).where(PeriodRow.start + PeriodRow.length > self.reports)
            return [table.c.start.in_(kept)]
        return []


def _batches(old: Session, table: Table, keep: Keep) -> Iterator[list[dict[str, object]]]:
    chosen = select(table).where(*keep.conditions(table)).order_by(*table.primary_key)
    for rows in old.execute(chosen, execution_options={"yield_per": _BATCH}).mappings().partitions(_BATCH):
        yield [dict(row) for row in rows]
