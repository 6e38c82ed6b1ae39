"""My vault: passphrase, backup and its check, trustees, rescue and restore from the locked screen, key, succession."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QSpinBox

from recipients.desktop.rescue import Restore
from recipients.desktop.trustees import Shares, Typed
from recipients.desktop.window import Window
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.vault import backup, header, open_vault, recovery
from tests.recipients.desktop import furnish
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.desktop.sheets import action, faults, idle, opened, told
from tests.recipients.desktop.test_working import choose, unlock
from tests.recipients.test_casework import refuses
from tests.recipients.world import PASSPHRASE

Make = Callable[[Path], Window]
NEW = "six other words that nobody knows"
DAY = 20_000


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with two concerns, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(header, "MEMORY", 64)
        patch.setattr(header, "PASSES", 1)
        return furnish.many(tmp_path_factory.mktemp("furnished") / "vault", 2, DAY)


@pytest.fixture
def vault(tmp_path: Path, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, on the day after."""
    monkeypatch.setattr("time.time", lambda: (DAY + 1) * 86_400.0 + 43_200)
    shutil.copytree(furnished, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def desk(window: Make, vault: Path) -> Window:
    """An open desk."""
    made = window(vault)
    unlock(made)
    return made


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Says which file or folder a person chooses from now on."""

    def chosen(path: Path) -> Path:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(path))
        return path

    return chosen


def fields(sheet: WorkSheet) -> list[QLineEdit]:
    """The fields for words, top to bottom; not those inside number fields."""
    return [one for one in sheet.findChildren(QLineEdit) if not isinstance(one.parent(), QSpinBox)]


def opens(vault: Path, passphrase: str) -> bool:
    try:
        open_vault(vault, passphrase).close()
    except GuardianError as error:
        return error.code != "passphrase"
    return True


def leave(desk: Window) -> None:
    desk.lock()
    desk.keeper.end()


def test_the_passphrase_is_changed_only_with_the_old_one_and_twice_the_new(desk: Window, vault: Path):
    sheet = opened(desk, "Change the passphrase")
    old, new, again = fields(sheet)
    for field, text in ((old, "not the passphrase"), (new, NEW), (again, NEW + "x")):
        write(field, text)
    press(sheet.go_on)
    assert sheet.fault.text().startswith("The two new passphrases differ")
    again.setText(NEW)
    press(sheet.go_on)
    until(lambda: "does not open this vault" in sheet.fault.text())
    old.setText(PASSPHRASE)
    for field in (new, again):
        field.setText("short")
    press(sheet.go_on)
    until(lambda: "too short" in sheet.fault.text())
    for field in (new, again):
        field.setText(NEW)
    press(sheet.go_on)
    until(lambda: "The passphrase is changed" in told(desk))
    assert desk.keep.drawer.sheet is None
    choose(desk, 1)
    leave(desk)
    assert (opens(vault, PASSPHRASE), opens(vault, NEW)) == (False, True)


def test_a_backup_of_an_open_vault_is_whole_and_brings_everything_back(
    desk: Window, vault: Path, tmp_path: Path, place: Callable[[Path], Path]
):
    to = place(tmp_path / "my.backup")
    sheet = opened(desk, "Back up")
    assert "Day keys are not in a backup" in sheet.accessibleDescription()
    (typed,) = fields(sheet)
    write(typed, "not the passphrase")
    press(sheet.go_on)
    until(lambda: "does not open this vault" in sheet.fault.text())
    assert not to.exists()
    typed.setText(PASSPHRASE)
    press(sheet.go_on)
    until(lambda: "The backup is written to" in told(desk))
    check = opened(desk, "Check a backup")
    (again,) = fields(check)
    write(again, PASSPHRASE)
    press(check.go_on)
    until(lambda: "my.backup is whole" in told(desk))
    leave(desk)
    backup.bring_back(to, tmp_path / "again", PASSPHRASE)
    with open_vault(tmp_path / "again", PASSPHRASE) as found:
        assert found.database.value("SELECT count(*) FROM casefile") == 2
        found.database.check()


def test_a_backup_never_goes_over_a_file_and_a_damaged_one_is_told(
    desk: Window, tmp_path: Path, place: Callable[[Path], Path]
):
    taken = place(tmp_path / "taken")
    taken.write_bytes(b"mine")
    sheet = opened(desk, "Back up")
    write(fields(sheet)[0], PASSPHRASE)
    press(sheet.go_on)
    until(lambda: "There is a file of that name already" in sheet.fault.text())
    assert taken.read_bytes() == b"mine"
    check = opened(desk, "Check a backup")
    write(fields(check)[0], PASSPHRASE)
    press(check.go_on)
    until(lambda: "not a backup" in check.fault.text())
    backup.save(desk.keeper._vault, PASSPHRASE, tmp_path / "sound")  # type: ignore[arg-type]
    data = bytearray((tmp_path / "sound").read_bytes())
    data[-40] ^= 1
    taken.write_bytes(data)
    press(check.go_on)
    until(lambda: "damaged or cut" in check.fault.text())


def test_a_backup_can_be_stopped_and_leaves_nothing(desk: Window, tmp_path: Path, place: Callable[[Path], Path]):
    to = place(tmp_path / "stopped")
    sheet = opened(desk, "Back up")
    write(fields(sheet)[0], PASSPHRASE)
    sheet.wanted.connect(desk.keep.drawer.stop)
    press(sheet.go_on)
    until(lambda: sheet.fault.text() == "Stopped. Nothing was made.")
    assert [one.name for one in tmp_path.iterdir() if "stopped" in one.name] == []
    assert not to.exists()
    assert sheet.go_on.isEnabled()


def test_shares_are_shown_one_by_one_and_open_the_vault(desk: Window, vault: Path):
    asked = opened(desk, "Shares for trustees")
    of, need = asked.findChildren(QSpinBox)
    assert (need.value(), of.value()) == (2, 3)
    need.setValue(4)
    write(fields(asked)[0], PASSPHRASE)
    press(asked.go_on)
    until(lambda: "2 to 16 trustees" in asked.fault.text())
    need.setValue(2)
    press(asked.go_on)
    until(lambda: isinstance(desk.keep.drawer.sheet, Shares))
    sheet = desk.keep.drawer.sheet
    assert isinstance(sheet, Shares)
    copied = []
    for at in (1, 2, 3):
        assert sheet.which.text() == f"Share {at} of 3; 2 are needed"
        assert not any(one.text() for one in sheet.words), "covered until it is asked for"
        press(sheet.show_)
        assert faults(sheet) == []
        assert not sheet.next.isEnabled(), "not before it is on paper"
        copied.append(" ".join(one.text().split()[1] for one in sheet.words))
        sheet.on_paper.click()
        press(sheet.next)
    until(lambda: "All 3 shares are on paper" in told(desk))
    assert len(set(copied)) == 3
    leave(desk)
    recovery.recover(vault, copied[1:], NEW)
    assert opens(vault, NEW)


def test_trustees_give_a_new_passphrase_from_the_locked_screen(window: Make, vault: Path):
    shares = recovery.split(vault, PASSPHRASE, need=2, of=3)
    desk = window(vault)
    press(desk.unlock.rescue)
    sheet = desk.keep.drawer.sheet
    assert isinstance(sheet, WorkSheet)
    assert faults(sheet) == []
    (typed,) = sheet.findChildren(Typed)
    new, again = fields(sheet)[1:]
    press(sheet.go_on)
    assert sheet.fault.text().startswith("No share has been added yet")
    for wrong in ("academic acid", " ".join([*shares[0].split()[:-1], "academic"])):
        typed.line.setText(wrong)
        press(typed.add)
        assert "a word that is wrong" in sheet.fault.text()
    for text in (shares[0], shares[0], shares[2].upper()):
        typed.line.setText(text)
        press(typed.add)
    assert typed.come.text() == "2 of 2 shares are here. That is enough."
    for field in (new, again):
        field.setText(NEW)
    press(sheet.go_on)
    until(lambda: "The vault has a new passphrase" in desk.unlock.said.text())
    write(desk.unlock.passphrase, NEW)
    press(desk.unlock.open)
    until(lambda: desk.pages.currentWidget() is desk.desk)


def test_a_backup_is_brought_back_from_the_locked_screen(
    window: Make, vault: Path, tmp_path: Path, place: Callable[[Path], Path]
):
    shares = recovery.split(vault, PASSPHRASE, need=2, of=2)
    backup.save(vault, PASSPHRASE, place(tmp_path / "my.backup"))
    desk = window(vault)
    press(desk.unlock.bring)
    sheet = desk.keep.drawer.sheet
    assert isinstance(sheet, Restore)
    assert "Never use two copies" in sheet.accessibleDescription()
    press(sheet.go_on)
    assert sheet.fault.text().startswith("Choose the backup first")
    sheet._choose()
    sheet.passphrase.setText(PASSPHRASE)
    press(sheet.go_on)
    until(lambda: "There is a vault, or another file, in that place" in sheet.fault.text())
    sheet.to.setText(str(tmp_path / "back"))
    sheet.lost.click()
    assert faults(sheet) == []
    for one in shares:
        sheet.typed.line.setText(one)
        press(sheet.typed.add)
    sheet.passphrase.setText(NEW)
    press(sheet.go_on)
    assert sheet.fault.text().startswith("The two new passphrases differ")
    sheet.again.setText(NEW)
    press(sheet.go_on)
    until(lambda: "The vault is back" in desk.unlock.said.text())
    assert desk.unlock.vault == tmp_path / "back"
    with open_vault(tmp_path / "back", NEW) as found:
        assert found.setting("restored") == b"1"


def test_the_words_of_the_key_and_a_request(desk: Window, tmp_path: Path, place: Callable[[Path], Path]):
    to = place(tmp_path / "request.json")
    sheet = opened(desk, "My key and certificate")
    shown = [one.text() for one in sheet.findChildren(type(sheet.fault))]
    assert any(len(text.split()) == 8 for text in shown)
    assert any("has not been seen yet" in text for text in shown)
    press(sheet.go_on)
    until(lambda: "The request is written to" in told(desk))
    assert b"candour" in to.read_bytes()


def test_nothing_is_handed_over_before_the_list_was_seen(desk: Window):
    action(desk, "Hand over to a successor").trigger()
    until(lambda: "has not seen the portal yet" in told(desk))
    assert desk.keep.drawer.sheet is None


def test_a_file_that_is_no_succession_is_refused(desk: Window, tmp_path: Path, place: Callable[[Path], Path]):
    place(tmp_path / "odd").write_bytes(b"CANDOURX")
    sheet = opened(desk, "Take over from a predecessor")
    press(sheet.go_on)
    until(sheet.fault.text)
    assert "does not hold concerns that were handed on" in sheet.fault.text()


def test_a_sheet_of_secrets_goes_when_the_desk_locks(desk: Window):
    sheet = opened(desk, "Change the passphrase")
    write(fields(sheet)[0], PASSPHRASE)
    gone: list[object] = []
    sheet.destroyed.connect(lambda *_: gone.append(True))
    desk.leave()
    assert desk.keep.drawer.sheet is None
    until(lambda: gone)
    assert not any(one.isEnabled() for one in desk.menus.working), "nothing of it is there while the desk is locked"


def test_every_line_has_a_key_of_its_own_and_begins_in_its_first_field(desk: Window):
    for menu in desk.keep.bar:
        marks = [one.text()[one.text().index("&") + 1].lower() for one in menu.actions() if one.text()]
        assert len(set(marks)) == len(marks), marks
    sheet = opened(desk, "Back up")
    assert sheet.focusWidget() is fields(sheet)[0]
    assert sheet.focusWidget().nextInFocusChain() is sheet.findChildren(QCheckBox)[0]
    idle(desk)


def test_a_vault_in_use_elsewhere_cannot_be_rescued(window: Make, vault: Path):
    with open_vault(vault, PASSPHRASE), refuses("busy"):
        recovery.split(vault, PASSPHRASE, need=2, of=2)
