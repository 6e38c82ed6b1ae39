"""What goes on the public page with two guardians' signatures: numbers, learning stories, and who is asked to sign."""

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit

from recipients.casework import book, cosigning, numbers, stories
from recipients.casework.book import Filter
from recipients.casework.cosigning import Request
from recipients.desktop.asking import agreed
from recipients.desktop.drawer import Drawer
from recipients.desktop.fields import guardians, lines, quarter
from recipients.desktop.lists import Lines, Ticks
from recipients.desktop.look import Look
from recipients.desktop.page import Page
from recipients.desktop.plain import button, quoted
from recipients.desktop.reading import reading_pane
from recipients.desktop.vaultacts import others
from recipients.desktop.worksheet import WorkSheet
from recipients.vault import Vault
from recipients.words.days import today, weekday_text

_NUMBERS = (
    "These numbers go on the public page, once a second guardian has signed them too. Numbers up to 7 are hidden, the "
    "rest is rounded to 5. From the moment when you ask, the numbers of this quarter stay as they are."
)
_STORY = (
    "A story tells what was learned from three concluded concerns or more. It has no dates and nothing that was "
    "written to you, and nobody can be made out in it: no person, ward or grade. A second guardian reads it and signs; "
    "then it goes on the public page."
)
_SIGN = (
    "What waits for a second signature: what others ask of you, and what you asked of them. Read it to the end. Sign "
    "only when nobody can be made out in it."
)
_ASKED = "The other guardian is asked with your next syncs. When they have signed, it is published with one of yours."
_SIGNED = "Signed. It goes back with your next sync, and is published by the guardian who asked."
_DECLINED = "Not signed. Nothing is sent: tell the other guardian why, in person or by telephone."
_NOBODY = "There is no other guardian in the portal’s list who could sign. Nothing was sent."
_NAMES = {"story": "A learning story", "statistics": "Numbers"}
_STATES = {
    ("asking", "waiting"): "waits for you",
    ("asking", "signed"): "you have signed",
    ("asking", "declined"): "you have not signed",
    ("asked", "waiting"): "waits for them",
    ("asked", "signed"): "both have signed; it leaves with your next sync",
}
_PARTS = (
    ("title", "&Title"),
    ("happened", "What &happened"),
    ("sense", "Why it made &sense at the time"),
    ("changed", "What has c&hanged"),
)


