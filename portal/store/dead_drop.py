"""What holds the open period, apart from all else, until its close destroys it (PROTOCOL section 18, ADR 0005).

Two kinds: a file a period (`portal.store.open`, SQLite) and a table a period (`portal.store.open_tables`, PostgreSQL).
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from portal.schedule import Period

Kind = Literal["cells", "chunks", "board"]
KINDS: tuple[Kind, ...] = ("cells", "chunks", "board")


class ClosedError(Exception):
    """The period was closed meanwhile; what is being stored belongs into the next one."""


class ConflictError(Exception):
    """Another value is stored under this key."""


class OpenDrop(Protocol):
    """One open period of one kind: 16-byte keys to values; safe to use from several threads and processes."""

    def put(self, items: Mapping[bytes, bytes]) -> None:
        """Store all or nothing, durably; the same value again is no change. Raises `ClosedError`, `ConflictError`."""

    def has(self, keys: Mapping[bytes, bytes]) -> bool:
        """True if every key is stored."""

    def mark_closed(self) -> None:
        """From here on every `put` raises `ClosedError`, in every process."""

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values in ascending order of key."""

    def bytes_used(self) -> int:
        """The room that it takes."""


class OpenDrops(Protocol):
    """All open periods of a portal."""

    def lock(self) -> AbstractContextManager[None]:
        """One maker or closer at a time, across threads, processes and machines; freed by itself at a crash."""

    def list(self, kind: Kind) -> list[Period]:
        """Open periods of this kind, oldest first."""

    def get(self, kind: Kind, period: Period) -> OpenDrop | None:
        """The open period, if there is one."""

    def create(self, kind: Kind, period: Period) -> OpenDrop:
        """Make it; call it under `lock` and only for a period that was never closed."""

    def known(self) -> set[tuple[Kind, Period]]:
        """What this process has open."""

    def forget(self, kind: Kind, period: Period) -> None:
        """Let go of one that another process may have destroyed."""

    def destroy(self, kind: Kind, period: Period) -> None:
        """Destroy it with all that it remembers."""

    def sweep(self) -> None:
        """Remove what a crash left half made; call it under `lock`."""
