"""A portal as a process of its own, `candour serve`, on a folder that a test made."""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal import create_app
from portal.register import BY_FILE
from portal.settings import Settings
from tests.harness.ports import free_port
from tests.harness.process import Running, running
from tests.portal.world import DAY, Organisation

COMMAND = [sys.executable, "-m", "portal", "serve"]


class Place:
    """A published portal's folder and how to start it."""

    def __init__(self, folder: Path, database: str = "", **policy: int) -> None:
        self.folder = folder
        self.port = free_port()
        self.organisation = Organisation(int(time.time()) // DAY, **policy)
        self.settings = Settings(
            data=folder / "data", site=folder / "site", port=self.port, work_bits=1, database=database
        )
        self.settings.data.mkdir(parents=True)
        (self.settings.site / "assets").mkdir(parents=True)
        (self.settings.site / "index.html").write_text("<!doctype html><title>t</title>")
        app = create_app(self.settings)
        app.extensions["candour"].register.submit(self.organisation.founding(), [], BY_FILE)
        app.extensions["candour"].store.dispose()

    @property
    def url(self) -> str:
        """The portal's address."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        """Settings by environment."""
        known = {"CANDOUR_DATA": str(self.settings.data), "CANDOUR_SITE": str(self.settings.site)}
        return {**known, "CANDOUR_PORT": str(self.port), "CANDOUR_WORK_BITS": "1", **more}

    @contextmanager
    def served(self, **more: str) -> Iterator[Running]:
        """The running portal."""
        with running(COMMAND, ready_url=self.url + "/beacon", env=self.environment(**more), cwd=self.folder) as server:
            yield server

    def raw(self, data: bytes, timeout: float = 10) -> bytes:
        """Everything that comes back for these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            parts = []
            try:
                while part := sock.recv(65_536):
                    parts.append(part)
            except ConnectionResetError:
                parts.append(b"")
            return b"".join(parts)
