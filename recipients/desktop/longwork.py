"""Long work in the keeper's thread: it tells how far it is, and stops when a person wants it to."""

import time
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

_OFTEN = 0.1  # seconds between two words about progress: a hundred thousand cells would flood the window
STAGES = {
    "download": "fetching sealed pieces",
    "open": "trying your keys on what came",
    "post": "sending this period's pieces, as many as always",
    "files": "fetching pieces of files",
}


class StoppedError(Exception):
    """A person has stopped the work; what was done stays done."""


class Longwork(QObject):
    """One piece of work. `told` carries words, how much is done, and of how much. `stopped`: whether it is to end."""

    told = Signal(str, int, int)

    def __init__(self, stages: Mapping[str, str] = STAGES) -> None:
        super().__init__()
        self._stages = stages
        self._last = 0.0
        self.stopped = False

    def stop(self) -> None:
        """Ends it at the next piece."""
        self.stopped = True

    def progress(self, stage: str, done: int, total: int) -> None:
        """Tells how far it is; `StoppedError` when a person wants it to end."""
        if self.stopped:
            raise StoppedError
        moment = time.monotonic()
        if moment - self._last >= _OFTEN or done >= total:
            self._last = moment
            self.tell(self._stages.get(stage, stage), done, total)

    def tell(self, text: str, done: int = 0, total: int = 0) -> None:
        """Says what goes on, at once."""
        self.told.emit(f"{text}, {done:,} of {total:,}." if total > 1 else f"{text}…", done, total)
