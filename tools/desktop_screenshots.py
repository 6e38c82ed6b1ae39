"""Takes the pictures of the guardian's desk in docs/screenshots/desktop: part of `make screenshots`.

The same windows that the tests look at (tests/recipients/desktop/gallery.py), light and dark, reduced to 64 colours.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "screenshots" / "desktop"
_LIGHT = ("unlock", "desk", "case-rota", "case-urdu", "case-hostile", "reply", "notes", "standing", "history")
_SETUP = ("setup-who", "setup-words", "setup-same", "help", "question", "syncing", "zoom-200", "desk-0", "desk-10000")
_SHEETS = ("case-asked", "sheet-asked", "sheet-copy", "sheet-duty", "sheet-import")
WANTED = {"light": (*_LIGHT, *_SETUP, *_SHEETS), "dark": ("desk", "reply")}


def main() -> None:
    """Take them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    for scheme, names in WANTED.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "tests.recipients.desktop.gallery", folder, scheme]
            subprocess.run(command, cwd=ROOT, env={**os.environ, "QT_SCALE_FACTOR": "1"}, check=True)
            for name in names:
                keep(Path(folder) / f"{name}.png", OUT / f"{name}{'-dark' if scheme == 'dark' else ''}.png")


def keep(taken: Path, to: Path) -> None:
    """Saves a picture with few colours: a window of text needs no more, and a repository keeps every version."""
    Image.open(taken).convert("RGB").quantize(64).save(to, optimize=True)


if __name__ == "__main__":
    main()
