"""The tables of `vault.db`, as numbered steps in `steps/`: `0001_first.sql`, `0002_chunks.sql`, and so on.

A vault remembers how many steps it has taken (`PRAGMA user_version`). A step that was released is never changed; a new
one is added under the next number, with a sample of a vault of that version in `tests/recipients/vaults/`.

Numbers of days and seconds as in PROTOCOL section 1. Blobs are bytes as they travel. States:

    day_key    held -> erased | lost
    message    partial -> whole | refused | conflict
    post       sealed -> posted | missed
    outgoing   (none: what is left to do follows from `sealing`, `answered` and days)

>>> STEPS[0][0]
'CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;'
"""

import re
import sqlite3
from collections.abc import Iterable
from importlib.resources import files

_NAME = re.compile(r"([0-9]{4})_[a-z0-9_]+\.sql")


def statements_of(text: str) -> tuple[str, ...]:
    """The statements of an SQL file, each with its semicolon; comments in front of a statement stay with the file."""
    found, current = [], ""
    for line in text.splitlines():
        if not current and (not line.strip() or line.startswith("--")):
            continue
        current += line if not current else f"\n{line}"
        # Known by SQLite itself: a trigger has semicolons inside.
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    if current:
        raise ValueError("the last statement of a step has no end")
    return tuple(found)


def numbered(names: Iterable[str]) -> list[str]:
    """The names in the order of their numbers, which must run from 1 without a gap or a double."""
    found = {}
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None or int(match[1]) in found:
            raise ValueError(f"not the name of a step, or its number is taken: {name}")
        found[int(match[1])] = name
    if sorted(found) != list(range(1, len(found) + 1)):
        raise ValueError(f"a step is missing among {sorted(found)}")
    return [found[number] for number in sorted(found)]


def _read() -> tuple[tuple[str, ...], ...]:
    folder = files("recipients.vault").joinpath("steps")
    names = numbered(one.name for one in folder.iterdir() if one.name.endswith(".sql"))
    return tuple(statements_of(folder.joinpath(name).read_text("utf-8")) for name in names)


STEPS = _read()
