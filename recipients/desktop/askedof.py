""" "Asked of you": what other guardians wait for, read in full, then answered, agreed to, signed or declined."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from recipients.casework import asked
from recipients.casework.asked import Asked
from recipients.desktop import case as cases
from recipients.desktop.fields import Words, lines
from recipients.desktop.lists import Lines
from recipients.desktop.look import Look
from recipients.desktop.over import OnCase
from recipients.desktop.page import Page
from recipients.desktop.plain import button, quoted
from recipients.desktop.sheets import Sheet
from recipients.vault import Vault
from recipients.words.cases import ASKED, says
from recipients.words.days import today, weekday_text

_BEFORE = {
    "question": "You see the question, not the concern. Your answer goes back with your next sync.",
    "action": "It may be done only if you agree. Have factors of the system been looked at first? If you are not sure, "
    "do not agree, and say what is missing.",
    "hold": "If you agree, this concern is not erased until two guardians lift the hold.",
    "release": "If you agree, the hold is lifted, and the concern may be erased.",
    "story": "It is published for everybody to read. Sign only if nobody can be made out in it: no names, no dates, no "
    "details that only one person knows.",
    "statistics": "They are published for everybody to read. Small numbers are hidden, so that nobody can be made out.",
}
_YES = {"question": "&Send my answer", "story": "S&ign it", "statistics": "S&ign it"}
_NO = {"story": "Do &not sign", "statistics": "Do &not sign"}
_SAID = {
    "question": "Your answer is queued. It leaves with your next sync.",
    "story": "It is signed. It goes back with your next sync, and is published then.",
    "statistics": "It is signed. It goes back with your next sync, and is published then.",
}
_UNSIGNED = "It is not signed. Tell the other guardian why, in person or by telephone."


class AskedOf(Sheet):
    """The list, the one that is chosen in full, room for words. `declined` when a person says no."""

    declined = Signal()

    def __init__(
        self, look: Look, found: Sequence[Asked], people: Mapping[bytes, str], today: int, parent: QWidget | None = None
    ) -> None:
        about = (
            "Other guardians ask this of you. Read it in full before you answer; nobody is told that you have read it."
        )
        super().__init__(look, "Asked of you", about, "I &agree", parent)
        self._people, self._today = people, today
        self.list, self.text = Lines(look, 90), lines(look)
        self.words = Words(look, "What is asked, in full", 240)
        for one in found:
            about_it = f"concern {one.case.number}" if one.case is not None else "to be published"
            by = quoted(people.get(one.g, "a guardian"), 60)
            self.list.put(f"{ASKED[one.kind]}, {about_it}. By {by}, {weekday_text(one.day, today)}.", one)
        self.list.setMaximumHeight(look.px(150))
        self.ask("What is as&ked", self.list)
        self.fields.addWidget(self.words)
        self.ask("Your &words", self.text)
        self.no = button("I do &not agree")
        self.buttons.insertWidget(1, self.no)
        self.no.clicked.connect(self.declined)
        self.list.itemSelectionChanged.connect(self._show)
        self.list.setCurrentRow(0)
        self._show()

    @property
    def chosen(self) -> Asked | None:
        """What is being read."""
        found = self.list.chosen()
        return found if isinstance(found, Asked) else None

    def _show(self) -> None:
        one = self.chosen
        self.go_on.setEnabled(one is not None)
        self.no.setVisible(one is not None and one.kind != "question")
        self.text.setEnabled(one is not None and one.case is not None)
        page = Page(self._look)
        if one is not None:
            self._say(self.go_on, _YES.get(one.kind, "I &agree"))
            self._say(self.no, _NO.get(one.kind, "I do &not agree"))
            self._write(page, one)
        else:
            page.line("Nobody asks anything of you.")
        page.show_in(self.words)

    def _write(self, page: Page, one: Asked) -> None:
        page.line(_BEFORE[one.kind])
        if one.request is not None:
            for title, text in says(one.request.body):
                page.heading(title, 3)
                with page.frame("border", "sheet"):
                    page.words(text)
            return
        page.heading(f"{ASKED[one.kind]} · written by {quoted(self._people.get(one.g, 'a guardian'), 120)}", 3)
        with page.frame("border", "sheet"):
            page.words(one.text)
        for text in one.with_it:
            page.heading("Sent with it", 3)
            with page.frame("border", "sheet"):
                page.words(text)

    def _say(self, one: QWidget, text: str) -> None:
        one.setText(text)  # type: ignore[attr-defined]
        one.setAccessibleName(text.replace("&", ""))


class Answering(OnCase):
    """Opens the sheet. `answered` when one thing less is asked."""

    answered = Signal()

    def show(self) -> None:
        """What is asked now."""
        day = today()

        def load(vault: Vault) -> tuple[list[Asked], Mapping[bytes, str]]:
            return asked.of_us(vault), cases.people(vault)

        self.ask(load, lambda found: self._open(*found, day))

    def _open(self, found: list[Asked], people: Mapping[bytes, str], day: int) -> None:
        sheet = AskedOf(self.look, found, people, day, self.over)
        sheet.declined.connect(lambda: self._no(sheet))
        self.open(sheet, lambda: self._yes(sheet))

    def _yes(self, sheet: AskedOf) -> None:
        one = sheet.chosen
        if one is not None:
            said = _SAID.get(one.kind, "You have agreed. It goes back with your next sync.")
            self._do(sheet, one, asked.agree, said)

    def _no(self, sheet: AskedOf) -> None:
        one = sheet.chosen
        if one is not None:
            said = _UNSIGNED if one.case is None else "You have not agreed. It goes back with your next sync."
            self._do(sheet, one, asked.refuse, said)

    def _do(self, sheet: AskedOf, one: Asked, does: Callable[[Vault, Asked, str, int], None], said: str) -> None:
        text, day = sheet.text.toPlainText().strip(), today()

        def job(vault: Vault) -> None:
            does(vault, one, text, day)

        def then() -> None:
            self.working.again()
            self.answered.emit()

        self.act(sheet, job, said, then=then)
