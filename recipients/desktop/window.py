"""The window: the way in, or the desk; what a person does goes to the keeper, and what comes back is shown.

shut --passphrase--> open --Lock, or nobody there--> shut
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from recipients import membership, outgoing
from recipients import sync as core
from recipients.desktop import faults, rows
from recipients.desktop.desk import Desk
from recipients.desktop.keeper import Keeper
from recipients.desktop.look import ZOOMS, Look
from recipients.desktop.rows import Listed
from recipients.desktop.strip import Standing
from recipients.desktop.syncing import StoppedError, Syncing
from recipients.desktop.unlock import Unlock
from recipients.desktop.working import Working
from recipients.vault import Vault
from recipients.words.days import today, weekday_text
from recipients.words.outcome import notices

LOCK_MINUTES = 10
_SIGNS_OF_LIFE = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}


class Window(QMainWindow):
    """The only window of the desk."""

    def __init__(self, look: Look, vault: Path) -> None:
        super().__init__()
        self.look = look
        self.keeper = Keeper()
        self.syncing: Syncing | None = None
        self._standing = Standing()
        self.unlock = Unlock(look, vault)
        self.desk = Desk(look)
        self.working = Working(self.desk, self.keeper)
        self.pages = QStackedWidget()
        for page in (self.unlock, self.desk):
            self.pages.addWidget(page)
        self.setCentralWidget(self.pages)
        self.setWindowTitle("Candour")
        self.resize(look.px(1280), look.px(820))
        self._idle = QTimer(self, singleShot=True, interval=LOCK_MINUTES * 60_000)
        self._idle.timeout.connect(self.leave)
        self._connect()
        self._menus()
        self._show_page(self.unlock)

    # The way in and out.

    def _open(self, path: Path, passphrase: str) -> None:
        self.unlock.wait()
        self.keeper.unlock(path, passphrase, self._opened, self._refused)

    def _opened(self) -> None:
        self.unlock.ready()
        self.unlock.tell("")
        self._show_page(self.desk)
        self._idle.start()
        self.refresh()

    def _refused(self, error: BaseException) -> None:
        self.unlock.ready()
        self.unlock.tell(faults.sentence(error))

    def lock(self) -> None:
        """A person locks: what runs is stopped."""
        if self.syncing is not None:
            self.syncing.stop()
        self._shut("")

    def leave(self) -> None:
        """Nobody has been there for a while: nothing stays to be seen; a sync that runs ends first, then the vault."""
        self._shut("Nobody was here for a while, so the desk was locked. Nothing is lost.")

    def _shut(self, why: str) -> None:
        self._idle.stop()
        # What was being written is kept before the keeper lets go: its jobs are done in order.
        self.working.put_away()
        self.keeper.lock()
        self.syncing = None
        self.desk.clear()
        self.unlock.tell(why)
        self.unlock.ready()
        self._show_page(self.unlock)

    # What is on the desk.

    def refresh(self) -> None:
        """Looks again at what the vault has."""
        day, wanted = today(), self.desk.filters.wanted()
        self.keeper.short(lambda vault: rows.load(vault, wanted, day), self._listed, self._failed)
        self.keeper.short(lambda vault: _standing(vault, day), self._stands, self._failed)

    def _listed(self, found: Listed) -> None:
        self.desk.list.show_rows(found.rows, self.working.current)
        self.desk.due.show_next(found.first, any_cases=found.any)

    def _chosen(self, chosen: bytes) -> None:
        if chosen != self.working.current:
            self.working.show(chosen)

    def _go(self, chosen: bytes) -> None:
        """To a case that the list may not be showing."""
        self.desk.list.choose(chosen)
        self._chosen(chosen)

    def _stands(self, standing: Standing) -> None:
        self._standing = standing
        if self.syncing is None:
            self.desk.network.rest(standing)

    # The network.

    def sync(self, *, give_up: bool = False) -> None:
        """Starts a sync, if none goes on."""
        if self.syncing is not None or not self.keeper.open:
            return
        self.syncing = Syncing(give_up=give_up)
        self.syncing.told.connect(self.desk.network.run)
        self.keeper.long(self.syncing.run, self._synced, self._unsynced)

    def _stop(self) -> None:
        if self.syncing is not None:
            self.syncing.stop()
            self.desk.network.stopping()

    def _synced(self, outcome: core.Outcome) -> None:
        self.syncing = None
        self.desk.notices.add(notices(outcome))
        self.refresh()
        self.working.again()

    def _unsynced(self, error: BaseException) -> None:
        self.syncing = None
        fault = "Stopped. What has been fetched is kept." if isinstance(error, StoppedError) else faults.sentence(error)
        self.desk.network.rest(Standing(fault=fault, synced=self._standing.synced, waiting=self._standing.waiting))
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        self.desk.notices.add([faults.sentence(error)])

    # The window itself.

    def zoom(self, step: int) -> None:
        """Larger or smaller text; 0 goes back to 100 %."""
        place = ZOOMS.index(self.look.zoom) if self.look.zoom in ZOOMS else ZOOMS.index(100)
        self.look.zoom = 100 if step == 0 else ZOOMS[max(0, min(place + step, len(ZOOMS) - 1))]
        self.dress()

    def dress(self) -> None:
        """Puts the look on everything."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self.look.apply(application)
        self.desk.list.doItemsLayout()
        self.desk.reading.redraw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Any key or movement of the mouse says that somebody is there."""
        if event.type() in _SIGNS_OF_LIFE and self.keeper.open:
            self._idle.start()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Locks before the window goes."""
        self.lock()
        self.keeper.end()
        super().closeEvent(event)

    def _connect(self) -> None:
        desk = self.desk
        self.unlock.wanted.connect(self._open)
        desk.list.chosen.connect(self._chosen)
        desk.due.go.connect(self._go)
        desk.filters.changed.connect(self.refresh)
        self.working.changed.connect(self.refresh)
        self.working.failed.connect(self._failed)
        desk.network.sync.connect(self.sync)
        desk.network.stop.connect(self._stop)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def _menus(self) -> None:
        bar = self.menuBar()
        desk, view = bar.addMenu("&Desk"), bar.addMenu("&View")
        self._actions = [
            _action(self, "&Sync now", "Ctrl+R", self.sync),
            _action(self, "&Lock", "Ctrl+L", self.lock),
            _action(self, "&Quit", "Ctrl+Q", self.close),
        ]
        for one in self._actions:
            desk.addAction(one)
        view.addAction(_action(self, "&Larger text", "Ctrl++", lambda: self.zoom(1)))
        view.addAction(_action(self, "S&maller text", "Ctrl+-", lambda: self.zoom(-1)))
        view.addAction(_action(self, "&Usual size", "Ctrl+0", lambda: self.zoom(0)))

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        for one in self._actions[:2] if hasattr(self, "_actions") else []:
            one.setEnabled(page is self.desk)
        (self.desk.list if page is self.desk else self.unlock.passphrase).setFocus()


def _action(window: Window, text: str, key: str, does: Callable[[], object]) -> QAction:
    made = QAction(text, window)
    made.setShortcut(QKeySequence(key))
    made.triggered.connect(lambda _checked=False: does())
    return made


def _standing(vault: Vault, day: int) -> Standing:
    last = membership.last_day(vault)
    synced = "Never synced." if last is None else f"Last synced {weekday_text(last, day)}."
    waiting = {item.outgoing for item in outgoing.waiting(vault, day)}
    said = "" if not waiting else "1 thing waits to leave." if len(waiting) == 1 else f"{len(waiting)} wait to leave."
    return Standing(synced=synced, waiting=said)
