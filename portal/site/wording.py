"""What in the content is wording, and under which key: the common ground of templates, scripts and translations.

Most content is wording; the rest (ids, kinds, the address to exit to, the coach's lists) is data that no catalogue
translates. Items of lists are numbered from 1; pages, questions and options go by their ids, so that a translation does
not move when a question is added before it.

>>> strings({"home": {"title": "Speak up", "how": {"steps": ["Write.", "Send."]}}})
{'home.how.steps.1': 'Write.', 'home.how.steps.2': 'Send.', 'home.title': 'Speak up'}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Forms of a sentence by the number in it, as the Unicode CLDR names them. A table of nothing but these is one sentence.
FORMS = ("zero", "one", "two", "few", "many", "other")
FORMS_OF = {"en": ("one", "other"), "cy": FORMS, "pl": ("one", "few", "many"), "ar": FORMS}

_DATA = (
    "coach.lists",
    "site.language",
    "site.language_name",
    "site.direction",
    "site.exit_to",
    "questions.id",
    "questions.version",
    "asked.id",
    "asked.version",
)
_ASKING = ("questions.", "asked.")
_DATA_OF_QUESTIONS = ("id", "kind", "rows", "when", "tone")

Change = Callable[[str, str], Any]


def strings(content: dict[str, Any]) -> dict[str, str]:
    """All wording by key, in the order of the keys."""
    found: dict[str, str] = {}

    def note(key: str, text: str) -> str:
        found[key] = text
        return text

    change(content, note)
    return dict(sorted(found.items()))


def change(content: dict[str, Any], function: Change) -> dict[str, Any]:
    """The same content with ``function(key, text)`` in place of each text that is wording. Empty texts stay empty."""
    return {name: _change(name, table, function) for name, table in content.items()}


def plurals(english: dict[str, str]) -> set[str]:
    """The stems of sentences that come in forms: all that stands below such a stem is a form, one of them "other"."""
    below: dict[str, set[str]] = {}
    for key in english:
        stem, _, last = key.rpartition(".")
        below.setdefault(stem, set()).add(last)
    return {stem for stem, names in below.items() if {"one", "other"} <= names <= set(FORMS)}


def forms(english: dict[str, str], language: str) -> dict[str, str]:
    """The keys that a language needs, with the English each is made from; sentences with numbers in all its forms."""
    stems = plurals(english)
    needed = {key: text for key, text in english.items() if key.rpartition(".")[0] not in stems}
    for stem in stems:
        for form in FORMS_OF.get(language, ("other",)):
            needed[f"{stem}.{form}"] = english.get(f"{stem}.{form}", english[f"{stem}.other"])
    return dict(sorted(needed.items()))


def _change(key: str, value: Any, function: Change) -> Any:
    if key in _DATA:
        return value
    if isinstance(value, dict):
        return {
            name: _change(f"{key}.{name}", item, function) for name, item in value.items() if not _is_data(key, name)
        } | {name: item for name, item in value.items() if _is_data(key, name)}
    if isinstance(value, list):
        return [_change(f"{key}.{_place(key, item, at)}", item, function) for at, item in enumerate(value, 1)]
    return function(key, value) if isinstance(value, str) and value else value


def _is_data(key: str, name: str) -> bool:
    return key.startswith(_ASKING) and name in _DATA_OF_QUESTIONS


def _place(key: str, item: Any, at: int) -> str:
    """What an item of a list goes by: its id, if it is a page, a question or an option."""
    named = isinstance(item, dict) and isinstance(item.get("id"), str) and key.startswith(_ASKING)
    return item["id"] if named else str(at)
