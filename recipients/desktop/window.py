"""The window: the way in, or the desk; what a person does goes to the keeper, and what comes back is shown.

shut --passphrase--> open --Lock, or nobody there--> shut
"""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QSystemTrayIcon, QWidget

from recipients import membership, outgoing
from recipients import sync as core
from recipients.airgap import passes
from recipients.casework import asked
from recipients.desktop import faults, rows
from recipients.desktop.askedof import Answering
from recipients.desktop.asking import agreed
from recipients.desktop.byhand import ByHand
from recipients.desktop.desk import Desk
from recipients.desktop.duty import Conduct
from recipients.desktop.gapacts import state as gap_state
from recipients.desktop.helping import Help
from recipients.desktop.keep import Keep
from recipients.desktop.keeper import Keeper
from recipients.desktop.longwork import StoppedError
from recipients.desktop.look import PICTURES, ZOOMS, Look
from recipients.desktop.menus import Menus
from recipients.desktop.more import More
from recipients.desktop.over import OnCase
from recipients.desktop.rows import Listed
from recipients.desktop.setup import SetUp
from recipients.desktop.setuppages import SetUpPages
from recipients.desktop.strip import Standing
from recipients.desktop.syncing import Syncing
from recipients.desktop.together import Together
from recipients.desktop.unlock import Unlock
from recipients.desktop.working import Working
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words.days import today, weekday_text
from recipients.words.outcome import kept, understood

_SIGNS_OF_LIFE = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}


