"""One file with all of a vault but its day keys, sealed; and a vault made of it again.

    "CANDOURB" || u32 length || clear (JSON: vault.json, recovery.json) || header (24) || messages

Each message is `u32 length || XChaCha20-Poly1305 secretstream` of at most 1 MiB: first the list of files, then their
bytes in that order, the last one marked as such, so that a cut is known. The key comes from the vault's own; so the
passphrase of the day of the backup opens it, or the shares of that day's trustees.

Day keys and fallback keys stay behind on purpose: a copy of an erased key is not erased. What that costs: reports that
were not opened before the disaster cannot be opened after it, and people are told to send them again.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError

from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError
from crypto.fields import array, integer, pair, pattern
from crypto.kdf import derive
from recipients.errors import GuardianError
from recipients.vault import epochs, header, recovery
from recipients.vault.files import disk, sync_folder, write_new
from recipients.vault.opening import Vault, held, place, read_header, strong
from recipients.vault.wiping import wipe

_MAGIC = b"CANDOURB"
_LABEL = "vault/backup"
_PIECE = 1024 * 1024
_LIST = 4 * 1024 * 1024
_CLEAR = 16_384
_FILES = array(pair(pattern(r"vault\.db|chunks/[0-9]{1,16}\.chunks"), integer(0, 2**53 - 1)), 1, 100_000)
_TAG = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES

Unlock = Callable[[header.Header, Path], bytes]
Progress = Callable[[int, int], None]
Still = Callable[[], AbstractContextManager[None]]


def save(
    source: Path | Vault,
    passphrase: str,
    to: Path,
    *,
    files: bool = True,
    progress: Progress = lambda _done, _all: None,
) -> int:
    """Writes a backup of a vault, open or not, to a new file, whole or not at all; gives its bytes. `exists`, `busy`.

    `files`: with the sealed pieces of what reporters sent; without them the backup is smaller, and those files are
    lost with the vault once the portal has deleted them. What `progress` raises ends it, and leaves nothing.
    """
    if to.exists() or to.is_symlink():
        raise GuardianError("exists", "file")
    # Nobody changes the database of an open vault while its file is copied.
    still = source.database.transaction if isinstance(source, Vault) else nullcontext
    with held(source) as path:
        found = read_header(path)
        key = header.unlock(found, passphrase)
        beside = to.with_name(f".{to.name}.part")
        try:
            with disk():
                beside.unlink(missing_ok=True)
            write_new(beside, b"")
            with disk(), beside.open("r+b") as file:
                _write(file, path, _pieces(path, still, progress, files=files), key)
                file.flush()
                os.fsync(file.fileno())
            with disk():
                beside.rename(to)
            sync_folder(to.parent)
        finally:
            wipe(key)
            with disk():
                beside.unlink(missing_ok=True)
    return to.stat().st_size


def restore(backup: Path, to: Path, unlock: Unlock, furnish: Callable[[Path], None]) -> None:
    """Makes a vault at `to` of a backup: whole or not at all. `exists`, `backup` with detail `kind` or `damaged`.

    `unlock` gives the vault's key, of the header and a folder in which the recovery file lies if there was one;
    `furnish` does what is left to do with the finished folder before it gets its name.
    """
    to = to.absolute()
    if to.is_file() or (to.is_dir() and any(to.iterdir())):
        raise GuardianError("exists")
    with disk():
        to.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{to.name}.", dir=to.parent))
    try:
        with disk(), backup.open("rb") as file:
            _read(file, beside, unlock)
        furnish(beside)
        sync_folder(beside)
        place(beside, to)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def bring_back(backup: Path, to: Path, passphrase: str, shares: Sequence[str] = ()) -> None:
    """Makes a vault at `to` of a backup, and notes that it came out of one; errors as `restore`, and `file`.

    With `shares` of trustees the passphrase is a new one (`weak`, `shares`); else it is that of the day of the backup.
    """
    if not backup.is_file():
        raise GuardianError("file", "unreadable")
    if shares:
        strong(passphrase)

    def furnish(folder: Path) -> None:
        if shares:
            recovery.recover(folder, shares, passphrase)
        mark_restored(folder, passphrase)

    restore(backup, to, by_shares(shares) if shares else by_passphrase(passphrase), furnish)


def check(backup: Path, passphrase: str, progress: Progress = lambda _done, _all: None) -> int:
    """Reads a backup from end to end as `restore` would, and writes nothing; gives the bytes of its files.

    `file`, `backup` with detail `kind` or `damaged`, `passphrase`.
    """
    if not backup.is_file():
        raise GuardianError("file", "unreadable")
    whole, done = backup.stat().st_size, 0
    with disk(), backup.open("rb") as file:
        said, data, _ = _beginning(file)
        key = header.unlock(header.read(data), passphrase)
        try:
            pieces = _opened(file, said, derive(key, _LABEL))
            for _, size in _list(pieces):
                for piece in _exactly(pieces, size):
                    done += len(piece)
                    progress(done, max(whole, done))
        finally:
            wipe(key)
        if next(pieces, None) is not None:
            raise GuardianError("backup", "damaged")
    return done


def by_passphrase(passphrase: str) -> Unlock:
    """Opens a backup with the passphrase that the vault had then."""
    return lambda found, _folder: header.unlock(found, passphrase)


def by_shares(shares: Sequence[str]) -> Unlock:
    """Opens a backup with the shares that were valid then."""
    return lambda found, folder: recovery.open_with(folder / recovery.FILE, found.vault, shares)


def mark_restored(folder: Path, passphrase: str) -> None:
    """Notes in a vault that it came out of a backup, so that its next sync says so publicly and uses no place twice."""
    with Vault(folder, passphrase) as vault:
        vault.store("restored", b"1")


def _listed(path: Path, *, files: bool) -> list[tuple[str, int]]:
    chunks = sorted(path.glob("chunks/*.chunks")) if files else []
    names = ["vault.db", *(f"chunks/{one.name}" for one in chunks)]
    return [(name, (path / name).stat().st_size) for name in names]


def _write(to: BinaryIO, path: Path, pieces: Iterator[bytes], key: bytes) -> None:
    extra = path / recovery.FILE
    clear = {"v": 1, "header": b64((path / "vault.json").read_bytes())}
    if extra.exists():
        clear["recovery"] = b64(extra.read_bytes())
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    stream_key = derive(key, _LABEL)
    start = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, stream_key)
    wipe(stream_key)
    said = dump(clear)
    to.write(_MAGIC + len(said).to_bytes(4, "big") + said + start)
    for piece, tag in _marked(pieces):
        # Bound to what stands in the clear, so that another header cannot be put before it.
        box = bindings.crypto_secretstream_xchacha20poly1305_push(state, piece, said, tag)
        to.write(len(box).to_bytes(4, "big") + box)


def _pieces(path: Path, still: Still, progress: Progress, *, files: bool) -> Iterator[bytes]:
    with still():
        listed = _listed(path, files=files)
        whole, done = sum(size for _, size in listed), 0
        yield dump([list(one) for one in listed])
        for piece in _copied(path, *listed[0]):
            done += len(piece)
            progress(done, whole)
            yield piece
    for name, size in listed[1:]:
        for piece in _copied(path, name, size):
            done += len(piece)
            progress(done, whole)
            yield piece


def _copied(path: Path, name: str, size: int) -> Iterator[bytes]:
    with (path / name).open("rb") as file:
        left = size
        while left:
            piece = file.read(min(left, _PIECE))
            if not piece:
                raise GuardianError("damaged", "database")
            left -= len(piece)
            yield piece


def _marked(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    for piece in pieces:
        yield piece, _TAG
    yield b"", _LAST


def _beginning(file: BinaryIO) -> tuple[bytes, bytes, bytes | None]:
    """What stands in the clear, and in it `vault.json` and `recovery.json`, if there was one."""
    start = file.read(len(_MAGIC) + 4)
    if start[: len(_MAGIC)] != _MAGIC:
        raise GuardianError("backup", "kind")
    said = file.read(min(int.from_bytes(start[len(_MAGIC) :], "big"), _CLEAR))
    try:
        fields = load(said, _CLEAR)
        if not isinstance(fields, dict) or fields.get("v") != 1:
            raise CandourError("malformed", "backup")
        data = unb64(fields["header"])
        extra = unb64(fields["recovery"]) if "recovery" in fields else None
    except (CandourError, KeyError):
        raise GuardianError("backup", "damaged") from None
    return said, data, extra


def _read(file: BinaryIO, to: Path, unlock: Unlock) -> None:
    said, data, extra = _beginning(file)
    write_new(to / "vault.json", data)
    if extra is not None:
        write_new(to / recovery.FILE, extra)
    found = read_header(to)
    key = unlock(found, to)
    try:
        _unpack(file, to, said, derive(key, _LABEL))
        epochs.create(to / "epochs", derive(key, "vault/epochs"), found.vault)
    finally:
        wipe(key)


def _unpack(file: BinaryIO, to: Path, said: bytes, key: bytes) -> None:
    pieces = _opened(file, said, key)
    for name, size in _list(pieces):
        path = to / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_new(path, b"")
        with path.open("r+b") as out:
            for piece in _exactly(pieces, size):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
    if next(pieces, None) is not None:
        raise GuardianError("backup", "damaged")


def _list(pieces: Iterator[bytes]) -> list[tuple[str, int]]:
    try:
        listed: list[tuple[str, int]] = _FILES(load(next(pieces, b""), _LIST))
    except CandourError:
        raise GuardianError("backup", "damaged") from None
    return listed


def _exactly(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The pieces of one file of so many bytes."""
    left = size
    while left:
        piece = next(pieces, b"")
        if not piece or len(piece) > left:
            raise GuardianError("backup", "damaged")
        left -= len(piece)
        yield piece


def _opened(file: BinaryIO, said: bytes, key: bytes) -> Iterator[bytes]:
    """The messages in turn, up to the one that is marked as the last; `backup` `damaged` when it never comes."""
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    most = max(_LIST, _PIECE) + bindings.crypto_secretstream_xchacha20poly1305_ABYTES
    try:
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, file.read(_HEADER), key)
        while True:
            size = int.from_bytes(file.read(4), "big")
            if not 0 < size <= most:
                raise GuardianError("backup", "damaged")
            piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, file.read(size), said)
            if tag == _LAST:
                if piece or file.read(1):
                    raise GuardianError("backup", "damaged")
                return
            yield piece
    except (CryptoError, ValueError, TypeError, RuntimeError):
        raise GuardianError("backup", "damaged") from None
