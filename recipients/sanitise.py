"""Looking at a file that somebody sent, safely: only a picture of it, which Dangerzone made, is ever handed out.

    sanitise.picture(vault, manifest, organisation, Path("concern-3-file-1.pdf"))     # a new PDF of pixels
    sanitise.strip(Path("concern-3-file-1.pdf"))                                      # what it says about its making

Dangerzone turns a file into pixels inside a sandbox without a network, and the pixels into a PDF. Nothing here opens a
file, looks into it, or believes its name or its type. Without Dangerzone the file stays sealed. mat2 is for copies that
are handed on: it takes away what a file says about its making, and is no protection against a harmful file.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from crypto.attachment import Manifest
from recipients import attachments
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.vault.files import disk

MAKER = "dangerzone-cli"
STRIPPER = "mat2"
# A page is some seconds of work; a harmful file may never end.
MINUTES = 10
LARGEST = 500_000_000
_BEGINS = b"%PDF-"
_STRIP_SECONDS = 120
_OFTEN = 0.2  # seconds between two looks whether a person has stopped it

# Dangerzone tells kinds of files by their content; the ending only keeps it from refusing at the door.
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
}


def maker() -> str | None:
    """Where Dangerzone's program is, if it is installed."""
    return shutil.which(MAKER)


def picture(
    vault: Vault,
    manifest: Manifest,
    organisation: bytes,
    to: Path,
    *,
    minutes: float = MINUTES,
    clean: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """A new PDF at `to` that shows what the file shows, readable by its owner only; whole or not at all.

    `clean` also takes from it what it says about its making, for a copy that is handed on (`sanitise` `mat2`).
    `exists`; `attachment`; `sanitise` with detail `absent` (no Dangerzone), `late` (ended after `minutes`), `stopped`
    (a person wanted it: `stopped` is asked all the time), `failed` (Dangerzone could not, or would not) or `odd` (what
    it left is no PDF, or larger than 500 MB).
    """
    program = maker()
    if program is None:
        raise GuardianError("sanitise", "absent")
    if clean and shutil.which(STRIPPER) is None:
        raise GuardianError("sanitise", "mat2")
    if to.exists() or to.is_symlink():
        raise GuardianError("exists", "file")
    with _workshop(vault) as place:
        original, made = place / f"file.{_ENDINGS.get(manifest.type, 'bin')}", place / "safe.pdf"
        attachments.save(vault, manifest, organisation, original)
        _run([program, "--output-filename", str(made), str(original)], place, 60 * minutes, stopped)
        _check(made)
        if clean:
            strip(made)
        _hand_out(made, to)


def strip(path: Path) -> None:
    """Takes from a copy what it says about its making, in place. `sanitise` with detail `mat2`, `late` or `failed`."""
    program = shutil.which(STRIPPER)
    if program is None:
        raise GuardianError("sanitise", "mat2")
    with disk():
        place = Path(mkdtemp(prefix=".candour-", dir=path.parent))
    try:
        copy = place / f"copy{path.suffix}"
        with disk():
            shutil.copyfile(path, copy)
        _run([program, "--inplace", "--unknown-members", "abort", str(copy)], place, _STRIP_SECONDS)
        with disk():
            copy.chmod(0o600)
            copy.replace(path)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _workshop(vault: Vault) -> Iterator[Path]:
    """A private folder, in memory where the system has one for that: the opened file must not reach a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
    with disk():
        room = memory if memory.is_dir() and os.access(memory, os.W_OK) else vault.path
        place = Path(mkdtemp(prefix=f"candour-{secrets.token_hex(4)}-", dir=room))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _run(command: list[str], place: Path, seconds: float, stopped: Callable[[], bool] = lambda: False) -> None:
    """Without our environment and input; its words are thrown away, since they may repeat a hostile file's."""
    known = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    none = subprocess.DEVNULL
    try:
        # A group of its own, so that the end of its time is also the end of its children.
        process = subprocess.Popen(
            command, cwd=place, env=known, start_new_session=True, stdin=none, stdout=none, stderr=none
        )
    except OSError:
        raise GuardianError("sanitise", "failed") from None
    try:
        code = _awaited(process, seconds, stopped)
    finally:
        _end(process)
    if code != 0:
        raise GuardianError("sanitise", "failed")


def _awaited(process: "subprocess.Popen[bytes]", seconds: float, stopped: Callable[[], bool]) -> int:
    ends = time.monotonic() + seconds
    while not stopped():
        try:
            return process.wait(max(min(_OFTEN, ends - time.monotonic()), 0))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= ends:
                raise GuardianError("sanitise", "late") from None
    raise GuardianError("sanitise", "stopped")


# What a container engine needs to find its socket and its images, and no secret of ours.
_NEEDED = ("PATH", "HOME", "USER", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "DBUS_SESSION_BUS_ADDRESS")


def _end(process: "subprocess.Popen[bytes]") -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _check(made: Path) -> None:
    """It must be a file of its own and begin as a PDF does. Whether its pages are good, a person sees."""
    if made.is_symlink() or not made.is_file() or not len(_BEGINS) < made.stat().st_size <= LARGEST:
        raise GuardianError("sanitise", "odd")
    with disk(), made.open("rb") as file:
        if file.read(len(_BEGINS)) != _BEGINS:
            raise GuardianError("sanitise", "odd")


def _hand_out(made: Path, to: Path) -> None:
    beside = to.with_name(f".{to.name}.part")
    try:
        with disk():
            beside.unlink(missing_ok=True)
            beside.touch(mode=0o600, exist_ok=False)
            shutil.copyfile(made, beside)
            beside.rename(to)
    finally:
        beside.unlink(missing_ok=True)
