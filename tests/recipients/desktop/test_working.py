"""Work on a case in the window: drafts outlive a lock, deletes can be undone, acts are in the log."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from recipients.casework import book, log
from recipients.desktop.window import Window
from recipients.vault import open_vault
from tests.recipients.desktop import furnish
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.world import PASSPHRASE

Make = Callable[[Path], Window]


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault with two concerns, on the day on which they came."""
    monkeypatch.setattr("time.time", lambda: 20_001 * 86_400.0 + 43_200)
    return furnish.many(tmp_path / "vault", 2, 20_000)


@pytest.fixture
def desk(window: Make, vault: Path) -> Window:
    """An open desk with the first concern on it."""
    made = window(vault)
    unlock(made)
    choose(made, 1)
    return made


def unlock(window: Window) -> None:
    until(window.unlock.open.isEnabled)
    write(window.unlock.passphrase, PASSPHRASE)
    press(window.unlock.open)
    until(lambda: window.pages.currentWidget() is window.desk and window.desk.list.cases.rows)


def choose(window: Window, number: int) -> None:
    (row,) = [one for one in window.desk.list.cases.rows if one.number == number]
    window.desk.list.choose(row.id)
    until(lambda: window.working.case is not None and window.working.case.case.number == number)


def test_a_draft_outlives_another_concern_and_a_lock(desk: Window):
    editor = desk.desk.editor
    write(editor.text, "Thank you. I am looking into it.")
    editor.dated.setChecked(True)
    write(editor.step, "I will write again")
    choose(desk, 2)
    assert editor.text.toPlainText() == ""
    choose(desk, 1)
    assert editor.text.toPlainText() == "Thank you. I am looking into it."
    write(editor.text, "And: ")
    desk.leave()
    assert (editor.text.toPlainText(), desk.desk.reading.text.toPlainText()) == ("", "")
    unlock(desk)
    choose(desk, 1)
    assert "And: " in editor.text.toPlainText()
    assert (editor.step.text(), editor.dated.isChecked()) == ("I will write again", True)


def test_a_draft_that_was_thrown_away_can_be_brought_back(desk: Window):
    page = desk.desk
    write(page.editor.text, "Not like this.")
    press(page.editor.drop)
    until(lambda: page.editor.text.toPlainText() == "")
    assert page.notices.text.text() == "The draft was thrown away."
    press(page.notices.undo)
    until(lambda: page.editor.text.toPlainText() == "Not like this.")


def test_a_note_is_kept_deleted_and_brought_back(desk: Window):
    page = desk.desk
    page.side.setCurrentWidget(page.notes)
    write(page.notes.text, "Rang the <b>ward</b>.")
    press(page.notes.keep)
    until(lambda: page.notes.list.count() == 1)
    assert "Rang the <b>ward</b>." in page.notes.list.item(0).text()
    page.notes.list.setCurrentRow(0)
    press(page.notes.delete)
    until(lambda: page.notes.list.count() == 0)
    press(page.notes.undo)
    until(lambda: page.notes.list.count() == 1)


def test_state_urgency_and_categories_are_in_the_log(desk: Window, vault: Path):
    standing = desk.desk.standing
    desk.desk.side.setCurrentWidget(standing)
    standing.state.setFocus()
    QTest.keyClick(standing.state, Qt.Key.Key_Down)
    until(lambda: desk.working.case is not None and desk.working.case.case.state == "assessed")
    standing.urgency.setFocus()
    QTest.keyClick(standing.urgency, Qt.Key.Key_Up)
    until(lambda: desk.working.case is not None and desk.working.case.case.urgency == "soon")
    standing.categories.item(2).setCheckState(Qt.CheckState.Checked)
    until(lambda: desk.working.case is not None and desk.working.case.case.categories == ("bullying",))
    until(lambda: "Bullying" in desk.desk.history.toPlainText())
    desk.lock()
    desk.keeper.end()
    with open_vault(vault, PASSPHRASE) as opened:
        kinds = [line.kind for line in log.lines(opened, book.find(opened, "1").id)]
    assert kinds == ["state", "urgency", "categories"]


def test_the_list_is_filtered_by_number_and_day(desk: Window):
    page = desk.desk
    write(page.filters.typed, "2")
    until(lambda: [one.number for one in page.list.cases.rows] == [2])
    page.filters.typed.clear()
    write(page.filters.typed, "2020-01-01")
    until(lambda: not page.list.cases.rows)
    page.filters.typed.clear()
    page.filters.show_.setCurrentIndex(page.filters.show_.findData("concluded"))
    until(lambda: not page.list.cases.rows)


def test_results_from_before_a_lock_are_not_shown(desk: Window):
    row = desk.desk.list.cases.rows[1]
    desk.desk.list.choose(row.id)
    desk.lock()
    unlock(desk)
    assert desk.desk.reading.text.toPlainText() == ""
