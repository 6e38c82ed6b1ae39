"""What a person has to be told, until they have understood it; and deletes that can be undone."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from recipients.desktop.look import Look
from recipients.desktop.plain import button, label


class Notices(QFrame):
    """What a person has to be told and has not yet acknowledged: one notice at a time, the gravest first."""

    understood = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._waiting: list[str] = []
        self._undo: Callable[[], None] | None = None
        self.text = label("", "care")
        self.undo = button("Und&o", name="Undo this")
        self.undo.clicked.connect(self._undone)
        self.seen = button("&Understood", name="I have understood this notice")
        self.seen.clicked.connect(self._next)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(16), look.px(6), look.px(16), look.px(6))
        row.addWidget(self.text, 1)
        row.addWidget(self.undo)
        row.addWidget(self.seen)
        self.clear()

    def add(self, texts: list[str]) -> None:
        """Adds what is not there yet."""
        self._waiting += [one for one in texts if one not in self._waiting]
        self._show()

    def offer(self, text: str, undo: Callable[[], None]) -> None:
        """Says what was done, and offers to undo it; at once, before what waits."""
        self._waiting = [text, *self._waiting]
        self._undo = undo
        self._show()

    def clear(self) -> None:
        """Forgets all of them."""
        self._waiting = []
        self._undo = None
        self._show()

    def _undone(self) -> None:
        undo = self._undo
        self._next()
        if undo is not None:
            undo()

    def _next(self) -> None:
        self._undo = None
        self.understood.emit(self._waiting[0])
        self._waiting = self._waiting[1:]
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        self.text.setText(self._waiting[0] if self._waiting else "")
        self.undo.setVisible(self._undo is not None)
        self.text.setAccessibleName(self.text.text())
