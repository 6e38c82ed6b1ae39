"""Section 3: X-Wing known answers through HPKE, and what cannot be opened or sealed to."""

import hashlib

from crypto.vectors.generator import xwing
from crypto.vectors.generator.base import Book, Recipe, cut, fill, fixed, flip, h, join, ref, text

# draft-connolly-cfrg-xwing-kem-08, appendix C: seed, randomness of the encapsulation, shared secret.
PUBLISHED = [
    (
        "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
        "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
        "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
        "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
    ),
    (
        "badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea",
        "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdef"
        "aee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d",
        "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
    ),
]
# The X25519 shares with which every scalar gives zero (RFC 7748 section 6.1): five points, two of them twice.
TOP = 2**255 - 19
ZERO_SHARES = {
    "0": 0,
    "1": 1,
    "a point of order 8": 325606250916557431795983626356110631294008115727848805560023387167927233504,
    "another point of order 8": 39382357235489614581723060781553021112529911719440698176882885853963445705823,
    "p - 1": TOP - 1,
    "p, not canonical": TOP,
    "p + 1, not canonical": TOP + 1,
}
INFO = b"candour/v1/cell" + h(b"any organisation")


def make() -> Book:
    """hpke.json."""
    book = Book(
        "hpke",
        {
            "hpke.public_key": "seed -> 1,216 bytes",
            "hpke.open": "seed, info, sealed -> the plaintext, or none",
            "hpke.seal": "public, info, plaintext -> only refusals: what is sealed differs each time",
        },
    )
    for number, (seed, randomness, secret) in enumerate(PUBLISHED, 1):
        _published(book, number, bytes.fromhex(seed), bytes.fromhex(randomness), bytes.fromhex(secret))
    _own(book)
    _shares(book)
    _keys(book)
    return book


def _published(book: Book, number: int, seed: bytes, randomness: bytes, secret: bytes) -> None:
    key = xwing.public_key(seed)
    if xwing.encapsulate(key, randomness)[0] != secret:
        raise ValueError("not what the draft says")
    comment = f"draft-connolly-cfrg-xwing-kem-08 appendix C, {number}"
    book.ok("hpke.public_key", comment, key, seed=seed)
    sealed = xwing.seal(seed, INFO, b"known answer", randomness)
    book.ok("hpke.open", comment, b"known answer", seed=seed, info=INFO, sealed=sealed)


def _own(book: Book) -> None:
    seed, other = fixed("hpke seed", 32), fixed("hpke other seed", 32)
    book.ok("hpke.public_key", "the seed of the tests below", xwing.public_key(seed), seed=seed)
    for size in (0, 1, 64, 2960):
        plain = fixed(f"hpke plaintext {size}", size)
        sealed = xwing.seal(seed, INFO, plain, fixed(f"hpke randomness {size}", 64))
        book.ok("hpke.open", f"{size} bytes", plain, seed=seed, info=INFO, sealed=book.keep(f"sealed {size}", sealed))
    empty = xwing.seal(seed, b"", b"no info", fixed("hpke randomness info", 64))
    book.ok("hpke.open", "an empty info", b"no info", seed=seed, info=b"", sealed=empty)
    good = ref("sealed 64")
    none: dict[str, tuple[bytes, bytes, Recipe]] = {
        "another key": (other, INFO, good),
        "another info": (seed, INFO + b"\0", good),
        "no info": (seed, b"", good),
        "a bit of the ML-KEM ciphertext's first part changed": (seed, INFO, flip(good, 0)),
        "a bit of the ML-KEM ciphertext's last part changed": (seed, INFO, flip(good, 1087, 0x80)),
        "a bit of the X25519 share changed": (seed, INFO, flip(good, 1088)),
        "a bit of the ciphertext changed": (seed, INFO, flip(good, 1120)),
        "a bit of the tag changed": (seed, INFO, flip(good, -1)),
        "one byte less": (seed, INFO, cut(good, 0, 1199)),
        "one byte more": (seed, INFO, join(good, b"\0")),
        "enc and a tag of another message": (seed, INFO, join(cut(good, 0, 1120), cut(ref("sealed 0"), 1120, 1136))),
    }
    for comment, (key, info, wrong) in none.items():
        book.none("hpke.open", comment, seed=key, info=info, sealed=wrong)
    share = join(cut(good, 0, 1119), flip(cut(good, 1119, 1120), 0, 0x80), cut(good, 1120, 1200))
    book.none("hpke.open", "the share's unused bit is bound by the KEM", seed=seed, info=INFO, sealed=share)


def _shares(book: Book) -> None:
    """Shares whose X25519 result is zero, with everything else right: a reader that does not check would open them."""
    seed = fixed("hpke seed", 32)
    enc = xwing.encapsulate(xwing.public_key(seed), fixed("hpke zero share", 64))[1][:1088]
    for comment, value in ZERO_SHARES.items():
        share = value.to_bytes(32, "little")
        shared = xwing.with_shared(seed, enc, share, bytes(32))
        sealed = xwing.encrypt(shared, enc + share, INFO, b"not for me")
        book.none("hpke.open", f"a share of {comment}: the result would be zero", seed=seed, info=INFO, sealed=sealed)


def _keys(book: Book) -> None:
    good = book.keep("public", xwing.public_key(fixed("hpke seed", 32)))
    lattice, curve = cut(good, 0, 1184), cut(good, 1184, 1216)

    def refused(comment: str, key: Recipe, code: str = "key") -> None:
        book.error("hpke.seal", comment, code, public=key, info=INFO, plaintext=text("x"))

    refused("the first coefficient is 4,095", join(b"\xff\x0f", cut(good, 2, 1216)))
    refused("the first coefficient is 3,329, the modulus", join((3329).to_bytes(2, "little"), cut(good, 2, 1216)))
    refused("the last coefficient is 4,095", join(cut(good, 0, 1150), b"\xff\xff", cut(good, 1152, 1216)))
    refused("one byte too few", cut(good, 0, 1215), "size")
    refused("one byte too many", join(good, b"\0"), "size")
    refused("no bytes", fill(0, 0), "size")
    refused("the other order of parts", join(curve, lattice))
    for comment, value in ZERO_SHARES.items():
        refused(f"an X25519 key of {comment}", join(lattice, value.to_bytes(32, "little")))
    for size in (31, 33):
        book.error("hpke.public_key", f"a seed of {size} bytes", "size", seed=hashlib.sha512(b"").digest()[:size])
