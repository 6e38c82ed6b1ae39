"""Which period is open at a moment (PROTOCOL section 18). Pure: the clock and what is known come as arguments.

A change of length in the policy waits until the end of a period of the old length falls on the new grid, at the
latest until midnight UTC, since every length divides a day. A clock that went back never opens a closed period again.
"""

from dataclasses import dataclass


class WaitingError(Exception):
    """The clock stands before the end of a period that is closed already: nothing can be taken until it has passed."""


@dataclass(frozen=True, kw_only=True, order=True)
class Period:
    """A span of time: `start` in unix seconds, a multiple of `length`, which is in seconds."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """The first second that no longer belongs to it."""
        return self.start + self.length


def period_at(now: int, length: int, closed: Period | None, opened: Period | None) -> Period:
    """The period for what comes at `now`, given the newest closed and the newest opened one.

    Raises `WaitingError` if the clock went back behind either.
    """
    if opened and opened.start <= now < opened.end and (closed is None or closed.end <= opened.start):
        return opened
    newest = max((p for p in (closed, opened) if p), key=lambda p: p.end, default=None)
    if newest and now < newest.end:
        raise WaitingError
    start = now - now % length
    if newest and start < newest.end:
        length = newest.length  # the new grid does not fit yet
    return Period(start=now - now % length, length=length)
