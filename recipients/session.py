"""What every step of a sync, or of an import, shares: who it is for, what time it is, what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from crypto.guardians import Certificate
from recipients.intake import DAY
from recipients.keys import Person
from recipients.vault import Vault

Progress = Callable[[str, int, int], None]
Clock = Callable[[], float]


class Source(Protocol):
    """Where closed periods come from: the portal itself, or what a courier carried here."""

    def download(self, path: str, size: int, to: Path, on_bytes: Callable[[int], None]) -> None:
        """Adds what is missing of the `size` bytes under `path` to the file `to`."""
        ...


class Line(Source, Protocol):
    """A way to the portal itself; `recipients.courier` has the one there is."""

    def get(self, path: str, limit: int) -> bytes:
        """Fetches what is public, as any visitor."""
        ...

    def get_json(self, path: str) -> object:
        """Fetches JSON with a signed request."""
        ...

    def post(self, path: str, body: bytes, kind: str) -> None:
        """Posts a body with a signed request."""
        ...


@dataclass(kw_only=True)
class Outcome:
    """What a sync did, for the face to tell. Spans are of days; `posted` is the start of the board period, if any.

    Of an import, besides: `missing` periods that no bundle held, and files `put_aside`, each with the reason.
    """

    periods: int = 0
    cells: int = 0
    found: int = 0
    receipts: int = 0
    erased: int = 0
    chunks: int = 0
    chunks_fault: str = ""
    between: list[str] = field(default_factory=list)
    between_fault: str = ""
    posted: int | None = None
    already: bool = False
    copied: bool = False
    lost: list[tuple[int, int]] = field(default_factory=list)
    certificates: tuple[Certificate, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: list[tuple[str, int]] = field(default_factory=list)
    missing: int = 0
    put_aside: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What every step needs. `clock` is one that was found to be right before anything is erased by it."""

    vault: Vault
    source: Source
    person: Person
    organisation: bytes
    clock: Clock
    progress: Progress

    @property
    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock())

    @property
    def today(self) -> int:
        """The UTC day."""
        return self.now // DAY
