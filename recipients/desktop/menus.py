"""The menus: everything the window does, with its key, so that no mouse is needed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from recipients.desktop.casemenus import case_menus

if TYPE_CHECKING:
    from recipients.desktop.window import Window

SCHEMES = (("system", "As the &system"), ("light", "&Light"), ("dark", "&Dark"))
MINUTES = (2, 5, 10, 20, 30)


class Menus:
    """The menus of a window. `working` are the actions that need an open desk."""

    def __init__(self, window: "Window") -> None:
        self._window = window
        bar = window.menuBar()
        desk, go, more = (bar.addMenu(text) for text in ("&Desk", "&Go", "Mor&e"))
        keep = window.keep.menus(window)
        view, help_ = (bar.addMenu(text) for text in ("&View", "He&lp"))
        self.working = [*self._desk(desk), *self._go(go), *self._more(more), *keep]
        desk.addSeparator()
        desk.addAction(self._action("&Quit", "Ctrl+Q", window.close))
        self._view(view)
        help_.addAction(self._action("&Keys and advice", "F1", window.help))

    def allow(self, *, on: bool) -> None:
        """Allows what needs an open desk, or not."""
        for one in self.working:
            one.setEnabled(on)

    def _desk(self, menu: QMenu) -> list[QAction]:
        window = self._window
        made = [
            self._action("&Sync now", "Ctrl+R", window.sync),
            self._action("Set-&up…", "", window.set_up),
            self._action("&Lock", "Ctrl+L", window.lock),
        ]
        for one in made:
            menu.addAction(one)
        return made

    def _go(self, menu: QMenu) -> list[QAction]:
        desk, side = self._window.desk, self._window.desk.side
        made = [
            self._action("What is &due next", "Ctrl+G", desk.due.open.click),
            self._action("&Find a concern", "Ctrl+F", desk.filters.typed.setFocus),
            self._action("&Concerns", "Ctrl+1", desk.list.setFocus),
            self._action("The re&port", "Ctrl+2", desk.reading.text.setFocus),
        ]
        for number, (pane, first, text) in enumerate(
            (
                (desk.editor, desk.editor.text, "&Reply"),
                (desk.standing, desk.standing.state, "How it &stands"),
                (desk.notes, desk.notes.text, "Private &notes"),
                (desk.history, desk.history, "&History"),
            ),
            3,
        ):

            def show(pane: object = pane, first: object = first) -> None:
                side.setCurrentWidget(pane)  # type: ignore[arg-type]
                first.setFocus()  # type: ignore[attr-defined]

            made.append(self._action(text, f"Ctrl+{number}", show))
        made.append(self._action("Sign and &queue the reply", "Ctrl+Return", desk.editor.send.click))
        for one in made:
            menu.addAction(one)
        return made

    def _more(self, menu: QMenu) -> list[QAction]:
        more = self._window.more
        made = [
            self._action("&Find words in this concern…", "Ctrl+Shift+F", more.find),
            self._action("What con&tributed…", "", more.factors),
            self._action("Save this concern as &PDF…", "", more.pdf),
            self._action("Con&clude this concern…", "", more.conclude),
        ]
        for one in made:
            menu.addAction(one)
        menu.addSeparator()
        for title, lines in case_menus(self._window):
            below = menu.addMenu(title)
            for text, key, does in lines:
                one = self._action(text, key, does)
                below.addAction(one)
                made.append(one)
        return made

    def _view(self, menu: QMenu) -> None:
        window = self._window
        menu.addAction(self._action("Larger &text", "Ctrl++", lambda: window.zoom(1)))
        menu.addAction(self._action("S&maller text", "Ctrl+-", lambda: window.zoom(-1)))
        menu.addAction(self._action("&Usual size", "Ctrl+0", lambda: window.zoom(0)))
        menu.addSeparator()
        chosen = window.look.scheme
        self._choice(menu, [(text, value == chosen, _call(window.dress_in, value)) for value, text in SCHEMES])
        locking = menu.addMenu("Loc&k after")
        minutes = window.look.minutes
        self._choice(locking, [(f"{one} minutes", one == minutes, _call(window.lock_after, one)) for one in MINUTES])

    def _choice(self, menu: QMenu, options: list[tuple[str, bool, Callable[[], object]]]) -> None:
        group = QActionGroup(self._window)
        for text, on, does in options:
            one = self._action(text, "", does)
            one.setCheckable(True)
            one.setChecked(on)
            group.addAction(one)
            menu.addAction(one)

    def _action(self, text: str, key: str, does: Callable[[], object]) -> QAction:
        made = QAction(text, self._window)
        if key:
            made.setShortcut(QKeySequence(key))
        made.triggered.connect(lambda _checked=False: does())
        return made


def _call(does: Callable[..., object], value: object) -> Callable[[], object]:
    return lambda: does(value)
