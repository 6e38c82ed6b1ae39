"""Section 3, Ed25519: known answers, and every signature on which tolerant and strict verifiers differ."""

from crypto.vectors.generator import edwards as ed
from crypto.vectors.generator.base import Book, fixed, public, sign

# RFC 8032 section 7.1, tests 1 to 3: seed, message, public key (the library's answer must be the RFC's).
RFC8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "af82",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    ),
]
MESSAGE = b"two guardians must agree about one receipt"


def make() -> Book:
    """signing.json."""
    notes = {
        "signing.public": "seed -> 32 bytes",
        "signing.sign": "seed, message -> 64 bytes",
        "signing.verify": "public, message, signature -> true or false",
        "zip215": "in the comment: a tolerant verifier accepts it, this protocol does not",
    }
    book = Book("signing", notes)
    _known(book)
    _sizes(book)
    _small_order(book)
    _torsion(book)
    return book


def _verify(book: Book, comment: str, good: bool, key: bytes, signature: bytes, message: bytes = MESSAGE) -> None:
    book.ok("signing.verify", comment, good, public=key, message=message, signature=signature)


def _known(book: Book) -> None:
    for number, (seed_hex, message_hex, key_hex) in enumerate(RFC8032, 1):
        seed, message, key = map(bytes.fromhex, (seed_hex, message_hex, key_hex))
        if public(seed) != key:
            raise ValueError("not what RFC 8032 says")
        book.ok("signing.public", f"RFC 8032 test {number}", key, seed=seed)
        book.ok("signing.sign", f"RFC 8032 test {number}", sign(seed, message), seed=seed, message=message)
        _verify(book, f"RFC 8032 test {number}", True, key, sign(seed, message), message)


def _sizes(book: Book) -> None:
    seed = fixed("signing seed", 32)
    key, good = public(seed), sign(seed, MESSAGE)
    _verify(book, "a good signature", True, key, good)
    _verify(book, "another message", False, key, good, MESSAGE + b".")
    _verify(book, "another key", False, public(fixed("other seed", 32)), good)
    for at in (0, 31, 32, 63):
        _verify(book, f"a bit of byte {at} changed", False, key, bytes(b ^ (i == at) for i, b in enumerate(good)))
    s = int.from_bytes(good[32:], "little")
    _verify(book, "s plus the group order", False, key, good[:32] + ed.s_bytes(s + ed.L))
    _verify(book, "s minus itself: s is the group order", False, key, good[:32] + ed.s_bytes(ed.L))
    _verify(book, "s with its highest bit set", False, key, good[:63] + bytes([good[63] | 0x80]))
    for size in (0, 63, 65):
        _verify(book, f"a signature of {size} bytes", False, key, (good + b"\0")[:size])
    for size in (0, 31, 33):
        _verify(book, f"a key of {size} bytes", False, (key + b"\0")[:size], good)
    _verify(book, "a key that is no point", False, _no_point(), good)
    _verify(book, "R that is no point", False, key, _no_point() + good[32:])
    for size in (31, 33):
        book.error("signing.public", f"a seed of {size} bytes", "size", seed=bytes(size))
        book.error("signing.sign", f"a seed of {size} bytes", "size", seed=bytes(size), message=b"")


def _no_point() -> bytes:
    y = next(y for y in range(2, 100) if ed.x_of(y) is None)
    return y.to_bytes(32, "little")


def _odd_spellings() -> dict[str, bytes]:
    """The encodings of points of small order: the eight canonical ones, and all the others."""
    spelled = {f"the point {i} of order dividing 8": ed.encode(point) for i, point in enumerate(ed.torsion())}
    top = 1 << 255
    others = {
        "the identity with the sign bit": 1 | top,
        "-1 with the sign bit": (ed.P - 1) | top,
        "y = p": ed.P,
        "y = p with the sign bit": ed.P | top,
        "y = p + 1": ed.P + 1,
        "y = p + 1 with the sign bit": (ed.P + 1) | top,
    }
    return spelled | {comment: value.to_bytes(32, "little") for comment, value in others.items()}


def _small_order(book: Book) -> None:
    """Signatures that fit the equation, or fit it after multiplying by 8, with a key or an R of small order."""
    seed = fixed("small order seed", 32)
    a = ed.scalar(seed)
    for comment, spelling in _odd_spellings().items():
        nonce = int.from_bytes(fixed("small order nonce", 32), "little") % ed.L
        share = ed.encode(ed.times(nonce, ed.BASE))
        _verify(book, f"key: {comment} (zip215)", False, spelling, share + ed.s_bytes(nonce))
        k = ed.challenge(spelling, public(seed), MESSAGE)
        _verify(book, f"R: {comment} (zip215)", False, public(seed), spelling + ed.s_bytes(k * a % ed.L))
        _verify(book, f"key and R: {comment}, s = 0 (zip215)", False, spelling, spelling + bytes(32))


def _torsion(book: Book) -> None:
    """A key or an R of large order with a part of order 8 in it."""
    seed, point = fixed("torsion seed", 32), ed.torsion()[1]
    a = ed.scalar(seed)
    mixed = ed.encode(ed.add(ed.times(a, ed.BASE), point))
    found: dict[bool, bytes] = {}
    number = 0
    while len(found) < 2:
        message = MESSAGE + b" %d" % number
        nonce = int.from_bytes(fixed(f"torsion nonce {number}", 64), "little") % ed.L
        share = ed.encode(ed.times(nonce, ed.BASE))
        k = ed.challenge(share, mixed, message)
        fits = k % 8 == 0
        if fits not in found:
            found[fits] = message
            comment = "k divides by 8: it fits" if fits else "k does not divide by 8 (zip215)"
            signature = share + ed.s_bytes((nonce + k * a) % ed.L)
            _verify(book, f"a key with a torsion part; {comment}", fits, mixed, signature, message)
        number += 1
    nonce = int.from_bytes(fixed("torsion in R", 64), "little") % ed.L
    for i in (1, 2, 4):
        share = ed.encode(ed.add(ed.times(nonce, ed.BASE), ed.torsion()[i]))
        k = ed.challenge(share, public(seed), MESSAGE)
        signature = share + ed.s_bytes((nonce + k * a) % ed.L)
        _verify(book, f"R with a torsion part, number {i} (zip215)", False, public(seed), signature)
    off = ed.encode(ed.add(ed.times(a, ed.BASE), ed.torsion()[4]))
    _verify(book, "a key with a part of order 2 and the signature of the key without", False, off, sign(seed, MESSAGE))
