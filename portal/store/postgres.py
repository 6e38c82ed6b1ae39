"""PostgreSQL for a portal that has outgrown one machine: several processes and machines behind one database.

`engine(url)` takes SQLAlchemy's form, several hosts included, and then finds the one that takes writes:

    postgresql+psycopg://candour@/candour?host=db1:5432&host=db2:5432&target_session_attrs=read-write
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event

# Names of advisory locks: two numbers, so that other programs of the same database are not met by chance.
KEYS = 0x43414E44
COLLECTING = 1
_WRITING = 2
_SIZE = 10
_MORE = 10
_WAIT_SECONDS = 20

# A server that is gone must be noticed, or the portal would wait for it for minutes.
_CONNECT: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "candour",
    # Whatever the server or the role is set to: an answer means that it is on the disk, and on the standby's where one
    # is set. A statement's time limit would end that wait as if it had gone well.
    "options": "-c synchronous_commit=on -c statement_timeout=0",
}


def engine(url: str) -> Engine:
    """An engine with a small pool; every connection is tried before it is used, so that a failover heals by itself."""
    made = create_engine(
        url,
        connect_args=_CONNECT,
        pool_pre_ping=True,
        pool_size=_SIZE,
        max_overflow=_MORE,
        pool_timeout=_WAIT_SECONDS,
        # Values in messages end up in the log of whoever prints them.
        hide_parameters=True,
    )
    event.listen(made, "do_connect", _connect)
    event.listen(made, "begin", _begin)
    return made


def _connect(_dialect: Dialect, _record: object, _args: object, options: dict[str, Any]) -> Any:
    # Only here: the driver is an extra that a portal with SQLite does without.
    from portal.store.confirmed import Confirmed

    return Confirmed.connect(**options)


def _begin(connection: Connection) -> None:
    # What SQLite does by itself: writers of the main tables come one after the other. They are few. The message is
    # there because a transaction that finds its work done writes nothing, and would not wait until the standby has
    # what it found.
    if connection.get_execution_options().get("write", False):
        message = "pg_logical_emit_message(true, 'candour', '')"
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({KEYS}, {_WRITING}), {message}")
