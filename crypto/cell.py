"""Report cells: 4,096 bytes, each for one guardian, with nothing in them that others can read (PROTOCOL section 6).

>>> from crypto import hpke
>>> seed, organisation = hpke.generate_seed(), bytes(32)
>>> first, second = split(bytes(32), bytes(16), b"head", b"rest")
>>> sealed = seal(second, hpke.public_key(seed), organisation)
>>> open_(sealed, [hpke.PrivateKey(seed)], organisation)
Part(message=b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00', part=1, parts=2)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crypto import hpke, parts
from crypto.errors import CandourError

CELL = 4096
PLAIN = 2960
PAYLOAD = 2905
MAX_PARTS = parts.MAX_PARTS

_MESSAGE = b"\x01"
_COVER = bytes(PLAIN)
_THREAD = 32


@dataclass(frozen=True, kw_only=True)
class Part(parts.Piece):
    """One opened cell: a part of a message in the thread with secret `thread`, which does not print."""

    thread: bytes = field(repr=False)

    @property
    def group(self) -> bytes:
        """The thread secret and the message id."""
        return self.thread + self.message


def split(thread: bytes, message: bytes, head: bytes, rest: bytes) -> list[bytes]:
    """The plaintexts, 2,960 bytes each, of one message: the head is part 0, the rest is cut.

    `limit`: the head has more than 2,905 bytes, or there are more than 16 parts. `malformed`: the head is empty.
    `size`: the thread secret is not 32 bytes or the message id not 16.
    """
    if len(thread) != _THREAD:
        raise CandourError("size", "thread secret")
    payloads = [head, *parts.cut(rest, PAYLOAD)]
    return [_MESSAGE + thread + packed for packed in parts.number(message, payloads, PAYLOAD)]


def seal(plaintext: bytes, public: bytes, organisation: bytes) -> bytes:
    """A cell of 4,096 bytes for the guardian with this public key (1,216 bytes); `size`, `key`."""
    return _seal(plaintext, public, organisation)


def cover(organisation: bytes) -> bytes:
    """A cell that nobody can open, made by the same steps and of the same size as a real one."""
    return _seal(_COVER, None, organisation)


def open_(cell: bytes, keys: Sequence[hpke.PrivateKey], organisation: bytes) -> Part | None:
    """The part inside, or None when no key opens it; `size`; `malformed` if the sender broke a rule."""
    if len(cell) != CELL:
        raise CandourError("size", f"cell of {len(cell)} bytes")
    info = _info(organisation)
    opened = (key.open(info, cell) for key in keys)
    plaintext = next((plain for plain in opened if plain is not None), None)
    return None if plaintext is None else _read(plaintext)


def gather(pieces: Iterable[Part]) -> dict[int, bytes]:
    """The payloads of one message by part number; `conflict` when pieces contradict one another."""
    return parts.gather(pieces)


def join(pieces: Sequence[Part]) -> bytes | None:
    """Head and rest of one message, or None while a part is missing; `conflict` when pieces contradict one another."""
    return parts.join(pieces)


def _info(organisation: bytes) -> bytes:
    if len(organisation) != 32:
        raise CandourError("size", "organisation id")
    return b"candour/v1/cell" + organisation


def _seal(plaintext: bytes, public: bytes | None, organisation: bytes) -> bytes:
    """Seals to `public`, or for cover to a throwaway key, which is made each time so that both cost the same."""
    if len(plaintext) != PLAIN:
        raise CandourError("size", f"plaintext of {len(plaintext)} bytes")
    throwaway = hpke.public_key(hpke.generate_seed())
    return hpke.seal(throwaway if public is None else public, _info(organisation), plaintext)


def _read(plaintext: bytes) -> Part:
    if plaintext[:1] != _MESSAGE:
        raise CandourError("malformed", "kind")
    message, part, count, payload = parts.unpack(plaintext[1 + _THREAD :], PAYLOAD)
    return Part(thread=plaintext[1 : 1 + _THREAD], message=message, part=part, parts=count, payload=payload)
