"""Signed statements: DSSE envelopes, and signatures that travel apart from what they sign (PROTOCOL section 11).

>>> from crypto import signing, statement_bodies
>>> seed = bytes(32)
>>> body = statement_bodies.revocation(organisation=bytes(32), day=1, certificate=bytes(32))
>>> parse(sign("revocation", body, [seed])).signers == (signing.public(seed),)
True
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crypto import signing
from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError
from crypto.fields import array, fits, plain, raw, record, string
from crypto.kdf import sha256
from crypto.statement_bodies import NAMES, Body, check_body, last_day

MAX_ENVELOPE = 65_536

_TYPE = re.compile(r"application/vnd\.candour\.([a-z]{1,32})\.v1\+json")
_ENVELOPE = record(
    {
        "payload": unb64,
        "payloadtype": string(1, 127),
        "signatures": array(record({"keyid": raw(32), "sig": raw(64)}), 1, 2),
    }
)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A statement of well-formed shape. `body` has bytes where the JSON has base64."""

    name: str
    body: Body
    payload: bytes
    signatures: tuple[tuple[bytes, bytes], ...]

    @property
    def signers(self) -> tuple[bytes, ...]:
        """The public keys that signed, ascending."""
        return tuple(key for key, _ in self.signatures)

    @property
    def object(self) -> dict[str, object]:
        """The envelope as a JSON object, as it stands in a directory's log."""
        signatures = [{"keyid": b64(key), "sig": b64(sig)} for key, sig in self.signatures]
        return {"payload": b64(self.payload), "payloadtype": media_type(self.name), "signatures": signatures}


def media_type(name: str) -> str:
    """The type that is signed with a statement of this NAME."""
    return f"application/vnd.candour.{name}.v1+json"


def pae(type_: str, body: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what is signed, so that no signature fits two types or two cuts."""
    return b"DSSEv1 %d %s %d %s" % (len(type_), type_.encode("ascii"), len(body), body)


def sign_detached(type_: str, body: bytes, seed: bytes) -> bytes:
    """Signs PAE(type, body) with a seed of 32 bytes; gives 64 bytes."""
    return signing.sign(seed, pae(type_, body))


def verify_detached(type_: str, body: bytes, sig: bytes, key: bytes) -> bool:
    """Whether the signature over PAE(type, body) is the key's."""
    return signing.verify(key, pae(type_, body), sig)


def sign(name: str, body: Mapping[str, object], seeds: Sequence[bytes]) -> bytes:
    """Makes an envelope, signed with each seed; `malformed` when the body is not of its NAME's shape, `limit`."""
    document = plain(body)
    check_body(name, document)
    payload = dump(document)
    signed = sorted((signing.public(seed), sign_detached(media_type(name), payload, seed)) for seed in seeds)
    envelope = Envelope(name=name, body=dict(body), payload=payload, signatures=tuple(signed))
    data = dump(envelope.object)
    read(data)
    return data


def read(source: bytes | object, name: str | None = None) -> Envelope:
    """Reads an envelope, from its bytes or from its JSON object, without verifying signatures: see `parse`.

    Raises, in this order: `limit`, `malformed` (the envelope), `type` (of no known NAME, or not the one asked for),
    `malformed` (the payload).
    """
    fields = _ENVELOPE(load(source, MAX_ENVELOPE) if isinstance(source, bytes) else _bounded(source))
    signatures = tuple((one["keyid"], one["sig"]) for one in fields["signatures"])
    fits(all(a < b for (a, _), (b, _) in pairwise(signatures)), "order of signatures")
    match = _TYPE.fullmatch(fields["payloadtype"])
    if match is None or match[1] not in NAMES or (name is not None and match[1] != name):
        raise CandourError("type", "not the statement asked for")
    body = check_body(match[1], load(fields["payload"], MAX_ENVELOPE))
    return Envelope(name=match[1], body=body, payload=fields["payload"], signatures=signatures)


def parse(source: bytes | object, name: str | None = None) -> Envelope:
    """Reads an envelope and verifies each signature (`signature`) by the key it names; `chain` tells whose it is."""
    envelope = read(source, name)
    verify_signatures(envelope)
    return envelope


def verify_signatures(envelope: Envelope) -> None:
    """Raises `signature` unless every signature is its key's."""
    for key, sig in envelope.signatures:
        if not verify_detached(media_type(envelope.name), envelope.payload, sig, key):
            raise CandourError("signature", envelope.name)


def statement_digest(envelope: Envelope) -> bytes:
    """H(PAE || keyid1 || sig1 …), 32 bytes: what is left in the log of a statement that no longer matters."""
    signatures = b"".join(key + sig for key, sig in envelope.signatures)
    return sha256(pae(media_type(envelope.name), envelope.payload) + signatures)


def entry_hash(envelope: Envelope) -> bytes:
    """The name of an entry, 32 bytes."""
    return stub_hash(envelope.name, last_day(envelope.name, envelope.body), statement_digest(envelope))


def stub_hash(name: str, last: int, digest: bytes) -> bytes:
    """An entry hash from its parts. NAME and last day are bound: a revocation cannot pass for an old list of keys."""
    return sha256(name.encode("ascii") + last.to_bytes(4, "big") + digest)


def _bounded(source: object) -> object:
    if len(dump(source)) > MAX_ENVELOPE:
        raise CandourError("limit", "envelope")
    return source
