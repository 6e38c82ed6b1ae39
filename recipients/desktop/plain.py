"""Words on the screen, as words: what people wrote never becomes markup, a shortcut, or a line of this program.

Qt guesses whether a label, a tip or a message is HTML. Here nothing is guessed: labels and tips are made by these
functions only (a test looks), control characters and direction marks are shown for what they are, and a stranger's
words inside a sentence are isolated, so that right-to-left letters in a name do not turn the sentence around.
"""

import html

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from recipients.words.screen import harmless

_ISOLATE, _END = "\u2068", "\u2069"
_LONGEST = 400


def quoted(text: str, most: int = _LONGEST) -> str:
    """Somebody's words as part of a sentence of ours: one line, harmless, isolated, at most so many characters."""
    shown = harmless(text[:most], lines=False)
    more = "…" if len(text) > most else ""
    return f"{_ISOLATE}{shown}{more}{_END}"


def label(text: str, part: str = "", *, wrap: bool = True) -> QLabel:
    """A label that shows exactly this text. `part` is its role in the style sheet."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wrap)
    if part:
        made.setProperty("part", part)
    if wrap:
        # A long text takes the height it needs and does not push a window wider than the screen.
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
    return made


def button(text: str, part: str = "", *, name: str = "", tip_: str = "") -> QPushButton:
    """A button; `&` before a letter makes that letter its key. `name` is what a screen reader says, if not the text."""
    made = QPushButton(text)
    made.setAccessibleName(name or text.replace("&", ""))
    made.setAutoDefault(False)
    if part:
        made.setProperty("part", part)
    if tip_:
        tip(made, tip_)
    return made


def tip(widget: QWidget, text: str) -> None:
    """Gives a widget a tip of exactly this text."""
    widget.setToolTip(as_tip(text))


def as_tip(text: str) -> str:
    """This text as a tip: Qt takes what looks like HTML for HTML, so it is given HTML that says the text."""
    return f"<qt>{html.escape(text)}</qt>" if text else ""


def name(widget: QWidget, said: str, about: str = "") -> QWidget:
    """Gives a control the name, and the description, that a screen reader says; gives the control back."""
    widget.setAccessibleName(said)
    if about:
        widget.setAccessibleDescription(about)
    return widget


class OneLine(QLabel):
    """A label of one line that is cut with an ellipsis where there is no room, and then tells all of it in a tip."""

    def __init__(self, text: str = "", part: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if part:
            self.setProperty("part", part)
        self.setText(text)

    def sizeHint(self) -> QSize:  # noqa: N802
        """The height of the text; any width will do."""
        return QSize(self.fontMetrics().averageCharWidth() * 20, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As `sizeHint`, and as narrow as it must be."""
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draws what fits."""
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        tip(self, self.text() if shown != self.text() else "")
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.rect(),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )
