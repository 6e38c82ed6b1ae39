"""Numbers and stories: the quarterly return, trends, promises. What is published stands in `publishacts`."""

from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from recipients.casework import book, charts, measures, promises, returns
from recipients.casework.promises import Promise
from recipients.casework.returns import Gap, Row
from recipients.desktop.drawer import Drawer, new_file
from recipients.desktop.fields import options, over, quarter
from recipients.desktop.lists import Lines, Ticks
from recipients.desktop.plain import button, label, name, quoted
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.vault.files import write_new
from recipients.words.days import today, weekday_text
from recipients.words.saved import OUTSIDE

_RETURN = (
    "The return counts your concerns of one quarter, for the collection. Small numbers stand in it as they are, so it "
    "is not for publishing. Concerns in which something is missing are named below: choose one to go to it."
)
_TRENDS = (
    "How often each factor played a part, quarter by quarter; never by person or ward. 0 to 7 is a dot, the rest is "
    "rounded to 5. The picture is outside the vault once it is saved."
)
_PROMISES = (
    "Every next step that a reply of yours named. A promise is kept by the next thing that the person was told: a "
    "reply, an answer another way, or how it ended."
)
_SECTIONS = {"total": "", "category": "About", "mode": "How they spoke up", "group": "Who", "again": "Speak up again"}
_STATES = {"overdue": "Overdue", "waiting": "Open", "late": "Kept late", "kept": "Kept"}
_ORDER = tuple(_STATES)
_FIRST = 4  # quarters that trends are shown of before anybody asks
_MISSING = {"category": "what it is about", "mode": "how they spoke up"}


class ReturnActs:
    """What the menu "Numbers and stories" makes for others to count and to see."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer, self._look = drawer, drawer.look

    def quarterly(self) -> None:
        """Shows a quarter's return and what is missing in it, and saves it as CSV."""
        sheet = WorkSheet(self._look, "Quarterly return", _RETURN, "&Save as CSV…", self._drawer.over)
        which, rows, missing = quarter(today()), Lines(self._look, 150), Lines(self._look, 90)
        go = button("&Go to this concern")
        sheet.ask("&Quarter", which)
        sheet.ask("&What is counted", rows)
        title = sheet.ask("What is &missing", missing, "Concerns that are counted in the total only.")
        sheet.row(go)
        sheet.fit(440)

        def show() -> None:
            name_, day = str(which.currentData()), today()

            def shown(found: tuple[list[Row], list[tuple[str, bytes]]]) -> None:
                sheet.tell("")
                rows.tell(_counted(one) for one in found[0])
                missing.fill(found[1])
                for one in (title, missing, go):
                    one.setVisible(bool(found[1]))
                missing.setCurrentRow(0)

            self._drawer.fill(sheet, lambda vault: _return(vault, name_, day), shown)

        def save() -> None:
            name_, day = str(which.currentData()), today()
            to = new_file(sheet, "Where the return goes", f"return-{name_}.csv")
            if to is not None and self._drawer.shows(sheet):
                self._save(sheet, to, lambda vault: returns.write_csv(name_, returns.made(vault, name_, day)))

        which.currentIndexChanged.connect(lambda _place: show())
        self._connect_going(sheet, missing, go)
        self._drawer.open(sheet, save)
        show()

    def trends(self) -> None:
        """Draws factors over quarters, shows the picture, and saves it as SVG."""
        sheet = Trends(self._drawer)

        def draw() -> None:
            wanted, framework = sheet.wanted_quarters(), str(sheet.framework.currentData())
            if not wanted:
                sheet.tell("Tick at least one quarter.")
                return
            self._drawer.fill(sheet, lambda vault: _drawn(vault, framework, wanted), sheet.show_picture)

        def save() -> None:
            drawn = sheet.drawn
            to = new_file(sheet, "Where the picture goes", "trends.svg") if drawn else None
            if to is not None and self._drawer.shows(sheet):
                self._save(sheet, to, lambda _vault: drawn)

        sheet.framework.currentIndexChanged.connect(lambda _place: draw())
        sheet.quarters.itemChanged.connect(lambda _item: draw())
        self._drawer.open(sheet, save)
        draw()

    def promised(self) -> None:
        """Lists promises: overdue first, then open ones, then what was kept."""
        day = today()
        self._drawer.ask(promises.made, lambda found: self._show_promises(found, day))

    def _show_promises(self, made: list[Promise], day: int) -> None:
        found = sorted(made, key=lambda one: _ORDER.index(one.state(day)))
        sheet = WorkSheet(self._look, "Promises", _PROMISES, "", self._drawer.over)
        rows, go = Lines(self._look, 260), button("&Go to this concern")
        rows.fill((_promise(one, day), one.case.id) for one in found)
        numbers = promises.counted(found, day)
        counts = [f"{_STATES[state]}: {numbers[state]}." for state in _ORDER]
        sheet.add(label(" ".join(counts) if found else "Nothing was promised yet."))
        sheet.ask("&Promises, what is overdue first", rows)
        sheet.row(go)
        go.setEnabled(bool(found))
        rows.setCurrentRow(0)
        self._connect_going(sheet, rows, go)
        self._drawer.open(sheet)

    def _connect_going(self, sheet: WorkSheet, rows: Lines, go: object) -> None:
        def jump() -> None:
            case = rows.chosen()
            if isinstance(case, bytes) and self._drawer.shows(sheet):
                self._drawer.close()
                self._drawer.going.emit(case)

        rows.itemActivated.connect(lambda _item: jump())
        go.clicked.connect(jump)  # type: ignore[attr-defined]

    def _save(self, sheet: WorkSheet, to: Path, made: object) -> None:
        def job(vault: Vault) -> None:
            if to.exists() or to.is_symlink():
                raise GuardianError("exists", "file")
            write_new(to, made(vault))  # type: ignore[operator]

        self._drawer.act(sheet, job, lambda _none: self._drawer.done(sheet, f"Made: {to}. {OUTSIDE}"))


