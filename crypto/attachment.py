"""Attachments: AES-256-GCM in STREAM, in chunks of one size, and the manifest that finds them (PROTOCOL section 10).

>>> manifest, chunks = seal(b"a photograph", "ward.jpg", "image/jpeg", bytes(32))
>>> open_(manifest, dict(zip(manifest.chunks, chunks)).get, bytes(32))
b'a photograph'
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto import kdf
from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError
from crypto.fields import array, fits, integer, pattern, raw, record, string

CHUNK = 262_160
PLAIN_CHUNK = 262_144
MAX_CHUNKS = 1024
MAX_SIZE = MAX_CHUNKS * PLAIN_CHUNK
MAX_FILES = 32

GetChunk = Callable[[bytes], bytes | None]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a message says about one file. `chunks` are names of 16 bytes; `key` (32) and `prefix` (7) open them."""

    name: str
    type: str
    size: int
    digest: bytes
    key: bytes = field(repr=False)
    prefix: bytes = field(repr=False)
    chunks: tuple[bytes, ...]


def padme(count: int) -> int:
    """Rounds a number of chunks up so that few bits of it remain (Padmé), at most 12 per cent more."""
    exponent = count.bit_length() - 1
    kept = exponent.bit_length()
    unit = 1 << max(0, exponent - kept)
    return -(-count // unit) * unit


def chunk_count(size: int) -> int:
    """How many chunks a file of `size` bytes has, 1 to 1,024; `limit` above 268,435,456 bytes."""
    if size > MAX_SIZE:
        raise CandourError("limit", "file size")
    return padme(max(1, -(-size // PLAIN_CHUNK)))


def seal(data: bytes, name: str, type_: str, organisation: bytes) -> tuple[Manifest, list[bytes]]:
    """Encrypts a file under a fresh key; gives its manifest and its chunks of 262,160 bytes. `limit`, `malformed`."""
    key, prefix, count = secrets.token_bytes(32), secrets.token_bytes(7), chunk_count(len(data))
    cipher, aad = AESGCM(key), _aad(organisation)
    plains = (data[at * PLAIN_CHUNK : (at + 1) * PLAIN_CHUNK].ljust(PLAIN_CHUNK, b"\0") for at in range(count))
    chunks = [cipher.encrypt(_nonce(prefix, at, count), plain, aad) for at, plain in enumerate(plains)]
    names = tuple(kdf.name(chunk) for chunk in chunks)
    digest = file_digest(data)
    manifest = Manifest(name=name, type=type_, size=len(data), digest=digest, key=key, prefix=prefix, chunks=names)
    write_manifests([manifest])
    return manifest, chunks


def open_(manifest: Manifest, get_chunk: GetChunk, organisation: bytes) -> bytes:
    """The file, once every byte of it is known to be right; errors as `open_chunks`."""
    return b"".join(open_chunks(manifest, get_chunk, organisation))


def open_chunks(manifest: Manifest, get_chunk: GetChunk, organisation: bytes) -> Iterator[bytes]:
    """The file's bytes, chunk by chunk. The digest is checked at the end: keep nothing if it raises.

    `get_chunk` gives the chunk of a name (16 bytes) or None. Raises `malformed` (number of chunks), `missing`, `size`,
    `tampered`.
    """
    count = len(manifest.chunks)
    fits(count == chunk_count(manifest.size), "number of chunks")
    cipher, aad, digests = AESGCM(manifest.key), _aad(organisation), list[bytes]()
    for at, name in enumerate(manifest.chunks):
        plain = _open_chunk(cipher, _nonce(manifest.prefix, at, count), get_chunk(name), aad)
        used = min(PLAIN_CHUNK, max(0, manifest.size - at * PLAIN_CHUNK))
        if any(plain[used:]):
            raise CandourError("tampered", "padding")
        if used:
            digests.append(kdf.sha256(plain[:used]))
        yield plain[:used]
    if kdf.sha256(b"".join(digests)) != manifest.digest:
        raise CandourError("tampered", "digest")


def file_digest(data: bytes) -> bytes:
    """The hash, 32 bytes, of the hashes of a file's chunks: browsers hash fast in whole pieces only."""
    pieces = (data[at : at + PLAIN_CHUNK] for at in range(0, len(data), PLAIN_CHUNK))
    return kdf.sha256(b"".join(kdf.sha256(piece) for piece in pieces))


def write_manifests(manifests: Sequence[Manifest]) -> bytes:
    """The `attachments` section of a message; `limit`, `malformed`."""
    data = dump([_object(manifest) for manifest in manifests])
    read_manifests(data)
    return data


def read_manifests(data: bytes) -> tuple[Manifest, ...]:
    """Reads the `attachments` section; `malformed`, or `limit` above 32 files or 1,024 chunks in all."""
    # What carries the section is bounded already; 48 KiB is more than a message can hold.
    value = load(data, 49_152)
    if isinstance(value, list) and len(value) > MAX_FILES:
        raise CandourError("limit", "files")
    manifests = tuple(Manifest(**fields) for fields in _MANIFESTS(value))
    for manifest in manifests:
        fits(len(manifest.chunks) == chunk_count(manifest.size), "number of chunks")
    if sum(len(manifest.chunks) for manifest in manifests) > MAX_CHUNKS:
        raise CandourError("limit", "chunks")
    return manifests


def _object(manifest: Manifest) -> dict[str, object]:
    return {
        "name": manifest.name,
        "type": manifest.type,
        "size": manifest.size,
        "digest": b64(manifest.digest),
        "key": b64(manifest.key),
        "prefix": b64(manifest.prefix),
        "chunks": b64(b"".join(manifest.chunks)),
    }


def _file_name(value: object) -> object:
    # Not a path, and nothing a terminal acts on: the name ends up on a guardian's disk.
    fits(value not in (".", ".."), "file name")
    _PLAIN_NAME(value)
    return string(1, 255)(value)


def _names(value: object) -> tuple[bytes, ...]:
    joined = unb64(value)
    fits(len(joined) % 16 == 0, "names of chunks")
    return tuple(joined[at : at + 16] for at in range(0, len(joined), 16))


_PLAIN_NAME = pattern(r"[^/\\\x00-\x1f\x7f]+")
_MANIFESTS = array(
    record(
        {
            "name": _file_name,
            "type": pattern(r"[\x20-\x7e]{1,127}"),
            "size": integer(0, MAX_SIZE),
            "digest": raw(32),
            "key": raw(32),
            "prefix": raw(7),
            "chunks": _names,
        }
    ),
    1,
    MAX_FILES,
)


def _open_chunk(cipher: AESGCM, nonce: bytes, chunk: bytes | None, aad: bytes) -> bytes:
    if chunk is None:
        raise CandourError("missing", "chunk")
    if len(chunk) != CHUNK:
        raise CandourError("size", "chunk")
    try:
        return cipher.decrypt(nonce, chunk, aad)
    except InvalidTag:
        raise CandourError("tampered", "chunk") from None


def _aad(organisation: bytes) -> bytes:
    if len(organisation) != 32:
        raise CandourError("size", "organisation id")
    return b"candour/v1/attachment" + organisation


def _nonce(prefix: bytes, at: int, count: int) -> bytes:
    """Number and last-chunk mark are part of the nonce, so that a chunk opens only in its own place."""
    return prefix + at.to_bytes(4, "big") + (b"\x01" if at == count - 1 else b"\x00")
