"""Board cells: 2,048 bytes, from a guardian to a reporter, on a board that everyone downloads (PROTOCOL section 8).

>>> secret, today = bytes(32), 20000
>>> cells = [seal(plain, secret, today, i) for i, plain in enumerate(split(REPLY, bytes(16), b"answer"))]
>>> join(find([dummy(), *cells], tags(secret, today)))
b'answer'
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt as _decrypt,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt as _encrypt,
)
from nacl.exceptions import CryptoError

from crypto import kdf, parts
from crypto.encoding import MAX_INTEGER
from crypto.errors import CandourError

CELL = 2048
PLAIN = 1992
PAYLOAD = 1969
SLOTS = 16
DAYS = 60
REPLY = 1
RECEIPT = 2

_TAG = 16
_NONCE = 24
_KEY = 32
_MAGIC = b"CANDOURB"
_HEADER = 24


@dataclass(frozen=True, kw_only=True)
class BoardPart(parts.Piece):
    """One opened board cell; `kind` is REPLY or RECEIPT."""

    kind: int

    @property
    def group(self) -> bytes:
        """The kind and the message id."""
        return bytes([self.kind]) + self.message


@dataclass(frozen=True, kw_only=True)
class BoardFile:
    """One board period: `start` in unix seconds, `length` in seconds, and its cells in ascending order."""

    start: int
    length: int
    cells: tuple[bytes, ...] = field(repr=False)


def tag_and_key(board_secret: bytes, day: int, i: int) -> tuple[bytes, bytes]:
    """The tag (16 bytes) and key (32 bytes) of a thread's cell number i (0 to 15) sealed on a day; `size`, `limit`."""
    return _tag_and_key(_extract(board_secret), day, i)


def split(kind: int, message: bytes, payload: bytes) -> list[bytes]:
    """The plaintexts, 1,992 bytes each, of a reply or receipt.

    `limit`: more than 31,504 bytes. `malformed`: an empty payload or another kind. `size`: the id is not 16 bytes.
    """
    if kind not in (REPLY, RECEIPT) or not payload:
        raise CandourError("malformed", "kind or payload")
    return [bytes([kind]) + packed for packed in parts.number(message, parts.cut(payload, PAYLOAD), PAYLOAD)]


def seal(plaintext: bytes, board_secret: bytes, day: int, i: int) -> bytes:
    """A cell of 2,048 bytes; each (day, i) of a thread must be used once at most. `size`, `limit`."""
    if len(plaintext) != PLAIN:
        raise CandourError("size", f"plaintext of {len(plaintext)} bytes")
    tag, key = tag_and_key(board_secret, day, i)
    nonce = secrets.token_bytes(_NONCE)
    return tag + nonce + _encrypt(plaintext, tag, nonce, key)


def dummy() -> bytes:
    """2,048 random bytes, which nobody can tell from a cell without its key."""
    return secrets.token_bytes(CELL)


def open_(cell: bytes, key: bytes) -> BoardPart | None:
    """The part inside, or None when the key does not fit; `size` for cell or key, `malformed` if a rule is broken."""
    if len(cell) != CELL:
        raise CandourError("size", f"board cell of {len(cell)} bytes")
    if len(key) != _KEY:
        raise CandourError("size", "board key")
    tag, nonce, sealed = cell[:_TAG], cell[_TAG : _TAG + _NONCE], cell[_TAG + _NONCE :]
    try:
        plaintext = _decrypt(sealed, tag, nonce, key)
    except CryptoError:
        return None
    return _read(plaintext)


def tags(board_secret: bytes, today: int) -> dict[bytes, bytes]:
    """Key by tag for all cells that may still be on the board: days today + 1 down to today - 60, i from 0 to 15."""
    extracted = _extract(board_secret)
    days = range(today + 1, max(today - DAYS, 0) - 1, -1)
    return dict(_tag_and_key(extracted, day, i) for day in days for i in range(SLOTS))


def find(cells: Iterable[bytes], tags: Mapping[bytes, bytes]) -> list[BoardPart]:
    """Opens every cell that bears one of the tags, and skips what does not open: somebody may squat on a tag."""
    found = []
    for cell in cells:
        key = tags.get(cell[:_TAG])
        part = None if key is None else _open_or_skip(cell, key)
        if part is not None:
            found.append(part)
    return found


def groups(pieces: Iterable[BoardPart]) -> list[list[BoardPart]]:
    """Sorts found parts by message, in order of first appearance."""
    return parts.groups(pieces)


def join(pieces: Sequence[BoardPart]) -> bytes | None:
    """The payload of one message, or None while a part is missing; `conflict` when pieces contradict one another."""
    return parts.join(pieces)


def write_file(start: int, length: int, cells: Iterable[bytes]) -> bytes:
    """A board file; sorts the cells. `size`: one is not 2,048 bytes. `conflict`: one is there twice."""
    ordered = sorted(cells)
    if any(len(cell) != CELL for cell in ordered):
        raise CandourError("size", "board cell")
    if len(set(ordered)) != len(ordered):
        raise CandourError("conflict", "a cell twice")
    header = start.to_bytes(8, "big") + length.to_bytes(4, "big") + len(ordered).to_bytes(4, "big")
    return _MAGIC + header + b"".join(ordered)


def read_files(data: bytes) -> list[BoardFile]:
    """The board: board files, oldest first, joined. `size`: bytes missing or left over. `malformed`: all else."""
    files: list[BoardFile] = []
    at = 0
    while at < len(data):
        file = _read_file(data, at)
        if files and file.start <= files[-1].start:
            raise CandourError("malformed", "board files out of order")
        files.append(file)
        at += _HEADER + len(file.cells) * CELL
    return files


def _extract(board_secret: bytes) -> bytes:
    if len(board_secret) != 32:
        raise CandourError("size", "board secret")
    return kdf.extract(board_secret)


def _tag_and_key(extracted: bytes, day: int, i: int) -> tuple[bytes, bytes]:
    if not 0 <= day < 2**31 or not 0 <= i < SLOTS:
        raise CandourError("limit", "day or number")
    both = kdf.expand(extracted, "reply", day.to_bytes(4, "big") + bytes([i]), _TAG + _KEY)
    return both[:_TAG], both[_TAG:]


def _read(plaintext: bytes) -> BoardPart:
    if plaintext[0] not in (REPLY, RECEIPT):
        raise CandourError("malformed", "kind")
    message, part, count, payload = parts.unpack(plaintext[1:], PAYLOAD)
    return BoardPart(kind=plaintext[0], message=message, part=part, parts=count, payload=payload)


def _open_or_skip(cell: bytes, key: bytes) -> BoardPart | None:
    """Like `open_`, but one broken cell must not hide the others from the reader."""
    try:
        return open_(cell, key)
    except CandourError:
        return None


def _read_file(data: bytes, at: int) -> BoardFile:
    header = data[at : at + _HEADER]
    if len(header) != _HEADER:
        raise CandourError("size", "board file header")
    start, length, count = (int.from_bytes(header[a:b], "big") for a, b in ((8, 16), (16, 20), (20, 24)))
    if header[:8] != _MAGIC or start > MAX_INTEGER:
        raise CandourError("malformed", "board file header")
    first, end = at + _HEADER, at + _HEADER + count * CELL
    if end > len(data):
        raise CandourError("size", "board file")
    cells = tuple(data[cell : cell + CELL] for cell in range(first, end, CELL))
    if any(cell >= after for cell, after in pairwise(cells)):
        raise CandourError("malformed", "board cells out of order")
    return BoardFile(start=start, length=length, cells=cells)
