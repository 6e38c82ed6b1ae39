"""Section 8: the board."""

from typing import Any

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

from crypto.vectors.generator.base import Book, Recipe, cut, fill, fixed, flip, hkdf, join, ref, u
from crypto.vectors.generator.cell import MESSAGE, THREAD

PAYLOAD = 1969
DAY = 20_500
SECRET = hkdf(THREAD, "board")


def tag_and_key(day: int, i: int, secret: bytes = SECRET) -> tuple[bytes, bytes]:
    """The name and the key of one place."""
    both = hkdf(secret, "reply", u(4, day) + bytes([i]), 48)
    return both[:16], both[16:]


def plaintext(part: int, parts: int, payload: bytes, **changes: Any) -> bytes:
    """1,992 bytes; `changes` break one rule each."""
    head: bytes = bytes([changes.get("kind", 1)]) + changes.get("message", MESSAGE) + u(2, part) + u(2, parts)
    return (head + u(2, changes.get("length", len(payload))) + payload).ljust(1992, changes.get("fill", b"\0"))


def cell(label: str, plain: bytes, day: int = DAY, i: int = 0, **changes: bytes) -> bytes:
    """2,048 bytes."""
    tag, key = tag_and_key(day, i)
    nonce = fixed(f"board nonce {label}", 24)
    sealed = encrypt(plain, changes.get("aad", tag), nonce, changes.get("key", key))
    return changes.get("tag", tag) + nonce + bytes(sealed)


def make() -> Book:
    """board.json."""
    book = Book(
        "board",
        {
            "board.tag_and_key": "secret, day, i -> tag, key",
            "board.split": "kind, message, payload -> plaintexts of 1,992 bytes",
            "board.open": "cell, key -> kind, message, part, parts, payload; or none",
            "board.seal": "plaintext, secret, day, i -> only refusals: what is sealed differs each time",
            "board.tags": "secret, today -> each tag and key, ascending by tag",
            "board.find": "cells, secrets, today -> the parts, ascending by their JSON (each cell may be found once)",
            "board.join": "pieces (kind, message, part, parts, payload) -> the payload; or none while some is missing",
            "board.write_file": "start, length, cells -> a board file",
            "board.read_files": "bytes -> start, length, cells of each file",
        },
    )
    _derive(book)
    _split(book)
    _open(book)
    _find(book)
    _join(book)
    _files(book)
    return book


def _derive(book: Book) -> None:
    for day, i in [(0, 0), (DAY, 0), (DAY, 15), (DAY + 1, 0), (2**31 - 1, 15)]:
        tag, key = tag_and_key(day, i)
        book.ok("board.tag_and_key", f"day {day}, place {i}", {"tag": tag, "key": key}, secret=SECRET, day=day, i=i)
    other = tag_and_key(DAY, 0, fixed("other board secret", 32))
    given: dict[str, Any] = {"secret": fixed("other board secret", 32), "day": DAY, "i": 0}
    book.ok("board.tag_and_key", "another thread", {"tag": other[0], "key": other[1]}, **given)

    for comment, day, i in [("place 16", DAY, 16), ("a day above 2^31 - 1", 2**31, 0), ("a day below 0", -1, 0)]:
        book.error("board.tag_and_key", comment, "limit", secret=SECRET, day=day, i=i)
    book.error("board.tag_and_key", "a secret of 31 bytes", "size", secret=bytes(31), day=DAY, i=0)


def _tags(today: int) -> list[dict[str, bytes]]:
    both = sorted(tag_and_key(day, i) for day in range(max(today - 60, 0), today + 2) for i in range(16))
    return [{"tag": tag, "key": key} for tag, key in both]


def _part(plain: bytes) -> dict[str, Any]:
    length = int.from_bytes(plain[21:23], "big")
    numbers = {"part": int.from_bytes(plain[17:19], "big"), "parts": int.from_bytes(plain[19:21], "big")}
    return {"kind": plain[0], "message": plain[1:17], **numbers, "payload": plain[23 : 23 + length]}


