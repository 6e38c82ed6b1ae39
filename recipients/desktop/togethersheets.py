"""Sheets for work with other guardians: whom something goes to, what is asked, who they are, what is on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from recipients.casework.colleagues import Colleague
from recipients.casework.log import Line
from recipients.desktop.fields import lines, options
from recipients.desktop.lists import Lines, People
from recipients.desktop.look import Look
from recipients.desktop.plain import button, label, name, quoted
from recipients.desktop.sheets import Sheet
from recipients.words.days import weekday_text

NOBODY = "Please choose a guardian."
UNKNOWN = (
    "The first piece of this report has not come, so nobody can tell whom the person excludes. Until then nothing of "
    "it goes to anyone. Wait for the next sync, or ask again in a reply."
)


@dataclass(frozen=True, kw_only=True)
class Before:
    """What a person reads before something leaves a case: who there is, when it leaves, what to take care of.

    `shown` are the entries that may go with a question: their hashes as hex, and what they are.
    """

    people: Sequence[Colleague]
    when: str
    care: Sequence[str]
    shown: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way in which a case goes to another guardian, in words: the sheet's title, what happens, its button."""

    title: str
    about: str
    go_on: str


COPY = Way(
    title="Copy this concern to a co-guardian",
    about="They get all of it: what was written to you, the answers and the history. From then on what one of you "
    "writes in it the other has too. You go on answering. Your private notes stay here.",
    go_on="Send a co&py",
)
HAND_OVER = Way(
    title="Hand this concern over",
    about="They get all of it and answer the person from tomorrow on. You can still read it, but not answer. What "
    "comes later is passed on by itself. Your private notes stay here. This cannot be taken back: they would have to "
    "hand it over to you.",
    go_on="&Hand it over",
)
STEP_BACK = Way(
    title="I should not see this",
    about="It is hidden here at once. It goes to the guardian whom you choose, who answers from tomorrow on. As soon "
    "as it has arrived there it is erased here, with your private notes. This cannot be undone.",
    go_on="&Step back",
)


class Give(Sheet):
    """To whom a case goes, when it leaves, and whether to wait."""

    def __init__(
        self,
        look: Look,
        way: Way,
        known: Before,
        today: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, way.title, way.about, way.go_on, parent)
        self.people = whom(self, look, known, today)


class Ask(Sheet):
    """A question to another guardian, and one entry that may be shown with it."""

    def __init__(
        self,
        look: Look,
        known: Before,
        today: int,
        parent: QWidget | None = None,
    ) -> None:
        told = (
            "They see your words, and what you choose to show with them. They do not see the concern: do not copy from "
            "it, and name nobody."
        )
        super().__init__(look, "Ask for a second opinion", told, "&Ask them", parent)
        self.question = lines(look)
        self.ask("Your &question", self.question)
        self.about = options({"": "Nothing but my words", **known.shown})
        self.ask("Show &with it", self.about)
        self.people = whom(self, look, known, today)


class Shared(Sheet):
    """Notes that every guardian of this case reads. `struck` tells the hash of a note to strike or bring back."""

    struck = Signal(object, bool)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        about = "Every guardian who has this concern reads these notes. What only you should read goes under “Notes”."
        super().__init__(look, "Notes for co-guardians", about, "&Keep note", parent)
        self.list = Lines(look)
        self.ask("&Notes so far", self.list)
        self.strike = button("S&trike", name="Strike the chosen note")
        self.restore = button("Bring &back", name="Bring the chosen note back")
        row = QHBoxLayout()
        row.addWidget(self.strike)
        row.addWidget(self.restore)
        row.addStretch(1)
        self.fields.addLayout(row)
        self.text = lines(look)
        self.ask("A ne&w note", self.text)
        self.list.itemSelectionChanged.connect(self._allow)
        self.strike.clicked.connect(lambda: self._say(gone=True))
        self.restore.clicked.connect(lambda: self._say(gone=False))
        self._allow()

    def show_notes(self, log: Sequence[Line], struck: set[bytes], people: Mapping[bytes, str], today: int) -> None:
        """Shows those there are, and which were struck."""
        self.list.clear()
        for one in log:
            if one.kind == "note" and one.words is not None:
                gone = one.hash in struck
                by = quoted(people.get(one.g, "a guardian"), 60)
                words = "struck" if gone else quoted(str(one.words["text"]))
                self.list.put(f"{by}, {weekday_text(one.day, today)}: {words}", (one.hash, gone))
        self._allow()

    def _allow(self) -> None:
        chosen = self.list.chosen()
        gone = chosen[1] if isinstance(chosen, tuple) else None
        self.strike.setEnabled(gone is False)
        self.restore.setEnabled(gone is True)

    def _say(self, *, gone: bool) -> None:
        chosen = self.list.chosen()
        if isinstance(chosen, tuple):
            self.struck.emit(chosen[0], gone)


class ToRead(Sheet):
    """A list to read, and nothing to press but "Close"."""

    def __init__(
        self, look: Look, title: str, about: str, found: Sequence[str], empty: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, title, about, "", parent)
        self.go_on.setVisible(False)
        self.list = Lines(look, 260)
        self.list.tell(found or [empty])
        name(self.list, title)
        self.fields.addWidget(self.list)


def whom(sheet: Sheet, look: Look, known: Before, today: int) -> People:
    """Asks a sheet's reader for another guardian, and says what there is to know before."""
    people = People(look, known.people, today)
    sheet.ask("&Guardian", people, "Whom the person excludes is shown, and cannot be chosen.")
    for one, part in ((known.when, ""), *((one, "care") for one in known.care)):
        said = label(one, part)
        # As high as its words: room that is left over is for the lists.
        said.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        sheet.fields.addWidget(said)
    return people
