"""Bundles on their way to other guardians: queued, sealed into report cells, sent, repeated until they have arrived.

    queued --all parts in posted periods--> sent --the other says so--> acked
                                              \\---30 days of silence---> queued again, at most six times

Every board period, after the board post, the same number of report cells goes out as a visitor would send them: real
ones as far as there are some, cover for the rest (`COUNT`). What the portal and the line see is the same every time.

A vault without a network gives its courier whole sets of such cells, as many whether there is something to say or not
(`sets`). Which of them were posted it hears from the courier (`mark_carried`); parts in the others go into new sets.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from crypto import between, cell
from crypto.between import Bundle
from crypto.errors import CandourError
from crypto.guardians import Directory
from recipients import keys as people
from recipients import membership
from recipients.errors import GuardianError
from recipients.vault import Vault

COUNT = between.CELLS
REPEAT_DAYS = 30
_SET_DAYS = 60
_TURNS = 6
_ROOM = between.MAX_JSON - 2_000
_ENTRIES = 64
_PARTS = 8


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A part that waits to be sent to `g`."""

    bundle: int
    g: bytes
    message: bytes
    part: int
    parts: int
    turn: int


def queue(vault: Vault, bundle: Bundle, *, quiet: bool = False) -> int:
    """Signs a bundle and keeps it for the next syncs, in as many pieces as it takes; gives how many.

    `bundle.g`, `day` and `organisation` are filled in by `start`. A `quiet` one needs no answer that it has arrived.
    """
    person, pieces = people.load(vault), list(_pieces(bundle))
    for one in pieces:
        payload = between.sign(one, person.identity_seed)
        insert = "INSERT INTO bundle_out (g, id, message, payload, parts, day, quiet) VALUES (?, ?, ?, ?, ?, ?, ?)"
        values = (one.to, one.case, secrets.token_bytes(16), payload, len(between.cut(payload)), one.day, int(quiet))
        vault.database.insert(insert, *values)
    return len(pieces)


def start(vault: Vault, to: bytes, what: str, today: int, case: bytes | None = None) -> Bundle:
    """An empty bundle to another guardian."""
    g, organisation = vault.required("g", "keys"), membership.organisation(vault)
    return Bundle(organisation=organisation, g=g, to=to, day=today, what=what, case=case)


def waiting(vault: Vault, today: int, start: int = -1) -> list[Waiting]:
    """The parts that wait, oldest bundle first; those of which no answer came begin again after 30 days.

    Parts of a post that was not taken whole wait again, except for the one for `start`.
    """
    _repeat(vault, today)
    rows = vault.database.rows("SELECT number, g, message, parts, turn FROM bundle_out WHERE acked = 0 ORDER BY number")
    return [one for row in rows for one in _left(vault, row, start)]


def seal(vault: Vault, start: int, directory: Directory, today: int) -> list[bytes]:
    """The report cells of the board period that starts at `start`: those stored already, or new ones, stored first."""
    stored = vault.database.row("SELECT cells FROM cell_post WHERE start = ?", start)
    if stored is not None:
        return _split(stored[0])
    with vault.database.transaction():
        cells = _fill(vault, iter(waiting(vault, today, start)), start, directory, today)
        vault.database.run("INSERT INTO cell_post VALUES (?, ?, 'sealed')", start, b"".join(cells))
    return cells


def sets(vault: Vault, directory: Directory, today: int, count: int) -> list[tuple[int, bytes]]:
    """`count` new sets for a courier, each a number and `COUNT` cells joined; they take the place of all earlier ones.

    Sealed to keys that last for months: nobody knows on which day a stick arrives.
    """
    with vault.database.transaction():
        # Of a set that nobody posted within the time, nothing need be known any more.
        old = "SELECT post FROM bundle_sent WHERE post < 0 AND day >= ?"
        vault.database.run(f"DELETE FROM cell_post WHERE start < 0 AND start NOT IN ({old})", today - _SET_DAYS)  # noqa: S608
        left = iter(waiting(vault, today))
        return [_set(vault, left, directory, today) for _ in range(count)]


def mark_carried(vault: Vault, numbers: Iterable[int]) -> None:
    """A courier says that the portal has taken these sets whole."""
    for number in numbers:
        vault.database.run("UPDATE cell_post SET state = 'posted' WHERE start = ?", -number)


def withdraw(vault: Vault, case: bytes, g: bytes) -> None:
    """Nothing more about a case leaves for `g`, not even what waits already, or would be repeated."""
    vault.database.run("DELETE FROM bundle_out WHERE id = ? AND g = ?", case, g)


def posted(vault: Vault, start: int) -> bool:
    """Whether the cells of a period have all been taken."""
    return bool(vault.database.value("SELECT state = 'posted' FROM cell_post WHERE start = ?", start))


