"""Searches raw bytes for things that must never be there, in every spelling a careless program might give them.

A needle is looked for as UTF-8, UTF-16 (both byte orders), hexadecimal (both cases) and base64 (both alphabets, at
each of the three positions at which it can start inside longer base64 text).

>>> [spelling for spelling, _ in spellings("Übergabe")]  # doctest: +ELLIPSIS
['utf-8', 'utf-16-le', 'utf-16-be', 'hex', 'HEX', ...]
"""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Shorter needles turn up by chance in megabytes of random cells: five bytes once in 2^40 positions, three in 2^24.
SHORTEST = 5


@dataclass(frozen=True, kw_only=True)
class Leak:
    """One needle found in one place."""

    needle: str
    spelling: str
    place: str


def spellings(needle: str) -> Iterator[tuple[str, bytes]]:
    """Each way in which the needle may stand in a file, with its name."""
    plain = needle.encode()
    yield "utf-8", plain
    yield "utf-16-le", needle.encode("utf-16-le")
    yield "utf-16-be", needle.encode("utf-16-be")
    yield "hex", plain.hex().encode()
    yield "HEX", plain.hex().upper().encode()
    for shift in range(3):
        for name, altchars in (("base64", b"+/"), ("base64url", b"-_")):
            yield f"{name}+{shift}", _inner_base64(plain, shift, altchars)


def _inner_base64(plain: bytes, shift: int, altchars: bytes) -> bytes:
    """The base64 characters that depend on the needle alone when `shift` other bytes stand before it."""
    encoded = base64.b64encode(bytes(shift) + plain, altchars).rstrip(b"=")
    first = (0, 2, 3)[shift]
    spare_bits = (shift + len(plain)) * 8 % 6
    return encoded[first : len(encoded) - (1 if spare_bits else 0)]


def words(text: str, *, but: bytes = b"") -> list[str]:
    """The words of a text that are long enough to search for and do not stand in `but` (the site as published)."""
    found = dict.fromkeys(re.findall(r"\w+", text))
    return [word for word in found if len(word.encode()) >= SHORTEST and word.encode() not in but]


def search(places: Iterable[tuple[str, bytes]], needles: Iterable[str]) -> list[Leak]:
    """All needles in all places, in every spelling."""
    patterns = [(needle, name, pattern) for needle in needles for name, pattern in spellings(needle)]
    return [
        Leak(needle=needle, spelling=name, place=place)
        for place, content in places
        for needle, name, pattern in patterns
        if pattern in content
    ]


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder: its path and its bytes. A file that vanishes meanwhile was not left behind."""
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file():
                yield str(path.relative_to(folder)), path.read_bytes()
        except FileNotFoundError:
            continue
