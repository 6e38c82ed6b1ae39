"""Numbered parts: what the plaintexts of report cells and board cells have in common (PROTOCOL sections 6 and 8).

The layout is `message id (16) || part u16 || parts u16 || length u16 || payload || zeros`.

    >>> packed = pack(bytes(16), 0, 1, b"text", 10)
    >>> unpack(packed, 10)
    (b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00', 0, 1, b'text')
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from crypto.errors import CandourError

MAX_PARTS = 16
ID = 16
HEADER = ID + 6


@dataclass(frozen=True, kw_only=True)
class Piece(ABC):
    """One opened part of a message; the text in it does not print."""

    message: bytes
    part: int
    parts: int
    payload: bytes = field(repr=False)

    @property
    @abstractmethod
    def group(self) -> bytes:
        """What parts of one message share. It may hold a secret: for comparing, never for showing."""


P = TypeVar("P", bound=Piece)


def cut(payload: bytes, capacity: int) -> list[bytes]:
    """Cuts a payload into pieces of `capacity` bytes, the last one shorter."""
    return [payload[at : at + capacity] for at in range(0, len(payload), capacity)]


def number(message: bytes, payloads: Sequence[bytes], capacity: int) -> list[bytes]:
    """Packs the payloads of one message; `limit` above 16 parts, `size` for the id, `malformed` for an empty part."""
    if len(payloads) > MAX_PARTS:
        raise CandourError("limit", f"{len(payloads)} parts")
    if len(message) != ID:
        raise CandourError("size", "message id")
    packed = [pack(message, part, len(payloads), payload, capacity) for part, payload in enumerate(payloads)]
    for data in packed:
        unpack(data, capacity)  # nothing leaves that the other side would refuse
    return packed


def pack(message: bytes, part: int, parts: int, payload: bytes, capacity: int) -> bytes:
    """One part, `22 + capacity` bytes, filled up with zeros. Checks only that the payload fits (`limit`)."""
    if len(payload) > capacity:
        raise CandourError("limit", f"payload of {len(payload)} bytes")
    header = part.to_bytes(2, "big") + parts.to_bytes(2, "big") + len(payload).to_bytes(2, "big")
    return message + header + payload.ljust(capacity, b"\0")


def unpack(data: bytes, capacity: int) -> tuple[bytes, int, int, bytes]:
    """Reads one part of `22 + capacity` bytes: message id, part, parts, payload; `malformed` for any broken rule."""
    part, parts, length = (int.from_bytes(data[at : at + 2], "big") for at in (ID, ID + 2, ID + 4))
    if not 1 <= parts <= MAX_PARTS or part >= parts or not 1 <= length <= capacity:
        raise CandourError("malformed", "part numbers")
    # Part 0 may be shorter: it is complete by itself, and what follows starts afresh.
    if 0 < part < parts - 1 and length != capacity:
        raise CandourError("malformed", "part is not full")
    if any(data[HEADER + length :]):
        raise CandourError("malformed", "bytes after the payload")
    return data[:ID], part, parts, data[HEADER : HEADER + length]


def groups(pieces: Iterable[P]) -> list[list[P]]:
    """Sorts pieces by the message they belong to, in order of first appearance."""
    found: dict[bytes, list[P]] = {}
    for piece in pieces:
        found.setdefault(piece.group, []).append(piece)
    return list(found.values())


def gather(pieces: Iterable[Piece]) -> dict[int, bytes]:
    """The payloads of one message by part number; `conflict` when pieces contradict one another or do not belong."""
    payloads: dict[int, bytes] = {}
    first: Piece | None = None
    for piece in pieces:
        first = first or piece
        if piece.group != first.group or piece.parts != first.parts:
            raise CandourError("conflict", "parts of different messages")
        if payloads.setdefault(piece.part, piece.payload) != piece.payload:
            raise CandourError("conflict", "two payloads for one part")
    return payloads


def join(pieces: Sequence[Piece]) -> bytes | None:
    """The payload of one message, or None while a part is missing; `conflict` as in `gather`."""
    payloads = gather(pieces)
    if not pieces or len(payloads) < pieces[0].parts:
        return None
    return b"".join(payloads[part] for part in sorted(payloads))
