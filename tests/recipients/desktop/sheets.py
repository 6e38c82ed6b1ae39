"""Sheets of the menus "My vault" and "Numbers and stories": opened by their line in the menu, and looked at."""

from typing import TypeVar

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from recipients.desktop.sheets import Sheet
from recipients.desktop.window import Window
from recipients.desktop.worksheet import WorkSheet
from tests.recipients.desktop import eyes
from tests.recipients.desktop.hands import until

S = TypeVar("S", bound=Sheet)


def action(desk: Window, title: str) -> QAction:
    """The action of a line in a menu, by its text without the mark of its key."""
    (found,) = [one for one in desk.menus.working if one.text().replace("&", "").rstrip("…") == title]
    return found


def opened(desk: Window, title: str) -> WorkSheet:
    """Opens a sheet, waits until it is there and idle, and looks at it."""
    return shown(desk, title, WorkSheet)


def shown(desk: Window, title: str, kind: type[S]) -> S:
    """As `opened`, a sheet of that kind."""
    before = desk.keep.drawer.sheet
    action(desk, title).trigger()

    def there() -> bool:
        now = desk.keep.drawer.sheet
        return isinstance(now, kind) and now is not before and now.isVisible()

    until(there)
    found = desk.keep.drawer.sheet
    assert isinstance(found, kind)
    idle(desk)
    seen = faults(found)
    assert seen == [], seen
    return found


def faults(sheet: QWidget) -> list[str]:
    """What is wrong with what can be seen of a sheet, once it has taken the room that it needs now."""
    for _ in range(5):
        QCoreApplication.processEvents()
    return eyes.faults(sheet)


def idle(desk: Window) -> None:
    """Waits until every short job that was given is done, and what came of it is shown."""
    done: list[object] = []
    desk.keeper.short(lambda _vault: None, done.append, done.append)
    until(lambda: done)


def told(desk: Window) -> str:
    """What the window says, as one text: every notice that waits."""
    return " ".join(desk.desk.notices._waiting)
