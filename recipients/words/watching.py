"""What the watch found, in words: the texts stand in `watching.toml`, the watch has codes only."""

import tomllib
from importlib.resources import files

from recipients.watch import Look
from recipients.words.screen import harmless

TEXTS: dict[str, str] = tomllib.loads(files("recipients.words").joinpath("watching.toml").read_text("utf-8"))


def lines(look: Look) -> list[tuple[str, str, str]]:
    """What differs: how grave it is (ALARM, Please look), what it is about, made harmless, and what to do."""
    return [
        (kind, f"{code}: {harmless(what, lines=False)}", TEXTS[code])
        for kind, found in (("ALARM", look.alarms), ("Please look", look.notes))
        for code, what in found
    ]
