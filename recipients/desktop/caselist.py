"""The left pane: cases, one below the other. A model and a delegate, so that ten thousand are as quick as ten."""

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from recipients.desktop.look import Look
from recipients.desktop.plain import as_tip
from recipients.desktop.rows import Row

_Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole


class CaseModel(QAbstractListModel):
    """The rows, in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    @property
    def rows(self) -> list[Row]:
        """What is shown."""
        return self._rows

    def show(self, rows: list[Row]) -> None:
        """Puts other rows in the place of these."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def place(self, case: bytes) -> QModelIndex:
        """Where a case stands; an invalid index when it does not."""
        for number, row in enumerate(self._rows):
            if row.id == case:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802
        """How many there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A row's words, for the eye and for a screen reader."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.UserRole:
                return row
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.title}, {row.line}, {row.state}, last message {row.day}"
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(f"{row.title}. {row.line}. {row.state}. Last message: {row.day}.")
        return None


class CaseDelegate(QStyledItemDelegate):
    """Draws a row: title and day, what is due, the state."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:  # noqa: N802
        """Three lines and some air."""
        height = QFontMetrics(_font(option)).height()
        return QSize(self._look.px(200), 3 * height + self._look.px(26))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draws one row."""
        row: Row = index.data(ROW)
        look, colours = self._look, self._look.colours
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        area: QRect = option.rect
        painter.save()
        painter.fillRect(area, QColor(colours.quiet if chosen else colours.paper))
        if chosen:
            painter.fillRect(QRect(area.left(), area.top(), look.px(5), area.height()), QColor(colours.accent))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(colours.border))
        self._words(painter, option, row, area.adjusted(look.px(16), look.px(12), -look.px(14), -look.px(12)))
        painter.restore()

    def _words(self, painter: QPainter, option: QStyleOptionViewItem, row: Row, area: QRect) -> None:
        colours = self._look.colours
        font = _font(option)
        bold = QFont(font)
        bold.setBold(True)
        height = QFontMetrics(font).height()
        lines = (QRect(area.left(), area.top() + n * (height + 1), area.width(), height) for n in range(3))
        first, second, third = lines
        taken = QFontMetrics(font).horizontalAdvance(row.day) + self._look.px(10)
        _draw(painter, first.adjusted(0, 0, -taken, 0), row.title, bold, colours.ink)
        _draw(painter, first, row.day, font, colours.faint, Qt.AlignmentFlag.AlignRight)
        tones = {"danger": colours.danger, "care": colours.care, "new": colours.accent}
        _draw(painter, second, row.line, bold if row.tone else font, tones.get(row.tone, colours.ink))
        _draw(painter, third, row.state, font, colours.faint)


class CaseList(QListView):
    """The list. `chosen` tells the id of the case that a person goes to."""

    chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cases = CaseModel(self)
        self.setModel(self.cases)
        self.setItemDelegate(CaseDelegate(look, self))
        self.setProperty("part", "cases")
        self.setAccessibleName("Concerns")
        self.setAccessibleDescription("Up and down go through the concerns; Enter goes to the report.")
        # Without this a list measures every row whenever it changes.
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)

    def show_rows(self, rows: list[Row], keep: bytes | None) -> None:
        """Shows other rows; the case `keep` stays chosen where it is among them."""
        top = self.verticalScrollBar().value()
        self.selectionModel().blockSignals(True)
        self.cases.show(rows)
        place = self.cases.place(keep) if keep is not None else QModelIndex()
        if place.isValid():
            self.setCurrentIndex(place)
        self.selectionModel().blockSignals(False)
        self.verticalScrollBar().setValue(top)
        self.viewport().update()

    def choose(self, case: bytes) -> None:
        """Goes to a case, as if a person had clicked it."""
        place = self.cases.place(case)
        if place.isValid():
            self.setCurrentIndex(place)
            self.scrollTo(place)

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.data(ROW).id)


def _font(option: QStyleOptionViewItem) -> QFont:
    return QFont(option.font)


def _draw(
    painter: QPainter,
    area: QRect,
    text: str,
    font: QFont,
    colour: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)
