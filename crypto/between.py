"""Bundles between guardians: what one sends another about a case, signed, in report cells (PROTOCOL section 21).

The cells are those of section 6, sealed to the other's key of the day. Their thread secret is no secret but a mark: 16
fixed bytes and 16 random ones, so that whoever opens one knows it for a part of a bundle. No server can tell.

    >>> is_mark(mark())
    True
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from crypto import cell
from crypto.encoding import dump, load, unb64
from crypto.errors import CandourError
from crypto.fields import Check, array, choice, constant, day, fits, integer, pattern, plain, raw, record, string
from crypto.guardians import Directory
from crypto.statement import media_type, sign_detached, verify_detached

NAME = "between"
# So many report cells a guardian sends in every board period, whether there is something to say or not.
CELLS = 16
MAX_JSON = cell.MAX_PARTS * cell.PAYLOAD - 64
_SIGNATURE = 64
_MARK = b"candour/between/"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What one guardian (`g`) sends another (`to`), both 16 bytes.

    `what`: copy, take, more, ask, cosign, cosigned or have. `entries` are objects of `entry.pack`, `parts` pieces of
    the reporter's messages. `board` (32 bytes), `thread` and `since` hand the answering over. `have` are ids of
    bundles that have arrived, 16 bytes each.
    """

    organisation: bytes
    g: bytes
    to: bytes
    day: int
    what: str
    case: bytes | None = None
    origin: str | None = None
    opened: int | None = None
    exclude: tuple[bytes, ...] = ()
    entries: tuple[Mapping[str, object], ...] = field(default=(), repr=False)
    parts: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    board: bytes | None = field(default=None, repr=False)
    thread: bytes | None = None
    since: int | None = None
    have: tuple[bytes, ...] = ()
    name: str | None = None
    statement: bytes | None = field(default=None, repr=False)


def mark() -> bytes:
    """The 32 bytes that stand in a bundle's cells where others have the secret of a thread."""
    return _MARK + secrets.token_bytes(16)


def is_mark(thread: bytes) -> bool:
    """Whether a cell with these 32 bytes is a part of a bundle."""
    return thread.startswith(_MARK)


def sign(bundle: Bundle, identity_seed: bytes) -> bytes:
    """The signed payload, at most 16 parts long: `limit` above 46,416 bytes of JSON; `malformed`."""
    given = {one.name: getattr(bundle, one.name) for one in fields(bundle)}
    document = plain({"v": 1, **{name: value for name, value in given.items() if value not in (None, ())}})
    data = dump(document)
    if len(data) > MAX_JSON:
        raise CandourError("limit", NAME)
    _SHAPE(load(data, MAX_JSON))
    return sign_detached(media_type(NAME), data, identity_seed) + data


def read(payload: bytes, directory: Directory, reader: bytes, today: int) -> Bundle:
    """Reads and verifies a bundle for `reader` (16 bytes).

    In this order: `malformed`, `limit`, `organisation`, `early` (later than tomorrow), `unknown` (also when it is for
    another guardian), `early`, `expired`, `revoked` (the certificate), `signature`.
    """
    fits(len(payload) > _SIGNATURE, "bundle")
    signature, data = payload[:_SIGNATURE], payload[_SIGNATURE:]
    document = _SHAPE(load(data, MAX_JSON))
    del document["v"]
    bundle = Bundle(**document)
    if bundle.organisation != directory.organisation:
        raise CandourError("organisation", NAME)
    if bundle.day > today + 1:
        raise CandourError("early", NAME)
    if bundle.to != reader or bundle.g == reader:
        raise CandourError("unknown", "reader")
    held = directory.certificates(bundle.g, bundle.day)
    if not any(verify_detached(media_type(NAME), data, signature, one.identity) for one in held):
        raise CandourError("signature", NAME)
    return bundle


def cut(payload: bytes) -> list[bytes]:
    """A payload in pieces, one for each cell; at most 16."""
    return [payload[at : at + cell.PAYLOAD] for at in range(0, len(payload), cell.PAYLOAD)]


def plaintexts(message: bytes, payload: bytes) -> list[bytes]:
    """The plaintexts, 2,960 bytes each, of the cells of a bundle with this id (16 bytes)."""
    first, *rest = cut(payload)
    return cell.split(mark(), message, first, b"".join(rest))


def _blob(low: int, high: int) -> Check:
    from_text = string(-(-low * 4 // 3), -(-high * 4 // 3))

    def check(value: object) -> bytes:
        return unb64(from_text(value))

    return check


_PART = record(
    {
        "message": raw(16),
        "part": integer(0, cell.MAX_PARTS - 1),
        "parts": integer(1, cell.MAX_PARTS),
        "day": day,
        "payload": _blob(1, cell.PAYLOAD),
    }
)
_ENTRY = record({"entry": string(1, 2_000), "sig": string(86, 86)}, {"body": string(1, 42_000)})
_SHAPE = record(
    {
        "v": constant(1),
        "organisation": raw(32),
        "g": raw(16),
        "to": raw(16),
        "day": day,
        "what": choice("copy", "take", "more", "ask", "cosign", "cosigned", "have"),
    },
    {
        "case": raw(16),
        "origin": pattern("[a-z]{1,16}"),
        "opened": day,
        "exclude": array(raw(16), 1, 16, distinct=True),
        "entries": array(_ENTRY, 1, 64),
        "parts": array(_PART, 1, 16),
        "board": raw(32),
        "thread": raw(16),
        "since": day,
        "have": array(raw(16), 1, 64, distinct=True),
        "name": choice("story", "statistics"),
        "statement": _blob(1, 33_000),
    },
)


def fit(items: Sequence[Mapping[str, object]], room: int) -> int:
    """How many of these JSON objects, from the first on, have room in so many bytes."""
    used = 0
    for count, one in enumerate(items):
        used += len(dump(plain(one))) + 1
        if used > room:
            return count
    return len(items)
