"""Entries of a case's log, signed by the guardian who made them, as guardians exchange them (PROTOCOL section 21).

An entry says that something happened in a case and vouches for its words by a salted digest: when the words have been
erased, the entry still stands, and tells nothing. Entries of one guardian in one case are a chain, so that none can be
left out or put in; those of several guardians are put in order by `n`, then by hash, the same way everywhere.

    >>> body = {"text": "Rang the ward"}
    >>> made = make(bytes(32), case=bytes(16), g=b"g" * 16, n=1, prev=bytes(32), day=20000, kind="note",
    ...     body=body, identity_seed=bytes(32))
    >>> made.kind, read_body(made.body)
    ('note', {'text': 'Rang the ward'})
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError
from crypto.fields import constant, day, fits, integer, pattern, plain, raw, record
from crypto.guardians import Directory, holds
from crypto.kdf import sha256
from crypto.statement import media_type, pae, sign_detached, verify_detached

NAME = "entry"
MAX_BODY = 31_440
_MAX_DOCUMENT = 1_024
_SHAPE = record(
    {
        "v": constant(1),
        "organisation": raw(32),
        "case": raw(16),
        "g": raw(16),
        "n": integer(1, 2**31 - 1),
        "prev": raw(32),
        "day": day,
        "kind": pattern("[a-z][a-z-]{0,31}"),
        "digest": raw(32),
    }
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. `document` is what was signed; `body` its words as JSON, or None when they are not here."""

    case: bytes
    g: bytes
    n: int
    prev: bytes
    day: int
    kind: str
    digest: bytes
    organisation: bytes
    document: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    body: bytes | None = field(repr=False)

    @property
    def hash(self) -> bytes:
        """The name of the entry, 32 bytes."""
        return sha256(pae(media_type(NAME), self.document))


def make(
    organisation: bytes,
    *,
    case: bytes,
    g: bytes,
    n: int,
    prev: bytes,
    day: int,
    kind: str,
    body: Mapping[str, object],
    identity_seed: bytes,
) -> Entry:
    """Signs a new entry with the identity seed (32 bytes); `limit` for a body above 31,440 bytes, `malformed`."""
    # Salted: once the words are erased, a guess at them must not be confirmed by the digest that stays.
    words = dump(plain({**body, "salt": secrets.token_bytes(16)}))
    if len(words) > MAX_BODY:
        raise CandourError("limit", "entry")
    fields = {"organisation": organisation, "case": case, "g": g, "n": n, "prev": prev, "day": day, "kind": kind}
    document = dump(plain({"v": 1, **fields, "digest": sha256(words)}))
    return read(document, sign_detached(media_type(NAME), document, identity_seed), words)


def read(document: bytes, signature: bytes, body: bytes | None) -> Entry:
    """An entry from its parts; who signed it is not verified. `malformed`, `tampered` when the body is another one."""
    fields = _SHAPE(load(document, _MAX_DOCUMENT))
    del fields["v"]
    if body is not None and sha256(body) != fields["digest"]:
        raise CandourError("tampered", "entry")
    return Entry(document=document, signature=signature, body=body, **fields)


def verify(entry: Entry, directory: Directory, today: int) -> None:
    """Raises unless a certificate of its guardian, valid on its day, signed it.

    In this order: `organisation`, `early` (later than tomorrow), `unknown`, `signature`.
    """
    if entry.organisation != directory.organisation:
        raise CandourError("organisation", NAME)
    if entry.day > today + 1:
        raise CandourError("early", NAME)
    held = [one for one in directory.guardian(entry.g).certificates if holds(one, entry.day)]
    if not any(verify_detached(media_type(NAME), entry.document, entry.signature, one.identity) for one in held):
        raise CandourError("signature", NAME)


def read_body(body: bytes | None) -> dict[str, Any]:
    """The words of an entry without their salt; `missing` when they are not here."""
    if body is None:
        raise CandourError("missing", NAME)
    found = load(body, MAX_BODY)
    fits(isinstance(found, dict) and "salt" in found, "entry body")
    return {key: value for key, value in found.items() if key != "salt"}  # type: ignore[attr-defined]


def pack(entry: Entry) -> dict[str, object]:
    """An entry as a JSON object, for a bundle; the words go along where they are here."""
    packed: dict[str, object] = {"entry": b64(entry.document), "sig": b64(entry.signature)}
    return packed if entry.body is None else {**packed, "body": b64(entry.body)}


def unpack(value: Mapping[str, object]) -> Entry:
    """The way back; `malformed`, `tampered`."""
    body = unb64(value["body"]) if "body" in value else None
    return read(unb64(value["entry"]), unb64(value["sig"], 64), body)
