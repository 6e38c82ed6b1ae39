"""Whether a version of Candour can run a portal, found out on a copy (docs/DEPLOY.md, "A new version").

    python trial.py SETTINGS SCRATCH      as the portal's user, with the Python of the version on trial
    python trial.py --copy FROM TO        one consistent copy of a database

The copy is brought to this version's shape, the site is built beside it, and the page and the directory are asked for
on a free port. Nothing of the portal itself is changed: a trial that fails costs nothing.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import time
import tomllib
import urllib.request
from contextlib import closing
from pathlib import Path

_WAIT_SECONDS = 60
_ASKED = ("/", "/directory", "/board")


def main() -> None:
    """Copy, or try."""
    match sys.argv[1:]:
        case ["--copy", source, target]:
            copy(Path(source), Path(target))
        case [settings, scratch]:
            attempt(Path(settings), Path(scratch))
        case _:
            sys.exit("usage: trial.py SETTINGS SCRATCH | --copy FROM TO")


def copy(source: Path, target: Path) -> None:
    """Copy a database that may be in use; no file of an open period is touched."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def attempt(settings: Path, scratch: Path) -> None:
    """Run this version on a copy until it has answered everything. Exits with 1 if it does not."""
    data = Path(tomllib.loads(settings.read_text("utf-8"))["data"])
    copy(data / "portal.sqlite", scratch / "portal.sqlite")
    port = _free_port()
    program = [sys.executable, "-m", "portal"]
    given = {"CANDOUR_DATA": str(scratch), "CANDOUR_SITE": str(scratch / "site"), "CANDOUR_PORT": str(port)}
    environment = {**os.environ, **given, "CANDOUR_CONFIG": str(settings)}
    if subprocess.run([*program, "publish"], env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit("The new version could not take over a copy of the database, or not build the site from it.")
    server = subprocess.Popen([*program, "serve"], env=environment)
    try:
        _ask(server, port)
    finally:
        server.terminate()
        server.wait()


def _ask(server: "subprocess.Popen[bytes]", port: int) -> None:
    waiting, until = list(_ASKED), time.monotonic() + _WAIT_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while waiting:
        try:
            opener.open(f"http://127.0.0.1:{port}{waiting[0]}", timeout=10).close()
            del waiting[0]
        except OSError as problem:
            if server.poll() is not None or time.monotonic() > until:
                sys.exit(f"The new version does not answer {waiting[0]} on a copy of the database ({problem}).")
            time.sleep(0.3)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


if __name__ == "__main__":
    main()