class Window(QMainWindow):
    """The only window of the desk."""

    def __init__(self, look: Look, vault: Path) -> None:
        super().__init__()
        self.look = look
        self.keeper = Keeper()
        self.syncing: Syncing | None = None
        self._fault, self._away = "", False
        self.unlock = Unlock(look, vault)
        self.desk = Desk(look)
        self.working = Working(self.desk, self.keeper)
        tools = (look, self.keeper, self.working, self)
        self.more, self.answering = More(*tools), Answering(*tools)
        self.together, self.conduct, self.by_hand = Together(*tools), Conduct(*tools), ByHand(*tools)
        self._acting: tuple[OnCase, ...] = (self.more, self.answering, self.together, self.conduct, self.by_hand)
        self.keep = Keep(self)
        self.pages = QStackedWidget()
        self.setup_pages = SetUpPages(look)
        self.setup = SetUp(self.setup_pages, self.keeper)
        for page in (self.unlock, self.desk, self.setup_pages):
            self.pages.addWidget(page)
        self.setCentralWidget(self.pages)
        self.setWindowTitle("Candour")
        self.resize(look.px(1280), look.px(820))
        self._tray = QSystemTrayIcon(QIcon(str(PICTURES / "mark.svg")), self)
        self._idle = QTimer(self, singleShot=True, interval=look.minutes * 60_000)
        self._idle.timeout.connect(self.leave)
        self._connect()
        self.menus = Menus(self)
        self.setWindowIcon(QIcon(str(PICTURES / "mark.svg")))
        self._show_page(self.unlock)
        if not vault.exists():
            self.set_up()

    # The way in and out.

    def _open(self, path: Path, passphrase: str) -> None:
        self.unlock.wait()
        self.keeper.unlock(path, passphrase, self._opened, self._refused)

    def _opened(self) -> None:
        self.unlock.ready()
        self.unlock.tell("")
        self._show_page(self.desk)
        self._idle.start()
        self.keeper.short(_ready, self._begun, self._failed)

    def _begun(self, ready: bool) -> None:
        self.working.begin()
        if ready:
            self.refresh()
        else:
            self.set_up()

    def set_up(self) -> None:
        """Set-up: from nothing, or from the step that is missing."""
        self._show_page(self.setup_pages)
        if self.keeper.open:
            self.setup.resume()
        else:
            self.setup.begin(self.unlock.vault)

    def _settled(self) -> None:
        """Set-up is left: to the desk if a vault is open, or back to the way in."""
        self.setup_pages.forget()
        if self.keeper.open:
            self._idle.start()
            self._show_page(self.desk)
            self.refresh()
        else:
            self._show_page(self.unlock)

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
        for one in self._acting:
            one.close()
        self.keep.drawer.close()
        # What was being written is kept before the keeper lets go: its jobs are done in order.
        self.working.put_away()
        self.keeper.lock()
        self.syncing, self._fault = None, ""
        self.desk.clear()
        self.setup_pages.forget()
        self.unlock.tell(why)
        self.unlock.ready()
        self._show_page(self.unlock)

    # What is on the desk.

    def refresh(self) -> None:
        """Looks again at what the vault has."""
        day, wanted = today(), self.desk.filters.wanted()
        self.keeper.short(lambda vault: rows.load(vault, wanted, day), self._listed, self._failed)
        self.keeper.short(lambda vault: _standing(vault, day), self._stands, self._failed)
        self.keeper.short(kept, self.desk.notices.add, self._failed)
        self.keeper.short(lambda vault: len(asked.of_us(vault)), self.desk.due.show_asked, self._failed)

    def _changed(self) -> None:
        self.refresh()
        self.working.again()

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

    def _put_away(self) -> None:
        """The case on the desk is not to be seen any more."""
        self.working.drop()
        self.refresh()

    def _stands(self, standing: Standing) -> None:
        self._away = standing.away
        if self.syncing is None:
            self.desk.network.rest(replace(standing, fault=self._fault))

    # The network.

    def sync(self, *, give_up: bool = False) -> None:
        """Starts a sync, if none goes on; where a courier carries, takes in what it brought."""
        if self.syncing is not None or not self.keeper.open:
            return
        if self._away:
            self.keep.gap.take_in()
            return
        self._fault = ""
        self.syncing = Syncing(give_up=give_up)
        self.syncing.told.connect(self.desk.network.run)
        self.keeper.long(self.syncing.run, self._synced, self._unsynced)

    def _stop(self) -> None:
        if self.syncing is not None:
            self.syncing.stop()
            self.desk.network.stopping()

    def _synced(self, outcome: core.Outcome) -> None:
        self.syncing = None
        self.refresh()
        self.working.again()
        if outcome.found:
            self._announce()

    def _unsynced(self, error: BaseException) -> None:
        self.syncing = None
        fault = "Stopped. What has been fetched is kept." if isinstance(error, StoppedError) else faults.sentence(error)
        self._fault = fault
        self.refresh()
        if isinstance(error, GuardianError) and error.code == "keys":
            self._offer_giving_up(error)

    def _offer_giving_up(self, error: GuardianError) -> None:
        if agreed(self.look, "Go on without these keys?", faults.sentence(error), "&Go on without them", self):
            self.sync(give_up=True)

    def _announce(self) -> None:
        """Somebody wrote. Whoever sees the screen learns no more than that this program is here."""
        if not self.isActiveWindow():
            QApplication.alert(self)
            if QSystemTrayIcon.isSystemTrayAvailable():
                self._tray.show()
                self._tray.showMessage("Candour", "Open your desk.")

    def _understood(self, notice: str) -> None:
        self.keeper.short(lambda vault: understood(vault, notice), lambda _none: None, self._failed)

    def fault(self, error: BaseException) -> None:
        """What nobody thought of."""
        self._failed(error)

    def _failed(self, error: BaseException) -> None:
        self.desk.notices.add([faults.sentence(error)])

    # The window itself.

    def zoom(self, step: int) -> None:
        """Larger or smaller text; 0 goes back to 100 %."""
        place = ZOOMS.index(self.look.zoom) if self.look.zoom in ZOOMS else ZOOMS.index(100)
        self.look.zoom = 100 if step == 0 else ZOOMS[max(0, min(place + step, len(ZOOMS) - 1))]
        self.dress()

    def dress_in(self, scheme: str) -> None:
        """Light, dark, or as the system is."""
        self.look.scheme = scheme
        self.dress()

    def lock_after(self, minutes: int) -> None:
        """Locks after so many minutes without anybody."""
        self.look.minutes = minutes
        self._idle.setInterval(minutes * 60_000)
        self.look.keep(self.unlock.vault)

    def help(self) -> None:
        """Keys and advice."""
        Help(self.look, self).exec()

    def dress(self) -> None:
        """Puts the look on everything, and keeps it."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self.look.apply(application)
        self.look.keep(self.unlock.vault)
        self.desk.arrange()
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
        for one in self._acting:
            one.failed.connect(self._failed)
            one.told.connect(lambda said: desk.notices.add([said]))
        for leaver in (self.together, self.conduct):
            leaver.left.connect(self._put_away)
        desk.due.asked.connect(self.answering.show)
        self.answering.answered.connect(self.refresh)
        self.by_hand.opened.connect(self._go)
        self.by_hand.taken.connect(self.refresh)
        self.keep.drawer.failed.connect(self._failed)
        self.keep.drawer.told.connect(lambda said: desk.notices.add([said]))
        self.keep.drawer.changed.connect(self._changed)
        self.keep.drawer.going.connect(self._go)
        self.keep.drawer.beginnings.connect(desk.editor.offer)
        desk.notices.understood.connect(self._understood)
        self.unlock.set_up.connect(self.set_up)
        self.setup.ready.connect(self._settled)
        self.setup.made.connect(self.unlock.use)
        self.setup_pages.left.connect(self._settled)
        desk.network.sync.connect(self.sync)
        desk.network.stop.connect(self._stop)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self.menus.allow(on=page is self.desk)
        if page is not self.setup_pages:
            (self.desk.list if page is self.desk else self.unlock.passphrase).setFocus()


def _ready(vault: Vault) -> bool:
    """Whether set-up has come as far as knowing the organisation."""
    return vault.setting("organisation") is not None


def _standing(vault: Vault, day: int) -> Standing:
    last, away = membership.last_day(vault), passes.away(vault)
    synced = "Never synced." if last is None else f"Last synced {weekday_text(last, day)}."
    waiting = {item.outgoing for item in outgoing.waiting(vault, day)}
    said = "" if not waiting else "1 thing waits to leave." if len(waiting) == 1 else f"{len(waiting)} wait to leave."
    return Standing(synced=gap_state(vault, day) if away else synced, waiting=said, away=away)
