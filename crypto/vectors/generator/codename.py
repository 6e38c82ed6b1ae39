"""Section 4: codenames; and section 12's fingerprint in words."""

import unicodedata
from functools import cache
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw

from crypto.vectors.generator.base import Book, fixed, h, public

WORDS = tuple((Path(__file__).parents[2] / "words.txt").read_text("ascii").split("\n")[:-1])
PLACE = {word: number for number, word in enumerate(WORDS)}
PRIME = 7759
ORGANISATION = h(b"candour/v1/organisation" + public(fixed("organisation root", 32)))


def eighth(seven: list[str]) -> str:
    """The word that makes 1·x1 + … + 8·x8 ≡ 1."""
    total = sum(k * PLACE[word] for k, word in enumerate(seven, 1))
    return WORDS[(1 - total) * 970 % PRIME]


def codename(label: str) -> list[str]:
    """Eight words that belong together."""
    data = fixed(f"codename {label}", 14)
    seven = [WORDS[int.from_bytes(data[i : i + 2], "big") % PRIME] for i in range(0, 14, 2)]
    return [*seven, eighth(seven)]


def root(words: list[str], organisation: bytes) -> bytes:
    """R, from the first seven words."""
    salt = h(b"candour/v1/codename" + organisation)
    return hash_secret_raw(" ".join(words[:7]).encode(), salt, 2, 19456, 1, 32, Type.ID, 0x13)


def belongs(words: list[str]) -> bool:
    """Whether eight listed words have the right sum."""
    return sum(k * PLACE[word] for k, word in enumerate(words, 1)) % PRIME == 1


@cache
def distance(a: str, b: str) -> int:
    """Optimal string alignment distance."""
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            change = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def suggest_word(piece: str) -> list[str]:
    """Up to three listed words near a piece: nearest first, then by list order."""
    near = [(distance(piece, word), word) for word in WORDS if abs(len(word) - len(piece)) <= 2]
    return [word for far, word in sorted(near) if far <= 2][:3]


def suggest(words: list[str]) -> list[str]:
    """Up to five codenames that one slip could have turned into these eight listed words."""
    found = []
    for place, word in enumerate(words):
        for other in WORDS:
            changed = [*words[:place], other, *words[place + 1 :]]
            if abs(len(other) - len(word)) <= 2 and belongs(changed) and distance(word, other) <= 2:
                found.append(" ".join(changed))
    for i in range(8):
        for j in range(i + 1, 8):
            swapped = list(words)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            if belongs(swapped):
                found.append(" ".join(swapped))
    return found[:5]


def fingerprint(key: bytes) -> str:
    """Eight words of a key, for the telephone."""
    data = h(b"candour/v1/fingerprint" + key)
    return " ".join(WORDS[int.from_bytes(data[i : i + 2], "big") % PRIME] for i in range(0, 16, 2))


def make() -> Book:
    """codename.json."""
    book = Book(
        "codename",
        {
            "codename.read": "text -> eight words",
            "codename.suggest": "text -> codenames",
            "codename.suggest_word": "piece -> words",
            "codename.fingerprint": "key -> eight words in one text",
            "codename.root": "text, organisation -> 32 bytes; few, since each takes seconds in a hardened browser",
            "words": "an error is written word:N, N being the place of the first word that is not listed",
        },
    )
    if hash_words() != "0366f8c680c73f2090b16fa9e6c122d9875930ac831025f9ec12333d45e4995c" or len(WORDS) != PRIME:
        raise ValueError("another word list")
    words = codename("one")
    _spellings(book, words)
    _wrong(book, words)
    _suggest(book, words)
    for label in ("fingerprint 1", "fingerprint 2"):
        key = public(fixed(label, 32))
        book.ok("codename.fingerprint", label, fingerprint(key), key=key)
    book.ok("codename.root", "as shown", root(words, ORGANISATION), text=" ".join(words), organisation=ORGANISATION)
    shouted = "-".join(words).upper() + "."
    other = bytes(32)
    book.ok("codename.root", "typed otherwise, elsewhere", root(words, other), text=shouted, organisation=other)
    book.error("codename.root", "an organisation id of 31 bytes", "size", text=shouted, organisation=bytes(31))
    book.error("codename.root", "nothing is computed for a slip", "checksum", text=_slip(words), organisation=other)
    return book