class Trends(WorkSheet):
    """Which factors over which quarters, and the picture. `drawn` is the SVG, empty until there is one."""

    def __init__(self, drawer: Drawer) -> None:
        super().__init__(drawer.look, "Trends by factor", _TRENDS, "&Save as SVG…", drawer.over)
        self.drawn = b""
        self.framework, self.quarters = options(measures.FRAMEWORKS), Ticks(drawer.look, 90)
        for at, one in enumerate(over(today())):
            self.quarters.offer(one, one, on=at < _FIRST)
        self.quarters.setMaximumHeight(drawer.look.px(110))
        self.picture = label("", wrap=False)
        self.ask("&Factors of", self.framework)
        self.ask("&Quarters", self.quarters, "Space ticks a quarter; several may be shown.")
        self.add(self.picture)
        self.fit(500)

    def wanted_quarters(self) -> list[str]:
        """What is ticked, oldest first."""
        return sorted(str(one) for one in self.quarters.ticked())

    def show_picture(self, found: tuple[bytes, str]) -> None:
        """Shows the SVG on paper, since its ink is dark, and says it in words for a screen reader."""
        self.tell("")
        self.drawn, said = found
        renderer = QSvgRenderer(QByteArray(self.drawn))
        ratio, wide = self.devicePixelRatioF(), self._look.px(500)
        size = renderer.defaultSize().scaled(
            round(wide * ratio), round(10_000 * ratio), Qt.AspectRatioMode.KeepAspectRatio
        )
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        image.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(image))
        name(self.picture, said)


def _return(vault: Vault, quarter_: str, day: int) -> tuple[list[Row], list[tuple[str, bytes]]]:
    missing = [(_gap(one), book.find(vault, str(one.number)).id) for one in returns.gaps(vault, quarter_)]
    return returns.made(vault, quarter_, day), missing


def _gap(one: Gap) -> str:
    return f"Concern {one.number}: nobody has said {_MISSING.get(one.what, one.what)}."


def _counted(one: Row) -> str:
    section = _SECTIONS.get(one.section, one.section)
    return f"{f'{section}: ' if section else ''}{one.name}: {one.count}"


def _drawn(vault: Vault, framework: str, wanted: list[str]) -> tuple[bytes, str]:
    counted, words = charts.counts(vault, framework, wanted), measures.FACTORS[framework]
    return charts.trend(counted, words).encode("utf-8"), charts.said(counted, words)


def _promise(one: Promise, day: int) -> str:
    kept = f", told {weekday_text(one.answered, day)}" if one.answered is not None else ""
    by = weekday_text(one.due, day)
    return f"{_STATES[one.state(day)]}. Concern {one.case.number}, by {by}{kept}: {quoted(one.what, 200)}"