def _split(book: Book) -> None:
    for comment, kind, size in [
        ("a short reply", 1, 100),
        ("a receipt that fills one part", 2, PAYLOAD),
        ("one byte more", 1, PAYLOAD + 1),
        ("sixteen full parts", 1, 16 * PAYLOAD),
    ]:
        data = b"r" * size
        payloads = [data[i : i + PAYLOAD] for i in range(0, size, PAYLOAD)]
        output = [plaintext(part, len(payloads), payload, kind=kind) for part, payload in enumerate(payloads)]
        book.ok("board.split", comment, output, kind=kind, message=MESSAGE, payload=fill(0x72, size))
    over = fill(0x72, 16 * PAYLOAD + 1)
    book.error("board.split", "seventeen parts", "limit", kind=1, message=MESSAGE, payload=over)
    book.error("board.split", "kind 3", "malformed", kind=3, message=MESSAGE, payload=b"r")
    book.error("board.split", "an empty payload", "malformed", kind=1, message=MESSAGE, payload=b"")
    book.error("board.split", "a message id of 17 bytes", "size", kind=1, message=bytes(17), payload=b"r")


def _open(book: Book) -> None:
    _, key = tag_and_key(DAY, 0)
    for label, plain in {
        "one part of one byte": plaintext(0, 1, b"r"),
        "a receipt": plaintext(0, 1, fixed("board receipt", 700), kind=2),
        "a full second part of three": plaintext(1, 3, fixed("board full", PAYLOAD)),
        "the last of sixteen": plaintext(15, 16, b"r"),
        "a first part that is not full": plaintext(0, 2, b"r"),
    }.items():
        book.ok("board.open", label, _part(plain), cell=book.keep(label, cell(label, plain)), key=key)
    good = ref("one part of one byte")
    none: dict[str, tuple[Recipe, bytes]] = {
        "another key": (good, tag_and_key(DAY, 1)[1]),
        "a bit of the tag changed, which the seal covers": (flip(good, 0), key),
        "a bit of the nonce changed": (flip(good, 16), key),
        "a bit of the ciphertext changed": (flip(good, 40), key),
        "a bit of the last byte changed": (flip(good, -1), key),
        "sealed without the tag": (cell("no aad", plaintext(0, 1, b"r"), aad=b""), key),
        "sealed under another place's tag": (cell("squat", plaintext(0, 1, b"r"), tag=tag_and_key(DAY, 1)[0]), key),
        "random bytes": (fixed("board dummy", 2048), key),
    }
    for comment, (sealed, with_key) in none.items():
        book.none("board.open", comment, cell=sealed, key=with_key)
    for comment, wrong in {
        "one byte too few": cut(good, 0, 2047),
        "one byte too many": join(good, b"\0"),
        "a report cell's size": fill(0, 4096),
    }.items():
        book.error("board.open", comment, "size", cell=wrong, key=key)
    book.error("board.open", "a key of 31 bytes", "size", cell=good, key=bytes(31))
    for comment, plain in _broken().items():
        book.error("board.open", comment, "malformed", cell=cell(comment, plain), key=key)
    given: dict[str, Any] = {"secret": SECRET, "day": DAY, "i": 0}
    for size in (1991, 1993):
        book.error("board.seal", f"a plaintext of {size} bytes", "size", plaintext=fill(1, size), **given)


def _broken() -> dict[str, bytes]:
    full = fixed("board full", PAYLOAD)
    return {
        "kind 0": plaintext(0, 1, b"r", kind=0),
        "kind 3": plaintext(0, 1, b"r", kind=3),
        "no parts": plaintext(0, 0, b"r"),
        "seventeen parts": plaintext(0, 17, b"r"),
        "part 1 of 1": plaintext(1, 1, b"r"),
        "an empty part": plaintext(0, 1, b""),
        "length 1,970": plaintext(0, 1, full, length=PAYLOAD + 1),
        "part 1 of 3 not full": plaintext(1, 3, full[:-1]),
        "a byte that is not zero after the payload": plaintext(0, 1, b"rx", length=1),
        "a last byte that is not zero": plaintext(0, 1, b"r", fill=b"\0")[:-1] + b"\x01",
    }


