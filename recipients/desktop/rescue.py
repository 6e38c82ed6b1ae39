"""From the locked screen: a vault brought back from a backup, and a lost passphrase replaced with trustees' shares."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QLineEdit

from recipients.desktop.drawer import Drawer, old_file
from recipients.desktop.fields import secret
from recipients.desktop.longwork import Longwork
from recipients.desktop.plain import button, name
from recipients.desktop.trustees import Typed
from recipients.desktop.vaultacts import DIFFER
from recipients.desktop.worksheet import WorkSheet
from recipients.vault import backup, recovery
from recipients.words.saved import COST

_RESCUE = (
    "With the shares of enough trustees this vault gets a new passphrase, and everything in it stays. Ask each of them "
    "to read their 33 words to you, or to type them."
)
_RESCUED = "The vault has a new passphrase: type it now. If others heard the shares, make new ones afterwards."
_RESTORE = (
    "Makes a vault of a backup, in a new place. Never use two copies: delete the other one if you still have it. "
    f"{COST}"
)
_RESTORED = "The vault is back. Open it, then sync."
_NO_SHARE = "No share has been added yet. Nothing was changed. Add enough of them first."
_NO_FILE = "Choose the backup first. Nothing was made."


class Rescue:
    """What the locked screen offers besides opening. `use` is told the folder of a vault that was brought back."""

    def __init__(self, drawer: Drawer, use: Callable[[Path], None], say: Callable[[str], None]) -> None:
        self._drawer, self._look, self._use, self._say = drawer, drawer.look, use, say

    def recover(self, vault: Path) -> None:
        """Gives the vault in a folder a new passphrase."""
        sheet = self._sheet("The passphrase is lost", _RESCUE, "&Set the new passphrase")
        typed, new, again = Typed(sheet), secret(), secret()
        sheet.ask("A new &passphrase", new, "At least 12 characters.")
        sheet.ask("The new one &again", again)

        def recover() -> None:
            shares, passphrase = list(typed.shares), new.text()
            if not shares or passphrase != again.text():
                sheet.tell(DIFFER if shares else _NO_SHARE)
                return
            self._drawer.apart(
                sheet,
                Longwork(),
                lambda: recovery.recover(vault, shares, passphrase),
                lambda _none: self._ended(sheet, vault, _RESCUED),
            )

        self._drawer.open(sheet, recover)

    def restore(self, vault: Path) -> None:
        """Makes a vault of a backup, at a folder that a person may change."""
        sheet = Restore(self._drawer, vault)

        def restore() -> None:
            fault = sheet.missing()
            if fault:
                sheet.tell(fault)
                return
            file, to = Path(sheet.file.text()).expanduser(), Path(sheet.to.text()).expanduser()
            shares = list(sheet.typed.shares) if sheet.lost.isChecked() else []
            passphrase = sheet.passphrase.text()
            self._drawer.apart(
                sheet,
                Longwork(),
                lambda: backup.bring_back(file, to, passphrase, shares),
                lambda _none: self._ended(sheet, to, _RESTORED),
            )

        self._drawer.open(sheet, restore)

    def _ended(self, sheet: WorkSheet, vault: Path, said: str) -> None:
        if self._drawer.shows(sheet):
            self._drawer.close()
        self._use(vault)
        self._say(said)

    def _sheet(self, title: str, about: str, go_on: str) -> WorkSheet:
        return WorkSheet(self._look, title, about, go_on, self._drawer.over)


class Restore(WorkSheet):
    """Which backup, where to, and what opens it: the passphrase of its day, or shares and a new passphrase."""

    def __init__(self, drawer: Drawer, vault: Path) -> None:
        super().__init__(drawer.look, "Bring a vault back from a backup", _RESTORE, "&Bring it back", drawer.over)
        self.file, self.to = QLineEdit(), QLineEdit(str(vault))
        choose = button("C&hoose…", name="Choose the backup")
        choose.clicked.connect(self._choose)
        self.ask("The &backup", self.file)
        self.row(choose)
        self.ask("The new vault’s &folder", self.to, "It must be empty, or not there yet.")
        self.lost = QCheckBox("The passphrase is &lost: use the shares of trustees")
        name(self.lost, "The passphrase is lost: use the shares of trustees")
        self.add(self.lost)
        self.typed, self.passphrase, self.again = Typed(self), secret(), secret()
        self._title = self.ask("The &passphrase", self.passphrase)
        self._again = self.ask("The new one &again", self.again)
        self.lost.toggled.connect(self._switch)
        self.fit(470)
        self._switch(False)

    def missing(self) -> str:
        """What is still to be filled in."""
        if not self.file.text().strip():
            return _NO_FILE
        if not self.lost.isChecked():
            return ""
        if not self.typed.shares:
            return _NO_SHARE
        return DIFFER if self.passphrase.text() != self.again.text() else ""

    def _switch(self, on: bool) -> None:
        for one in (self.typed, self.again, self._again):
            one.setVisible(on)
        title = "A new &passphrase" if on else "The &passphrase of the day of the backup"
        self._title.setText(title)
        name(self.passphrase, title.replace("&", ""))

    def _choose(self) -> None:
        found = old_file(self, "Which backup")
        if found is not None:
            self.file.setText(str(found))
