"""Writing to disk so that a killed process or a full disk leaves the old file or the new one, never half of one."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recipients import system
from recipients.errors import GuardianError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def disk() -> Iterator[None]:
    """Turns a system's error into `full`, `forbidden` or `disk`; the detail is the system's name for it."""
    try:
        yield
    except OSError as error:
        raise disk_error(error) from None


def disk_error(error: OSError) -> GuardianError:
    """The error of this program for one of the system's."""
    number = error.errno or 0
    code = "full" if number in _FULL else "forbidden" if number in _FORBIDDEN else "disk"
    return GuardianError(code, errno.errorcode.get(number, ""))


def write_new(path: Path, data: bytes) -> None:
    """Writes a file that must not exist yet, readable by its owner only, and waits until it is on the disk."""
    with disk():
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | system.OWN | system.BINARY, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """Puts a file in the place of another in one step."""
    beside = path.with_name(path.name + ".new")
    with disk():
        beside.unlink(missing_ok=True)
    write_new(beside, data)
    with disk():
        beside.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Waits until the names in a folder are on the disk; a rename is not, until then."""
    with disk():
        system.sync_folder(path)
