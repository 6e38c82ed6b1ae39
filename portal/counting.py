"""Counters in this process's memory, one lock around all of them (PROTOCOL sections 15 to 17).

    counter = InMemory()
    counter.incr("nonce/…", 900) == 1      # True for exactly one of many threads

The limiter's own storage in memory forgets from a timer thread that any request may start: two at once start one timer
twice, which raises, and a counter that is read while another thread makes it can be lost: one signed request would
then pass twice. Here nothing runs beside the requests, and counting is one step.
"""

import threading
import time

from limits.storage import Storage

SCHEME = "candour-memory"
_SWEEP_SECONDS = 5.0


class InMemory(Storage):
    """What Flask-Limiter and the nonces of signed requests are counted in when there is one process."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - the library's own form

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions)
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self._swept = time.time()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong here: nothing of its own."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count; the first one says when the counter ends, `expiry` seconds from now. Gives the new count."""
        now = time.time()
        with self._lock:
            self._forget(now)
            count, ends = self._counts.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._counts[key] = (count + amount, ends)
            return count + amount

    def get(self, key: str) -> int:
        """The count; 0 for what was never counted or has ended."""
        with self._lock:
            count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the counter ends, in unix seconds; now for what is not counted."""
        with self._lock:
            return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget everything; how many counters there were."""
        with self._lock:
            number = len(self._counts)
            self._counts.clear()
        return number

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._lock:
            self._counts.pop(key, None)

    def _forget(self, now: float) -> None:
        """What has ended must not stay in memory: it says how busy the portal was."""
        # A clock that went back would else keep everything until it has caught up.
        if self._swept <= now < self._swept + _SWEEP_SECONDS:
            return
        self._swept = now
        self._counts = {key: value for key, value in self._counts.items() if value[1] > now}