def hash_words() -> str:
    """The hash of the list, as section 4 defines it."""
    return h("".join(word + "\n" for word in WORDS).encode()).hex()


def _slip(words: list[str]) -> str:
    return " ".join([words[1], words[0], *words[2:]])


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c for c in text)


def _spellings(book: Book, words: list[str]) -> None:
    plain = " ".join(words)
    between = {f"U+{ord(c):04X}": c.join(words) for c in _separators()}
    spelled = {
        "as shown": plain,
        "capitals": plain.upper(),
        "title case": plain.title(),
        "spaces before, between and after": "  " + "   ".join(words) + " \t",
        "lines": "\n".join(words) + "\n",
        "Windows lines": "\r\n".join(words) + "\r\n",
        "commas and spaces": ", ".join(words) + ".",
        "every separator at once": ("".join(_separators())).join(words),
        "soft hyphens within words": "\u00ad".join(plain).replace("\u00ad \u00ad", " "),
        "zero-width characters within words": plain[0] + "\u200b\u200c\u200d\u200e\u200f\u2060" + plain[1:],
        "a byte order mark before it": "\ufeff" + plain,
        "a byte order mark after it": plain + "\ufeff",
        "full-width letters": _wide(plain),
        "full-width capitals": _wide(plain.upper().lower()).upper(),
        "no-break spaces": "\u00a0".join(words),
        "no-break hyphens": "\u2011".join(words),
        "full-width commas": "\uff0c".join(words),
        "mathematical bold letters": "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in plain),
        "the Kelvin sign": plain.replace("k", "\u212a"),
        "the long s": plain.replace("s", "\u017f"),
        "exactly 1,024 bytes": plain + " " * (1024 - len(plain)),
        "exactly 1,024 bytes in wide spaces": plain
        + "\u3000" * ((1024 - len(plain)) // 3)
        + " " * ((1024 - len(plain)) % 3),
    }
    for comment, text in {**spelled, **between}.items():
        _check_reading(text, words)
        book.ok("codename.read", comment, words, text=text)
    for number in range(2, 6):
        more = codename(str(number))
        book.ok("codename.read", f"another, {number}", more, text=" ".join(more))
    twice = _with_double()
    book.ok("codename.read", "one word twice is allowed", twice, text=" ".join(twice))


def _with_double() -> list[str]:
    words = codename("double")
    words[3] = words[1]
    return [*words[:7], eighth(words[:7])]


def _separators() -> str:
    return "\t\n\v\f\r \x85\u1680\u2028\u2029\u205f\u3000-\u2010\u2011\u2012\u2013\u2014\u2015\u2212,.;"


def _pieces(text: str) -> list[str] | None:
    """Section 4's reading, up to the pieces; nothing for more than 1,024 bytes."""
    if len(text.encode("utf-8", "surrogatepass")) > 1024:
        return None
    gone = {0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF}
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if ord(c) not in gone)
    small = "".join(c.lower() if "A" <= c <= "Z" else c for c in kept)
    for separator in _separators():
        small = small.replace(separator, " ")
    return [piece for piece in small.split(" ") if piece]


def _check_reading(text: str, words: list[str]) -> None:
    if _pieces(text) != words:
        raise ValueError(f"does not read as meant: {text!r}")


def _refused(book: Book, comment: str, code: str, text: str) -> None:
    pieces = _pieces(text)
    found = "words"
    if pieces is not None and len(pieces) == 8:
        bad = [place for place, piece in enumerate(pieces, 1) if piece not in PLACE]
        found = f"word:{bad[0]}" if bad else "none" if belongs(pieces) else "checksum"
    if found != code:
        raise ValueError(f"{comment}: {found}, not {code}")
    book.error("codename.read", comment, code, text=text)


