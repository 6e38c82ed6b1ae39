"""SQLite as we need it: durable, forgetful, and with transactions that begin when we say so (PROTOCOL section 18).

`engine(path)` opens a file with a write-ahead log, a full sync at every commit and `secure_delete`, so that what is
deleted is overwritten. What is done with it stands in `portal.store.access`.
"""

from pathlib import Path
from sqlite3 import Connection as DriverConnection
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event

_WAIT_SECONDS = 20
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON", "temp_store=MEMORY")


def engine(path: Path) -> Engine:
    """An engine on an existing or new file; `mode` is left to the file's folder, which is private to the portal."""
    made = create_engine(f"sqlite:///{path}", connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False})
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def read_only(path: Path) -> Engine:
    """An engine on a settled file, which it does not touch; the file may lie on a medium that cannot be written."""
    made = create_engine(f"sqlite:///file:{quote(str(path.absolute()))}?mode=ro&uri=true")
    event.listen(made, "begin", _begin)
    return made


def settle(source: Engine) -> None:
    """Make it one file that needs no journal beside it, so that it can be carried away."""
    raw = source.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode=DELETE")
    finally:
        raw.close()


def _prepare(connection: DriverConnection, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: it begins late, and writers then collide
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def checkpoint(source: Engine) -> None:
    """Move the write-ahead log into the file and cut it to nothing, so that no old page lies in it."""
    raw = source.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
