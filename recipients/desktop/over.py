"""One sheet at a time over the window: opened, asked and told about, taken away.

    shut --open--> open --what it asks for is done, Close, or the desk locks--> shut

What fills the sheets builds on this: `OnCase` for the open case, `Drawer` for everything that keeps the vault.
"""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from recipients.desktop import faults
from recipients.desktop.keeper import Keeper
from recipients.desktop.look import Look
from recipients.desktop.sheets import Sheet
from recipients.desktop.working import Working
from recipients.vault import Vault

T = TypeVar("T")


class Over(QObject):
    """Holds the sheet that is open. `told` what to say afterwards, `failed` what went wrong."""

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, look: Look, keeper: Keeper, over: QWidget) -> None:
        super().__init__(over)
        self.look, self.keeper, self.over = look, keeper, over
        self.sheet: Sheet | None = None

    def open(self, sheet: Sheet, does: Callable[[], None] = lambda: None) -> None:
        """Shows a sheet in the place of the one before; `does` when a person presses its button."""
        self.close()
        self.sheet = sheet
        sheet.wanted.connect(does)
        sheet.finished.connect(lambda _result: self._forget(sheet))
        sheet.open()

    def close(self) -> None:
        """Takes the sheet away, and what was written in it."""
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            sheet.close()

    def shows(self, sheet: Sheet) -> bool:
        """Whether that sheet is the one that is open."""
        return self.sheet is sheet

    def ask(self, job: Callable[[Vault], T], then: Callable[[T], None]) -> None:
        """Asks the vault for what a sheet begins with."""
        self.keeper.short(job, then, self.failed.emit)

    def fill(self, sheet: Sheet, job: Callable[[Vault], T], show: Callable[[T], None]) -> None:
        """Asks the vault for what a sheet shows, if it is still there when that comes."""

        def shown(result: T) -> None:
            if self.shows(sheet):
                show(result)

        self.keeper.short(job, shown, lambda error: self.wrong(sheet, error))

    def wrong(self, sheet: Sheet, error: BaseException) -> None:
        """Says in the sheet what is wrong, or in the window when the sheet has gone."""
        if self.shows(sheet):
            sheet.tell(faults.sentence(error))
        else:
            self.failed.emit(error)

    def _forget(self, sheet: Sheet) -> None:
        if self.shows(sheet):
            self.sheet = None


class OnCase(Over):
    """Sheets about the case on the desk, which is read again when something was done."""

    def __init__(self, look: Look, keeper: Keeper, working: Working, over: QWidget) -> None:
        super().__init__(look, keeper, over)
        self.working = working

    def act(
        self,
        sheet: Sheet,
        job: Callable[[Vault], str | None],
        said: str,
        *,
        long: bool = False,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Does what a sheet asks for, then says `said` or what the job gives; `then` instead of looking again."""
        sheet.tell("")
        sheet.go_on.setEnabled(False)

        def done(result: str | None) -> None:
            if self.shows(sheet):
                self.close()
            self.told.emit(result or said)
            (then or self.working.again)()

        (self.keeper.long if long else self.keeper.short)(job, done, lambda error: self.wrong(sheet, error))
