"""The keys of a thread: all that one codename and one guardian share (PROTOCOL section 5).

`root` is the reporter's root (32 bytes, from the codename) and `g` names the guardian (16 bytes). Wrong sizes
are `size`.

    >>> board = board_secret(thread_secret(bytes(32), bytes(16)))
    >>> thread_id(board).hex()[:8]
    '9d73de09'
"""

from crypto import signing
from crypto.errors import CandourError
from crypto.kdf import derive, sha256


def organisation_id(root_key: bytes) -> bytes:
    """The organisation's id, 32 bytes, from its first root public key (32 bytes)."""
    return sha256(b"candour/v1/organisation" + _sized(root_key, 32))


def thread_secret(root: bytes, g: bytes) -> bytes:
    """`T_g`, 32 bytes: known to the reporter and to guardian g."""
    return derive(_sized(root, 32), "thread", _sized(g, 16))


def board_secret(thread: bytes) -> bytes:
    """`B_g`, 32 bytes: enough to answer the thread, not enough to pass for the reporter."""
    return derive(_sized(thread, 32), "board")


def thread_id(board: bytes) -> bytes:
    """The thread's public name, 16 bytes, in replies and receipts."""
    return sha256(b"candour/v1/thread-id" + _sized(board, 32))[:16]


def holder_seed(root: bytes, g: bytes) -> bytes:
    """The Ed25519 seed, 32 bytes, with which a reporter proves that a receipt is theirs."""
    return derive(_sized(root, 32), "holder", _sized(g, 16))


def holder_key(root: bytes, g: bytes) -> bytes:
    """The public key, 32 bytes, of the holder seed; it travels in the message."""
    return signing.public(holder_seed(root, g))


def _sized(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise CandourError("size", f"{len(data)} bytes, not {size}")
    return data
