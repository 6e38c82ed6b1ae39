"""How much the portal takes: rates, the price of a cell, room (PROTOCOL sections 15 and 17).

Nobody is limited by address: a whole hospital may share one, and an address that is never looked at cannot leak. Cells
have one rate for all together; couriers, and circuits of Tor (which tell nothing about who is behind them), are counted
under a key that is random and renewed, so that the place where it is counted does not tell who asked. Beyond that a
flood pays with work, and a full store refuses by chance, which the sender's slots survive.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Literal

from flask import Flask, g, request
from flask_limiter import Limiter

from crypto import work
from crypto.encoding import unb64
from crypto.errors import CandourError
from portal.counting import SCHEME
from portal.errors import RefusalError
from portal.headers import CIRCUIT
from portal.settings import Settings

MAX_BITS = 14
NONCE_SECONDS = 900
_WINDOW = 10
_ROTATE = 3600
_FULL_FROM = 0.8

Lane = Literal["cells", "chunks", "writer", "courier", "circuit"]


class Limits:
    """The counters of one portal. Several processes agree if the limiter's storage is shared."""

    def __init__(self, app: Flask, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        place = settings.limits.replace("memory://", f"{SCHEME}://", 1)
        self._limiter = Limiter(key_func=_everyone, storage_uri=place, headers_enabled=False)
        self._limiter.init_app(app)
        self._secret = (0.0, b"")
        rates = {"cells": settings.cells_rate, "chunks": settings.chunks_rate, "writer": settings.writer_rate}
        self._counters = {lane: self._counter(lane, rate, _everyone) for lane, rate in rates.items()}
        self._counters["courier"] = self._counter("courier", settings.courier_rate, lambda: self._hidden(g.courier_key))
        self._counters["circuit"] = self._counter("circuit", settings.circuit_rate, lambda: self._hidden(_circuit()))
        app.before_request(self._share_fairly)

    def count(self, lane: Lane) -> None:
        """Count this request; refuses `busy` above the rate."""
        self._counters[lane]()

    def _share_fairly(self) -> None:
        """A visitor over Tor who floods slows down alone; others come over circuits of their own."""
        if _circuit():
            self.count("circuit")

    def first_use(self, nonce: bytes) -> bool:
        """True once in 15 minutes for each nonce of a signed request."""
        return int(self._limiter.storage.incr(f"nonce/{nonce.hex()}", NONCE_SECONDS)) == 1

    def note_cell(self) -> None:
        """Count a stored cell towards the price."""
        self._limiter.storage.incr(self._window(0), 3 * _WINDOW)

    def price(self) -> int:
        """The bits that a cell costs now: the lowest price, one bit more for each doubling of the calm rate."""
        rate = int(self._limiter.storage.get(self._window(1))) / _WINDOW
        bits = self._settings.work_bits
        while bits < MAX_BITS and rate > self._settings.calm_rate:
            bits, rate = bits + 1, rate / 2
        return bits

    def _window(self, back: int) -> str:
        return f"cells/{int(self._clock()) // _WINDOW - back}"

    def _counter(self, lane: str, rate: str, key: Callable[[], str]) -> Callable[[], None]:
        def counted() -> None:
            return None

        counted.__name__ = lane  # the limiter tells its functions apart by name
        wrapped: Callable[[], None] = self._limiter.shared_limit(rate, scope=lane, key_func=key)(counted)
        return wrapped

    def _hidden(self, who: bytes) -> str:
        since, secret = self._secret
        if not since <= self._clock() < since + _ROTATE:
            secret = secrets.token_bytes(32)
            self._secret = (self._clock(), secret)
        return hmac.new(secret, who, hashlib.sha256).hexdigest()


def _everyone() -> str:
    return "everyone"


def _circuit() -> bytes:
    circuit: bytes = request.environ[CIRCUIT]
    return circuit


def paid(header: str | None, name: bytes, beacons: tuple[bytes, ...], bits: int) -> bool:
    """True if the `Candour-Work` header solves the work for this name under one of the beacons."""
    try:
        nonce = unb64(header, 8)
    except CandourError:
        return False
    return any(work.check(beacon, name, nonce, bits) for beacon in beacons)


def make_room(used: int, budget_mb: int) -> None:
    """Refuse `full`: never below 80 % of the budget, always above it, and by chance between."""
    share = used / (budget_mb * 1_000_000)
    chance = (1 - share) / (1 - _FULL_FROM)
    if share >= 1 or secrets.randbelow(1_000_000) >= chance * 1_000_000:
        raise RefusalError("full")
