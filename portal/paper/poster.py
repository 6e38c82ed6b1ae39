"""The poster for the wall: where the portal is, how to tell that it is the real one, and how to stay safe.

    pdf = draw(Poster(name="St Elsewhere", words="…", web="speak.example.org", onion=None), load("en"), "en")
    png = picture(pdf)

One sheet of A4, the same bytes for the same answers. It names no person and no time of printing.
"""

import hashlib
import io
import re
from base64 import b32decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pypdfium2
import segno

from portal.paper.page import ACCENT, INK, PAPER, QUIET, RULE, Page

_WHITE = (255, 255, 255)
_EDGE = 16.0
_QR = 46.0
_DPI = 150
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{2,28}[0-9]")
_HOST = re.compile(r"(?=.{4,100}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")


class PosterError(Exception):
    """Something that must not be printed; the text says what."""


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What stands on one: the organisation, its root key in words, one address at least; a guardian's telephone."""

    name: str
    words: str
    web: str | None
    onion: str | None
    telephone: str | None = None

    def __post_init__(self) -> None:
        if not self.web and not self.onion:
            raise PosterError("A poster without an address helps nobody: give --web, --onion, or both.")
        if self.web and not _HOST.fullmatch(self.web):
            raise PosterError(f"{self.web} is not a name as in speak.example.org (without https:// and path).")
        if self.onion and not is_onion(self.onion):
            raise PosterError(f"{self.onion} is not an onion address: it is mistyped, or not all of it is there.")
        if self.telephone and not _NUMBER.fullmatch(self.telephone):
            raise PosterError(f"{self.telephone} is not a telephone number: digits, with spaces where you want them.")


def is_onion(address: str) -> bool:
    """Whether this is an onion address, version 3, with the checksum that it carries."""
    if not re.fullmatch(r"[a-z2-7]{56}\.onion", address):
        return False
    key, given, version = (raw := b32decode(address[:56].upper()))[:32], raw[32:34], raw[34:]
    return version == b"\x03" and hashlib.sha3_256(b".onion checksum" + key + version).digest()[:2] == given


def draw(poster: Poster, wording: Mapping[str, Any], language: str) -> bytes:
    """The poster as PDF."""
    page = Page(language, margin=_EDGE)
    page.set_title(wording["title"])
    page.set_y(_head(page, poster, wording) + 10)
    if poster.web:
        _address(page, wording["web_title"], wording["web_scan"], f"https://{poster.web}", poster.web)
    if poster.onion:
        say = wording["onion"] if poster.web else wording["onion_scan"]
        _address(page, wording["onion_title"], say, f"http://{poster.onion}", poster.onion, code=not poster.web)
    # With one address there is room for larger letters; a telephone number takes a line.
    _columns(page, wording, (12 if poster.web and poster.onion else 14) - bool(poster.telephone))
    _words(page, wording, poster)
    _foot(page, wording["danger"])
    data = page.finish()
    if page.unknown:
        raise PosterError(f"We have no font with these letters: {' '.join(sorted(page.unknown))}")
    return data


