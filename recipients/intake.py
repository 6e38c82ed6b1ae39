"""From a period's segment to messages: what opens is stored, joined and checked (PROTOCOL sections 6, 7 and 13).

listed --open_period--> opened          in stretches, each in one transaction: all of its parts are kept, or none
partial -> whole | refused | conflict   what each message becomes as its parts arrive
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crypto import between, cell, message, thread
from crypto.errors import CandourError
from crypto.kdf import name
from recipients import daykeys
from recipients.casework import arriving, book, parts
from recipients.errors import GuardianError
from recipients.trying import Opener, Outcome
from recipients.vault import Vault
from recipients.vault.files import disk

DAY = 86_400
# After so many cells what was found is kept: who stops a long sync loses no more than that.
_STRETCH = 4_096


@dataclass(frozen=True, kw_only=True)
class Period:
    """A closed report period as the portal lists it: `digest` (32 bytes) of its `cells` joined; times in seconds."""

    start: int
    length: int
    cells: int
    chunks: int
    digest: bytes

    @property
    def day(self) -> int:
        """The UTC day it belongs to."""
        return self.start // DAY


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom cells are opened: the organisation (32 bytes) and this guardian's g (16 bytes)."""

    organisation: bytes
    g: bytes


def unopened(vault: Vault, listed: Iterable[Period]) -> list[Period]:
    """Those that have not been opened yet, oldest first."""
    done = set(vault.database.rows("SELECT start, digest FROM period"))
    # A portal whose data or clock went back may close the same period again, with other cells in it.
    return sorted((one for one in listed if (one.start, one.digest) not in done), key=lambda one: one.start)


def check_segment(period: Period, path: Path) -> None:
    """`odd` unless a downloaded segment is the one that was listed: size, order of names, digest."""
    digest, last, count = hashlib.sha256(), b"", 0
    with disk(), path.open("rb") as file:
        while data := file.read(cell.CELL):
            digest.update(data)
            # A cell that stands there twice would be tried twice, and out of order the place would tell something.
            if len(data) != cell.CELL or name(data) <= last:
                raise GuardianError("odd", "segment")
            last, count = name(data), count + 1
    if count != period.cells or digest.digest() != period.digest:
        raise GuardianError("odd", "segment")


def open_period(
    vault: Vault, reader: Reader, period: Period, path: Path, opener: Opener, on_cells: Callable[[int], None]
) -> int:
    """Opens a checked segment and keeps what is in it; gives the number of cells that were for this guardian.

    Stopped in between, it goes on from the last stretch that was kept.
    """
    seeds = daykeys.trial_seeds(vault, period.day)
    done, found = _half(vault, period)
    on_cells(done)
    while True:
        end = min(done + _STRETCH, period.cells)
        outcomes = opener.open(path, seeds, reader.organisation, on_cells, (done, end))
        done, found = end, found + len(outcomes)
        with vault.database.transaction():
            _keep(vault, reader, period, path, outcomes)
            _remember_half(vault, period, done, found)
            if done == period.cells:
                _mark(vault, period, found)
                return found


def _keep(vault: Vault, reader: Reader, period: Period, path: Path, outcomes: Sequence[Outcome]) -> None:
    book.adopt(vault)
    touched = {_store(vault, period, _cell_name(path, number), outcome) for number, outcome in outcomes}
    for message_number in touched:
        if message_number is not None:
            _assemble(vault, reader, message_number)


def _half(vault: Vault, period: Period) -> tuple[int, int]:
    """How many cells of a period were tried in an earlier sync, and how many of them were for this guardian."""
    known, value = _sign_of(period), vault.setting("half") or b""
    if not value.startswith(known):
        return 0, 0
    rest = value[len(known) :]
    return int.from_bytes(rest[:4], "big"), int.from_bytes(rest[4:], "big")


def _remember_half(vault: Vault, period: Period, done: int, found: int) -> None:
    whole = done == period.cells
    vault.store("half", b"" if whole else _sign_of(period) + done.to_bytes(4, "big") + found.to_bytes(4, "big"))


def _sign_of(period: Period) -> bytes:
    """By which a period is known: closed again with other cells it is another one."""
    return period.start.to_bytes(8, "big") + period.digest


def pass_empty(vault: Vault, periods: Iterable[Period]) -> None:
    """Marks periods without cells as opened, all at once."""
    with vault.database.transaction():
        for period in periods:
            if not period.cells:
                _mark(vault, period, 0)


def _mark(vault: Vault, period: Period, found: int) -> None:
    insert = "INSERT OR REPLACE INTO period (start, length, cells, digest, found) VALUES (?, ?, ?, ?, ?)"
    vault.database.run(insert, period.start, period.length, period.cells, period.digest, found)


