"""The desk itself: what is due, three quiet panes, and below them what the network has to do with it."""

from PySide6.QtCore import Qt
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
        self.due = DueStrip(look)
        self.notices = Notices(look)
        self.filters = Filters(look)
        self.list = CaseList(look)
        self.reading = Reading(look)
        self.editor = Editor(look)
        self.network = SyncStrip(look)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setChildrenCollapsible(False)
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
        for pane, least in ((left, 230), (self.reading, 320), (self.side, 330)):
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

    def show_case(self, case: Case, today: int) -> None:
        """Shows a case on every pane."""
        self.reading.show_case(case, today)
        self.editor.show_case(case, today)
        self.refresh_case(case, today)
        for pane in (self.standing, self.notes, self.history):
            pane.setEnabled(True)

    def refresh_case(self, case: Case, today: int) -> None:
        """Shows what has changed about a case, and leaves the reply being written alone."""
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
