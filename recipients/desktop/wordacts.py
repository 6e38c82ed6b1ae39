"""Beginnings of replies: the program's and your own, in any language; what is deleted can be brought back."""

from PySide6.QtWidgets import QLineEdit

from recipients.casework import templates
from recipients.casework.templates import Template
from recipients.desktop.drawer import Drawer
from recipients.desktop.editor import LANGUAGES
from recipients.desktop.fields import lines, number, options
from recipients.desktop.lists import Lines
from recipients.desktop.plain import button, quoted
from recipients.desktop.worksheet import WorkSheet
from recipients.vault import Vault

_ABOUT = (
    "Replies can begin with these words. Each promises a next step, in so many days. One of the program that you "
    "change becomes your own; when you delete your own, the program’s comes back."
)

_NEW = "A new one"


class Beginnings(WorkSheet):
    """The list, and the chosen one in fields."""

    def __init__(self, drawer: Drawer) -> None:
        super().__init__(drawer.look, "Beginnings of replies", _ABOUT, "&Keep it", drawer.over)
        look = drawer.look
        self.list = Lines(look, 110)
        self.list.setMaximumHeight(look.px(150))
        self.new, self.delete, self.undo = button("&New"), button("&Delete"), button("&Undo", name="Bring it back")
        self.language, self.short, self.title, self.next = options(LANGUAGES), QLineEdit(), QLineEdit(), QLineEdit()
        self.text, self.days = lines(look, least=90, most=140), number(1, 365, 14, " days")
        self.ask("&Beginnings", self.list)
        self.row(self.new, self.delete, self.undo)
        self.ask("&Title", self.title)
        self.ask("&Language", self.language)
        self.ask("A &short name", self.short, "Small letters, digits and hyphens, like first-answer.")
        self.ask("The &words", self.text)
        self.ask("What comes ne&xt", self.next)
        self.ask("In how man&y days", self.days)
        self.fit(500)
        self.undo.setVisible(False)
        self._shown: Template | None = None
        self.list.currentItemChanged.connect(lambda *_: self._show())
        self.new.clicked.connect(self._new)

    def show_list(self, found: list[Template], at: tuple[str, str] | None = None) -> None:
        """Shows what there is, and one of it."""
        self.list.fill((_line(one), one) for one in found)
        places = [place for place, one in enumerate(found) if at == (one.language, one.id)]
        self.list.setCurrentRow(places[0] if places else 0)

    def template(self) -> Template:
        """What the fields say. What a reply is marked with, and asks, stays as it was."""
        before = self._shown
        return Template(
            language=str(self.language.currentData()),
            id=self.short.text().strip(),
            title=self.title.text().strip(),
            text=self.text.toPlainText().strip(),
            next=self.next.text().strip(),
            days=self.days.value(),
            status=before.status if before else None,
            ask=before.ask if before else None,
        )

    def _show(self) -> None:
        one = self.list.chosen()
        if isinstance(one, Template):
            self._fill(one)
        self.delete.setEnabled(isinstance(one, Template) and one.own)

    def _fill(self, one: Template) -> None:
        self._shown = one
        if self.language.findData(one.language) < 0:
            self.language.addItem(one.language, one.language)
        self.language.setCurrentIndex(self.language.findData(one.language))
        for field, text in ((self.short, one.id), (self.title, one.title), (self.next, one.next)):
            field.setText(text)
        self.text.setPlainText(one.text)
        self.days.setValue(one.days)

    def _new(self) -> None:
        # A line of its own: a list without a chosen line chooses its first one as soon as it has the keyboard, and what
        # is being written would be gone.
        if self.list.chosen() is not None:
            self.list.put(_NEW)
            self.list.setCurrentRow(self.list.count() - 1)
        self._fill(Template(language="en", id="", title="", text="", next="", days=14))
        self._shown = None
        self.delete.setEnabled(False)
        self.title.setFocus()


class WordActs:
    """What the menu "My vault" does with beginnings of replies."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer

    def beginnings(self) -> None:
        """Lists them, and lets them be changed."""
        self._drawer.ask(templates.all_of, self._show)

    def _show(self, found: list[Template]) -> None:
        sheet = Beginnings(self._drawer)
        gone: list[Template] = []

        def keep() -> None:
            one = sheet.template()
            self._change(sheet, one, lambda vault: templates.save(vault, one), "It is kept.")

        def delete() -> None:
            one = sheet.list.chosen()
            if isinstance(one, Template) and one.own:
                gone[:] = [one]
                sheet.undo.setVisible(True)
                self._change(sheet, one, lambda vault: templates.remove(vault, one.language, one.id), "It is deleted.")

        def undo() -> None:
            one = gone.pop()
            sheet.undo.setVisible(False)
            self._change(sheet, one, lambda vault: templates.save(vault, one), "It is back.")

        sheet.delete.clicked.connect(delete)
        sheet.undo.clicked.connect(undo)
        self._drawer.open(sheet, keep)
        sheet.show_list(found)

    def _change(self, sheet: Beginnings, one: Template, does: object, said: str) -> None:
        def job(vault: Vault) -> list[Template]:
            does(vault)  # type: ignore[operator]
            return templates.all_of(vault)

        def done(found: list[Template]) -> None:
            if self._drawer.shows(sheet):
                sheet.tell("")
                sheet.show_list(found, (one.language, one.id))
                sheet.said_now(said)
            self._drawer.beginnings.emit(found)

        self._drawer.act(sheet, job, done)


def _line(one: Template) -> str:
    return f"{one.language}: {quoted(one.title, 100)}{' (your own)' if one.own else ''}"
