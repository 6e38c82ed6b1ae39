"""Numbers, rules and words in the window: return, trends, promises, retention, beginnings of replies, the calendar."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QListWidget, QPushButton

from crypto import reply
from recipients import keys, publishing, replies
from recipients.casework import acts, book, closing, measures, promises, quarters, retention, templates
from recipients.desktop import retainacts
from recipients.desktop.awayacts import Away
from recipients.desktop.retainacts import Keeping
from recipients.desktop.returnacts import Trends
from recipients.desktop.window import Window
from recipients.desktop.wordacts import Beginnings
from recipients.vault import Vault, header, open_vault
from tests.recipients.desktop import furnish
from tests.recipients.desktop.hands import press, until
from tests.recipients.desktop.sheets import faults, idle, opened, shown, told
from tests.recipients.desktop.test_working import unlock
from tests.recipients.world import PASSPHRASE

Make = Callable[[Path], Window]
DAY = 20_000
QUARTER = quarters.quarter_of(DAY)
# Long enough after for the quarter to be over, and for what was concluded then to be due for erasing.
LATER = DAY + 500


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with ten concerns: factors and a category in nine, one concluded, three promises; made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(header, "MEMORY", 64)
        patch.setattr(header, "PASSES", 1)
        path = furnish.many(tmp_path_factory.mktemp("furnished") / "vault", 10, DAY)
        with open_vault(path, PASSPHRASE) as vault:
            _furnish(vault)
        return path


def _furnish(vault: Vault) -> None:
    for number in range(1, 10):
        case = book.find(vault, str(number))
        acts.set_categories(vault, case, ["other"], DAY)
        measures.set_factors(vault, case, "yorkshire", ["staffing"], "", DAY)
    closing.learn(vault, book.find(vault, "9"), "a", "b", "c", DAY)
    closing.conclude(vault, book.find(vault, "9"), "changed", "", DAY)
    for number, day in ((1, DAY + 5), (2, DAY + 5), (3, LATER + 10)):
        _promise(vault, number, DAY, day)
    _promise(vault, 2, DAY + 9, None)


def _promise(vault: Vault, number: int, today: int, day: int | None) -> None:
    following = None if day is None else reply.Next(day=day, what=f"I will <b>write</b> about {number}")
    draft = replies.Draft(text="Thank you for this.", next=following)
    replies.send(vault, keys.load(vault), book.thread_of(book.find(vault, str(number))), draft, today)


@pytest.fixture
def vault(tmp_path: Path, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, long after."""
    monkeypatch.setattr("time.time", lambda: LATER * 86_400.0 + 43_200)
    shutil.copytree(furnished, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def desk(window: Make, vault: Path) -> Window:
    """An open desk."""
    made = window(vault)
    unlock(made)
    return made


def closed(desk: Window, vault: Path) -> Vault:
    """The vault by itself, after the desk let it go."""
    desk.lock()
    desk.keeper.end()
    return open_vault(vault, PASSPHRASE)


def texts(box: QListWidget) -> list[str]:
    return [box.item(at).text() for at in range(box.count())]


def test_the_return_names_what_is_missing_goes_there_and_is_saved(
    desk: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    to = tmp_path / "return.csv"
    to.write_bytes(b"mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(to), ""))
    sheet = opened(desk, "Quarterly return")
    (which,) = sheet.findChildren(QComboBox)
    which.setCurrentIndex(which.findData(QUARTER))
    rows, missing = sheet.findChildren(QListWidget)
    until(lambda: texts(missing) == ["Concern 10: nobody has said what it is about."])
    assert texts(rows)[0] == "Cases: 10"
    assert faults(sheet) == []
    press(sheet.go_on)
    until(lambda: "There is a file of that name already" in sheet.fault.text())
    assert to.read_bytes() == b"mine"
    to.unlink()
    press(sheet.go_on)
    until(lambda: "Made:" in told(desk))
    with to.open(encoding="utf-8", newline="") as file:
        assert [QUARTER, "total", "Cases", "10"] in list(csv.reader(file))
    again = opened(desk, "Quarterly return")
    (which,) = again.findChildren(QComboBox)
    which.setCurrentIndex(which.findData(QUARTER))
    until(lambda: texts(again.findChildren(QListWidget)[1]))
    (go,) = [one for one in again.findChildren(QPushButton) if one.accessibleName() == "Go to this concern"]
    press(go)
    until(lambda: desk.working.case is not None and desk.working.case.case.number == 10)
    assert desk.keep.drawer.sheet is None


def test_trends_are_drawn_said_and_saved(desk: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    to = tmp_path / "trends.svg"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(to), ""))
    sheet = shown(desk, "Trends by factor", Trends)
    for at in range(sheet.quarters.count()):
        on = sheet.quarters.item(at).data(Qt.ItemDataRole.UserRole) == QUARTER
        sheet.quarters.item(at).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
    sheet.framework.setCurrentIndex(sheet.framework.findData("yorkshire"))
    until(lambda: sheet.picture.accessibleName() == f"Staffing: {QUARTER} 10.")
    assert not sheet.picture.pixmap().isNull()
    assert faults(sheet) == []
    press(sheet.go_on)
    until(lambda: "Made:" in told(desk))
    saved = to.read_text("utf-8")
    assert saved.startswith("<svg")
    assert saved.endswith("</svg>")
    assert "Staffing" in saved


def test_promises_are_listed_the_overdue_ones_first(desk: Window, vault: Path):
    sheet = opened(desk, "Promises")
    (rows,) = sheet.findChildren(QListWidget)
    assert [one.split(",")[0] for one in texts(rows)] == [
        "Overdue. Concern 1",
        "Open. Concern 3",
        "Kept late. Concern 2",
    ]
    assert "I will <b>write</b> about 1" in texts(rows)[0]
    rows.itemActivated.emit(rows.item(0))
    until(lambda: desk.working.case is not None and desk.working.case.case.number == 1)
    with closed(desk, vault) as found:
        states = [(one.case.number, one.state(DAY + 5), one.answered) for one in promises.made(found)]
    assert states == [(1, "waiting", None), (2, "late", DAY + 9), (3, "waiting", None)]


def test_erasing_is_asked_for_and_never_called_gone_before_backups_are(
    desk: Window, vault: Path, monkeypatch: pytest.MonkeyPatch
):
    sheet = shown(desk, "How long concerns are kept", Keeping)
    assert texts(sheet.due) == ["Concern 9 is due for erasing."]
    sheet.months.setValue(24)
    press(sheet.go_on)
    until(lambda: texts(sheet.due) == ["Nothing is due for erasing."])
    assert not sheet.erase.isEnabled()
    sheet.months.setValue(12)
    press(sheet.go_on)
    until(sheet.erase.isEnabled)
    asked: list[str] = []

    def agreed(_look: object, _title: str, text: str, *_: object) -> bool:
        asked.append(text)
        return len(asked) > 1

    monkeypatch.setattr(retainacts, "agreed", agreed)
    press(sheet.erase)
    until(lambda: asked)
    idle(desk)
    assert "cannot be brought back" in asked[0]
    assert texts(sheet.due) == ["Concern 9 is due for erasing."], "a no erases nothing"
    press(sheet.erase)
    until(lambda: "Erased: concern 9. Say that it is gone only after" in told(desk))
    again = shown(desk, "How long concerns are kept", Keeping)
    (line,) = texts(again.gone)
    assert line.startswith("Concern 9, erased today: say that it is gone only after")
    with closed(desk, vault) as found:
        assert retention.policy(found).months == 12
        assert [one.gone for one in retention.claims(found, LATER)] == [False]
        assert book.find(found, "9").state == "erased"


def test_beginnings_are_written_changed_deleted_and_brought_back(desk: Window, vault: Path):
    sheet = shown(desk, "Beginnings of replies", Beginnings)
    before = sheet.list.count()
    press(sheet.new)
    sheet.title.setText("<b>Diolch</b>")
    sheet.language.setCurrentIndex(sheet.language.findData("cy"))
    sheet.short.setText("Not A Name")
    sheet.text.setPlainText("Diolch am ddweud hyn.")
    press(sheet.go_on)
    until(lambda: "small letters, digits and hyphens" in sheet.fault.text())
    sheet.short.setText("diolch")
    press(sheet.go_on)
    until(lambda: "Say what comes next" in sheet.fault.text())
    sheet.next.setText("Byddaf yn ysgrifennu eto")
    sheet.list.setFocus()
    assert sheet.next.text() == "Byddaf yn ysgrifennu eto", "the keyboard in the list takes nothing away"
    press(sheet.go_on)
    until(lambda: sheet.said.text() == "It is kept.")
    assert sheet.list.count() == before + 1
    assert "cy: \u2068<b>Diolch</b>\u2069 (your own)" in texts(sheet.list)
    until(lambda: desk.desk.editor.begin.findText("\u2068<b>Diolch</b>\u2069 (cy)") > 0)
    press(sheet.delete)
    until(lambda: sheet.list.count() == before)
    press(sheet.undo)
    until(lambda: sheet.list.count() == before + 1)
    assert faults(sheet) == []
    with closed(desk, vault) as found:
        one = templates.find(found, "cy", "diolch")
    assert (one.text, one.next, one.own) == ("Diolch am ddweud hyn.", "Byddaf yn ysgrifennu eto", True)


def test_the_calendar_is_signed_with_days_away(desk: Window, vault: Path):
    sheet = shown(desk, "When I collect, and when I am away", Away)
    assert [one.isChecked() for one in sheet.days] == [True] * 5 + [False] * 2
    sheet.days[0].click()
    sheet.first.setDate(QDate(2026, 8, 14))
    sheet.last.setDate(QDate(2026, 8, 1))
    press(sheet.add_)
    assert "comes after the last one" in sheet.fault.text()
    sheet.first.setDate(QDate(2026, 8, 1))
    sheet.last.setDate(QDate(2026, 8, 14))
    press(sheet.add_)
    assert texts(sheet.list) == ["Saturday 1 August to Friday 14 August"]
    assert faults(sheet) == []
    press(sheet.go_on)
    until(lambda: "Your calendar is signed" in told(desk))
    with closed(desk, vault) as found:
        assert publishing.calendar(found) == ((1, 2, 3, 4), ((20_666, 20_679),))
