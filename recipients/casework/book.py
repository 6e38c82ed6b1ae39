"""The list of cases: what each is, which there are, and finding some of them quickly.

    >>> search(vault, Filter(states=("received",), due_by=today))
    [Case(number=3, …), Case(number=1, …)]

There is no search for words across cases, on purpose: nobody hunts for a name here. Words are looked for inside one
case (`inside`). What a list shows is kept beside the case and worked out anew when something came, left or was written.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from recipients.casework import keys, parts, summary
from recipients.casework.facts import Facts, fold
from recipients.casework.log import lines
from recipients.errors import GuardianError
from recipients.vault import Vault

_COLUMNS = (
    "number, id, thread, origin, role, opened, state, urgency, categories, flags, touched, messages, partial, refused, "
    "unread, answer_due, acknowledged, informed, concluded, due, due_what"
)


_NAMES = tuple(_COLUMNS.split(", "))


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case. `number` is what people call it here, `id` (16 bytes) what guardians share; days are UTC days.

    `origin`: portal, telephone, person, email, letter, import, guardian. `role`: ours, copy, asked, handed, leaving.
    `state`: received, assessed, addressed, concluded, erased. `flags`: danger, hunt, hold, withdrawn, excludes.
    `due_what`: acknowledge, inform, promise, action, check-in, with its day in `due`.
    """

    number: int
    id: bytes
    thread: bytes | None
    origin: str
    role: str
    opened: int
    state: str
    urgency: str
    categories: tuple[str, ...]
    flags: tuple[str, ...]
    touched: int
    messages: int
    partial: int
    refused: int
    unread: int
    answer_due: bool
    acknowledged: int | None
    informed: int | None
    concluded: int | None
    due: int | None
    due_what: str | None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which cases: empty means all. Spans are days, both ends included; `due_by`: due on that day or before.

    `order`: `touched` (newest first), `due` (most pressing first) or `number`.
    """

    numbers: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    opened: tuple[int, int] | None = None
    touched: tuple[int, int] | None = None
    due_by: int | None = None
    unread: bool = False
    answer_due: bool = False
    erased: bool = False
    order: str = "touched"
    limit: int = 100_000
    offset: int = 0


_ORDERS = {
    "touched": "touched DESC, number DESC",
    "due": "due IS NULL, due, number",
    "number": "number",
}


def search(vault: Vault, wanted: Filter | None = None) -> list[Case]:
    """The cases that fit, in the order asked for; `wrong` for an order that there is not."""
    wanted = wanted or Filter()
    if wanted.order not in _ORDERS:
        raise GuardianError("wrong", "order")
    settle(vault)
    where, values = _conditions(wanted)
    query = f"SELECT {_COLUMNS} FROM casefile WHERE {where} ORDER BY {_ORDERS[wanted.order]} LIMIT ? OFFSET ?"  # noqa: S608 - constants only
    return [_case(row) for row in vault.database.rows(query, *values, wanted.limit, wanted.offset)]


def find(vault: Vault, name: str) -> Case:
    """The case that a person names by its number, or by 6 or more hex digits of its or its thread's id; `thread`."""
    name = name.strip().lower().removeprefix("#")
    settle(vault)
    if name.isascii() and name.isdecimal() and len(name) < 18:
        rows = vault.database.rows(f"SELECT {_COLUMNS} FROM casefile WHERE number = ?", int(name))  # noqa: S608
        if rows:
            return _shown(_case(rows[0]))
    if 6 <= len(name) <= 32 and all(character in "0123456789abcdef" for character in name):
        query = f"SELECT {_COLUMNS} FROM casefile WHERE lower(hex(id)) GLOB ? OR lower(hex(thread)) GLOB ?"  # noqa: S608
        rows = vault.database.rows(query, f"{name}*", f"{name}*")
        if len(rows) == 1:
            return _shown(_case(rows[0]))
    raise GuardianError("thread")


def case(vault: Vault, case_id: bytes) -> Case:
    """A case by its id, as it is now; `thread` when there is none."""
    found = any_case(vault, case_id)
    if found is None:
        raise GuardianError("thread")
    return _shown(found)


def any_case(vault: Vault, case_id: bytes) -> Case | None:
    """A case by its id, also one that is hidden here; None when there is none."""
    settle(vault)
    row = vault.database.row(f"SELECT {_COLUMNS} FROM casefile WHERE id = ?", case_id)  # noqa: S608
    return None if row is None else _case(row)


def facts(vault: Vault, case_id: bytes) -> Facts:
    """What the log of a case adds up to."""
    return fold(lines(vault, case_id))


def due(vault: Vault, today: int) -> list[Case]:
    """What is due today or late, the most pressing first."""
    urgent = search(vault, Filter(due_by=today, order="due"))
    return sorted(urgent, key=lambda one: (("now", "soon", "normal").index(one.urgency), one.due or 0, one.number))


def counts(vault: Vault, today: int) -> dict[str, int]:
    """How many cases are open, due, unread and waiting for an answer: for a line above the list."""
    settle(vault)
    query = (
        "SELECT count(*), coalesce(sum(due <= ?), 0), coalesce(sum(unread > 0), 0), coalesce(sum(answer_due), 0) "
        "FROM casefile WHERE role != 'leaving' AND state NOT IN ('erased', 'concluded')"
    )
    row = vault.database.row(query, today) or (0, 0, 0, 0)
    return dict(zip(("open", "due", "unread", "answer_due"), map(int, row), strict=True))


