"""When you collect, and when you are away. It is public: an empty inbox tells people when you will look."""

from PySide6.QtWidgets import QCheckBox, QDateEdit

from recipients import keys, membership, publishing
from recipients.desktop.drawer import Drawer
from recipients.desktop.fields import day_of, qdate
from recipients.desktop.lists import Lines
from recipients.desktop.plain import button, name
from recipients.desktop.worksheet import WorkSheet
from recipients.vault import Vault
from recipients.words.days import today, weekday_text

Calendar = tuple[tuple[int, ...], tuple[tuple[int, int], ...]]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ABOUT = (
    "People who wrote to you see on which days you collect, and when you are away. It is public. A change is signed "
    "now, and published with your next sync."
)
_USUAL: Calendar = ((0, 1, 2, 3, 4), ())


class Away(WorkSheet):
    """Seven days to tick, and spans of days away."""

    def __init__(self, drawer: Drawer, calendar: Calendar) -> None:
        super().__init__(drawer.look, "When I collect, and when I am away", _ABOUT, "&Sign this", drawer.over)
        self.days = [QCheckBox(one) for one in WEEKDAYS]
        for number, box in enumerate(self.days):
            name(box, f"I collect on {WEEKDAYS[number]}")
            box.setChecked(number in calendar[0])
        for part in (self.days[:4], self.days[4:]):
            self.row(*part)
        self.spans = list(calendar[1])
        self.first, self.last, self.list = _date(), _date(), Lines(drawer.look, 80)
        self.add_, self.remove = button("&Add these days"), button("&Remove the chosen days")
        self.ask("Away &from", self.first)
        self.ask("&Until", self.last)
        self.row(self.add_)
        self.ask("&Days away", self.list)
        self.row(self.remove)
        self.fit(430)
        self.add_.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self._show()

    def calendar(self) -> Calendar:
        """What was chosen."""
        return tuple(number for number, box in enumerate(self.days) if box.isChecked()), tuple(self.spans)

    def _add(self) -> None:
        span = day_of(self.first.date()), day_of(self.last.date())
        if span[1] < span[0]:
            self.tell("The first day away comes after the last one. Nothing was changed.")
            return
        self.tell("")
        self.spans = sorted({*self.spans, span})
        self._show()

    def _remove(self) -> None:
        one = self.list.chosen()
        self.spans = [span for span in self.spans if span != one]
        self._show()

    def _show(self) -> None:
        self.list.fill((f"{weekday_text(one[0])} to {weekday_text(one[1])}", one) for one in self.spans)
        self.list.setCurrentRow(0)
        self.remove.setEnabled(bool(self.spans))


class AwayActs:
    """What the menu "My vault" does about the calendar."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer

    def calendar(self) -> None:
        """Shows the calendar, and signs another one."""
        self._drawer.ask(lambda vault: publishing.calendar(vault) or _USUAL, self._show)

    def _show(self, found: Calendar) -> None:
        sheet = Away(self._drawer, found)

        def sign() -> None:
            weekdays, spans = sheet.calendar()
            day, said = today(), "Your calendar is signed. It is published with your next sync."

            def job(vault: Vault) -> None:
                organisation = membership.organisation(vault)
                publishing.set_calendar(vault, keys.load(vault), organisation, day, weekdays, spans)

            self._drawer.act(sheet, job, lambda _none: self._drawer.done(sheet, said))

        self._drawer.open(sheet, sign)


def _date() -> QDateEdit:
    made = QDateEdit(qdate(today()))
    made.setCalendarPopup(True)
    made.setDisplayFormat("dddd d MMMM yyyy")
    return made
