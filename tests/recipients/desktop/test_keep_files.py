"""Files of a concern in the window: a safe picture where Dangerzone is, else sealed, and the file after a warning.

Dangerzone runs containers, which a test cannot: a program in its place, with its command line, does what it would do.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QSpinBox

from recipients.desktop.window import Window
from recipients.desktop.worksheet import WorkSheet
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.desktop.sheets import faults, told
from tests.recipients.desktop.test_working import choose
from tests.recipients.test_sanitise import ORIGINAL, dangerzone, left, programs
from tests.recipients.world import PASSPHRASE, Reporter, Town

__all__ = ["programs"]
Make = Callable[[Path], Window]


@pytest.fixture
def desk(window: Make, town: Town, monkeypatch: pytest.MonkeyPatch) -> Window:
    """An open desk, with a concern on it that brought a file."""
    monkeypatch.setattr("time.time", lambda: float(town.clock.now))
    vault, reporter = town.vault(), Reporter(town)
    town.sync(vault)
    manifest = reporter.upload(ORIGINAL, "rota <b>\u202egpj.exe")
    reporter.send([town.organisation.guardians[0]], "See the picture.", files=[manifest])
    town.next_day()
    town.sync(vault)
    vault.close()
    made = window(vault.path)
    until(made.unlock.open.isEnabled)
    write(made.unlock.passphrase, PASSPHRASE)
    press(made.unlock.open)
    until(lambda: made.pages.currentWidget() is made.desk and made.desk.list.cases.rows)
    choose(made, 1)
    until(lambda: made.desk.reading.files.count() == 1)
    return made


def sheet(desk: Window) -> WorkSheet:
    until(lambda: desk.keep.drawer.sheet is not None and desk.keep.drawer.sheet.isVisible())
    found = desk.keep.drawer.sheet
    assert isinstance(found, WorkSheet)
    assert faults(found) == []
    return found


def to(monkeypatch: pytest.MonkeyPatch, path: Path) -> Path:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


def test_without_dangerzone_it_says_why_the_file_stays_sealed(desk: Window, programs: Path):
    press(desk.desk.reading.look)
    found = sheet(desk)
    said = " ".join(one.text() for one in found.findChildren(type(found.fault)))
    assert "This file stays sealed" in said
    assert "rota <b>‹U+202E›gpj.exe" in said
    assert not found.go_on.isVisible(), "there is nothing to press that could not work"


def test_a_picture_is_made_cleaned_never_over_a_file(
    desk: Window, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    dangerzone(programs, 'cat "$3" > /dev/null\nprintf "%%PDF-1.7 a picture" > "$2"')
    place = to(monkeypatch, tmp_path / "picture.pdf")
    place.write_bytes(b"mine")
    press(desk.desk.reading.look)
    found = sheet(desk)
    press(found.go_on)
    until(lambda: "There is a file of that name already" in found.fault.text())
    assert place.read_bytes() == b"mine"
    place.unlink()
    (clean,) = found.findChildren(QCheckBox)
    clean.click()
    press(found.go_on)
    until(lambda: "mat2, which cleans copies" in found.fault.text())
    assert not place.exists(), "no copy that was to be cleaned and is not"
    mat2 = programs / "mat2"
    mat2.write_text('#!/bin/sh\nfor last; do :; done\nprintf "%%PDF-1.7 cleaned" > "$last"\n')
    mat2.chmod(0o755)
    press(found.go_on)
    until(lambda: "This PDF is a picture of the file" in told(desk))
    assert place.read_bytes() == b"%PDF-1.7 cleaned"
    assert place.stat().st_mode & 0o077 == 0
    assert left() == []


def test_a_picture_that_takes_long_can_be_stopped(
    desk: Window, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    dangerzone(programs, f'printf x > "{tmp_path}/begun"\nsleep 600')
    place = to(monkeypatch, tmp_path / "picture.pdf")
    press(desk.desk.reading.look)
    found = sheet(desk)
    assert [one.value() for one in found.findChildren(QSpinBox)] == [10]
    press(found.go_on)
    until((tmp_path / "begun").exists)
    until(lambda: "Dangerzone is at work" in found.said.text())
    assert faults(found) == []
    press(found.halt)
    until(lambda: "Stopped, as you wished" in found.fault.text())
    assert (place.exists(), left()) == (False, [])


def test_the_file_itself_comes_out_only_after_a_warning(desk: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place = to(monkeypatch, tmp_path / "file.jpg")
    press(desk.desk.reading.save)
    found = sheet(desk)
    assert "may take over the computer" in found.accessibleDescription()
    assert not place.exists()
    press(found.go_on)
    until(lambda: "This file is now outside the vault" in told(desk))
    assert place.read_bytes() == ORIGINAL
    assert place.stat().st_mode & 0o077 == 0
