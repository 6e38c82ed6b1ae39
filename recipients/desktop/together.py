"""The menu "With others": copies, hand-over, stepping back, second opinions, notes for co-guardians, who they are."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from recipients.casework import acts, book, colleagues, departing, leaving, log, sharing
from recipients.casework.book import Case
from recipients.casework.colleagues import Colleague
from recipients.desktop import case as cases
from recipients.desktop.over import OnCase
from recipients.desktop.plain import quoted
from recipients.desktop.togethersheets import (
    COPY,
    HAND_OVER,
    NOBODY,
    STEP_BACK,
    UNKNOWN,
    Ask,
    Before,
    Give,
    Shared,
    ToRead,
    Way,
)
from recipients.vault import Vault
from recipients.words.cases import colleague, departure, leaves, on, to_wait
from recipients.words.days import now, today, weekday_text

_Act = Callable[[Vault, Case, bytes, int], None]
_KINDS = {"action": "An action", "hold": "A legal hold", "release": "Lifting a legal hold", "note": "A note"}


def before(vault: Vault, case_id: bytes, day: int) -> Before:
    """Everything a sheet needs to know about a case that something is to leave."""
    case = book.case(vault, case_id)
    advice = to_wait(vault, case, day)
    when = leaving.day(vault, day, now())
    shown = [one for one in log.lines(vault, case_id) if one.kind in _KINDS and one.words is not None]
    return Before(
        people=colleagues.of(vault, case, day),
        when=f"This will leave {on(when, day)}." if when is not None else leaves(when, day),
        care=[*([] if colleagues.known(vault, case) else [UNKNOWN]), *([advice] if advice else [])],
        shown={one.hash.hex(): f"{_KINDS[one.kind]}, {weekday_text(one.day, day)}: {_short(one)}" for one in shown},
    )


class Together(OnCase):
    """Opens the sheets. `left` when the case on the desk is not to be seen any more."""

    left = Signal()

    def copy(self) -> None:
        """All of it to a co-guardian."""
        self._give(COPY, sharing.copy, "A copy is queued.")

    def hand_over(self) -> None:
        """Another guardian answers from tomorrow on."""
        self._give(HAND_OVER, sharing.hand_over, "It is handed over.")

    def step_back(self) -> None:
        """ "I should not see this"."""
        said = "It is hidden, and erased here as soon as it has arrived. Keep syncing."
        self._give(STEP_BACK, sharing.step_back, said, then=self.left.emit)

    def opinion(self) -> None:
        """A question to another guardian."""
        self._before(self._ask)

    def shared(self) -> None:
        """Notes that co-guardians read."""
        found = self.working.case
        if found is None:
            return
        case_id, sheet, day = found.case.id, Shared(self.look, self.over), today()
        sheet.struck.connect(lambda entry, gone: self._strike(sheet, case_id, entry, gone=gone))
        self._refill(sheet, case_id)

        def keep() -> None:
            text = sheet.text.toPlainText().strip()
            if not text:
                sheet.tell("A note needs some words.")
                return

            def job(vault: Vault) -> None:
                acts.note(vault, book.case(vault, case_id), text, day)

            self.act(sheet, job, "The note is kept. Every guardian of this concern will read it.")

        self.open(sheet, keep)

    def people(self) -> None:
        """The other guardians, as the case on the desk sees them if there is one."""
        found, day = self.working.case, today()
        case_id = found.case.id if found is not None else None

        def load(vault: Vault) -> list[Colleague]:
            return colleagues.of(vault, book.case(vault, case_id) if case_id is not None else None, day)

        def show(all_: list[Colleague]) -> None:
            about = "Who else receives concerns here" + (", and what they have of this one." if case_id else ".")
            texts = [
                f"{quoted(one.name, 200)}, {quoted(one.role, 200)}. {_first_up(colleague(one, day))}" for one in all_
            ]
            self._read("Guardians", about, texts, "There are no other guardians.")

        self.ask(load, show)

    def waiting(self) -> None:
        """What is on its way to other guardians."""
        day = today()

        def load(vault: Vault) -> list[str]:
            names = cases.people(vault)
            found = departing.departures(vault, day, now())
            return [departure(one, quoted(names.get(one.g, "a guardian"), 200), day) for one in found]

        about = (
            "Every sync sends the same number of sealed pieces, so that nobody can count. A long concern takes several."
        )
        empty = "Nothing is on its way to other guardians."
        self.ask(load, lambda texts: self._read("On its way to others", about, texts, empty))

    def _give(self, way: Way, act: _Act, said: str, then: Callable[[], None] | None = None) -> None:
        def ask(case_id: bytes, known: Before) -> None:
            sheet, day = Give(self.look, way, known, today(), self.over), today()

            def go() -> None:
                to = sheet.people.guardian()
                if to is None:
                    sheet.tell(NOBODY)
                    return

                def job(vault: Vault) -> str:
                    act(vault, book.case(vault, case_id), to, day)
                    return f"{said} {_when(vault, to, day)}"

                self.act(sheet, job, said, then=then)

            self.open(sheet, go)

        self._before(ask)

    def _ask(self, case_id: bytes, known: Before) -> None:
        sheet, day = Ask(self.look, known, today(), self.over), today()

        def go() -> None:
            to, text, about = sheet.people.guardian(), sheet.question.toPlainText().strip(), sheet.about.currentData()
            if to is None or not text:
                sheet.tell(NOBODY if to is None else "Please write your question.")
                return

            def job(vault: Vault) -> str:
                entry = bytes.fromhex(about) if about else None
                sharing.ask(vault, book.case(vault, case_id), to, text, day, about=entry)
                return f"Your question is queued. {_when(vault, to, day)}"

            self.act(sheet, job, "")

        self.open(sheet, go)

    def _before(self, then: Callable[[bytes, Before], None]) -> None:
        found, day = self.working.case, today()
        if found is not None:
            case_id = found.case.id
            self.ask(lambda vault: before(vault, case_id, day), lambda known: then(case_id, known))

    def _strike(self, sheet: Shared, case_id: bytes, entry: bytes, *, gone: bool) -> None:
        day = today()

        def job(vault: Vault) -> None:
            (acts.strike if gone else acts.restore)(vault, book.case(vault, case_id), entry, day)

        self.fill(sheet, job, lambda _none: self._refill(sheet, case_id))

    def _refill(self, sheet: Shared, case_id: bytes) -> None:
        def load(vault: Vault) -> tuple[list[log.Line], set[bytes], dict[bytes, str]]:
            return log.lines(vault, case_id), book.facts(vault, case_id).struck, dict(cases.people(vault))

        def show(found: tuple[list[log.Line], set[bytes], dict[bytes, str]]) -> None:
            sheet.show_notes(*found, today())
            self.working.again()

        self.fill(sheet, load, show)

    def _read(self, title: str, about: str, texts: Sequence[str], empty: str) -> None:
        self.open(ToRead(self.look, title, about, texts, empty, self.over), self.close)


def _when(vault: Vault, to: bytes, day: int) -> str:
    """By when all that goes to a guardian has left."""
    last = [one.day for one in departing.departures(vault, day, now()) if one.g == to and one.pieces]
    return leaves(max((one for one in last if one is not None), default=None), day)


def _short(one: log.Line) -> str:
    words = one.words or {}
    return quoted(str(words.get("text") or words.get("reason") or ""), 60)


def _first_up(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
