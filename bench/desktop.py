"""The guardian's desk: start to a usable window, unlock, a list of 10,000 concerns, memory.

    python bench/desktop.py

Start is a program of its own, from nothing to a window on the screen (an Xvfb of its own) that takes a passphrase;
unlock is at the real cost of a passphrase. Both again with 10,000 concerns. The worst of a few runs is shown too.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.harness.screen import screen  # noqa: E402

_RUNS = 3


def once(vault: Path, began: float) -> None:
    """Starts the desk in this process, unlocks it, and prints what was measured."""
    from PySide6.QtWidgets import QApplication

    from recipients.desktop.look import Look
    from recipients.desktop.window import Window
    from tests.recipients.desktop.hands import press, until
    from tests.recipients.world import PASSPHRASE

    application = QApplication(["guardian"])
    look = Look("light")
    look.apply(application)
    window = Window(look, vault)
    window.show()
    until(lambda: window.windowHandle() is not None and window.windowHandle().isExposed())
    shown = time.time() - began
    window.unlock.passphrase.setText(PASSPHRASE)
    at = time.monotonic()
    press(window.unlock.open)
    until(lambda: window.pages.currentWidget() is window.desk)
    unlocked = time.monotonic() - at
    until(lambda: window.desk.list.cases.rows)
    listed = time.monotonic() - at
    memory = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    print(json.dumps({"shown": shown, "unlocked": unlocked, "listed": listed, "memory": int(memory.split()[1]) / 1024}))
    window.close()


def main() -> None:
    """All of it."""
    from tests.recipients.desktop import furnish

    with screen() as display, tempfile.TemporaryDirectory() as folder:
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        for count in (10, 10_000):
            vault = furnish.many(Path(folder) / f"vault-{count}", count, int(time.time()) // 86_400)
            runs = [_run(vault) for _ in range(_RUNS)]
            print(f"{count} concerns, {_RUNS} runs, median (worst):")
            for name, unit in (("shown", "s"), ("unlocked", "s"), ("listed", "s"), ("memory", "MB")):
                found = sorted(one[name] for one in runs)
                print(f"  {name:10}{found[_RUNS // 2]:8.2f} ({found[-1]:.2f}) {unit}")


def _run(vault: Path) -> dict[str, float]:
    command = [sys.executable, __file__, str(vault), str(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        once(Path(sys.argv[1]), float(sys.argv[2]))
    else:
        main()
