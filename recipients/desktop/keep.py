"""The menus "My vault" and "Numbers and stories": keeping the vault, working without a network, and what is handed in.

The acts stand in files of their own; here they are put together, and each gets its line.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from recipients.desktop.awayacts import AwayActs
from recipients.desktop.drawer import Drawer
from recipients.desktop.fileacts import FileActs
from recipients.desktop.gapacts import GapActs
from recipients.desktop.publishacts import PublishActs
from recipients.desktop.rescue import Rescue
from recipients.desktop.retainacts import RetainActs
from recipients.desktop.returnacts import ReturnActs
from recipients.desktop.vaultacts import VaultActs
from recipients.desktop.watchacts import WatchActs
from recipients.desktop.wordacts import WordActs

if TYPE_CHECKING:
    from recipients.desktop.window import Window

_Lines = tuple[tuple[str, Callable[[], None]] | None, ...]


class Keep:
    """All that this half of the desk can do. `drawer` has the sheet that is open."""

    def __init__(self, window: "Window") -> None:
        self.drawer = drawer = Drawer(window.look, window.keeper, window)
        self.vault, self.gap, self.files = VaultActs(drawer), GapActs(drawer), FileActs(drawer)
        self.returns, self.publish, self.retain = ReturnActs(drawer), PublishActs(drawer), RetainActs(drawer)
        self.words, self.away, self.watch = WordActs(drawer), AwayActs(drawer), WatchActs(drawer)
        self.bar: list[QMenu] = []
        unlock = window.unlock
        self.rescue = Rescue(drawer, unlock.use, lambda said: unlock.tell(said, "care"))
        unlock.lost.connect(lambda: self.rescue.recover(unlock.vault))
        unlock.restore.connect(lambda: self.rescue.restore(unlock.vault))
        reading = window.desk.reading
        reading.look_wanted.connect(lambda file: self._with_case(window, self.files.picture, file))
        reading.save_wanted.connect(lambda file: self._with_case(window, self.files.save, file))

    def menus(self, window: "Window") -> list[QAction]:
        """Adds the two menus to a window's bar; gives their actions, which need an open desk."""
        vault, gap = self.vault, self.gap
        mine: _Lines = (
            ("My &key and certificate…", vault.identity),
            ("Change the &passphrase…", vault.passphrase),
            ("&Back up…", vault.backup),
            ("&Check a backup…", vault.check),
            ("&Shares for trustees…", vault.trustees),
            None,
            ("&How long concerns are kept…", self.retain.keeping),
            ("B&eginnings of replies…", self.words.beginnings),
            ("When I collect, and when I am &away…", self.away.calendar),
            ("&Look at the portal as a visitor…", self.watch.visit),
            None,
            ("Work without a &network…", gap.courier),
            ("&Take in what the courier brought…", gap.take_in),
            ("&Write what is to leave…", gap.give_out),
            None,
            ("Hand over to a successo&r…", vault.give),
            ("Take &over from a predecessor…", vault.take),
        )
        numbers: _Lines = (
            ("Quarterly &return…", self.returns.quarterly),
            ("&Trends by factor…", self.returns.trends),
            ("&Promises…", self.returns.promised),
            None,
            ("Publish &numbers…", self.publish.statistics),
            ("Tell a learning &story…", self.publish.story),
            ("Second s&ignatures…", self.publish.cosign),
        )
        self.bar = [_menu(window, "&My vault", mine), _menu(window, "Num&bers and stories", numbers)]
        return [one for menu in self.bar for one in menu.actions() if not one.isSeparator()]

    def _with_case(self, window: "Window", does: Callable[..., None], file: object) -> None:
        found = window.working.case
        if found is not None:
            does(found.case.number, file)


def _menu(window: "Window", title: str, lines: _Lines) -> QMenu:
    menu = window.menuBar().addMenu(title)
    for line in lines:
        if line is None:
            menu.addSeparator()
            continue
        text, does = line
        action = QAction(text, window)
        action.triggered.connect(lambda _checked=False, does=does: does())
        menu.addAction(action)
    return menu
