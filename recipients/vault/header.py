"""`vault.json`: how a passphrase becomes the vault's key.

The vault's key is random and lies in the header sealed under Argon2id of the passphrase, so that a new passphrase is
one small file replaced at once. A digest tells a damaged header from a wrong passphrase: what to do then differs.

    >>> header = make("correct horse", vault_key=bytes(32))
    >>> unlock(header, "correct horse") == bytes(32)
    True
"""

import hmac
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError
from nacl.utils import random

from crypto.encoding import b64, dump, load, unb64, utf8
from crypto.errors import CandourError
from crypto.kdf import sha256
from recipients.errors import GuardianError
from recipients.vault.wiping import wipe

VERSION = 1
MEMORY = 65_536
PASSES = 3
LANES = 4
_LIMIT = 4_096
_LABEL = b"candour/vault/key"


@dataclass(frozen=True, kw_only=True)
class Header:
    """Argon2id's memory in KiB, passes, lanes and 16 bytes of salt; the vault's id; its key, sealed (72 bytes)."""

    vault: bytes
    salt: bytes
    memory: int
    passes: int
    lanes: int
    sealed: bytes


def make(passphrase: str, *, vault_key: bytes, vault: bytes | None = None) -> Header:
    """A header with fresh salt for a passphrase; `vault` is the id to keep when the passphrase is a new one."""
    vault, salt, nonce = vault or random(16), random(16), random(24)
    key = _stretch(passphrase, salt, MEMORY, PASSES, LANES)
    sealed = nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(vault_key, _LABEL + vault, nonce, key)
    wipe(key)
    return Header(vault=vault, salt=salt, memory=MEMORY, passes=PASSES, lanes=LANES, sealed=sealed)


def unlock(header: Header, passphrase: str) -> bytes:
    """The vault's key, 32 bytes; `passphrase` when it is the wrong one."""
    key = _stretch(passphrase, header.salt, header.memory, header.passes, header.lanes)
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(
            header.sealed[24:], _LABEL + header.vault, header.sealed[:24], key
        )
    except CryptoError:
        raise GuardianError("passphrase") from None
    finally:
        wipe(key)


def write(header: Header) -> bytes:
    """The bytes of `vault.json`."""
    fields = _fields(header)
    return dump({**fields, "digest": b64(sha256(dump(fields)))})


def read(data: bytes) -> Header:
    """Reads `vault.json`; `damaged` when a byte of it has changed, `newer` when a later version wrote it."""
    try:
        fields = load(data, _LIMIT)
        if not isinstance(fields, dict):
            raise CandourError("malformed")
        digest = unb64(fields.pop("digest", None), 32)
        if not hmac.compare_digest(digest, sha256(dump(fields))):
            raise CandourError("tampered")
        if fields.get("v") != VERSION:
            raise GuardianError("newer")
        return _header(fields)
    except CandourError:
        raise GuardianError("damaged", "header") from None


def _fields(header: Header) -> dict[str, object]:
    return {
        "v": VERSION,
        "vault": b64(header.vault),
        "salt": b64(header.salt),
        "memory": header.memory,
        "passes": header.passes,
        "lanes": header.lanes,
        "sealed": b64(header.sealed),
    }


def _header(fields: dict[str, object]) -> Header:
    if set(fields) != {"v", "vault", "salt", "memory", "passes", "lanes", "sealed"}:
        raise CandourError("malformed")
    return Header(
        vault=unb64(fields["vault"], 16),
        salt=unb64(fields["salt"], 16),
        memory=_number(fields["memory"], MEMORY, 4_194_304),
        passes=_number(fields["passes"], PASSES, 100),
        lanes=_number(fields["lanes"], 1, 64),
        sealed=unb64(fields["sealed"], 72),
    )


def _number(value: object, least: int, most: int) -> int:
    # A header with a lower cost would make the passphrase cheaper to guess the next time it is changed.
    if type(value) is not int or not least <= value <= most:
        raise CandourError("malformed")
    return value


def _stretch(passphrase: str, salt: bytes, memory: int, passes: int, lanes: int) -> bytes:
    # The same words typed on two keyboards can be two spellings of one accent; NFKC makes them one.
    typed = utf8(unicodedata.normalize("NFKC", passphrase))
    try:
        return hash_secret_raw(typed, salt, passes, memory, lanes, 32, Type.ID)
    finally:
        wipe(typed)
