"""The three guardians of the demonstration, through the `guardian` program, as they would use it themselves."""

import json
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from crypto.words import WORDS

ROLES = ("Freedom to Speak Up Guardian", "Patient safety lead", "Staff-side representative (union)")
_PROGRAM = (sys.executable, "-m", "recipients.cli")
_LONG = 600


class DemoError(Exception):
    """The demonstration cannot go on; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """One guardian's folder with a vault and a passphrase file."""

    role: str
    folder: Path

    @property
    def vault(self) -> Path:
        """The vault's folder."""
        return self.folder / "vault"

    @property
    def passphrase(self) -> Path:
        """The file with the vault's passphrase. For a demonstration only: a person remembers it."""
        return self.folder / "passphrase.txt"

    def make(self, name: str) -> None:
        """Make vault and keys."""
        self.folder.mkdir(parents=True)
        write_passphrase(self.passphrase)
        self.run("init", "--name", name, "--role", self.role)

    def join(self, organisation: Path, portal: str, fingerprint: str) -> Path:
        """Install the organisation and ask for a certificate; gives the request."""
        request = self.folder / "request.json"
        self.run("install", str(organisation), "--portal", portal, "--root-fingerprint", fingerprint)
        self.run("request", "-o", str(request))
        return request

    def sync(self) -> list[int]:
        """Collect, open, answer; gives the numbers of concerns in which something is new."""
        found = json.loads(self.run("sync", "--json").splitlines()[-1])
        return [int(number) for number in found["threads"]]

    def run(self, *words: str) -> str:
        """Run a command of the guardian's program; gives what it printed. Raises `DemoError` with what it said."""
        place = ("--vault", str(self.vault), "--passphrase-file", str(self.passphrase))
        done = subprocess.run(
            [*_PROGRAM, words[0], *place, *words[1:]],
            check=False,
            capture_output=True,
            text=True,
            timeout=_LONG,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; a guardian's program finishes what it has begun
        )
        if done.returncode:
            raise DemoError(f"guardian {words[0]} ({self.role}): {done.stderr.strip() or done.returncode}")
        return done.stdout


def guardians(folder: Path) -> list[Guardian]:
    """The three, made or not."""
    return [Guardian(role=role, folder=folder / f"guardian-{n}") for n, role in enumerate(ROLES, 1)]


def write_passphrase(path: Path) -> str:
    """A fresh passphrase of six words in a file that only its owner can read."""
    made = " ".join(secrets.choice(WORDS) for _ in range(6))
    path.touch(mode=0o600)
    path.write_text(made + "\n", "utf-8")
    return made