def settle(vault: Vault) -> None:
    """Gives every thread its case, and works out anew what changed. At once when nothing did."""
    adopt(vault)
    stale = vault.database.rows("SELECT id FROM casefile WHERE stale = 1")
    if stale:
        with vault.database.transaction():
            for (case_id,) in stale:
                summary.refresh(vault, case_id)


def adopt(vault: Vault) -> None:
    """Makes cases of threads that came before there were any, and seals what lies in them."""
    query = (
        "SELECT number, id, day FROM thread WHERE NOT EXISTS "
        "(SELECT 1 FROM casefile WHERE casefile.thread = thread.id) ORDER BY number"
    )
    waiting = vault.database.rows(query)
    if not waiting:
        return
    with vault.database.transaction():
        for number, thread, day in waiting:
            first = vault.database.value("SELECT message FROM message WHERE thread = ? ORDER BY id", thread)
            case_id = open_thread(vault, thread, first or secrets.token_bytes(16), day, number)
            parts.seal_all(vault, case_id, thread)


def open_thread(vault: Vault, thread: bytes, first: bytes, day: int, number: int | None = None) -> bytes:
    """The case of a new thread, whose first message has the id `first`; gives its id.

    Every guardian to whom the same message went comes to the same id, so that their logs can be one.
    """
    case_id = id_of(first)
    known = vault.database.value("SELECT role FROM casefile WHERE id = ?", case_id)
    if known in ("copy", "asked"):
        # Another guardian's copy came first; now the reporter's own words are here too.
        vault.database.run("UPDATE casefile SET thread = ?, role = 'ours', stale = 1 WHERE id = ?", thread, case_id)
        return case_id
    if known is not None:
        case_id = secrets.token_bytes(16)
    if number is not None and vault.database.value("SELECT 1 FROM casefile WHERE number = ?", number) is not None:
        number = None
    insert = (
        "INSERT INTO casefile (number, id, thread, origin, role, opened, touched) "
        "VALUES (?, ?, ?, 'portal', 'ours', ?, ?)"
    )
    vault.database.run(insert, number, case_id, thread, day, day)
    keys.make(vault, case_id)
    return case_id


def take_up(vault: Vault, thread: bytes, secret: bytes, day: int) -> None:
    """Gives a thread whose case was erased a new case: the person has written again."""
    gone = vault.database.value("SELECT id FROM casefile WHERE thread = ?", thread)
    if gone is None or keys.alive(vault, gone):
        return
    vault.database.run("UPDATE casefile SET thread = NULL, stale = 1 WHERE thread = ?", thread)
    open_thread(vault, thread, secrets.token_bytes(16), day)
    vault.database.run("UPDATE thread SET secret = ? WHERE id = ?", secret, thread)


def open_by_hand(vault: Vault, origin: str, role: str, day: int, case_id: bytes | None = None) -> bytes:
    """An empty case without a thread; gives its id."""
    case_id = case_id or secrets.token_bytes(16)
    insert = "INSERT INTO casefile (id, origin, role, opened, touched) VALUES (?, ?, ?, ?, ?)"
    vault.database.run(insert, case_id, origin, role, day, day)
    keys.make(vault, case_id)
    return case_id


def id_of(message: bytes) -> bytes:
    """The id of the case that begins with the message of this id (16 bytes)."""
    return hashlib.sha256(b"candour/v1/case" + message).digest()[:16]


def thread_of(one: Case) -> bytes:
    """The thread in which a case is answered; `spoken` when it has none."""
    if one.thread is None:
        raise GuardianError("spoken")
    return one.thread


def _shown(one: Case) -> Case:
    if one.role == "leaving":
        # Whoever said "I should not see this" sees nothing of it from that moment on.
        raise GuardianError("leaving", "leaving")
    return one


def _conditions(wanted: Filter) -> tuple[str, list[object]]:
    conditions, values = ["role != 'leaving'"], list[object]()
    if not wanted.erased:
        conditions.append("state != 'erased'")
    for column, chosen in (
        ("number", wanted.numbers),
        ("state", wanted.states),
        ("urgency", wanted.urgencies),
        ("role", wanted.roles),
        ("origin", wanted.origins),
    ):
        if chosen:
            conditions.append(f"{column} IN ({', '.join('?' * len(chosen))})")
            values += chosen
    for column, names in (("categories", wanted.categories), ("flags", wanted.flags)):
        if names:
            conditions.append("(" + " OR ".join([f"instr({column}, ?)"] * len(names)) + ")")
            values += [f",{name}," for name in names]
    for column, span in (("opened", wanted.opened), ("touched", wanted.touched)):
        if span is not None:
            conditions.append(f"{column} BETWEEN ? AND ?")
            values += span
    if wanted.due_by is not None:
        conditions.append("due <= ?")
        values.append(wanted.due_by)
    conditions += ["unread > 0"] * wanted.unread + ["answer_due"] * wanted.answer_due
    return " AND ".join(conditions), values


def _case(row: tuple[Any, ...]) -> Case:
    fields = dict(zip(_NAMES, row, strict=True))
    for name in ("categories", "flags"):
        fields[name] = tuple(fields[name].strip(",").split(",")) if len(fields[name]) > 1 else ()
    fields["answer_due"] = bool(fields["answer_due"])
    # Not through the constructor of a frozen class, which takes most of the time of a list of 10,000.
    made = object.__new__(Case)
    made.__dict__.update(fields)
    return made
