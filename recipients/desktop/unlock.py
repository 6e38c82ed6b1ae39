"""The way in: where the vault is, and its passphrase."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from recipients.desktop.fields import secret
from recipients.desktop.look import PICTURES, Look
from recipients.desktop.plain import OneLine, button, label, name


class Unlock(QWidget):
    """The page. `wanted` tells the folder and what was typed; `set_up` that a person has no vault yet.

    `lost`: the passphrase is, and trustees are to help; `restore`: a vault is to come out of a backup.
    """

    wanted = Signal(object, str)
    set_up = Signal()
    lost = Signal()
    restore = Signal()

    def __init__(self, look: Look, vault: Path) -> None:
        super().__init__()
        self._look = look
        self.vault = vault
        self.said = label("", "care")
        self.place = OneLine(str(vault), "faint")
        self.passphrase = secret()
        name(self.passphrase, "Passphrase", "Opens your vault on this computer. It is sent nowhere.")
        self.open = button("&Open", "main", name="Open the vault")
        self.choose = button("Another &folder…", name="Choose another vault's folder")
        self.new = button("I have &no vault yet", "link", name="Set up a new vault")
        self.rescue = button("The passphrase is &lost", "link", name="The passphrase is lost: use trustees’ shares")
        self.bring = button("Bring back a &backup", "link", name="Bring a vault back from a backup")
        self.rescue.clicked.connect(self.lost)
        self.bring.clicked.connect(self.restore)
        self.open.clicked.connect(self._open)
        self.passphrase.returnPressed.connect(self._open)
        self.choose.clicked.connect(self._choose)
        self.new.clicked.connect(self.set_up)
        self._arrange()
        self.tell("")

    def tell(self, text: str, part: str = "care") -> None:
        """Says why the vault is still shut; nothing for an empty text."""
        self.said.setText(text)
        self.said.setProperty("part", part)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.said.setVisible(bool(text))

    def use(self, vault: Path) -> None:
        """Takes another vault's folder."""
        self.vault = vault
        self.place.setText(str(vault))

    def wait(self) -> None:
        """While the passphrase is worked on."""
        self.open.setEnabled(False)
        self.open.setText("Opening…")
        self.passphrase.setEnabled(False)

    def ready(self) -> None:
        """For the next try."""
        self.open.setEnabled(True)
        self.open.setText("&Open")
        self.passphrase.setEnabled(True)
        self.passphrase.clear()
        self.passphrase.setFocus()

    def _arrange(self) -> None:
        inner = QVBoxLayout()
        px = self._look.px
        inner.setSpacing(px(12))
        inner.addStretch(2)
        mark = label("")
        mark.setPixmap(QIcon(str(PICTURES / "mark.svg")).pixmap(px(44), px(44)))
        mark.setAccessibleName("Candour")
        inner.addWidget(mark)
        inner.addWidget(label("Your desk is locked", "title"))
        inner.addWidget(label("Everything on it is sealed on this computer. Your passphrase opens it."))
        inner.addWidget(self.said)
        title = label("&Passphrase", "label", wrap=False)
        title.setBuddy(self.passphrase)
        inner.addWidget(title)
        inner.addWidget(self.passphrase)
        row = QHBoxLayout()
        row.addWidget(self.open)
        row.addStretch(1)
        inner.addLayout(row)
        inner.addStretch(1)
        inner.addWidget(label("The vault’s folder", "label"))
        inner.addWidget(self.place)
        below = QHBoxLayout()
        below.addWidget(self.choose)
        below.addWidget(self.new)
        below.addStretch(1)
        inner.addLayout(below)
        helped = QHBoxLayout()
        helped.addWidget(self.rescue)
        helped.addWidget(self.bring)
        helped.addStretch(1)
        inner.addLayout(helped)
        inner.addStretch(2)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        box = QWidget()
        box.setLayout(inner)
        # With large text in a small window it is higher than the window.
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(box)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMaximumWidth(px(600))
        outer.addWidget(area, 8)
        outer.addStretch(1)

    def _open(self) -> None:
        if self.open.isEnabled():
            self.wanted.emit(self.vault, self.passphrase.text())

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "The vault’s folder", str(self.vault.parent))
        if chosen:
            self.use(Path(chosen))
            self.tell("")
