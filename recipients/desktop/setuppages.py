"""The pages of set-up: one thing at a time, what it is for, and one button to go on."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from recipients.desktop.fields import secret
from recipients.desktop.look import Look
from recipients.desktop.plain import button, label, name, quoted

_STEPS = ("who", "words", "organisation", "same", "request", "next")


class SetUpPages(QWidget):
    """The pages. `left` when a person goes away before the end."""

    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._stack = QStackedWidget()
        self.said = label("", "care")
        self.back = button("Lea&ve set-up", "link")
        self.back.clicked.connect(self.left)
        self._make_controls()
        for page in (self._who(), self._words(), self._organisation(), self._same(), self._request(), self._next()):
            self._stack.addWidget(page)
        inner = QVBoxLayout()
        inner.addWidget(self.said)
        inner.addWidget(self._stack, 1)
        inner.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeading)
        box = QWidget()
        box.setLayout(inner)
        box.setMaximumWidth(look.px(680))
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(box, 6)
        outer.addStretch(1)
        self.tell("")

    @property
    def step(self) -> str:
        """The step that is shown."""
        return _STEPS[self._stack.currentIndex()]

    def go(self, step: str) -> None:
        """Shows a step, and puts the keyboard where it begins."""
        self.ready()
        self.tell("")
        self._stack.setCurrentIndex(_STEPS.index(step))
        first = (self.person, self.told, self.file, self.same, self.write, self.finish)
        first[_STEPS.index(step)].setFocus()

    def tell(self, text: str, part: str = "care") -> None:
        """Says what is wrong; nothing for an empty text."""
        self.said.setText(text)
        self.said.setProperty("part", part)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.said.setVisible(bool(text))

    def wait(self, text: str) -> None:
        """While something is made."""
        self.tell(text, "faint")
        self._stack.setEnabled(False)

    def ready(self) -> None:
        """For the next try."""
        self._stack.setEnabled(True)

    def empty(self, vault: Path) -> None:
        """For somebody new."""
        self.folder.setText(str(vault))
        for field in (self.person, self.role, self.file, self.portal, self.socks):
            field.clear()
        self.forget()

    def forget(self) -> None:
        """Takes the passphrases off the page."""
        self.passphrase.clear()
        self.repeat.clear()

    def words_are(self, words: str) -> None:
        """The words of our own key."""
        for shown in (self.own, self.own_again):
            shown.setText(words)
            shown.setAccessibleName(f"The words of your key: {words}")

    def root_is(self, organisation: str, words: str) -> None:
        """Whose key the file brings, and its words."""
        of = f" of {quoted(organisation)}" if organisation else ""
        self.root_of.setText(f"These are the words of the key{of}, as this file has it:")
        self.root.setText(words)
        self.root.setAccessibleName(f"The words of the organisation’s key: {words}")

    def _make_controls(self) -> None:
        self.person = _field("Your name", "A. Guardian", "As people will see it when they choose whom to write to.")
        self.role = _field("Your role", "Freedom to Speak Up Guardian")
        self.passphrase, self.repeat = secret("A new passphrase"), secret("The passphrase again")
        self.folder = _field("The vault’s folder")
        self.file = _field("The organisation’s file, from your steward")
        self.portal = _field("The portal’s address", "https://speakup.example")
        self.socks = _field("A proxy, if you need one", "127.0.0.1:9050")
        self.target = _field("Where to write the request")
        self.target.setText(str(Path.home() / "candour-request.json"))
        self.make = button("&Make my keys", "main")
        self.told = button("&Go on", "main", name="Go on: I know where the words are")
        self.read = button("&Show me the words", "main", name="Read the file and show the words of its key")
        self.same = button("They are the &same", "main")
        self.differ = button("They &differ")
        self.write = button("&Write the request", "main")
        self.finish = button("To my &desk", "main")
        self.own, self.own_again, self.root = (label("", "words") for _ in range(3))
        self.root_of = label("")

    def _who(self) -> QWidget:
        return self._page(
            "Welcome to your desk",
            "Here you read what people raise with you, and answer them. First your keys are made, on this computer. "
            "Nobody can reset your passphrase, and nobody else can open what is sealed to you.",
            [("Your &name", self.person), ("Your &role", self.role), ("A new &passphrase", self.passphrase)],
            "At least 12 characters. Six words drawn at random make a good one. Write it on paper, and keep that away "
            "from the computer.",
            [("The passphrase &again", self.repeat), ("The vault’s &folder", self.folder)],
            self.make,
        )

    def _words(self) -> QWidget:
        return self._page(
            "Your keys are made",
            "These eight words stand for your key. Your steward will ask you to read them out by telephone, so that "
            "nobody can put another key in the place of yours.",
            [],
            "You find them again at any time under Desk, Set-up.",
            [],
            self.told,
            self.own,
        )

    def _organisation(self) -> QWidget:
        return self._page(
            "Your organisation",
            "Your steward gives you a file, and the portal’s address.",
            [("The organisation’s &file", self.file), ("The portal’s &address", self.portal)],
            "Leave the next field empty unless your steward told you otherwise. Addresses that end with .onion use Tor "
            "on this computer by themselves.",
            [("A p&roxy", self.socks)],
            self.read,
        )

    def _same(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        for one in (self.same, self.differ):
            line.addWidget(one)
        line.addStretch(1)
        return self._page(
            "Are the words the same?",
            "Compare them with a poster, or ask your steward to read them to you by telephone. If even one differs, "
            "somebody may be putting a false portal in your way.",
            [],
            "",
            [],
            row,
            self.root_of,
            self.root,
        )

    def _request(self) -> QWidget:
        return self._page(
            "Ask for your certificate",
            "This writes a small file. Send it to your steward, and read these words to them by telephone. There is "
            "nothing secret in it.",
            [("&Where to write it", self.target)],
            "",
            [],
            self.write,
            self.own_again,
        )

    def _next(self) -> QWidget:
        return self._page(
            "What comes next",
            "1. Send the request file to your steward, and read the words to them.\n"
            "2. Your steward publishes your certificate. New ones hold after seven days, so that a false guardian "
            "would be seen in time.\n"
            "3. Sync from then on, at least once a week: day keys are erased after 30 days, and what nobody fetched "
            "by then cannot be opened any more.",
            [],
            "",
            [],
            self.finish,
        )

    def _page(
        self,
        title: str,
        text: str,
        first: list[tuple[str, QLineEdit]],
        hint: str,
        second: list[tuple[str, QLineEdit]],
        button_: QWidget,
        *shown: QLabel,
    ) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(self._look.px(8))
        column.addStretch(1)
        column.addWidget(label(title, "title"))
        column.addWidget(label(text))
        for one in shown:
            column.addWidget(one)
        self._fields(column, first)
        if hint:
            column.addWidget(label(hint, "faint"))
        self._fields(column, second)
        row = QHBoxLayout()
        row.addWidget(button_)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _fields(self, column: QVBoxLayout, fields: list[tuple[str, QLineEdit]]) -> None:
        for text, field in fields:
            title = label(text, "label", wrap=False)
            title.setBuddy(field)
            column.addWidget(title)
            row = QHBoxLayout()
            row.addWidget(field, 1)
            if field in (self.file, self.folder, self.target):
                row.addWidget(self._browse(field))
            column.addLayout(row)

    def _browse(self, field: QLineEdit) -> QPushButton:
        made = button("Choose…", name=f"Choose: {field.accessibleName()}")
        made.clicked.connect(lambda: self._choose(field))
        return made

    def _choose(self, field: QLineEdit) -> None:
        title, here = field.accessibleName(), field.text()
        if field is self.folder:
            chosen = QFileDialog.getExistingDirectory(self, title, here)
        elif field is self.file:
            chosen, _ = QFileDialog.getOpenFileName(self, title, here)
        else:
            chosen, _ = QFileDialog.getSaveFileName(self, title, here)
        if chosen:
            field.setText(chosen)


def _field(said: str, example: str = "", about: str = "") -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(example)
    name(made, said, about)
    return made
