"""Lists that several sheets have: lines to read or choose, other guardians, and lines to tick."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from recipients.casework.colleagues import Colleague
from recipients.desktop.look import Look
from recipients.desktop.plain import as_tip, quoted
from recipients.words.cases import colleague


class Lines(QListWidget):
    """A list of lines that wrap. Each may carry a value; a line that cannot be chosen is shown faint."""

    def __init__(self, look: Look, least: int = 120) -> None:
        super().__init__()
        self.setWordWrap(True)
        # Colours tell the lines apart: with room between them Qt reckons with another width, and cuts a word off.
        self.setAlternatingRowColors(True)
        self.setMinimumHeight(look.px(least))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def put(self, text: str, value: object = None, *, allowed: bool = True) -> QListWidgetItem:
        """Adds a line."""
        item = QListWidgetItem(text)
        item.setToolTip(as_tip(text))
        item.setData(Qt.ItemDataRole.UserRole, value)
        if not allowed:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(item)
        return item

    def fill(self, rows: Iterable[tuple[str, object]]) -> None:
        """Shows these lines instead, each with its value."""
        self.clear()
        for text, value in rows:
            self.put(text, value)

    def tell(self, texts: Iterable[str]) -> None:
        """Shows these lines instead, to read."""
        self.fill((one, None) for one in texts)

    def chosen(self) -> object:
        """The value of the line that is chosen; None when there is none, or it may not be chosen."""
        found = [one for one in self.selectedItems() if one.flags() & Qt.ItemFlag.ItemIsEnabled]
        return found[0].data(Qt.ItemDataRole.UserRole) if found else None


class People(Lines):
    """Other guardians, each with what there is to know. Whom the person excludes is shown, and cannot be chosen."""

    def __init__(self, look: Look, found: Iterable[Colleague], today: int) -> None:
        super().__init__(look)
        for one in found:
            said = colleague(one, today)
            text = f"{quoted(one.name, 120)}, {quoted(one.role, 160)}"
            self.put(f"{text}: {said}." if said else text, one.g, allowed=not one.excluded)

    def guardian(self) -> bytes | None:
        """The g (16 bytes) of the one chosen."""
        found = self.chosen()
        return found if isinstance(found, bytes) else None


class Ticks(Lines):
    """Lines to tick."""

    def offer(self, text: str, value: object, *, on: bool = False) -> None:
        """Adds a line that can be ticked."""
        item = self.put(text, value)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def ticked(self) -> list[object]:
        """The values of those that are."""
        items = [self.item(number) for number in range(self.count())]
        return [one.data(Qt.ItemDataRole.UserRole) for one in items if one.checkState() == Qt.CheckState.Checked]
