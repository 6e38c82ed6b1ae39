"""A lost passphrase, replaced with the help of trustees: k of n of them, by SLIP-39.

What is split is a recovery key, made for this and kept nowhere. It opens `recovery.json`, which holds the vault's own
key; that seals the vault anew under a new passphrase. Each trustee gets a share of 33 words, shown once. Fewer than k
shares tell nothing; k of them tell nothing either without the vault, or a backup of it.

    passphrase --Argon2id--> \\
                               vault's key --> database, day keys, backups
    k shares --SLIP-39--> key -> /

    shares = split(path, passphrase, need=2, of=3)
    recover(path, shares[:2], "a new passphrase")
"""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

import shamir_mnemonic
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from crypto.encoding import b64, dump, load
from crypto.errors import CandourError
from crypto.fields import constant, raw, record
from recipients.errors import GuardianError
from recipients.vault import header
from recipients.vault.files import replace
from recipients.vault.opening import Vault, held, read_header, strong
from recipients.vault.wiping import wipe

FILE = "recovery.json"
MOST = 16
_LIMIT = 4_096
_LABEL = b"candour/vault/recovery"
_SHAPE = record({"v": constant(1), "vault": raw(16), "sealed": raw(72)})


def split(place: Path | Vault, passphrase: str, *, need: int, of: int) -> list[str]:
    """Makes new shares, any `need` of `of` of which recover the vault; 2 to 16. Earlier ones are void for this folder.

    `wrong` with detail `trustees` for numbers that do not fit; `passphrase`.
    """
    if not 2 <= need <= of <= MOST:
        raise GuardianError("wrong", "trustees")
    with held(place) as path:
        found = read_header(path)
        key, recovery = header.unlock(found, passphrase), secrets.token_bytes(32)
        nonce = secrets.token_bytes(24)
        box = crypto_aead_xchacha20poly1305_ietf_encrypt(key, _LABEL + found.vault, nonce, recovery)
        # The key is random, so that stretching it would protect nothing: the least there is.
        groups = shamir_mnemonic.generate_mnemonics(1, [(need, of)], recovery, iteration_exponent=0)
        replace(path / FILE, dump({"v": 1, "vault": b64(found.vault), "sealed": b64(nonce + box)}))
        wipe(key, recovery)
    return list(groups[0])


def recover(path: Path, shares: Sequence[str], passphrase: str) -> None:
    """Seals the vault under a new passphrase, given enough shares. Nothing else in it changes.

    `weak`; `shares` with detail `absent` (none were made for this vault), `word`, `few`, `others` (of another vault or
    an earlier split), `mixed`.
    """
    strong(passphrase)
    with held(path):
        found = read_header(path)
        key = open_with(path / FILE, found.vault, shares)
        replace(path / "vault.json", header.write(header.make(passphrase, vault_key=key, vault=found.vault)))
        wipe(key)


def open_with(file: Path, vault: bytes, shares: Sequence[str]) -> bytes:
    """The vault's key, 32 bytes, out of the file that `split` wrote and enough shares; errors as `recover`."""
    try:
        fields = _SHAPE(load(file.read_bytes(), _LIMIT))
    except FileNotFoundError:
        raise GuardianError("shares", "absent") from None
    except CandourError:
        raise GuardianError("damaged", "recovery") from None
    recovery, sealed = combine(shares), fields["sealed"]
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[24:], _LABEL + vault, sealed[:24], recovery)
    except (CryptoError, ValueError):
        raise GuardianError("shares", "others") from None
    finally:
        wipe(recovery)


def need(share: str) -> int:
    """How many shares are needed, as this one says; `shares` with detail `word` when it was not read right."""
    return int(_share(share).member_threshold)


def combine(shares: Sequence[str]) -> bytes:
    """The recovery key out of shares; `shares` with detail `word`, `few` or `mixed`."""
    read = [_share(one) for one in shares]
    if not read:
        raise GuardianError("shares", "few")
    if len({(one.identifier, one.member_threshold) for one in read}) > 1:
        raise GuardianError("shares", "mixed")
    distinct = {one.index: text for one, text in zip(read, _tidy(shares), strict=True)}
    least = read[0].member_threshold
    if len(distinct) < least:
        raise GuardianError("shares", "few")
    try:
        return bytes(shamir_mnemonic.combine_mnemonics(list(distinct.values())[:least]))
    except shamir_mnemonic.MnemonicError:
        raise GuardianError("shares", "mixed") from None


def _share(text: str) -> shamir_mnemonic.Share:
    # Four letters are enough to tell any two of its words apart, but a checksum alone says that all were read right.
    try:
        return shamir_mnemonic.Share.from_mnemonic(next(iter(_tidy([text]))))
    except (shamir_mnemonic.MnemonicError, ValueError):
        raise GuardianError("shares", "word") from None


def _tidy(shares: Iterable[str]) -> list[str]:
    return [" ".join(one.lower().split()) for one in shares]
