"""The guardians' core where none of what only POSIX systems have is there; Windows itself is not tried (WINDOWS.md)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def command(what: str, folder: Path) -> list[str]:
    """The program that plays the other system."""
    return [sys.executable, "-m", "tests.recipients.elsewhere", what, str(folder)]


def hold(folder: Path) -> "tuple[subprocess.Popen[str], str]":
    """A process that opens the vault and keeps it, and what it says."""
    process = subprocess.Popen(command("hold", folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def end(process: "subprocess.Popen[str]") -> None:
    """Ends a process of ours, without a chance to tidy up."""
    process.kill()
    process.communicate()


def test_a_vault_does_its_work_without_anything_of_posix(tmp_path: Path):
    done = subprocess.run(command("work", tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.pop("modules") > 70
    assert told == {
        "notes": ["They rang.\r\nTwice.", "Rang back"],
        "keys": [38, 4, 34],
        "part": b"\r\n\n\x1a\n".hex(),
        "link": "none",
        "processors": True,
    }
    # One process at a time has the vault, and its lock ends with it, however it ends.
    first, said = hold(tmp_path)
    assert said == "open"
    second, said = hold(tmp_path)
    assert said == "busy"
    end(first)
    third, said = hold(tmp_path)
    assert said == "open"
    end(second)
    end(third)
