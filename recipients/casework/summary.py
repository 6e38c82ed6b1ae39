"""What lists show of a case, worked out from its messages, its replies and its log.

Answers that the reporter picked count until a guardian has said something else: danger now is urgent, a hunt for the
person is marked, the subject suggests a category.
"""

from dataclasses import dataclass, field
from typing import Any

from crypto import message
from crypto.encoding import b64, load
from crypto.errors import CandourError
from recipients.casework import clocks, keys, parts, taxonomy
from recipients.casework.facts import Facts, fold
from recipients.casework.log import lines
from recipients.vault import Vault

_PAYLOAD = 31_504


@dataclass(kw_only=True)
class _Told:
    """What the messages of a thread say."""

    last_day: int = 0
    categories: tuple[str, ...] = ()
    flags: set[str] = field(default_factory=set)
    danger: bool = False


def refresh(vault: Vault, case: bytes) -> None:
    """Works out anew what lists show of a case (id, 16 bytes)."""
    row = vault.database.row("SELECT thread, opened, touched, role FROM casefile WHERE id = ?", case)
    if row is None:
        return
    if not keys.alive(vault, case):
        _set(vault, case, state="erased", categories=",", flags=",", due=None, due_what=None, unread=0, answer_due=0)
        return
    thread, opened, touched, role = row
    facts = fold(lines(vault, case))
    told = _told(vault, thread) if thread is not None else _Told()
    if thread is not None:
        _count_replies(vault, thread, facts)
        _set(vault, case, **_counts(vault, thread, role))
    due = next(iter(clocks.deadlines(opened, facts)), None) if role in ("ours", "copy") else None
    urgency = facts.urgency or ("now" if told.danger else "normal")
    _set(
        vault,
        case,
        state=facts.state or "received",
        urgency=urgency,
        categories=_joined(facts.categories if facts.categories is not None else told.categories),
        flags=_joined(sorted(_flags(facts, told))),
        touched=max(touched, told.last_day),
        acknowledged=facts.acknowledged,
        informed=facts.informed,
        concluded=facts.concluded,
        due=due and due.day,
        due_what=due and due.what,
    )


def contents(vault: Vault, thread: bytes) -> list[message.Message]:
    """The messages of a thread of which something can be read, in order of arrival."""
    query = "SELECT id, parts FROM message WHERE thread = ? AND state IN ('partial', 'whole') ORDER BY id"
    found = []
    for number, total in vault.database.rows(query, thread):
        payloads = parts.of(vault, number)
        if 0 in payloads:
            found.append(message.read(payloads, total))
    return found


def _told(vault: Vault, thread: bytes) -> _Told:
    last = vault.database.value("SELECT max(day) FROM message WHERE thread = ?", thread)
    told = _Told(last_day=last or 0)
    for one in contents(vault, thread):
        choices = one.head.choices or {}
        told.categories = taxonomy.suggested(choices) or told.categories
        told.danger = told.danger or choices.get("danger") == "yes"
        if choices.get("hunt") in ("yes", "maybe"):
            told.flags.add("hunt")
        if one.head.type == "withdraw":
            told.flags.add("withdrawn")
        if one.head.exclude:
            told.flags.add("excludes")
    return told


def _flags(facts: Facts, told: _Told) -> set[str]:
    flags = set(told.flags) | ({"danger"} if told.danger else set())
    if facts.hunt is not None:
        flags = flags - {"hunt"} | ({"hunt"} if facts.hunt else set())
    return flags | ({"hold"} if facts.held else set())


def _counts(vault: Vault, thread: bytes, role: str) -> dict[str, object]:
    query = (
        "SELECT count(*), sum(state IN ('partial', 'conflict')), sum(state = 'refused'), sum(read IS NULL) "
        "FROM message WHERE thread = ?"
    )
    total, partial, refused, unread = vault.database.row(query, thread) or (0, 0, 0, 0)
    return {
        "messages": total,
        "partial": partial or 0,
        "refused": refused or 0,
        "unread": unread or 0,
        "answer_due": int(role == "ours" and answer_due(vault, thread)),
    }


def answer_due(vault: Vault, thread: bytes) -> bool:
    """Whether the newest message came after our last reply, which says which messages it answers."""
    newest = vault.database.value("SELECT message FROM message WHERE thread = ? ORDER BY id DESC", thread)
    last = vault.database.value(
        "SELECT payload FROM outgoing WHERE thread = ? AND kind = 1 AND payload != x'' ORDER BY id DESC", thread
    )
    return newest is not None and (not last or b64(newest) not in document(last).get("answers", ()))


def document(payload: bytes) -> dict[str, Any]:
    """A signed reply as it was written."""
    found = load(payload[64:], _PAYLOAD)
    if not isinstance(found, dict):
        raise CandourError("malformed", "reply")
    return found


def _count_replies(vault: Vault, thread: bytes, facts: Facts) -> None:
    """Replies from before there was a log count as well."""
    rows = vault.database.rows("SELECT day, payload FROM outgoing WHERE thread = ? AND kind = 1 ORDER BY id", thread)
    for day, payload in rows:
        said = document(payload) if payload else {}
        facts.acknowledged = day if facts.acknowledged is None else min(facts.acknowledged, day)
        if said.get("status") in ("addressed", "concluded"):
            facts.informed = day if facts.informed is None else min(facts.informed, day)
        facts.state = facts.state or said.get("status")


def _joined(names: object) -> str:
    return "".join(f",{name}" for name in names) + ","  # type: ignore[attr-defined]


def _set(vault: Vault, case: bytes, **values: object) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    vault.database.run(f"UPDATE casefile SET stale = 0, {columns} WHERE id = ?", *values.values(), case)  # noqa: S608
