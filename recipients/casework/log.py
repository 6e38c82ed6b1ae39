"""The append-only log of a case: who did what on which day, signed and chained (PROTOCOL section 21).

    >>> append(vault, case, "note", {"text": "Rang the ward"}, today)
    >>> [one.kind for one in entries(vault, case)]
    ['note']

Logs of two guardians on one case are merged by taking all entries of both: the order is by `n`, which grows along every
chain, then by hash, so that both see the same log whatever came first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crypto import entry as wire
from crypto.entry import Entry
from crypto.errors import CandourError
from recipients import keys as people
from recipients import membership
from recipients.casework import keys, kinds
from recipients.errors import GuardianError
from recipients.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as it is read here. `words` is None when they were erased, or did not come along."""

    hash: bytes
    n: int
    g: bytes
    day: int
    kind: str
    words: Mapping[str, Any] | None = field(repr=False)


def append(vault: Vault, case: bytes, kind: str, words: Mapping[str, object], today: int) -> bytes:
    """Adds an entry of our own; gives its hash. `words` must fit the kind (`wrong`); `long`, `erased`."""
    person = people.load(vault)
    checked = kinds.check(kind, words)
    with vault.database.transaction():
        try:
            made = wire.make(
                membership.organisation(vault),
                case=case,
                g=person.g,
                n=1 + int(vault.database.value("SELECT coalesce(max(n), 0) FROM case_entry WHERE id = ?", case)),
                prev=_last(vault, case, person.g),
                day=today,
                kind=kind,
                body=checked,
                identity_seed=person.identity_seed,
            )
        except CandourError as error:
            raise GuardianError("long", "entry") if error.code == "limit" else error from None
        keep(vault, made)
        vault.database.run("UPDATE casefile SET stale = 1, touched = max(touched, ?) WHERE id = ?", today, case)
    return made.hash


def keep(vault: Vault, made: Entry) -> bool:
    """Stores an entry that was checked; True when it is new here, or when its words are."""
    found = vault.database.row("SELECT body FROM case_entry WHERE hash = ?", made.hash)
    if found is not None and (found[0] is not None or made.body is None):
        return False
    body = None if made.body is None else keys.seal(vault, made.case, made.body)
    values = (made.hash, made.case, made.n, made.g, made.day, made.kind, made.document, made.signature, body)
    vault.database.run("INSERT OR REPLACE INTO case_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", *values)
    return True


def entries(vault: Vault, case: bytes) -> list[Entry]:
    """All entries of a case, in the order that is the same for everyone."""
    query = "SELECT document, signature, body FROM case_entry WHERE id = ? ORDER BY n, hash"
    readable = keys.alive(vault, case)
    found = []
    for document, signature, sealed in vault.database.rows(query, case):
        body = keys.open_(vault, case, sealed) if readable and sealed is not None else None
        found.append(wire.read(document, signature, body))
    return found


def lines(vault: Vault, case: bytes) -> list[Line]:
    """The log as it is read: entries whose words do not fit their kind are shown without words."""
    return [_line(one) for one in entries(vault, case)]


def check_chains(log: list[Entry]) -> None:
    """`damaged` unless each guardian's entries are one chain, from the first on, and `n` grows along it."""
    last: dict[bytes, tuple[bytes, int]] = {}
    for one in log:
        before, n = last.get(one.g, (bytes(32), 0))
        if one.prev != before or one.n <= n:
            raise GuardianError("damaged", "log")
        last[one.g] = (one.hash, one.n)


def _last(vault: Vault, case: bytes, g: bytes) -> bytes:
    query = "SELECT hash FROM case_entry WHERE id = ? AND g = ? ORDER BY n DESC LIMIT 1"
    found: bytes | None = vault.database.value(query, case, g)
    return bytes(32) if found is None else found


def _line(one: Entry) -> Line:
    words = None
    if one.body is not None:
        words = kinds.read(one.kind, wire.read_body(one.body))
    return Line(hash=one.hash, n=one.n, g=one.g, day=one.day, kind=one.kind, words=words)
