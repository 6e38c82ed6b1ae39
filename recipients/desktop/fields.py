"""Fields that several sheets have: choices, days, numbers, secrets, and room for words. Lists stand in `lists`."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from PySide6.QtCore import QDate, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from recipients.casework import quarters
from recipients.desktop.look import Look
from recipients.desktop.plain import name, quoted

_EPOCH = date(1970, 1, 1).toordinal()

V = TypeVar("V", str, bytes)


def options(given: Mapping[V, str], chosen: V | None = None) -> QComboBox:
    """A choice of values (keys) by their words."""
    made = QComboBox()
    # A long answer is cut rather than pushing a window wider than the screen; the open list shows all of it.
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(18)
    for value, text in given.items():
        made.addItem(text, value)
    made.setCurrentIndex(max(made.findData(chosen), 0) if given else -1)
    return made


def guardians(found: Iterable[tuple[bytes, str]]) -> QComboBox:
    """Guardians (their g, 16 bytes) to choose one of; their names are other people's words."""
    return options({g: quoted(said, 120) for g, said in found})


def quarter(today: int, *, back: int = 0, count: int = 8) -> QComboBox:
    """Quarters that are over, the newest first; `back` leaves out so many of the newest."""
    return options({one: one for one in over(today, back + count)[back:]})


def over(today: int, count: int = 8) -> list[str]:
    """The last quarters that are over, the newest first."""
    found = [quarters.before(quarters.quarter_of(today))]
    while len(found) < count:
        found.append(quarters.before(found[-1]))
    return found


def number(least: int, most: int, value: int, after: str = "") -> QSpinBox:
    """A field for a number."""
    made = QSpinBox()
    made.setRange(least, most)
    made.setValue(value)
    made.setSuffix(after)
    return made


def secret(said: str = "") -> QLineEdit:
    """A field for a passphrase: dots, and nothing that the system's input methods could learn or send."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setInputMethodHints(
        Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText
    )
    if said:
        name(made, said)
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
