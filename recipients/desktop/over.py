"""One sheet at a time over the desk: opened, acted on, told about, taken away. What fills the sheets builds on this."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from recipients.desktop import faults
from recipients.desktop.keeper import Keeper
from recipients.desktop.look import Look
from recipients.desktop.sheets import Sheet
from recipients.desktop.working import Working
from recipients.vault import Vault


class Over(QObject):
    """Opens one sheet at a time over the case on the desk. `told` what to say afterwards; `failed` what went wrong."""

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, look: Look, keeper: Keeper, working: Working, parent: QWidget) -> None:
        super().__init__(parent)
        self.look, self.keeper, self.working, self.over = look, keeper, working, parent
        self.sheet: Sheet | None = None

    def close(self) -> None:
        """Takes the sheet away, and what was written in it."""
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            sheet.close()

    def show(self, sheet: Sheet, does: Callable[[], None]) -> None:
        """Opens a sheet; `does` when a person presses its button."""
        self.close()
        self.sheet = sheet
        sheet.wanted.connect(does)
        sheet.finished.connect(lambda _result: self._forget(sheet))
        sheet.open()

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
            if self.sheet is sheet:
                self.close()
            self.told.emit(result or said)
            (then or self.working.again)()

        (self.keeper.long if long else self.keeper.short)(job, done, self.wrong)

    def wrong(self, error: BaseException) -> None:
        """Says in the sheet what is wrong, or on the desk when it has gone."""
        if self.sheet is not None:
            self.sheet.tell(faults.sentence(error))
        else:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Says on the desk what is wrong."""
        self.failed.emit(error)

    def _forget(self, sheet: Sheet) -> None:
        if self.sheet is sheet:
            self.sheet = None
