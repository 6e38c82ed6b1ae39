"""The right pane: a reply. Its words, how far things are, what happens next and by when, and when all that leaves."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from crypto import reply
from crypto.encoding import utf8
from recipients.casework import notes
from recipients.casework.templates import Template
from recipients.desktop.case import Case
from recipients.desktop.fields import day_of, options, qdate
from recipients.desktop.look import Look
from recipients.desktop.plain import button, label, name, quoted
from recipients.replies import MAX_TEXT, Draft

_PAUSE = 400  # milliseconds without a key before the day of leaving is worked out anew
_WEEK = 7
_STATUSES = {
    "": "Leave it as it is",
    "received": "Received",
    "assessed": "Assessed",
    "addressed": "Being addressed",
    "concluded": "Concluded",
}
_ASKS = {"": "Nothing", "check-in": "How are you?", "feedback": "Would you speak up again?"}
LANGUAGES = {
    "en": "English",
    "ar": "Arabic",
    "cy": "Welsh",
    "hi": "Hindi",
    "ml": "Malayalam",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "tl": "Tagalog",
    "ur": "Urdu",
}


class Editor(QWidget):
    """The pane. `changed` after a pause in typing; `wanted` when a person wants the reply signed and queued."""

    changed = Signal()
    wanted = Signal()
    dropped = Signal()
    begun = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.changed)
        self._make()
        self._arrange()
        self.clear()

    def clear(self) -> None:
        """Empties everything and allows nothing."""
        self.empty()
        self.setEnabled(False)
        self.leaving.setText("")

    def empty(self) -> None:
        """Empties the fields for a new reply."""
        self.text.setPlainText("")
        self.step.setText("")
        self.dated.setChecked(False)
        self.again.setChecked(False)
        for box in (self.status, self.ask):
            box.setCurrentIndex(0)
        self._limit()

    def allow(self, case: Case) -> None:
        """Allows a reply where this guardian may answer: not in a copy, and not when it was handed over."""
        self.setEnabled(case.case.thread is not None and case.case.role == "ours")

    def show_case(self, case: Case, today: int) -> None:
        """Makes ready for a reply to this case."""
        self.allow(case)
        self.again.setVisible(bool(case.case.partial))
        first = qdate(today)
        self.day.setMinimumDate(first)
        self.day.setDate(qdate(today + _WEEK))
        heads = [one.content.head for one in case.incoming if one.content is not None]
        place = self.language.findData(heads[-1].language if heads else "en")
        self.language.setCurrentIndex(max(place, 0))
        if case.draft is not None:
            self.restore(case.draft)
        self._pause.stop()

    def fields(self) -> dict[str, str]:
        """What is kept of a draft besides its text."""
        return {
            "status": str(self.status.currentData()),
            "ask": str(self.ask.currentData()),
            "language": str(self.language.currentData()),
            "step": self.step.text(),
            "day": str(day_of(self.day.date())) if self.dated.isChecked() else "",
        }

    @property
    def blank(self) -> bool:
        """Whether nothing has been written that would be missed."""
        kept = self.fields()
        return not self.text.toPlainText().strip() and not any(kept[one] for one in ("status", "ask", "step", "day"))

    def restore(self, kept: notes.Draft) -> None:
        """Puts a kept draft back into the fields."""
        self.text.setPlainText(kept.text)
        for box, key in ((self.status, "status"), (self.ask, "ask"), (self.language, "language")):
            box.setCurrentIndex(max(box.findData(kept.fields.get(key, "")), 0))
        self.step.setText(kept.fields.get("step", ""))
        day = kept.fields.get("day", "")
        self.dated.setChecked(day.isdecimal())
        if day.isdecimal():
            self.day.setDate(qdate(int(day)))

    def offer(self, found: list[Template]) -> None:
        """Offers templates to begin with."""
        self.begin.clear()
        self.begin.addItem("Begin with…", None)
        for one in found:
            self.begin.addItem(f"{quoted(one.title, 60)} ({one.language})", one)

    def fill(self, draft: Draft) -> None:
        """Puts a template's words below what is there, with its next step."""
        written = self.text.toPlainText().rstrip()
        self.text.setPlainText(f"{written}\n\n{draft.text}" if written else draft.text)
        for box, value in ((self.status, draft.status), (self.ask, draft.ask), (self.language, draft.language)):
            box.setCurrentIndex(max(box.findData(value or ""), 0))
        if draft.next is not None:
            self.dated.setChecked(True)
            self.step.setText(draft.next.what)
            self.day.setDate(qdate(draft.next.day))
        self.text.setFocus()

    def _begun(self, place: int) -> None:
        chosen = self.begin.itemData(place)
        self.begin.setCurrentIndex(0)
        if chosen is not None:
            self.begun.emit(chosen)

    def draft(self) -> Draft:
        """What has been written so far."""
        step = self.step.text().strip()
        following = reply.Next(day=day_of(self.day.date()), what=step) if self.dated.isChecked() and step else None
        return Draft(
            text=self.text.toPlainText(),
            language=str(self.language.currentData()),
            status=str(self.status.currentData()) or None,
            next=following,
            ask=str(self.ask.currentData()) or None,
            ask_again=self.again.isChecked() and self.again.isVisibleTo(self),
        )

    def tell(self, text: str, tone: str = "faint") -> None:
        """Says when this leaves, or why it cannot."""
        self.leaving.setText(text)
        if self.leaving.property("part") != tone:
            self.leaving.setProperty("part", tone)
            self.leaving.style().unpolish(self.leaving)
            self.leaving.style().polish(self.leaving)

    def _make(self) -> None:
        self.text = QPlainTextEdit()
        name(self.text, "Your reply", "Never quote the report: whoever gets hold of the codename can read your reply.")
        self.text.setTabChangesFocus(True)
        self.begin = QComboBox()
        name(self.begin, "Begin with a template", "Its words are put below what you have written.")
        self.begin.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.begin.setMinimumContentsLength(12)
        self.begin.activated.connect(self._begun)
        self.text.setPlaceholderText("Thank them. Say what you will do, and what you cannot. Never quote the report.")
        self.status, self.ask, self.language = options(_STATUSES), options(_ASKS), options(LANGUAGES)
        name(self.status, "How far things are")
        name(self.ask, "Ask them")
        name(self.language, "Language of your reply")
        self.dated = QCheckBox("What happens &next, and by when")
        name(self.dated, "Say what happens next, and by when")
        self.step, self.day = QLineEdit(), QDateEdit()
        name(self.step, "What happens next")
        self.step.setPlaceholderText("I will write to you again")
        self.step.setMaxLength(160)
        name(self.day, "By which day")
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("dddd d MMMM yyyy")
        self.again = QCheckBox("Ask for the missing pieces &again")
        name(self.again, "Ask for the missing pieces again")
        self.leaving = label("", "faint")
        self.room = label("", "care")
        self.send = button("&Sign and queue", "main", name="Sign this reply and put it in the queue")
        self.send.clicked.connect(self.wanted)
        self.drop = button("&Throw draft away", "link", name="Throw this draft away")
        self.drop.clicked.connect(self.dropped)
        self.dated.toggled.connect(self._dated)
        self._dated(False)
        self.text.textChanged.connect(self._typed)
        for box in (self.status, self.ask, self.language):
            box.currentIndexChanged.connect(self._typed)
        self.step.textChanged.connect(self._typed)
        self.day.dateChanged.connect(self._typed)
        self.dated.toggled.connect(self._typed)
        self.again.toggled.connect(self._typed)

    def _arrange(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        px = self._look.px
        column.setContentsMargins(px(18), px(12), px(18), px(12))
        column.setSpacing(px(8))
        column.addWidget(self.begin)
        column.addWidget(self.text, 1)
        self.text.setMinimumHeight(px(160))
        column.addWidget(self.room)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for line, (text, box) in enumerate(
            (("Stat&us", self.status), ("As&k them", self.ask), ("Lan&guage", self.language))
        ):
            title = label(text, wrap=False)
            title.setBuddy(box)
            grid.addWidget(title, line, 0)
            grid.addWidget(box, line, 1)
        column.addLayout(grid)
        for widget in (self.dated, self.step, self.day, self.again, self.leaving):
            column.addWidget(widget)
        column.addWidget(self.send)
        column.addWidget(self.drop)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setAccessibleName("Reply")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _dated(self, on: bool) -> None:
        self.step.setVisible(on)
        self.day.setVisible(on)

    def _typed(self) -> None:
        self._limit()
        self._pause.start()

    def _limit(self) -> None:
        left = MAX_TEXT - len(utf8(self.text.toPlainText()))
        self.room.setVisible(left < MAX_TEXT // 10)
        over = f"{-left:,} bytes too long. Please send it in two parts."
        self.room.setText(f"Room for {left:,} bytes more." if left >= 0 else over)
