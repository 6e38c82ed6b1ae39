"""The menu "More" of the open case: concluding, factors, finding words, saving the case as PDF."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from recipients.casework import book, closing, inside, measures, quiet
from recipients.casework.facts import Facts
from recipients.desktop import faults
from recipients.desktop.keeper import Keeper
from recipients.desktop.look import Look
from recipients.desktop.sheets import Conclude, Factors, Find, Sheet
from recipients.desktop.working import Working
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.vault.files import write_new
from recipients.words.days import day_text, today
from recipients.words.saved import ADVICE, OUTSIDE

_PDF = (
    "The PDF holds what was written to you, the answers and the history, but not your private notes. "
    "It is not locked: whoever gets hold of it can read all of it."
)


class More(QObject):
    """Opens one sheet at a time over the case on the desk. `told` what to say afterwards; `failed` what went wrong."""

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, look: Look, keeper: Keeper, working: Working, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._keeper, self._working, self._over = look, keeper, working, parent
        self.sheet: Sheet | None = None

    def close(self) -> None:
        """Takes the sheet away, and what was written in it."""
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            sheet.close()

    def conclude(self) -> None:
        """Asks what was learned and how it ended."""
        self._with_facts(self._ask_outcome)

    def factors(self) -> None:
        """Asks what contributed."""
        self._with_facts(self._ask_factors)

    def find(self) -> None:
        """Asks for words to look for in this case."""
        found = self._working.case
        if found is None:
            return
        case, sheet = found.case, Find(self._look, self._over)

        def look() -> None:
            words, day = sheet.typed.text(), today()
            self._keeper.short(lambda vault: inside.find(vault, case, words), _if_open(self, sheet, day), self._wrong)

        self._open(sheet, look)

    def pdf(self) -> None:
        """Says what it means to take a case outside, and how quiet its period was; then asks where to."""
        found, day = self._working.case, today()
        if found is not None:
            case = found.case
            self._keeper.short(
                lambda vault: _before(vault, case, day), lambda said: self._ask_pdf(case, said), self._fail
            )

    def _ask_outcome(self, case: book.Case, facts: Facts) -> None:
        sheet = Conclude(self._look, facts, self._over)

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
            self._act(
                sheet, lambda vault: _conclude(vault, case.id, learned, outcome, reason.strip(), day), "Concluded."
            )

        self._open(sheet, conclude)

    def _ask_factors(self, case: book.Case, facts: Facts) -> None:
        sheet = Factors(self._look, facts.factors, self._over)

        def keep() -> None:
            framework, names, text, day = (
                sheet.framework.currentData(),
                sheet.names(),
                sheet.text.toPlainText(),
                today(),
            )

            def job(vault: Vault) -> None:
                measures.set_factors(vault, book.case(vault, case.id), framework, names, text.strip(), day)

            self._act(sheet, job, "The factors are kept.")

        self._open(sheet, keep)

    def _ask_pdf(self, case: book.Case, said: str) -> None:
        sheet = Sheet(self._look, "Save this concern as PDF", said, "&Save…", self._over)

        def save() -> None:
            offered = str(Path.home() / f"concern-{case.number}.pdf")
            to, _ = QFileDialog.getSaveFileName(sheet, "Save this concern as PDF", offered)
            if to and self.sheet is sheet:
                people, day = self._working.case.people if self._working.case is not None else {}, today()
                self._act(sheet, lambda vault: _save(vault, case.id, people, day, Path(to)), OUTSIDE, long=True)

        self._open(sheet, save)

    def _with_facts(self, then: Callable[[book.Case, Facts], None]) -> None:
        found = self._working.case
        if found is not None:
            case = found.case
            self._keeper.short(lambda vault: book.facts(vault, case.id), lambda facts: then(case, facts), self._fail)

    def _open(self, sheet: Sheet, does: Callable[[], None]) -> None:
        self.close()
        self.sheet = sheet
        sheet.wanted.connect(does)
        sheet.finished.connect(lambda _result: self._forget(sheet))
        sheet.open()

    def _forget(self, sheet: Sheet) -> None:
        if self.sheet is sheet:
            self.sheet = None

    def _act(self, sheet: Sheet, job: Callable[[Vault], None], said: str, *, long: bool = False) -> None:
        sheet.go_on.setEnabled(False)

        def done(_none: None) -> None:
            if self.sheet is sheet:
                self.close()
            self.told.emit(said)
            self._working.again()

        (self._keeper.long if long else self._keeper.short)(job, done, self._wrong)

    def _wrong(self, error: BaseException) -> None:
        if self.sheet is not None:
            self.sheet.tell(faults.sentence(error))
        else:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self.failed.emit(error)


def _if_open(more: More, sheet: Find, day: int) -> Callable[[list[inside.Hit]], None]:
    def show(hits: list[inside.Hit]) -> None:
        # A person may have closed it while it looked.
        if more.sheet is sheet:
            sheet.show_hits(hits, day)

    return show


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
    calm = quiet.of(vault, case, day)
    if calm is None or calm.wait_until is None:
        return _PDF
    return f"{_PDF}\n\n{ADVICE.format(cells=calm.cells, usual=calm.usual, until=day_text(calm.wait_until))}"


def _save(vault: Vault, case_id: bytes, people: Mapping[bytes, str], day: int, to: Path) -> None:
    # Before it is made: the log must not say that a PDF was made which was not.
    if to.exists() or to.is_symlink():
        raise GuardianError("exists", "file")
    from recipients.casework import paper  # its fonts would hold up every start of the desk

    write_new(to, paper.made(vault, book.case(vault, case_id), people, day))
