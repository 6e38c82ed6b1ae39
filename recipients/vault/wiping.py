"""Overwriting secrets in memory, as far as Python lets one (docs/GUARDIANS.md says how far).

Python keeps values where they are until something else needs the room, and copies some on the way. What is overwritten
here are the very objects that hold a secret, once nothing needs them any more; copies made inside libraries are theirs.
"""

import ctypes
import sys

_CPYTHON = sys.implementation.name == "cpython"


def wipe(*secrets: bytes | str) -> None:
    """Overwrites values with zeros where they lie. Only for values that were made for this, and that nobody uses again.

    A value of one byte, and one that is not plain ASCII, may be shared or laid out otherwise: those are left alone. On
    another Python than CPython nothing is done.
    """
    for secret in secrets:
        size = len(secret)
        if not _CPYTHON or size < 16 or (isinstance(secret, str) and not secret.isascii()):
            continue
        # The letters stand at the end of the object, before one byte that closes them.
        ctypes.memset(id(secret) + sys.getsizeof(secret) - size - 1, 0, size)
