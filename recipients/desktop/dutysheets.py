"""Sheets for conduct and duty: what the patient is owed, what is to be done, holds, erasing, what was told."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy, QWidget

from recipients.casework import clocks, measures, taxonomy
from recipients.casework.facts import Action, Facts
from recipients.desktop.fields import day_field, day_of, lines, options
from recipients.desktop.lists import Lines
from recipients.desktop.look import Look
from recipients.desktop.plain import label, name, quoted
from recipients.desktop.rows import late_text
from recipients.desktop.sheets import Sheet
from recipients.desktop.togethersheets import Before, whom
from recipients.words.cases import AGAIN, DETRIMENT, DUTY, HUNT_ADVICE, TOLD
from recipients.words.days import weekday_text

_OPEN = "Not answered yet"
_MONTHS = {str(one): f"After {one} months" for one in clocks.CHECK_IN_MONTHS}


class Duty(Sheet):
    """The duty of candour (Regulation 20), one question after the other."""

    def __init__(self, look: Look, facts: Facts, parent: QWidget | None = None) -> None:
        about = (
            "When a patient was harmed, or may have been, they are owed the truth: told in person, an apology, and the "
            "same in writing. Who answers for that is the organisation; you note here what has been done. Where nobody "
            "was harmed, the first answer is enough."
        )
        super().__init__(look, "Duty of candour", about, "&Keep", parent)
        self.answers: dict[str, QComboBox] = {}
        for item, question in measures.DUTY.items():
            self.answers[item] = options({"": _OPEN, **DUTY}, facts.duty.get(item, ""))
            said = label(question)
            said.setBuddy(self.answers[item])
            said.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            name(self.answers[item], question)
            self.fields.addWidget(said)
            self.fields.addWidget(self.answers[item])

    def changed(self, facts: Facts) -> dict[str, str]:
        """The answers that are new; one that was given stays, since nothing is taken out of a log."""
        given = {item: str(box.currentData()) for item, box in self.answers.items()}
        return {item: answer for item, answer in given.items() if answer and answer != facts.duty.get(item)}


class Act(Sheet):
    """Something to be done: about the system, or about one person, which needs a second guardian."""

    def __init__(
        self,
        look: Look,
        facts: Facts,
        today: int,
        parent: QWidget | None = None,
        *,
        known: Before | None = None,
    ) -> None:
        system = "Write what changes in how work is done, and who sees to it. Put offices here, not names of people."
        one = (
            "Only when the factors say that the system alone does not explain it. A second guardian has to agree "
            "before anything is done. They see what you write here, and nothing else of the concern."
        )
        person = known is not None
        title = "Something about one person" if person else "Something to be done"
        super().__init__(look, title, one if person else system, "&Ask them to agree" if person else "&Keep", parent)
        if person and not measures.complete(facts):
            missing = "No factors of the system are recorded yet. Do that first: “What contributed”."
            self.fields.addWidget(label(missing, "care"))
        self.text, self.who = lines(look), QLineEdit()
        self.who.setMaxLength(200)
        self.ask("&What is to be done", self.text)
        self.ask("O&ffice that does it, if you know", self.who)
        self.dated = QCheckBox("By a certain &day")
        name(self.dated, "By a certain day")
        self.day = day_field(today + 28, first=today)
        name(self.day, "By which day")
        self.fields.addWidget(self.dated)
        self.fields.addWidget(self.day)
        self.day.setEnabled(False)
        self.dated.toggled.connect(self.day.setEnabled)
        self.people = whom(self, look, known, today) if known is not None else None

    def by(self) -> int | None:
        """By which day, if any."""
        return day_of(self.day.date()) if self.dated.isChecked() else None


class Actions(Sheet):
    """What is to be done in a case, and how far it is."""

    def __init__(
        self,
        look: Look,
        found: Sequence[Action],
        people: Mapping[bytes, str],
        today: int,
        parent: QWidget | None = None,
    ) -> None:
        about = "Choose one, and say when it has been carried out. What is about a person waits for a second guardian."
        super().__init__(look, "Actions", about, "It has been &done", parent)
        self.list = Lines(look, 200)
        for one in found:
            self.list.put(action_line(one, people, today), one.hash, allowed=one.done is None)
        if not found:
            self.list.put("Nothing is to be done yet.", allowed=False)
        self.ask("&Actions", self.list)
        self.text = lines(look)
        self.ask("What came of &it, if you like", self.text)


class Hold(Sheet):
    """A legal hold, or lifting one: a reason, and the guardian who has to agree."""

    def __init__(
        self,
        look: Look,
        known: Before,
        today: int,
        parent: QWidget | None = None,
        *,
        held: bool = False,
    ) -> None:
        hold = (
            "For an inquest, a court or an inquiry: this concern is not erased while the hold stands. It stands when a "
            "second guardian agrees, and nothing is erased while they are asked. They see your reason, nothing else."
        )
        release = "The hold is lifted when a second guardian agrees. They see your reason, and nothing else."
        title = "Lift the legal hold" if held else "Legal hold"
        super().__init__(look, title, release if held else hold, "&Ask them to agree", parent)
        self.reason = lines(look)
        self.ask("&Why", self.reason)
        self.people = whom(self, look, known, today)


class Erase(Sheet):
    """The end of a case: typed, not clicked."""

    def __init__(
        self, look: Look, number: int, gone: str, parent: QWidget | None = None, *, withdrawn: bool = False
    ) -> None:
        about = (
            "What was written, the answers, the notes and the files are erased from this vault. Nothing brings them "
            f"back from here. Your backups may hold them until {gone}: say only after that day that they are gone. The "
            "number and the days stay, without words."
        )
        super().__init__(look, f"Erase concern {number}", about, "&Erase for good", parent)
        self._wanted = f"erase {number}"
        reasons = {"withdrawn": "The person asked for it; they are told that it is done"} if withdrawn else {}
        self.why = options({**reasons, "policy": "It need not be kept any longer; nobody is told"})
        self.ask("W&hy", self.why)
        self.typed = QLineEdit()
        self.ask(f"Type “{self._wanted}” to &agree", self.typed)

    @property
    def agreed(self) -> bool:
        """Whether the words were typed."""
        return " ".join(self.typed.text().casefold().split()) == self._wanted

    @property
    def wanted_words(self) -> str:
        """What has to be typed."""
        return self._wanted


class Told(Sheet):
    """The person was answered another way."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        about = (
            "When the person was answered by telephone, in person or by letter. It stops the clocks as a reply does."
        )
        super().__init__(look, "Told another way", about, "&Keep", parent)
        self.what = options(TOLD)
        self.ask("&What they were told", self.what)
        self.text = lines(look)
        self.ask("In your own wor&ds, if you like", self.text)


