"""A sheet whose fields can be scrolled, and whose work may be long: then it has a bar, and a button that stops it."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QProgressBar,
    QWidget,
)

from recipients.desktop.look import Look
from recipients.desktop.plain import button, label, name
from recipients.desktop.sheets import Sheet

_HIGHEST = 10_000  # pixels; a field that may not be higher than some hundred takes no room that is left


class WorkSheet(Sheet):
    """The sheet. With an empty `go_on` there is nothing to press but Close. `after_stop`: what is said then."""

    after_stop = "Stopped. Nothing was made."

    def __init__(self, look: Look, title: str, about: str, go_on: str, parent: QWidget | None = None) -> None:
        super().__init__(look, title, about, go_on, parent)
        self.go_on.setVisible(bool(go_on))
        # What to do when day keys are gone: nothing more than to say it, but where a person may go on without.
        self.keys_gone: Callable[[BaseException], None] = lambda _error: None
        self.setMinimumWidth(look.px(560))
        self.said, self.bar, self.halt = label("", "faint"), QProgressBar(), button("S&top", name="Stop this")
        self._running = QWidget()
        row = QHBoxLayout(self._running)
        row.setContentsMargins(0, 0, 0, 0)
        name(self.bar, "How far it is")
        self.bar.setMaximumWidth(look.px(180))
        row.addWidget(self.said, 1)
        row.addWidget(self.bar)
        row.addWidget(self.halt)
        self.halt.clicked.connect(lambda: self.halt.setEnabled(False))
        column = self.layout()
        if isinstance(column, QBoxLayout):
            column.insertWidget(column.count() - 1, self._running)
        self.rest()

    def run(self, text: str, done: int, total: int) -> None:
        """The work goes on."""
        self.tell("")
        self.go_on.setEnabled(False)
        self._running.setVisible(True)
        self.bar.setVisible(True)
        self.halt.setVisible(True)
        self.said.setText(text)
        self.bar.setRange(0, total if total > 1 else 0)
        self.bar.setValue(done)

    def said_now(self, text: str) -> None:
        """Says what was done, in a sheet that stays open."""
        self._running.setVisible(True)
        self.bar.setVisible(False)
        self.halt.setVisible(False)
        self.said.setText(text)
        self.said.setAccessibleName(text)

    def rest(self) -> None:
        """Nothing goes on."""
        self._running.setVisible(False)
        self.halt.setEnabled(True)
        self.go_on.setEnabled(True)

    def add(self, *widgets: QWidget) -> None:
        """Adds widgets one below the other."""
        for one in widgets:
            self.fields.addWidget(one)

    def row(self, *widgets: QWidget) -> None:
        """Adds widgets side by side."""
        row = QHBoxLayout()
        for one in widgets:
            row.addWidget(one)
        row.addStretch(1)
        self.fields.addLayout(row)

    def settle(self) -> None:
        """Dresses every field first: until then a field does not know how high the style makes it.

        Lists take the room that is left; without any it stands below the fields.
        """
        for one in self.room.findChildren(QWidget):
            one.ensurePolished()
            if isinstance(one, QAbstractSpinBox):
                # The style gives a least height that is a little less than what such a field draws.
                one.setMinimumHeight(one.minimumSizeHint().height())
            one.updateGeometry()
        found = _widgets(self.fields)
        lists = [one for one in found if isinstance(one, QAbstractScrollArea) and one.maximumHeight() > _HIGHEST]
        for one in lists:
            self.fields.setStretchFactor(one, 1)
        if not lists:
            super().settle()

    def reached(self) -> list[QWidget]:
        """See `Sheet`; also what stands side by side."""
        return [one for one in _widgets(self.fields) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]

    def fit(self, high: int) -> None:
        """Makes room for so much of the fields, as far as the screen has it."""
        room = self.screen().availableGeometry().height() * 0.6
        self.room.setMinimumHeight(round(min(self._look.px(high), room)))
        if self.isVisible():
            self.resize(self.size().expandedTo(self.minimumSizeHint()))


def _widgets(layout: QLayout) -> Iterator[QWidget]:
    """Everything in a layout, and in those within it, in the order in which a person reads it."""
    items = [layout.itemAt(at) for at in range(layout.count())]
    for item in (one for one in items if one is not None):
        one, within = item.widget(), item.layout()
        if one is not None:
            yield one
            within = one.layout()
        if within is not None:
            yield from _widgets(within)
