"""The published site in memory: what `candour publish` made, and nothing else (PROTOCOL section 15, `GET /`).

Only names that were there when the folder was read can be asked for, so no path can lead out of it. A new publication
is noticed by the document's identity on the disk; the document is replaced last.
"""

import gzip
import os
import threading
from dataclasses import dataclass
from pathlib import Path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
DOCUMENT = "index.html"
MANIFEST = "manifest.json"
# What the extension WEBCAT asks for below /.well-known/webcat; in the folder `webcat` here. No other name is served.
WEBCAT = ("enrollment.json", "bundle.json", "bundle-prev.json")


@dataclass(frozen=True, kw_only=True)
class File:
    """One file: its bytes, the same compressed, and its type."""

    data: bytes
    packed: bytes
    type: str


class Site:
    """The files of one site folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._mark: tuple[int, int, int] | None = None
        self._files: dict[str, File] = {}

    def document(self) -> File | None:
        """The one page."""
        return self._all().get(DOCUMENT)

    def asset(self, name: str) -> File | None:
        """A file of the folder `assets`."""
        return self._all().get(f"assets/{name}")

    def webcat(self, name: str) -> File | None:
        """A file for WEBCAT, where the site has them."""
        return self._all().get(f"webcat/{name}")

    def manifest(self) -> bytes | None:
        """The signed `site` statement, where there is one."""
        found = self._all().get(MANIFEST)
        return found.data if found else None

    def _all(self) -> dict[str, File]:
        mark = _identity(self._folder / DOCUMENT)
        with self._lock:
            if mark != self._mark:
                self._files, self._mark = _read(self._folder), mark
            return self._files


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(folder: Path) -> dict[str, File]:
    paths = [folder / DOCUMENT, folder / MANIFEST, *sorted((folder / "assets").glob("[!.]*"))]
    paths += [folder / "webcat" / name for name in WEBCAT]
    return {os.fspath(p.relative_to(folder)): _file(p) for p in paths if p.is_file() and p.suffix in TYPES}


def _file(path: Path) -> File:
    data = path.read_bytes()
    # No time in the packed form: the same bytes for everyone, from every process.
    return File(data=data, packed=gzip.compress(data, 9, mtime=0), type=TYPES[path.suffix])
