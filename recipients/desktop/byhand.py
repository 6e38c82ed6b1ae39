"""Concerns that did not come through the portal: entered by hand, or taken over from a table, looked at first."""

import threading
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from crypto.errors import CandourError
from recipients.casework import colleagues, manual, taxonomy
from recipients.casework.colleagues import Colleague
from recipients.casework.manual import Row, Table
from recipients.desktop.fields import day_field, day_of, lines, options
from recipients.desktop.lists import Lines, Ticks
from recipients.desktop.longwork import StoppedError
from recipients.desktop.look import Look
from recipients.desktop.over import OnCase
from recipients.desktop.plain import button, label, name, quoted
from recipients.desktop.sheets import Sheet
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words.cases import ORIGINS, faults
from recipients.words.days import today, weekday_text

_SHOWN = 500
_COLUMNS = (
    "A table in CSV (UTF-8, commas). Its first line names the columns: received, origin and mode; and, if you like, "
    "category, group, text and acknowledged. All of its lines are taken over, or none. Look at it first."
)


class Enter(Sheet):
    """Somebody rang, came, or wrote."""

    def __init__(self, look: Look, found: list[Colleague], today: int, parent: QWidget | None = None) -> None:
        about = "For somebody who rang, came or wrote to you. The clocks run from the day they did. Name nobody."
        super().__init__(look, "Enter a concern by hand", about, "Open &it", parent)
        self.origin = options({value: text for value, text in ORIGINS.items() if value != "import"})
        self.mode = options(taxonomy.MODES, "confidential")
        self.received = day_field(today, last=today)
        self.text, self.never = lines(look, most=160), Ticks(look, 90)
        for one in found:
            self.never.offer(f"{quoted(one.name, 120)}, {quoted(one.role, 160)}", one.g)
        self.ask("How they &came", self.origin)
        self.ask("&How they spoke up", self.mode)
        self.ask("&When", self.received)
        self.ask("What &they said", self.text)
        if found:
            about_it = "Space ticks a guardian; nothing of this concern ever goes to them."
            self.ask("Who must &never see it", self.never, about_it)
        else:
            self.fields.addWidget(label("The portal's list of guardians is not here: nobody can be excluded.", "care"))


class Import(Sheet):
    """A table, looked at before it is taken over. `chosen` when a person wants another file."""

    chosen = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Take concerns over from a table", _COLUMNS, "&Take them over", parent)
        self.rows: tuple[Row, ...] = ()
        self.choose = button("Choose a &file…")
        self.choose.clicked.connect(self.chosen)
        self.fields.addWidget(self.choose)
        self.list = Lines(look, 240)
        self.ask("&Lines of the table", self.list)
        self.bar = QProgressBar()
        name(self.bar, "How many are taken over")
        self.bar.setVisible(False)
        self.fields.addWidget(self.bar)
        self.go_on.setEnabled(False)

    def show_table(self, table: Table, today: int) -> None:
        """Shows what would be taken over, and what is refused and why: faults first."""
        self.rows = () if table.faults else table.rows
        self.list.clear()
        wrong, good = faults(table.faults), len(table.rows)
        for one in wrong[:_SHOWN]:
            self.list.put(f"Refused. {one}")
        for row in table.rows[:_SHOWN]:
            self.list.put(row_text(row, today))
        left = max(len(wrong) - _SHOWN, 0) + max(good - _SHOWN, 0)
        if left:
            self.list.put(f"And {left:,} more.")
        if wrong:
            lines_ = len({one.line for one in table.faults})
            said = f"{lines_:,} of {good + lines_:,} lines cannot be taken over, so none will be. Mend the table, then "
            self.tell(f"{said}choose it again.")
        else:
            self.tell("" if good else "There is no line in this table but the first.")
        self.go_on.setEnabled(bool(self.rows))

    def refuse(self, words: str) -> None:
        """No table, or one that was not taken over."""
        self.rows = ()
        self.list.clear()
        self.tell(words)
        self.go_on.setEnabled(False)
        self.choose.setEnabled(True)
        self.bar.setVisible(False)

    def advance(self, done: int, total: int) -> None:
        """Shows how many are taken over."""
        self.bar.setVisible(True)
        self.bar.setRange(0, total)
        self.bar.setValue(done)


