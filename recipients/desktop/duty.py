"""The menu "Conduct and duty": duty of candour, actions, holds, erasing, what the person was told, and their way."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal

from recipients.casework import acts, asked, book, closing, erasing, measures, retention
from recipients.casework.book import Case
from recipients.casework.facts import Facts
from recipients.desktop import dutysheets as sheets
from recipients.desktop.over import OnCase
from recipients.desktop.sheets import Sheet
from recipients.desktop.together import before
from recipients.desktop.togethersheets import NOBODY, Before
from recipients.vault import Vault
from recipients.words.cases import acknowledgement, erased
from recipients.words.days import today, weekday_text

_EMPTY = "Please write a few words first."
_ASKED = "It is written down, and the other guardian is asked with your next syncs. Nothing counts before they agree."


class Conduct(OnCase):
    """Opens the sheets. `left` when the case on the desk is not to be seen any more."""

    left = Signal()

    def duty(self) -> None:
        """The checklist of Regulation 20."""
        self._with_facts(self._duty)

    def plan(self) -> None:
        """Something about the system is to be done."""
        self._with_facts(self._plan)

    def person(self) -> None:
        """Something about one person, with a second guardian."""
        self._with_facts(lambda case, facts: self._before(case, lambda known: self._person(case, facts, known)))

    def actions(self) -> None:
        """What is to be done, and what was."""
        self._with_facts(self._actions)

    def hold(self) -> None:
        """A legal hold, or lifting the one that stands."""
        self._with_facts(lambda case, facts: self._before(case, lambda known: self._hold(case, facts, known)))

    def erase(self) -> None:
        """The case, for good."""
        found, day = self.working.case, today()
        if found is not None:
            case = found.case
            self.ask(retention.policy, lambda rule: self._erase(case, day + rule.backup_days))

    def answered(self) -> None:
        """The person was told another way."""
        self._with_facts(self._answered)

    def check_in(self) -> None:
        """How things have been since closure."""
        self._with_facts(self._check_in)

    def hunt(self) -> None:
        """Whether somebody is looking for the person."""
        self._with_facts(self._hunt)

    def way(self) -> None:
        """How they spoke up, their group, whether they would again."""
        self._with_facts(self._way)

    def reopen(self) -> None:
        """A concluded case is taken up again."""
        self._with_facts(self._reopen)

    def _duty(self, case: Case, facts: Facts) -> None:
        sheet, day = sheets.Duty(self.look, facts, self.over), today()

        def keep() -> None:
            changed = sheet.changed(facts)

            def write(vault: Vault, one: Case) -> None:
                for item, answer in changed.items():
                    measures.answer_duty(vault, one, item, answer, "", day)

            self._write(sheet, case, write, "The answers are kept." if changed else "Nothing was new.")

        self.open(sheet, keep)

    def _plan(self, case: Case, facts: Facts) -> None:
        sheet, day = sheets.Act(self.look, facts, today(), self.over), today()

        def keep() -> None:
            text, who, by = sheet.text.toPlainText().strip(), sheet.who.text().strip(), sheet.by()
            if not text:
                sheet.tell(_EMPTY)
                return
            self._write(
                sheet,
                case,
                lambda vault, one: measures.act(vault, one, "system", text, day, by=by, who=who),
                "The action is kept." if by is None else f"The action is kept. It is due {weekday_text(by, day)}.",
            )

        self.open(sheet, keep)

    def _person(self, case: Case, facts: Facts, known: Before) -> None:
        sheet, day = sheets.Act(self.look, facts, today(), self.over, known=known), today()

        def keep() -> None:
            to = sheet.people.guardian() if sheet.people is not None else None
            text, who, by = sheet.text.toPlainText().strip(), sheet.who.text().strip(), sheet.by()
            if to is None or not text:
                sheet.tell(_EMPTY if not text else NOBODY)
                return

            def write(vault: Vault, one: Case) -> None:
                def act() -> bytes:
                    return measures.act(vault, one, "individual", text, day, by=by, who=who)

                asked.put(vault, one, to, "Do you agree to this about one person?", act, day)

            self._write(sheet, case, write, _ASKED)

        self.open(sheet, keep)

    def _actions(self, case: Case, facts: Facts) -> None:
        people = self.working.case.people if self.working.case is not None else {}
        sheet, day = sheets.Actions(self.look, facts.actions, people, today(), self.over), today()

        def done() -> None:
            entry, text = sheet.list.chosen(), sheet.text.toPlainText().strip()
            if not isinstance(entry, bytes):
                sheet.tell("Please choose an action that has not been done yet.")
                return
            self._write(
                sheet, case, lambda vault, one: measures.done(vault, one, entry, text, day), "The action is done."
            )

        self.open(sheet, done)

    def _hold(self, case: Case, facts: Facts, known: Before) -> None:
        sheet, day = sheets.Hold(self.look, known, today(), self.over, held=facts.held), today()

        def keep() -> None:
            to, reason = sheet.people.guardian(), sheet.reason.toPlainText().strip()
            if to is None or not reason:
                sheet.tell(_EMPTY if not reason else NOBODY)
                return

            def write(vault: Vault, one: Case) -> None:
                does = retention.release if facts.held else retention.hold
                question = "Do you agree to lift this hold?" if facts.held else "Do you agree to this hold?"
                asked.put(vault, one, to, question, lambda: does(vault, one, reason, day), day)

            self._write(sheet, case, write, _ASKED)

        self.open(sheet, keep)

    def _erase(self, case: Case, gone: int) -> None:
        asked_for = "withdrawn" in case.flags or case.origin != "portal"
        day = today()
        sheet = sheets.Erase(self.look, case.number, weekday_text(gone, day), self.over, withdrawn=asked_for)

        def erase() -> None:
            if not sheet.agreed:
                sheet.tell(f"Nothing was erased. Please type “{sheet.wanted_words}”.")
                return
            why = str(sheet.why.currentData())
            withdrawn = why == "withdrawn"
            told = withdrawn and case.thread is not None and case.role == "ours"
            text = acknowledgement(gone) if withdrawn else ""
            self._write(
                sheet,
                case,
                lambda vault, one: erasing.erase(vault, one, why, day, text=text),
                erased(case.number, gone, told=told),
                then=self.left.emit,
            )

        self.open(sheet, erase)

    def _answered(self, case: Case, _facts: Facts) -> None:
        sheet, day = sheets.Told(self.look, self.over), today()

        def keep() -> None:
            what, text = str(sheet.what.currentData()), sheet.text.toPlainText().strip()
            self._write(sheet, case, lambda vault, one: acts.told(vault, one, what, text, day), "It is noted.")

        self.open(sheet, keep)

    def _check_in(self, case: Case, facts: Facts) -> None:
        sheet, day = sheets.CheckIn(self.look, facts, self.over), today()
        if facts.concluded is None:
            sheet.tell("This concern is not concluded. Check-ins are due 3, 6 and 12 months after that.")

        def keep() -> None:
            months, worse = int(sheet.months.currentData()), str(sheet.detriment.currentData())
            text = sheet.text.toPlainText().strip()
            self._write(
                sheet,
                case,
                lambda vault, one: acts.check_in(vault, one, months, worse, text, day),
                "The check-in is noted.",
            )

        self.open(sheet, keep)

    def _hunt(self, case: Case, _facts: Facts) -> None:
        sheet, day = sheets.Hunt(self.look, self.over, flagged="hunt" in case.flags), today()

        def keep() -> None:
            answer, text = str(sheet.answer.currentData()), sheet.text.toPlainText().strip()
            said = (
                "It is marked. The report stands under this advice from now on." if answer == "yes" else "It is noted."
            )
            self._write(sheet, case, lambda vault, one: acts.set_hunt(vault, one, answer, text, day), said)

        self.open(sheet, keep)

    def _way(self, case: Case, facts: Facts) -> None:
        sheet, day = sheets.Way(self.look, facts, self.over), today()

        def keep() -> None:
            changed = sheet.changed(facts)

            def write(vault: Vault, one: Case) -> None:
                if "mode" in changed:
                    acts.set_mode(vault, one, changed["mode"], day)
                if "group" in changed:
                    acts.set_group(vault, one, changed["group"], day)
                if "again" in changed:
                    acts.set_again(vault, one, changed["again"], "", day)

            self._write(sheet, case, write, "It is noted." if changed else "Nothing was new.")

        self.open(sheet, keep)

    def _reopen(self, case: Case, _facts: Facts) -> None:
        sheet, day = sheets.Reopen(self.look, self.over), today()

        def again() -> None:
            reason = sheet.reason.toPlainText().strip()
            if not reason:
                sheet.tell(_EMPTY)
                return
            self._write(sheet, case, lambda vault, one: closing.reopen(vault, one, reason, day), "It is open again.")

        self.open(sheet, again)

    def _write(
        self,
        sheet: Sheet,
        case: Case,
        write: Callable[[Vault, Case], Any],
        said: str,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Writes in the case that the sheet was opened for, whichever is on the desk by then; all of it, or nothing."""

        def job(vault: Vault) -> None:
            with vault.database.transaction():
                write(vault, book.case(vault, case.id))

        self.act(sheet, job, said, then=then)

    def _with_facts(self, then: Callable[[Case, Facts], None]) -> None:
        found = self.working.case
        if found is not None:
            case = found.case
            self.ask(lambda vault: book.facts(vault, case.id), lambda facts: then(case, facts))

    def _before(self, case: Case, then: Callable[[Before], None]) -> None:
        day = today()
        self.ask(lambda vault: before(vault, case.id, day), then)
