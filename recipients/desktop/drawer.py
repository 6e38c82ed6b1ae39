"""The sheets that keep the vault and its numbers, and their work: handed to the keeper, what comes back shown.

Closing a sheet stops the long work that it began.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from recipients.desktop import faults
from recipients.desktop.keeper import Keeper
from recipients.desktop.longwork import Longwork, StoppedError
from recipients.desktop.look import Look
from recipients.desktop.over import Over
from recipients.desktop.sheets import Sheet
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.vault import Vault

T = TypeVar("T")


class Drawer(Over):
    """`changed` when lists have to look again, `going` to which case (its id) a person wants to go, `beginnings` the
    templates there are now."""

    changed = Signal()
    going = Signal(object)
    beginnings = Signal(object)

    def __init__(self, look: Look, keeper: Keeper, over: QWidget) -> None:
        super().__init__(look, keeper, over)
        self.work: Longwork | None = None

    def close(self) -> None:
        """As ever; the long work that it began is stopped."""
        self.stop()
        super().close()

    def stop(self) -> None:
        """Ends the long work, if there is some."""
        if self.work is not None:
            self.work.stop()

    def act(self, sheet: Sheet, job: Callable[[Vault], T], then: Callable[[T], None]) -> None:
        """Does something quick for a sheet; `then` is told what came of it, even when the sheet has gone."""
        sheet.go_on.setEnabled(False)
        self.keeper.short(job, then, lambda error: self.wrong(sheet, error))

    def run(self, sheet: WorkSheet, work: Longwork, job: Callable[[Vault], T], then: Callable[[T], None]) -> None:
        """Does something long for a sheet, which shows how far it is."""
        self._begin(sheet, work)
        self.keeper.long(job, self._ended(work, then), lambda error: self._broke(sheet, work, error))

    def apart(self, sheet: WorkSheet, work: Longwork, job: Callable[[], T], then: Callable[[T], None]) -> None:
        """As `run`, without a vault."""
        self._begin(sheet, work)
        self.keeper.apart(job, self._ended(work, then), lambda error: self._broke(sheet, work, error))

    def done(self, sheet: Sheet, said: str) -> None:
        """What a sheet asked for is done: it goes, and the window says so."""
        if self.shows(sheet):
            self.close()
        self.told.emit(said)
        self.changed.emit()

    def _begin(self, sheet: WorkSheet, work: Longwork) -> None:
        self.work = work
        # Ours, and deleted here: the last to know of it may be the keeper's thread, where it must not end.
        work.setParent(self)
        work.told.connect(sheet.run)
        sheet.run("Beginning…", 0, 0)
        sheet.halt.clicked.connect(work.stop)

    def _ended(self, work: Longwork, then: Callable[[T], None]) -> Callable[[T], None]:
        def ended(result: T) -> None:
            self._over_with(work)
            then(result)

        return ended

    def _broke(self, sheet: WorkSheet, work: Longwork, error: BaseException) -> None:
        self._over_with(work)
        stopped = isinstance(error, StoppedError) or (isinstance(error, GuardianError) and error.detail == "stopped")
        if self.shows(sheet):
            sheet.rest()
            sheet.tell(sheet.after_stop if stopped else faults.sentence(error))
            if isinstance(error, GuardianError) and error.code == "keys":
                sheet.keys_gone(error)
        elif not stopped:
            self.failed.emit(error)

    def _over_with(self, work: Longwork) -> None:
        self.work = None if self.work is work else self.work
        work.deleteLater()

    def _forget(self, sheet: Sheet) -> None:
        if self.shows(sheet):
            self.stop()
        super()._forget(sheet)


def new_file(sheet: QWidget, title: str, offered: str) -> Path | None:
    """Where a person wants a new file."""
    to, _ = QFileDialog.getSaveFileName(sheet, title, str(Path.home() / offered))
    return Path(to) if to else None


def old_file(sheet: QWidget, title: str) -> Path | None:
    """Which file a person means."""
    found, _ = QFileDialog.getOpenFileName(sheet, title, str(Path.home()))
    return Path(found) if found else None


def folder(sheet: QWidget, title: str) -> Path | None:
    """Which folder, or stick, a person means."""
    found = QFileDialog.getExistingDirectory(sheet, title, str(Path.home()))
    return Path(found) if found else None
