"""Points of edwards25519 in plain integers: enough to build the signatures on which verifiers disagree."""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]

ZERO: Point = (0, 1)


def add(a: Point, b: Point) -> Point:
    """The sum of two points, affine."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def times(number: int, point: Point) -> Point:
    """A multiple of a point."""
    out = ZERO
    while number:
        if number & 1:
            out = add(out, point)
        point, number = add(point, point), number >> 1
    return out


def encode(point: Point) -> bytes:
    """RFC 8032 section 5.1.2."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def x_of(y: int) -> int | None:
    """The even x of a y, or nothing if there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    for root in (x, x * pow(2, (P - 1) // 4, P) % P):
        if root * root % P == square:
            return root if root % 2 == 0 else P - root
    return None


def _base() -> Point:
    y = 4 * pow(5, -1, P) % P
    return x_of(y) or 0, y


BASE = _base()


def torsion() -> list[Point]:
    """The eight points of small order; number i is i times a generator."""
    y = 2
    while True:
        x = x_of(y)
        point = times(L, (x, y)) if x is not None else ZERO
        if times(4, point) != ZERO:
            return [times(i, point) for i in range(8)]
        y += 1


def scalar(seed: bytes) -> int:
    """RFC 8032: the secret scalar of a seed."""
    low = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    return low & (1 << 254) - 8 | 1 << 254


def challenge(share: bytes, key: bytes, message: bytes) -> int:
    """k, below the group order."""
    return int.from_bytes(hashlib.sha512(share + key + message).digest(), "little") % L


def s_bytes(value: int) -> bytes:
    """The second half of a signature."""
    return value.to_bytes(32, "little")
