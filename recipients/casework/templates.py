"""Beginnings of replies, by language, that a guardian finishes and sends: each ends in a dated next step.

    >>> one = find(vault, "en", "first")
    >>> fill(one, today).next.day - today
    14

Those of the program are in English. An organisation's own, in any language, are kept in the vault (`save`) and come
first.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from crypto.encoding import dump, load, utf8
from crypto.reply import Next
from recipients.errors import GuardianError
from recipients.replies import ASKS, MAX_NEXT, MAX_TEXT, STATUSES, Draft
from recipients.vault import Vault

_SETTING = "templates"
_LIMIT = 1_000_000
_MOST_DAYS = 365
_LANGUAGE = re.compile("[a-z-]{2,12}")
_ID = re.compile("[a-z][a-z0-9-]{0,31}")
_OURS = tomllib.loads(files("recipients.casework").joinpath("templates.toml").read_text("utf-8"))


@dataclass(frozen=True, kw_only=True)
class Template:
    """A beginning: its `text`, what is promised (`next`) and in how many days; `own` when it is the organisation's."""

    language: str
    id: str
    title: str
    text: str
    next: str
    days: int
    status: str | None = None
    ask: str | None = None
    own: bool = False


def all_of(vault: Vault, language: str | None = None) -> list[Template]:
    """Every template there is, of one language or of all, by language and title."""
    found = {(one.language, one.id): one for one in [*_packaged(), *_stored(vault)]}
    chosen = [one for one in found.values() if language in (None, one.language)]
    return sorted(chosen, key=lambda one: (one.language, one.title))


def find(vault: Vault, language: str, name: str) -> Template:
    """The template of that language and id; `template` when there is none."""
    for one in all_of(vault, language):
        if one.id == name:
            return one
    raise GuardianError("template")


def save(vault: Vault, one: Template) -> None:
    """Keeps an own template, in the place of one of the same language and id; `wrong` with what does not fit."""
    _check(one)
    kept = {key: value for key, value in vars(one).items() if value is not None and key != "own"}
    _store(vault, [each for each in _stored(vault) if (each.language, each.id) != (one.language, one.id)], kept)


def remove(vault: Vault, language: str, name: str) -> None:
    """Forgets an own template; the program's own of that id comes back. `template` when there is none."""
    stored = _stored(vault)
    left = [one for one in stored if (one.language, one.id) != (language, name)]
    if len(left) == len(stored):
        raise GuardianError("template")
    _store(vault, left, None)


def fill(one: Template, today: int) -> Draft:
    """A draft made from a template, with its next step so many days from today."""
    promised = Next(day=today + one.days, what=one.next)
    return Draft(text=one.text, language=one.language, status=one.status, next=promised, ask=one.ask)


def _check(one: Template) -> None:
    sound = {
        "language": _LANGUAGE.fullmatch(one.language) is not None,
        "id": _ID.fullmatch(one.id) is not None,
        "title": 0 < len(utf8(one.title)) <= 120,
        "text": 0 < len(utf8(one.text)) <= MAX_TEXT,
        # A reply that promises nothing is what people fear: every template says what comes next, and when.
        "next": bool(one.next.strip()) and len(utf8(one.next)) <= MAX_NEXT,
        "days": 1 <= one.days <= _MOST_DAYS,
        "status": one.status in (None, *STATUSES),
        "ask": one.ask in (None, *ASKS),
    }
    for name, fits in sound.items():
        if not fits:
            raise GuardianError("wrong", f"template {name}")


def _packaged() -> list[Template]:
    return [
        Template(language=language, id=name, **{**one, "text": one["text"].strip()})
        for language, by_id in _OURS.items()
        for name, one in by_id.items()
    ]


def _stored(vault: Vault) -> list[Template]:
    stored = vault.setting(_SETTING)
    rows: Any = [] if stored is None else load(stored, _LIMIT)
    return [Template(**one, own=True) for one in rows]


def _store(vault: Vault, left: list[Template], added: Mapping[str, object] | None) -> None:
    rows = [{key: value for key, value in vars(one).items() if value is not None and key != "own"} for one in left]
    data = dump([*rows, *([dict(added)] if added is not None else [])])
    if len(data) > _LIMIT:
        raise GuardianError("long", "templates")
    vault.store(_SETTING, data)
