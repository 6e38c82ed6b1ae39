"""The wording of the site: TOML files, one per view, checked before anything is published.

The English files in ``content/en`` are complete by definition and say which keys exist and of which kind they are.
An organisation's own folder must have exactly the same files and keys, so that a view never shows a hole. Lists may be
longer or shorter, but not empty. Two exceptions: ``questions.toml`` and ``asked.toml`` have the shapes that
:mod:`portal.site.questions` describes; and a folder without ``site.toml``, the file that names the language, holds
changes to the English: what it has replaces the packaged file of that name, whole. Other languages are catalogues:
:mod:`portal.site.languages`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.site import questions, wording

FOLDER = Path(__file__).parent / "content"
REFERENCE = FOLDER / "en"


class ContentError(Exception):
    """A content file cannot be used. The text names the file, the key, and what to do."""


def load(folder: Path | None = None) -> dict[str, Any]:
    """All content by view name, from ``folder`` or the packaged English, ready for use. Raises `ContentError`."""
    content = load_source(folder)
    return {**content, **read_questions(content)}


def load_source(folder: Path | None = None) -> dict[str, Any]:
    """The same, with the questions as they are written: the wording that catalogues translate."""
    reference = _read_folder(REFERENCE)
    content = _read_folder(folder) if folder else reference
    if not content:
        raise ContentError(f"{folder}: there is no content in this folder")
    if "site" not in content:
        content = {**reference, **content}
    for name in sorted(reference.keys() | content.keys()):
        if name not in content:
            raise ContentError(f"{name}.toml: the file is missing; copy it from content/en")
        if name not in reference:
            raise ContentError(f"{name}.toml: no view uses this file; remove it")
        if name not in _ASKING:
            _compare(f"{name}.toml", content[name], reference[name], ())
    read_questions(content)
    _refuse_tokens(content)
    return content


def _refuse_tokens(content: dict[str, Any]) -> None:
    """Private characters mark places while a document is made, and mean nothing to anybody who reads it."""
    for key, text in wording.strings(content).items():
        if any("\ue000" <= letter <= "\uf8ff" for letter in text):
            raise ContentError(f"{key}: has a character that no font knows (U+E000 to U+F8FF); remove it")


_ASKING: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "questions": questions.read,
    "asked": questions.read_asked,
}


def read_questions(content: dict[str, Any]) -> dict[str, Any]:
    """All that asks something, checked and ready for templates. Raises `ContentError`."""
    try:
        return {name: read(content[name]) for name, read in _ASKING.items()}
    except questions.QuestionsError as error:
        raise ContentError(str(error)) from error


def flatten(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """The strings of nested tables under dotted names, sorted: what scripts look their words up by."""
    found: dict[str, str] = {}
    for key, value in sorted(table.items()):
        if isinstance(value, dict):
            found.update(flatten(value, f"{prefix}{key}."))
        else:
            found[f"{prefix}{key}"] = str(value)
    return found


def _read_folder(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise ContentError(f"{folder}: no such folder of content")
    return {path.stem: _read_file(path) for path in sorted(folder.glob("*.toml"))}


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{path.name}: cannot be read: {error}") from error


def _compare(file: str, value: object, reference: object, key: tuple[str, ...]) -> None:
    """Refuse a value that is not of the reference's shape; recursion ends at strings."""
    where = f"{file}: {'.'.join(key)}" if key else file
    if type(value) is not type(reference):
        raise ContentError(f"{where}: must be a {_kind(reference)}, not a {_kind(value)}")
    if isinstance(value, dict) and isinstance(reference, dict):
        _compare_tables(file, value, reference, key)
    elif isinstance(value, list) and isinstance(reference, list):
        if not value:
            raise ContentError(f"{where}: the list is empty")
        for place, item in enumerate(value):
            _compare(file, item, reference[0], (*key, str(place + 1)))
    elif isinstance(value, str) and not value.strip() and not _may_be_empty(key):
        raise ContentError(f"{where}: the text is empty")


def _compare_tables(file: str, value: dict[str, Any], reference: dict[str, Any], key: tuple[str, ...]) -> None:
    for each in sorted(reference.keys() | value.keys()):
        where = f"{file}: {'.'.join((*key, each))}"
        if each not in value:
            raise ContentError(f"{where}: is missing; see content/en/{file}")
        if each not in reference:
            raise ContentError(f"{where}: no view uses this key; remove it")
        _compare(file, value[each], reference[each], (*key, each))


def _may_be_empty(key: tuple[str, ...]) -> bool:
    """A field of a list's item (a contact without a telephone number) may be left empty; wording may not."""
    return len(key) > 1 and key[-2].isdigit()


def _kind(value: object) -> str:
    return {"dict": "table", "list": "list", "str": "text", "int": "number"}.get(type(value).__name__, "other value")
