"""Numbers and stories with two signatures: asked for in one window, signed in another, on the portal's list."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListWidget

from recipients.casework import closing, cosigning, manual, quarters
from recipients.desktop import publishacts
from recipients.desktop.publishacts import Requests, Story
from recipients.desktop.window import Window
from recipients.vault import open_vault
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.desktop.sheets import faults, opened, shown, told
from tests.recipients.world import PASSPHRASE, Town

Make = Callable[[Path], Window]
TEXTS = ("Keys <b>of</b> the trolley", "They were left about", "There was one set", "Each room has its own")


class Pair:
    """Two guardians who sync by themselves, and open their desks by turns."""

    def __init__(self, town: Town, window: Make) -> None:
        self.town, self._window = town, window
        self.paths = []
        for number in (0, 1):
            vault = town.vault(number)
            town.sync(vault)
            vault.close()
            self.paths.append(vault.path)

    @contextmanager
    def desk(self, number: int) -> Iterator[Window]:
        made = self._window(self.paths[number])
        until(made.unlock.open.isEnabled)
        write(made.unlock.passphrase, PASSPHRASE)
        press(made.unlock.open)
        until(lambda: made.pages.currentWidget() is made.desk and "synced" in made.desk.network.state.text())
        yield made
        made.lock()
        made.keeper.end()

    def days(self, count: int) -> None:
        """So many days pass, each with a sync of both."""
        for _ in range(count):
            for path in self.paths:
                with open_vault(path, PASSPHRASE) as vault:
                    self.town.sync(vault)
            self.town.next_day()

    def conclude(self, count: int) -> None:
        """So many concluded concerns of the first guardian."""
        with open_vault(self.paths[0], PASSPHRASE) as vault:
            for number in range(count):
                case = manual.enter(vault, "telephone", "open", f"Something, {number}", self.town.today)
                closing.learn(vault, case, "a", "b", "c", self.town.today)
                closing.conclude(vault, case, "changed", "", self.town.today)


@pytest.fixture
def pair(town: Town, window: Make, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """Two guardians; windows have the town's clock."""
    monkeypatch.setattr("time.time", lambda: float(town.clock.now))
    return Pair(town, window)


def tick(sheet: Story, count: int) -> None:
    for at in range(sheet.cases.count()):
        sheet.cases.item(at).setCheckState(Qt.CheckState.Checked if at < count else Qt.CheckState.Unchecked)


def test_a_story_is_asked_for_read_signed_and_published(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    pair.conclude(3)
    with pair.desk(0) as desk:
        sheet = shown(desk, "Tell a learning story", Story)
        press(sheet.go_on)
        assert sheet.fault.text().startswith("Please fill in all four parts")
        sheet.title.setText(TEXTS[0])
        for field, text in zip(sheet.parts.values(), (TEXTS[1], TEXTS[2], "In March 2024 it changed"), strict=True):
            field.setPlainText(text)
        tick(sheet, 2)
        press(sheet.go_on)
        until(lambda: "at least three concluded cases" in sheet.fault.text())
        tick(sheet, 3)
        press(sheet.go_on)
        until(lambda: "A story has no dates" in sheet.fault.text())
        assert faults(sheet) == []
        sheet.parts["changed"].setPlainText(TEXTS[3])
        press(sheet.go_on)
        until(lambda: "The other guardian is asked" in told(desk))
    pair.days(3)
    with pair.desk(1) as desk:
        requests = shown(desk, "Second signatures", Requests)
        said = requests.text.toPlainText()
        assert [text for text in TEXTS if text not in said] == []
        answers = iter((False, True))
        monkeypatch.setattr(publishacts, "agreed", lambda *_: next(answers))
        press(requests.sign)
        assert desk.keep.drawer.sheet is requests, "a no signs nothing"
        press(requests.sign)
        until(lambda: "Signed. It goes back" in told(desk))
        again = shown(desk, "Second signatures", Requests)
        assert not again.sign.isEnabled()
        assert "you have signed" in again.list.item(0).text()
    assert pair.town.seen().stories == ()
    pair.days(4)
    (story,) = pair.town.seen().stories
    assert (story["title"], story["changed"]) == (TEXTS[0], TEXTS[3])
    with pair.desk(0) as desk:
        assert ": published (" in shown(desk, "Second signatures", Requests).list.item(0).text()


def test_numbers_are_shown_before_they_are_frozen_and_may_be_declined(pair: Pair):
    quarter = quarters.before(quarters.before(quarters.quarter_of(pair.town.today)))
    with pair.desk(0) as desk:
        sheet = opened(desk, "Publish numbers")
        which, _second = sheet.findChildren(QComboBox)
        (rows,) = sheet.findChildren(QListWidget)
        assert which.currentData() == quarter
        until(rows.count)
        assert rows.item(0).text() == "Concerns: under 8"
        press(sheet.go_on)
        until(lambda: "The other guardian is asked" in told(desk))
        again = opened(desk, "Publish numbers")
        (rows,) = again.findChildren(QListWidget)
        until(rows.count)
        assert rows.item(0).text() == "Made before; they stay as they are."
    pair.days(3)
    with pair.desk(1) as desk:
        requests = shown(desk, "Second signatures", Requests)
        assert "Concerns: under 8" in requests.text.toPlainText()
        press(requests.decline)
        until(lambda: "Not signed. Nothing is sent" in told(desk))
    pair.days(2)
    assert pair.town.seen().statistics == ()
    with open_vault(pair.paths[1], PASSPHRASE) as vault:
        assert [one.state for one in cosigning.requests(vault)] == ["declined"]
