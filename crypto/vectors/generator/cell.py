"""Section 6: report cells."""

from typing import Any

from crypto.vectors.generator import xwing
from crypto.vectors.generator.base import Book, Recipe, cut, fill, fixed, flip, hkdf, join, ref, u
from crypto.vectors.generator.codename import ORGANISATION

PAYLOAD = 2905
INFO = b"candour/v1/cell" + ORGANISATION
MESSAGE = fixed("message id", 16)
THREAD = hkdf(fixed("root", 32), "thread", fixed("g 1", 16))
SEED, OTHER = fixed("epoch seed", 32), fixed("other epoch seed", 32)


def plaintext(part: int, parts: int, payload: bytes, **changes: Any) -> bytes:
    """2,960 bytes; `changes` break one rule each."""
    head: bytes = bytes([changes.get("kind", 1)]) + changes.get("thread", THREAD) + changes.get("message", MESSAGE)
    length = changes.get("length", len(payload))
    return (head + u(2, part) + u(2, parts) + u(2, length) + payload).ljust(2960, changes.get("fill", b"\0"))


def cell(label: str, plain: bytes, seed: bytes = SEED, organisation: bytes = ORGANISATION) -> bytes:
    """4,096 bytes."""
    return xwing.seal(seed, b"candour/v1/cell" + organisation, plain, fixed(f"cell {label}", 64))


def make() -> Book:
    """cell.json."""
    book = Book(
        "cell",
        {
            "cell.split": "thread, message, head, rest -> plaintexts of 2,960 bytes",
            "cell.open": "cell, seeds, organisation -> thread, message, part, parts, payload; or none",
            "cell.seal": "plaintext, public, organisation -> only refusals: what is sealed differs each time",
            "cell.join": "pieces (thread, message, part, parts, payload) -> head and rest; or none while one lacks",
        },
    )
    _split(book)
    _open(book)
    _broken(book)
    _seal(book)
    _join(book)
    return book


def _split(book: Book) -> None:
    for comment, head, rest in [
        ("one part", 10, 0),
        ("a full head", PAYLOAD, 0),
        ("two parts, the second of one byte", PAYLOAD, 1),
        ("a short head and a full second part", 100, PAYLOAD),
        ("three parts, cut at 2,905 bytes", 2000, PAYLOAD + 1),
        ("sixteen full parts", PAYLOAD, 15 * PAYLOAD),
    ]:
        first, data = fixed("head", head), fixed("rest", rest)
        payloads = [first, *(data[i : i + PAYLOAD] for i in range(0, rest, PAYLOAD))]
        output = [plaintext(part, len(payloads), payload) for part, payload in enumerate(payloads)]
        given: dict[str, Any] = {"thread": THREAD, "message": MESSAGE, "head": first, "rest": data}
        if rest > PAYLOAD:
            output_of = fill(0x61, rest)
            data = b"a" * rest
            payloads = [first, *(data[i : i + PAYLOAD] for i in range(0, rest, PAYLOAD))]
            output = [plaintext(part, len(payloads), payload) for part, payload in enumerate(payloads)]
            given["rest"] = output_of
        book.ok("cell.split", comment, output, **given)
    ids: dict[str, Any] = {"thread": THREAD, "message": MESSAGE}
    book.error("cell.split", "seventeen parts", "limit", head=b"{}", rest=fill(0x61, 15 * PAYLOAD + 1), **ids)
    book.error("cell.split", "a head of 2,906 bytes", "limit", head=fill(0x61, PAYLOAD + 1), rest=b"", **ids)
    book.error("cell.split", "an empty head", "malformed", head=b"", rest=b"a", **ids)
    book.error("cell.split", "a message id of 15 bytes", "size", thread=THREAD, message=bytes(15), head=b"a", rest=b"")
    book.error(
        "cell.split", "a thread secret of 16 bytes", "size", thread=bytes(16), message=MESSAGE, head=b"a", rest=b""
    )


def _open(book: Book) -> None:
    for label, part, parts, size in [
        ("one part of one byte", 0, 1, 1),
        ("the first of two, not full", 0, 2, 10),
        ("the last of two, one byte", 1, 2, 1),
        ("the second of three, full", 1, 3, PAYLOAD),
        ("the last of sixteen", 15, 16, PAYLOAD),
    ]:
        payload = fixed(f"payload {label}", size)
        sealed = book.keep(label, cell(label, plaintext(part, parts, payload)))
        output = {"thread": THREAD, "message": MESSAGE, "part": part, "parts": parts, "payload": payload}
        book.ok("cell.open", label, output, cell=sealed, seeds=[SEED], organisation=ORGANISATION)
    good, payload = ref("one part of one byte"), fixed("payload one part of one byte", 1)
    output = {"thread": THREAD, "message": MESSAGE, "part": 0, "parts": 1, "payload": payload}
    for comment, seeds in {"the second key fits": [OTHER, SEED], "the last of seven": [OTHER] * 6 + [SEED]}.items():
        book.ok("cell.open", comment, output, cell=good, seeds=seeds, organisation=ORGANISATION)

    def none(comment: str, sealed: Recipe, *seeds: bytes, organisation: bytes = ORGANISATION) -> None:
        book.none("cell.open", comment, cell=sealed, seeds=list(seeds), organisation=organisation)

    none("no keys", good)
    none("only other keys", good, OTHER, OTHER)
    none("another organisation", good, SEED, organisation=bytes(32))
    for at in (0, 600, 1087, 1088, 1119, 1120, 4079, 4080, 4095):
        none(f"a bit of byte {at} changed", flip(good, at, 0x10), SEED)
    none(
        "enc of one cell, ciphertext of another",
        join(cut(good, 0, 1120), cut(ref("the last of sixteen"), 1120, 4096)),
        SEED,
    )
    none("random bytes", fixed("random cell", 4096), SEED)
    none("zeros", fill(0, 4096), SEED)
    none("cover, to a key that was thrown away", cell("cover", bytes(2960), fixed("thrown away", 32)), SEED)
    for comment, wrong in {
        "no bytes": fill(0, 0),
        "one byte too few": cut(good, 0, 4095),
        "one byte too many": join(good, b"\0"),
        "a board cell's size": fill(0, 2048),
    }.items():
        book.error("cell.open", comment, "size", cell=wrong, seeds=[SEED], organisation=ORGANISATION)
        book.error("cell.open", f"{comment}, without a key", "size", cell=wrong, seeds=[], organisation=ORGANISATION)


