"""The `epochs` file: secrets of day keys, each in a place of its own that is overwritten when its day is done.

They are outside SQLCipher because a database keeps old pages, journals and copies; and outside backups because a copy
of an erased key is not erased (PROTOCOL section 13). The file never grows, shrinks or moves: 128 places of 128 bytes
after a head of 128 bytes. An empty place is sealed like a full one, so the file does not tell how many days wait.

    place = nonce (24) || XChaCha20-Poly1305(kind u8 || first u32 || last u32 || seed (32) || zeros (47)) (104)
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError
from nacl.utils import random

from recipients import system
from recipients.errors import GuardianError
from recipients.vault.files import disk, write_new
from recipients.vault.wiping import wipe

PLACES = 128
PLACE = 128
_MAGIC = b"CANDOURE" + (1).to_bytes(4, "big") + PLACES.to_bytes(4, "big")
_LABEL = b"candour/vault/place"
_KINDS: dict[int, Literal["epoch", "fallback"]] = {1: "epoch", 2: "fallback"}
_NUMBERS = {name: number for number, name in _KINDS.items()}


@dataclass(frozen=True, kw_only=True)
class Secret:
    """The seed (32 bytes) of the key for the days `first` to `last`; the two are the same for an epoch."""

    kind: Literal["epoch", "fallback"]
    first: int
    last: int
    seed: bytes = field(repr=False)


class EpochFile:
    """The open file. `secrets` are those in it now, `broken` the numbers of places that do not open any more."""

    def __init__(self, number: int, key: bytes, vault: bytes) -> None:
        # Copies of its own, which it may overwrite when they have served.
        self._number, self._key, self._vault = number, bytes(bytearray(key)), vault
        self._held: dict[int, Secret] = {}
        self.broken: set[int] = set()
        for place in range(PLACES):
            self._load(place)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All secrets held, by kind and day. Their seeds become zeros when they are erased, and when this closes."""
        return tuple(sorted(self._held.values(), key=lambda secret: (secret.kind, secret.first)))

    def add(self, secrets: Iterable[Secret]) -> None:
        """Stores secrets and waits until they are on the disk; `full` when there are not enough places."""
        secrets = tuple(secrets)
        empty = [place for place in range(PLACES) if place not in self._held and place not in self.broken]
        if len(secrets) > len(empty):
            raise GuardianError("full", "epochs")
        for place, secret in zip(empty, secrets, strict=False):
            self._write(place, _plain(secret))
        self._flush()
        kept = (replace(secret, seed=bytes(bytearray(secret.seed))) for secret in secrets)
        self._held.update(zip(empty, kept, strict=False))

    def erase(self, secrets: Iterable[Secret]) -> None:
        """Overwrites secrets where they lie and waits until that is on the disk."""
        gone = set(secrets)
        places = [place for place, secret in self._held.items() if secret in gone]
        self._empty(places)

    def mend(self) -> None:
        """Makes broken places usable again; what was in them is lost already."""
        self._empty(sorted(self.broken))
        self.broken.clear()

    def close(self) -> None:
        """Closes the file and overwrites the secrets in memory; the object is of no use afterwards."""
        wipe(*(secret.seed for secret in self._held.values()), self._key)
        self._held.clear()
        os.close(self._number)

    def _empty(self, places: Iterable[int]) -> None:
        for place in places:
            self._write(place, bytes(88))
        self._flush()
        for place in places:
            gone = self._held.pop(place, None)
            if gone is not None:
                wipe(gone.seed)

    def _load(self, place: int) -> None:
        data = system.read_at(self._number, PLACE, PLACE * (place + 1))
        try:
            plain = crypto_aead_xchacha20poly1305_ietf_decrypt(data[24:], self._context(place), data[:24], self._key)
        except CryptoError:
            self.broken.add(place)
            return
        if plain[0]:
            self._held[place] = _secret(plain)
        wipe(plain)

    def _write(self, place: int, plain: bytes) -> None:
        with disk():
            sealed = _seal(self._key, self._context(place), plain)
            if system.write_at(self._number, sealed, PLACE * (place + 1)) != PLACE:
                raise GuardianError("full")

    def _context(self, place: int) -> bytes:
        # Bound to its place and vault, so that an old place copied over a new one does not open.
        return _context(self._vault, place)

    def _flush(self) -> None:
        with disk():
            os.fsync(self._number)


def create(path: Path, key: bytes, vault: bytes) -> None:
    """Writes a file of empty places for the vault with this id (16 bytes), under `key` (32 bytes)."""
    places = (_seal(key, _context(vault, place), bytes(88)) for place in range(PLACES))
    write_new(path, _head(vault) + b"".join(places))


def open_file(path: Path, key: bytes, vault: bytes) -> EpochFile:
    """Opens the file; `keys` when it is missing or not this vault's. Single broken places are in `broken`."""
    if not path.exists():
        raise GuardianError("keys", "missing")
    with disk():
        number = os.open(path, os.O_RDWR | system.OWN | system.BINARY)
    if os.fstat(number).st_size != PLACE * (PLACES + 1) or system.read_at(number, PLACE, 0) != _head(vault):
        os.close(number)
        raise GuardianError("keys", "damaged")
    return EpochFile(number, key, vault)


def _head(vault: bytes) -> bytes:
    return (_MAGIC + vault).ljust(PLACE, b"\0")


def _context(vault: bytes, place: int) -> bytes:
    return _LABEL + vault + place.to_bytes(4, "big")


def _seal(key: bytes, context: bytes, plain: bytes) -> bytes:
    nonce = random(24)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(plain, context, nonce, key)


def _plain(secret: Secret) -> bytes:
    days = secret.first.to_bytes(4, "big") + secret.last.to_bytes(4, "big")
    return (bytes([_NUMBERS[secret.kind]]) + days + secret.seed).ljust(88, b"\0")


def _secret(plain: bytes) -> Secret:
    first, last = int.from_bytes(plain[1:5], "big"), int.from_bytes(plain[5:9], "big")
    return Secret(kind=_KINDS[plain[0]], first=first, last=last, seed=plain[9:41])
