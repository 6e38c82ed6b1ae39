"""The languages of the site: a folder each, with ``catalogue.po`` (the texts) and ``language.toml`` (the rest).

A translation counts only for the English it was made from: where an organisation words something in its own way, or we
changed the English since, people read the English, marked as English, until somebody has translated it. Languages with
``complete = true`` have all of it; the others at least the reporter's path, so that nobody is left alone half-way.

An organisation may put folders of the same shape into its own folder of content: for a language of ours they add and
replace single texts, for another they bring it in.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.site import wording
from portal.site.catalogue import CatalogueError, Entry, read

# Only read, and in English where a language has not got them: everything else is on the way of whoever writes to us.
READING = ("accessibility", "guidance", "learning", "privacy", "safer", "verify", "writer")
_PLACE = re.compile(r"\{([a-z]+)\}")
_SETTINGS = {"tag": str, "name": str, "direction": str, "complete": bool, "lists": dict}


class LanguageError(ValueError):
    """A language cannot be used. The text names the file, the key, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language: its tag ("cy"), own name, direction ("ltr", "rtl"), the coach's lists, and entries by key."""

    tag: str
    name: str
    direction: str
    complete: bool
    lists: dict[str, list[str]]
    entries: dict[str, Entry]

    def text(self, key: str, english: str) -> str | None:
        """The translation of a key, if it was made from this English."""
        entry = self.entries.get(key)
        return entry.text if entry and entry.text and entry.english == english else None


def load(folders: list[Path], english: dict[str, str], lists: dict[str, list[str]]) -> list[Language]:
    """The languages in some folders of folders, later ones over earlier ones, by tag. Raises `LanguageError`."""
    found: dict[str, Language] = {}
    for folder in folders:
        for path in sorted(folder.glob("*/catalogue.po")):
            language = _read(path.parent, lists, found)
            _check(path, language, english)
            found[language.tag] = language
    return [found[tag] for tag in sorted(found)]


def lacking(language: Language, english: dict[str, str]) -> list[str]:
    """What still has to be translated before a language does what it promises: keys, each with why."""
    faults: list[str] = []
    for key, source in wording.forms(english, language.tag).items():
        if not language.complete and key.split(".")[0] in READING:
            continue
        entry = language.entries.get(key)
        if entry is None or not entry.text:
            faults.append(f"{key}: not translated: {source}")
        elif entry.english != source:
            faults.append(f"{key}: the English has changed: {source}")
    return faults


def _read(folder: Path, lists: dict[str, list[str]], before: dict[str, Language]) -> Language:
    po = folder / "catalogue.po"
    try:
        entries = read(po.read_text(encoding="utf-8"), f"{folder.name}/catalogue.po")
    except (CatalogueError, UnicodeDecodeError) as error:
        raise LanguageError(str(error)) from error
    settings = folder / "language.toml"
    known = before.get(folder.name)
    if known and not settings.is_file():
        values: dict[str, Any] = {key: getattr(known, key) for key in _SETTINGS}
    else:
        values = _settings(settings, lists)
    if values["tag"] != folder.name:
        raise LanguageError(f"{folder.name}/language.toml: tag: must be the folder's name")
    return Language(**values, entries={**(known.entries if known else {}), **entries})


def _settings(path: Path, lists: dict[str, list[str]]) -> dict[str, Any]:
    where = f"{path.parent.name}/{path.name}"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LanguageError(f"{where}: cannot be read: {error}") from error
    for key, kind in _SETTINGS.items():
        if type(values.get(key)) is not kind:
            raise LanguageError(f"{where}: {key}: is missing, or not a {kind.__name__}")
    if unknown := sorted(values.keys() - _SETTINGS.keys()):
        raise LanguageError(f"{where}: {unknown[0]}: no such key")
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,8})?", values["tag"]):
        raise LanguageError(f"{where}: tag: must be a language tag in small letters, such as “cy”")
    if values["direction"] not in ("ltr", "rtl"):
        raise LanguageError(f"{where}: direction: must be “ltr” or “rtl”")
    for name, items in values["lists"].items():
        if name not in lists or not items or not all(isinstance(item, str) and item.strip() for item in items):
            raise LanguageError(f"{where}: lists.{name}: must be one of the coach's lists, with words in it")
    return values


def _check(path: Path, language: Language, english: dict[str, str]) -> None:
    """A translation must fill in what the English fills in; one of a key that is gone is harmless."""
    needed, stems = wording.forms(english, language.tag), wording.plurals(english)
    for key, entry in language.entries.items():
        if not entry.text or key not in needed:
            continue
        ours, theirs = set(_PLACE.findall(entry.english)), set(_PLACE.findall(entry.text))
        left = ours - theirs - ({"count"} if key.rpartition(".")[0] in stems else set())
        if left or theirs - ours:
            raise LanguageError(f"{language.tag}/{path.name}: {key}: must have the same words in braces as the English")
