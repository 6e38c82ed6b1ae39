"""Replies from a guardian, signed, in board messages of kind 1 (PROTOCOL section 9).

A reply never quotes what the reporter wrote: whoever extorts a codename would read it.
"""

from dataclasses import dataclass, field, fields

from crypto.fields import array, choice, constant, day, fits, integer, pattern, raw, record, string
from crypto.guardians import Directory
from crypto.signed import read_document, sign_document

NAME = "reply"


@dataclass(frozen=True, kw_only=True)
class Next:
    """What happens next, and by which day."""

    day: int
    what: str


@dataclass(frozen=True, kw_only=True)
class Partial:
    """Which parts of a message arrived, of how many: the reporter may send the others again."""

    message: bytes
    have: tuple[int, ...]
    parts: int


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a guardian says. `thread` is the thread id, 16 bytes; `text` 0 to 24,000 bytes; `answers` message ids."""

    organisation: bytes
    g: bytes
    thread: bytes
    day: int
    language: str
    text: str = field(repr=False)
    status: str | None = None
    next: Next | None = field(default=None, repr=False)
    answers: tuple[bytes, ...] | None = None
    partial: Partial | None = None
    ask: str | None = None
    withdrawn: bool | None = None


def sign_reply(reply: Reply, identity_seed: bytes) -> bytes:
    """Signs a reply with the identity seed (32 bytes): a payload for `board.split`; `malformed`, `limit`."""
    document = {one.name: getattr(reply, one.name) for one in fields(reply)}
    document["next"] = reply.next and {"day": reply.next.day, "what": reply.next.what}
    document["partial"] = reply.partial and vars(reply.partial)
    return sign_document(NAME, _reply, document, identity_seed)


def read_reply(payload: bytes, directory: Directory, thread: bytes, today: int) -> Reply:
    """Reads and verifies a reply in one's thread (id, 16 bytes); errors and their order as `signed.read_document`."""
    document, _ = read_document(NAME, _reply, payload, directory, thread, today)
    if "next" in document:
        document["next"] = Next(**document["next"])
    if "partial" in document:
        document["partial"] = Partial(**document["partial"])
    return Reply(**document)


def _reply(value: object) -> object:
    document = _SHAPE(value)
    if "partial" in document:
        have = document["partial"]["have"]
        fits(list(have) == sorted(set(have)), "parts in order")
        fits(all(part < document["partial"]["parts"] for part in have), "part numbers")
    return document


_SHAPE = record(
    {
        "v": constant(1),
        "organisation": raw(32),
        "g": raw(16),
        "thread": raw(16),
        "day": day,
        "language": pattern("[a-z-]{2,12}"),
        "text": string(0, 24_000),
    },
    {
        "status": choice("received", "assessed", "addressed", "concluded"),
        "next": record({"day": day, "what": string(1, 500)}),
        "answers": array(raw(16), 1, 16),
        "partial": record({"message": raw(16), "have": array(integer(0, 15), 0, 16), "parts": integer(1, 16)}),
        "ask": choice("check-in", "feedback"),
        "withdrawn": constant(True),
    },
)
