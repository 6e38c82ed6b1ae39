"""The strips above and below the panes: what is due next, and what goes over the network just now."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from recipients.desktop.look import Look
from recipients.desktop.plain import OneLine, button, label, name
from recipients.desktop.rows import Row


class DueStrip(QFrame):
    """Says the one thing that is due next, and whether other guardians ask for something. `go` tells a case's id."""

    go = Signal(object)
    asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("part", "strip")
        self._row: Row | None = None
        self.next = OneLine("", "heading")
        self.open = button("Go to &it", name="Go to what is due next")
        self.open.clicked.connect(self._go)
        self.ask = button("")
        self.ask.clicked.connect(self.asked)
        self.ask.setVisible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8))
        row.addWidget(self.next, 1)
        row.addWidget(self.ask)
        row.addWidget(self.open)

    def show_next(self, row: Row | None, any_cases: bool) -> None:
        """Shows what is due, or that nothing is."""
        self._row = row
        self.open.setVisible(row is not None)
        if row is None:
            self.next.setText("Nothing is due." if any_cases else "No concerns have come yet. Sync to look.")
        else:
            self.next.setText(f"Next: {row.title}. {row.line}.")
        self.next.setAccessibleName(self.next.text())

    def show_asked(self, count: int) -> None:
        """Shows that other guardians wait for something, if they do."""
        self.ask.setVisible(count > 0)
        self.ask.setText("Asked of you" if count == 1 else f"Asked of you: {count}")
        self.ask.setAccessibleName(f"What other guardians ask of you: {count}")

    def _go(self) -> None:
        if self._row is not None:
            self.go.emit(self._row.id)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the foot says when nothing goes on: the last sync, what waits, a fault; `away` where a courier carries."""

    synced: str = ""
    waiting: str = ""
    fault: str = ""
    away: bool = False


class SyncStrip(QFrame):
    """Always there: whether anything goes over the network now, when it last did, what waits. `sync`, `stop`."""

    sync = Signal()
    stop = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("part", "foot")
        self.state = label("", wrap=True)
        self.bar = QProgressBar()
        name(self.bar, "Progress of the sync")
        self.bar.setMaximumWidth(look.px(220))
        self.button = button("S&ync now", name="Sync now: fetch what came and send what waits")
        self.halt = button("Sto&p", name="Stop the sync")
        self.button.clicked.connect(self.sync)
        self.halt.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8))
        row.setSpacing(look.px(12))
        row.addWidget(self.state, 1)
        row.addWidget(self.bar)
        row.addWidget(self.halt)
        row.addWidget(self.button)
        self.rest(Standing())

    def rest(self, standing: Standing) -> None:
        """Nothing goes over the network."""
        self._busy(on=False)
        self._offer(standing)
        offline = "" if standing.away else "Offline: nothing leaves this computer until you sync."
        parts = (standing.fault or offline, standing.synced)
        self._say(" ".join(one for one in (*parts, standing.waiting) if one))

    def _offer(self, standing: Standing) -> None:
        self.button.setText("Take in b&y stick…" if standing.away else "Tr&y again" if standing.fault else "S&ync now")
        said = "Sync now: fetch what came and send what waits"
        name(self.button, "Take in what the courier brought" if standing.away else said)

    def run(self, text: str, done: int, total: int) -> None:
        """A sync goes on."""
        self._busy(on=True)
        self.bar.setRange(0, total if total > 1 else 0)
        self.bar.setValue(done)
        self._say(f"Online: {text}")

    def stopping(self) -> None:
        """The sync ends as soon as the portal answers, or does not."""
        self._say("Stopping. What has been fetched is kept, and the next sync goes on from there.")
        self.halt.setEnabled(False)

    def _busy(self, *, on: bool) -> None:
        self.bar.setVisible(on)
        self.halt.setVisible(on)
        if not on:
            self.halt.setEnabled(True)
        self.button.setVisible(not on)

    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.state.setAccessibleName(text)