def _broken(book: Book) -> None:
    """Cells that open and break one rule each."""
    full = fixed("full payload", PAYLOAD)
    broken = {
        "cover, to a key that was not thrown away": bytes(2960),
        "kind 0 with everything else of a message": plaintext(0, 1, b"{}", kind=0),
        "kind 2": plaintext(0, 1, b"{}", kind=2),
        "kind 255": plaintext(0, 1, b"{}", kind=255),
        "no parts": plaintext(0, 0, b"{}"),
        "seventeen parts": plaintext(0, 17, b"{}"),
        "256 parts, as if it were little-endian": plaintext(0, 256, b"{}"),
        "part 1 of 1": plaintext(1, 1, b"{}"),
        "part 16 of 16": plaintext(16, 16, full),
        "an empty only part": plaintext(0, 1, b""),
        "an empty last part": plaintext(1, 2, b""),
        "length 2,906": plaintext(0, 1, full, length=PAYLOAD + 1),
        "length 65,535": plaintext(0, 1, full, length=0xFFFF),
        "a byte that is not zero right after the payload": plaintext(0, 1, b"{}x", length=2),
        "a last byte that is not zero": plaintext(0, 1, b"{}")[:-1] + b"\x01",
        "filled up with ones": plaintext(0, 1, b"{}", fill=b"\xff"),
        "part 1 of 3 not full": plaintext(1, 3, full[:-1]),
        "part 14 of 16 not full": plaintext(14, 16, b"x"),
    }
    for comment, plain in broken.items():
        given: dict[str, Any] = {"cell": cell(comment, plain), "organisation": ORGANISATION}
        book.error("cell.open", comment, "malformed", seeds=[SEED], **given)
    book.ok(
        "cell.open",
        "zeros at the end of the payload belong to it",
        {"thread": THREAD, "message": MESSAGE, "part": 0, "parts": 1, "payload": b"\0\0"},
        cell=cell("zeros in the payload", plaintext(0, 1, b"\0\0")),
        seeds=[SEED],
        organisation=ORGANISATION,
    )


def _seal(book: Book) -> None:
    key = book.keep("public", xwing.public_key(SEED))

    def refused(comment: str, code: str, plain: Recipe, public: Recipe, organisation: bytes = ORGANISATION) -> None:
        book.error("cell.seal", comment, code, plaintext=plain, public=public, organisation=organisation)

    good = fill(1, 2960)
    refused("a plaintext of 2,959 bytes", "size", fill(1, 2959), key)
    refused("a plaintext of 2,961 bytes", "size", fill(1, 2961), key)
    refused("an organisation id of 31 bytes", "size", good, key, bytes(31))
    refused("a public key of 1,215 bytes", "size", good, cut(key, 0, 1215))
    refused("a key that fails the modulus check", "key", good, join(b"\xff\xff", cut(key, 2, 1216)))
    refused("an X25519 key of zeros", "key", good, join(cut(key, 0, 1184), bytes(32)))


def _join(book: Book) -> None:
    def piece(part: int, payload: bytes, parts: int = 3, **other: bytes) -> dict[str, Any]:
        common = {"thread": THREAD, "message": MESSAGE, "part": part, "parts": parts, "payload": payload}
        return {**common, **other}

    a, b, c = piece(0, b"head"), piece(1, b"middle"), piece(2, b"end")
    whole = b"headmiddleend"
    book.ok("cell.join", "in order", whole, pieces=[a, b, c])
    book.ok("cell.join", "in another order", whole, pieces=[c, a, b])
    book.ok("cell.join", "a part twice, the same", whole, pieces=[a, b, b, c, a])
    book.none("cell.join", "none", pieces=[])
    book.none("cell.join", "the last is missing", pieces=[a, b])
    book.none("cell.join", "the first is missing", pieces=[b, c])
    book.error("cell.join", "two payloads for one part", "conflict", pieces=[a, b, c, piece(1, b"muddle")])
    book.error("cell.join", "two payloads while another part is missing", "conflict", pieces=[a, piece(0, b"hood")])
    book.error("cell.join", "two values of parts", "conflict", pieces=[a, piece(1, b"middle", 4)])
    book.error("cell.join", "parts of two messages", "conflict", pieces=[a, piece(1, b"middle", message=bytes(16))])
    book.error("cell.join", "parts of two threads", "conflict", pieces=[a, piece(1, b"middle", thread=bytes(32))])
