"""The few things that systems do differently, in one place: locks, reading at a place, folders, processors.

Debian is what is tested. For Windows the same is written here with what Python has there (docs/WINDOWS.md says what
nobody has tried); nothing else in `recipients` names a system.
"""

import errno
import os
import sys
from pathlib import Path

# A handle that a helping process inherited would keep a lock, and an open vault, alive.
OWN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)
# Windows would turn line ends around in what is sealed.
BINARY = getattr(os, "O_BINARY", 0)


def open_plain(path: Path) -> int:
    """Opens a file of unknown origin for reading; a link is not followed, a pipe not waited for. Raises OSError."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, "a link")
    # Where the system can, it sees to it itself: a link may have been put there since.
    plain = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.open(path, os.O_RDONLY | plain | OWN | BINARY)


if sys.platform == "win32":
    import msvcrt

    def try_lock(number: int) -> bool:
        """Locks an open file for this process; False when another one has it. The system lets go when this one ends."""
        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def read_at(number: int, size: int, at: int) -> bytes:
        """Bytes from a place in an open file; of a file that only one thread uses."""
        os.lseek(number, at, os.SEEK_SET)
        return os.read(number, size)

    def write_at(number: int, data: bytes, at: int) -> int:
        """Writes at a place in an open file; gives the number of bytes written."""
        os.lseek(number, at, os.SEEK_SET)
        return os.write(number, data)

    def sync_folder(_path: Path) -> None:
        """Folders cannot be waited for there; NTFS keeps a journal of its names."""

    def processors() -> int:
        """How many processors there are."""
        return os.cpu_count() or 1

else:
    import fcntl

    def try_lock(number: int) -> bool:
        """Locks an open file for this process; False when another one has it. The system lets go when this one ends."""
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def read_at(number: int, size: int, at: int) -> bytes:
        """Bytes from a place in an open file."""
        return os.pread(number, size, at)

    def write_at(number: int, data: bytes, at: int) -> int:
        """Writes at a place in an open file; gives the number of bytes written."""
        return os.pwrite(number, data, at)

    def sync_folder(path: Path) -> None:
        """Waits until the names in a folder are on the disk; a rename is not, until then. Raises OSError."""
        number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | OWN)
        try:
            os.fsync(number)
        finally:
            os.close(number)

    def processors() -> int:
        """How many processors this process may use."""
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
