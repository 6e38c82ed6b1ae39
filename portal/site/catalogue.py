"""Translation catalogues in gettext's PO format, one file per language: the English stands beside every translation.

Each entry has a context (the key of the wording, ``home.danger.title``), the English it was made from, and the
translation, empty while there is none. Translators' programs read and write these files; comments are kept for people
and not read here. Only what such files need is accepted, and everything else is refused with its line.

>>> entries = read('msgctxt "home.raise"\\nmsgid "Raise a concern"\\nmsgstr "Codi pryder"\\n', "cy.po")
>>> entries["home.raise"].text
'Codi pryder'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r'(?:(msgctxt|msgid|msgstr) )?"(.*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_ORDER = ("msgctxt", "msgid", "msgstr")


class CatalogueError(ValueError):
    """A catalogue cannot be read. The text names the file, the line, and what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One piece of wording: its key, the English that was translated, and the translation ("" while there is none)."""

    key: str
    english: str
    text: str


def read(po: str, file: str) -> dict[str, Entry]:
    """All entries of a catalogue by key, without its header. Raises `CatalogueError`."""
    found: dict[str, Entry] = {}
    fields: dict[str, str] = {}
    fuzzy = False
    for number, line in enumerate([*po.split("\n"), ""], 1):
        where = f"{file}: line {number}"
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif line.strip():
            _take(fields, line, where)
        elif fields:
            _keep(found, fields, fuzzy, where)
            fields, fuzzy = {}, False
    return found


def write(entries: list[Entry], language: str) -> str:
    """A catalogue file: a header and the entries in the order given."""
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    blocks = [
        f"msgctxt {_quoted(each.key)}\nmsgid {_quoted(each.english)}\nmsgstr {_quoted(each.text)}\n" for each in entries
    ]
    return "\n".join([header, *blocks])


def _take(fields: dict[str, str], line: str, where: str) -> None:
    match = _LINE.fullmatch(line)
    if match is None:
        raise CatalogueError(f"{where}: not a line of a catalogue")
    name, quoted = match.groups()
    if name is None and not fields:
        raise CatalogueError(f"{where}: text that belongs to nothing")
    if name is not None and (name in fields or [*fields, name] != [each for each in _ORDER if each in (*fields, name)]):
        raise CatalogueError(f"{where}: {name} is out of place; an empty line stands between two entries")
    last = name or list(fields)[-1]
    fields[last] = fields.get(last, "") + _plain(quoted, where)


def _keep(found: dict[str, Entry], fields: dict[str, str], fuzzy: bool, where: str) -> None:
    if fields.get("msgid") == "" and "msgctxt" not in fields:
        return  # the header
    if set(fields) != set(_ORDER):
        raise CatalogueError(f"{where}: the entry before needs msgctxt, msgid and msgstr")
    key = fields["msgctxt"]
    if key in found:
        raise CatalogueError(f"{where}: “{key}” is there twice")
    # What a program guessed ("fuzzy") no person has agreed to.
    found[key] = Entry(key=key, english=fields["msgid"], text="" if fuzzy else fields["msgstr"])


def _plain(quoted: str, where: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise CatalogueError(f"{where}: “\\{match[1]}” means nothing here")
        return _ESCAPES[match[1]]

    if re.search(r'(?<!\\)(?:\\\\)*"', quoted):
        raise CatalogueError(f"{where}: a quotation mark inside the text needs a backslash before it")
    return _ESCAPE.sub(one, quoted)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
