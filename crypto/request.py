"""Signed requests of a courier to the server: RFC 9421 with a digest of the body (PROTOCOL section 16). Python only.

>>> from crypto import signing
>>> to = ("GET", "portal.example", "/periods")
>>> headers = sign(*to, b"", bytes(32), 1_000_000, bytes(16))
>>> verify(*to, headers, b"", {signing.public(bytes(32))}, 1_000_000)[1] == bytes(16)
True
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import HTTPSignatureAlgorithm
from http_message_signatures.exceptions import HTTPMessageSignaturesException, InvalidSignature

from crypto import signing
from crypto.encoding import b64, unb64
from crypto.errors import CandourError

LABEL = "candour"
COMPONENTS = ("@method", "@authority", "@path", "content-digest")
PARAMETERS = ("created", "keyid", "nonce", "alg")
SKEW = 300
NONCE = 16


@dataclass(frozen=True)
class _Message:
    method: str
    url: str
    headers: dict[str, str]


class _Ed25519(HTTPSignatureAlgorithm):
    """Ed25519 under this protocol's strict rules; keys are plain bytes."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: bytes = b"", private_key: bytes = b"") -> None:
        self._public, self._seed = public_key, private_key

    def sign(self, message: bytes) -> bytes:
        return signing.sign(self._seed, message)

    def verify(self, signature: bytes, message: bytes) -> None:
        if not signing.verify(self._public, message, signature):
            raise InvalidSignature("signature")


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, allowed: Collection[bytes] = (), seed: bytes = b"") -> None:
        self._allowed, self._seed = allowed, seed

    def resolve_public_key(self, key_id: str) -> bytes | None:
        key = unb64(key_id, 32)
        return key if key in self._allowed else None

    def resolve_private_key(self, key_id: str) -> bytes:  # noqa: ARG002 - there is one
        return self._seed


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: Any, max_age: object = None) -> None:
        """Times are arguments in this package: `verify` below checks `created` against the caller's clock."""


def sign(method: str, authority: str, path: str, body: bytes, seed: bytes, now: int, nonce: bytes) -> dict[str, str]:
    """The headers that sign a request with the courier seed (32 bytes); `now` in unix seconds, a fresh 16-byte nonce.

    `authority` is host, or host:port, as the server knows itself; `path` begins with a slash and has no query.
    """
    message = _Message(method, f"https://{authority}{path}", {})
    HTTPMessageSigner(signature_algorithm=_Ed25519, key_resolver=_Keys(seed=seed)).sign(
        message,
        key_id=b64(signing.public(seed)),
        created=datetime.datetime.fromtimestamp(now, tz=datetime.UTC),
        nonce=b64(nonce),
        label=LABEL,
        covered_component_ids=COMPONENTS,
        body=body,
    )
    return message.headers


def verify(
    method: str,
    authority: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    couriers: Collection[bytes],
    now: int,
) -> tuple[bytes, bytes]:
    """Who signed a request: (courier public key, nonce); `signature` for any fault.

    `couriers` are the keys allowed now, `authority` one that the server is configured for. Whether the nonce was seen
    before (`replay`) is for the caller, who remembers nonces for 900 s.
    """
    # What stands behind a question mark is not signed, and nothing in this protocol uses it.
    if "?" in path or "#" in path:
        raise CandourError("signature", "path")
    message = _Message(method, f"https://{authority}{path}", dict(headers))
    verifier = _Verifier(signature_algorithm=_Ed25519, key_resolver=_Keys(allowed=couriers))
    try:
        (result,) = verifier.verify(message, max_age=None, require_components=COMPONENTS, body=body)
        parameters: dict[str, Any] = dict(result.parameters)
        covered = [name.strip('"') for name in result.covered_components]
        exact = sorted(parameters) == sorted(PARAMETERS) and covered == [*COMPONENTS, "@signature-params"]
        key, nonce = unb64(parameters["keyid"], 32), unb64(parameters.get("nonce"), NONCE)
    except (HTTPMessageSignaturesException, CandourError, ValueError) as error:
        raise CandourError("signature", type(error).__name__) from None
    if not exact or result.label != LABEL or abs(now - parameters["created"]) > SKEW:
        raise CandourError("signature", "parameters")
    return key, nonce
