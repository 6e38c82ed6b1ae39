"""Two guardians' desks in windows on one real portal: what one does in a window arrives in the other's."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from recipients.casework import book, log
from recipients.casework.book import Case
from recipients.casework.facts import Facts
from recipients.desktop.lists import People
from recipients.desktop.over import Over
from recipients.desktop.sheets import Sheet
from recipients.desktop.window import Window
from recipients.vault import Vault
from tests.recipients.desktop import eyes
from tests.recipients.desktop.furnish import Hospital
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.world import PASSPHRASE

Make = Callable[[Path], Window]
S = TypeVar("S", bound=Sheet)
T = TypeVar("T")


class Desk:
    """An open window on the vault of one guardian."""

    def __init__(self, town: Hospital, make: Make, number: int) -> None:
        self.town, self.g = town, town.organisation.guardians[number].g
        self.window = make(town.folder / f"vault-{number}")
        until(self.window.unlock.open.isEnabled)
        write(self.window.unlock.passphrase, PASSPHRASE)
        press(self.window.unlock.open)
        until(lambda: self.window.pages.currentWidget() is self.window.desk)

    def ask(self, job: Callable[[Vault], T]) -> T:
        """What the core says of the open vault, in the thread in which the window asks it."""
        found: list[T] = []
        wrong: list[BaseException] = []
        self.window.keeper.long(job, found.append, wrong.append)
        until(lambda: found or wrong)
        if wrong:
            raise wrong[0]
        return found[0]

    def sync(self) -> None:
        """A whole sync with the portal, and what the window shows after one."""
        self.ask(self.town.sync)
        self.window.refresh()
        self.window.working.again()

    def case(self, number: int) -> Case:
        """A case as the core has it."""
        return self.ask(lambda vault: book.find(vault, str(number)))

    def facts(self, number: int) -> Facts:
        """What its log adds up to."""
        return self.ask(lambda vault: book.facts(vault, book.find(vault, str(number)).id))

    def kinds(self, number: int) -> list[str]:
        """The kinds of its entries."""
        return self.ask(lambda vault: [one.kind for one in log.lines(vault, book.find(vault, str(number)).id)])

    def choose(self, number: int) -> None:
        """Puts a concern on the desk."""
        rows = self.window.desk.list.cases
        until(lambda: any(one.number == number for one in rows.rows))
        (row,) = [one for one in rows.rows if one.number == number]
        self.window.desk.list.choose(row.id)
        working = self.window.working
        until(lambda: working.case is not None and working.case.case.number == number)

    def sheet(self, kind: type[S], title: str) -> S:
        """Opens a sheet by its line in the menu, and looks at it as a picky person would."""
        (action,) = [one for one in self.window.menus.working if one.text().replace("&", "") == title]
        action.trigger()
        until(lambda: type(self.shown) is kind and self.shown.isVisible())
        found = self.shown
        assert isinstance(found, kind)
        assert eyes.faults(found) == []
        keys = [key for one in found.findChildren(QWidget) if one.isVisible() for key in _keys(one)]
        assert sorted(set(keys)) == sorted(keys), "one key for two things"
        return found

    @property
    def shown(self) -> Sheet | None:
        """The sheet that is open."""
        window = self.window
        over: tuple[Over, ...] = (window.more, window.answering, window.together, window.conduct, window.by_hand)
        found = [one.sheet for one in over if one.sheet is not None]
        return found[0] if found else None

    def done(self, sheet: Sheet) -> str:
        """Presses the sheet's button, waits until it is gone; what the desk says then, if anything."""
        press(sheet.go_on)
        until(lambda: self.shown is None or sheet.fault.text())
        assert self.shown is None, sheet.fault.text()
        notices = self.window.desk.notices
        until(notices.text.text)
        said = notices.text.text()
        while notices.isVisible():
            press(notices.seen)
        return said

    def refused(self, sheet: Sheet) -> str:
        """Presses the sheet's button; what the sheet says is wrong."""
        sheet.tell("")
        press(sheet.go_on)
        until(sheet.fault.text)
        assert self.shown is sheet
        return sheet.fault.text()


def _keys(one: QWidget) -> list[str]:
    """The letters with Alt that go to a field or press a button."""
    text = one.text() if isinstance(one, QLabel | QAbstractButton) else ""
    bound = isinstance(one, QAbstractButton) or (isinstance(one, QLabel) and one.buddy() is not None)
    return re.findall("&([a-z])", text.lower()) if bound else []


class Ward:
    """The hospital, and the desks of its guardians."""

    def __init__(self, town: Hospital, make: Make) -> None:
        self.town, self._make = town, make
        self.g = [one.g for one in town.organisation.guardians]

    def desk(self, number: int = 0) -> Desk:
        """A guardian's desk."""
        return Desk(self.town, self._make, number)

    def days(self, count: int, *desks: Desk) -> None:
        """Some days pass, with a sync of each every day."""
        for _ in range(count):
            self.town.next_day()
            for one in desks:
                one.sync()


def pick(listed: People, g: bytes) -> None:
    """Chooses a guardian with the keyboard's focus on the list."""
    (item,) = [listed.item(one) for one in range(listed.count()) if _value(listed, one) == g]
    listed.setCurrentItem(item)


def lines(listed: People) -> dict[bytes, tuple[str, bool]]:
    """What the list says of each guardian, and whether they can be chosen."""
    items = [listed.item(one) for one in range(listed.count())]
    enabled = Qt.ItemFlag.ItemIsEnabled
    return {one.data(Qt.ItemDataRole.UserRole): (one.text(), bool(one.flags() & enabled)) for one in items}


def _value(listed: People, place: int) -> object:
    return listed.item(place).data(Qt.ItemDataRole.UserRole)
