"""A vault without a network in the window: the pass, what the courier brought, what it is to take along."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from recipients.airgap import errand, passes
from recipients.courier import Courier
from recipients.desktop import gapacts
from recipients.desktop.gapacts import Brought
from recipients.desktop.window import Window
from recipients.vault import open_vault
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.desktop.sheets import faults, opened, shown, told
from tests.recipients.world import PASSPHRASE, Reporter, Town

Make = Callable[[Path], Window]


class Carrier:
    """A courier between the portal of a town and a stick; it has the pass that the window wrote."""

    def __init__(self, town: Town, held: Path) -> None:
        self.town, self.held, self.stick = town, held, town.folder / "stick"
        self.stick.mkdir()

    def go(self) -> errand.Trip:
        town, held = self.town, passes.read(self.held)
        with Courier(held.portal, held.seed, town.clock, transport=town.transport()) as line:
            return errand.run(held, town.folder / "state", self.stick, line, town.clock)


@pytest.fixture
def desk(window: Make, town: Town, monkeypatch: pytest.MonkeyPatch) -> Window:
    """An open desk on the vault of a guardian who has synced once; its clock is the town's."""
    monkeypatch.setattr("time.time", lambda: float(town.clock.now))
    vault = town.vault()
    town.sync(vault)
    vault.close()
    made = window(vault.path)
    until(made.unlock.open.isEnabled)
    write(made.unlock.passphrase, PASSPHRASE)
    press(made.unlock.open)
    until(lambda: "synced" in made.desk.network.state.text())
    return made


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(path))


def test_a_vault_works_through_a_courier(desk: Window, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    strip = desk.desk.network
    assert strip.button.text().replace("&", "") == "Sync now"
    held = tmp_path / "courier.pass"
    held.write_bytes(b"mine")
    choose(monkeypatch, held)
    sheet = opened(desk, "Work without a network")
    press(sheet.go_on)
    until(lambda: "There is a file of that name already" in sheet.fault.text())
    assert held.read_bytes() == b"mine"
    held.unlink()
    press(sheet.go_on)
    until(lambda: "The pass is written to" in told(desk))
    until(lambda: strip.button.text().replace("&", "") == "Take in by stick…")
    assert "has no network" in strip.state.text()
    assert "has not brought any news yet" in strip.state.text()
    carrier = Carrier(town, held)
    Reporter(town).send([town.organisation.guardians[0]], "The doors of the store do not lock.")
    town.next_day()
    carrier.go()
    (carrier.stick / "candour-odd.bundle").write_bytes(b"not one")
    choose(monkeypatch, carrier.stick)
    press(strip.button)
    until(lambda: isinstance(desk.keep.drawer.sheet, Brought))
    brought = desk.keep.drawer.sheet
    assert isinstance(brought, Brought)
    press(brought.go_on)
    until(lambda: "New in: concern 1" in brought.came.text())
    aside = [brought.aside.item(at).text() for at in range(brought.aside.count())]
    assert aside == ["candour-odd.bundle was not used: it is not a bundle."]
    assert faults(brought) == []
    until(lambda: len(desk.desk.list.cases.rows) == 1)
    until(lambda: "Last news of" in strip.state.text())
    (carrier.stick / "candour-odd.bundle").unlink()
    out = opened(desk, "Write what is to leave")
    press(out.go_on)
    until(lambda: "Bring the stick to the courier" in told(desk))
    assert [one.name for one in carrier.stick.glob("*-out.bundle")]
    assert carrier.go().faults == []


def test_the_end_of_a_courier_is_asked_for(desk: Window, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    choose(monkeypatch, tmp_path / "courier.pass")
    press(opened(desk, "Work without a network").go_on)
    until(lambda: "has no network" in desk.desk.network.state.text())
    visit = opened(desk, "Look at the portal as a visitor")
    press(visit.go_on)
    until(lambda: "does not look at the portal" in visit.fault.text())
    sheet = opened(desk, "Work without a network")
    assert "stop the courier first" in sheet.accessibleDescription()
    monkeypatch.setattr(gapacts, "agreed", lambda *_: False)
    press(sheet.go_on)
    assert desk.keep.drawer.sheet is sheet
    monkeypatch.setattr(gapacts, "agreed", lambda *_: True)
    press(sheet.go_on)
    until(lambda: "syncs by itself again" in told(desk))
    desk.lock()
    desk.keeper.end()
    with open_vault(town.folder / "vault-0", PASSPHRASE) as vault:
        assert not passes.away(vault)


def test_nothing_is_taken_in_without_news(desk: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "empty").mkdir()
    choose(monkeypatch, tmp_path / "empty")
    sheet = shown(desk, "Take in what the courier brought", Brought)
    press(sheet.go_on)
    until(lambda: "has not brought any news yet" in sheet.fault.text())
    assert not sheet.came.isVisibleTo(sheet)


def test_lost_keys_are_asked_about_before_an_import_goes_on(
    window: Make, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("time.time", lambda: float(town.clock.now))
    vault = town.vault()
    town.sync(vault)
    held = tmp_path / "courier.pass"
    passes.issue(vault, held)
    vault.close()
    (vault.path / "epochs").unlink()
    carrier = Carrier(town, held)
    carrier.go()
    desk = window(vault.path)
    until(desk.unlock.open.isEnabled)
    write(desk.unlock.passphrase, PASSPHRASE)
    press(desk.unlock.open)
    until(lambda: "has no network" in desk.desk.network.state.text())
    choose(monkeypatch, carrier.stick)
    asked: list[str] = []

    def agreed(_look: object, title: str, *_: object) -> bool:
        asked.append(title)
        return True

    monkeypatch.setattr(gapacts, "agreed", agreed)
    sheet = shown(desk, "Take in what the courier brought", Brought)
    press(sheet.go_on)
    until(lambda: sheet.came.isVisibleTo(sheet))
    assert asked == ["Go on without these keys?"]
    assert "cannot be opened any more" in " ".join(one for one in [told(desk)] if one) or sheet.came.text()
