"""What is on its way to other guardians: how much of it still has to leave, by which day, and what has not arrived yet.

    >>> [(one.case, one.pieces, one.day) for one in departures(vault, today, now)]
    [(3, 12, 20006), (None, 1, 20006)]

A sync takes the same number of pieces each board period (`bundles.COUNT`), so a long case leaves over several of them.
"""

from dataclasses import dataclass

from recipients import publishing
from recipients.casework import book, bundles, leaving
from recipients.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Departure:
    """What goes to one guardian about one case: `case` is its number, None where it has none or is hidden here.

    `pieces` have not left yet, the last of them on `day` if nothing is missed; with none left, it waits for the word
    that it has arrived.
    """

    case: int | None
    g: bytes
    pieces: int
    day: int | None


def departures(vault: Vault, today: int, now: int) -> list[Departure]:
    """All that is on its way, in the order in which it leaves."""
    about = {number: (case, g) for number, case, g in _queued(vault)}
    left: dict[tuple[bytes | None, bytes], int] = dict.fromkeys(about.values(), 0)
    last: dict[tuple[bytes | None, bytes], int] = {}
    for place, one in enumerate(bundles.waiting(vault, today)):
        key = about.get(one.bundle)
        if key is not None:
            left[key] += 1
            last[key] = place
    days = _days(vault, today, now, 1 + max(last.values(), default=0) // bundles.COUNT)
    order = sorted(left, key=lambda key: last.get(key, -1))
    return [
        Departure(
            case=_number(vault, key[0]),
            g=key[1],
            pieces=left[key],
            day=days[last[key] // bundles.COUNT] if key in last else None,
        )
        for key in order
    ]


def _queued(vault: Vault) -> list[tuple[int, bytes | None, bytes]]:
    # The word that something has arrived needs none itself, and tells a person nothing.
    return vault.database.rows("SELECT number, id, g FROM bundle_out WHERE quiet = 0 ORDER BY number")


def _days(vault: Vault, today: int, now: int, count: int) -> list[int | None]:
    """The days of the next syncs by the calendar; None from where it names none."""
    weekdays, away = publishing.calendar(vault) or (leaving.WORKDAYS, ())
    found: list[int | None] = [leaving.day(vault, today, now)]
    while len(found) < count:
        before = found[-1]
        found.append(None if before is None else leaving.next_day(weekdays, away, before + 1))
    return found


def _number(vault: Vault, case: bytes | None) -> int | None:
    found = book.any_case(vault, case) if case is not None else None
    return found.number if found is not None and found.role != "leaving" else None
