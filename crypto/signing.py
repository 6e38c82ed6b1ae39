"""Ed25519, verified strictly so that no two verifiers disagree about one signature (PROTOCOL section 3).

libsodium checks the cofactorless equation `encode(sB - kA) == R`. Which odd encodings it refuses besides has changed
between its releases, so A and R are checked here as well: canonical, and not one of the eight points of small order.

    >>> verify(public(bytes(32)), b"text", sign(bytes(32), b"text"))
    True
"""

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from crypto.errors import CandourError

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# The y of the points of order 1, 2, 4 and 8. Both signs of x are refused: for y = 1 and y = -1, where x is 0, the
# other sign is the only further non-canonical encoding that a y below p can have.
_SMALL_ORDER = frozenset({1, _P - 1, 0, _Y8, _P - _Y8})


def public(seed: bytes) -> bytes:
    """The public key, 32 bytes, of a seed of 32 bytes (`size`)."""
    return bytes(_key(seed).verify_key)


def sign(seed: bytes, message: bytes) -> bytes:
    """Signs with a seed of 32 bytes (`size`); 64 bytes, always the same for the same message."""
    return _key(seed).sign(message).signature


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's, under the strict rules; False too when a size is wrong."""
    if len(public) != 32 or len(signature) != 64:
        return False
    if not _usable(public) or not _usable(signature[:32]) or int.from_bytes(signature[32:], "little") >= _ORDER:
        return False
    try:
        VerifyKey(public).verify(message, signature)
    except BadSignatureError:
        return False
    return True


def _key(seed: bytes) -> SigningKey:
    if len(seed) != 32:
        raise CandourError("size", "signing seed")
    return SigningKey(seed)


def _usable(point: bytes) -> bool:
    """Whether 32 bytes are a canonical encoding and not a point of small order. (Not whether it is on the curve.)"""
    y = int.from_bytes(point, "little") & ((1 << 255) - 1)
    return y < _P and y not in _SMALL_ORDER
