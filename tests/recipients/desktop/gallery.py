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
from PySide6.QtWidgets import QApplication, QWidget

from recipients.desktop import faults as faults_
from recipients.desktop.asking import Question
from recipients.desktop.helping import Help
from recipients.desktop.look import Look
from recipients.desktop.strip import Standing
from recipients.desktop.window import Window
from recipients.errors import GuardianError
from recipients.vault import header
from tests.harness.screen import screen
from tests.portal.world import DAY
from tests.recipients.desktop import furnish, gallery_keep
from tests.recipients.desktop.eyes import faults
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.desktop.sheetgallery import sheets
from tests.recipients.world import PASSPHRASE

SIZE = (1280, 820)
Pages = Iterator[tuple[str, QWidget]]
WORDS_READ = "unfounded overstuffed whimsical thundering catchphrase backstretch evacuation undertaking"


class Gallery:
    """Windows on vaults, on the day on which those were filled."""

    def __init__(self, application: QApplication, folder: Path, scheme: str) -> None:
        self.look = Look(scheme)
        self.look.apply(application)
        self.folder = folder
        (folder / "hospital").mkdir()
        hospital = furnish.Hospital(folder / "hospital")
        hospital.asks()
        self.day = hospital.today
        self.vault = hospital.mine.path
        hospital.close()
        _at(self.day)

    def pages(self) -> Iterator[tuple[str, QWidget]]:
        """Name and window of each, as it is to be seen."""
        window = self._window(self.vault)
        yield "unlock", window
        write(window.unlock.passphrase, "not the passphrase")
        press(window.unlock.open)
        until(window.unlock.said.isVisible)
        yield "unlock-refused", window
        yield from gallery_keep.locked(window)
        self._open(window)
        yield from self._dialogs(window)
        until(window.desk.due.ask.isVisible)
        yield "desk", window
        yield from self._cases(window)
        yield from self._sides(window)
        yield from gallery_keep.sheets(window)
        yield from self._zoomed(window)
        self._until_case(window, "شفٹ")
        yield from sheets(window)
        window.close()
        yield from self._set_up()
        for count in (0, 1, 10_000):
            vault = furnish.many(self.folder / f"many-{count}", count, self.day)
            window = self._window(vault)
            self._open(window)
            until(partial(_shows, window, count))
            yield f"desk-{count}", window
            window.close()

    def sheets_only(self, zoom: int) -> Iterator[tuple[str, QWidget]]:
        """The sheets, at a zoom of the text."""
        self.look.zoom = zoom
        window = self._window(self.vault)
        window.dress()
        self._open(window)
        self._until_case(window, "asks you about")
        until(window.desk.due.ask.isVisible)
        yield "case-asked", window
        self._until_case(window, "شفٹ")
        yield from sheets(window)
        window.close()

    def _cases(self, window: Window) -> Iterator[tuple[str, Window]]:
        page = window.desk
        seen = {
            "rota": "rota",
            "urdu": "شفٹ",
            "hostile": "Concern closed",
            "partial": "Not complete",
            "asked": "asks you about",
        }
        for name, text in seen.items():
            self._until_case(window, text)
            yield f"case-{name}", window
        self._until_case(window, "rota on our ward")
        until(lambda: page.editor.begin.count() > 3)
        write(page.editor.text, "Thank you for writing again. You did right to say it.")
        page.editor.status.setCurrentIndex(3)
        page.editor.dated.setChecked(True)
        write(page.editor.step, "I will tell you what the meeting decided")
        until(lambda: "can be read from" in page.editor.leaving.text())
        yield "reply", window
        page.notices.add(["No guardian has vouched for the portal's list in 14 days. Ask the others to sync."])
        page.network.run("trying your keys on what came, 3,200 of 100,000.", 3_200, 100_000)
        yield "syncing", window

    def _sides(self, window: Window) -> Iterator[tuple[str, Window]]:
        page = window.desk
        page.network.rest(Standing(synced="Last synced today."))
        page.notices.clear()
        write(page.notes.text, "Rang the site manager. <b>No names</b> were said. " + furnish.URDU)
        page.side.setCurrentWidget(page.notes)
        press(page.notes.keep)
        until(lambda: page.notes.list.count() == 1)
        yield "notes", window
        page.side.setCurrentWidget(page.standing)
        page.standing.changed.emit("urgency", "soon")
        until(lambda: "Soon" in page.history.toPlainText())
        yield "standing", window
        page.side.setCurrentWidget(page.history)
        yield "history", window
        page.side.setCurrentWidget(page.editor)

    def _zoomed(self, window: Window) -> Iterator[tuple[str, Window]]:
        for _ in range(5):
            window.zoom(1)
        yield f"zoom-{window.look.zoom}", window
        window.zoom(0)

    def _dialogs(self, window: Window) -> Iterator[tuple[str, QWidget]]:
        for name, dialog in (
            ("help", Help(self.look, window)),
            (
                "question",
                Question(
                    self.look,
                    "Go on without these keys?",
                    faults_.sentence(GuardianError("keys", "missing")),
                    "&Go on without them",
                    window,
                ),
            ),
        ):
            dialog.show()
            yield name, dialog
            dialog.close()

    def _set_up(self) -> Iterator[tuple[str, Window]]:
        window = self._window(self.folder / "none")
        pages = window.setup_pages
        for step in ("who", "words", "organisation", "same", "request", "next"):
            pages.words_are(WORDS_READ)
            pages.root_is("St Elsewhere " + furnish.LONG_NAME, WORDS_READ)
            pages.go(step)
            if step == "organisation":
                pages.tell(faults_.sentence(GuardianError("fingerprint")), "danger")
            yield f"setup-{step}", window
        window.close()

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


def main(out: Path, scheme: str, which: Callable[[Gallery], Pages] = Gallery.pages) -> None:
    """Takes pictures and notes all faults."""
    out.mkdir(parents=True, exist_ok=True)
    header.MEMORY, header.PASSES = 64, 1
    found: list[str] = []
    with screen() as display, tempfile.TemporaryDirectory() as folder:
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        application = QApplication(["guardian"])
        for name, window in which(Gallery(application, Path(folder), scheme)):
            for _ in range(5):
                application.processEvents()
            found += [f"{name}: {fault}" for fault in faults(window)]
            window.grab().save(os.fspath(out / f"{name}.png"))
        application.shutdown()
    (out / "faults.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "light")
