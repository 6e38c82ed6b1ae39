"""A look at the portal as any visitor would take it, and what differs from what was signed, in plain words."""

from recipients import watch, watch_own
from recipients.airgap import passes
from recipients.desktop.asking import agreed
from recipients.desktop.drawer import Drawer
from recipients.desktop.lists import Lines
from recipients.desktop.longwork import Longwork
from recipients.desktop.plain import button, label
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.watch_log import Log
from recipients.words import watching

_ABOUT = (
    "This visits the portal as somebody who wants to write would, over fresh connections, and compares every file, the "
    "list of guardians and the board with what was signed, and with what was seen before. It goes over the network."
)
_FINE = "Nothing differs. What visitors are shown is what was signed."
_NOTED = "Nothing looks like an attack. Please look at this all the same:"
_ALARM = "ALARM. Do not go on as usual: read what follows, and telephone."
_ACCEPT = (
    "Only when your steward has told you, by telephone, why this is so. What is there now then counts as known, and "
    "raises no alarm any more."
)


class Visit(WorkSheet):
    """What a visit found; stays open."""

    after_stop = "Stopped. This visit is in no log, and says nothing about the portal."

    def __init__(self, drawer: Drawer) -> None:
        super().__init__(drawer.look, "Look at the portal as a visitor", _ABOUT, "&Look now", drawer.over)
        # One for each way of saying it: a label does not grow when it is dressed in another way later.
        self._verdicts = {part: label("", part) for part in ("", "care", "danger")}
        self.verdict, self.found = self._verdicts[""], Lines(drawer.look, 160)
        self.known = button("&Take it for known…", name="Take what is there now for known")
        self.add(*self._verdicts.values())
        self._title = self.ask("&What differs", self.found)
        self.row(self.known)
        for one in self._verdicts.values():
            one.setVisible(False)
        self._show("", "", [])

    def begin(self) -> None:
        """Forgets what the visit before found."""
        self._show("", "", [])

    def show_look(self, look: watch.Look) -> None:
        """Says what was found, the gravest first."""
        self.rest()
        self.fit(300 if look.alarms or look.notes else 80)
        said, part = (_ALARM, "danger") if look.alarms else (_NOTED, "care") if look.notes else (_FINE, "")
        self._show(said, part, [f"{kind}: {about}\n{advice}" for kind, about, advice in watching.lines(look)])
        self.known.setVisible(bool(look.alarms))

    def _show(self, said: str, part: str, found: list[str]) -> None:
        self.verdict.setVisible(False)
        self.verdict = self._verdicts[part]
        self.verdict.setText(said)
        self.verdict.setAccessibleName(said)
        self.verdict.setVisible(bool(said))
        self.found.tell(found)
        for one in (self._title, self.found):
            one.setVisible(bool(found))
        self.known.setVisible(False)


class WatchActs:
    """What the menu "My vault" does about looking at the portal."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer, self._look = drawer, drawer.look

    def visit(self) -> None:
        """Opens the sheet; nothing goes over the network before a person says so."""
        sheet = Visit(self._drawer)

        def accept() -> None:
            if agreed(self._look, "Take what is there for known?", _ACCEPT, "&Take it for known", sheet):
                self._go(sheet, accept=True)

        sheet.known.clicked.connect(accept)
        self._drawer.open(sheet, lambda: self._go(sheet, accept=False))

    def _go(self, sheet: Visit, *, accept: bool) -> None:
        work = Longwork()
        sheet.begin()

        def job(vault: Vault) -> watch.Look:
            if passes.away(vault):
                # It must never be the machine without a network that is told to look.
                raise GuardianError("pass", "looking")
            with Log(watch_own.log_path(vault.path)) as log:
                return watch.once(
                    watch_own.portal(vault), log, accept=accept, step=lambda _path: work.progress("visiting", 0, 0)
                )

        def came(look: watch.Look) -> None:
            if self._drawer.shows(sheet):
                sheet.show_look(look)

        self._drawer.run(sheet, work, job, came)
