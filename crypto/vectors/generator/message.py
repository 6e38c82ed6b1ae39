"""Section 7: messages."""

import json
from collections.abc import Sequence
from typing import Any

from crypto.vectors.generator.attachment import Sample
from crypto.vectors.generator.base import Book, Recipe, b64, canonical, fill, fixed, h, join, public, without
from crypto.vectors.generator.cell import THREAD
from crypto.vectors.generator.codename import ORGANISATION

PART = 2905
G1, G2, G3 = (fixed(f"g {i}", 16) for i in (1, 2, 3))
STORY = (
    "On Tuesday night the second pump alarm was silenced again \u2013 \u201cwe\u2019ll look tomorrow\u201d \U0001f615. "
    "\u05d4\u05d7\u05d5\u05dc\u05d4 \u05d7\u05d9\u05db\u05ea\u05d4 \u202b4 \u05e9\u05e2\u05d5\u05ea\u202c. "
    'R\u00e9sum\u00e9: "quoted" \\ back\\slashed \u2028 line\n\ttab. \U0001f468\u200d\u2695\ufe0f '
)


def head(**changes: Any) -> dict[str, Any]:
    """A head without `sections` and `start`, as JSON has it."""
    base: dict[str, Any] = {
        "v": 1,
        "type": "concern",
        "organisation": b64(ORGANISATION),
        "to": [b64(G1), b64(G2)],
        "exclude": [b64(G3)],
        "holder": b64(public(fixed("holder", 32))),
        "salt": b64(fixed("salt", 16)),
        "language": "en",
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def compose(bare: dict[str, Any], sections: Sequence[tuple[str, str]]) -> tuple[bytes, bytes]:
    """Head and rest: `start` is the longest that fits, found by halving."""
    body = "".join(words for _, words in sections)
    sizes = [[name, len(words.encode())] for name, words in sections]
    low, high = 0, len(body)

    def written(count: int) -> bytes:
        return canonical({**bare, "sections": sizes, "start": body[:count]})

    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(written(middle)) <= PART else (low, middle - 1)
    return written(low), body[low:].encode()


def parts_of(first: bytes, rest: bytes) -> list[bytes]:
    """The payloads of a message."""
    return [first, *(rest[i : i + PART] for i in range(0, len(rest), PART))]


def make() -> Book:
    """message.json."""
    book = Book(
        "message",
        {
            "message.compose": "head (without sections and start), sections, attachments (manifests) -> head, rest",
            "message.read": "parts (by number), total, reader -> head, sections in order, attachments, cut, complete, "
            "missing, digest",
            "message.digest": "head, rest -> 32 bytes",
        },
    )
    _compose(book)
    _compose_refused(book)
    _read(book)
    _partial(book)
    _heads(book)
    _bodies(book)
    return book


def _composed(book: Book, comment: str, bare: dict[str, Any], sections: list[tuple[str, str]], files: Any = ()) -> None:
    everything = list(sections)
    if files:
        everything.append(("attachments", canonical(list(files)).decode()))
    first, rest = compose(bare, everything)
    given = {"head": bare, "sections": sections, "attachments": list(files)}
    book.ok("message.compose", comment, {"head": first, "rest": rest}, **given)


def _compose(book: Book) -> None:
    two = [("what", "Ward 4, Tuesday."), ("effect", "")]
    _composed(book, "short", head(), two)
    _composed(
        book, "long, with emoji, right-to-left text and escapes", head(), [("what", STORY * 12), ("why", STORY * 9)]
    )
    long = head(choices={"harm": ["death", "none"], "who": "staff", "when": []}, answers_to=b64(fixed("reply id", 16)))
    succeeds = [{"g": b64(G3), "thread": b64(THREAD)}]
    _composed(book, "every optional key", {**long, "type": "more", "succeeds": succeeds}, two)
    _composed(book, "withdraw", head(type="withdraw"), [])
    _composed(book, "feedback without text", head(type="feedback", choices={"again": "yes"}), [])
    _composed(book, "an empty list of guardians left out", head(exclude=[]), two)
    room = PART - len(compose(head(), [("what", "")])[0])
    for extra in (-4, -3, -2, -1, 0, 1, 2):
        # The size in `sections` takes four digits instead of one.
        words = "a" * (room - 3 + extra)
        _composed(book, f"ASCII, {extra:+d} around what the head holds", head(), [("what", words)])
    for shift in range(4):
        words = "b" * (room - 3 - 8 + shift) + "\U0001f600" * 4
        _composed(book, f"an emoji at the cut, shifted by {shift}", head(), [("what", words)])
    for shift in range(6):
        words = "b" * (room - 3 - 12 + shift) + '\x01"\n\u2028\x7f/\\' * 4
        _composed(book, f"escapes at the cut, shifted by {shift}", head(), [("what", words)])
    _composed(
        book, "a joined emoji is cut between its code points", head(), [("what", "\U0001f468\u200d\u2695\ufe0f" * 300)]
    )
    _composed(book, "with an attachment", head(), two, [Sample(b"abc").manifest()])
    size = len(compose(head(), [("what", "a" * 46000)])[1])
    most = 46000 + 15 * PART - size
    first, rest = compose(head(), [("what", "a" * most)])
    given: dict[str, Any] = {"head": head(), "attachments": []}
    full, over = ([("what", {"repeat": ["a", count]})] for count in (most, most + 1))
    book.ok("message.compose", "sixteen full parts", {"head": first, "rest": rest}, sections=full, **given)
    book.error("message.compose", "one byte more than sixteen parts", "limit", sections=over, **given)


def _compose_refused(book: Book) -> None:
    def refused(comment: str, code: str, bare: dict[str, Any], *sections: tuple[str, str]) -> None:
        book.error("message.compose", comment, code, head=bare, sections=list(sections), attachments=[])

    some = ("what", "x")
    refused("a concern without sections", "malformed", head())
    refused("a concern of empty sections", "malformed", head(), ("what", ""))
    refused("a withdrawal with a section", "malformed", head(type="withdraw"), some)
    refused("U+0000 in a text", "malformed", head(), ("what", "a\0b"))
    refused("a lone surrogate in a text", "malformed", head(), ("what", "a\ud83d"))
    refused("surrogates that would join across sections", "malformed", head(), ("a", "x\ud83d"), ("b", "\ude00"))
    refused("a section name with a capital", "malformed", head(), ("What", "x"))
    refused("two sections of one name", "malformed", head(), some, some)
    refused("33 sections", "malformed", head(), *((f"s{i}", "x") for i in range(33)))
    refused("a guardian both addressed and excluded", "malformed", head(exclude=[b64(G1)]), some)
    refused("a section called attachments", "malformed", head(), some, ("attachments", "[]"))
    big = head(choices={f"c{i}": ["\u00e9" * 32] * 16 for i in range(24)})
    refused("choices alone fill the head", "limit", big, some)


def _shown(first: bytes, rest: bytes, sections: Sequence[tuple[str, str]], **changes: Any) -> dict[str, Any]:
    return {
        "head": json.loads(first),
        "sections": [list(each) for each in sections],
        "attachments": [],
        "cut": None,
        "complete": True,
        "missing": [],
        "digest": h(first + rest),
        **changes,
    }


def _numbered(parts: Sequence[bytes | Recipe], *gone: int) -> dict[str, Any]:
    return {str(number): part for number, part in enumerate(parts) if number not in gone}


def _read(book: Book) -> None:
    for comment, bare, sections in [
        ("short", head(), [("what", "Ward 4"), ("effect", "")]),
        ("long", head(), [("what", STORY * 12), ("why", STORY * 9)]),
        ("withdraw", head(type="withdraw"), []),
        ("a section that begins with U+FEFF", head(), [("what", "\ufeffa"), ("why", "\ufeff")]),
    ]:
        first, rest = compose(bare, sections)
        parts = parts_of(first, rest)
        given: dict[str, Any] = {"parts": _numbered(parts), "total": len(parts), "reader": G2}
        book.ok("message.read", comment, _shown(first, rest, sections), **given)
        book.ok("message.digest", comment, h(first + rest), head=first, rest=rest)
        book.error("message.read", f"{comment}: a reader who is not addressed", "malformed", **{**given, "reader": G3})
    manifest = Sample(b"abc").manifest()
    sections = [("what", "see file"), ("attachments", canonical([manifest]).decode())]
    first, rest = compose(head(), sections)
    shown = _shown(first, rest, sections[:1], attachments=[manifest])
    book.ok("message.read", "an attachment", shown, parts={"0": first}, total=1, reader=G1)
    small = canonical({**head(), "sections": [["what", 5]], "start": "ab"})
    note = "a start that is shorter than it could be is read"
    book.ok(
        "message.read",
        note,
        _shown(small, b"cde", [("what", "abcde")]),
        parts={"0": small, "1": b"cde"},
        total=2,
        reader=G1,
    )


def _partial(book: Book) -> None:
    sections = [("what", STORY * 12), ("why", STORY * 12), ("hope", "that it stops"), ("end", "\U0001f600" * 900)]
    first, rest = compose(head(), sections)
    parts = parts_of(first, rest)
    kept = [book.keep(f"part {number}", payload) for number, payload in enumerate(parts)]
    body = "".join(words for _, words in sections).encode()
    start = len(body) - len(rest)
    for gone in [(1,), (2,), (len(parts) - 1,), (1, 2), (1, len(parts) - 1), tuple(range(1, len(parts)))]:
        gaps = [(start + (n - 1) * PART, min(start + n * PART, len(body))) for n in gone]
        whole, cut, at = [], None, 0
        for name, words in sections:
            end = at + len(words.encode())
            hit = [low for low, high in gaps if low < end and high > at]
            if not hit:
                whole.append((name, words))
            elif cut is None:
                cut = [name, body[at : max(at, min(hit))].decode("utf-8", "ignore")]
            at = end
        shown = _shown(first, rest, whole, cut=cut, complete=False, missing=list(gone), digest=None)
        given = {"parts": _numbered(kept, *gone), "total": len(parts), "reader": G1}
        book.ok("message.read", f"parts {list(gone)} of {len(parts)} missing", shown, **given)
    _cut_attachments(book)
    book.error("message.read", "part 0 is missing", "missing", parts=_numbered(kept, 0), total=len(parts), reader=G1)


def _cut_attachments(book: Book) -> None:
    manifests = [Sample(b"abc").manifest(name="\u00e9" * 100 + str(number)) for number in range(8)]
    sections = [("what", "see files"), ("attachments", canonical(manifests).decode())]
    first, rest = compose(head(), sections)
    cut = ["attachments", json.loads(first)["start"].removeprefix("see files")]
    shown = _shown(first, rest, sections[:1], cut=cut, complete=False, missing=[1], digest=None)
    book.ok("message.read", "the attachments are cut", shown, parts={"0": first}, total=2, reader=G1)


def _one(book: Book, comment: str, code: str, data: bytes | Recipe, rest: Sequence[bytes] = ()) -> None:
    book.error("message.read", comment, code, parts=_numbered([data, *rest]), total=1 + len(rest), reader=G1)


def _heads(book: Book) -> None:
    good = {**head(), "sections": [["what", 1]], "start": "x"}
    changes: dict[str, dict[str, Any]] = {
        "v 2": {"v": 2},
        "v true": {"v": True},
        "v a string": {"v": "1"},
        "another type": {"type": "report"},
        "a type with a newline": {"type": "concern\n"},
        "an organisation of 31 bytes": {"organisation": b64(bytes(31))},
        "an organisation in padded base64": {"organisation": b64(bytes(32)) + "="},
        "an organisation with unused bits": {"organisation": b64(bytes(32))[:-1] + "B"},
        "to nobody": {"to": []},
        "to is a string": {"to": b64(G1)},
        "to one guardian twice": {"to": [b64(G1), b64(G1)]},
        "to seventeen": {"to": [b64(G1), *(b64(fixed(f"many {i}", 16)) for i in range(16))]},
        "a g of 15 bytes": {"to": [b64(G1), b64(bytes(15))]},
        "one guardian excluded twice": {"exclude": [b64(G3), b64(G3)]},
        "addressed and excluded": {"exclude": [b64(G2)]},
        "a holder of 33 bytes": {"holder": b64(bytes(33))},
        "a salt of 8 bytes": {"salt": b64(bytes(8))},
        "a language of one letter": {"language": "e"},
        "a language of 13 letters": {"language": "abcdefghijklm"},
        "a language with a capital": {"language": "en-GB"},
        "a language with a newline at its end": {"language": "en\n"},
        "a language outside ASCII": {"language": "\u00e9\u00e9"},
        "sections is an object": {"sections": {"what": 1}},
        "a section of three": {"sections": [["what", 1, 1]]},
        "a section size that is a string": {"sections": [["what", "1"]]},
        "a section size that is true": {"sections": [["what", True]]},
        "a negative section size": {"sections": [["what", -1], ["more", 2]]},
        "a section size above 46,480": {"sections": [["what", 46_481]]},
        "a section name of 33 letters": {"sections": [["a" * 33, 1]]},
        "an empty section name": {"sections": [["", 1]]},
        "a section name with a newline at its end": {"sections": [["what\n", 1]]},
        "two sections of one name": {"sections": [["what", 1], ["what", 0]]},
        "attachments before another section": {"sections": [["attachments", 0], ["what", 1]]},
        "start is a number": {"start": 1},
        "sizes larger than the body": {"sections": [["what", 2]]},
        "sizes smaller than the body": {"sections": [["what", 0], ["why", 0]]},
        "a concern of nothing": {"sections": [["what", 0]], "start": ""},
        "a withdrawal with text": {"type": "withdraw"},
        "a withdrawal with an empty section": {"type": "withdraw", "sections": [["what", 0]], "start": ""},
        "choices is an array": {"choices": []},
        "25 choices": {"choices": {f"c{i}": "x" for i in range(25)}},
        "a choice of 65 bytes": {"choices": {"a": "\u00e9" * 32 + "x"}},
        "an empty choice": {"choices": {"a": ""}},
        "seventeen answers to one choice": {"choices": {"a": ["x"] * 17}},
        "a choice that is a number": {"choices": {"a": 1}},
        "a choice that is true": {"choices": {"a": True}},
        "answers_to of 32 bytes": {"answers_to": b64(bytes(32))},
        "answers_to is null": {"answers_to": None},
        "succeeds nobody": {"succeeds": []},
        "succeeds nine": {"succeeds": [{"g": b64(bytes(16)), "thread": b64(bytes([i]) * 32)} for i in range(9)]},
        "succeeds without a thread": {"succeeds": [{"g": b64(bytes(16))}]},
        "succeeds with an unknown key": {"succeeds": [{"g": b64(bytes(16)), "more": 1, "thread": b64(bytes(32))}]},
        "an unknown key": {"more": 1},
    }
    for comment, change in changes.items():
        _one(book, comment, "malformed", canonical({**good, **change}))
    for key in good:
        _one(book, f"{key} is missing", "malformed", canonical(without(good, key)))
    spelled = canonical(good)
    _one(book, "a space", "malformed", spelled.replace(b":", b": ", 1))
    _one(book, "a byte order mark", "malformed", b"\xef\xbb\xbf" + spelled)
    _one(book, "a newline at the end", "malformed", spelled + b"\n")
    _one(book, "a key twice", "malformed", spelled[:-1] + b',"v":1}')
    _one(book, "an array", "malformed", canonical([good]))
    _one(book, "null", "malformed", b"null")
    _one(book, "a lone surrogate in start", "malformed", spelled.replace(b'"x"', b'"\\ud800"'))
    _one(book, "a head of 2,906 bytes", "limit", join(spelled[:-1], fill(0x20, PART + 1 - len(spelled)), b"}"))


def _bodies(book: Book) -> None:
    def wrong(comment: str, start: str, sizes: list[int], *rest: bytes) -> None:
        sections = [[f"s{i}", size] for i, size in enumerate(sizes)]
        _one(book, comment, "malformed", canonical({**head(), "sections": sections, "start": start}), rest)

    wrong("U+0000 in start", "a\0", [2])
    wrong("U+0000 in the rest", "a", [3], b"b\0")
    wrong("a section cut within a character", "\u00e9", [1, 1])
    wrong("a character cut between start and rest is not UTF-8 twice over", "a", [3], b"\xed\xa0")
    wrong("an overlong slash in the rest", "a", [3], b"\xc0\xaf")
    wrong("a surrogate in the rest", "a", [4], b"\xed\xa0\x80")
    wrong("the rest one byte longer than promised", "a", [2], b"bc")
    wrong("the rest one byte shorter than promised", "a", [4], b"bc")
    wrong("a part more than promised", "a", [1], b"b")
    stray = canonical({**head(), "sections": [["what", 2]], "start": "a"})
    strays = {"0": stray, "1": b"b", "2": b"c"}
    book.error("message.read", "a part above the total", "malformed", parts=strays, total=2, reader=G1)
    listed = canonical([Sample(b"abc").manifest()])
    order = [["attachments", len(listed)], ["what", 1]]
    early = canonical({**head(), "sections": order, "start": listed.decode() + "x"})
    _one(book, "good attachments before another section", "malformed", early)
    wrong("a second part that is not full, before a third", "a", [2 + PART], b"b" * (PART - 1), b"cc")
    manifest = Sample(b"abc").manifest()
    for comment, text in {
        "attachments that are no JSON": b"[",
        "no attachments": b"[]",
        "attachments as an object": b"{}",
        "attachments with a space": canonical([manifest]).replace(b":", b": ", 1),
        "an attachment without a key": canonical([without(manifest, "key")]),
    }.items():
        sections = [["what", 1], ["attachments", len(text)]]
        data = canonical({**head(), "sections": sections, "start": "x" + text.decode()})
        _one(book, comment, "malformed", data)
    many = canonical([manifest] * 33)
    names = b64(bytes(16) * 768)
    most = {**manifest, "size": 768 * 262_144, "chunks": names}
    for comment, text in {"33 attachments": many, "1,536 chunks in two files": canonical([most, most])}.items():
        first, rest = compose(head(), [("what", "x"), ("attachments", text.decode())])
        _one(book, comment, "limit", first, parts_of(first, rest)[1:])
