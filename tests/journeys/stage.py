"""A whole organisation on one machine: steward, portal, guardians, each through its own program and in its own folder.

    with stage(folder, guardians=3) as hospital:
        hospital.guardians[0].run("sync")
        print(hospital.url)

Portal and guardians are used as their users use them, by their commands and their address.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from crypto import board
from tests.harness.ports import free_port
from tests.harness.process import Running

ROLES = ("Freedom to Speak Up Guardian", "Patient safety lead", "Staff-side representative")
PASSPHRASE = "only for a test on this machine"

SHIFTED = Path(__file__).with_name("shifted")

# Seconds instead of days, so that a journey ends; the protocol allows any divisor of a day.
POLICY = {"period": 4, "board-period": 4, "slot-ms": 500, "board-dummies": 4}
LONGEST = 120  # seconds; far more than a busy machine needs


@dataclass(kw_only=True)
class Programs:
    """Runs the two command-line programs and keeps what `candour` prints (`guardian read` prints secrets by design)."""

    folder: Path
    printed: bytearray = field(default_factory=bytearray)
    ahead: float = 0  # days by which their clocks are ahead of this machine's

    def clock(self) -> dict[str, str]:
        """The environment that shifts a program's clock; the browsers keep the true time."""
        if not self.ahead:
            return {}
        return {"PYTHONPATH": str(SHIFTED), "SECONDS_AHEAD": str(self.ahead * 86_400)}

    def run(self, name: str, *args: str | Path, ok: bool = True) -> str:
        """Run `candour` or `guardian`; its standard output. Raises with both streams when it fails and `ok` is set."""
        command = [str(Path(sys.executable).with_name(name)), *map(str, args)]
        done = subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env={**os.environ, **self.clock()},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=300,
        )
        if name == "candour":
            self.printed += done.stdout + done.stderr
        if ok and done.returncode != 0:
            raise RuntimeError(f"{command} ended with {done.returncode}:\n{(done.stdout + done.stderr).decode()}")
        return done.stdout.decode()


@dataclass(kw_only=True)
class Guardian:
    """One guardian's vault, worked with the `guardian` program."""

    role: str
    vault: Path
    secret: Path
    programs: Programs

    def run(self, command: str, *args: str | Path) -> str:
        """One command on this vault; what it prints."""
        return self.programs.run("guardian", command, "--vault", self.vault, "--passphrase-file", self.secret, *args)

    def json(self, command: str, *args: str | Path) -> Any:
        """One command on this vault, with --json; what it says."""
        return json.loads(self.run(command, "--json", *args))

    def threads(self) -> list[dict[str, Any]]:
        """What `guardian list` shows."""
        found: list[dict[str, Any]] = self.json("list")["threads"]
        return found


@dataclass(kw_only=True)
class Stage:
    """A running organisation."""

    folder: Path
    url: str
    guardians: list[Guardian]
    programs: Programs
    config: Path
    portal: Running

    @property
    def data(self) -> Path:
        """The portal's folder: database, journals, open periods, site."""
        return self.folder / "portal"

    def output(self) -> bytes:
        """All that the server and the stewards' commands have printed."""
        return self.portal.output() + bytes(self.programs.printed)

    def restart(self, *, ahead: float = 0, kill: bool = False) -> None:
        """Stop the portal, or kill it as a power cut would; start it again, with all clocks `ahead` by some days."""
        (self.portal.kill if kill else self.portal.stop)()
        self.programs.printed += self.portal.output()
        self.portal.close()
        self.programs.ahead = ahead
        self.portal = serve(self.config, self.url, self.programs)

    def next_period(self) -> None:
        """Wait until what is stored now has been closed and published; on a busy machine that is some seconds late.

        The board tells: its file of a period comes after the reports' of the same period.
        """
        stored, ends = time.time() + 86_400 * self.programs.ahead, time.monotonic() + LONGEST
        while time.monotonic() < ends:
            files = board.read_files(httpx.get(f"{self.url}/board", trust_env=False, timeout=LONGEST).content)
            if files and files[-1].start + files[-1].length > stored:
                return
            time.sleep(0.5)
        raise TimeoutError("no period was published within the longest wait")


def serve(config: Path, url: str, programs: Programs) -> Running:
    """Start `candour serve` and wait for it."""
    command: list[str | Path] = [Path(sys.executable).with_name("candour"), "serve", "--config", config]
    started = Running(command, None, programs.clock())
    started.wait_for_url(url + "/")
    return started


@contextmanager
def stage(
    folder: Path, *, guardians: int = 3, policy: dict[str, int] | None = None, ahead: float = 0
) -> Iterator[Stage]:
    """Found an organisation in an empty folder, certify its guardians, publish, serve, and sync everybody once.

    All its clocks are `ahead` of the true time by some days, until `Stage.restart` says otherwise.
    """
    programs, port = Programs(folder=folder, ahead=ahead), free_port()
    secret = folder / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    secret.chmod(0o600)
    config = folder / "candour.toml"
    config.write_text(f'data = "portal"\nport = {port}\n')
    url = f"http://127.0.0.1:{port}"
    people = found(programs, secret, url, guardians=guardians, policy=policy)
    carried = carried_files(folder)
    programs.run("candour", "publish", "--config", config, *carried)
    portal = serve(config, url, programs)
    hospital = Stage(folder=folder, url=url, portal=portal, guardians=people, programs=programs, config=config)
    try:
        for one in people:
            one.run("sync")
        yield hospital
    finally:
        hospital.portal.close()


def found(
    programs: Programs, secret: Path, url: str, *, guardians: int, policy: dict[str, int] | None = None
) -> list[Guardian]:
    """The ceremony: an organisation in `steward`, and guardians of a portal at `url` whom it certifies."""
    words = _organisation(programs, secret, {**POLICY, **(policy or {})})
    return [_guardian(programs, secret, role, url, words) for role in ROLES[:guardians]]


def carried_files(folder: Path) -> list[Path]:
    """What is carried from the steward's folder to the portal: all that is public."""
    return [path for path in sorted((folder / "steward").glob("*.json")) if "root" not in path.name]


def _organisation(programs: Programs, secret: Path, policy: dict[str, int]) -> str:
    """Make the organisation; the root key's fingerprint as it was read out."""
    options = [f"--{name}={value}" for name, value in policy.items()]
    said = programs.run("candour", "init", "steward", "--name", "A hospital", "--passphrase-file", secret, *options)
    return " ".join(said.rstrip().splitlines()[-1].split())


def _guardian(programs: Programs, secret: Path, role: str, url: str, root_words: str) -> Guardian:
    """Make a vault, carry its request to the steward, who leaves a certificate in the steward's folder."""
    number = len(list(programs.folder.glob("vault-*"))) + 1
    one = Guardian(role=role, vault=programs.folder / f"vault-{number}", secret=secret, programs=programs)
    request, steward = programs.folder / f"request-{number}.json", programs.folder / "steward"
    one.run("init", "--name", f"Guardian {number}", "--role", role)
    one.run("install", steward / "organisation.json", "--portal", url, "--root-fingerprint", root_words)
    one.run("request", "--output", request)
    programs.run(
        "candour", "guardian", "add", request, "--folder", steward, "--first", "--yes", "--passphrase-file", secret
    )
    return one
