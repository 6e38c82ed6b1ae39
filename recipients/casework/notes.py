"""Private notes and drafts: a guardian's own, sealed with the case, never copied to anyone, not part of the log.

A note or a draft that is deleted can be brought back for 30 days (`undelete`, `recover`); then `sweep` erases it.
"""

from dataclasses import dataclass, field
from typing import Any

from crypto.encoding import dump, load, text, utf8
from recipients.casework import keys
from recipients.errors import GuardianError
from recipients.vault import Vault

KEPT_DAYS = 30
MAX_NOTE = 100_000


@dataclass(frozen=True, kw_only=True)
class Note:
    """A private note; `gone` is the day on which it was deleted."""

    number: int
    day: int
    text: str = field(repr=False)
    gone: int | None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A reply not sent yet. `fields` are the face's own: status, next day and the like, as plain JSON values."""

    day: int
    text: str = field(repr=False)
    fields: dict[str, str] = field(repr=False)


def add(vault: Vault, case: bytes, words: str, today: int) -> int:
    """Writes a private note; gives its number. `empty`, `long` above 100,000 bytes."""
    data = _words(words)
    insert = "INSERT INTO case_note (id, day, body) VALUES (?, ?, ?)"
    return vault.database.insert(insert, case, today, keys.seal(vault, case, data))


def change(vault: Vault, case: bytes, number: int, words: str) -> None:
    """Writes other words in a note's place; `note` when there is none of that number."""
    sealed = keys.seal(vault, case, _words(words))
    _found(vault.database.run("UPDATE case_note SET body = ? WHERE number = ? AND id = ?", sealed, number, case))


def of(vault: Vault, case: bytes, *, deleted: bool = False) -> list[Note]:
    """The private notes of a case, oldest first: those that stand, or those that were deleted."""
    query = "SELECT number, day, body, gone FROM case_note WHERE id = ? AND (gone IS NOT NULL) = ? ORDER BY number"
    rows = vault.database.rows(query, case, int(deleted))
    return [
        Note(number=number, day=day, text=text(keys.open_(vault, case, body)), gone=gone)
        for number, day, body, gone in rows
    ]


def delete(vault: Vault, case: bytes, number: int, today: int) -> None:
    """Deletes a note; `undelete` brings it back for 30 days. `note`."""
    query = "UPDATE case_note SET gone = ? WHERE number = ? AND id = ? AND gone IS NULL"
    _found(vault.database.run(query, today, number, case))


def undelete(vault: Vault, case: bytes, number: int) -> None:
    """Brings a deleted note back; `note`."""
    query = "UPDATE case_note SET gone = NULL WHERE number = ? AND id = ? AND gone IS NOT NULL"
    _found(vault.database.run(query, number, case))


def keep_draft(vault: Vault, case: bytes, words: str, fields: dict[str, str], today: int) -> None:
    """Keeps what has been written of a reply, in the place of an earlier draft; `long`."""
    body = dump({"text": words, "fields": dict(sorted(fields.items()))})
    if len(body) > MAX_NOTE:
        raise GuardianError("long", "note")
    sealed = keys.seal(vault, case, body)
    vault.database.run("INSERT OR REPLACE INTO case_draft VALUES (?, ?, ?, NULL)", case, today, sealed)


def draft(vault: Vault, case: bytes) -> Draft | None:
    """The draft of a case, if there is one."""
    return _draft(vault, case, "gone IS NULL")


def drop_draft(vault: Vault, case: bytes, today: int) -> None:
    """Throws the draft away; `recover` brings it back."""
    vault.database.run("UPDATE case_draft SET gone = ? WHERE id = ? AND gone IS NULL", today, case)


def recover(vault: Vault, case: bytes) -> Draft | None:
    """Brings back the draft that was thrown away or sent last, if nothing newer stands in its place."""
    vault.database.run("UPDATE case_draft SET gone = NULL WHERE id = ?", case)
    return draft(vault, case)


def with_draft(vault: Vault) -> set[bytes]:
    """The ids of the cases that have a draft."""
    return {case for (case,) in vault.database.rows("SELECT id FROM case_draft WHERE gone IS NULL")}


def sweep(vault: Vault, today: int) -> int:
    """Erases what was deleted 30 days ago or more; gives the number of rows."""
    removed = 0
    for query in ("DELETE FROM case_note WHERE gone <= ?", "DELETE FROM case_draft WHERE gone <= ?"):
        removed += vault.database.run(query, today - KEPT_DAYS)
    return removed


def _draft(vault: Vault, case: bytes, which: str) -> Draft | None:
    row = vault.database.row(f"SELECT day, body FROM case_draft WHERE id = ? AND {which}", case)  # noqa: S608
    if row is None:
        return None
    found: Any = load(keys.open_(vault, case, row[1]), MAX_NOTE)
    return Draft(day=row[0], text=found["text"], fields=dict(found["fields"]))


def _words(words: str) -> bytes:
    data = utf8(words)
    if not words.strip():
        raise GuardianError("empty")
    if len(data) > MAX_NOTE:
        raise GuardianError("long", "note")
    return data


def _found(changed: int) -> None:
    if not changed:
        raise GuardianError("note")
