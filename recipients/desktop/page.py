"""Writing on the reading pane: headings, lines of ours, and other people's words, each in a frame of its own.

Words are inserted as text, never as HTML. A frame has a colour and an edge that no text can draw, so that nothing in a
report can pass for a line of this program.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
)
from PySide6.QtWidgets import QTextEdit

from recipients.desktop.look import TEXT, Look
from recipients.words.screen import harmless

# Laying out one paragraph takes longer than in proportion to its length; nobody writes one as long as this.
_PARAGRAPH = 4_000


class Page:
    """A document being written from top to bottom."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.document = QTextDocument()
        self.document.setUndoRedoEnabled(False)
        self.document.setDocumentMargin(0)
        self._cursor = QTextCursor(self.document)
        self._empty = True

    def heading(self, text: str, level: int = 1) -> None:
        """A heading of ours; level 1 is the case's, 2 a message's, 3 a section's."""
        size = {1: 24, 2: 17, 3: TEXT}[level]
        form = self._form(size, "ink", bold=True)
        block = self._block(above={1: 4, 2: 26, 3: 12}[level], below=4)
        block.setHeadingLevel(level)
        self._write(text, block, form)

    def line(self, text: str, tone: str = "ink") -> None:
        """A line of ours; `tone` is the name of a colour."""
        self._write(text, self._block(above=2, below=2), self._form(TEXT, tone))

    @contextmanager
    def frame(self, edge: str, ground: str) -> Iterator[None]:
        """A frame with a coloured edge, for somebody's words or for a warning."""
        colours, px = self._look.colours, self._look.px
        form = QTextFrameFormat()
        form.setBackground(QBrush(QColor(getattr(colours, ground))))
        form.setBorder(px(1))
        form.setBorderBrush(QBrush(QColor(getattr(colours, edge))))
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setPadding(px(12))
        form.setTopMargin(px(6))
        form.setBottomMargin(px(6))
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        outer = self._cursor.currentFrame()
        self._cursor.insertFrame(form)
        self._empty = True
        yield
        self._cursor = outer.lastCursorPosition()
        self._empty = True

    def words(self, text: str) -> None:
        """Other people's words, as they are, made harmless. Each paragraph goes in its own direction of writing."""
        for line in harmless(text).split("\n"):
            for at in range(0, max(len(line), 1), _PARAGRAPH):
                self._write(line[at : at + _PARAGRAPH], self._block(above=2, below=2), self._form(TEXT, "ink"))

    def show_in(self, pane: QTextEdit) -> None:
        """Puts the document into a pane, at its top."""
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self.document.setDefaultTextOption(option)
        self.document.setDocumentMargin(self._look.px(16))
        self.document.setParent(pane)
        pane.setDocument(self.document)

    def _write(self, text: str, block: QTextBlockFormat, form: QTextCharFormat) -> None:
        if self._empty:
            self._cursor.setBlockFormat(block)
            self._empty = False
        else:
            self._cursor.insertBlock(block, form)
        self._cursor.setCharFormat(form)
        self._cursor.insertText(text, form)

    def _block(self, *, above: float, below: float) -> QTextBlockFormat:
        form = QTextBlockFormat()
        form.setTopMargin(self._look.px(above))
        form.setBottomMargin(self._look.px(below))
        form.setLineHeight(135, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        return form

    def _form(self, size: int, tone: str, *, bold: bool = False) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setProperty(QTextCharFormat.Property.FontPixelSize, self._look.px(size))
        form.setForeground(QBrush(QColor(getattr(self._look.colours, tone))))
        form.setFontWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        return form
