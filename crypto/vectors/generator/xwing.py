"""Section 3: X-Wing and HPKE base mode, with the encapsulation's randomness given.

Libraries offer ML-KEM only with randomness of their own, so its encapsulation (FIPS 203, algorithms 14 and 17) is
written out here; every ciphertext is opened again by the library, twice over, before it is used.
"""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

Q = 3329
SUITE = b"HPKE" + bytes.fromhex("647a00010003")
LIBRARY = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
Poly = list[int]


def _bit_reverse(value: int) -> int:
    return int(f"{value:07b}"[::-1], 2)


_ZETA = [pow(17, _bit_reverse(i), Q) for i in range(128)]
_GAMMA = [pow(17, 2 * _bit_reverse(i) + 1, Q) for i in range(128)]


def _ntt(poly: Poly) -> Poly:
    f, k, length = list(poly), 1, 128
    while length >= 2:
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                t = _ZETA[k] * f[j + length] % Q
                f[j + length], f[j] = (f[j] - t) % Q, (f[j] + t) % Q
            k += 1
        length //= 2
    return f


def _inverse_ntt(poly: Poly) -> Poly:
    f, k, length = list(poly), 127, 2
    while length <= 128:
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                t = f[j]
                f[j], f[j + length] = (t + f[j + length]) % Q, _ZETA[k] * (f[j + length] - t) % Q
            k -= 1
        length *= 2
    return [each * 3303 % Q for each in f]


def _dot(left: Sequence[Poly], right: Sequence[Poly]) -> Poly:
    """The sum of products of polynomials in NTT form."""
    out = [0] * 256
    for a, b in zip(left, right, strict=True):
        for i in range(128):
            a0, a1, b0, b1 = a[2 * i], a[2 * i + 1], b[2 * i], b[2 * i + 1]
            out[2 * i] = (out[2 * i] + a0 * b0 + a1 * b1 * _GAMMA[i]) % Q
            out[2 * i + 1] = (out[2 * i + 1] + a0 * b1 + a1 * b0) % Q
    return out


def _sample_ntt(seed: bytes) -> Poly:
    stream, out = hashlib.shake_128(seed).digest(3 * 672), []
    for i in range(0, len(stream), 3):
        a, b, c = stream[i : i + 3]
        out += [each for each in (a + 256 * (b % 16), b // 16 + 16 * c) if each < Q]
    return out[:256]


def _noise(seed: bytes, number: int) -> Poly:
    bits = int.from_bytes(hashlib.shake_256(seed + bytes([number])).digest(128), "little")
    nibbles = [bits >> (4 * i) & 15 for i in range(256)]
    return [((n & 1) + (n >> 1 & 1) - (n >> 2 & 1) - (n >> 3)) % Q for n in nibbles]


def _pack(poly: Poly, width: int) -> bytes:
    """Compress to `width` bits each (FIPS 203, 4.7) and join, little-endian."""
    bits = sum(((each << width) + Q // 2) // Q % (1 << width) << (width * i) for i, each in enumerate(poly))
    return bits.to_bytes(32 * width, "little")


def _unpack12(data: bytes) -> Poly:
    bits = int.from_bytes(data, "little")
    return [bits >> (12 * i) & 0xFFF for i in range(256)]


def _mlkem_encapsulate(key: bytes, message: bytes) -> tuple[bytes, bytes]:
    """FIPS 203 ML-KEM-768 encapsulation with `message` as randomness: (shared secret, ciphertext)."""
    both = hashlib.sha3_512(message + hashlib.sha3_256(key).digest()).digest()
    secret, coins, rho = both[:32], both[32:], key[1152:]
    t = [_unpack12(key[384 * i : 384 * i + 384]) for i in range(3)]
    y = [_ntt(_noise(coins, i)) for i in range(3)]
    e2 = _noise(coins, 6)
    parts = []
    for i in range(3):
        row = [_sample_ntt(rho + bytes([i, j])) for j in range(3)]
        u = zip(_inverse_ntt(_dot(row, y)), _noise(coins, 3 + i), strict=True)
        parts.append(_pack([(a + b) % Q for a, b in u], 10))
    bits = int.from_bytes(message, "little")
    v = [
        (a + b + (bits >> i & 1) * 1665) % Q for i, (a, b) in enumerate(zip(_inverse_ntt(_dot(t, y)), e2, strict=True))
    ]
    return secret, b"".join(parts) + _pack(v, 4)


def _keys(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def public_key(seed: bytes) -> bytes:
    """The 1,216-byte X-Wing public key of a 32-byte seed."""
    lattice, curve = _keys(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def _combine(lattice: bytes, curve: bytes, share: bytes, public: bytes) -> bytes:
    return hashlib.sha3_256(lattice + curve + share + public + rb"\.//^" + b"\\").digest()


def encapsulate(public: bytes, seed: bytes) -> tuple[bytes, bytes]:
    """X-Wing encapsulation with 64 bytes of randomness: (shared secret, enc of 1,120 bytes)."""
    lattice, ciphertext = _mlkem_encapsulate(public[:1184], seed[:32])
    mine = X25519PrivateKey.from_private_bytes(seed[32:])
    share = mine.public_key().public_bytes_raw()
    curve = mine.exchange(X25519PublicKey.from_public_bytes(public[1184:]))
    return _combine(lattice, curve, share, public[1184:]), ciphertext + share


def decapsulate(seed: bytes, enc: bytes) -> bytes:
    """The shared secret of an `enc`."""
    lattice, curve = _keys(seed)
    shared = curve.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    return _combine(lattice.decapsulate(enc[:1088]), shared, enc[1088:], curve.public_key().public_bytes_raw())


def with_shared(seed: bytes, ciphertext: bytes, share: bytes, curve: bytes) -> bytes:
    """The KEM's secret as it would be were the X25519 result `curve`: for shares that a reader must refuse."""
    lattice, mine = _keys(seed)
    return _combine(lattice.decapsulate(ciphertext), curve, share, mine.public_key().public_bytes_raw())


def _extract(salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + SUITE + label + material, "sha256")


def _expand(secret: bytes, label: bytes, info: bytes, size: int) -> bytes:
    labelled = size.to_bytes(2, "big") + b"HPKE-v1" + SUITE + label + info
    return hmac.digest(secret, labelled + b"\x01", "sha256")[:size]


def schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180 section 5.1, base mode: (key, base nonce)."""
    context = b"\x00" + _extract(b"", b"psk_id_hash", b"") + _extract(b"", b"info_hash", info)
    secret = _extract(shared, b"secret", b"")
    return _expand(secret, b"key", context, 32), _expand(secret, b"base_nonce", context, 12)


def encrypt(shared: bytes, enc: bytes, info: bytes, plaintext: bytes) -> bytes:
    """The sealed bytes for a shared secret and its `enc`."""
    key, nonce = schedule(shared, info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plaintext, b"")


def seal(seed: bytes, info: bytes, plaintext: bytes, randomness: bytes) -> bytes:
    """HPKE.Seal to the public key of `seed`; checked against the library's own HPKE before it is returned."""
    public = public_key(seed)
    shared, enc = encapsulate(public, randomness)
    if decapsulate(seed, enc) != shared:
        raise ValueError("encapsulation and decapsulation differ")
    sealed = encrypt(shared, enc, info, plaintext)
    if LIBRARY.decrypt(sealed, hpke.MLKEM768X25519PrivateKey(*_keys(seed)), info) != plaintext:
        raise ValueError("the library opens something else")
    return sealed