class PublishActs:
    """What the menu "Numbers and stories" publishes."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer, self._look = drawer, drawer.look

    def statistics(self) -> None:
        """Shows the public numbers of a quarter, and asks a second guardian to sign them."""
        self._drawer.ask(others, self._ask_numbers)

    def story(self) -> None:
        """Writes a story, and asks a second guardian to sign it."""
        self._drawer.ask(lambda vault: (others(vault), _concluded(vault)), lambda found: self._ask_story(*found))

    def cosign(self) -> None:
        """Shows what waits for a second signature."""
        self._drawer.ask(_requests, self._show_requests)

    def _ask_numbers(self, found: list[tuple[bytes, str]]) -> None:
        sheet = WorkSheet(self._look, "Publish numbers", _NUMBERS, "&Ask them to sign", self._drawer.over)
        # A quarter can be published when the next one is over.
        which, rows, second = quarter(today(), back=1), Lines(self._look, 170), guardians(found)
        sheet.ask("&Quarter", which)
        sheet.ask("&What will be shown", rows)
        sheet.ask("The &guardian who signs as well", second)
        sheet.fit(360)

        def show() -> None:
            name_, day = str(which.currentData()), today()

            def shown(made: tuple[list[tuple[str, str]], bool]) -> None:
                kept = ["Made before; they stay as they are."] if made[1] else []
                rows.tell([*kept, *(f"{said}: {value}" for said, value in made[0])])

            self._drawer.fill(sheet, lambda vault: numbers.preview(vault, name_, day), shown)

        def ask() -> None:
            name_, g, day = str(which.currentData()), second.currentData(), today()
            if g is None:
                sheet.tell(_NOBODY)
                return
            self._drawer.act(
                sheet,
                lambda vault: numbers.propose(vault, name_, g, day),
                lambda _digest: self._drawer.done(sheet, _ASKED),
            )

        which.currentIndexChanged.connect(lambda _place: show())
        self._drawer.open(sheet, ask)
        show()

    def _ask_story(self, found: list[tuple[bytes, str]], concluded: list[tuple[str, bytes]]) -> None:
        sheet = Story(self._look, found, concluded, self._drawer)

        def ask() -> None:
            texts, cases, g, day = sheet.texts(), sheet.cases.ticked(), sheet.second.currentData(), today()
            quarter_ = str(sheet.quarter.currentData())
            if g is None or not all(texts):
                sheet.tell(_NOBODY if g is None else "Please fill in all four parts. Nothing was sent.")
                return
            self._drawer.act(
                sheet,
                lambda vault: _propose(vault, quarter_, texts, cases, g, day),
                lambda _digest: self._drawer.done(sheet, _ASKED),
            )

        self._drawer.open(sheet, ask)

    def _show_requests(self, found: list[tuple[Request, str, bool]]) -> None:
        sheet = Requests(self._look, found, self._drawer)

        def act(does: str) -> None:
            one, day = sheet.list.chosen(), today()
            if not isinstance(one, Request):
                return
            signing = does == "sign"
            question = "Have you read it to the end, and can nobody be made out in it: no person, no ward, no day?"
            if signing and not agreed(self._look, "Sign this for everyone to read?", question, "&Sign it", sheet):
                return

            def job(vault: Vault) -> None:
                if signing:
                    cosigning.sign(vault, one.digest, day)
                else:
                    cosigning.decline(vault, one.digest)

            said = _SIGNED if signing else _DECLINED
            self._drawer.act(sheet, job, lambda _none: self._drawer.done(sheet, said))

        sheet.sign.clicked.connect(lambda: act("sign"))
        sheet.decline.clicked.connect(lambda: act("decline"))
        self._drawer.open(sheet)


class Story(WorkSheet):
    """Title and three parts, the concerns it is made from, and who signs as well."""

    def __init__(
        self, look: Look, found: list[tuple[bytes, str]], concluded: list[tuple[str, bytes]], drawer: Drawer
    ) -> None:
        super().__init__(look, "Tell a learning story", _STORY, "&Ask them to sign", drawer.over)
        self.quarter, self.cases, self.second = quarter(today()), Ticks(look, 90), guardians(found)
        self.title = QLineEdit()
        self.parts = {one: lines(look, least=54) for one, _ in _PARTS[1:]}
        for said, case in concluded:
            self.cases.offer(said, case)
        self.ask("The &concerns it is made from, three or more", self.cases, "Space ticks a concern.")
        self.ask(_PARTS[0][1], self.title)
        for one, title in _PARTS[1:]:
            self.ask(title, self.parts[one])
        self.ask("&Quarter", self.quarter)
        self.ask("The &guardian who signs as well", self.second)
        self.fit(470)

    def texts(self) -> list[str]:
        """Title, what happened, why it made sense, what changed."""
        return [self.title.text().strip(), *(self.parts[one].toPlainText().strip() for one, _ in _PARTS[1:])]


class Requests(WorkSheet):
    """The requests, one of them to read, and two buttons for those that wait for us."""

    def __init__(self, look: Look, found: list[tuple[Request, str, bool]], drawer: Drawer) -> None:
        super().__init__(look, "Second signatures", _SIGN, "", drawer.over)
        self.list, self.text = Lines(look, 90), reading_pane("What is to be signed")
        self.sign, self.decline = button("&Sign it…", "main"), button("&Do not sign")
        self.list.fill((_line(*one), one[0]) for one in found)
        self.list.setMaximumHeight(look.px(130))
        self.text.setMinimumHeight(look.px(180))
        self.ask("&Waiting and done", self.list)
        self.add(self.text)
        self.row(self.sign, self.decline)
        self.text.setPlaceholderText("Nothing waits for a second signature." if not found else "")
        self.fit(400)
        self.list.currentItemChanged.connect(lambda *_: self._show())
        self.list.setCurrentRow(0)
        self._show()

    def _show(self) -> None:
        one = self.list.chosen()
        waits = isinstance(one, Request) and (one.role, one.state) == ("asking", "waiting")
        for each in (self.sign, self.decline):
            each.setEnabled(waits)
        if isinstance(one, Request):
            page = Page(self._look)
            _write(page, one)
            page.show_in(self.text)


def _write(page: Page, one: Request) -> None:
    page.heading(f"{_NAMES[one.name]}, {one.body['quarter']}", 2)
    if one.name == "statistics":
        with page.frame("border", "sheet"):
            page.words("\n".join(f"{row['name']}: {row['value']}" for row in one.body["rows"]))
        return
    for part, title in _PARTS:
        page.heading(title.replace("&", ""), 3)
        with page.frame("border", "sheet"):
            page.words(one.body[part])


def _line(one: Request, who: str, published: bool) -> str:
    state = "published" if published else _STATES.get((one.role, one.state), one.state)
    return f"{_NAMES[one.name]}, {one.body['quarter']}, with {quoted(who, 120)}: {state} ({weekday_text(one.day)})"


def _requests(vault: Vault) -> list[tuple[Request, str, bool]]:
    known = dict(others(vault))
    return [
        (one, known.get(one.g, f"guardian {one.g.hex()[:8]}"), cosigning.published(vault, one))
        for one in cosigning.requests(vault)
    ]


def _concluded(vault: Vault) -> list[tuple[str, bytes]]:
    """Concluded concerns with what was learned: only they can be told of."""
    found = book.search(vault, Filter(states=("concluded",), order="number"))
    learned = [(one, book.facts(vault, one.id).learning) for one in found]
    return [
        (f"Concern {one.number}: {quoted(learning['changed'], 120)}", one.id)
        for one, learning in learned
        if learning is not None
    ]


def _propose(
    vault: Vault, quarter_: str, texts: Sequence[str], cases: Sequence[object], second: bytes, day: int
) -> bytes:
    found = [book.case(vault, one) for one in cases if isinstance(one, bytes)]
    return stories.propose(vault, quarter_, texts, found, second, day)
