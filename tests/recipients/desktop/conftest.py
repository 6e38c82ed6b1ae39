"""Fixtures: one screen and one application for each test process, windows closed after each test."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication

from recipients.desktop.look import Look
from recipients.desktop.window import Window
from recipients.vault import header
from tests.harness.screen import screen
from tests.recipients.desktop.desks import Ward
from tests.recipients.desktop.furnish import Hospital

Make = Callable[[Path], Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever shows a window needs a server for it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "application" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)


@pytest.fixture(scope="session")
def application() -> Iterator[QApplication]:
    """The program, on an Xvfb of its own."""
    with screen() as display, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", display)
        patch.setenv("QT_QPA_PLATFORM", "xcb")
        # The tests ask the accessible names from the widgets; a bus is not there.
        patch.setenv("NO_AT_BRIDGE", "1")
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        made = QApplication([os.fspath(Path("guardian"))])
        yield made
        made.shutdown()


@pytest.fixture(autouse=True)
def nothing_unforeseen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What goes wrong in answer to a click is told to the hook, not to whoever clicked: here it fails the test."""
    found: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _where: found.append(error))
    yield
    assert found == []


@pytest.fixture
def window(application: QApplication, tmp_path: Path) -> Iterator[Callable[[Path], Window]]:
    """Makes windows; closes them in the end."""
    made: list[Window] = []

    def make(vault: Path) -> Window:
        look = Look("light")
        look.apply(application)
        one = Window(look, vault)
        made.append(one)
        one.show()
        return one

    yield make
    for one in made:
        one.close()
        one.deleteLater()
    application.processEvents()
    # At once, and here: left to the garbage collector, a window may end in a keeper's thread, and the program with it.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made.clear()


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    """Three guardians, four concerns; made once for a module, whose tests work on copies of it (`move`)."""
    with pytest.MonkeyPatch.context() as patch:
        # Vaults open at once, as in every test that does not ask for the real cost.
        patch.setattr(header, "MEMORY", 64)
        patch.setattr(header, "PASSES", 1)
        made = Hospital(tmp_path_factory.mktemp("hospital"))
        for number in (1, 2):
            made.sync(made.vault(number))
        made.close()
        yield made


@pytest.fixture
def ward(hospital: Hospital, window: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ward]:
    """A copy of the hospital of this module."""
    hospital.move(tmp_path / "hospital")
    monkeypatch.setattr("time.time", lambda: float(hospital.clock.now))
    before = hospital.clock.now
    yield Ward(hospital, window)
    hospital.close()
    hospital.clock.now = before
