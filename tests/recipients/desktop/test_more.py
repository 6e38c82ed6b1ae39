"""The menu "More": words, factors, conclusion and PDF of a case, in sheets that close when the desk locks."""

from pathlib import Path
from typing import TypeVar

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from recipients.casework import book, log
from recipients.desktop.sheets import Conclude, Factors, Find, Sheet
from recipients.desktop.window import Window
from recipients.vault import open_vault
from tests.recipients.desktop import eyes
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.desktop.test_working import desk, vault
from tests.recipients.world import PASSPHRASE

__all__ = ["desk", "vault"]

S = TypeVar("S", bound=Sheet)


def sheet(desk: Window, kind: type[S], title: str) -> S:
    """Opens a sheet by its line in the menu, and looks at it."""
    (action,) = [one for one in desk.menus.working if one.text().replace("&", "") == title]
    action.trigger()
    until(lambda: type(desk.more.sheet) is kind and desk.more.sheet.isVisible())
    found = desk.more.sheet
    assert isinstance(found, kind)
    assert eyes.faults(found) == []
    return found


def ended(desk: Window, vault: Path) -> list[str]:
    desk.lock()
    desk.keeper.end()
    with open_vault(vault, PASSPHRASE) as opened:
        return [line.kind for line in log.lines(opened, book.find(opened, "1").id)]


def learn(asked: Conclude) -> None:
    for one, field in asked.learned.items():
        write(field, f"What was learned, {one}")


def test_nothing_is_concluded_without_learning_and_a_reason(desk: Window, vault: Path):
    asked = sheet(desk, Conclude, "Conclude this concern…")
    press(asked.go_on)
    assert asked.fault.text().startswith("Please fill in all three")
    learn(asked)
    asked.outcome.setCurrentIndex(asked.outcome.findData("nothing"))
    press(asked.go_on)
    until(lambda: asked.fault.text().startswith("When nothing changed"))
    write(asked.reason, "Nobody could be found to do it.")
    press(asked.go_on)
    until(lambda: desk.working.case is not None and desk.working.case.case.state == "concluded")
    assert desk.more.sheet is None
    assert ended(desk, vault) == ["learning", "conclude"]


def test_the_duty_of_candour_is_said_before_anything_is_written(desk: Window, vault: Path):
    desk.working._stand("categories", ["patient-safety"])
    until(lambda: desk.working.case is not None and desk.working.case.case.categories == ("patient-safety",))
    asked = sheet(desk, Conclude, "Conclude this concern…")
    learn(asked)
    press(asked.go_on)
    until(lambda: "duty-of-candour" in asked.fault.text())
    assert ended(desk, vault) == ["categories"]


def test_factors_are_ticked_and_shown_again(desk: Window, vault: Path):
    asked = sheet(desk, Factors, "What contributed…")
    asked.list.item(1).setCheckState(Qt.CheckState.Checked)
    chosen = asked.names()
    press(asked.go_on)
    until(lambda: desk.more.sheet is None)
    again = sheet(desk, Factors, "What contributed…")
    assert (again.names(), len(chosen)) == (chosen, 1)
    assert ended(desk, vault) == ["factors"]


def test_words_are_found_in_this_concern_only(desk: Window):
    asked = sheet(desk, Find, "Find words in this concern…")
    write(asked.typed, "HAPPENED, number")
    press(asked.go_on)
    until(lambda: asked.hits.count() == 1)
    assert "In what was written to you" in asked.hits.item(0).text()
    asked.typed.clear()
    write(asked.typed, "zebra")
    press(asked.go_on)
    until(lambda: asked.fault.text() == "These words do not stand in this concern.")
    assert asked.hits.count() == 0


def test_a_sheet_and_its_words_go_when_the_desk_locks(desk: Window):
    asked = sheet(desk, Conclude, "Conclude this concern…")
    learn(asked)
    gone: list[object] = []
    asked.destroyed.connect(lambda *_: gone.append(True))
    desk.leave()
    assert desk.more.sheet is None
    until(lambda: gone)


def test_a_case_is_saved_as_pdf_and_never_over_a_file(
    desk: Window, vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    to = tmp_path / "case.pdf"
    to.write_bytes(b"mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(to), ""))
    asked = sheet(desk, Sheet, "Save this concern as PDF…")
    press(asked.go_on)
    until(lambda: asked.fault.text().startswith("There is a file of that name"))
    assert to.read_bytes() == b"mine"
    to.unlink()
    press(asked.go_on)
    until(lambda: "outside the vault" in desk.desk.notices.text.text())
    with pypdfium2.PdfDocument(to) as paper:
        assert "Something happened, number" in paper[0].get_textpage().get_text_bounded()
    assert to.stat().st_mode & 0o077 == 0
    assert ended(desk, vault) == ["exported"]


def test_the_quiet_of_the_period_is_said_before_a_case_leaves(desk: Window):
    asked = sheet(desk, Sheet, "Save this concern as PDF…")
    assert "not your private notes" in asked.accessibleDescription()
    assert "It came in a quiet period" in asked.accessibleDescription()
