"""Above the list: which concerns are shown. By number, day, state and category; never by words in them."""

import re

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from recipients.casework import taxonomy
from recipients.casework.book import Filter
from recipients.desktop.look import Look
from recipients.desktop.plain import name
from recipients.errors import GuardianError
from recipients.words.days import day_of, today

_OPEN = ("received", "assessed", "addressed")
_SHOW = (
    ("open", "Open concerns"),
    ("due", "Due within a week"),
    ("unread", "New"),
    ("answer", "Waiting for an answer"),
    ("concluded", "Concluded"),
    ("all", "All concerns"),
)
_ORDER = (("due", "What is due first"), ("touched", "Newest first"), ("number", "By number"))
_PAUSE = 150
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Filters(QWidget):
    """The controls. `changed` when another list is wanted."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.changed)
        self.typed = QLineEdit()
        self.typed.setPlaceholderText("Number, or day like 2026-01-31")
        self.typed.setClearButtonEnabled(True)
        self.typed.setMaxLength(64)
        name(self.typed, "Find a concern by its number or a day", "Words are looked for inside one concern only.")
        self.show_, self.about, self.order = (QComboBox() for _ in range(3))
        _fill(self.show_, _SHOW, "Which concerns are shown")
        _fill(self.about, (("", "About anything"), *taxonomy.CATEGORIES.items()), "What they are about")
        _fill(self.order, _ORDER, "Their order")
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(10), look.px(10), look.px(10), look.px(10))
        column.setSpacing(look.px(6))
        for widget in (self.typed, self.show_, self.about, self.order):
            column.addWidget(widget)
        self.typed.textChanged.connect(lambda _text: self._pause.start())
        for box in (self.show_, self.about, self.order):
            box.setMinimumContentsLength(8)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.currentIndexChanged.connect(lambda _place: self.changed.emit())

    def wanted(self) -> Filter:
        """What the controls say."""
        typed = self.typed.text().strip().lstrip("#")
        order = str(self.order.currentData())
        about = str(self.about.currentData())
        if typed.isascii() and typed.isdecimal() and len(typed) < 10:
            return Filter(numbers=(int(typed),))
        shown = str(self.show_.currentData())
        span = _span(typed)
        return Filter(
            states=_OPEN if shown == "open" else ("concluded",) if shown == "concluded" else (),
            categories=(about,) if about else (),
            due_by=today() + 7 if shown == "due" else None,
            unread=shown == "unread",
            answer_due=shown == "answer",
            erased=shown == "all",
            touched=span,
            order=order,
        )


def _span(typed: str) -> tuple[int, int] | None:
    """One day, or two with `..` between them."""
    found = _DAY.findall(typed)
    try:
        days = [day_of(one) for one in found[:2]]
    except GuardianError:
        return None
    return (min(days), max(days)) if days else None


def _fill(box: QComboBox, options: tuple[tuple[str, str], ...], said: str) -> None:
    for value, text in options:
        box.addItem(text, value)
    name(box, said)
