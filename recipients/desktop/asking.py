"""Questions in a small window: plain text, a harmless default, nothing that a stray key can agree to."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from recipients.desktop.look import Look
from recipients.desktop.plain import button, label


class Question(QDialog):
    """A title, a text, a button that goes on and one that does not; the second has the keyboard."""

    def __init__(self, look: Look, title: str, text: str, go_on: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Candour")
        self.go_on, self.stay = button(go_on), button("&Cancel", "main")
        self.go_on.clicked.connect(self.accept)
        self.stay.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(look.px(14))
        column.addWidget(label(title, "heading"))
        words = label(text)
        words.setMinimumWidth(look.px(460))
        column.addWidget(words)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.go_on)
        row.addWidget(self.stay)
        column.addLayout(row)
        self.stay.setFocus()
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)


def agreed(look: Look, title: str, text: str, go_on: str, parent: QWidget) -> bool:
    """Whether a person says yes."""
    return Question(look, title, text, go_on, parent).exec() == int(QDialog.DialogCode.Accepted)
