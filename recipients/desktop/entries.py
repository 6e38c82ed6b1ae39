"""Fields of the menus that keep the vault and its numbers: secrets, lists, numbers, quarters, guardians."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QListWidgetItem, QSpinBox

from recipients.casework import quarters
from recipients.desktop.look import Look
from recipients.desktop.plain import name, quoted

DATA = Qt.ItemDataRole.UserRole


def secret(said: str = "") -> QLineEdit:
    """A field for a passphrase: dots, and nothing that the system's input methods could learn or send."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setInputMethodHints(
        Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText
    )
    if said:
        name(made, said)
    return made


def listing(look: Look, least: int = 120) -> QListWidget:
    """A list whose lines wrap."""
    made = QListWidget()
    made.setWordWrap(True)
    made.setMinimumHeight(look.px(least))
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


def fill(box: QListWidget, rows: Iterable[tuple[str, object]], *, ticks: bool = False) -> None:
    """Puts other lines into a list, each with what it stands for; with `ticks` each can be ticked."""
    box.clear()
    for text, data in rows:
        item = QListWidgetItem(text)
        item.setData(DATA, data)
        if ticks:
            item.setCheckState(Qt.CheckState.Unchecked)
        box.addItem(item)


def ticked(box: QListWidget) -> list[object]:
    """What the ticked lines stand for."""
    items = [box.item(number) for number in range(box.count())]
    return [one.data(DATA) for one in items if one.checkState() == Qt.CheckState.Checked]


def chosen(box: QListWidget) -> object:
    """What the chosen line stands for; None when there is none."""
    # An empty list has no item, whatever the types say.
    return box.model().data(box.currentIndex(), DATA)


def number(least: int, most: int, value: int, after: str = "") -> QSpinBox:
    """A field for a number."""
    made = QSpinBox()
    made.setRange(least, most)
    made.setValue(value)
    made.setSuffix(after)
    return made


def narrow(box: QComboBox) -> QComboBox:
    """A list of choices that does not push its window wider than the screen, however long they are."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(14)
    return box


def quarter(today: int, *, back: int = 0, count: int = 8) -> QComboBox:
    """Quarters that are over, the newest first; `back` leaves out so many of the newest."""
    made, one = QComboBox(), quarters.before(quarters.quarter_of(today))
    for at in range(back + count):
        if at >= back:
            made.addItem(one, one)
        one = quarters.before(one)
    return made


def people(found: Iterable[tuple[bytes, str]]) -> QComboBox:
    """Guardians to choose one of; their names are other people's words."""
    made = narrow(QComboBox())
    for g, said in found:
        made.addItem(quoted(said, 120), g)
    return made
