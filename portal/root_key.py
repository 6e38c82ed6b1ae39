"""The root key at rest: a file under a passphrase, or three sheets of paper of which two suffice (PROTOCOL section 11).

    data = lock(seed, passphrase)
    unlock(data, passphrase) == seed
    join(split(seed)[:2]) == seed

The file is encrypted (Argon2id, XChaCha20-Poly1305). The sheets are SLIP-39: 33 words each, every single one worth
nothing, with a checksum that finds typing errors (ADR 0016).
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from nacl import bindings
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from crypto import signing
from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError

SHARES = 3
NEEDED = 2
WORDS = 33
_LIMIT = 4096
_KDF = {"lanes": 4, "memory_kib": 65_536, "passes": 3}


class SheetError(Exception):
    """Sheets that do not give a key; the text says why, without repeating a word of them."""


def lock(seed: bytes, passphrase: str) -> bytes:
    """The key file for a seed of 32 bytes."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(24)
    fields: dict[str, object] = {
        "v": 1,
        **_KDF,
        "root": b64(signing.public(seed)),
        "salt": b64(salt),
        "nonce": b64(nonce),
    }
    box = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(seed, dump(fields), nonce, _key(passphrase, salt, _KDF))
    return dump({**fields, "box": b64(box)})


def root_of(data: bytes) -> bytes:
    """The public key (32 bytes) that a key file says it is for. Raises `CandourError` when it is damaged."""
    return unb64(_fields(data)["root"], 32)


def unlock(data: bytes, passphrase: str) -> bytes:
    """The seed. Raises `CandourError` when the file is damaged, nacl's `CryptoError` for another passphrase."""
    fields = _fields(data)
    header = {key: value for key, value in fields.items() if key != "box"}
    # The numbers are ours, not the file's: a changed file must not make the key cheap to try, or the machine stall.
    if any(header[name] != value for name, value in _KDF.items()):
        raise CandourError("malformed", "key derivation")
    key = _key(passphrase, unb64(header["salt"], 16), _KDF)
    box, nonce = unb64(fields["box"], 48), unb64(header["nonce"], 24)
    return bytes(bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(box, dump(header), nonce, key))


def split(seed: bytes) -> list[str]:
    """Three sheets of 33 words; any two of them give the seed back, one alone tells nothing."""
    sheets: list[str] = generate_mnemonics(1, [(NEEDED, SHARES)], seed)[0]
    if any(join(pair) != seed for pair in (sheets[:2], sheets[1:], sheets[::2])):
        raise SheetError("The sheets do not give the key back. Nothing was written; please try again.")
    return sheets


def join(sheets: Sequence[str]) -> bytes:
    """The seed from two sheets. Raises `SheetError`."""
    try:
        seed: bytes = combine_mnemonics([" ".join(sheet.lower().split()) for sheet in sheets])
    except MnemonicError as problem:
        raise SheetError(f"These sheets do not give a key: {_reason(problem)}") from None
    if len(seed) != 32:
        raise SheetError("These sheets hold something else than a root key.")
    return seed


def erase(path: Path) -> None:
    """Overwrite and remove a file. (On flash storage an old copy may survive until the disk reuses its place.)"""
    with path.open("r+b", buffering=0) as file:
        file.write(bytes(path.stat().st_size))
        os.fsync(file.fileno())
    path.unlink()


def _fields(data: bytes) -> dict[str, object]:
    fields = load(data, _LIMIT)
    if not isinstance(fields, dict) or not {"root", "salt", "nonce", "box", *_KDF} <= fields.keys():
        raise CandourError("malformed", "key file")
    return fields


def _key(passphrase: str, salt: bytes, kdf: Mapping[str, int]) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, kdf["passes"], kdf["memory_kib"], kdf["lanes"], 32, type=Type.ID)


def _reason(problem: MnemonicError) -> str:
    """The library's own texts repeat words of the sheet: none of them may be shown or end in a log."""
    text = str(problem)
    if "checksum" in text:
        return "a word is mistyped, missing or in another place."
    if text.startswith("Invalid mnemonic word"):
        return "there is a word that no sheet has."
    if text.startswith(("Invalid mnemonic length", "Invalid mnemonic padding")):
        return f"a sheet has {WORDS} words."
    if text.startswith("Wrong number of mnemonics"):
        return "two different sheets are needed."
    return "they do not belong to one another."
