"""What replies and receipts have in common: `signature || JSON`, signed by a guardian's identity (PROTOCOL section 9).

The signature travels apart from an envelope, since a board cell has no room to spare. Whoever reads needs a verified
directory: it alone tells which identity was a guardian's on the day of signing.
"""

from collections.abc import Mapping
from typing import Any

from crypto.encoding import dump, load
from crypto.errors import CandourError
from crypto.fields import Check, plain
from crypto.guardians import Certificate, Directory
from crypto.statement import media_type, sign_detached, verify_detached

SIGNATURE = 64
MAX_JSON = 31_440


def sign_document(name: str, shape: Check, fields: Mapping[str, Any], identity_seed: bytes) -> bytes:
    """Signs a document of this NAME; keys that are None are left out. `malformed`, or `limit` above 31,440 bytes."""
    document = plain({"v": 1, **{key: value for key, value in fields.items() if value is not None}})
    data = dump(document)
    shape(load(data, MAX_JSON))
    return sign_detached(media_type(name), data, identity_seed) + data


def read_document(
    name: str, shape: Check, payload: bytes, directory: Directory, thread: bytes, today: int
) -> tuple[dict[str, Any], tuple[Certificate, ...]]:
    """The fields of a signed document, and the certificates of its signer that hold on its day, newest first.

    In this order: `malformed`, `limit`, `organisation`, `early` (later than tomorrow), `unknown`, `early`, `expired`,
    `revoked` (the certificate), `signature`, `thread`.
    """
    signature, data = payload[:SIGNATURE], payload[SIGNATURE:]
    fields: dict[str, Any] = shape(load(data, MAX_JSON))
    if fields["organisation"] != directory.organisation:
        raise CandourError("organisation", name)
    if fields["day"] > today + 1:
        raise CandourError("early", name)
    # A renewed certificate may overlap the one before it, with another identity: either may have signed.
    held = directory.certificates(fields["g"], fields["day"])
    signers = tuple(one for one in held if verify_detached(media_type(name), data, signature, one.identity))
    if not signers:
        raise CandourError("signature", name)
    if fields["thread"] != thread:
        raise CandourError("thread", name)
    del fields["v"]
    return fields, signers
