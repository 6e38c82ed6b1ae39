"""Small windows over the desk for one act in a case: what was learned and the outcome, factors, words to look for.

A sheet stays open until what it asks for is done, and says in itself what is missing. It closes when the desk locks.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from recipients.casework import measures
from recipients.casework.facts import Facts
from recipients.casework.inside import Hit
from recipients.desktop.fields import Room, lines, options
from recipients.desktop.lists import Lines, Ticks
from recipients.desktop.look import Look
from recipients.desktop.plain import button, label, name, quoted
from recipients.words.cases import OUTCOMES
from recipients.words.days import weekday_text

_LEARNED = (
    ("happened", "What &happened?"),
    ("sense", "Why did it make &sense at the time?"),
    ("changed", "What has &changed since?"),
)
_KINDS = {"message": "In what was written to you", "private": "In a private note of yours"}


class Sheet(QDialog):
    """A title, what it is for, fields, what is wrong, and two buttons. `wanted` when the first is pressed."""

    wanted = Signal()

    def __init__(self, look: Look, title: str, about: str, go_on: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Candour")
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(look.px(520))
        self._look, self._ended = look, False
        self.go_on, self.leave = button(go_on, "main"), button("Cl&ose")
        self.go_on.clicked.connect(self.wanted)
        self.leave.clicked.connect(self.reject)
        self.fault = label("", "care")
        self.fault.setVisible(False)
        self.room = Room(look)
        self.fields = self.room.column
        column = QVBoxLayout(self)
        column.setSpacing(look.px(10))
        column.addWidget(label(title, "heading"))
        column.addWidget(label(about))
        column.addWidget(self.room, 1)
        column.addWidget(self.fault)
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.leave)
        self.buttons.addWidget(self.go_on)
        column.addLayout(self.buttons)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """The first field has the keyboard, and Tab goes through the fields before it comes to the buttons."""
        super().showEvent(event)
        self.settle()
        items = [self.buttons.itemAt(place) for place in range(self.buttons.count())]
        buttons = [one.widget() for one in items if one is not None]
        chain = [*self.reached(), *(one for one in buttons if one is not None)]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)
        chain[0].setFocus()

    def settle(self) -> None:
        """Room that is left over stands below the fields, not between them."""
        if not self._ended:
            self.fields.addStretch()
            self._ended = True

    def reached(self) -> list[QWidget]:
        """The fields that take the keyboard, in the order in which a person reads them."""
        return self.room.reached()

    def tell(self, words: str) -> None:
        """Says what is wrong, or nothing, and lets a person press again."""
        self.fault.setText(words)
        self.fault.setAccessibleName(words)
        self.fault.setVisible(bool(words))
        self.go_on.setEnabled(True)
        if words and self.isVisible():
            # Room for what is wrong beside the fields, not at their cost.
            self.resize(self.size().expandedTo(self.sizeHint()))

    def ask(self, title: str, field: QWidget, about: str = "") -> QLabel:
        """Adds a field below its title, and gives that; `&` before a letter goes to the field."""
        said = label(title, wrap=False)
        said.setBuddy(field)
        said.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        name(field, title.replace("&", ""), about)
        self.fields.addWidget(said)
        self.fields.addWidget(field)
        return said


class Conclude(Sheet):
    """Learning first, then how it ended, and why when not everything changed."""

    def __init__(self, look: Look, facts: Facts, parent: QWidget | None = None) -> None:
        about = "Write down what was learned before you close this. Do not name anybody."
        super().__init__(look, "Conclude this concern", about, "Conclu&de", parent)
        self.learned = {one: lines(look, (facts.learning or {}).get(one, "")) for one, _ in _LEARNED}
        for one, title in _LEARNED:
            self.ask(title, self.learned[one])
        self.outcome = options(OUTCOMES)
        self.ask("How did it &end?", self.outcome)
        self.reason = lines(look, "")
        self.ask("If not everything changed: &why?", self.reason, "The person who spoke up will want to know.")

    def words(self) -> dict[str, str]:
        """What was learned: `happened`, `sense` and `changed`."""
        return {one: field.toPlainText().strip() for one, field in self.learned.items()}


class Factors(Sheet):
    """What in the system contributed, by one framework at a time."""

    def __init__(self, look: Look, chosen: Mapping[str, Iterable[str]], parent: QWidget | None = None) -> None:
        about = "Look at how work is done before you look at people. Tick what played a part."
        super().__init__(look, "What contributed", about, "&Keep", parent)
        self._chosen = chosen
        self.framework, self.list = options(measures.FRAMEWORKS), Ticks(look, 260)
        self.ask("&Framework", self.framework)
        self.ask("F&actors", self.list, "Space ticks a factor; several may apply.")
        self.text = lines(look, "")
        self.ask("In your own &words, if you like", self.text)
        self.framework.currentIndexChanged.connect(lambda _place: self._fill())
        self._fill()

    def names(self) -> list[str]:
        """What is ticked."""
        return [str(one) for one in self.list.ticked()]

    def _fill(self) -> None:
        framework = self.framework.currentData()
        ticked = set(self._chosen.get(framework, ()))
        self.list.clear()
        for value, text in measures.FACTORS[framework].items():
            self.list.offer(text, value, on=value in ticked)


class Find(Sheet):
    """Words in this case, and only here."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        about = "Looks through this concern only, never through the others."
        super().__init__(look, "Find words in this concern", about, "&Find", parent)
        self.typed, self.hits = QLineEdit(), Lines(look, 220)
        self.ask("&Words", self.typed)
        self.ask("Where they &stand", self.hits)
        self.typed.returnPressed.connect(self.wanted)

    def show_hits(self, hits: list[Hit], today: int) -> None:
        """Shows where the words stand, as plain text on one line each."""
        self.hits.tell(
            f"{weekday_text(one.day, today)}. {_KINDS.get(one.kind, f'In the history, {one.kind}')}: {quoted(one.text)}"
            for one in hits
        )
        self.tell("" if hits else "These words do not stand in this concern.")
