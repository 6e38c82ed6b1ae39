"""Every window and page of the desk, filled and empty, one after the other: for pictures, and to see that all fits.

    QT_SCALE_FACTOR=2 python -m tests.recipients.desktop.gallery OUT light

writes OUT/NAME.png and OUT/faults.json: what is clipped, overlaps, or has no name. A program of its own, because a
scale is for a whole process.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from recipients.desktop.look import Look
from recipients.desktop.window import Window
from recipients.vault import header
from tests.harness.screen import screen
from tests.portal.world import DAY
from tests.recipients.desktop import furnish
from tests.recipients.desktop.eyes import faults
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.world import PASSPHRASE

SIZE = (1280, 820)


class Gallery:
    """Windows on vaults, on the day on which those were filled."""

    def __init__(self, application: QApplication, folder: Path, scheme: str) -> None:
        self.look = Look(scheme)
        self.look.apply(application)
        self.folder = folder
        (folder / "hospital").mkdir()
        hospital = furnish.Hospital(folder / "hospital")
        self.day = hospital.today
        self.vault = hospital.mine.path
        hospital.close()
        _at(self.day)

    def pages(self) -> Iterator[tuple[str, Window]]:
        """Name and window of each, as it is to be seen."""
        window = self._window(self.vault)
        yield "unlock", window
        write(window.unlock.passphrase, "not the passphrase")
        press(window.unlock.open)
        until(window.unlock.said.isVisible)
        yield "unlock-refused", window
        self._open(window)
        yield "desk", window
        yield from self._cases(window)
        window.close()
        for count in (0, 1, 10_000):
            vault = furnish.many(self.folder / f"many-{count}", count, self.day)
            window = self._window(vault)
            self._open(window)
            until(partial(_shows, window, count))
            yield f"desk-{count}", window
            window.close()

    def _cases(self, window: Window) -> Iterator[tuple[str, Window]]:
        page = window.desk
        seen = {"rota": "rota", "urdu": "شفٹ", "hostile": "Concern closed", "partial": "Not complete"}
        for name, text in seen.items():
            self._until_case(window, text)
            yield f"case-{name}", window
        self._until_case(window, "rota on our ward")
        write(page.editor.text, "Thank you for writing again. You did right to say it.")
        page.editor.status.setCurrentIndex(3)
        page.editor.dated.setChecked(True)
        write(page.editor.step, "I will tell you what the meeting decided")
        until(lambda: "can be read from" in page.editor.leaving.text())
        yield "reply", window
        page.notices.add(["No guardian has vouched for the portal's list in 14 days. Ask the others to sync."])
        page.network.run("trying your keys on what came, 3,200 of 100,000.", 3_200, 100_000)
        yield "syncing", window

    def _until_case(self, window: Window, text: str) -> None:
        page = window.desk
        for row in page.list.cases.rows:
            page.list.choose(row.id)
            until(partial(_reads, window, row.title))
            if text in page.reading.text.toPlainText():
                return
        raise LookupError(text)

    def _window(self, vault: Path) -> Window:
        window = Window(self.look, vault)
        window.resize(*SIZE)
        window.show()
        return window

    def _open(self, window: Window) -> None:
        until(window.unlock.open.isEnabled)
        write(window.unlock.passphrase, PASSPHRASE)
        press(window.unlock.open)
        until(lambda: window.pages.currentWidget() is window.desk)
        until(lambda: "synced" in window.desk.network.state.text())


def _at(day: int) -> None:
    """Lets the program believe that it is noon of a day."""
    time.time = lambda: float(day * DAY + DAY // 2)


def _shows(window: Window, count: int) -> bool:
    return len(window.desk.list.cases.rows) == count


def _reads(window: Window, title: str) -> bool:
    return window.desk.reading.text.toPlainText().startswith(f"{title}\n")


def main(out: Path, scheme: str, keep: Callable[[str], bool] = lambda _name: True) -> None:
    """Takes all pictures and notes all faults."""
    out.mkdir(parents=True, exist_ok=True)
    header.MEMORY, header.PASSES = 64, 1
    found: list[str] = []
    with screen() as display, tempfile.TemporaryDirectory() as folder:
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        application = QApplication(["guardian"])
        for name, window in Gallery(application, Path(folder), scheme).pages():
            for _ in range(5):
                application.processEvents()
            found += [f"{name}: {fault}" for fault in faults(window)]
            if keep(name):
                window.grab().save(os.fspath(out / f"{name}.png"))
    (out / "faults.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "light")
