"""Builds the guardian's tool as one folder that needs no Python: `make package`, on the kind of machine it is for.

    dist/candour-guardian/guardian desktop      the desk in a window
    dist/candour-guardian/guardian sync         the commands

PyInstaller puts this environment's Python, the locked packages and Qt's own libraries into the folder. What Qt expects
of a system with windows (X11 or Wayland libraries, fonts) comes from there. Nothing is downloaded.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "candour-guardian"
OUT = ROOT / "dist" / NAME

# What PyInstaller cannot see from imports alone: packages imported by name, and compiled parts.
_HIDDEN = ("recipients.desktop.app", "_cffi_backend", "sqlcipher3.dbapi2")
_DATA = ("crypto", "recipients", "shamir_mnemonic", "fpdf")
# Qt brings far more than a window with text needs, and each part brings system libraries.
_LEFT_OUT = (
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtNetwork", "PySide6.QtSql", "PySide6.QtTest"),
    *("tkinter", "sqlalchemy", "flask", "alembic", "portal", "tests", "IPython", "numpy"),
)


def main() -> None:
    """Builds the folder anew."""
    shutil.rmtree(OUT, ignore_errors=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=WARN", "--onedir"]
    command += ["--name", NAME, "--distpath", str(OUT.parent), "--workpath", str(ROOT / "build" / "package")]
    command += ["--specpath", str(ROOT / "build" / "package"), "--paths", str(ROOT)]
    command += [f"--hidden-import={one}" for one in _HIDDEN]
    command += [f"--collect-data={one}" for one in _DATA]
    command += [f"--exclude-module={one}" for one in _LEFT_OUT]
    command += ["--copy-metadata=candour", str(ROOT / "recipients" / "cli" / "__main__.py")]
    subprocess.run(command, check=True, cwd=ROOT)
    (OUT / NAME).rename(OUT / "guardian")
    for extra in ("LICENSE", "deploy/desktop/candour-guardian.desktop", "deploy/desktop/install"):
        if (ROOT / extra).exists():
            shutil.copy2(ROOT / extra, OUT)
    size = sum(one.stat().st_size for one in OUT.rglob("*") if one.is_file()) / 1_000_000
    print(f"{OUT}: {size:.0f} MB. Start it with {OUT / 'guardian'} desktop")


if __name__ == "__main__":
    main()
