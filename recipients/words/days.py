"""Days and moments as people write them; UTC, as everywhere in the protocol.

>>> day_text(20_484), weekday_text(20_484)
('2026-01-31', 'Saturday 31 January')
"""

import time
from datetime import date

from recipients.errors import GuardianError

_EPOCH = date(1970, 1, 1).toordinal()


def now() -> int:
    """Unix seconds."""
    return int(time.time())


def today() -> int:
    """The UTC day."""
    return now() // 86_400


def day_text(day: int) -> str:
    """A day as programs and people can read it, like 2026-01-31."""
    return date.fromordinal(_EPOCH + day).isoformat()


def weekday_text(day: int, today: int | None = None) -> str:
    """A day as people say it: `Saturday 31 January`; near `today` by name, in another year with the year."""
    if today is not None and -1 <= day - today <= 1:
        return ("yesterday", "today", "tomorrow")[day - today + 1]
    one = date.fromordinal(_EPOCH + day)
    year = f" {one.year}" if today is not None and date.fromordinal(_EPOCH + today).year != one.year else ""
    return f"{one:%A} {one.day} {one:%B}{year}"


def day_of(text: str) -> int:
    """The day that a person wrote; `date` when it is not one."""
    try:
        day = date.fromisoformat(text.strip()).toordinal() - _EPOCH
    except ValueError:
        raise GuardianError("date", "shape") from None
    # The protocol counts days from 1970 on.
    if day < 0:
        raise GuardianError("date", "shape")
    return day


def time_text(seconds: int) -> str:
    """A moment, in UTC and to the minute (to the second where periods are that short)."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC" if seconds % 60 else "%Y-%m-%d %H:%M UTC", time.gmtime(seconds))
