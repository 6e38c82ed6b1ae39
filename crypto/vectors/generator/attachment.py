"""Section 10: attachments."""

from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.vectors.generator.base import Book, Recipe, b64, cut, fill, fixed, flip, h, join, name, u
from crypto.vectors.generator.codename import ORGANISATION

PLAIN, CHUNK = 262_144, 262_160
AAD = b"candour/v1/attachment" + ORGANISATION
KEY, PREFIX = fixed("attachment key", 32), fixed("attachment prefix", 7)


def padme(count: int) -> int:
    """The rounded number of chunks."""
    if count <= 1:
        return 1
    e = count.bit_length() - 1
    s = e.bit_length() if e else 0
    step = 1 << max(0, e - s)
    return -(-count // step) * step


def chunk(number: int, last: bool, plain: bytes, **changes: bytes) -> tuple[Recipe, bytes]:
    """A chunk, as a recipe that a runner can follow, and its bytes."""
    nonce = changes.get("nonce", PREFIX + u(4, number) + bytes([last]))
    aad, key = changes.get("aad", AAD), changes.get("key", KEY)
    zeros = len(plain) - len(plain.rstrip(b"\0"))
    text = join(plain[: len(plain) - zeros], fill(0, zeros)) if zeros > 100 else fill(plain[0], len(plain))
    recipe = {"gcm": {"key": b64(key), "nonce": b64(nonce), "aad": b64(aad), "plaintext": text}}
    return recipe, AESGCM(key).encrypt(nonce, plain, aad)


class Sample:
    """A sealed file: its manifest and chunks."""

    def __init__(self, data: bytes, *, chunks: int | None = None, pad: bytes = b"\0", **changes: bytes) -> None:
        count = chunks or padme(max(1, -(-len(data) // PLAIN)))
        padded = data.ljust(count * PLAIN, pad)
        pairs = [chunk(k, k == count - 1, padded[k * PLAIN : (k + 1) * PLAIN], **changes) for k in range(count)]
        self.recipes = [recipe for recipe, _ in pairs]
        self.names = [name(sealed) for _, sealed in pairs]
        self.data = data

    def manifest(self, **changes: Any) -> dict[str, Any]:
        """The entry of the `attachments` section, with changes."""
        common = {"name": "note.txt", "type": "text/plain", "size": len(self.data), "digest": b64(_digest(self.data))}
        names = b64(b"".join(self.names))
        return {**common, "key": b64(KEY), "prefix": b64(PREFIX), "chunks": names, **changes}


def _digest(data: bytes) -> bytes:
    """The hash of the hashes of the file's chunks."""
    return h(b"".join(h(data[at : at + PLAIN]) for at in range(0, len(data), PLAIN)))


def make() -> Book:
    """attachment.json."""
    book = Book(
        "attachment",
        {
            "attachment.padme": "count -> the rounded count",
            "attachment.open": "manifest, chunks (null where one is missing; handed out in this order, whatever their "
            "names), organisation -> the SHA-256 and the size of the file",
        },
    )
    for count in [*range(1, 34), 63, 64, 65, 127, 129, 255, 257, 511, 512, 513, 960, 961, 1023, 1024]:
        book.ok("attachment.padme", f"{count}", padme(count), count=count)
    _good(book)
    _bad(book)
    return book


def _open(book: Book, comment: str, sample: Sample, **changes: Any) -> None:
    output = {"sha256": h(sample.data), "size": len(sample.data)}
    given = {"manifest": sample.manifest(**changes), "chunks": sample.recipes}
    book.ok("attachment.open", comment, output, organisation=ORGANISATION, **given)


def _refuse(
    book: Book, comment: str, code: str, sample: Sample, served: list[Any] | None = None, **changes: Any
) -> None:
    organisation = changes.pop("organisation", ORGANISATION)
    given = {"manifest": sample.manifest(**changes), "chunks": sample.recipes if served is None else served}
    book.error("attachment.open", comment, code, organisation=organisation, **given)


def _good(book: Book) -> None:
    for comment, data in {
        "a short text": b"abc",
        "an empty file": b"",
        "one full chunk": b"a" * PLAIN,
        "one byte more: two chunks": b"a" * (PLAIN + 1),
        "nine chunks' worth becomes ten": b"b" * (8 * PLAIN + 1),
    }.items():
        _open(book, comment, Sample(data))
    odd = "\u5831\u544a \U0001f600 \u202efdp.exe"
    _open(book, "a name of emoji and right-to-left marks", Sample(b"abc"), name=odd)
    _open(book, "a name of 255 bytes", Sample(b"abc"), name="a" * 255)


def _bad(book: Book) -> None:
    sample, two = Sample(b"abc"), Sample(b"a" * (PLAIN + 1))
    chunk0 = sample.recipes[0]
    _refuse(book, "the chunk is missing", "missing", sample, [None])
    _refuse(book, "the second of two is missing", "missing", two, [two.recipes[0], None])
    _refuse(book, "a chunk one byte too short", "size", sample, [cut(chunk0, 0, CHUNK - 1)])
    _refuse(book, "a chunk one byte too long", "size", sample, [join(chunk0, b"\0")])
    _refuse(book, "a bit of the first byte changed", "tampered", sample, [flip(chunk0, 0)])
    _refuse(book, "a bit of the tag changed", "tampered", sample, [flip(chunk0, -1)])
    _refuse(book, "two chunks swapped", "tampered", two, two.recipes[::-1])
    _refuse(book, "the first chunk twice", "tampered", two, [two.recipes[0]] * 2)
    _refuse(book, "another organisation", "tampered", sample, organisation=bytes(32))
    _refuse(book, "an organisation id of 31 bytes", "size", sample, organisation=bytes(31))
    _refuse(book, "another key", "tampered", sample, key=b64(bytes(32)))
    _refuse(book, "another prefix", "tampered", sample, prefix=b64(bytes(7)))
    _refuse(book, "another digest", "tampered", sample, digest=b64(bytes(32)))
    _refuse(book, "a size one too small", "tampered", sample, size=2)
    _refuse(book, "a size one too large", "tampered", sample, size=4)
    _refuse(book, "a byte of padding that is not zero", "tampered", _padded())
    last, _ = chunk(0, False, b"abc".ljust(PLAIN, b"\0"))
    _refuse(book, "the last chunk not marked as last", "tampered", sample, [last])
    marked, _ = chunk(0, True, two.data[:PLAIN])
    _refuse(book, "the first of two marked as last", "tampered", two, [marked, two.recipes[1]])
    _refuse(book, "fewer chunks than the size needs", "malformed", sample, size=PLAIN + 1)
    _refuse(book, "more chunks than the size needs", "malformed", two, size=PLAIN)
    _refuse(book, "eight full chunks and one byte, not rounded up to ten", "malformed", _nine())
    for comment, changes in _manifests().items():
        _refuse(book, comment, "malformed", sample, **changes)


def _padded() -> Sample:
    sample = Sample(b"abcdefgh".ljust(PLAIN, b"\0"))
    sample.data = b"abc"
    return sample


def _nine() -> Sample:
    return Sample(b"b" * (8 * PLAIN + 1), chunks=9)


def _manifests() -> dict[str, dict[str, Any]]:
    return {
        "a name with a slash": {"name": "a/b"},
        "a name with a backslash": {"name": "a\\b"},
        "a name with a newline": {"name": "a\n"},
        "a name with a NUL": {"name": "a\0"},
        "a name with U+007F": {"name": "a\x7f"},
        "the name .": {"name": "."},
        "the name ..": {"name": ".."},
        "an empty name": {"name": ""},
        "a name of 256 bytes in 128 characters": {"name": "\u00e9" * 128},
        "a name with a lone surrogate": {"name": "a\ud800"},
        "a type outside ASCII": {"type": "text/\u00e9"},
        "a type with a newline": {"type": "text/plain\n"},
        "an empty type": {"type": ""},
        "a type of 128 bytes": {"type": "a" * 128},
        "a negative size": {"size": -1},
        "a size that is no integer": {"size": "3"},
        "a size above 268,435,456": {"size": 268_435_457},
        "a digest of 31 bytes": {"digest": b64(bytes(31))},
        "a key of 16 bytes": {"key": b64(bytes(16))},
        "a prefix of 8 bytes": {"prefix": b64(bytes(8))},
        "no chunks": {"chunks": ""},
        "chunk names cut short": {"chunks": b64(bytes(15))},
        "chunks in padded base64": {"chunks": "AAAAAAAAAAAAAAAAAAAAAA=="},
        "an unknown key": {"more": 1},
    }
