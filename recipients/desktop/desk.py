"""The desk itself: what is due, three quiet panes, and below them what the network has to do with it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from recipients.desktop.case import Case
from recipients.desktop.caselist import CaseList
from recipients.desktop.casepane import History, Notes, Standing
from recipients.desktop.editor import Editor
from recipients.desktop.filters import Filters
from recipients.desktop.look import Look
from recipients.desktop.notices import Notices
from recipients.desktop.reading import Reading
from recipients.desktop.strip import DueStrip, SyncStrip


class Desk(QWidget):
    """The page."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.due = DueStrip(look)
        self.notices = Notices(look)
        self.filters = Filters(look)
        self.list = CaseList(look)
        self.reading = Reading(look)
        self.editor = Editor(look)
        self.network = SyncStrip(look)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        left = QWidget()
        stack = QVBoxLayout(left)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.filters)
        stack.addWidget(self.list, 1)
        self.standing, self.notes, self.history = Standing(look), Notes(look), History(look)
        self.side = QTabWidget()
        self.side.setAccessibleName("Work on this concern")
        self.side.tabBar().setAccessibleName("Work on this concern")
        for widget, title in (
            (self.editor, "&Reply"),
            (self.standing, "C&ase"),
            (self.notes, "N&otes"),
            (self.history, "&History"),
        ):
            self.side.addTab(widget, title)
        self.work = QSplitter(Qt.Orientation.Horizontal)
        for splitter, panes in ((self.work, (self.reading, self.side)), (self.panes, (left, self.work))):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
            for pane in panes:
                splitter.addWidget(pane)
        self.work.setStretchFactor(0, 5)
        self.work.setStretchFactor(1, 3)
        self.panes.setStretchFactor(1, 1)
        self._left = left
        self.arrange()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.due)
        column.addWidget(self.notices)
        column.addWidget(self.panes, 1)
        column.addWidget(self.network)

    def arrange(self) -> None:
        """Gives each pane room for its text: where three do not fit beside one another, two stand one below the other.

        That is so in a small window, and in a large one with large text.
        """
        px = self._look.px
        narrow = self.width() < px(980)
        self.work.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        self._left.setMinimumWidth(px(190 if narrow else 230))
        self.reading.setMinimumWidth(px(300))
        self.side.setMinimumWidth(px(340))
        self.panes.setSizes([px(210 if narrow else 290), max(self.width() - px(290), 1)])
        # Reading has the larger share: it is what the desk is for.
        self.work.setSizes([500, 500] if narrow else [600, 400])
        self._narrow = narrow

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Arranges anew where the room has become too small, or large enough again."""
        super().resizeEvent(event)
        if self._narrow != (self.width() < self._look.px(980)):
            self.arrange()

    def show_case(self, case: Case, today: int) -> None:
        """Shows a case on every pane."""
        self.reading.show_case(case, today)
        self.editor.show_case(case, today)
        self.refresh_case(case, today)
        for pane in (self.standing, self.notes, self.history):
            pane.setEnabled(True)

    def refresh_case(self, case: Case, today: int) -> None:
        """Shows what has changed about a case, and leaves the reply being written alone."""
        self.editor.allow(case)
        self.standing.show_case(case, today)
        self.notes.show_notes(case.notes, today)
        self.history.show_case(case, today)

    def forget(self) -> None:
        """Takes the case off the panes at the side."""
        self.editor.clear()
        self.notes.clear()
        self.history.setPlainText("")
        for pane in (self.standing, self.notes, self.history):
            pane.setEnabled(False)

    def clear(self) -> None:
        """Takes everything off the desk."""
        self.list.show_rows([], None)
        self.reading.clear()
        self.forget()
        self.filters.typed.clear()
        self.notices.clear()
        self.due.show_next(None, any_cases=True)
        self.due.show_asked(0)