def _wrong(book: Book, words: list[str]) -> None:
    plain = " ".join(words)
    _refused(book, "nothing", "words", "")
    _refused(book, "only separators", "words", " -,.;\u3000 ")
    _refused(book, "seven words", "words", " ".join(words[:7]))
    _refused(book, "nine words", "words", plain + " " + words[0])
    _refused(book, "a word doubled", "words", " ".join([words[0], *words]))
    _refused(book, "1,025 bytes", "words", plain + " " * (1025 - len(plain)))
    _refused(book, "fewer than 1,024 characters, more bytes", "words", plain + "\u3000" * 350)
    _refused(book, "an apostrophe does not part words", "words", "'".join(words))
    _refused(book, "an underscore does not part words", "words", "_".join(words))
    _refused(book, "a full stop from another script does not part words", "words", "\u3002".join(words))
    for place in range(8):
        other = [*words[:place], words[place] + "x", *words[place + 1 :]]
        _refused(book, f"word {place + 1} not listed", f"word:{place + 1}", " ".join(other))
    strange = {
        "an accent": words[2] + "\u0301",
        "a look-alike from Cyrillic": "\u0430" + words[2][1:],
        "a dotted capital I, which must not become i": "\u0130" + words[2],
        "an emoji": "\U0001f600",
        "a lone surrogate": words[2] + "\ud800",
        "a digit": words[2] + "1",
        "a NUL": words[2] + "\0",
        "a zero-width character that is not deleted (U+180E)": words[2] + "\u180e",
    }
    for comment, piece in strange.items():
        _refused(book, comment, "word:3", " ".join([*words[:2], piece, *words[3:]]))
    _refused(book, "two not listed: the first is named", "word:2", " ".join([words[0], "qqq", "qqq", *words[3:]]))
    for i in range(8):
        for j in range(i + 1, 8):
            swapped = list(words)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            _refused(book, f"words {i + 1} and {j + 1} swapped", "checksum", " ".join(swapped))
    for place in range(8):
        nearby = WORDS[(PLACE[words[place]] + 1) % PRIME]
        other = [*words[:place], nearby, *words[place + 1 :]]
        _refused(book, f"word {place + 1} replaced by its neighbour", "checksum", " ".join(other))


def _suggest(book: Book, words: list[str]) -> None:
    pieces = [
        words[0] + "x",
        words[1][1:],
        words[2][1] + words[2][0] + words[2][2:],
        "zzzzzzzz",
        "ab",
        "tha",
        "e\u0301",
    ]
    for piece in [*pieces, "\U0001f600", "abacsu", "aback"]:
        book.ok("codename.suggest_word", f"near {piece!a}", suggest_word(piece), piece=piece)
    nothing = {
        "a right codename": words,
        "seven words": words[:7],
        "a word not listed": [*words[:7], "qqq"],
        "nothing": [],
    }
    for comment, some in nothing.items():
        book.ok("codename.suggest", f"{comment}: nothing", [], text=" ".join(some))
    book.error("codename.suggest", "1,025 bytes", "words", text="a" * 1025)
    book.ok("codename.suggest_word", "a listed word: nothing", [], piece=words[0])
    book.ok("codename.suggest", "two words swapped", suggest(_slip(words).split()), text=_slip(words))
    for label in ("one", "2", "3"):
        right = codename(label)
        for place in range(8):
            slips = [word for word in WORDS if word != right[place] and distance(word, right[place]) <= 2]
            if slips:
                wrong = [*right[:place], slips[0], *right[place + 1 :]]
                comment = f"{label}: word {place + 1} is {slips[0]} for {right[place]}"
                book.ok("codename.suggest", comment, suggest(wrong), text=" ".join(wrong))
