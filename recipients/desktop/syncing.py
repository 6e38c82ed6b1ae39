"""A sync in the keeper's long thread: it tells how far it is, and stops when a person wants it to."""

import time

from PySide6.QtCore import QObject, Signal

from recipients import keys, membership
from recipients import sync as core
from recipients.courier import Courier
from recipients.vault import Vault
from recipients.words.days import now
from recipients.words.outcome import keep

_OFTEN = 0.1  # seconds between two words about progress: a hundred thousand cells would flood the window
_STAGES = {
    "download": "fetching sealed pieces",
    "open": "trying your keys on what came",
    "post": "sending this period's pieces, as many as always",
    "files": "fetching pieces of files",
}


class StoppedError(Exception):
    """A person has stopped the sync; what was done stays done."""


class Syncing(QObject):
    """One sync. `told` carries words, how much is done, and of how much."""

    told = Signal(str, int, int)

    def __init__(self, *, give_up: bool = False) -> None:
        super().__init__()
        self._give_up = give_up
        self._stop = False
        self._last = 0.0

    def stop(self) -> None:
        """Ends it at the next piece; a piece that hangs is given up after a minute."""
        self._stop = True

    def run(self, vault: Vault) -> core.Outcome:
        """All of it; in the keeper's thread."""
        address, socks = membership.portal(vault)
        seed = keys.load(vault).courier_seed
        self._tell("asking the portal", 0, 0)
        with Courier(address, seed, _clock, socks=socks) as courier:
            outcome = core.sync(vault, courier, _clock, self._progress, give_up=self._give_up)
        # The desk may be locked by now: what there is to tell waits in the vault.
        keep(vault, outcome)
        return outcome

    def _progress(self, stage: str, done: int, total: int) -> None:
        if self._stop:
            raise StoppedError
        moment = time.monotonic()
        if moment - self._last >= _OFTEN or done >= total:
            self._last = moment
            self._tell(_STAGES.get(stage, stage), done, total)

    def _tell(self, text: str, done: int, total: int) -> None:
        self.told.emit(f"{text}, {done:,} of {total:,}." if total > 1 else f"{text}…", done, total)


def _clock() -> float:
    return float(now())
