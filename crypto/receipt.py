"""Receipts: a guardian's signed word that a message came, and the reporter's proof of holding one (PROTOCOL section 9).

>>> from crypto import signing
>>> check_proof(signing.public(bytes(32)), bytes(32), prove(bytes(32), bytes(32)))
True
"""

from dataclasses import dataclass, fields

from crypto.errors import CandourError
from crypto.fields import choice, constant, day, fits, raw, record
from crypto.guardians import Directory
from crypto.signed import read_document, sign_document
from crypto.statement import sign_detached, verify_detached

NAME = "receipt"
CHALLENGE = 32

_HOLDER = "application/vnd.candour.holder.v1"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Whose message (digest and holder key, 32 bytes), in which thread, came to whom, on which day, and `how`.

    `certificate` is the entry hash of the signer's; `state` that of the newest head the vault had checked, or zeros.
    """

    organisation: bytes
    g: bytes
    thread: bytes
    certificate: bytes
    message: bytes
    digest: bytes
    holder: bytes
    state: bytes
    day: int
    how: str


def issue(receipt: Receipt, identity_seed: bytes) -> bytes:
    """Signs a receipt with the identity seed (32 bytes): a payload for `board.split`; `malformed`."""
    document = {one.name: getattr(receipt, one.name) for one in fields(receipt)}
    return sign_document(NAME, _SHAPE, document, identity_seed)


def read(payload: bytes, directory: Directory, thread: bytes, today: int) -> Receipt:
    """Reads and verifies a receipt in one's thread: as `signed.read_document`, then `conflict` (the certificate)."""
    document, certificates = read_document(NAME, _SHAPE, payload, directory, thread, today)
    if all(one.entry_hash != document["certificate"] for one in certificates):
        raise CandourError("conflict", "certificate")
    return Receipt(**document)


def prove(holder_seed: bytes, challenge: bytes) -> bytes:
    """Answers a challenge of 32 bytes with the holder seed: 64 bytes that show that the receipt is one's own."""
    fits(len(challenge) == CHALLENGE, "challenge")
    return sign_detached(_HOLDER, challenge, holder_seed)


def check_proof(holder: bytes, challenge: bytes, proof: bytes) -> bool:
    """Whether a proof answers one's own fresh challenge for the holder key in a receipt."""
    return len(challenge) == CHALLENGE and verify_detached(_HOLDER, challenge, proof, holder)


_SHAPE = record(
    {
        "v": constant(1),
        "organisation": raw(32),
        "g": raw(16),
        "thread": raw(16),
        "certificate": raw(32),
        "message": raw(16),
        "digest": raw(32),
        "holder": raw(32),
        "state": raw(32),
        "day": day,
        "how": choice("software", "person"),
    }
)
