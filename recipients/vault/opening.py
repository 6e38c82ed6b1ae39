"""Making and opening a vault.

    absent --create--> closed --open_vault--> open --close--> closed

A vault is made in a folder beside its place and renamed, so there is a whole vault or none. An open vault holds a lock
that the system releases when the process ends, however it ends.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from crypto.kdf import derive
from recipients import system
from recipients.errors import GuardianError
from recipients.vault import epochs, header
from recipients.vault.database import Database, migrate
from recipients.vault.files import disk, disk_error, replace, sync_folder, write_new
from recipients.vault.wiping import wipe

LEAST_PASSPHRASE = 12


class Vault:
    """An open vault. `epochs` is None when that file is gone or damaged; `trouble` says which."""

    def __init__(self, path: Path, passphrase: str) -> None:
        self.path = path
        self._lock = _lock(path)
        try:
            self._open(passphrase)
        except BaseException:
            os.close(self._lock)
            raise

    def _open(self, passphrase: str) -> None:
        found = read_header(self.path)
        key = header.unlock(found, passphrase)
        self._epoch_key, self._id = derive(key, "vault/epochs"), found.vault
        database_key = derive(key, "vault/database")
        try:
            self.database = _database(self.path / "vault.db", database_key)
        finally:
            wipe(key, database_key)
        self.epochs: epochs.EpochFile | None = None
        self.trouble = ""
        try:
            self.epochs = epochs.open_file(self.path / "epochs", self._epoch_key, self._id)
        except GuardianError as error:
            # All that has been read stays readable without day keys; only syncing needs them.
            if error.code != "keys":
                raise
            self.trouble = error.detail

    @property
    def keys(self) -> epochs.EpochFile:
        """The epochs file; `keys` when it is gone."""
        if self.epochs is None:
            raise GuardianError("keys", self.trouble)
        return self.epochs

    def renew_epochs(self) -> None:
        """Puts an empty epochs file in the place of one that is gone or damaged. What it held is lost."""
        with disk():
            (self.path / "epochs").unlink(missing_ok=True)
        epochs.create(self.path / "epochs", self._epoch_key, self._id)
        self.epochs, self.trouble = epochs.open_file(self.path / "epochs", self._epoch_key, self._id), ""

    def setting(self, name: str) -> bytes | None:
        """A stored value."""
        value: bytes | None = self.database.value("SELECT value FROM setting WHERE name = ?", name)
        return value

    def required(self, name: str, detail: str) -> bytes:
        """A stored value that setting up should have left; `unready` with `detail` when it has not."""
        value = self.setting(name)
        if value is None:
            raise GuardianError("unready", detail)
        return value

    def store(self, name: str, value: bytes) -> None:
        """Stores a value in the place of an older one."""
        self.database.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)

    @property
    def incoming(self) -> Path:
        """The folder for segments on their way here."""
        folder = self.path / "incoming"
        with disk():
            folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @property
    def chunks(self) -> Path:
        """The folder for the chunks of files, sealed as they came."""
        folder = self.path / "chunks"
        with disk():
            folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def close(self) -> None:
        """Closes everything and lets the lock go; once, however often it is called."""
        if self._lock < 0:
            return
        self.database.close()
        if self.epochs is not None:
            self.epochs.close()
        wipe(self._epoch_key)
        os.close(self._lock)
        self._lock = -1

    def __enter__(self) -> "Vault":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def create(path: Path, passphrase: str, furnish: Callable[["Vault"], None] | None = None) -> None:
    """Makes a vault; `exists` when something is there, `weak` for a passphrase of fewer than 12 characters.

    `furnish` puts the first things into it; if it raises there is no vault.
    """
    strong(passphrase)
    path = path.absolute()
    if path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise GuardianError("exists")
    with disk():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        _fill(beside, passphrase)
        if furnish is not None:
            with Vault(beside, passphrase) as vault:
                furnish(vault)
        place(beside, path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def open_vault(path: Path, passphrase: str) -> Vault:
    """Opens a vault; `absent`, `busy`, `passphrase`, `damaged`, `newer`, `forbidden`."""
    return Vault(path.absolute(), passphrase)


def change_passphrase(place: "Path | Vault", old: str, new: str) -> None:
    """Seals the key of a vault, open or not, under a new passphrase; the old header is replaced in one step."""
    strong(new)
    with held(place) as path:
        found = read_header(path)
        key = header.unlock(found, old)
        replace(path / "vault.json", header.write(header.make(new, vault_key=key, vault=found.vault)))
        wipe(key)


def strong(passphrase: str) -> None:
    """`weak` for a passphrase of fewer than 12 characters."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise GuardianError("weak")


@contextmanager
def held(place: "Path | Vault") -> Iterator[Path]:
    """Holds the lock of a vault that is not opened, and gives its folder; an open one has it. `absent`, `busy`."""
    if isinstance(place, Vault):
        yield place.path
        return
    lock = _lock(place.absolute())
    try:
        yield place.absolute()
    finally:
        os.close(lock)


def _fill(folder: Path, passphrase: str) -> None:
    key = secrets.token_bytes(32)
    made = header.make(passphrase, vault_key=key)
    write_new(folder / "vault.json", header.write(made))
    epochs.create(folder / "epochs", derive(key, "vault/epochs"), made.vault)
    write_new(folder / "vault.db", b"")
    database = Database(folder / "vault.db", derive(key, "vault/database"))
    try:
        migrate(database)
    finally:
        database.close()
    sync_folder(folder)


def place(beside: Path, path: Path) -> None:
    """Gives a finished vault its name in one step; `exists` when something is there meanwhile."""
    try:
        beside.rename(path)
    except FileExistsError:
        raise GuardianError("exists") from None
    except OSError as error:
        # Another program may have put something there meanwhile: a full folder is not replaced.
        raise GuardianError("exists") if path.exists() else disk_error(error) from None
    sync_folder(path.parent)


def _database(path: Path, key: bytes) -> Database:
    # A file that is gone or cut to nothing would open as a new, empty vault.
    if not path.exists() or path.stat().st_size == 0:
        raise GuardianError("damaged", "database")
    database = Database(path, key)
    migrate(database)
    return database


def _lock(path: Path) -> int:
    if not (path / "vault.json").exists() and not (path / "vault.db").exists():
        raise GuardianError("absent")
    with disk():
        lock = os.open(path / "vault.lock", os.O_RDWR | os.O_CREAT | system.OWN, 0o600)
    if not system.try_lock(lock):
        os.close(lock)
        raise GuardianError("busy")
    return lock


def read_header(path: Path) -> header.Header:
    """The header of the vault in a folder; `damaged`, `newer`."""
    try:
        return header.read((path / "vault.json").read_bytes())
    except FileNotFoundError:
        raise GuardianError("damaged", "header") from None
    except OSError as error:
        raise disk_error(error) from None