class ByHand(OnCase):
    """Opens the sheets. `opened` tells the id of a case that was entered; `taken` when a table was.

    `progress` tells how many of how many lines are taken over. It is told from the keeper's thread: by this object, as
    a sheet may be gone by then.
    """

    opened = Signal(object)
    taken = Signal()
    progress = Signal(int, int)

    def enter(self) -> None:
        """Somebody rang, came or wrote."""
        day = today()
        # Without the portal's list nobody can be excluded by name, and a concern can still be entered.
        self.ask(lambda vault: _others(vault, day), lambda found: self._enter(found, day))

    def take_over(self) -> None:
        """From a table."""
        sheet = Import(self.look, self.over)
        sheet.chosen.connect(lambda: self._choose(sheet))
        self.open(sheet, lambda: self._take(sheet))

    def _enter(self, found: list[Colleague], day: int) -> None:
        sheet = Enter(self.look, found, day, self.over)
        made: list[bytes] = []

        def go() -> None:
            text, origin, mode = sheet.text.toPlainText().strip(), *_picked(sheet)
            if not text:
                sheet.tell("Please write what they said.")
                return
            received = day_of(sheet.received.date())
            never = [one for one in sheet.never.ticked() if isinstance(one, bytes)]

            def job(vault: Vault) -> str:
                case = manual.enter(vault, origin, mode, text, day, received=received, exclude=never)
                made.append(case.id)
                until = weekday_text(case.opened + 7, day)
                return f"Concern {case.number} is open. A person's answer is due by {until}."

            self.act(sheet, job, "", then=lambda: self.opened.emit(made[-1]))

        self.open(sheet, go)

    def _choose(self, sheet: Import) -> None:
        path, _ = QFileDialog.getOpenFileName(sheet, "A table of concerns", str(Path.home()), "Tables (*.csv);;All (*)")
        if path and self.shows(sheet):
            day = today()

            def look(_vault: Vault) -> Table:
                return manual.look(_read(Path(path)), day)

            self.fill(sheet, look, lambda table: sheet.show_table(table, day))

    def _take(self, sheet: Import) -> None:
        rows, day, stopped = sheet.rows, today(), threading.Event()
        sheet.choose.setEnabled(False)
        self.progress.connect(sheet.advance)
        # With the desk's lock too: what has been begun is undone then.
        sheet.finished.connect(lambda _result: stopped.set())

        def tell(done: int) -> None:
            if stopped.is_set():
                raise StoppedError
            if done % 20 == 0:
                self.progress.emit(done, len(rows))

        def job(vault: Vault) -> str:
            numbers = manual.take_over(vault, rows, day, tell)
            return f"{len(numbers):,} concerns are taken over: numbers {numbers[0]} to {numbers[-1]}."

        self.act(sheet, job, "", long=True, then=self.taken.emit)

    def wrong(self, sheet: Sheet, error: BaseException) -> None:
        """A table that is none is told in its sheet; one that was stopped is as it was before."""
        if isinstance(error, StoppedError):
            self.told.emit("Stopped. Nothing of the table was taken over.")
            return
        super().wrong(sheet, error)
        if isinstance(sheet, Import) and self.shows(sheet):
            sheet.refuse(sheet.fault.text())


def row_text(row: Row, today: int) -> str:
    """One line of a table as it would be taken over."""
    parts = [ORIGINS[row.origin], taxonomy.MODES[row.mode].partition(":")[0], *map(taxonomy.category, row.categories)]
    parts += [taxonomy.GROUPS[row.group]] if row.group else []
    said = f" {quoted(row.text, 80)}" if row.text else ""
    return f"Line {row.line}: came {weekday_text(row.received, today)}. {', '.join(parts)}.{said}"


def _picked(sheet: Enter) -> tuple[str, str]:
    return str(sheet.origin.currentData()), str(sheet.mode.currentData())


def _others(vault: Vault, day: int) -> list[Colleague]:
    try:
        return colleagues.of(vault, None, day)
    except (GuardianError, CandourError):
        return []


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(manual.MAX_BYTES + 1)
    except OSError:
        raise GuardianError("file", "unreadable") from None
