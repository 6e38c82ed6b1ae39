"""A vault of every earlier version is brought to this one with all that was in it, whole or not at all."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recipients.errors import GuardianError
from recipients.vault import create, open_vault
from recipients.vault.database import Database, migrate
from recipients.vault.schema import STEPS, numbered, statements_of

KEY = bytes(32)
Content = dict[str, list[dict[str, Any]]]
SAMPLES = Path(__file__).parent / "vaults"
FOLDER = Path(__file__).parents[2] / "recipients" / "vault" / "steps"

# What was released is never changed: a vault somewhere has taken that step. A new step gets its line with its release.
RELEASED = {
    "0001_first.sql": "a26ff0d6a812b1741d53bee23ded748e69d82cfbb40faff3af4b383f335a5aad",
    "0002_chunks.sql": "52dde44dbd979b0b80f5e6904d19cc636a3ddb0182c4803fb55f2309a6d9e07a",
}


def at_version(path: Path, version: int) -> Database:
    """A database as a program of that version left it, with its sample in it."""
    database = Database(path, KEY)
    migrate(database, STEPS[:version])
    for line in statements_of((SAMPLES / f"{version:04d}.sql").read_text("utf-8")):
        database.run(line)
    return database


def content(database: Database) -> Content:
    """Every row of every table."""
    tables = [name for (name,) in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {table: [one[1] for one in database.rows(f"PRAGMA table_info({table})")] for table in tables}
    return {
        table: [dict(zip(columns[table], row, strict=True)) for row in database.rows(f"SELECT * FROM {table}")]
        for table in tables
    }


def old_part(after: Content, before: Content) -> Content:
    """What is in `after` of the tables and columns that `before` has."""
    columns = {table: list(rows[0]) if rows else [] for table, rows in before.items()}
    return {table: [{name: row[name] for name in columns[table]} for row in after[table]] for table in before}


def schema(database: Database) -> list[tuple[Any, ...]]:
    """What tables, columns, keys and indexes there are."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
    return database.rows(query)


@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
def test_a_vault_of_every_version_becomes_one_of_this(tmp_path: Path, version: int):
    database = at_version(tmp_path / "old.db", version)
    before = content(database)
    assert min(map(len, before.values())) > 0 or version > 1
    migrate(database)
    after = content(database)
    assert old_part(after, before) == before
    database.check()
    assert database.rows("PRAGMA foreign_key_check") == []
    assert database.value("PRAGMA foreign_keys") == 1
    fresh = Database(tmp_path / "new.db", KEY)
    migrate(fresh)
    assert schema(database) == schema(fresh)
    assert database.value("PRAGMA user_version") == fresh.value("PRAGMA user_version") == len(STEPS)


@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
def test_the_sample_of_a_version_fills_the_tables_that_it_added(tmp_path: Path, version: int):
    text = "\n".join(STEPS[version - 1])
    added = re.findall(r"CREATE TABLE (\w+)", text)
    filled = content(at_version(tmp_path / "old.db", version))
    assert [table for table in added if not filled[table]] == []


def test_a_step_that_was_released_is_what_it_was():
    found = {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in RELEASED}
    assert found == RELEASED


BAD = {
    "a fault in the second line": ("CREATE TABLE extra (x) STRICT;", "CREATE TABLE thread (x);"),
    "a row that points nowhere": ("DELETE FROM thread;",),
}


@pytest.mark.parametrize("step", BAD.values(), ids=BAD.keys())
def test_a_step_that_fails_changes_nothing(tmp_path: Path, step: tuple[str, ...]):
    database = at_version(tmp_path / "old.db", 1)
    before = content(database)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whichever: nothing may have changed
        migrate(database, [*STEPS[:1], step])
    assert content(database) == before
    assert database.value("PRAGMA user_version") == 1
    assert database.value("PRAGMA foreign_keys") == 1
    migrate(database)
    assert database.value("PRAGMA user_version") == len(STEPS)


class Killed(BaseException):
    """The process ends here."""


def dying(after: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Lets so many changes happen and no more, not even a rollback."""
    count, original = 0, Database.run

    def run(self: Database, statement: str, *values: object) -> int:
        nonlocal count
        count += 1
        if count > after:
            raise Killed
        return original(self, statement, *values)

    monkeypatch.setattr(Database, "run", run)
    return lambda: count


def test_killed_between_any_two_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    database = at_version(tmp_path / "old.db", 1)
    before = content(database)
    database.close()
    sound = (tmp_path / "old.db").read_bytes()
    for after in range(200):
        (tmp_path / "old.db").write_bytes(sound)
        database = Database(tmp_path / "old.db", KEY)
        with monkeypatch.context() as patch:
            dying(after, patch)
            try:
                migrate(database)
            except Killed:
                database.close()
            else:
                assert after > 4
                return
        again = Database(tmp_path / "old.db", KEY)
        migrate(again)
        assert old_part(content(again), before) == before
        again.close()
    raise AssertionError("the migration has more changes than were tried")


def test_tables_may_be_built_anew(tmp_path: Path):
    database = at_version(tmp_path / "old.db", 1)
    before = content(database)
    step = statements_of(
        "CREATE TABLE thread_new (number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, "
        "secret BLOB NOT NULL UNIQUE, day INTEGER NOT NULL) STRICT;\n"
        "INSERT INTO thread_new SELECT * FROM thread;\nDROP TABLE thread;\nALTER TABLE thread_new RENAME TO thread;"
    )
    migrate(database, [*STEPS[:1], step])
    assert content(database)["thread"] == before["thread"]
    assert content(database)["message"] == before["message"]


def test_the_vault_opens_over_an_earlier_version(tmp_path: Path, cheap_passphrases: None, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("recipients.vault.opening.migrate", lambda database: migrate(database, STEPS[:1]))
        create(tmp_path / "vault", "correct horse battery")
    with open_vault(tmp_path / "vault", "correct horse battery") as vault:
        assert vault.database.value("PRAGMA user_version") == len(STEPS)


def test_a_later_version_is_left_alone(tmp_path: Path):
    database = at_version(tmp_path / "old.db", 2)
    with pytest.raises(GuardianError) as caught:
        migrate(database, STEPS[:1])
    assert caught.value.code == "newer"


@pytest.mark.parametrize(
    "names", [["0002_b.sql"], ["0001_a.sql", "0001_b.sql"], ["0001_a.sql", "0003_c.sql"], ["a.sql"]]
)
def test_numbers_have_no_gap_and_no_double(names: list[str]):
    with pytest.raises(ValueError, match="step"):
        numbered(names)


def test_statements_are_told_apart():
    text = "-- why\nCREATE TABLE a (\n    -- ; in a comment\n    x TEXT CHECK (x != ';')\n);\n\nDROP TABLE a;\n"
    assert [one.split()[0] for one in statements_of(text)] == ["CREATE", "DROP"]
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n"
    assert len(statements_of(trigger)) == 1
    with pytest.raises(ValueError, match="no end"):
        statements_of("DROP TABLE a")
