"""Looking at a window as a picky person would: what is cut off, what lies over something else, what has no name.

Accessible names: every control that takes the keyboard must tell a screen reader what it is.
"""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenuBar,
    QProgressBar,
    QTabBar,
    QWidget,
)

from recipients.desktop.plain import OneLine

_CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QProgressBar)


def faults(window: QWidget) -> list[str]:
    """What is wrong with what can be seen of a window."""
    seen = [one for one in window.findChildren(QWidget) if one.isVisibleTo(window)]
    return [*_unnamed(seen), *_clipped(seen), *_overlapping(seen), *_outside(window, seen), *_markup(seen)]


def _unnamed(seen: list[QWidget]) -> Iterator[str]:
    for one in seen:
        if not isinstance(one, _CONTROLS) and one.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        if isinstance(one, QMenuBar) or _inner(one):
            continue
        said = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
        if not said.strip():
            yield f"no name: {_who(one)}"


def _clipped(seen: list[QWidget]) -> Iterator[str]:
    for one in seen:
        if isinstance(one, OneLine):
            shown = one.fontMetrics().elidedText(one.text(), Qt.TextElideMode.ElideRight, one.width())
            if shown != one.text() and not one.toolTip():
                yield f"cut without a tip: {_who(one)}"
        elif isinstance(one, QLabel) and one.text():
            needed = one.heightForWidth(one.width()) if one.wordWrap() else one.sizeHint().height()
            if one.height() < needed or (not one.wordWrap() and one.width() < one.sizeHint().width()):
                yield f"clipped: {_who(one)} has {one.width()}x{one.height()}, needs {one.sizeHint()} or {needed} high"
        elif isinstance(one, QAbstractButton | QComboBox | QAbstractSpinBox) and not _inner(one):
            least = one.minimumSizeHint() if isinstance(one, QComboBox | QAbstractSpinBox) else one.sizeHint()
            if one.width() < least.width() or one.height() < least.height():
                yield f"clipped: {_who(one)} has {one.size()}, needs {least}"


def _overlapping(seen: list[QWidget]) -> Iterator[str]:
    """Neighbours of one parent may not share a pixel."""
    by_parent: dict[int, list[QWidget]] = {}
    for one in seen:
        if one.parentWidget() is not None and not _inner(one) and not one.isWindow():
            by_parent.setdefault(id(one.parentWidget()), []).append(one)
    for group in by_parent.values():
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                shared = one.geometry().intersected(other.geometry())
                if shared.width() > 0 and shared.height() > 0:
                    yield f"overlap: {_who(one)} and {_who(other)} share {shared}"


def _outside(window: QWidget, seen: list[QWidget]) -> Iterator[str]:
    """Nothing lies outside the window, but for what can be scrolled to."""
    frame = QRect(QPoint(0, 0), window.size())
    for one in seen:
        if one.isWindow() or _scrolled(one, window):
            continue
        place = QRect(one.mapTo(window, QPoint(0, 0)), one.size())
        if not frame.contains(place):
            yield f"outside: {_who(one)} at {place}, window {frame}"


def _markup(seen: list[QWidget]) -> Iterator[str]:
    for one in seen:
        if isinstance(one, QLabel) and one.textFormat() != Qt.TextFormat.PlainText and not _inner(one):
            yield f"may show markup: {_who(one)}"


def _scrolled(one: QWidget, window: QWidget) -> bool:
    parent = one.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def _inner(one: QWidget) -> bool:
    """A part of one of Qt's own controls, such as the field inside a date box."""
    parts = (QComboBox, QAbstractSpinBox, QTabBar)
    return one.objectName().startswith("qt_") or isinstance(one.parentWidget(), parts)


def _who(one: QWidget) -> str:
    text = getattr(one, "text", None)
    words = text() if callable(text) else ""
    return f"{type(one).__name__} {one.accessibleName() or words!r}"[:120]
