"""Finds where in the document which wording stands, and marks the places, so that scripts can put languages there.

Templates are filled with tokens in place of wording. Afterwards the element around each token gets a number
(``data-t``; for an attribute ``data-a``), and the text becomes English. The numbers index one list of patterns, such as
"<token> – <token>", from which every language's list of texts is made. So no template has to know of languages, and
whatever wording is added later can be translated at once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from markupsafe import escape

from portal.site import wording

_OPEN, _NAME, _CLOSE = "\ue000", "\ue001", "\ue002"  # private characters: content with them is refused
_TOKEN = re.compile(f"{_OPEN}([^{_NAME}{_CLOSE}]*)({_NAME}?){_CLOSE}")
_PIECE = re.compile(r"<!--.*?-->|<[^>]*>|[^<]+", re.DOTALL)
_ATTRIBUTE = re.compile(rf' ([a-z-]+)="([^"{_OPEN}]*{_OPEN}[^"]*)"')
_VOID = ("area", "br", "hr", "img", "input", "link", "meta", "path", "circle", "!doctype")

Text = Callable[[str], str | None]


class MarkingError(ValueError):
    """A template puts wording where it cannot be marked. The text says where."""


class Marker:
    """Collects the patterns of a document while it marks it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._patterns: dict[str, int] = {}

    def tokens(self, content: dict[str, Any]) -> dict[str, Any]:
        """Content with a token in place of each piece of wording."""
        return wording.change(content, lambda key, _: f"{_OPEN}{key}{_CLOSE}")

    @staticmethod
    def fill(token: str) -> str:
        """The template's wish to have ``{name}`` replaced by the organisation's name."""
        return token.replace(_CLOSE, f"{_NAME}{_CLOSE}")

    @staticmethod
    def key(token: str) -> str:
        """The key of the wording that one token stands for."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise MarkingError(f"what scripts say must be wording and nothing else: {token}")
        return match[1]

    def mark(self, document: str, english: dict[str, str]) -> str:
        """The document in English with its places numbered. Raises `MarkingError`."""
        out: list[str] = []
        stack: list[tuple[int, bool]] = [(-1, False)]  # place of the opening tag in `out`, and whether it has text
        for piece in _PIECE.findall(document):
            if piece.startswith("</"):
                stack.pop()
            elif piece.startswith("<"):
                out.append(self._mark_attributes(piece, english))
                if not piece.startswith("<!--") and _tag(piece) not in _VOID and not piece.endswith("/>"):
                    stack.append((len(out) - 1, False))
                continue
            elif piece.strip():
                place, has_text = stack[-1]
                if _OPEN in piece:
                    if has_text or place < 0:
                        raise MarkingError(f"this wording needs an element of its own: {piece.strip()}")
                    out[place] = self._marked(out[place], "data-t", str(self._number(piece)))
                stack[-1] = (place, True)
            out.append(_resolve(piece, english, self._name, as_html=True))
        return "".join(out)

    def texts(self, text: Text) -> list[str]:
        """The text for each number in a language; "" where ``text(key)`` has none for some part of it."""
        found: list[str] = []
        for pattern in self._patterns:
            keys = [match[1] for match in _TOKEN.finditer(pattern)]
            parts = {key: text(key) for key in keys}
            whole = {key: part for key, part in parts.items() if part is not None}
            found.append(_resolve(pattern, whole, self._name) if len(whole) == len(parts) else "")
        return found

    def _mark_attributes(self, tag: str, english: dict[str, str]) -> str:
        marks = [f"{name} {self._number(value)}" for name, value in _ATTRIBUTE.findall(tag)]
        marked = self._marked(tag, "data-a", ",".join(marks)) if marks else tag
        return _resolve(marked, english, self._name, as_html=True)

    def _number(self, pattern: str) -> int:
        return self._patterns.setdefault(html.unescape(pattern), len(self._patterns))

    @staticmethod
    def _marked(tag: str, name: str, value: str) -> str:
        return f'{tag[:-1]} {name}="{value}">'


def _resolve(pattern: str, texts: dict[str, str], name: str, *, as_html: bool = False) -> str:
    def one(match: re.Match[str]) -> str:
        text = texts[match[1]]
        filled = text.replace("{name}", name) if match[2] else text
        return str(escape(filled)) if as_html else filled

    return _TOKEN.sub(one, pattern)


def _tag(piece: str) -> str:
    return re.split(r"[\s>/]", piece[1:], maxsplit=1)[0].lower()
