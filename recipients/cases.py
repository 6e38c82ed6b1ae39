"""Threads and messages as a guardian reads them. What people wrote comes out as it was: a face makes it harmless."""

from dataclasses import dataclass, field
from typing import Any

from crypto import message
from recipients.casework import book, summary
from recipients.casework.parts import of as parts_of
from recipients.errors import GuardianError
from recipients.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Thread:
    """One thread: its number here, its id (16 bytes), counts, and the days of the first and the last message."""

    number: int
    id: bytes
    first_day: int
    last_day: int
    messages: int
    partial: int
    refused: int
    unread: int
    status: str | None
    answer_due: bool
    next_day: int | None
    next_what: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A message from the reporter. `content` is None when nothing of it can be read; `have` are the parts that came."""

    id: bytes
    day: int
    state: str
    code: str | None
    parts: int
    have: tuple[int, ...]
    content: message.Message | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A reply of ours: its number in the outgoing queue, when it was written, its text, and whether it was answered."""

    number: int
    day: int
    text: str = field(repr=False)
    status: str | None
    next_day: int | None
    next_what: str | None = field(repr=False)
    answered: bool


def find(vault: Vault, name: str) -> Thread:
    """The thread of the case that a person names (see `book.find`); `thread` if there is none, `spoken` without one."""
    found = book.find(vault, name)
    row = vault.database.row("SELECT id, day FROM thread WHERE id = ?", book.thread_of(found))
    if row is None:
        raise GuardianError("thread")
    return _thread(vault, found.number, *row)


def threads(vault: Vault) -> list[Thread]:
    """All threads, the one with the newest message first."""
    book.settle(vault)
    rows = vault.database.rows(
        "SELECT casefile.number, thread.id, thread.day FROM thread JOIN casefile ON casefile.thread = thread.id "
        "WHERE role != 'leaving'"
    )
    return sorted((_thread(vault, *row) for row in rows), key=lambda one: (-one.last_day, -one.number))


def incoming(vault: Vault, thread_id: bytes) -> list[Incoming]:
    """The reporter's messages, in order of arrival."""
    query = "SELECT id, message, day, state, code, parts FROM message WHERE thread = ? ORDER BY id"
    return [_incoming(vault, *row) for row in vault.database.rows(query, thread_id)]


def sent(vault: Vault, thread_id: bytes) -> list[Sent]:
    """Our replies, oldest first."""
    query = (
        "SELECT id, day, payload, answered FROM outgoing WHERE thread = ? AND kind = 1 AND payload != x'' ORDER BY id"
    )
    return [_sent(*row) for row in vault.database.rows(query, thread_id)]


def mark_read(vault: Vault, thread_id: bytes, day: int) -> None:
    """Notes that a person has seen what is in a thread now."""
    vault.database.run("UPDATE message SET read = ? WHERE thread = ? AND read IS NULL", day, thread_id)


def refused_cells(vault: Vault) -> list[tuple[str, int]]:
    """Codes, with counts, of cells that were for this guardian and could not be accepted."""
    query = "SELECT code, count(*) FROM refused GROUP BY code ORDER BY code"
    return [(code, count) for code, count in vault.database.rows(query)]


def _thread(vault: Vault, number: int, thread_id: bytes, day: int) -> Thread:
    states = vault.database.rows("SELECT state, day, read IS NULL FROM message WHERE thread = ? ORDER BY id", thread_id)
    replies = sent(vault, thread_id)
    statuses = [one.status for one in replies if one.status]
    promised = [one for one in replies if one.next_day is not None]
    return Thread(
        number=number,
        id=thread_id,
        first_day=day,
        last_day=max((one[1] for one in states), default=day),
        messages=len(states),
        partial=sum(state in ("partial", "conflict") for state, _, _ in states),
        refused=sum(state == "refused" for state, _, _ in states),
        unread=sum(unread for _, _, unread in states),
        status=statuses[-1] if statuses else None,
        answer_due=summary.answer_due(vault, thread_id),
        next_day=promised[-1].next_day if promised else None,
        next_what=promised[-1].next_what if promised else None,
    )


def _incoming(
    vault: Vault, number: int, message_id: bytes, day: int, state: str, code: str | None, parts: int
) -> Incoming:
    payloads = parts_of(vault, number)
    content = None
    if state in ("whole", "partial") and 0 in payloads:
        content = message.read(payloads, parts)
    return Incoming(
        id=message_id,
        day=day,
        state=state,
        code=code,
        parts=parts,
        have=tuple(sorted(payloads)),
        content=content,
    )


def _sent(number: int, day: int, payload: bytes, answered: int | None) -> Sent:
    document: dict[str, Any] = summary.document(payload)
    promised = document.get("next") or {}
    return Sent(
        number=number,
        day=day,
        text=document["text"],
        status=document.get("status"),
        next_day=promised.get("day"),
        next_what=promised.get("what"),
        answered=bool(answered),
    )
