"""Shares of trustees: shown one by one to be copied by hand, and typed in again when a passphrase is lost."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from recipients.desktop import faults
from recipients.desktop.look import Look
from recipients.desktop.plain import button, label, name
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.vault import recovery

_ABOUT = (
    "Copy each share by hand onto paper of its own, and give it to one person. Do not print, photograph or store the "
    "words. Nobody else should see this screen. Each share is shown once; when you close this early, make new ones."
)
_KEPT = "All {of} shares are on paper; {need} of them are enough. They are stored nowhere. Earlier ones are void now."
_COLUMNS = 3


class Shares(WorkSheet):
    """Each share by itself: covered, shown, copied, then the next one. `copied` tells what to say after the last."""

    copied = Signal(str)

    def __init__(self, look: Look, shares: list[str], need: int, parent: QWidget | None = None) -> None:
        super().__init__(look, "Shares for trustees", _ABOUT, "", parent)
        self._left, self._of, self._need = list(shares), len(shares), need
        self.which = label("", "heading")
        self.show_ = button("&Show it", "main")
        self.on_paper = QCheckBox("This share is on &paper, and I have compared every word")
        name(self.on_paper, "This share is on paper, and I have compared every word")
        self.next = button("&Next share", "main")
        self.words: list[QLabel] = [label("", wrap=False) for _ in range(33)]
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setHorizontalSpacing(look.px(28))
        rows = len(self.words) // _COLUMNS
        for place, one in enumerate(self.words):
            one.setProperty("part", "heading")
            grid.addWidget(one, place % rows, place // rows)
        self.add(self.which)
        self.row(self.show_)
        self.add(self._grid, self.on_paper)
        self.row(self.next)
        self.fields.addStretch(1)
        self.fit(460)
        self.show_.clicked.connect(self._uncover)
        self.on_paper.toggled.connect(self.next.setEnabled)
        self.next.clicked.connect(self._next)
        self._cover()

    def _cover(self) -> None:
        at = self._of - len(self._left) + 1
        self.which.setText(f"Share {at} of {self._of}; {self._need} are needed")
        self.next.setText("&Next share" if len(self._left) > 1 else "&Done")
        self._tell_words([])
        for one in (self._grid, self.on_paper, self.next):
            one.setVisible(False)
        self.on_paper.setChecked(False)
        self.next.setEnabled(False)
        self.show_.setVisible(True)
        self.show_.setFocus()

    def _uncover(self) -> None:
        self._tell_words(self._left[0].split())
        for one in (self._grid, self.on_paper, self.next):
            one.setVisible(True)
        self.show_.setVisible(False)
        self.on_paper.setFocus()

    def _tell_words(self, words: list[str]) -> None:
        for place, one in enumerate(self.words):
            one.setText(f"{place + 1:2}  {words[place]}" if words else "")
        # All of them in one go, for a screen reader.
        self._grid.setFocusPolicy(Qt.FocusPolicy.TabFocus if words else Qt.FocusPolicy.NoFocus)
        name(self._grid, f"The words of this share: {' '.join(words)}" if words else "")

    def _next(self) -> None:
        self._left.pop(0)
        if self._left:
            self._cover()
        else:
            self._tell_words([])
            self.copied.emit(_KEPT.format(of=self._of, need=self._need))


class Typed(QWidget):
    """Shares typed in, one after the other; each is checked at once, while its trustee is still there."""

    def __init__(self, sheet: WorkSheet) -> None:
        super().__init__(sheet)
        self._sheet = sheet
        self.shares: list[str] = []
        self.line, self.add = QLineEdit(), button("A&dd this share", name="Check this share and add it")
        self.come = label("No share has been added yet.", "faint")
        title = label("A &share, all of its 33 words", wrap=False)
        title.setBuddy(self.line)
        name(self.line, "A share, all of its 33 words", "Small or large letters; one space between two words.")
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addWidget(self.come, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(title)
        column.addWidget(self.line)
        column.addLayout(row)
        self.add.clicked.connect(self._add)
        self.line.returnPressed.connect(self._add)
        sheet.add(self)

    def _add(self) -> None:
        typed = " ".join(self.line.text().lower().split())
        try:
            need = recovery.need(typed)
        except GuardianError as error:
            self._sheet.tell(faults.sentence(error))
            return
        self._sheet.tell("")
        if typed not in self.shares:
            self.shares.append(typed)
        self.line.clear()
        left = need - len(self.shares)
        more = f"Ask {left} more." if left > 0 else "That is enough."
        self.come.setText(f"{len(self.shares)} of {need} shares are here. {more}")
