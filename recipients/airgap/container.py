"""One file to carry: named parts behind a signed head, of bounded size (PROTOCOL section 20).

    "CANDOURX" (8) || u32 length of the head || head (JSON, at most 1 MiB) || signature (64) || the parts, joined

Nothing in it is compressed, so it cannot grow; parts have names out of a short list and are never paths; the head tells
every size, so that a file that is cut or has something added is known before anything of it is used.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from crypto.encoding import dump, load
from crypto.errors import CandourError
from crypto.fields import array, choice, constant, fits, integer, pattern, plain, raw, record
from crypto.signing import public
from crypto.statement import media_type, sign_detached, verify_detached
from recipients import system
from recipients.errors import GuardianError
from recipients.vault.files import disk, sync_folder

Kind = Literal["news", "cells", "chunks", "out"]

MAX_FILE = 3 * 1024**3
MAX_PARTS = 4_096
_MAX_HEAD = 1024 * 1024
_MAGIC = b"CANDOURX"
_START = len(_MAGIC) + 4
_TYPE = media_type("bundle")
_PIECE = 1024 * 1024
_SECONDS = integer(0, 2**53 - 1)
_PART = record({"name": pattern(r"[a-z]{1,16}(/[0-9]{1,16})?"), "size": integer(0, MAX_FILE), "digest": raw(32)})
_HEAD = record(
    {
        "v": constant(1),
        "kind": choice("news", "cells", "chunks", "out"),
        "organisation": raw(32),
        "g": raw(16),
        # Unix seconds, by the clock of the machine that made it; with `serial`, which of two is the newer one.
        "made": _SECONDS,
        "serial": _SECONDS,
        "parts": array(_PART, 0, MAX_PARTS),
    }
)


@dataclass(frozen=True, kw_only=True)
class Address:
    """For whom a bundle is and who must have signed it: organisation (32 bytes), g (16), public key (32)."""

    organisation: bytes
    g: bytes
    signer: bytes


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A file whose head has been verified. Parts are verified as they are read."""

    path: Path
    kind: Kind
    made: int
    serial: int
    places: Mapping[str, tuple[int, int, bytes]]

    def size(self, name: str) -> int | None:
        """The bytes of a part, or None when there is none of that name."""
        place = self.places.get(name)
        return None if place is None else place[1]

    def read(self, name: str, limit: int) -> bytes:
        """A part whole; `bundle` with detail `damaged`, or `large` above `limit` bytes."""
        if self.places[name][1] > limit:
            raise GuardianError("bundle", "large")
        pieces: list[bytes] = []
        self.copy(name, pieces.append)
        return b"".join(pieces)

    def copy(self, name: str, to: Callable[[bytes], object]) -> None:
        """Gives a part piece by piece; `bundle` with detail `damaged` at its end when it is not what was signed."""
        at, size, expected = self.places[name]
        digest = hashlib.sha256()
        with disk(), self.path.open("rb") as file:
            file.seek(at)
            while size and (piece := file.read(min(size, _PIECE))):
                digest.update(piece)
                size -= len(piece)
                to(piece)
        if size or digest.digest() != expected:
            raise GuardianError("bundle", "damaged")


def write(
    path: Path,
    kind: Kind,
    address: Address,
    made: int,
    serial: int,
    parts: Sequence[tuple[str, bytes | Path]],
    seed: bytes,
) -> None:
    """Writes a bundle whole or not at all, signed with `seed` (32 bytes), whose key is the address's signer."""
    if public(seed) != address.signer:
        raise CandourError("signature", "bundle")
    listed = [{"name": name, "size": _size(data), "digest": _digest(data)} for name, data in parts]
    fields = {"v": 1, "kind": kind, "organisation": address.organisation, "g": address.g, "made": made}
    head = dump(plain({**fields, "serial": serial, "parts": listed}))
    _HEAD(load(head, _MAX_HEAD))
    if _START + len(head) + 64 + sum(_size(data) for _, data in parts) > MAX_FILE:
        raise GuardianError("bundle", "large")
    beside = path.with_name(f".{path.name}.part")
    with disk(), beside.open("wb") as file:
        file.write(_MAGIC + len(head).to_bytes(4, "big") + head + sign_detached(_TYPE, head, seed))
        for _, data in parts:
            _append(file, data)
        file.flush()
        os.fsync(file.fileno())
    with disk():
        beside.replace(path)
    sync_folder(path.parent)


def read(path: Path, address: Address) -> Bundle:
    """Opens a bundle and verifies its head; `bundle` with a detail.

    `none` (no regular file), `kind` (not a bundle), `short`, `damaged`, `other` (for somebody else), `signature`.
    """
    with disk(), _open(path) as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(_START)
        if start[: len(_MAGIC)] != _MAGIC:
            raise GuardianError("bundle", "kind")
        length = int.from_bytes(start[len(_MAGIC) :], "big")
        if len(start) != _START or size < _START + length + 64 or length > _MAX_HEAD:
            raise GuardianError("bundle", "short" if length <= _MAX_HEAD else "damaged")
        head, signature = file.read(length), file.read(64)
    fields = _fields(head)
    if (fields["organisation"], fields["g"]) != (address.organisation, address.g):
        raise GuardianError("bundle", "other")
    if not verify_detached(_TYPE, head, signature, address.signer):
        raise GuardianError("bundle", "signature")
    places = _places(fields["parts"], _START + length + 64)
    end = max((at + size for at, size, _ in places.values()), default=_START + length + 64)
    if size != end:
        raise GuardianError("bundle", "short" if size < end else "damaged")
    return Bundle(path=path, kind=fields["kind"], made=fields["made"], serial=fields["serial"], places=places)


def _open(path: Path) -> BinaryIO:
    # A link, a pipe or a device on a stick must not be followed, waited for or written through.
    try:
        number = system.open_plain(path)
    except OSError:
        raise GuardianError("bundle", "none") from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise GuardianError("bundle", "none")
    return os.fdopen(number, "rb")


def _fields(head: bytes) -> dict[str, Any]:
    try:
        fields: dict[str, Any] = _HEAD(load(head, _MAX_HEAD))
        names = [one["name"] for one in fields["parts"]]
        fits(len(set(names)) == len(names), "a part twice")
    except CandourError:
        raise GuardianError("bundle", "damaged") from None
    return fields


def _places(parts: Sequence[Mapping[str, Any]], at: int) -> dict[str, tuple[int, int, bytes]]:
    places = {}
    for one in parts:
        places[one["name"]] = (at, one["size"], one["digest"])
        at += one["size"]
    if at > MAX_FILE:
        raise GuardianError("bundle", "large")
    return places


def _size(data: bytes | Path) -> int:
    return len(data) if isinstance(data, bytes) else data.stat().st_size


def _digest(data: bytes | Path) -> bytes:
    if isinstance(data, bytes):
        return hashlib.sha256(data).digest()
    with disk(), data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _append(to: BinaryIO, data: bytes | Path) -> None:
    if isinstance(data, bytes):
        to.write(data)
        return
    with data.open("rb") as file:
        while piece := file.read(_PIECE):
            to.write(piece)
