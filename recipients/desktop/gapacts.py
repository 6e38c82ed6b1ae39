"""A vault without a network, in the window: the courier's pass, what it brought, what it is to take along."""

from pathlib import Path

from recipients import cases
from recipients.airgap import desk, passes
from recipients.desktop.asking import agreed
from recipients.desktop.drawer import Drawer, folder, new_file
from recipients.desktop.faults import sentence
from recipients.desktop.lists import Lines
from recipients.desktop.longwork import Longwork
from recipients.desktop.plain import label
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.session import Outcome
from recipients.vault import Vault
from recipients.words.days import now, today, weekday_text
from recipients.words.outcome import carried, keep

_COURIER = (
    "A courier is another computer, one with a network, that fetches and posts for this vault. It can open nothing. "
    "From then on this vault needs no network, and does not sync by itself. The pass is a file: carry it over, and "
    "delete it here. Whoever has it can fetch sealed pieces and post in your place, but read nothing."
)
_MADE = (
    "The pass is written to {}. Carry it to the courier’s computer, and delete it here. There, run: "
    "guardian courier --pass FILE --folder STICK"
)
_AWAY = (
    "This vault has no network: a courier carries for it. To sync from this computer again, stop the courier first: "
    "two that post would get in each other’s way. Its pass works until your certificate is renewed."
)
_TAKE = (
    "Choose the stick, or the folder on it. What is sound and new is taken in; what is damaged or for somebody else is "
    "put aside, and this says why. The same ones again do no harm."
)
_GIVE = (
    "Writes what waits to leave, and your keys, for the courier to post. It leaves from there, the same number of "
    "cells in every period, whether something waits or not."
)


class Brought(WorkSheet):
    """Takes in what a courier brought; stays open, and says what came of it."""

    after_stop = "Stopped. What has been taken in is kept; the next time goes on from there."

    def __init__(self, drawer: Drawer, state: str) -> None:
        super().__init__(drawer.look, "Take in what the courier brought", _TAKE, "&Choose the folder…", drawer.over)
        self.came, self.aside = label(""), Lines(drawer.look, 90)
        self.add(label(state, "faint"), self.came)
        self._title = self.ask("What was &put aside, and what else there is to know", self.aside)
        self._show([], "")

    def show_outcome(self, outcome: Outcome, new: list[int]) -> None:
        """What came."""
        self.rest()
        self.fit(290 if carried(outcome) else 120)
        came = f" New in: {', '.join(f'concern {one}' for one in new)}." if new else " Nothing of it is new to read."
        self._show(
            carried(outcome),
            f"{outcome.periods} new period(s), {outcome.cells} sealed pieces tried, {outcome.found} of them for you."
            f"{came} Next: read and answer, then write what is to leave.",
        )

    def _show(self, aside: list[str], said: str) -> None:
        self.came.setText(said)
        self.came.setVisible(bool(said))
        self.aside.tell(aside)
        for one in (self.aside, self._title):
            one.setVisible(bool(aside))


class GapActs:
    """What the menu "My vault" does about the courier."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer, self._look = drawer, drawer.look

    def courier(self) -> None:
        """Makes another computer the courier, or ends that."""
        self._drawer.ask(lambda vault: (passes.away(vault), state(vault, today())), self._show_courier)

    def take_in(self) -> None:
        """Takes in bundles from a folder."""
        self._drawer.ask(lambda vault: state(vault, today()), self._ask_folder)

    def give_out(self) -> None:
        """Writes a bundle for the courier."""
        sheet = WorkSheet(self._look, "Write what is to leave", _GIVE, "&Choose the folder…", self._drawer.over)

        def write() -> None:
            to = folder(sheet, "The stick, or a folder on it")
            if to is None or not self._drawer.shows(sheet):
                return
            self._drawer.run(
                sheet,
                Longwork(),
                lambda vault: desk.give_out(vault, to, lambda: float(now())),
                lambda path: self._drawer.done(sheet, f"Written to {path}. Bring the stick to the courier now."),
            )

        self._drawer.open(sheet, write)

    def _show_courier(self, found: tuple[bool, str]) -> None:
        away, said = found
        title = "The courier of this vault" if away else "Work without a network"
        go_on = "&End this…" if away else "&Write the pass…"
        sheet = WorkSheet(self._look, title, _AWAY if away else _COURIER, go_on, self._drawer.over)
        sheet.add(label(said, "faint"))
        self._drawer.open(sheet, lambda: self._end(sheet) if away else self._issue(sheet))

    def _issue(self, sheet: WorkSheet) -> None:
        to = new_file(sheet, "Where the pass goes", "courier.pass")
        if to is not None and self._drawer.shows(sheet):
            self._drawer.act(
                sheet, lambda vault: _issue(vault, to), lambda _none: self._drawer.done(sheet, _MADE.format(to))
            )

    def _end(self, sheet: WorkSheet) -> None:
        question = "The courier must have been stopped before. From then on this vault syncs by itself again."
        if agreed(self._look, "Sync from this computer again?", question, "&It is stopped", sheet):
            said = "This vault syncs by itself again. The old pass works until your certificate is renewed."
            self._drawer.act(sheet, passes.end, lambda _none: self._drawer.done(sheet, said))

    def _ask_folder(self, said: str) -> None:
        sheet = Brought(self._drawer, said)

        def choose() -> None:
            found = folder(sheet, "The stick, or a folder on it")
            if found is not None and self._drawer.shows(sheet):
                self._import(sheet, found, give_up=False)

        self._drawer.open(sheet, choose)

    def _import(self, sheet: Brought, found: Path, *, give_up: bool) -> None:
        work = Longwork()

        def broke(error: BaseException) -> None:
            question = "Go on without these keys?"
            if agreed(self._look, question, sentence(error), "&Go on without them", sheet):
                self._import(sheet, found, give_up=True)

        # Without a question a person could not go on; the command has an option for it.
        sheet.keys_gone = broke
        self._drawer.run(
            sheet,
            work,
            lambda vault: _take_in(vault, found, work, give_up=give_up),
            lambda came: self._came(sheet, *came),
        )

    def _came(self, sheet: Brought, outcome: Outcome, new: list[int]) -> None:
        if self._drawer.shows(sheet):
            sheet.show_outcome(outcome, new)
        self._drawer.changed.emit()


def state(vault: Vault, day: int) -> str:
    """Whether this vault works through a courier, and when the last news came."""
    if not passes.away(vault):
        return "This vault syncs by itself. No courier carries for it."
    last = desk.last_news(vault)
    when = "The courier has not brought any news yet" if last is None else f"Last news of {weekday_text(last, day)}"
    return f"This vault has no network: a courier carries for it. {when}."


def _issue(vault: Vault, to: Path) -> None:
    if to.exists() or to.is_symlink():
        raise GuardianError("exists", "file")
    passes.issue(vault, to)


def _take_in(vault: Vault, found: Path, work: Longwork, *, give_up: bool) -> tuple[Outcome, list[int]]:
    before = {one.id: one.messages for one in cases.threads(vault)}
    outcome = desk.take_in(vault, [found], lambda: float(now()), work.progress, give_up=give_up)
    # The desk may be locked by now: what there is to tell waits in the vault.
    keep(vault, outcome)
    return outcome, [one.number for one in cases.threads(vault) if before.get(one.id) != one.messages]
