"""The codename: eight words that are all a reporter keeps, and the root of their keys (PROTOCOL section 4).

Seven words are drawn, the eighth is a checksum, so that any one wrong word and any two swapped are noticed on the spot.

    >>> from crypto.words import WORDS
    >>> read("Abacus abdomen, ABACUS abacus abacus-abacus  abacus tissue.", WORDS)[:2]
    ('abacus', 'abdomen')
    >>> suggest_word("zoolgy", WORDS)
    ['zoology']
"""

import re
import secrets
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from argon2.low_level import Type, hash_secret_raw

from crypto.errors import CandourError
from crypto.kdf import sha256

COUNT = 8
WORDS_SHA256 = "0366f8c680c73f2090b16fa9e6c122d9875930ac831025f9ec12333d45e4995c"

_P = 7759  # prime: see `_sum`
_TARGET = 1
_FAIR = 65536 - 65536 % _P  # draws from here on would favour the first words
_MAX_BYTES = 1024
_MAX_DISTANCE = 2
_MAX_WORDS = 3
_MAX_CODENAMES = 5
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_CAPITALS = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SEPARATORS = re.compile("[\t-\r \u0085\u1680\u2028\u2029\u205f\u3000\\-\u2010-\u2015\u2212,.;]+")


def load_words(text: str) -> tuple[str, ...]:
    """The word list from the text of words.txt; `malformed` for any other list."""
    if sha256(text.encode()).hex() != WORDS_SHA256:
        raise CandourError("malformed", "word list")
    return tuple(text.splitlines())


def generate(words: Sequence[str]) -> str:
    """A new codename: eight words with single spaces, 90 bits."""
    indices = [_draw() for _ in range(COUNT - 1)]
    last = (_TARGET - _sum(indices)) * pow(COUNT, -1, _P) % _P
    return " ".join(words[index] for index in [*indices, last])


def pieces(text: str) -> list[str]:
    """What a person typed, normalised and split; `words` when it has more than 1,024 bytes."""
    if len(text.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
        raise CandourError("words", "too long")
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return [piece for piece in _SEPARATORS.split(visible.translate(_CAPITALS)) if piece]


def read(text: str, words: Sequence[str]) -> tuple[str, ...]:
    """The eight words a person typed; `words`, `word` (detail: its position, from 1) or `checksum`."""
    found = pieces(text)
    if len(found) != COUNT:
        raise CandourError("words", f"{len(found)} words")
    indices = [_index(piece, words) for piece in found]
    if None in indices:
        raise CandourError("word", str(indices.index(None) + 1))
    if _sum([index for index in indices if index is not None]) != _TARGET:
        raise CandourError("checksum")
    return tuple(found)


def suggest(text: str, words: Sequence[str]) -> list[str]:
    """Up to five codenames that may have been meant by eight listed words with a wrong sum; else none."""
    found = pieces(text)
    indices = [index for piece in found if (index := _index(piece, words)) is not None]
    if not len(found) == len(indices) == COUNT or _sum(indices) == _TARGET:
        return []
    candidates = [*_changes(indices, words), *_swaps(indices)]
    return [" ".join(words[index] for index in candidate) for candidate in candidates[:_MAX_CODENAMES]]


def suggest_word(piece: str, words: Sequence[str]) -> list[str]:
    """Up to three listed words at distance 1 or 2 from an unlisted piece, nearest first, then by list order."""
    if _index(piece, words) is not None:
        return []
    near = sorted((distance, word) for word in words if (distance := _distance(piece, word)) <= _MAX_DISTANCE)
    return [word for _, word in near[:_MAX_WORDS]]


def root(text: str, organisation: bytes, words: Sequence[str]) -> bytes:
    """The reporter's root, 32 bytes, by Argon2id (19 MiB, about 15 ms); raises as `read`, or `size` for the id."""
    if len(organisation) != 32:
        raise CandourError("size", "organisation id")
    password = " ".join(read(text, words)[: COUNT - 1])
    salt = sha256(b"candour/v1/codename" + organisation)
    return hash_secret_raw(
        password.encode(), salt, time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, type=Type.ID
    )


def fingerprint(key: bytes, words: Sequence[str]) -> str:
    """A public key as eight words, for reading out by telephone. Not a codename: it has no checksum."""
    digest = sha256(b"candour/v1/fingerprint" + key)
    return " ".join(words[int.from_bytes(digest[at : at + 2], "big") % _P] for at in range(0, 2 * COUNT, 2))


def _draw() -> int:
    """A uniform index, by rejection."""
    while (drawn := int.from_bytes(secrets.token_bytes(2), "big")) >= _FAIR:
        pass
    return drawn % _P


def _index(word: str, words: Sequence[str]) -> int | None:
    at = bisect_left(words, word)
    return at if at < len(words) and words[at] == word else None


def _sum(indices: Sequence[int]) -> int:
    """The weighted sum. As p is prime, no single change and no swap of two different words leaves it the same."""
    return sum(weight * index for weight, index in enumerate(indices, 1)) % _P


def _changes(indices: Sequence[int], words: Sequence[str]) -> Iterator[list[int]]:
    """Codenames made by changing one word to a near one. At each position just one word of the list mends the sum."""
    lacking = _TARGET - _sum(indices)
    for at, index in enumerate(indices):
        mended = (index + lacking * pow(at + 1, -1, _P)) % _P
        if _distance(words[index], words[mended]) <= _MAX_DISTANCE:
            yield [*indices[:at], mended, *indices[at + 1 :]]


def _swaps(indices: Sequence[int]) -> Iterator[list[int]]:
    """Codenames made by swapping two words."""
    for first in range(COUNT):
        for second in range(first + 1, COUNT):
            swapped = list(indices)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            if _sum(swapped) == _TARGET:
                yield swapped


def _distance(a: str, b: str) -> int:
    """Damerau-Levenshtein distance (optimal string alignment), counted up to 3; characters are code points."""
    far = _MAX_DISTANCE + 1
    if abs(len(a) - len(b)) > _MAX_DISTANCE:
        return far
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        above, earlier, before = row, before, row
        row = [i]
        for j, other in enumerate(b, 1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
        if min(row) > far:
            return far
    return min(row[-1], far)
