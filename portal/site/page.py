"""The one document, made from templates and content, and the languages that scripts can put into it.

What scripts say (``<p data-key=…>`` in the template ``words-for-script``) does not stay in the document: it travels in
the bundle with every language, the first of which is the document's own.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from portal.site import languages, wording
from portal.site.content import flatten, read_questions
from portal.site.languages import Language, LanguageError
from portal.site.marking import Marker, MarkingError
from portal.site.one_file import Marks

_HERE = Path(__file__).parent
_SAID = re.compile(r'<template id="words-for-script">(.*?)</template>', re.DOTALL)
_PLAIN = ("home.danger.text", *(f"site.noscript.{key}" for key in ("title", "why", "ways.1", "ways.2", "ways.3")))
_SENTENCE = re.compile(r'<p data-key="([^"]+)">([^<]*)</p>')


class PublishError(Exception):
    """The site cannot be made; the text says what is wrong and what to do."""


class Page:
    """A document to be rendered, in the languages that some folders have.

    ``content`` is as `portal.site.content.load_source` gives it. Raises `PublishError`.
    """

    def __init__(self, content: dict[str, Any], name: str, folders: list[Path]) -> None:
        self._content = content
        self._english = wording.strings(content)
        self._marker = Marker(name)
        self._said: list[tuple[str, str]] = []  # what scripts say: their key, and the wording's key
        try:
            found = languages.load(folders, self._english, content["coach"]["lists"])
        except LanguageError as error:
            raise PublishError(str(error)) from error
        self._others = [each for each in found if each.tag != content["site"]["language"]]

    def render(self, values: dict[str, Any], offline: Marks | None = None) -> str:
        """The document, in English, marked for other languages; or the one-file writer. Raises `PublishError`."""
        tokens = self._marker.tokens(self._content)
        if offline:
            tokens = _instead(tokens)
        tokens |= read_questions(tokens)
        site = self._content["site"]
        choices = [(site["language"], site["language_name"]), *((each.tag, each.name) for each in self._others)]
        filled = {**tokens, **values, "messages": flatten(tokens["messages"]), "choices": choices}
        filled |= {"offline": offline, "plain": [self._plain(each) for each in self._others]}
        try:
            text = _environment().get_template("index.html").render(filled)
        except UndefinedError as error:
            raise PublishError(f"a template uses wording that no content file has: {error}") from error
        refuse_same_ids(text)
        try:
            return self._marker.mark(self._without_said(_squeeze(text)), self._english)
        except MarkingError as error:
            raise PublishError(str(error)) from error

    def languages(self) -> list[dict[str, Any]]:
        """What the bundle carries of each language, the document's own first; after `render`."""
        site, lists = self._content["site"], self._content["coach"]["lists"]
        own = {"tag": site["language"], "dir": site["direction"], "name": site["language_name"], "texts": []}
        said = [[key, self._english[source]] for key, source in self._said]
        return [{**own, "said": said, "lists": _pairs(lists)}, *(self._translated(each) for each in self._others)]

    def _plain(self, language: Language) -> dict[str, Any]:
        """What somebody without JavaScript needs to go on; without what is not translated."""
        texts = [language.text(key, self._english[key]) for key in _PLAIN if key in self._english]
        named = {"tag": language.tag, "name": language.name, "direction": language.direction}
        return {**named, "texts": [text for text in texts if text]}

    def _translated(self, language: Language) -> dict[str, Any]:
        needed = wording.forms(self._english, language.tag)
        lists = self._content["coach"]["lists"]  # people mix languages

        def text(key: str) -> str | None:
            return language.text(key, needed.get(key, ""))

        said: list[list[str]] = []
        for key, source in self._said:
            for form_key, form_source in _forms(key, source, self._english, needed):
                said.append([form_key, text(form_source) or needed[form_source]])
        return {
            "tag": language.tag,
            "dir": language.direction,
            "name": language.name,
            "texts": self._marker.texts(text),
            "said": said,
            "lists": _pairs({name: [*language.lists.get(name, []), *english] for name, english in lists.items()}),
        }

    def _without_said(self, text: str) -> str:
        match = _SAID.search(text)
        if match is None:
            raise PublishError("the document has no template of words for scripts")
        self._said = [(key, Marker.key(token)) for key, token in _SENTENCE.findall(match[1])]
        return text[: match.start()] + text[match.end() :]


def _instead(content: dict[str, Any]) -> dict[str, Any]:
    """The content with what ``writer.toml`` says in place of other files: the key of each text, and the text."""
    changed = copy.deepcopy(content)
    for key, text in content["writer"]["instead"].items():
        *way, last = key.split(".")
        table: Any = changed
        for step in way:
            table = table.get(step, {})
        if not isinstance(table.get(last), str):
            raise PublishError(f"writer.toml: instead: there is no text {key}")
        table[last] = text
    return changed


def refuse_same_ids(text: str) -> None:
    """Questions bring ids of their own into the document; one that is there already would confuse page and script."""
    counts = Counter(re.findall(r'\sid="([^"]*)"', text))
    for found, count in sorted(counts.items()):
        if count > 1:
            raise PublishError(f"questions.toml: the page uses the id “{found}” for something else; choose another id")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["fill"] = Marker.fill
    return environment


def _forms(key: str, source: str, english: dict[str, str], needed: dict[str, str]) -> list[tuple[str, str]]:
    """A sentence with a number in it is said in the language's own forms, all of them where English has "other"."""
    stem, _, form = source.rpartition(".")
    if stem not in wording.plurals(english):
        return [(key, source)]
    if form != "other":
        return []
    own = key.removesuffix(".other")
    return [(f"{own}.{each}", f"{stem}.{each}") for each in wording.FORMS if f"{stem}.{each}" in needed]


def _pairs(lists: dict[str, list[str]]) -> list[list[Any]]:
    return [[name, items] for name, items in sorted(lists.items())]


def _squeeze(text: str) -> str:
    """Lines without indentation and without blank ones: the same page, a few kilobytes lighter."""
    return "\n".join(line for line in (each.strip() for each in text.splitlines()) if line) + "\n"
