"""When something that is written now leaves: the next day on which this guardian collects, by the calendar they signed.

>>> next_day((3,), (), 20_000)   # Friday 4 October 2024; Thursdays
20006
"""

from collections.abc import Sequence

from recipients import outgoing, publishing
from recipients.vault import Vault

_WEEKDAY_OF_DAY_0 = 3
_FAR = 400
# Until a calendar has been signed: Monday to Friday.
WORKDAYS = (0, 1, 2, 3, 4)


def day(vault: Vault, today: int, now: int) -> int | None:
    """The day of the next sync that takes something along; None when the calendar has no such day.

    It is not today when this board period's cells have been posted already and the period lasts the day.
    """
    weekdays, away = publishing.calendar(vault) or (WORKDAYS, ())
    first = today + 1 if _posted_today(vault, now) else today
    return next_day(weekdays, away, first)


def next_day(weekdays: Sequence[int], away: Sequence[tuple[int, int]], first: int) -> int | None:
    """The first day from `first` on that is one of the weekdays (Monday 0) and in no span of days away."""
    for one in range(first, first + _FAR):
        collects = (one + _WEEKDAY_OF_DAY_0) % 7 in weekdays
        if collects and not any(start <= one <= end for start, end in away):
            return one
    return None


def _posted_today(vault: Vault, now: int) -> bool:
    query = "SELECT start, length FROM post WHERE state IN ('posted', 'missed') ORDER BY start DESC LIMIT 1"
    row = vault.database.row(query)
    if row is None:
        return False
    end = row[0] + row[1]
    return bool(row[0] <= now < end and end // outgoing.DAY > now // outgoing.DAY)
