"""The two ways into a database, and the one statement that databases spell differently.

`reading(engine)` and `writing(engine)` are the same for SQLite and PostgreSQL; how a writing transaction begins is the
engine's own affair (`portal.store.sqlite`, `portal.store.postgres`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

# Both dialects have the same methods; the type of one stands for either.
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


# SQLSTATE, PostgreSQL's appendix A: a full disk; a transaction that may only read; classes 08, 53 and 57.
_NO_ROOM = "53100"
_STANDBY = "25006"
_AWAY = ("08", "53", "57")


@contextmanager
def reading(source: Engine) -> Iterator[Session]:
    """One view of what is there; nothing written in it is kept."""
    with Session(source) as session:
        yield session


@contextmanager
def writing(source: Engine) -> Iterator[Session]:
    """One transaction, alone among writers from its start: all of it is on the disk afterwards, or none."""
    with Session(source.execution_options(write=True), expire_on_commit=False) as session, session.begin():
        yield session


def insert(session: Session, table: Any) -> sqlite.Insert:
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    made: sqlite.Insert = _INSERTS[session.get_bind().dialect.name](table)
    return made


def is_full(error: DatabaseError) -> bool:
    """True when the disk has no room, or is failing."""
    return getattr(error.orig, "sqlstate", None) == _NO_ROOM or _sqlite_says(error, "FULL", "IOERR")


def is_unwritable(error: DatabaseError) -> bool:
    """True when the disk, not the program, is at fault: full, failing, only to be read, or not even that."""
    return is_full(error) or _sqlite_says(error, "READONLY", "CANTOPEN")


def _sqlite_says(error: DatabaseError, *kinds: str) -> bool:
    return getattr(error.orig, "sqlite_errorname", "").split("_")[1:2] in [[kind] for kind in kinds]


def is_away(error: DatabaseError) -> bool:
    """True when the database server is gone, stopping, full of callers, or a standby: it may be back in a moment."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", "")
    return (isinstance(error, OperationalError) and (state is None or state[:2] in _AWAY)) or state == _STANDBY
