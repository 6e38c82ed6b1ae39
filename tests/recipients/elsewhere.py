"""A program for tests: a vault's work where none of what only POSIX systems have can be had.

    python -m tests.recipients.elsewhere work FOLDER     all of it; prints what came of it as JSON
    python -m tests.recipients.elsewhere hold FOLDER     opens the vault, says so, and waits for the end of its input

The library and what we depend on are loaded first, since they look for their own way on each system. Then the modules
and functions that Windows lacks are taken away, `sys.platform` says Windows, and only then is `recipients` loaded, so
that it takes the way written for there. `msvcrt.locking` is played by the lock that this system has.
"""

import ctypes
import json
import os
import pkgutil
import signal
import sys
import types
from importlib import import_module
from pathlib import Path

MODULES = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty")
FUNCTIONS: tuple[str, ...] = (
    "chown",
    "fchmod",
    "fchown",
    "fork",
    "forkpty",
    "getegid",
    "geteuid",
    "getgid",
    "getpgid",
    "getuid",
)
FUNCTIONS += ("killpg", "lchown", "mkfifo", "mknod", "nice", "pread", "pwrite", "sched_getaffinity", "setsid", "uname")
FUNCTIONS += ("O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_SYNC")
SIGNALS = ("SIGKILL", "SIGHUP", "SIGUSR1", "SIGALRM", "alarm", "setitimer", "pthread_sigmask")
# What is only for a person's screen, and what only a portal's machine runs.
_FACES = ("recipients.desktop", "recipients.cli")
_NEEDED = "argon2 cryptography fpdf httpx multiprocessing.connection nacl.bindings nacl.secret pypdfium2 segno"
_NEEDED += (
    " shamir_mnemonic sqlcipher3 subprocess shutil tempfile uharfbuzz urllib.parse msgspec http_message_signatures"
)
_FIRST = "correct horse battery"


def leave_posix() -> None:
    """From here on this process has no more than Windows would give it."""
    for name in _NEEDED.split():
        import_module(name)
    flock = ctypes.CDLL(None, use_errno=True).flock

    def locking(number: int, mode: int, count: int) -> None:
        assert (mode, count) == (2, 1)
        if flock(number, 2 | 4):
            raise OSError(ctypes.get_errno(), "locked")

    played = types.ModuleType("msvcrt")
    played.locking, played.LK_NBLCK = locking, 2  # type: ignore[attr-defined]
    sys.modules["msvcrt"] = played
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    for where, names in ((os, FUNCTIONS), (signal, SIGNALS)):
        for name in names:
            if hasattr(where, name):
                delattr(where, name)
    sys.platform = "win32"


def load_all() -> list[str]:
    """Every module of the core."""
    import recipients

    found = [one.name for one in pkgutil.walk_packages(recipients.__path__, "recipients.")]
    core = [name for name in found if not name.startswith(_FACES)]
    for name in core:
        import_module(name)
    return core


def work(folder: Path) -> dict[str, object]:
    """A vault is made, written in, locked, saved and brought back; day keys are made and erased; a bundle is read."""
    from recipients import daykeys, keys, system
    from recipients.airgap import container
    from recipients.casework import acts, book, log, manual
    from recipients.errors import GuardianError
    from recipients.vault import Vault, backup, create, open_vault
    from recipients.vault import recovery as shares
    from recipients.vault.opening import change_passphrase

    def furnish(vault: Vault) -> None:
        keys.make(vault, "A. Guardian", "guardian")

    path, today = folder / "vault", 20_000
    create(path, _FIRST, furnish)
    with open_vault(path, _FIRST) as vault:
        for name in ("g", "organisation"):
            vault.store(name, bytes(16 if name == "g" else 32))
        case = manual.enter(vault, "telephone", "anonymous", "They rang.\r\nTwice.", today)
        acts.note(vault, case, "Rang back", today)
        daykeys.top_up(vault, keys.load(vault), bytes(32), today)
        made = len(vault.keys.secrets)
        erased = daykeys.erase_opened(vault, today + 5)
    change_passphrase(path, _FIRST, "another horse battery")
    sheets = shares.split(path, "another horse battery", need=2, of=3)
    backup.save(path, "another horse battery", folder / "backup")
    unlock = backup.by_passphrase("another horse battery")
    backup.restore(
        folder / "backup", folder / "again", unlock, lambda one: backup.mark_restored(one, "another horse battery")
    )
    shares.recover(path, sheets[:2], "a third horse battery")
    with open_vault(folder / "again", "another horse battery") as vault:
        (found,) = book.search(vault, book.Filter())
        words = [line.words for line in log.lines(vault, found.id)]
    with open_vault(path, "a third horse battery") as vault:
        left = len(vault.keys.secrets)
    seed = bytes(32)
    from crypto.signing import public

    address = container.Address(organisation=bytes(32), g=bytes(16), signer=public(seed))
    # Line ends as they are in what is sealed: Windows would turn them around.
    container.write(folder / "one.bundle", "news", address, 1, 1, [("a", b"\r\n\n\x1a\n")], seed)
    part = container.read(folder / "one.bundle", address).read("a", 10)
    (folder / "link").symlink_to(folder / "one.bundle")
    try:
        container.read(folder / "link", address)
        link = "followed"
    except GuardianError as error:
        link = error.detail
    return {
        "notes": [one.get("text") for one in words if one],
        "keys": [made, erased, left],
        "part": part.hex(),
        "link": link,
        "processors": system.processors() > 0,
    }


def main() -> None:
    """Does what the command line says."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    leave_posix()
    core = load_all()
    from recipients.vault import header

    # What a passphrase costs is no part of this.
    header.MEMORY, header.PASSES = 64, 1
    if what == "work":
        print(json.dumps({"modules": len(core), **work(folder)}))
        return
    from recipients.errors import GuardianError
    from recipients.vault import open_vault

    try:
        with open_vault(folder / "vault", "a third horse battery"):
            print("open", flush=True)
            sys.stdin.read()
    except GuardianError as error:
        print(error.code, flush=True)


if __name__ == "__main__":
    main()