def _find(book: Book) -> None:
    book.ok("board.tags", "62 days of 16 places", _tags(DAY), secret=SECRET, today=DAY)
    book.ok("board.tags", "no days before 0", _tags(10), secret=SECRET, today=10)
    plains = {f"day {day}, place {i}": (day, i) for day, i in [(DAY + 1, 0), (DAY, 15), (DAY - 60, 3)]}
    cells = [book.keep(label, cell(label, plaintext(0, 1, label.encode()), *where)) for label, where in plains.items()]
    found = [_part(plaintext(0, 1, label.encode())) for label in plains]
    outside = [cell(f"outside {day}", plaintext(0, 1, b"r"), day) for day in (DAY + 2, DAY - 61)]
    squat = cell("squatter", plaintext(0, 1, b"r"), DAY, 15, key=bytes(32))
    broken = cell("broken in place", plaintext(0, 1, b"r", kind=9), DAY, 15)
    dummy = fixed("board dummy", 2048)
    common: dict[str, Any] = {"secrets": [SECRET], "today": DAY}
    book.ok("board.find", "among others", _sorted(found), cells=[dummy, *cells, *outside], **common)
    book.ok("board.find", "a squatter on a tag is passed over", _sorted(found), cells=[squat, *cells], **common)
    book.ok("board.find", "a malformed cell hides no other", _sorted(found), cells=[broken, *cells], **common)
    book.ok("board.find", "a squatter behind", _sorted(found), cells=[*cells, squat], **common)
    book.ok("board.find", "a day later and earlier are not looked for", [], cells=outside, **common)
    book.ok("board.find", "nothing on the board", [], cells=[], **common)
    book.ok("board.find", "another thread", [], cells=cells, secrets=[fixed("other board secret", 32)], today=DAY)
    both = [fixed("other board secret", 32), SECRET]
    book.ok("board.find", "two threads", _sorted(found), cells=cells, secrets=both, today=DAY)


def _sorted(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parts, key=lambda part: bytes(part["payload"]))


def _join(book: Book) -> None:
    def piece(part: int, payload: bytes, parts: int = 2, **other: Any) -> dict[str, Any]:
        return {"kind": 1, "message": MESSAGE, "part": part, "parts": parts, "payload": payload, **other}

    a, b = piece(0, b"sig and "), piece(1, b"json")
    book.ok("board.join", "in another order, one twice", b"sig and json", pieces=[b, a, b])
    book.none("board.join", "one is missing", pieces=[b])
    book.error("board.join", "two payloads for one part", "conflict", pieces=[a, b, piece(1, b"jasn")])
    book.error("board.join", "two values of parts", "conflict", pieces=[a, piece(1, b"json", 3)])


def _files(book: Book) -> None:
    cells = sorted(fixed(f"file cell {i}", 2048) for i in range(3))
    names = [book.keep(f"file cell {i}", each) for i, each in enumerate(cells)]

    def header(start: int, count: int, magic: bytes = b"CANDOURB", length: int = 86400) -> bytes:
        return magic + u(8, start) + u(4, length) + u(4, count)

    written = header(86400, 3) + b"".join(cells)
    common: dict[str, Any] = {"start": 86400, "length": 86400}
    book.ok("board.write_file", "cells in order", written, cells=names, **common)
    book.ok("board.write_file", "cells in another order: they are sorted", written, cells=names[::-1], **common)
    book.error("board.write_file", "a cell twice", "conflict", cells=[names[0], *names], **common)
    book.ok("board.write_file", "no cells", header(0, 0), cells=[], start=0, length=86400)
    book.error("board.write_file", "a cell of 2,047 bytes", "size", cells=[cut(names[0], 0, 2047)], **common)
    first, second = join(header(0, 2), *names[:2]), join(header(86400, 1), names[2])

    def shown(start: int, *which: int, length: int = 86400) -> dict[str, Any]:
        return {"start": start, "length": length, "cells": [cells[i] for i in which]}

    book.ok("board.read_files", "no files", [], bytes=b"")
    book.ok("board.read_files", "an empty file", [shown(0)], bytes=header(0, 0))
    book.ok("board.read_files", "two files", [shown(0, 0, 1), shown(86400, 2)], bytes=join(first, second))
    late = header(2**53 - 1, 0, length=1)
    book.ok("board.read_files", "the last start that both languages can hold", [shown(2**53 - 1, length=1)], bytes=late)
    refused: dict[str, tuple[str, Recipe]] = {
        "a wrong magic": ("malformed", join(header(0, 1, b"CANDOURC"), names[0])),
        "a wrong magic in the second file": ("malformed", join(first, header(86400, 1, b"candourb"), names[2])),
        "cells out of order": ("malformed", join(header(0, 2), names[1], names[0])),
        "a cell twice": ("malformed", join(header(0, 2), names[0], names[0])),
        "files out of order": ("malformed", join(second, first)),
        "a file twice": ("malformed", join(second, second)),
        "a start above 2^53 - 1": ("malformed", header(2**53, 0)),
        "one byte missing": ("size", cut(first, 0, 24 + 4095)),
        "one cell missing": ("size", join(header(0, 2), names[0])),
        "one byte more": ("size", join(first, b"\0")),
        "a cell more, which is no header": ("malformed", join(first, names[2])),
        "half a header": ("size", cut(first, 0, 12)),
        "far more cells promised than there are": ("size", header(0, 2**32 - 1)),
    }
    for comment, (code, data) in refused.items():
        book.error("board.read_files", comment, code, bytes=data)
