"""The outgoing queue: exactly K board cells a period, real ones as far as there are some (PROTOCOL section 8).

    sealed --answered 204--> posted
       \\---not in the published board file---> missed: its parts wait again

The cells of a period are chosen, sealed and stored before the first byte is sent, together with the places (day, i)
they use up; a repeated post sends the same bytes. So no place is used twice, and no period has another number.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from crypto import board, thread
from recipients.vault import Vault

DAY = 86_400
REPEAT_DAYS = 25
# A reply that nobody answered is not repeated for ever: the thread may be over.
_REPEATS = 8


@dataclass(frozen=True, kw_only=True)
class Item:
    """A part of an outgoing message that waits: `turn` is 0 the first time, and counts repeats."""

    outgoing: int
    thread: bytes
    kind: int
    message: bytes
    part: int
    parts: int
    turn: int


def add(vault: Vault, thread_id: bytes, kind: int, message: bytes, payload: bytes, day: int, about: bytes) -> int:
    """Puts a signed reply or receipt into the queue; gives its number. `about` is the message it is a receipt for."""
    parts = len(board.split(kind, message, payload))
    insert = "INSERT INTO outgoing (thread, message, kind, payload, parts, day, about) VALUES (?, ?, ?, ?, ?, ?, ?)"
    return vault.database.insert(insert, thread_id, message, kind, payload, parts, day, about)


def waiting(vault: Vault, today: int) -> list[Item]:
    """Parts not yet sealed, in the order in which they leave: replies, receipts, then what is repeated."""
    query = "SELECT id, thread, kind, message, parts, answered FROM outgoing ORDER BY kind, id"
    rows = vault.database.rows(query)
    items = [item for row in rows for item in _items(vault, row, today)]
    return sorted(items, key=lambda item: item.turn > 0)


def seal_period(
    vault: Vault, start: int, length: int, count: int, today: int, published: Collection[bytes] = ()
) -> bytes:
    """The `count` cells for the board period that starts at `start`: the stored ones, or new ones, stored first.

    `published` are tags (16 bytes) on the board: a copy of this vault may have used places that this one has not.
    """
    database = vault.database
    stored: bytes | None = database.value("SELECT cells FROM post WHERE start = ?", start)
    if stored is not None:
        return stored
    with database.transaction():
        database.run("INSERT INTO post (start, length, cells, state) VALUES (?, ?, x'', 'sealed')", start, length)
        cells = [_seal(vault, item, i, start, today) for item, i in _chosen(vault, count, today, published)]
        cells += [board.dummy() for _ in range(count - len(cells))]
        # Sorted: the portal must not see by their order which of them are real.
        joined = b"".join(sorted(cells))
        database.run("UPDATE post SET cells = ? WHERE start = ?", joined, start)
    return joined


def posted(vault: Vault, start: int) -> None:
    """The portal has taken the cells of a period."""
    vault.database.run("UPDATE post SET state = 'posted' WHERE start = ?", start)


def missed(vault: Vault, start: int) -> None:
    """The cells of a period were never published; what was in them waits again, for other places."""
    vault.database.run("UPDATE post SET state = 'missed' WHERE start = ?", start)


def state(vault: Vault, start: int) -> str | None:
    """What is known of the post for a period: None, sealed, posted or missed."""
    found: str | None = vault.database.value("SELECT state FROM post WHERE start = ?", start)
    return found


def stop(vault: Vault, thread_id: bytes) -> None:
    """Nothing more leaves in a thread that another guardian answers from now on, not even what would be repeated."""
    never = "NOT EXISTS (SELECT 1 FROM sealing WHERE sealing.outgoing = outgoing.id)"
    vault.database.run(f"DELETE FROM outgoing WHERE thread = ? AND kind = 2 AND {never}", thread_id)  # noqa: S608
    vault.database.run("UPDATE outgoing SET answered = 1 WHERE thread = ?", thread_id)


def doubtful(vault: Vault, now: int) -> list[int]:
    """Starts of periods that are over and of whose post no answer came."""
    query = "SELECT start FROM post WHERE state = 'sealed' AND coalesce(until, start + length) <= ? ORDER BY start"
    return [start for (start,) in vault.database.rows(query, now)]


def settle(vault: Vault, files: list[board.BoardFile]) -> None:
    """Finds out from the published board what became of posts of which no answer came.

    Cells that a courier has may be found in a later period than their own, and are missed only after their last one.
    """
    starts, everywhere = {file.start for file in files}, {one for file in files for one in file.cells}
    newest = max(starts, default=0)
    for start, until, joined in vault.database.rows("SELECT start, until, cells FROM post WHERE state = 'sealed'"):
        ours = {joined[at : at + board.CELL] for at in range(0, len(joined), board.CELL)}
        if ours & everywhere:
            posted(vault, start)
        elif newest > (start if until is None else until) or (until is None and start in starts):
            missed(vault, start)


def can_leave(vault: Vault, day: int, today: int) -> bool:
    """Whether something waits today that may be sealed with a place of `day`."""
    if not waiting(vault, today):
        return False
    return next(_chosen(vault, 1, day, ()), None) is not None


def give_away(vault: Vault, start: int, until: int) -> None:
    """Notes that a courier gets the cells of a period, to be posted in it or later, up to the start `until`."""
    vault.database.run("UPDATE post SET until = ? WHERE start = ? AND state = 'sealed'", until, start)


def given_away(vault: Vault) -> list[tuple[int, bytes]]:
    """What a courier has, or is to get, and is not known to have posted: starts with their cells, in order."""
    query = "SELECT start, cells FROM post WHERE state = 'sealed' AND until IS NOT NULL ORDER BY start"
    return [(start, cells) for start, cells in vault.database.rows(query)]


def leaves(vault: Vault, number: int, count: int, length: int, now: int) -> int | None:
    """When an outgoing message will be on the board: the end, in unix seconds, of the period of its last part.

    None when all of it has left. It supposes a sync in every period.
    """
    today = now // DAY
    start = now - now % length
    if state(vault, start) is not None:
        start += length
    waiting_items = waiting(vault, today)
    if not any(item.outgoing == number for item in waiting_items):
        return _last_end(vault, number, now)
    return _simulate(vault, waiting_items, number, count, length, start)


def would_leave(vault: Vault, thread_id: bytes, parts: int, count: int, length: int, now: int) -> int:
    """When a reply of so many parts would be on the board, if it were queued now; as `leaves`."""
    start = now - now % length
    if state(vault, start) is not None:
        start += length
    new = [
        Item(outgoing=-1, thread=thread_id, kind=board.REPLY, message=b"", part=part, parts=parts, turn=0)
        for part in range(parts)
    ]
    items = waiting(vault, now // DAY)
    first = sum(item.kind == board.REPLY and item.turn == 0 for item in items)
    return _simulate(vault, [*items[:first], *new, *items[first:]], -1, count, length, start)


def _simulate(vault: Vault, items: list[Item], number: int, count: int, length: int, start: int) -> int:
    """The end of the period in which the last part of `number` leaves, when the first post is for `start`."""
    used: dict[tuple[bytes, int], int] = {}
    while items:
        day = start // DAY
        taken: list[Item] = []
        for item in items:
            before = used.setdefault((item.thread, day), _used(vault, item.thread, day))
            if len(taken) < count and before < board.SLOTS:
                used[item.thread, day] = before + 1
                taken.append(item)
        items = [item for item in items if item not in taken]
        start += length
        if not any(item.outgoing == number for item in items):
            break
    return start


def _items(vault: Vault, row: tuple[int, bytes, int, bytes, int, int | None], today: int) -> Iterator[Item]:
    number, thread_id, kind, message, parts, answered = row
    query = (
        "SELECT sealing.turn, sealing.part, sealing.day FROM sealing JOIN post ON post.start = sealing.post "
        "WHERE outgoing = ? AND post.state != 'missed' AND turn = "
        "(SELECT max(turn) FROM sealing WHERE outgoing = ?)"
    )
    sealed = vault.database.rows(query, number, number)
    turn = vault.database.value("SELECT coalesce(max(turn), 0) FROM sealing WHERE outgoing = ?", number)
    left = set(range(parts)) - {part for _, part, _ in sealed}
    if not left and not answered and turn < _REPEATS and max(day for _, _, day in sealed) + REPEAT_DAYS <= today:
        turn, left = turn + 1, set(range(parts))
    for part in sorted(left):
        yield Item(outgoing=number, thread=thread_id, kind=kind, message=message, part=part, parts=parts, turn=turn)


def _chosen(vault: Vault, count: int, today: int, published: Collection[bytes]) -> Iterator[tuple[Item, int]]:
    """The next items with the place i that each takes; at most 16 a day for one thread."""
    if today < int.from_bytes(vault.setting("seal_from") or b"", "big"):
        return
    next_place: dict[bytes, int] = {}
    chosen = 0
    for item in waiting(vault, today):
        if chosen == count:
            return
        i = _free(vault, item.thread, today, next_place.get(item.thread, 0), published)
        next_place[item.thread] = i + 1
        if i < board.SLOTS:
            chosen += 1
            yield item, i


def _free(vault: Vault, thread_id: bytes, day: int, least: int, published: Collection[bytes]) -> int:
    """The first place from `least` on that neither this vault nor what is published has used; 16 for none."""
    i = max(least, _used(vault, thread_id, day))
    while i < board.SLOTS and published:
        if board.tag_and_key(_board_secret(vault, thread_id), day, i)[0] not in published:
            break
        i += 1
    return i


def _seal(vault: Vault, item: Item, i: int, start: int, today: int) -> bytes:
    database = vault.database
    values = (item.thread, today, i, item.outgoing, item.part, item.turn, start)
    database.run("INSERT INTO sealing VALUES (?, ?, ?, ?, ?, ?, ?)", *values)
    payload: bytes = database.value("SELECT payload FROM outgoing WHERE id = ?", item.outgoing)
    plaintext = board.split(item.kind, item.message, payload)[item.part]
    return board.seal(plaintext, _board_secret(vault, item.thread), today, i)


def _board_secret(vault: Vault, thread_id: bytes) -> bytes:
    # A thread that another guardian handed over is answered with the secret that came along.
    handed: bytes | None = vault.database.value("SELECT board FROM casefile WHERE thread = ?", thread_id)
    if handed is not None:
        return handed
    secret: bytes = vault.database.value("SELECT secret FROM thread WHERE id = ?", thread_id)
    return thread.board_secret(secret)


def _used(vault: Vault, thread_id: bytes, day: int) -> int:
    query = "SELECT coalesce(max(i) + 1, 0) FROM sealing WHERE thread = ? AND day = ?"
    return int(vault.database.value(query, thread_id, day))


def _last_end(vault: Vault, number: int, now: int) -> int | None:
    query = "SELECT max(post.start + length) FROM sealing JOIN post ON post.start = post WHERE outgoing = ?"
    end = vault.database.value(query, number)
    return int(end) if end is not None and end > now else None
