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
from tests.harness.screen import screen


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
