"""A portal and a guardian as real programs on this machine, set up with the commands that people type."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from crypto import board, codename, directory, statement, work
from crypto.encoding import b64, load, unb64
from crypto.guardians import Directory
from crypto.kdf import name
from crypto.words import WORDS
from tests.portal.world import DAY, Guardian

PASSPHRASE = "correct horse battery staple"
LONGEST = 60  # seconds; far more than any machine needs, so that only what never comes fails


class Live:
    """Everything in one folder; periods last `period` seconds. What `Reporter` needs of a `Town` is here as well."""

    def __init__(self, folder: Path, period: int = 2) -> None:
        self.folder, self.period, self.port = folder, period, _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        self.passphrase.chmod(0o600)
        self.vault = ("--vault", str(folder / "vault"), "--passphrase-file", str(self.passphrase), "--json")
        self._set_up()
        self.server = self.start("candour", "serve")
        self._wait()
        seen = directory.verify(self.get("/directory"), self.organisation.id, self.today)
        self.people = [Guardian(g=one.g) for one in seen.guardians]

    def _set_up(self) -> None:
        secret = ("--passphrase-file", str(self.passphrase))
        periods = ("--period", str(self.period), "--board-period", str(self.period), "--board-cells", "4")
        self.run("candour", "init", "steward", "--name", "St Elsewhere", *periods, *secret)
        founded = load((self.folder / "steward" / "organisation.json").read_bytes(), 1 << 20)
        words = self._words(founded)
        self.guardian("init", "--name", "A. Guardian", "--role", "Guardian")
        self.guardian("install", "steward/organisation.json", "--portal", self.address, "--root-fingerprint", words)
        self.guardian("request", "-o", "request.json")
        self.run("candour", "guardian", "add", "request.json", "--folder", "steward", "--first", "--yes", *secret)
        (self.folder / "candour.toml").write_text(f'data = "data"\nport = {self.port}\nwork_bits = 1\n')
        self.run("candour", "publish", "steward")

    def _words(self, founded: Any) -> str:
        envelope = statement.parse(founded["statements"][0])
        self.organisation = SimpleNamespace(id=envelope.body["organisation"])
        return codename.fingerprint(envelope.body["root"], WORDS)

    def _wait(self) -> None:
        for _ in range(10 * LONGEST):
            try:
                self.get("/beacon")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the portal did not start")

    def start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a program of this environment."""
        command = [str(Path(sys.executable).parent / program), *arguments]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CANDOUR_")}
        return subprocess.Popen(command, cwd=self.folder, stdout=-1, stderr=-1, env=environment)

    def run(self, program: str, *arguments: str) -> bytes:
        """Runs a program that must succeed; gives what it printed."""
        process = self.start(program, *arguments)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, (arguments, out, err)
        return out

    def guardian(self, *arguments: str) -> dict[str, Any]:
        """Runs a `guardian` command; gives its JSON."""
        answer: dict[str, Any] = json.loads(self.run("guardian", *arguments, *self.vault))
        return answer

    def get(self, path: str) -> bytes:
        """Fetches something public."""
        return httpx.get(self.address + path, trust_env=False).content

    @property
    def today(self) -> int:
        """The UTC day."""
        return int(time.time()) // DAY

    def seen(self) -> Directory:
        """The directory as a reporter's browser verifies it."""
        return directory.verify(self.get("/directory"), self.organisation.id, self.today)

    def put(self, data: bytes) -> httpx.Response:
        """Uploads a cell with its work."""
        beacon = json.loads(self.get("/beacon"))
        proof = b64(work.solve(unb64(beacon["beacon"], 16), name(data), beacon["bits"]))
        headers = {"Candour-Work": proof}
        address = f"{self.address}/cells/{name(data).hex()}"
        return httpx.put(address, content=data, headers=headers, trust_env=False)

    def board(self) -> list[bytes]:
        """Every published board cell."""
        return [one for file in board.read_files(self.get("/board")) for one in file.cells]

    def until(self, seen: Callable[[], bool]) -> None:
        """Waits until `seen`: on a busy machine a period is closed and published some seconds late."""
        ends = time.monotonic() + LONGEST
        while not seen():
            if time.monotonic() > ends:
                raise TimeoutError("not seen within the longest wait")
            time.sleep(self.period / 2)

    def close(self) -> None:
        """Stops the portal."""
        self.server.terminate()
        self.server.communicate(timeout=LONGEST)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