def opened_through(vault: Vault, listed: Iterable[Period], today: int) -> int:
    """The last day of which every period has been opened; -1 when none is known.

    Periods close in order: one that ended later says that all before it are listed. What the portal says of days to
    come is not believed, or it could have keys erased before their time.
    """
    listed = list(listed)
    waiting = unopened(vault, listed)
    complete = max((one.start + one.length for one in listed), default=0) // DAY - 1
    if waiting:
        complete = min(complete, waiting[0].day - 1)
    return min(complete, today - 1)


def deleted(vault: Vault, listed: Iterable[Period], now: int) -> range:
    """The days with periods that the portal has deleted before this vault could open them.

    Every period is listed, empty ones too, and the oldest go first: what lies between the last one opened here (or the
    first look at the list) and the oldest one listed is gone.
    """
    if vault.setting("first_list") is None:
        vault.store("first_list", now.to_bytes(8, "big"))
    opened: int | None = vault.database.value("SELECT max(start + length) FROM period")
    known = int.from_bytes(vault.required("first_list", "sync"), "big") if opened is None else opened
    oldest = min((one.start for one in listed), default=0)
    return range(known // DAY, (oldest - 1) // DAY + 1) if known < oldest else range(0)


def _cell_name(path: Path, number: int) -> bytes:
    with disk(), path.open("rb") as file:
        file.seek(number * cell.CELL)
        return name(file.read(cell.CELL))


def _store(vault: Vault, period: Period, cell_name: bytes, outcome: Outcome | cell.Part | str) -> int | None:
    """Keeps one part, or the code of what is wrong with it; gives the number of the message that it belongs to."""
    if not isinstance(outcome, cell.Part):
        _refuse(vault, period, cell_name, str(outcome))
        return None
    if between.is_mark(outcome.thread):
        arriving.keep_part(vault, outcome, period.day)
        return None
    number = _message(vault, period, outcome)
    database = vault.database
    total, state = database.row("SELECT parts, state FROM message WHERE id = ?", number) or (0, "")
    known = parts.of(vault, number).get(outcome.part)
    if total != outcome.parts or (known is not None and known != outcome.payload):
        _refuse(vault, period, cell_name, "conflict")
        # What was whole before stays as it was read and acknowledged.
        if state == "partial":
            database.run("UPDATE message SET state = 'conflict', code = 'conflict' WHERE id = ?", number)
    elif known is None:
        parts.keep(vault, number, outcome.part, outcome.payload, cell_name, period.start)
    return number


def _message(vault: Vault, period: Period, part: cell.Part) -> int:
    """The number of the message that a part belongs to; thread and message are made when they are new."""
    database = vault.database
    thread_id = thread.thread_id(thread.board_secret(part.thread))
    insert = "INSERT INTO thread (id, secret, day) SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM thread WHERE id = ?)"
    if database.run(insert, thread_id, part.thread, period.day, thread_id):
        book.open_thread(vault, thread_id, part.message, period.day)
    book.take_up(vault, thread_id, part.thread, period.day)
    found = database.value("SELECT id FROM message WHERE thread = ? AND message = ?", thread_id, part.message)
    if found is not None:
        return int(found)
    insert = "INSERT INTO message (thread, message, parts, day, state) VALUES (?, ?, ?, ?, 'partial')"
    return database.insert(insert, thread_id, part.message, part.parts, period.day)


def _assemble(vault: Vault, reader: Reader, number: int) -> None:
    """Decides what a message is, now that parts came."""
    database = vault.database
    row = database.row("SELECT thread, parts, state FROM message WHERE id = ?", number)
    payloads = parts.of(vault, number)
    if row is None or row[2] != "partial" or 0 not in payloads:
        return
    try:
        found = message.read(payloads, row[1], reader.g)
        if found.head.organisation != reader.organisation:
            raise CandourError("organisation", "message")
    except CandourError as error:
        database.run("UPDATE message SET state = 'refused', code = ? WHERE id = ?", error.code, number)
        return
    if found.complete:
        database.run("UPDATE message SET state = 'whole' WHERE id = ?", number)
    if found.head.answers_to is not None:
        _answered(vault, row[0], found.head.answers_to)


def _answered(vault: Vault, thread_id: bytes, reply: bytes) -> None:
    """Who answers a reply has read the inbox: it and all before it need not be posted again."""
    vault.database.run(
        "UPDATE outgoing SET answered = 1 WHERE thread = ? AND id <= "
        "(SELECT id FROM outgoing WHERE thread = ? AND message = ?)",
        thread_id,
        thread_id,
        reply,
    )


def _refuse(vault: Vault, period: Period, cell_name: bytes, code: str) -> None:
    vault.database.run("INSERT OR IGNORE INTO refused VALUES (?, ?, ?)", cell_name, period.start, code)
