"""Sections 1 and 5: derivation, names, and the keys of a thread."""

from crypto.vectors.generator.base import Book, fill, fixed, h, hkdf, name, public, text


def make_kdf() -> Book:
    """kdf.json."""
    book = Book(
        "kdf",
        {
            "kdf.derive": "secret, label, context, size -> bytes",
            "kdf.sha256": "bytes -> 32 bytes",
            "kdf.name": "bytes -> 16 bytes",
            "kdf.hexname": "bytes -> 32 hex digits",
        },
    )
    secret = fixed("kdf secret", 32)
    for label, context, size in [
        ("thread", 16, 32),
        ("board", 0, 32),
        ("reply", 5, 48),
        ("x", 1, 1),
        ("long", 300, 255),
    ]:
        data = fixed(f"kdf {label}", context)
        output = hkdf(secret, label, data, size)
        book.ok("kdf.derive", f"{label}, {size} bytes", output, secret=secret, label=label, context=data, size=size)
    moved = hkdf(secret, "threa", b"d")
    book.ok("kdf.derive", "the label runs into the context", moved, secret=secret, label="thread", context=b"", size=32)
    for comment, data in {"empty": b"", "abc": b"abc", "55 bytes": bytes(55), "64 bytes": bytes(64)}.items():
        book.ok("kdf.sha256", comment, h(data), bytes=data)
    book.ok("kdf.sha256", "a million a", h(b"a" * 1_000_000), bytes=fill(0x61, 1_000_000))
    book.ok("kdf.name", "the first half", name(b"cell"), bytes=text("cell"))
    book.ok("kdf.hexname", "in lower case", name(b"cell").hex(), bytes=text("cell"))
    return book


def make_thread() -> Book:
    """thread.json."""
    book = Book(
        "thread",
        {
            "thread.organisation_id": "root_key -> 32 bytes",
            "thread.secret": "root, g -> 32 bytes",
            "thread.board": "thread -> 32 bytes",
            "thread.id": "board -> 16 bytes",
            "thread.holder_seed": "root, g -> 32 bytes",
            "thread.holder_key": "root, g -> 32 bytes",
        },
    )
    root, key = fixed("root", 32), public(fixed("organisation root", 32))
    organisation = h(b"candour/v1/organisation" + key)
    book.ok("thread.organisation_id", "from the first root key", organisation, root_key=key)
    book.error("thread.organisation_id", "a key of 31 bytes", "size", root_key=key[:31])
    for number in (1, 2):
        _one_guardian(book, root, fixed(f"g {number}", 16), f"guardian {number}")
    for op in ("thread.secret", "thread.holder_seed", "thread.holder_key"):
        book.error(op, "g of 15 bytes", "size", root=root, g=bytes(15))
        book.error(op, "g of 17 bytes", "size", root=root, g=bytes(17))
        book.error(op, "a root of 31 bytes", "size", root=root[:31], g=bytes(16))
    book.error("thread.board", "a thread secret of 33 bytes", "size", thread=bytes(33))
    book.error("thread.id", "a board secret of 16 bytes", "size", board=bytes(16))
    return book


def _one_guardian(book: Book, root: bytes, g: bytes, comment: str) -> None:
    thread, seed = hkdf(root, "thread", g), hkdf(root, "holder", g)
    board = hkdf(thread, "board")
    book.ok("thread.secret", comment, thread, root=root, g=g)
    book.ok("thread.board", comment, board, thread=thread)
    book.ok("thread.id", comment, h(b"candour/v1/thread-id" + board)[:16], board=board)
    book.ok("thread.holder_seed", comment, seed, root=root, g=g)
    book.ok("thread.holder_key", comment, public(seed), root=root, g=g)
