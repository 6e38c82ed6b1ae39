"""Fields that several sheets have: choices, days, room for words, other guardians to choose from, and lists to read."""

from collections.abc import Iterable, Mapping
from datetime import date

from PySide6.QtCore import QDate, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from recipients.casework.colleagues import Colleague
from recipients.desktop.look import Look
from recipients.desktop.plain import as_tip, name, quoted
from recipients.words.cases import colleague

_EPOCH = date(1970, 1, 1).toordinal()


def options(given: Mapping[str, str], chosen: str | None = None) -> QComboBox:
    """A choice of values (keys) by their words."""
    made = QComboBox()
    # A long answer is cut rather than pushing a window wider than the screen; the open list shows all of it.
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(18)
    for value, text in given.items():
        made.addItem(text, value)
    made.setCurrentIndex(max(made.findData(chosen), 0) if given else -1)
    return made


def lines(look: Look, text: str = "", most: int = 90, *, least: int = 60) -> QPlainTextEdit:
    """Room for some lines of words; Tab goes on to the next field."""
    made = QPlainTextEdit(text)
    made.setTabChangesFocus(True)
    made.setMinimumHeight(look.px(least))
    made.setMaximumHeight(look.px(most))
    return made


def day_field(day: int, first: int | None = None, last: int | None = None) -> QDateEdit:
    """A field for a UTC day, between two others."""
    made = QDateEdit()
    made.setCalendarPopup(True)
    made.setDisplayFormat("dddd d MMMM yyyy")
    if first is not None:
        made.setMinimumDate(qdate(first))
    if last is not None:
        made.setMaximumDate(qdate(last))
    made.setDate(qdate(day))
    return made


def qdate(day: int) -> QDate:
    """A UTC day as Qt has it."""
    one = date.fromordinal(_EPOCH + day)
    return QDate(one.year, one.month, one.day)


def day_of(one: QDate) -> int:
    """The UTC day."""
    return date(one.year(), one.month(), one.day()).toordinal() - _EPOCH


class Lines(QListWidget):
    """A list of lines that wrap. Each may carry a value; a line that cannot be chosen is shown faint."""

    def __init__(self, look: Look, least: int = 120) -> None:
        super().__init__()
        self.setWordWrap(True)
        # Colours tell the lines apart: with room between them Qt reckons with another width, and cuts a word off.
        self.setAlternatingRowColors(True)
        self.setMinimumHeight(look.px(least))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def put(self, text: str, value: object = None, *, allowed: bool = True) -> QListWidgetItem:
        """Adds a line."""
        item = QListWidgetItem(text)
        item.setToolTip(as_tip(text))
        item.setData(Qt.ItemDataRole.UserRole, value)
        if not allowed:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(item)
        return item

    def fill(self, texts: Iterable[str]) -> None:
        """Shows these lines instead, to read."""
        self.clear()
        for one in texts:
            self.put(one)

    def chosen(self) -> object:
        """The value of the line that is chosen; None when there is none, or it may not be chosen."""
        found = [one for one in self.selectedItems() if one.flags() & Qt.ItemFlag.ItemIsEnabled]
        return found[0].data(Qt.ItemDataRole.UserRole) if found else None


class People(Lines):
    """Other guardians, each with what there is to know. Whom the person excludes is shown, and cannot be chosen."""

    def __init__(self, look: Look, found: Iterable[Colleague], today: int) -> None:
        super().__init__(look)
        for one in found:
            said = colleague(one, today)
            text = f"{quoted(one.name, 120)}, {quoted(one.role, 160)}"
            self.put(f"{text}: {said}." if said else text, one.g, allowed=not one.excluded)

    def guardian(self) -> bytes | None:
        """The g (16 bytes) of the one chosen."""
        found = self.chosen()
        return found if isinstance(found, bytes) else None


class Ticks(Lines):
    """Lines to tick."""

    def offer(self, text: str, value: object, *, on: bool = False) -> None:
        """Adds a line that can be ticked."""
        item = self.put(text, value)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def ticked(self) -> list[object]:
        """The values of those that are."""
        items = [self.item(number) for number in range(self.count())]
        return [one.data(Qt.ItemDataRole.UserRole) for one in items if one.checkState() == Qt.CheckState.Checked]


class Words(QTextEdit):
    """A pane of other people's words, to read with the keyboard too. Fill it with a `Page`."""

    def __init__(self, look: Look, said: str, least: int = 160) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setMinimumHeight(look.px(least))
        name(self, said)


class Room(QScrollArea):
    """Room for fields: as high as they are, as far as the screen allows; beyond that they are scrolled."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        inside = self._inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, look.px(4), 0)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def reached(self) -> list[QWidget]:
        """The fields that take the keyboard, in their order."""
        found = [one for one in self._inside.children() if isinstance(one, QWidget)]
        return [one for one in found if one.focusPolicy() & Qt.FocusPolicy.TabFocus]

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Where there is too little room, fields are scrolled and not squeezed: the style's least is not a day's."""
        super().showEvent(event)
        self._inside.setMinimumHeight(self.column.sizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802
        """What the fields need, and at most half of the screen's height."""
        needed = self.column.minimumSize()
        width = max(needed.width(), self._look.px(480))
        height = self.column.totalHeightForWidth(width) if self.column.hasHeightForWidth() else -1
        most = self.screen().availableGeometry().height() // 2
        return QSize(width, min(max(height, self.column.sizeHint().height()), most))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As wide as the fields must be."""
        return QSize(self.column.minimumSize().width(), min(self.sizeHint().height(), self._look.px(220)))
