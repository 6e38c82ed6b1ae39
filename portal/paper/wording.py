"""The words of the poster: a TOML file for each language, checked against the English one before anything is drawn.

load("en")["title"]
load("en", Path("our-own.toml"))     # an organisation's own wording
"""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "wording"


class WordingError(Exception):
    """A file of words cannot be used; the text names the file and what to do."""


def languages() -> list[str]:
    """The tags of the languages there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(language: str, own: Path | None = None) -> dict[str, Any]:
    """The words of a language, or of a file of one's own. Raises `WordingError`."""
    if own is None and language not in languages():
        raise WordingError(f"There is no poster in “{language}”. There is: {', '.join(languages())}.")
    reference, words = _read(FOLDER / "en.toml"), _read(own or FOLDER / f"{language}.toml")
    odd = sorted(words.keys() ^ reference.keys())
    if odd:
        raise WordingError(f"{own or language}: these keys are missing, or not of a poster: {', '.join(odd)}")
    for key, value in reference.items():
        if type(words[key]) is not type(value) or not words[key]:
            raise WordingError(f"{own or language}: {key} is empty or of another kind than in the English file")
        if isinstance(value, list) and len(words[key]) != len(value):
            raise WordingError(f"{own or language}: {key} must have {len(value)} lines")
    return words


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise WordingError(f"{path} cannot be read: {problem}") from None
