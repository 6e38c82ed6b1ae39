"""Hashing and key derivation: SHA-256, the names made from it, and HKDF-SHA256 (PROTOCOL section 1).

>>> derive(bytes(32), "thread", bytes(16)).hex()[:8]
'3e7d7694'
"""

import hashlib

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

_PREFIX = b"candour/v1/"


def derive(secret: bytes, label: str, context: bytes = b"", size: int = 32) -> bytes:
    """HKDF-SHA256 with an empty salt and `info = "candour/v1/" || label || context`; gives `size` bytes."""
    return expand(extract(secret), label, context, size)


def extract(secret: bytes) -> bytes:
    """HKDF's first half, 32 bytes: done once where many keys come from one secret."""
    return HKDF.extract(SHA256(), None, secret)


def expand(key: bytes, label: str, context: bytes, size: int) -> bytes:
    """HKDF's second half: `derive(secret, ...)` is `expand(extract(secret), ...)`."""
    return HKDFExpand(SHA256(), size, _PREFIX + label.encode("ascii") + context).derive(key)


def sha256(data: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(data).digest()


def name(data: bytes) -> bytes:
    """The first 16 bytes of SHA-256: what a server calls a cell or a chunk."""
    return sha256(data)[:16]


def hexname(data: bytes) -> str:
    """`name` in 32 lower-case hex digits, as it stands in addresses."""
    return name(data).hex()
