"""One sheet at a time over the window, and its work: handed to the keeper, what comes back shown, or what was wrong.

    shut --open--> open --what it asks for is done, Close, or the desk locks--> shut

Closing a sheet stops the long work that it began.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from recipients.desktop import faults
from recipients.desktop.keeper import Keeper
from recipients.desktop.longwork import Longwork, StoppedError
from recipients.desktop.look import Look
from recipients.desktop.sheets import Sheet
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.vault import Vault

T = TypeVar("T")


class Drawer(QObject):
    """Holds the sheet that is open. `told` what to say afterwards, `failed` what went wrong, `changed` when lists have
    to look again, `going` to which case (its id) a person wants to go, `beginnings` the templates there are now."""

    told = Signal(str)
    failed = Signal(object)
    changed = Signal()
    going = Signal(object)
    beginnings = Signal(object)

    def __init__(self, look: Look, keeper: Keeper, over: QWidget) -> None:
        super().__init__(over)
        self.look, self.keeper, self.over = look, keeper, over
        self.sheet: Sheet | None = None
        self.work: Longwork | None = None

    def open(self, sheet: Sheet, does: Callable[[], None] = lambda: None) -> None:
        """Shows a sheet in the place of the one before."""
        self.close()
        self.sheet = sheet
        sheet.wanted.connect(does)
        sheet.finished.connect(lambda _result: self._forget(sheet))
        sheet.open()

    def close(self) -> None:
        """Takes the sheet away, and what was written in it; what it began is stopped."""
        self.stop()
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            sheet.close()

    def stop(self) -> None:
        """Ends the long work, if there is some."""
        if self.work is not None:
            self.work.stop()

    def ask(self, job: Callable[[Vault], T], then: Callable[[T], None]) -> None:
        """Asks the vault for what a sheet begins with."""
        self.keeper.short(job, then, self.failed.emit)

    def fill(self, sheet: Sheet, job: Callable[[Vault], T], show: Callable[[T], None]) -> None:
        """Asks the vault for what a sheet shows, if it is still there when that comes."""
        self.keeper.short(job, self._if_open(sheet, show), lambda error: self.wrong(sheet, error))

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
        if self.sheet is sheet:
            self.close()
        self.told.emit(said)
        self.changed.emit()

    def shows(self, sheet: Sheet) -> bool:
        """Whether that sheet is the one that is open."""
        return self.sheet is sheet

    def wrong(self, sheet: Sheet, error: BaseException) -> None:
        """Says in the sheet what is wrong, or in the window when the sheet has gone."""
        if self.sheet is sheet:
            sheet.tell(faults.sentence(error))
        else:
            self.failed.emit(error)

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
        if self.sheet is sheet:
            sheet.rest()
            sheet.tell(sheet.after_stop if stopped else faults.sentence(error))
            if isinstance(error, GuardianError) and error.code == "keys":
                sheet.keys_gone(error)
        elif not stopped:
            self.failed.emit(error)

    def _over_with(self, work: Longwork) -> None:
        self.work = None if self.work is work else self.work
        work.deleteLater()

    def _if_open(self, sheet: Sheet, show: Callable[[T], None]) -> Callable[[T], None]:
        def shown(result: T) -> None:
            if self.sheet is sheet:
                show(result)

        return shown

    def _forget(self, sheet: Sheet) -> None:
        if self.sheet is sheet:
            self.stop()
            self.sheet = None


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
