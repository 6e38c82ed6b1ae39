"""Section 17: proof of work."""

from crypto.vectors.generator.base import Book, fixed, h

BEACON, NAME = fixed("beacon", 16), fixed("work name", 16)


def bits_of(nonce: bytes) -> int:
    """How many leading zero bits a nonce makes."""
    digest = int.from_bytes(h(b"candour/v1/work" + BEACON + NAME + nonce), "big")
    return 256 - digest.bit_length()


def first(bits: int) -> bytes:
    """The first counter with exactly so many zero bits."""
    return next(nonce for i in range(1 << 20) if bits_of(nonce := i.to_bytes(8, "big")) == bits)


def make() -> Book:
    """work.json."""
    book = Book(
        "work",
        {
            "work.check": "beacon, name, nonce, bits -> true or false",
            "work.solve": "beacon, name, bits -> the smallest nonce",
        },
    )

    def check(comment: str, good: bool, nonce: bytes, bits: int, beacon: bytes = BEACON, name: bytes = NAME) -> None:
        book.ok("work.check", comment, good, beacon=beacon, name=name, nonce=nonce, bits=bits)

    for bits in (0, 1, 7, 8, 9, 12, 14):
        nonce = first(bits)
        check(f"exactly {bits} zero bits, {bits} asked", True, nonce, bits)
        if bits < 14:
            check(f"exactly {bits} zero bits, {bits + 1} asked", False, nonce, bits + 1)
    check("more zero bits than asked", True, first(14), 3)
    check("nothing asked", True, bytes(8), 0)
    check("another beacon", False, first(14), 8, beacon=bytes(16))
    check("another name", False, first(14), 8, name=bytes(16))
    check("beacon and name swapped", False, first(14), 8, beacon=NAME, name=BEACON)
    check("a nonce of 7 bytes", False, first(14)[1:], 0)
    check("a nonce of 9 bytes", False, first(14) + b"\0", 0)
    given = {"beacon": BEACON, "name": NAME, "nonce": first(14)}
    book.error("work.check", "15 bits, which no server may ask", "limit", bits=15, **given)
    book.error("work.check", "a beacon of 15 bytes", "size", bits=1, **{**given, "beacon": bytes(15)})
    book.error("work.check", "a name of 32 bytes", "size", bits=1, **{**given, "name": bytes(32)})
    for bits in (0, 1, 5, 10):
        smallest = next(nonce for i in range(1 << 20) if bits_of(nonce := i.to_bytes(8, "big")) >= bits)
        book.ok("work.solve", f"{bits} bits", smallest, beacon=BEACON, name=NAME, bits=bits)
    book.error("work.solve", "15 bits", "limit", beacon=BEACON, name=NAME, bits=15)
    return book