def picture(pdf: bytes) -> bytes:
    """The first sheet of a PDF as PNG, 150 dots an inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=_DPI / 72).to_pil()
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _head(page: Page, poster: Poster, wording: Mapping[str, Any]) -> float:
    """The coloured band; gives where it ends."""
    width = page.w - 2 * _EDGE
    who = wording["who"].replace("{name}", poster.name)
    size = page.fitting(who, most=14, least=9, width=width, lines=2)
    end = 56 + page.lines_of(who, size, width) * size * 0.5
    page.set_fill_color(*ACCENT)
    page.rect(0, 0, page.w, end, style="F")
    page.set_xy(_EDGE, 15)
    _fitted(page, wording["title"], most=36, least=22, bold=True)
    _fitted(page, wording["lead"], most=20, least=13)
    page.words(who, size=size, colour=_WHITE)
    return end


def _fitted(page: Page, text: str, *, most: float, least: float, bold: bool = False) -> None:
    size = page.fitting(text, most=most, least=least, width=page.w - 2 * _EDGE, lines=1, bold=bold)
    page.words(text, size=size, bold=bold, colour=_WHITE, leading=1.25, gap=2.5)


def _address(page: Page, title: str, say: str, link: str, shown: str, *, code: bool = True) -> None:
    top, space = page.get_y(), (_QR + 7 if code else 0)
    width = page.w - 2 * _EDGE - space
    left = _EDGE + (space if page.right_to_left else 0)
    if code:
        _code(page, link, _EDGE if page.right_to_left else page.w - _EDGE - _QR, top)
        page.set_xy(left, top + (3 if len(shown) < 60 else 0))
    else:
        page.set_x(left)
    page.words(title, size=14, bold=True, colour=ACCENT, width=width)
    page.words(say, size=11, colour=QUIET, width=width, gap=1.5)
    with page.plain():
        _typed(page, shown, left, width)
    page.set_y(max(page.get_y() + 7, top + _QR + 6 if code else 0))


def _typed(page: Page, shown: str, left: float, width: float) -> None:
    """An address to copy by hand. Long ones in groups of eight letters, every other one in another weight."""
    if len(shown) < 60:
        size = page.fitting(shown, most=30, least=12, width=width, lines=1, bold=True)
        page.set_x(left)
        page.words(shown, size=size, bold=True, width=width, leading=1.25)
        return
    size, height = (17.0, 8.2) if width > 150 else (15.0, 7.6)
    groups = [shown[at : at + 8] for at in range(0, 56, 8)]
    groups[-1] += shown[56:]
    x, y = left, page.get_y()
    for place, group in enumerate(groups):
        wide = page.width_of(group, size, bold=True)
        if x + wide > left + width:
            x, y = left, y + height
        page.set_font(page.main, "B", size)
        page.set_text_color(*(ACCENT if place % 2 else INK))
        page.set_xy(x, y)
        page.cell(wide, height, group)
        x += wide + 0.2
    page.set_xy(_EDGE, y + height)


def _code(page: Page, link: str, left: float, top: float) -> None:
    rows = [list(row) for row in segno.make(link, error="m", boost_error=False).matrix]
    size = _QR / len(rows)
    page.set_fill_color(*INK)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:  # a hair wider, so that no printer shows lines between the squares
                page.rect(left + x * size, top + y * size, size + 0.03, size + 0.03, style="F")


def _columns(page: Page, wording: Mapping[str, Any], size: float) -> None:
    top, gap = page.get_y() + 1, 8.0
    width = (page.w - 2 * _EDGE - gap) / 2
    page.set_draw_color(*RULE)
    page.line(_EDGE, top, page.w - _EDGE, top)
    places = [(_EDGE, "steps"), (_EDGE + width + gap, "care")]
    if page.right_to_left:
        places = [(places[0][0], "care"), (places[1][0], "steps")]
    ends = [_list(page, wording, name, left, top + 6, width, size) for left, name in places]
    page.set_y(max(ends))


def _list(
    page: Page, wording: Mapping[str, Any], name: str, left: float, top: float, width: float, size: float
) -> float:
    page.set_xy(left, top)
    page.words(wording[f"{name}_title"], size=size + 2, bold=True, colour=ACCENT, width=width, gap=1.5)
    for number, text in enumerate(wording[name], 1):
        y = page.get_y()
        page.set_xy(left + width - 7 if page.right_to_left else left, y)
        if name == "steps":
            page.words(str(number), size=size, bold=True, colour=ACCENT, width=7)
        else:
            page.set_fill_color(*ACCENT)
            page.circle(x=page.get_x() + (5 if page.right_to_left else 2.5), y=y + size * 0.24, radius=1, style="F")
        page.set_xy(left if page.right_to_left else left + 7, y)
        page.words(text, size=size, width=width - 7, gap=2)
    return page.get_y()


def _words(page: Page, wording: Mapping[str, Any], poster: Poster) -> None:
    """The eight words in their frame, and below them whom to ask whether they are the right ones."""
    height = 44.0 if poster.telephone else 35.0
    top = max(page.get_y() + 2, page.h - 22 - height)
    page.set_fill_color(*PAPER)
    page.set_draw_color(*RULE)
    page.rect(_EDGE, top, page.w - 2 * _EDGE, height, style="DF", round_corners=True, corner_radius=2)
    page.set_xy(_EDGE + 5, top + 3.5)
    title = wording["words_title"]
    size = page.fitting(title, most=11, least=8, width=page.w - 2 * _EDGE - 10, lines=1)
    page.words(title, size=size, colour=QUIET, width=page.w - 2 * _EDGE - 10)
    with page.plain():
        page.set_font(page.main, "B", 15)
        page.set_text_color(*INK)
        step = (page.w - 2 * _EDGE - 10) / 4
        for place, word in enumerate(poster.words.split()):
            page.set_xy(_EDGE + 5 + place % 4 * step, top + 11.5 + place // 4 * 10)
            page.cell(step, 9, word)
    if poster.telephone:
        _telephone(page, wording["telephone"], poster.telephone, top + 33.5)


def _telephone(page: Page, say: str, number: str, top: float) -> None:
    """A line and its number; the number keeps its order also beside words that run from the right."""
    width = page.w - 2 * _EDGE - 10
    page.set_xy(_EDGE + 5, top)
    page.words(say, size=11, colour=QUIET, width=width)
    beside = page.width_of(say, 11) + 2
    with page.plain():
        page.set_font(page.main, "B", 14)
        page.set_text_color(*ACCENT)
        page.set_xy(_EDGE + 5 + (0 if page.right_to_left else beside), top - 1.2)
        page.cell(width - beside, 7, number, align="R" if page.right_to_left else "L")


def _foot(page: Page, danger: str) -> None:
    width = page.w - 2 * _EDGE
    size = page.fitting(danger, most=11.5, least=10, width=width, lines=1, bold=True)
    # Better two lines that can be read from afar than one that cannot.
    page.set_xy(_EDGE, page.h - (17 if page.lines_of(danger, size, width, bold=True) == 1 else 20))
    page.words(danger, size=size, bold=True, colour=(168, 20, 27), align="C", width=width)
