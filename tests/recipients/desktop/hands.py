"""Hands and eyes for windows: press, type, wait until something is seen."""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

LONGEST = 60  # seconds; far more than any machine needs, so that only what never comes fails


def until(seen: Callable[[], object]) -> None:
    """Lets the program go on until `seen`."""
    ends = time.monotonic() + LONGEST
    while not seen():
        if time.monotonic() > ends:
            raise TimeoutError("not seen within the longest wait")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.002)


def press(button: QAbstractButton) -> None:
    """Clicks a button that can be seen and pressed."""
    until(lambda: button.isVisible() and button.isEnabled())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(widget: QWidget, text: str) -> None:
    """Types into a field; what no test keyboard has is pasted."""
    widget.setFocus()
    if text.isascii():
        QTest.keyClicks(widget, text)
    elif isinstance(widget, QPlainTextEdit):
        widget.insertPlainText(text)
    elif isinstance(widget, QLineEdit):
        widget.insert(text)