class CheckIn(Sheet):
    """Three, six and twelve months after closure: how it went since."""

    def __init__(self, look: Look, facts: Facts, parent: QWidget | None = None) -> None:
        due = {str(one): text for one, text in _MONTHS.items() if int(one) not in facts.check_ins}
        made = [f"{_MONTHS.get(str(one), one)}: {DETRIMENT[said]}." for one, said in sorted(facts.check_ins.items())]
        about = "Ask how things have been since, and whether they were treated worse for speaking up. " + " ".join(made)
        super().__init__(look, "Check-in", about.strip(), "&Keep", parent)
        self.months = options(due or _MONTHS)
        self.ask("Which &check-in", self.months)
        self.detriment = options(DETRIMENT)
        self.ask("Were they treated &worse since?", self.detriment)
        self.text = lines(look)
        self.ask("In your own wor&ds, if you like", self.text)


class Hunt(Sheet):
    """Whether somebody tries to find out who spoke, and what to do then."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, flagged: bool) -> None:
        about = f"If somebody tries to find out who spoke, mark it here. {HUNT_ADVICE}"
        super().__init__(look, "Is somebody looking for them?", about, "&Keep", parent)
        self.answer = options({"yes": "Yes, or it looks like it", "no": "No"}, "yes" if flagged else "no")
        self.ask("Does somebody &try to find out who spoke?", self.answer)
        self.text = lines(look)
        self.ask("What you kno&w of it", self.text)


class Way(Sheet):
    """How the person spoke up, their worker group, whether they would again: for the return, never guessed."""

    def __init__(self, look: Look, facts: Facts, parent: QWidget | None = None) -> None:
        about = "Only what the person said themselves. Never guess, and do not ask for it."
        super().__init__(look, "How they spoke up", about, "&Keep", parent)
        nothing = {"": "Nothing said"}
        self.mode = options({**nothing, **taxonomy.MODES}, facts.mode or "")
        self.group = options({**nothing, **taxonomy.GROUPS}, facts.group or "")
        self.again = options({**nothing, **AGAIN}, facts.again or "")
        self.ask("&How they spoke up", self.mode)
        self.ask("&Worker group", self.group)
        self.ask("Would they speak up &again?", self.again)

    def changed(self, facts: Facts) -> dict[str, str]:
        """What is new: `mode`, `group`, `again`."""
        known = {"mode": facts.mode, "group": facts.group, "again": facts.again}
        given = {"mode": self.mode, "group": self.group, "again": self.again}
        found = {what: str(box.currentData()) for what, box in given.items()}
        return {what: value for what, value in found.items() if value and value != known[what]}


class Reopen(Sheet):
    """A concluded case is taken up again."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        about = "It is open again from now on. What was learned and how it ended stay in the history."
        super().__init__(look, "Take this concern up again", about, "&Take it up again", parent)
        self.reason = lines(look)
        self.ask("&Why", self.reason)


def action_line(one: Action, people: Mapping[bytes, str], today: int) -> str:
    """One action and how it stands."""
    about = "About one person" if one.about == "individual" else "To be done"
    who = f", by {quoted(one.who, 80)}" if one.who else ""
    return f"{about}{who}: {quoted(one.text)} {_stands(one, people, today)}"


def _stands(one: Action, people: Mapping[bytes, str], today: int) -> str:
    if one.done is not None:
        return f"Done {weekday_text(one.done, today)}."
    if one.declined:
        names = "; ".join(quoted(people.get(g, "a guardian"), 60) for g in sorted(one.declined))
        return f"Not agreed to by {names}: it must not be done."
    if not measures.stands(one):
        return "Waits for a second guardian: not to be done yet."
    return f"{late_text('To do', one.by, today)}." if one.by is not None else "To do."
