"""The SQLCipher file: opening it, its settings, its errors in this program's words, and its transactions.

Several threads may use one connection: each statement, and each transaction whole, waits for those of the others.

with database.transaction():
    database.run("INSERT INTO setting VALUES (?, ?)", name, value)
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from recipients.errors import GuardianError
from recipients.vault.schema import STEPS
from recipients.vault.wiping import wipe

_SETTINGS = (
    "PRAGMA cipher_log_level = NONE",
    "PRAGMA cipher_memory_security = ON",
)
_AFTER_KEY = (
    # No write-ahead log: it would keep erased pages until the next checkpoint, and is one file more to lose.
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
_CODES = {
    sqlite.SQLITE_FULL: "full",
    sqlite.SQLITE_READONLY: "forbidden",
    sqlite.SQLITE_PERM: "forbidden",
    sqlite.SQLITE_CANTOPEN: "forbidden",
    sqlite.SQLITE_BUSY: "busy",
    sqlite.SQLITE_LOCKED: "busy",
    sqlite.SQLITE_IOERR: "disk",
}


class Database:
    """One open connection. Every statement outside `transaction` is a transaction of its own."""

    def __init__(self, path: Path, key: bytes) -> None:
        # Held for a whole transaction, or another thread's statements would become part of it, and be undone with it.
        self._turn = threading.RLock()
        with _errors():
            # A window reads while a sync goes on in another thread; `_turn` keeps them apart.
            self._connection = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
            for line in _SETTINGS:
                self._connection.execute(line)
            said = f"PRAGMA key = \"x'{key.hex()}'\""
            self._connection.execute(said)
            wipe(said)
        with _errors():
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            for line in _AFTER_KEY:
                self._connection.execute(line)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._turn, _errors():
            return list(self._connection.execute(query, values).fetchall())

    def row(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        with self._turn, _errors():
            found: tuple[Any, ...] | None = self._connection.execute(query, values).fetchone()
            return found

    def value(self, query: str, *values: object) -> Any:
        """The first column of the first row, or None."""
        found = self.row(query, *values)
        return None if found is None else found[0]

    def run(self, statement: str, *values: object) -> int:
        """Changes something; gives the number of rows changed."""
        with self._turn, _errors():
            return int(self._connection.execute(statement, values).rowcount)

    def insert(self, statement: str, *values: object) -> int:
        """Adds a row; gives its number."""
        with self._turn, _errors():
            return int(self._connection.execute(statement, values).lastrowid)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Within another transaction it is part of that one."""
        with self._turn:
            if self._connection.in_transaction:
                yield
                return
            self.run("BEGIN IMMEDIATE")
            try:
                yield
                self.run("COMMIT")
            except BaseException:
                # A full disk may have rolled back by itself already.
                if self._connection.in_transaction:
                    self.run("ROLLBACK")
                raise

    def check(self) -> None:
        """Reads every page; `damaged` when one does not authenticate."""
        if self.rows("PRAGMA cipher_integrity_check"):
            raise GuardianError("damaged", "database")

    def close(self) -> None:
        """Closes the connection and forgets the key."""
        with self._turn:
            self._connection.close()


def migrate(database: Database, steps: Sequence[Sequence[str]] = STEPS) -> None:
    """Brings the tables to this program's version, each step whole or not at all; `newer` for those of a later one."""
    at = int(database.value("PRAGMA user_version"))
    if at > len(steps):
        raise GuardianError("newer")
    if at == len(steps):
        return
    # A step may build a table anew and rename it; with these on, dropping the old one would erase what points to it.
    database.run("PRAGMA foreign_keys = OFF")
    try:
        for number, step in enumerate(steps[at:], at + 1):
            with database.transaction():
                for line in step:
                    database.run(line)
                if database.rows("PRAGMA foreign_key_check"):
                    raise GuardianError("damaged", "database")
                database.run(f"PRAGMA user_version = {number}")
    finally:
        database.run("PRAGMA foreign_keys = ON")


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except sqlite.IntegrityError:
        raise
    except sqlite.Error as error:
        number = getattr(error, "sqlite_errorcode", 0) & 0xFF
        code = _CODES.get(number)
        if code is None and number not in (sqlite.SQLITE_NOTADB, sqlite.SQLITE_CORRUPT):
            raise
        raise GuardianError(code or "damaged", getattr(error, "sqlite_errorname", "") if code else "database") from None
