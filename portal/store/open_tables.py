"""The open period in PostgreSQL: one table a kind and period, dropped at the close (PROTOCOL section 18, ADR 0005).

A row of a table remembers who wrote it and where it came to lie (`xmin`, `ctid`): the order of arrival. Dropping the
table removes its files; what is published is written anew, in order of name, in one transaction. The write-ahead log of
the server keeps the order until it is overwritten: docs/SIZING.md says what to do about that.

A writer holds its table in a mode that the close waits for, and looks at the mark after it has got hold of it. So a
cell is either stored before the mark, or told to go to the next period.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import BigInteger, Column, ColumnElement, Engine, LargeBinary, MetaData, String, Table, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable, DropTable

from portal.schedule import Period
from portal.store.access import insert, reading
from portal.store.dead_drop import ClosedError, ConflictError, Kind
from portal.store.postgres import COLLECTING, KEYS

_META = MetaData()
_OPEN = Table(
    "open_periods",
    _META,
    Column("kind", String(8), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("length", BigInteger, primary_key=True),
    Column("closed", BigInteger, nullable=False),
)


def _table(kind: Kind, period: Period) -> Table:
    # Autovacuum would sample keys into the statistics of the database, and those outlive the table.
    return Table(
        f"open_{kind}_{period.start}_{period.length}",
        MetaData(),
        Column("key", LargeBinary, primary_key=True),
        Column("value", LargeBinary, nullable=False),
        postgresql_with={"autovacuum_enabled": False, "toast.autovacuum_enabled": False},
    )


class TableDrop:
    """One open table; see `OpenDrop`."""

    def __init__(self, engine: Engine, kind: Kind, period: Period) -> None:
        self._engine = engine
        self._table = _table(kind, period)
        self._where = _is(kind, period)

    def put(self, items: Mapping[bytes, bytes]) -> None:
        """See `OpenDrop`."""
        with Session(self._engine) as session, session.begin():
            self._hold(session, "ROW EXCLUSIVE")
            if session.scalar(select(_OPEN.c.closed).where(*self._where)) != 0:
                raise ClosedError
            for key, value in items.items():
                self._insert(session, key, value)

    def _insert(self, session: Session, key: bytes, value: bytes) -> None:
        row = insert(session, self._table).values(key=key, value=value).on_conflict_do_nothing()
        # A lock on the row is something written: without it the answer would not wait until the standby has the row,
        # which may be there only because the wait of the first answer was broken off.
        known = select(self._table.c.value).where(self._table.c.key == key).with_for_update()
        if session.scalar(row.returning(self._table.c.key)) is None and session.scalar(known) != value:
            raise ConflictError

    def has(self, keys: Mapping[bytes, bytes]) -> bool:
        """See `OpenDrop`."""
        chosen = select(func.count()).select_from(self._table).where(self._table.c.key.in_(list(keys)))
        with reading(self._engine) as session:
            return session.scalar(chosen) == len(keys)

    def mark_closed(self) -> None:
        """See `OpenDrop`; waits for those who are just storing."""
        with Session(self._engine) as session, session.begin():
            self._hold(session, "SHARE ROW EXCLUSIVE")
            session.execute(_OPEN.update().where(*self._where).values(closed=1))

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """See `OpenDrop`."""
        ordered = select(self._table.c.key, self._table.c.value).order_by(self._table.c.key)
        with reading(self._engine) as session:
            for row in session.execute(ordered, execution_options={"yield_per": 64}):
                yield bytes(row.key), bytes(row.value)

    def bytes_used(self) -> int:
        """See `OpenDrop`."""
        with reading(self._engine) as session:
            return session.scalar(select(func.pg_total_relation_size(self._table.name))) or 0

    def _hold(self, session: Session, mode: str) -> None:
        session.connection().exec_driver_sql(f"LOCK TABLE {self._table.name} IN {mode} MODE")


class TableDrops:
    """All open tables of one database; see `OpenDrops`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: dict[tuple[Kind, Period], TableDrop] = {}
        self._mutex = threading.Lock()
        with self.lock():
            _META.create_all(engine)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """See `OpenDrops`. One connection a process waits for the database's lock: more could use up the pool."""
        with self._mutex, self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as holder:
            holder.exec_driver_sql(f"SELECT pg_advisory_lock({KEYS}, {COLLECTING})")
            try:
                yield
            finally:
                # A lost connection has lost the lock with it, and must not be used again.
                if not holder.invalidated:
                    holder.exec_driver_sql(f"SELECT pg_advisory_unlock({KEYS}, {COLLECTING})")

    def list(self, kind: Kind) -> list[Period]:
        """See `OpenDrops`."""
        with reading(self._engine) as session:
            rows = session.execute(select(_OPEN.c.start, _OPEN.c.length).where(_OPEN.c.kind == kind))
            return sorted(Period(start=row.start, length=row.length) for row in rows)

    def get(self, kind: Kind, period: Period) -> TableDrop | None:
        """See `OpenDrops`."""
        known = self._open.get((kind, period))
        if known is None and period in self.list(kind):
            known = self._open.setdefault((kind, period), TableDrop(self._engine, kind, period))
        return known

    def create(self, kind: Kind, period: Period) -> TableDrop:
        """See `OpenDrops`; the table and its mark come in one transaction."""
        found = self.get(kind, period)
        if found is None:
            table = _table(kind, period)
            with self._engine.begin() as connection:
                connection.execute(CreateTable(table))
                # Cells are random: trying to compress them is work for nothing.
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ALTER COLUMN value SET STORAGE EXTERNAL")
                values = {"kind": kind, "start": period.start, "length": period.length, "closed": 0}
                connection.execute(insert_into(_OPEN).values(**values))
            found = self._open.setdefault((kind, period), TableDrop(self._engine, kind, period))
        return found

    def known(self) -> set[tuple[Kind, Period]]:
        """See `OpenDrops`."""
        return set(self._open)

    def forget(self, kind: Kind, period: Period) -> None:
        """See `OpenDrops`."""
        self._open.pop((kind, period), None)

    def destroy(self, kind: Kind, period: Period) -> None:
        """See `OpenDrops`; the table and its mark go in one transaction."""
        self.forget(kind, period)
        with self._engine.begin() as connection:
            connection.execute(DropTable(_table(kind, period), if_exists=True))
            connection.execute(delete_from(_OPEN).where(*_is(kind, period)))

    def sweep(self) -> None:
        """Nothing is ever half made: tables and marks are made together."""


def _is(kind: Kind, period: Period) -> tuple[ColumnElement[bool], ...]:
    return _OPEN.c.kind == kind, _OPEN.c.start == period.start, _OPEN.c.length == period.length
