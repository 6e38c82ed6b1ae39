"""Makes the virtual environment and installs one lock file into it.

Runs on the machine's own Python, so it imports the standard library only. Every package is checked against the hash
in the lock file; Candour itself is installed as an editable link to this checkout.

    python3 tools/setup_venv.py requirements.lock .venv/.ready-runtime
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def main(lock: str, stamp: str) -> None:
    """Install `lock` into .venv and write `stamp`, which tells make that this is done."""
    if sys.version_info < OLDEST:
        sys.exit(f"Candour needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")
    _make_venv()
    print(f"Installing {lock} (exact versions, checked by hash) ...", flush=True)
    _pip("install", "--require-hashes", "--requirement", str(ROOT / lock))
    # The build tool comes from the lock file as well: nothing is fetched here that has no hash.
    _pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT))
    (ROOT / stamp).touch()


def _make_venv() -> None:
    """Make .venv unless a working one is there."""
    python = VENV / "bin" / "python"
    if python.exists() and _works(python):
        return
    if not _has_ensurepip():
        _install_ensurepip()
    print("Making .venv ...", flush=True)
    venv.create(VENV, clear=True, with_pip=False, symlinks=True)
    # A process of its own: a module that was missing when this one started stays missing for it.
    subprocess.run(
        [str(python), "-m", "ensurepip", "--upgrade", "--default-pip"], check=True, stdout=subprocess.DEVNULL
    )


def _works(python: Path) -> bool:
    """Whether this Python starts and has pip: one left by another version, or half made, does not."""
    return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def _has_ensurepip() -> bool:
    """Debian keeps ensurepip in a package of its own, python3-venv."""
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0


def _install_ensurepip() -> None:
    """Install python3-venv when allowed to, else say which command does."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(
            "Python on this machine cannot make a virtual environment yet. Please run\n\n"
            f"    sudo apt-get install {package}\n\nand then the same make command again."
        )
    print(f"Installing Debian's {package} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=True, env=environment, stdout=subprocess.DEVNULL)
    subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", package], check=True, env=environment)


def _pip(*arguments: str) -> None:
    """Run the environment's pip; its own words explain a failure better than a trace would."""
    command = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        sys.exit("The packages could not be installed; the lines above say why. Nothing outside .venv was changed.")


if __name__ == "__main__":
    main(*sys.argv[1:])
