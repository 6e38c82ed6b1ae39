"""Signatures on which verifiers differ, made in plain integers and without the code under test."""

import secrets
from dataclasses import dataclass

from crypto.vectors.generator.edwards import BASE, L, P, Point, add, challenge, encode, s_bytes, times, torsion

_TORSION = torsion()
_SIGN = 1 << 255
_OTHERS = [1 | _SIGN, (P - 1) | _SIGN, P, P | _SIGN, P + 1, (P + 1) | _SIGN]

# All 14 encodings of the eight points of small order: the canonical ones, the wrong signs and the ys above p.
SMALL = [*map(encode, _TORSION), *(number.to_bytes(32, "little") for number in _OTHERS)]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A signature by a key `aB + T_i` with `R = rB + T_j`, and whether the cofactorless equation holds."""

    name: str
    key: bytes
    message: bytes
    signature: bytes
    fits: bool

    def __str__(self) -> str:
        return self.name


def mixed_cases() -> list[Case]:
    """For every pair of small-order parts in key and R: a signature that fits and one that does not, if there are."""
    pairs = ((i, j) for i in range(8) for j in range(8))
    return [case for i, j in pairs for fits in (True, False) if (case := _mixed(i, j, fits)) is not None]


def _mixed(i: int, j: int, fits: bool) -> Case | None:
    a, r = secrets.randbelow(L), secrets.randbelow(L)
    key, share = (encode(add(times(number, BASE), _TORSION[at])) for number, at in ((a, i), (r, j)))
    for number in range(200):
        message = b"%d" % number
        k = challenge(share, key, message)
        # sB - kA = rB - k T_i, which is R when T_j = -k T_i.
        if ((j + k * i) % 8 == 0) is fits:
            name = f"T{i} in the key, T{j} in R, {'fits' if fits else 'does not fit'}"
            return Case(name=name, key=key, message=message, signature=share + s_bytes((r + k * a) % L), fits=fits)
    return None


def small_key(point: bytes) -> tuple[bytes, bytes, bytes]:
    """A key of small order, and a message and signature for which the equation holds exactly if it can."""
    r = secrets.randbelow(L)
    share = encode(times(r, BASE))
    messages = (b"%d" % number for number in range(1000))
    message = next(message for message in messages if challenge(share, point, message) % 8 == 0)
    return point, message, share + s_bytes(r)


def small_share(point: bytes) -> tuple[bytes, bytes, bytes]:
    """A signature whose R is of small order and, if the encoding is canonical, fits the equation exactly."""
    a = secrets.randbelow(L)
    order = _TORSION.index(_decode(point))
    # The key's own small-order part is a generator's, so that some message makes up for R's.
    key = encode(add(times(a, BASE), _TORSION[1]))
    messages = (b"%d" % number for number in range(1000))
    message = next(m for m in messages if (order + challenge(point, key, m)) % 8 == 0)
    return key, message, point + s_bytes(challenge(point, key, message) * a % L)


def _decode(point: bytes) -> Point:
    """The small-order point that a tolerant reader takes an encoding for."""
    number = int.from_bytes(point, "little")
    y, odd = number % _SIGN % P, number >> 255
    same_y = [each for each in _TORSION if each[1] == y]
    return next((each for each in same_y if each[0] % 2 == odd), same_y[0])
