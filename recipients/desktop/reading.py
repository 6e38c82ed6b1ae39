"""The middle pane: the report and the conversation, to read; the files that came with it, sealed."""

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QTextEdit, QVBoxLayout, QWidget

from recipients.attachments import File
from recipients.desktop import report
from recipients.desktop.case import Case
from recipients.desktop.look import Look
from recipients.desktop.page import Page
from recipients.desktop.plain import as_tip, button, label, quoted

_EMPTY = "Choose a concern on the left. It opens here."


class Reading(QWidget):
    """The pane. `save_wanted` tells a file that a person wants outside the vault, `look_wanted` one to be pictured."""

    save_wanted = Signal(object)
    look_wanted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._case: Case | None = None
        self._today = 0
        self.text = reading_pane("The concern and the conversation")
        self.files = QListWidget()
        self.files.setAccessibleName("Files that came with this concern")
        self.files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.files.currentItemChanged.connect(lambda *_: self._allow())
        self.look = button("Sho&w safely…", name="Make a safe picture of the chosen file")
        self.look.clicked.connect(lambda: self._want(self.look_wanted))
        self.save = button("Save a &copy…", name="Save a copy of the chosen file outside the vault")
        self.save.clicked.connect(lambda: self._want(self.save_wanted))
        self._about = label("", "faint")
        self._below = QWidget()
        self._arrange()
        self.clear()

    def show_case(self, case: Case, today: int, *, keep: bool = False) -> None:
        """Shows a case from its top, or where the reader was."""
        self._case, self._today = case, today
        self._write(keep=keep)
        self.files.clear()
        for one in case.files:
            self.files.addItem(_item(one))
        self._below.setVisible(bool(case.files))
        self.files.setCurrentRow(0)
        self._allow()

    def redraw(self) -> None:
        """After a change of look."""
        if self._case is not None:
            self._write(keep=True)

    def clear(self) -> None:
        """Forgets the case."""
        self._case = None
        self.text.setPlainText("")
        self.text.setPlaceholderText(_EMPTY)
        self.files.clear()
        self._below.setVisible(False)

    def _write(self, *, keep: bool) -> None:
        if self._case is None:
            return
        page = Page(self._look)
        report.write(page, self._case, self._today)
        place = self.text.verticalScrollBar().value()
        page.show_in(self.text)
        self.text.verticalScrollBar().setValue(place if keep else 0)

    def _arrange(self) -> None:
        below = QVBoxLayout(self._below)
        px = self._look.px
        below.setContentsMargins(px(18), px(8), px(18), px(12))
        below.addWidget(label("Files", "heading"))
        below.addWidget(self.files)
        below.addWidget(self._about)
        row = QHBoxLayout()
        row.addWidget(self.look)
        row.addWidget(self.save)
        row.addStretch(1)
        below.addLayout(row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.text, 4)
        outer.addWidget(self._below, 1)

    def _chosen(self) -> File | None:
        # An empty list has no item, whatever the types say.
        found = self.files.model().data(self.files.currentIndex(), Qt.ItemDataRole.UserRole)
        return found if isinstance(found, File) else None

    def _allow(self) -> None:
        one = self._chosen()
        whole = one is not None and one.come == len(one.manifest.chunks)
        for one_button in (self.look, self.save):
            one_button.setEnabled(whole)
        self._about.setText(
            "They stay sealed here, and this program never opens them."
            if whole or one is None
            else "Not all pieces of this one have come. Sync again in a day or two."
        )

    def _want(self, signal: SignalInstance) -> None:
        one = self._chosen()
        if one is not None:
            signal.emit(one)


def reading_pane(said: str) -> QTextEdit:
    """A pane of text to read, by mouse or keyboard, that takes no writing; `said` is its name."""
    made = QTextEdit()
    made.setReadOnly(True)
    made.setAcceptRichText(False)
    # Reading by keyboard: arrows, Page Down and selecting work without a mouse.
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    made.setTabChangesFocus(True)
    made.setProperty("part", "reading")
    made.setAccessibleName(said)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


def _item(one: File) -> QListWidgetItem:
    manifest = one.manifest
    size = f"{manifest.size:,} bytes" if manifest.size < 100_000 else f"{manifest.size / 1_000_000:.1f} MB"
    come = "" if one.come == len(manifest.chunks) else f", {one.come} of {len(manifest.chunks)} pieces have come"
    item = QListWidgetItem(f"{one.number}. {quoted(manifest.name, 80)} ({size}{come})")
    item.setToolTip(as_tip(quoted(manifest.name)))
    item.setData(Qt.ItemDataRole.UserRole, one)
    return item
