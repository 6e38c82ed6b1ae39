"""The key of one case: what is in the case lies sealed under it, and erasing the key erases all of it at once.

The key (32 bytes) is a row of its own in the vault, overwritten when it is deleted (`secure_delete`). A backup made
before holds the old key: nothing is claimed to be gone until such backups have expired (see `retention`).

    sealed = nonce (24) || XChaCha20-Poly1305(data), bound to the case's id
"""

import secrets

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as _decrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as _encrypt
from nacl.exceptions import CryptoError

from recipients.errors import GuardianError
from recipients.vault import Vault

_LABEL = b"candour/vault/case"
_NONCE = 24


def make(vault: Vault, case: bytes) -> None:
    """Makes the key of a new case (id, 16 bytes)."""
    vault.database.run("INSERT INTO case_key VALUES (?, ?)", case, secrets.token_bytes(32))


def seal(vault: Vault, case: bytes, data: bytes) -> bytes:
    """Seals what belongs to a case; 40 bytes longer. `erased` when the case's key is gone."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _encrypt(data, _LABEL + case, nonce, _key(vault, case))


def open_(vault: Vault, case: bytes, sealed: bytes) -> bytes:
    """Opens what `seal` made; `erased` when the case's key is gone, `damaged` when it does not fit."""
    try:
        return _decrypt(sealed[_NONCE:], _LABEL + case, sealed[:_NONCE], _key(vault, case))
    except (CryptoError, ValueError):
        raise GuardianError("damaged", "case") from None


def destroy(vault: Vault, case: bytes) -> None:
    """Erases the key; what was sealed under it can never be opened again from this vault."""
    vault.database.run("DELETE FROM case_key WHERE id = ?", case)


def alive(vault: Vault, case: bytes) -> bool:
    """Whether the key is still there."""
    return vault.database.value("SELECT 1 FROM case_key WHERE id = ?", case) is not None


def _key(vault: Vault, case: bytes) -> bytes:
    key: bytes | None = vault.database.value("SELECT key FROM case_key WHERE id = ?", case)
    if key is None:
        raise GuardianError("erased")
    return key