def mark_posted(vault: Vault, start: int) -> None:
    """The portal has taken all cells of a period; what older ones held is not needed any more."""
    with vault.database.transaction():
        vault.database.run("UPDATE cell_post SET state = 'posted', cells = x'' WHERE start = ?", start)
        # Not those that tell which parts of a bundle have left: without them all of it would leave anew.
        known = "SELECT post FROM bundle_sent"
        query = f"DELETE FROM cell_post WHERE start BETWEEN 0 AND ? AND state = 'posted' AND start NOT IN ({known})"  # noqa: S608
        vault.database.run(query, start - 90 * 86_400)


def acked(vault: Vault, g: bytes, messages: Sequence[bytes]) -> None:
    """The guardian `g` has these bundles; only bundles that went there are ticked off."""
    for one in messages:
        vault.database.run("DELETE FROM bundle_out WHERE message = ? AND g = ?", one, g)


def pending(vault: Vault, case: bytes, g: bytes | None = None) -> int:
    """How many bundles about a case have not been answered yet (to `g`, if given)."""
    query = "SELECT count(*) FROM bundle_out WHERE id = ? AND quiet = 0 AND (? IS NULL OR g = ?)"
    return int(vault.database.value(query, case, g, g))


def _pieces(bundle: Bundle) -> Iterator[Bundle]:
    """Cut so that each has room in 16 cells; all say what they belong to."""
    entries, parts = list(bundle.entries), list(bundle.parts)
    first = True
    while first or entries or parts:
        first = False
        taken = min(between.fit(parts, _ROOM), _PARTS)
        room = _ROOM - sum(len(one["payload"]) * 4 // 3 + 200 for one in parts[:taken])
        count = min(between.fit(entries, room), _ENTRIES)
        if not taken and not count and (entries or parts):
            raise GuardianError("long", "entry")
        yield replace(bundle, entries=tuple(entries[:count]), parts=tuple(parts[:taken]))
        entries, parts = entries[count:], parts[taken:]


def _left(vault: Vault, row: tuple[int, bytes, bytes, int, int], start: int) -> list[Waiting]:
    number, g, message, parts, turn = row
    query = (
        "SELECT part FROM bundle_sent JOIN cell_post ON cell_post.start = post WHERE bundle = ? AND turn = ? "
        "AND (state = 'posted' OR post = ?)"
    )
    sent = {part for (part,) in vault.database.rows(query, number, turn, start)}
    return [
        Waiting(bundle=number, g=g, message=message, part=part, parts=parts, turn=turn)
        for part in range(parts)
        if part not in sent
    ]


def _repeat(vault: Vault, today: int) -> None:
    rows = vault.database.rows("SELECT number, parts, turn, quiet FROM bundle_out WHERE acked = 0")
    for number, parts, turn, quiet in rows:
        query = (
            "SELECT count(DISTINCT part), max(day) FROM bundle_sent JOIN cell_post ON cell_post.start = post "
            "WHERE bundle = ? AND turn = ? AND state = 'posted'"
        )
        count, last = vault.database.row(query, number, turn) or (0, None)
        if count < parts or last is None:
            continue
        if quiet and last + 1 < today:
            vault.database.run("DELETE FROM bundle_out WHERE number = ?", number)
        elif last + REPEAT_DAYS <= today and turn < _TURNS:
            vault.database.run("UPDATE bundle_out SET turn = turn + 1 WHERE number = ?", number)


def _set(vault: Vault, left: Iterator[Waiting], directory: Directory, today: int) -> tuple[int, bytes]:
    # At random: a vault brought back from a backup must not give a number a second time. Negative in the database,
    # where the other posts have the start of their period.
    number = 2**40 + secrets.randbelow(2**53 - 2**40)
    vault.database.run("INSERT INTO cell_post VALUES (?, x'', 'sealed')", -number)
    return number, b"".join(_fill(vault, left, -number, directory, today))


def _fill(vault: Vault, left: Iterator[Waiting], post: int, directory: Directory, today: int) -> list[bytes]:
    """The next parts that can be sealed, and cover for the rest, in no order that tells one from the other."""
    cells: list[bytes] = []
    while len(cells) < COUNT and (one := next(left, None)) is not None:
        sealed = _seal(vault, one, directory, today, lasting=post < 0)
        if sealed is not None:
            cells.append(sealed)
            insert = "INSERT INTO bundle_sent VALUES (?, ?, ?, ?, ?)"
            vault.database.run(insert, one.bundle, one.part, one.turn, post, today)
    cells += [cell.cover(directory.organisation) for _ in range(COUNT - len(cells))]
    secrets.SystemRandom().shuffle(cells)
    return cells


def _seal(vault: Vault, one: Waiting, directory: Directory, today: int, *, lasting: bool) -> bytes | None:
    payload: bytes = vault.database.value("SELECT payload FROM bundle_out WHERE number = ?", one.bundle)
    try:
        public = directory.lasting_key(one.g, today) if lasting else directory.key_for(one.g, today)[0]
    except CandourError:
        # They cannot be written to today; their bundle waits.
        return None
    return cell.seal(between.plaintexts(one.message, payload)[one.part], public, directory.organisation)


def _split(joined: bytes) -> list[bytes]:
    return [joined[at : at + cell.CELL] for at in range(0, len(joined), cell.CELL)]
