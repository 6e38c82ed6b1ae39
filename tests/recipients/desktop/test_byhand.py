"""Concerns entered by hand and taken over from a table, in a window."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from recipients.casework import book, manual, sharing
from recipients.casework.book import Filter
from recipients.desktop.byhand import Enter, Import
from recipients.desktop.fields import qdate
from recipients.vault import Vault
from tests.recipients.desktop.desks import Desk, Ward
from tests.recipients.desktop.furnish import HOSTILE, URDU
from tests.recipients.desktop.hands import LONGEST, press, until, write

HEAD = "received,origin,mode,category,group,text,acknowledged\n"
GOOD = (
    "2024-01-31,telephone,confidential,patient-safety;bullying,nursing,Two nurses short,2024-02-02\n"
    "2024-02-01,letter,anonymous,,,<b>Not markup</b>,\n"
)
BAD = {
    "origin": "2024-01-31,pigeon,open,,,x,\n",
    "received": "2099-01-31,email,open,,,x,\n",
    "acknowledged": "2024-01-31,email,open,,,x,2024-01-30\n",
    "mode": "2024-01-31,email,,,,x,\n",
}


@pytest.fixture
def mine(ward: Ward) -> Desk:
    """The first guardian's desk."""
    return ward.desk(0)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a person chooses."""
    path = tmp_path / "concerns.csv"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    return path


def numbers(vault: Vault) -> list[int]:
    return [one.number for one in book.search(vault, Filter(origins=("telephone", "letter", "email"), order="number"))]


def look(asked: Import) -> list[str]:
    """Chooses the file, and reads the list."""
    asked.tell("")
    asked.list.clear()
    press(asked.choose)
    until(lambda: asked.list.count() or asked.fault.text())
    return [asked.list.item(one).text() for one in range(asked.list.count())]


def test_somebody_rang_and_excludes_a_guardian(ward: Ward, mine: Desk):
    asked = mine.sheet(Enter, "Enter one by hand…")
    assert mine.refused(asked) == "Please write what they said."
    write(asked.text, HOSTILE + URDU)
    asked.received.setDate(qdate(ward.town.today - 3))
    (never,) = [one for one in range(asked.never.count()) if _g(asked, one) == ward.g[1]]
    asked.never.item(never).setCheckState(Qt.CheckState.Checked)
    assert "A person's answer is due by" in mine.done(asked)
    until(lambda: mine.window.working.case is not None and mine.window.working.case.case.origin == "telephone")
    shown = mine.window.desk.reading.text.toPlainText()
    assert "By telephone" in shown
    assert "<h1>Concern closed</h1>" in shown
    assert "Must never see this" in shown
    assert not mine.window.desk.editor.isEnabled()
    (number,) = mine.ask(numbers)
    case = mine.case(number)
    assert (case.opened, case.origin, mine.facts(number).mode) == (ward.town.today - 3, "telephone", "confidential")
    assert mine.ask(lambda vault: sharing.excluded(vault, case)) == frozenset([ward.g[1]])


def test_a_day_that_has_not_come_cannot_be_chosen(ward: Ward, mine: Desk):
    asked = mine.sheet(Enter, "Enter one by hand…")
    asked.received.setDate(qdate(ward.town.today + 5))
    assert asked.received.date() == qdate(ward.town.today)


def test_a_table_is_looked_at_and_taken_over(mine: Desk, table: Path):
    asked = mine.sheet(Import, "Take over from a table…")
    assert not asked.go_on.isEnabled()
    table.write_text(HEAD + GOOD)
    seen = look(asked)
    assert seen[0].startswith("Line 2: came Wednesday 31 January. By telephone, Confidential, Patient safety")
    assert "<b>Not markup</b>" in seen[1]
    said = mine.done(asked)
    found = mine.ask(numbers)
    assert said == f"2 concerns are taken over: numbers {found[0]} to {found[1]}."
    assert mine.facts(found[0]).group == "nursing"
    rows = mine.window.desk.list.cases
    until(lambda: set(found) <= {one.number for one in rows.rows})


def test_lines_that_are_refused_are_said_one_by_one_and_none_is_taken(mine: Desk, table: Path):
    table.write_text(HEAD + GOOD + "".join(BAD.values()))
    asked = mine.sheet(Import, "Take over from a table…")
    seen = look(asked)
    for (column, _), line in zip(BAD.items(), range(4, 8), strict=True):
        assert any(one.startswith(f"Refused. Line {line}, column {column}:") for one in seen), column
    assert asked.fault.text().startswith("4 of 6 lines cannot be taken over, so none will be.")
    assert not asked.go_on.isEnabled()
    assert mine.ask(numbers) == []
    # Mended, and chosen again.
    table.write_text(HEAD + GOOD)
    assert len(look(asked)) == 2
    assert asked.go_on.isEnabled()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe\x00", "That file is not a table in CSV"),
        (b"when,how\n1,2\n", "The first line has to name the columns"),
        (b"x" * (manual.MAX_BYTES + 1), "That file has more than 10,000 lines, or more than 8 MB"),
        (None, "That file cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(mine: Desk, table: Path, data: bytes | None, said: str):
    if data is not None:
        table.write_bytes(data)
    asked = mine.sheet(Import, "Take over from a table…")
    assert look(asked) == []
    assert asked.fault.text().startswith(said)
    assert not asked.go_on.isEnabled()


def test_closing_while_it_is_taken_over_takes_none(mine: Desk, table: Path):
    table.write_text(HEAD + GOOD * 40)
    asked = mine.sheet(Import, "Take over from a table…")
    look(asked)
    begun, closed = threading.Event(), threading.Event()

    def wait(done: int, _total: int) -> None:
        # In the thread that takes the table over: it goes on when the sheet is closed.
        if done == 20:
            begun.set()
            closed.wait(LONGEST)

    mine.window.by_hand.progress.connect(wait, Qt.ConnectionType.DirectConnection)
    press(asked.go_on)
    until(begun.is_set)
    press(asked.leave)
    closed.set()
    until(lambda: "Nothing of the table was taken over" in mine.window.desk.notices.text.text())
    assert mine.ask(numbers) == []


def _g(asked: Enter, place: int) -> object:
    return asked.never.item(place).data(Qt.ItemDataRole.UserRole)
