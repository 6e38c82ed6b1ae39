"""Messages from a reporter: the JSON head that can be read and answered by itself, and the rest (PROTOCOL section 7).

>>> people = {"to": (bytes(16),), "exclude": (), "holder": bytes(32), "salt": bytes(16)}
>>> fields = Head(type="concern", organisation=bytes(32), language="en", **people)
>>> head, rest = compose(fields, [("what", "Ward 4")])
>>> read({0: head}, 1, bytes(16)).sections
{'what': 'Ward 4'}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crypto import kdf
from crypto.attachment import Manifest, read_manifests, write_manifests
from crypto.encoding import dump, load, text, utf8
from crypto.errors import CandourError
from crypto.fields import array, choice, constant, either, fits, integer, pair, pattern, plain, raw, record, string
from crypto.parts import MAX_PARTS

HEAD = 2905
PART = 2905
MAX_REST = (MAX_PARTS - 1) * PART
ATTACHMENTS = "attachments"


@dataclass(frozen=True, kw_only=True)
class Succeeds:
    """For a successor: the `T` (32 bytes) of a guardian it succeeds, with which it finds the thread again."""

    g: bytes
    thread: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of a message. `sections` (name, bytes in UTF-8) and `start` are filled in by `compose`."""

    type: str
    organisation: bytes
    to: tuple[bytes, ...]
    exclude: tuple[bytes, ...]
    holder: bytes
    salt: bytes = field(repr=False)
    language: str
    sections: tuple[tuple[str, int], ...] = ()
    start: str = field(default="", repr=False)
    choices: Mapping[str, str | tuple[str, ...]] | None = field(default=None, repr=False)
    answers_to: bytes | None = None
    succeeds: tuple[Succeeds, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """What was read. `sections` are the whole ones; `cut` is the (name, beginning) of the first that is not.

    `missing` are numbers of parts; `digest` (32 bytes, for receipts) is None unless the message is complete.
    """

    head: Head
    sections: Mapping[str, str] = field(repr=False)
    attachments: tuple[Manifest, ...]
    cut: tuple[str, str] | None = field(repr=False)
    complete: bool
    missing: tuple[int, ...]
    digest: bytes | None


def compose(
    head: Head, sections: Sequence[tuple[str, str]], attachments: Sequence[Manifest] = ()
) -> tuple[bytes, bytes]:
    """Head and rest, in bytes, of a message; `limit` above 16 parts, `malformed` for a faulty field."""
    texts = [(name, _clean(utf8(words))) for name, words in sections]
    fits(all(name != ATTACHMENTS for name, _ in texts), "section name")
    if attachments:
        texts.append((ATTACHMENTS, write_manifests(attachments)))
    body = b"".join(data for _, data in texts)
    bare = replace(head, sections=tuple((name, len(data)) for name, data in texts), start="")
    start = _longest_start(text(body), HEAD - len(_write(bare)))
    rest = body[len(utf8(start)) :]
    if len(rest) > MAX_REST:
        raise CandourError("limit", "message")
    written = _write(replace(bare, start=start))
    _read_head(written)
    return written, rest


def read(parts: Mapping[int, bytes], total: int, reader: bytes | None = None) -> Message:
    """Reads the parts that are there, by number, of a message of `total` parts; `reader` is one's own g (16 bytes).

    Raises `missing` without part 0; `limit` and `malformed` for what the sender got wrong, the latter also when the
    reader is not addressed.
    """
    if 0 not in parts:
        raise CandourError("missing", "part 0")
    head = _read_head(parts[0])
    fits(reader is None or reader in head.to, "not addressed to the reader")
    body, gaps = _read_body(head, parts, total)
    sections, cut = _read_sections(head, body, gaps)
    manifests = sections.pop(ATTACHMENTS, None)
    missing = tuple(part for part in range(total) if part not in parts)
    return Message(
        head=head,
        sections=sections,
        attachments=() if manifests is None else read_manifests(utf8(manifests)),
        cut=cut,
        complete=not missing,
        missing=missing,
        digest=None if missing else digest(parts[0], b"".join(parts[part] for part in range(1, total))),
    )


def digest(head: bytes, rest: bytes) -> bytes:
    """What a receipt names, 32 bytes; the head's salt keeps it from confirming a guessed text."""
    return kdf.sha256(head + rest)


def _clean(data: bytes) -> bytes:
    fits(b"\0" not in data, "U+0000")
    return data


def _longest_start(body: str, room: int) -> str:
    """The longest beginning, cut between code points, that takes at most `room` bytes inside a JSON string."""
    for at, point in enumerate(body):
        room -= _ESCAPED.get(point) or (6 if point < " " else len(point.encode()))
        if room < 0:
            return body[:at]
    return body


def _choices(value: object) -> dict[str, str | tuple[str, ...]]:
    fits(isinstance(value, Mapping) and len(value) <= 24, "choices")
    return {name: _CHOICE(picked) for name, picked in value.items()}  # type: ignore[attr-defined]


_ESCAPED = dict.fromkeys('"\\\b\f\n\r\t', 2)
_CHOICE = either(string(1, 64), array(string(1, 64), 0, 16))
_PEOPLE = raw(16)
_HEAD = record(
    {
        "v": constant(1),
        "type": choice("concern", "more", "withdraw", "feedback"),
        "organisation": raw(32),
        "to": array(_PEOPLE, 1, 16, distinct=True),
        "exclude": array(_PEOPLE, 0, 16, distinct=True),
        "holder": raw(32),
        "salt": raw(16),
        "language": pattern("[a-z-]{2,12}"),
        "sections": array(pair(pattern("[a-z][a-z0-9_]{0,31}"), integer(0, MAX_PARTS * PART)), 0, 32),
        "start": string(0, HEAD),
    },
    {
        "choices": _choices,
        "answers_to": raw(16),
        "succeeds": array(record({"g": raw(16), "thread": raw(32)}), 1, 8),
    },
)


def _write(head: Head) -> bytes:
    fields: dict[str, Any] = {name: getattr(head, name) for name in head.__dataclass_fields__}
    fields["succeeds"] = head.succeeds and [{"g": one.g, "thread": one.thread} for one in head.succeeds]
    return dump(plain({"v": 1, **{name: value for name, value in fields.items() if value is not None}}))


def _read_head(data: bytes) -> Head:
    fields = _HEAD(load(data, HEAD))
    names = [name for name, _ in fields["sections"]]
    fits(len(set(names)) == len(names), "sections named twice")
    fits(ATTACHMENTS not in names[:-1], "attachments come last")
    fits(not set(fields["to"]) & set(fields["exclude"]), "addressed and excluded")
    fits(fields["type"] != "withdraw" or not names, "withdraw has no text")
    fits(fields["type"] != "concern" or any(size for _, size in fields["sections"]), "empty concern")
    if "succeeds" in fields:
        fields["succeeds"] = tuple(Succeeds(**one) for one in fields["succeeds"])
    del fields["v"]
    return Head(**fields)


def _check_parts(parts: Mapping[int, bytes], total: int, rest: int) -> None:
    """The head says how long the rest is; from that follow the number of parts and the length of each."""
    fits(0 <= rest <= MAX_REST and total == 1 + -(-rest // PART), "number of parts")
    for part, payload in parts.items():
        fits(0 <= part < total, "part number")
        fits(part == 0 or len(payload) == min(PART, rest - (part - 1) * PART), "length of a part")


def _read_body(head: Head, parts: Mapping[int, bytes], total: int) -> tuple[bytes, list[tuple[int, int]]]:
    """The body with zeros where parts are missing, and the (from, to) of those gaps, ascending."""
    body = utf8(head.start)
    rest = sum(size for _, size in head.sections) - len(body)
    _check_parts(parts, total, rest)
    gaps: list[tuple[int, int]] = []
    for part in range(1, total):
        size = min(PART, rest - (part - 1) * PART)
        if part not in parts:
            gaps.append((len(body), len(body) + size))
        body += parts.get(part, bytes(size))
    return body, gaps


def _read_sections(
    head: Head, body: bytes, gaps: Sequence[tuple[int, int]]
) -> tuple[dict[str, str], tuple[str, str] | None]:
    """The whole sections, and the name and beginning of the first that a gap cuts."""
    whole: dict[str, str] = {}
    cut: tuple[str, str] | None = None
    end = 0
    for name, size in head.sections:
        begin, end = end, end + size
        gap = next((first for first, last in gaps if size and first < end and begin < last), None)
        if gap is None:
            whole[name] = text(_clean(body[begin:end]))
        elif cut is None:
            cut = name, text(_clean(_whole_characters(body[begin : max(begin, gap)])))
    return whole, cut


def _whole_characters(data: bytes) -> bytes:
    """Without the beginning of a character, at the end, whose other bytes are in a part that is missing."""
    for back in range(1, min(3, len(data)) + 1):
        lead = data[-back]
        if lead >= 0xC0:
            needed = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return data[:-back] if needed > back else data
        if lead < 0x80:
            break
    return data
