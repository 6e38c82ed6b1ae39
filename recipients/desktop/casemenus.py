"""The lines of the menu "More" that are about work with others, conduct and duty, and concerns entered by hand."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recipients.desktop.window import Window

Line = tuple[str, str, Callable[[], object]]


def case_menus(window: "Window") -> list[tuple[str, list[Line]]]:
    """Submenus: title, and text, key and act of each line."""
    others, conduct, by_hand = window.together, window.conduct, window.by_hand
    return [
        (
            "With &others",
            [
                ("&Asked of you…", "Ctrl+Shift+A", window.answering.show),
                ("Ask for a &second opinion…", "", others.opinion),
                ("Notes for co-&guardians…", "", others.shared),
                ("&Copy to a co-guardian…", "", others.copy),
                ("&Hand over…", "", others.hand_over),
                ("&I should not see this…", "", others.step_back),
                ("On its &way to others…", "", others.waiting),
                ("Who the guardians a&re…", "", others.people),
            ],
        ),
        (
            "Con&duct and duty",
            [
                ("&Duty of candour…", "", conduct.duty),
                ("Something to &be done…", "", conduct.plan),
                ("Something about one &person…", "", conduct.person),
                ("&Actions…", "", conduct.actions),
                ("&Told another way…", "", conduct.answered),
                ("How they &spoke up…", "", conduct.way),
                ("Is somebody &looking for them…", "", conduct.hunt),
                ("&Check-in…", "", conduct.check_in),
                ("Legal &hold…", "", conduct.hold),
                ("Ta&ke it up again…", "", conduct.reopen),
                ("&Erase…", "", conduct.erase),
            ],
        ),
        (
            "&New concerns",
            [
                ("Enter one by &hand…", "Ctrl+N", by_hand.enter),
                ("Take over from a &table…", "", by_hand.take_over),
            ],
        ),
    ]
