"""The menu "More" of the open case: concluding, factors, finding words, saving the case as PDF."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from recipients.casework import book, closing, inside, measures
from recipients.casework.facts import Facts
from recipients.desktop.over import OnCase
from recipients.desktop.sheets import Conclude, Factors, Find, Sheet
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.vault.files import write_new
from recipients.words.cases import to_wait
from recipients.words.days import today
from recipients.words.saved import OUTSIDE

_PDF = (
    "The PDF holds what was written to you, the answers and the history, but not your private notes. "
    "It is not locked: whoever gets hold of it can read all of it."
)


class More(OnCase):
    """Concluding, factors, finding words, the PDF."""

    def conclude(self) -> None:
        """Asks what was learned and how it ended."""
        self._with_facts(self._ask_outcome)

    def factors(self) -> None:
        """Asks what contributed."""
        self._with_facts(self._ask_factors)

    def find(self) -> None:
        """Asks for words to look for in this case."""
        found = self.working.case
        if found is None:
            return
        case, sheet = found.case, Find(self.look, self.over)

        def look() -> None:
            words, day = sheet.typed.text(), today()
            self.fill(sheet, lambda vault: inside.find(vault, case, words), lambda hits: sheet.show_hits(hits, day))

        self.open(sheet, look)

    def pdf(self) -> None:
        """Says what it means to take a case outside, and how quiet its period was; then asks where to."""
        found, day = self.working.case, today()
        if found is not None:
            case = found.case
            self.ask(lambda vault: _before(vault, case, day), lambda said: self._ask_pdf(case, said))

    def _ask_outcome(self, case: book.Case, facts: Facts) -> None:
        sheet = Conclude(self.look, facts, self.over)

        def conclude() -> None:
            learned, outcome, reason, day = (
                sheet.words(),
                sheet.outcome.currentData(),
                sheet.reason.toPlainText(),
                today(),
            )
            if not all(learned.values()):
                sheet.tell("Please fill in all three: what happened, why it made sense, what has changed.")
                return
            self.act(
                sheet, lambda vault: _conclude(vault, case.id, learned, outcome, reason.strip(), day), "Concluded."
            )

        self.open(sheet, conclude)

    def _ask_factors(self, case: book.Case, facts: Facts) -> None:
        sheet = Factors(self.look, facts.factors, self.over)

        def keep() -> None:
            framework, names, text, day = (
                sheet.framework.currentData(),
                sheet.names(),
                sheet.text.toPlainText(),
                today(),
            )

            def job(vault: Vault) -> None:
                measures.set_factors(vault, book.case(vault, case.id), framework, names, text.strip(), day)

            self.act(sheet, job, "The factors are kept.")

        self.open(sheet, keep)

    def _ask_pdf(self, case: book.Case, said: str) -> None:
        sheet = Sheet(self.look, "Save this concern as PDF", said, "&Save…", self.over)

        def save() -> None:
            offered = str(Path.home() / f"concern-{case.number}.pdf")
            to, _ = QFileDialog.getSaveFileName(sheet, "Save this concern as PDF", offered)
            if to and self.shows(sheet):
                people, day = self.working.case.people if self.working.case is not None else {}, today()
                self.act(sheet, lambda vault: _save(vault, case.id, people, day, Path(to)), OUTSIDE, long=True)

        self.open(sheet, save)

    def _with_facts(self, then: Callable[[book.Case, Facts], None]) -> None:
        found = self.working.case
        if found is not None:
            case = found.case
            self.ask(lambda vault: book.facts(vault, case.id), lambda facts: then(case, facts))


def _conclude(vault: Vault, case_id: bytes, learned: dict[str, str], outcome: str, reason: str, day: int) -> None:
    # Whatever else stands in the way is said before anything is written.
    left = [one for one in closing.missing(vault, book.case(vault, case_id)) if one != "learning"]
    if outcome != "changed" and not reason:
        left.append("reason")
    for one in left:
        raise GuardianError("closing", one)
    closing.learn(vault, book.case(vault, case_id), **learned, today=day)
    closing.conclude(vault, book.case(vault, case_id), outcome, reason, day)


def _before(vault: Vault, case: book.Case, day: int) -> str:
    """What a person reads before a case leaves the vault: what is in the PDF, and whether to wait."""
    advice = to_wait(vault, case, day)
    return f"{_PDF}\n\n{advice}" if advice else _PDF


def _save(vault: Vault, case_id: bytes, people: Mapping[bytes, str], day: int, to: Path) -> None:
    # Before it is made: the log must not say that a PDF was made which was not.
    if to.exists() or to.is_symlink():
        raise GuardianError("exists", "file")
    from recipients.casework import paper  # its fonts would hold up every start of the desk

    write_new(to, paper.made(vault, book.case(vault, case_id), people, day))
