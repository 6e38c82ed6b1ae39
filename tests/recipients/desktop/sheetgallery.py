"""The sheets of case work, filled, one after the other: part of the gallery.

    QT_SCALE_FACTOR=2 python -m tests.recipients.desktop.sheetgallery OUT dark 200

takes only these, at a zoom of the text besides the scale of the screen.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from recipients.casework import acts, book, manual, measures
from recipients.desktop.byhand import Enter, Import
from recipients.desktop.over import Over
from recipients.desktop.sheets import Sheet
from recipients.desktop.togethersheets import Ask, Give, Shared
from recipients.desktop.window import Window
from recipients.vault import Vault
from recipients.words.days import today
from tests.recipients.desktop import furnish
from tests.recipients.desktop.hands import until

_TABLE = (
    b"received,origin,mode,category,group,text\n"
    b"2024-01-31,telephone,confidential,bullying,nursing,Two short on nights\n"
    b"2024-02-30,email,open,,,Not a day\n2024-02-01,pigeon,open,,,<b>Not a way</b>\n"
)
_NAMES = {
    "opinion": ("together", "opinion"),
    "notes-shared": ("together", "shared"),
    "copy": ("together", "copy"),
    "hand-over": ("together", "hand_over"),
    "step-back": ("together", "step_back"),
    "departing": ("together", "waiting"),
    "guardians": ("together", "people"),
    "asked": ("answering", "show"),
    "duty": ("conduct", "duty"),
    "plan": ("conduct", "plan"),
    "person": ("conduct", "person"),
    "actions": ("conduct", "actions"),
    "hold": ("conduct", "hold"),
    "told": ("conduct", "answered"),
    "way": ("conduct", "way"),
    "hunt": ("conduct", "hunt"),
    "check-in": ("conduct", "check_in"),
    "reopen": ("conduct", "reopen"),
    "erase": ("conduct", "erase"),
    "by-hand": ("by_hand", "enter"),
    "import": ("by_hand", "take_over"),
    "conclude": ("more", "conclude"),
    "factors": ("more", "factors"),
    "find": ("more", "find"),
    "pdf": ("more", "pdf"),
}


def sheets(window: Window) -> Iterator[tuple[str, Sheet]]:
    """Name and sheet of each, over the case that is on the desk; what the case needs for it is written first."""
    found = window.working.case
    if found is None:
        raise LookupError("no case on the desk")
    ready: list[object] = []
    window.keeper.short(partial(_write, found.case.id), ready.append, window.fault)
    until(lambda: len(ready) == 1)
    for name, (what, act) in _NAMES.items():
        over: Over = getattr(window, what)
        getattr(over, act)()
        until(partial(_shown, over))
        sheet = over.sheet
        if sheet is None:
            raise LookupError(name)
        _fill(sheet)
        yield f"sheet-{name}", sheet
        over.close()


def _write(case_id: bytes, vault: Vault) -> bool:
    day = today()
    case: Callable[[], book.Case] = partial(book.case, vault, case_id)
    acts.note(vault, case(), furnish.HOSTILE, day)
    acts.note(vault, case(), furnish.URDU, day)
    measures.set_factors(vault, case(), "yorkshire", ["staffing"], "", day)
    measures.act(vault, case(), "system", furnish.URDU, day, by=day, who=furnish.LONG_NAME)
    measures.act(vault, case(), "individual", furnish.HOSTILE, day)
    measures.answer_duty(vault, case(), "harm", "yes", "", day)
    return True


def _fill(sheet: Sheet) -> None:
    if isinstance(sheet, Import):
        sheet.show_table(manual.look(_TABLE, today()), today())
    elif isinstance(sheet, Enter):
        sheet.text.setPlainText(furnish.ROTA)
    elif isinstance(sheet, Shared):
        until(lambda: sheet.list.count() > 1)
    elif isinstance(sheet, Ask):
        sheet.about.setCurrentIndex(1)
        sheet.tell("Please choose a guardian.")
    elif isinstance(sheet, Give):
        sheet.people.setCurrentRow(0)


def _shown(over: Over) -> bool:
    return over.sheet is not None and over.sheet.isVisible()


def main(out: Path, scheme: str, zoom: int) -> None:
    """Only these sheets."""
    from tests.recipients.desktop import gallery

    gallery.main(out, scheme, lambda made: made.sheets_only(zoom))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
