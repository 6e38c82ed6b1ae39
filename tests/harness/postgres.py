"""A real PostgreSQL server from Debian's packages, in a temporary folder, on the loopback address.

with postgres() as server:
    url = server.database()          # a new, empty database
    server.kill(); server.start()    # as a power cut would
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg

from tests.harness.ports import free_port
from tests.harness.process import Running

# PostgreSQL refuses to run as root; Debian's package makes this user.
_USER = "postgres"


def programs() -> Path:
    """The folder of the newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1]


def as_server_user() -> list[str]:
    """What goes before a command so that it does not run as root."""
    return ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", "--"] if os.geteuid() == 0 else []


class Postgres:
    """One server; `start` and `kill` may be called again and again."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.port = free_port()
        self._names = count(1)
        self._running: Running | None = None
        self._folder = folder
        if os.geteuid() == 0:
            user = pwd.getpwnam(_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        command = [programs() / "initdb", "-D", self.data, "-U", "candour", "--auth=trust", "--no-sync", "-E", "UTF8"]
        subprocess.run([*as_server_user(), *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self._folder}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [*as_server_user(), str(programs() / "postgres"), "-D", str(self.data), *settings]
        self._running = Running(command, self._folder, None)
        deadline = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > deadline or self._running.returncode is not None:
                raise RuntimeError(self._running.output().decode(errors="replace")[-2000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """End it and all its processes at once."""
        if self._running:
            self._running.kill()
            self._running.close()
            self._running = None

    def stop(self) -> None:
        """Stop it; what it has in memory is written."""
        if self._running:
            os.kill(self._running.pid, 2)  # SIGINT: no waiting for clients
            self._running.wait(30)
            self._running.close()
            self._running = None

    def database(self) -> str:
        """A new database; its address as Candour's settings want it."""
        name = f"test{next(self._names)}"
        self.run(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://candour@127.0.0.1:{self.port}/{name}"

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """The rows of one statement, which is not in a transaction."""
        with psycopg.connect(self._place(database), autocommit=True) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []

    def _place(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=candour dbname={database}"

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self._place("postgres"), connect_timeout=2).close()
            return True
        return False


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server, and nothing of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="candour-postgres-"))
    server = Postgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder)
