"""Help: every key, and what to do when something is wrong. In the window, as there may be no network to look it up."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextEdit, QVBoxLayout, QWidget

from recipients.desktop.look import Look
from recipients.desktop.page import Page
from recipients.desktop.plain import button, name

KEYS = (
    ("Ctrl+R", "Sync now"),
    ("Ctrl+G", "Go to what is due next"),
    ("Ctrl+F", "Find a concern by number or day"),
    ("Ctrl+Shift+F", "Find words in the open concern"),
    ("Ctrl+Shift+A", "See what other guardians ask of you"),
    ("Ctrl+N", "Enter a concern by hand"),
    ("Ctrl+1", "To the list of concerns"),
    ("Ctrl+2", "To the report"),
    ("Ctrl+3", "To the reply"),
    ("Ctrl+4", "To how the concern stands"),
    ("Ctrl+5", "To your private notes"),
    ("Ctrl+6", "To the history"),
    ("Ctrl+Return", "Sign the reply and queue it"),
    ("Ctrl+L", "Lock"),
    ("Ctrl++ and Ctrl+-", "Larger and smaller text"),
    ("Ctrl+0", "Text as usual"),
    ("F1", "This help"),
    ("Ctrl+Q", "Quit"),
)
_ADVICE = (
    ("Every working day", "Sync, see to what is due, answer, sync again. A reply leaves only with a sync."),
    ("Sync at least once a week", "Day keys are erased after 30 days. What nobody fetched by then cannot be opened."),
    ("Never quote the report", "Whoever gets hold of the eight words can read your replies, but not what was written."),
    ("Do not ask who", "Ask what happened and why. Do nothing that only the reporter’s details explain."),
    ("Excluded people", "A red box names guardians who must never see a concern. Do not show or mention it to them."),
    ("Files", "They stay sealed here, and this program never opens them. “Show safely” makes a picture of one. Open a "
     "saved copy on a computer without a network, and delete it afterwards."),
    ("If you lose the passphrase", "Nobody can reset it. Look for the paper, or ask your trustees: it says how where "
     "you unlock."),
    ("If the desk says ALARM", "Do not go on. Telephone your steward, with a number that you know from before."),
)  # fmt: skip


class Help(QDialog):
    """The dialog."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help")
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        name(self.text, "Help")
        page = Page(look)
        page.heading("Keys")
        for key, does in KEYS:
            page.line(f"{key}: {does}")
        page.line("Alt with an underlined letter presses that button or goes to that field.")
        page.heading("Good to know")
        for title, text in _ADVICE:
            page.heading(title, 3)
            page.line(text)
        page.show_in(self.text)
        close = button("&Close", "main")
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignTrailing)
        self.resize(look.px(640), look.px(700))
