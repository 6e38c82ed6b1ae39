"""The desk itself: what is due, three quiet panes, and below them what the network has to do with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from recipients.desktop.caselist import CaseList
from recipients.desktop.editor import Editor
from recipients.desktop.look import Look
from recipients.desktop.plain import button, label
from recipients.desktop.reading import Reading
from recipients.desktop.strip import DueStrip, SyncStrip


class Notices(QFrame):
    """What a person has to be told and has not yet acknowledged: one notice at a time, the gravest first."""

    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._waiting: list[str] = []
        self.text = label("", "care")
        self.seen = button("&Understood", name="I have understood this notice")
        self.seen.clicked.connect(self._next)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(16), look.px(6), look.px(16), look.px(6))
        row.addWidget(self.text, 1)
        row.addWidget(self.seen)
        self.clear()

    def add(self, texts: list[str]) -> None:
        """Adds what is not there yet."""
        self._waiting += [one for one in texts if one not in self._waiting]
        self._show()

    def clear(self) -> None:
        """Forgets all of them."""
        self._waiting = []
        self._show()

    def _next(self) -> None:
        self._waiting = self._waiting[1:]
        self._show()
        if not self._waiting:
            self.closed.emit()

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        self.text.setText(self._waiting[0] if self._waiting else "")
        self.text.setAccessibleName(self.text.text())


class Desk(QWidget):
    """The page."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.due = DueStrip(look)
        self.notices = Notices(look)
        self.list = CaseList(look)
        self.reading = Reading(look)
        self.editor = Editor(look)
        self.network = SyncStrip(look)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setChildrenCollapsible(False)
        for pane, least in ((self.list, 220), (self.reading, 320), (self.editor, 300)):
            pane.setMinimumWidth(least)
            self.panes.addWidget(pane)
        self.panes.setStretchFactor(0, 2)
        self.panes.setStretchFactor(1, 5)
        self.panes.setStretchFactor(2, 3)
        self.panes.setSizes([look.px(280), look.px(560), look.px(380)])
        self.panes.setHandleWidth(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.due)
        column.addWidget(self.notices)
        column.addWidget(self.panes, 1)
        column.addWidget(self.network)

    def clear(self) -> None:
        """Takes everything off the desk."""
        self.list.show_rows([], None)
        self.reading.clear()
        self.editor.clear()
        self.notices.clear()
        self.due.show_next(None, any_cases=True)
