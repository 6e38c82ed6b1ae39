"""Sealing: HPKE base mode with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305, single shot (PROTOCOL section 3).

A sealed value is `enc (1,120) || ciphertext || tag (16)`.

    >>> seed = generate_seed()
    >>> open_(seed, b"info", seal(public_key(seed), b"info", b"text"))
    b'text'
"""

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from crypto.errors import CandourError

SEED = 32
PUBLIC = 1216
ENC = 1120
OVERHEAD = ENC + 16

_MLKEM = 1184
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class PrivateKey:
    """A private key made ready once, for opening many; its seed has 32 bytes (`size`). It does not print."""

    def __init__(self, seed: bytes) -> None:
        mlkem, x25519 = _expand(seed)
        self._key = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)

    def open(self, info: bytes, sealed: bytes) -> bytes | None:
        """The plaintext, or None when it was not sealed to this key with this info."""
        try:
            return _SUITE.decrypt(sealed, self._key, info)
        except InvalidTag:
            return None


def generate_seed() -> bytes:
    """A fresh random seed, 32 bytes."""
    return secrets.token_bytes(SEED)


def public_key(seed: bytes) -> bytes:
    """The public key, 1,216 bytes, of a seed of 32 bytes (`size`)."""
    mlkem, x25519 = _expand(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def seal(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """Seals to a public key of 1,216 bytes (`size`); 1,136 bytes longer than the plaintext; `key` if it is unusable."""
    if len(public) != PUBLIC:
        raise CandourError("size", "public key")
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM])
        x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM:])
        return _SUITE.encrypt(plaintext, hpke.MLKEM768X25519PublicKey(mlkem, x25519), info)
    except ValueError:  # ML-KEM's modulus check, or an X25519 result of zero
        raise CandourError("key", "public key") from None


def open_(seed: bytes, info: bytes, sealed: bytes) -> bytes | None:
    """The plaintext, or None when it was not sealed to this seed's key with this info; `size` for the seed."""
    return PrivateKey(seed).open(info, sealed)


def _expand(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """X-Wing's two private keys: SHAKE256 of the seed gives 64 bytes for ML-KEM-768, then 32 for X25519."""
    if len(seed) != SEED:
        raise CandourError("size", "sealing seed")
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
