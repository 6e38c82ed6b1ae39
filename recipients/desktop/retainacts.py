"""How long concerns are kept: the rules, what is due for erasing or held, and what may be said of erased ones."""

from dataclasses import dataclass

from recipients.casework import book, retention
from recipients.casework.book import Filter
from recipients.casework.retention import Claim, Policy
from recipients.desktop.asking import agreed
from recipients.desktop.drawer import Drawer
from recipients.desktop.fields import number
from recipients.desktop.lists import Lines
from recipients.desktop.plain import button
from recipients.desktop.worksheet import WorkSheet
from recipients.vault import Vault
from recipients.words.days import today, weekday_text

_ABOUT = (
    "A concluded concern is kept for some months, then it is erased: the key under which all of it lies is destroyed. "
    "That cannot be undone. Your backups of that time still have it: say that it is gone only when they have expired."
)
_NOTHING = "Nothing is due for erasing."


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the sheet shows. Numbers are those of concerns."""

    policy: Policy
    due: tuple[int, ...]
    held: tuple[int, ...]
    claims: tuple[Claim, ...]


class Keeping(WorkSheet):
    """The policy, and three lists. Erasing is asked for in a question of its own."""

    def __init__(self, drawer: Drawer, kept: Kept) -> None:
        super().__init__(drawer.look, "How long concerns are kept", _ABOUT, "&Keep these rules", drawer.over)
        self.months = number(1, 120, kept.policy.months, " months")
        self.backups = number(0, 3_650, kept.policy.backup_days, " days")
        self.due, self.gone = Lines(drawer.look, 80), Lines(drawer.look, 90)
        self.erase = button("&Erase what is due…")
        self.ask("Concluded concerns are erased &after", self.months)
        self.ask("&Backups of this vault are kept for", self.backups)
        self.ask("What is &due now, and what is held", self.due)
        self.row(self.erase)
        self.ask("E&rased, and from when you may say that it is gone", self.gone)
        self.fit(430)
        self.show_kept(kept, today())

    def show_kept(self, kept: Kept, day: int) -> None:
        """Shows what there is."""
        due = [f"Concern {one} is due for erasing." for one in kept.due] or [_NOTHING]
        held = [f"Concern {one} is under a legal hold: it stays." for one in kept.held]
        self.due.tell([*due, *held])
        self.gone.tell([_claim(one, day) for one in kept.claims] or ["Nothing has been erased yet."])
        self.erase.setEnabled(bool(kept.due))


class RetainActs:
    """What the menu "My vault" does about erasing."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer, self._look = drawer, drawer.look

    def keeping(self) -> None:
        """Shows what is due, changes the policy, erases."""
        day = today()
        self._drawer.ask(lambda vault: look(vault, day), self._show)

    def _show(self, kept: Kept) -> None:
        sheet = Keeping(self._drawer, kept)

        def keep() -> None:
            months, days, day = sheet.months.value(), sheet.backups.value(), today()

            def job(vault: Vault) -> Kept:
                retention.set_policy(vault, months, days)
                return look(vault, day)

            # The sheet stays: what is due by the new rules is seen at once.
            self._drawer.act(sheet, job, lambda now: self._kept(sheet, now))

        def erase(numbers: tuple[int, ...]) -> None:
            named = ", ".join(str(one) for one in numbers)
            question = f"Concern {named}. Everything in it is destroyed on this computer, and cannot be brought back."
            if agreed(self._look, "Erase for good?", question, "&Erase for good", sheet):
                day = today()
                self._drawer.act(
                    sheet, lambda vault: (retention.apply(vault, day), look(vault, day)), lambda now: erased(*now)
                )

        def erased(numbers: list[int], now: Kept) -> None:
            until = max((one.gone_from for one in now.claims if one.number in numbers), default=0)
            named = ", ".join(str(one) for one in numbers) or "none"
            said = f"Erased: concern {named}. Say that it is gone only after {weekday_text(until, today())}."
            self._drawer.done(sheet, said)

        def ask_erase() -> None:
            # What is due is asked anew: the rules may have changed since the sheet was opened.
            self._drawer.fill(
                sheet, lambda vault: look(vault, today()), lambda now: erase(now.due) if now.due else None
            )

        sheet.erase.clicked.connect(ask_erase)
        self._drawer.open(sheet, keep)

    def _kept(self, sheet: Keeping, kept: Kept) -> None:
        if self._drawer.shows(sheet):
            sheet.tell("")
            sheet.show_kept(kept, today())
        self._drawer.told.emit("The rules are kept. Nothing is erased until you say so.")


def look(vault: Vault, day: int) -> Kept:
    """What there is to see."""
    return Kept(
        policy=retention.policy(vault),
        due=tuple(one.number for one in retention.due(vault, day)),
        held=tuple(one.number for one in book.search(vault, Filter(flags=("hold",), order="number"))),
        claims=tuple(retention.claims(vault, day)),
    )


def _claim(one: Claim, day: int) -> str:
    erased = f"Concern {one.number}, erased {weekday_text(one.day, day)}"
    if one.gone:
        return f"{erased}: gone, from backups too."
    return f"{erased}: say that it is gone only after {weekday_text(one.gone_from, day)}."
