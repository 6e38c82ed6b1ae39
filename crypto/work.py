"""Proof of work: a small price on storing bytes, the same for everyone (PROTOCOL section 17).

>>> nonce = solve(bytes(16), bytes(16), 8)
>>> check(bytes(16), bytes(16), nonce, 8)
True
"""

from itertools import count

from crypto.errors import CandourError
from crypto.kdf import sha256

BEACON = 16
NAME = 16
NONCE = 8
MAX_BITS = 14


def solve(beacon: bytes, name: bytes, bits: int) -> bytes:
    """The smallest nonce, 8 bytes, that fits, so that it tells nothing of who looked for it.

    `size`: beacon or name is not 16 bytes. `limit`: more than 14 bits, which a server may not ask.
    """
    prefix = _prefix(beacon, name, bits)
    nonces = (number.to_bytes(NONCE, "big") for number in count())
    return next(nonce for nonce in nonces if _fits(prefix + nonce, bits))


def check(beacon: bytes, name: bytes, nonce: bytes, bits: int) -> bool:
    """Whether the nonce is worth `bits` bits; False too when it is not 8 bytes. `size`, `limit` as in `solve`."""
    return len(nonce) == NONCE and _fits(_prefix(beacon, name, bits) + nonce, bits)


def _prefix(beacon: bytes, name: bytes, bits: int) -> bytes:
    if len(beacon) != BEACON or len(name) != NAME:
        raise CandourError("size", "beacon or name")
    if not 0 <= bits <= MAX_BITS:
        raise CandourError("limit", f"{bits} bits of work")
    return b"candour/v1/work" + beacon + name


def _fits(data: bytes, bits: int) -> bool:
    return int.from_bytes(sha256(data)[:2], "big") >> (16 - bits) == 0
