"""Beside the reply: how a case stands, what is due in it, private notes, and its history."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from recipients.casework import taxonomy
from recipients.casework.notes import Note
from recipients.desktop import history
from recipients.desktop.case import Case
from recipients.desktop.look import Look
from recipients.desktop.page import Page
from recipients.desktop.plain import as_tip, button, label, name, quoted
from recipients.desktop.rows import STATES, URGENCIES, due_text
from recipients.words.days import weekday_text


class Standing(QScrollArea):
    """State, urgency and categories. `changed` tells what (state, urgency, categories) and to what."""

    changed = Signal(str, object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("How this concern stands")
        self.state, self.urgency = QComboBox(), QComboBox()
        for value in ("received", "assessed", "addressed"):
            self.state.addItem(STATES[value], value)
        for value, text in URGENCIES.items():
            self.urgency.addItem(text, value)
        name(self.state, "State")
        name(self.urgency, "Urgency")
        self.categories = QListWidget()
        name(self.categories, "Categories", "Space ticks a category; several may apply.")
        for value, text in taxonomy.CATEGORIES.items():
            self.categories.addItem(_category(value, text))
        self.categories.setWordWrap(True)
        self.categories.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.due = label("")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(look.px(18), look.px(12), look.px(18), look.px(12))
        column.addWidget(label("What is due", "heading"))
        column.addWidget(self.due)
        form = QGridLayout()
        form.setColumnStretch(1, 1)
        for line, (text, box) in enumerate((("S&tate", self.state), ("&Urgency", self.urgency))):
            title = label(text, wrap=False)
            title.setBuddy(box)
            form.addWidget(title, line, 0)
            form.addWidget(box, line, 1)
        column.addLayout(form)
        column.addWidget(label("What it is about", "heading"))
        column.addWidget(self.categories, 1)
        self.setWidget(inside)
        self.state.activated.connect(lambda _place: self.changed.emit("state", self.state.currentData()))
        self.urgency.activated.connect(lambda _place: self.changed.emit("urgency", self.urgency.currentData()))
        self.categories.itemChanged.connect(lambda _item: self.changed.emit("categories", self._ticked()))

    def show_case(self, case: Case, today: int) -> None:
        """Shows a case as it is."""
        self.due.setText("\n".join(due_text(one.what, one.day, today) for one in case.due) or "Nothing is due.")
        place = self.state.findData(case.case.state)
        self.state.setCurrentIndex(place)
        self.state.setEnabled(place >= 0)
        self.urgency.setCurrentIndex(self.urgency.findData(case.case.urgency))
        self.categories.blockSignals(True)
        for number in range(self.categories.count()):
            item = self.categories.item(number)
            on = item.data(Qt.ItemDataRole.UserRole) in case.case.categories
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.categories.blockSignals(False)

    def _ticked(self) -> list[str]:
        items = [self.categories.item(number) for number in range(self.categories.count())]
        return [one.data(Qt.ItemDataRole.UserRole) for one in items if one.checkState() == Qt.CheckState.Checked]


class Notes(QWidget):
    """Private notes. `added` tells the words; `deleted` and `restored` the number of a note."""

    added = Signal(str)
    deleted = Signal(int)
    restored = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._gone: int | None = None
        self.list = QListWidget()
        name(self.list, "Your private notes", "Nobody else ever sees them.")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text = QPlainTextEdit()
        name(self.text, "A new private note")
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText("A note for yourself. Nobody else ever sees it.")
        self.text.setMaximumHeight(look.px(120))
        self.keep = button("&Keep note", "main", name="Keep this note")
        self.delete = button("&Delete", name="Delete the chosen note")
        self.undo = button("U&ndo", name="Bring the deleted note back")
        self.keep.clicked.connect(lambda: self.added.emit(self.text.toPlainText()))
        self.delete.clicked.connect(self._delete)
        self.undo.clicked.connect(self._undo)
        self.list.currentRowChanged.connect(lambda place: self.delete.setEnabled(place >= 0))
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(18), look.px(12), look.px(18), look.px(12))
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(self.delete)
        row.addWidget(self.undo)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.text)
        column.addWidget(self.keep)
        self.undo.setVisible(False)
        self.delete.setEnabled(False)

    def show_notes(self, found: tuple[Note, ...], today: int) -> None:
        """Shows the notes that stand."""
        self.list.clear()
        for one in found:
            item = QListWidgetItem(f"{weekday_text(one.day, today)}: {quoted(one.text)}")
            item.setToolTip(as_tip(quoted(one.text, 2_000)))
            item.setData(Qt.ItemDataRole.UserRole, one.number)
            self.list.addItem(item)
        self.delete.setEnabled(False)

    def clear(self) -> None:
        """Forgets everything, what could be undone too."""
        self.list.clear()
        self.text.setPlainText("")
        self._gone = None
        self.undo.setVisible(False)

    def _delete(self) -> None:
        place = self.list.currentRow()
        if place >= 0:
            self._gone = int(self.list.item(place).data(Qt.ItemDataRole.UserRole))
            self.undo.setVisible(True)
            self.deleted.emit(self._gone)

    def _undo(self) -> None:
        if self._gone is not None:
            self.undo.setVisible(False)
            self.restored.emit(self._gone)
            self._gone = None


class History(QTextEdit):
    """The log of a case, to read."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setReadOnly(True)
        self.setProperty("part", "reading")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        name(self, "History of this concern")
        self.setPlaceholderText("Nothing has been done yet.")

    def show_case(self, case: Case, today: int) -> None:
        """Writes the log, the newest entry first."""
        page = Page(self._look)
        for line in reversed(case.log):
            heading, words = history.entry(line, case.people, today)
            page.heading(heading, 3)
            if words:
                with page.frame("border", "sheet"):
                    page.words(words)
        page.show_in(self)


def _category(value: str, text: str) -> QListWidgetItem:
    item = QListWidgetItem(text)
    item.setData(Qt.ItemDataRole.UserRole, value)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
    item.setCheckState(Qt.CheckState.Unchecked)
    return item
