"""A sheet of A4 with our own fonts and colours, the same on every machine.

    page = Page("en")
    page.words("Speak up", size=30, bold=True)
    data = page.finish()

Lengths are millimetres, sizes of letters points. Letters of every script that we bundle a font for are shaped; others
show as boxes, and are noted in `unknown`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parent / "fonts"
MAIN = "NotoSans"
OTHERS = ("NotoNaskhArabic", "NotoSansDevanagari", "NotoSansMalayalam")
INK, QUIET, ACCENT, PAPER, RULE = (29, 26, 28), (87, 79, 84), (75, 31, 71), (250, 247, 242), (216, 207, 198)
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur"})
_BY_LANGUAGE = {
    "ar": "NotoNaskhArabic",
    "fa": "NotoNaskhArabic",
    "ur": "NotoNaskhArabic",
    "hi": "NotoSansDevanagari",
    "mr": "NotoSansDevanagari",
    "ne": "NotoSansDevanagari",
    "ml": "NotoSansMalayalam",
}

Align = Literal["L", "C", "R"]


class Page(FPDF):
    """An A4 sheet that is filled from the top."""

    def __init__(self, language: str, margin: float = 18) -> None:
        super().__init__(format="A4", unit="mm")
        self.unknown: set[str] = set()
        self.main = _BY_LANGUAGE.get(language.split("-")[0], MAIN)
        self._families: list[str] = []
        for family in dict.fromkeys((self.main, MAIN)):
            self._load(family)
        self.right_to_left = language.split("-")[0] in RIGHT_TO_LEFT
        self._shape()
        # Neither the time of making nor the maker's program belongs on a sheet that hangs on a wall.
        self.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
        self.set_producer("Candour")
        self.set_lang(language)
        self.set_margins(margin, margin)
        self.set_auto_page_break(False)
        self.add_page()

    def _provide(self, text: str) -> None:
        """Each font costs time and room: one is loaded when a letter needs it."""
        wanted = {letter for letter in text if not letter.isspace() and not self._has(letter)}
        for family in OTHERS:
            if wanted and family not in self._families:
                self._load(family)
                wanted = {letter for letter in wanted if not self._has(letter)}
        self.unknown |= wanted

    def _has(self, letter: str) -> bool:
        return any(ord(letter) in font.cmap for font in self._loaded())

    def _load(self, family: str) -> None:
        self.add_font(family, "", FONTS / f"{family}-Regular.ttf")
        self.add_font(family, "B", FONTS / f"{family}-Bold.ttf")
        self._families.append(family)
        self.set_fallback_fonts([one for one in self._families if one != self.main], exact_match=False)

    def _loaded(self) -> list[TTFFont]:
        return [font for font in self.fonts.values() if isinstance(font, TTFFont)]

    def _shape(self) -> None:
        self.set_text_shaping(use_shaping_engine=True, direction="rtl" if self.right_to_left else "ltr")

    def finish(self) -> bytes:
        """The PDF; nothing can be added afterwards."""
        data = bytes(self.output())
        for font in self._loaded():
            font.close()
        return data

    @property
    def side(self) -> Align:
        """Where lines begin."""
        return "R" if self.right_to_left else "L"

    def words(
        self,
        text: str,
        *,
        size: float,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        align: Align | None = None,
        width: float = 0,
        leading: float = 1.35,
        gap: float = 0,
    ) -> None:
        """A paragraph, broken where it must be; `gap` millimetres follow."""
        self._provide(text)
        self.set_font(self.main, "B" if bold else "", size)
        self.set_text_color(*colour)
        height = size * leading * 25.4 / 72
        self.multi_cell(width, height, text, align=align or self.side, new_x=XPos.LEFT, new_y=YPos.NEXT)
        self.set_xy(self.get_x(), self.get_y() + gap)

    def line_across(self) -> None:
        """A thin rule over the whole width."""
        self.set_draw_color(*QUIET)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    @contextmanager
    def plain(self) -> Iterator[None]:
        """Addresses and listed words: Latin letters from left to right, whatever the language around them."""
        before, self.main = self.main, MAIN
        self.set_text_shaping(use_shaping_engine=True, direction="ltr")
        yield
        self.main = before
        self._shape()

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a line would be."""
        self.set_font(self.main, "B" if bold else "", size)
        return float(self.get_string_width(text))

    def fitting(self, text: str, *, most: float, least: float, width: float, lines: int, bold: bool = False) -> float:
        """The largest size at which a text takes no more than some lines of this width; `least` if none does."""
        size = most
        while size > least and self.lines_of(text, size, width, bold=bold) > lines:
            size -= 1
        return size

    def lines_of(self, text: str, size: float, width: float, *, bold: bool = False) -> int:
        """How many lines a text takes; a word that is wider than the line counts as too many."""
        self._provide(text)
        self.set_font(self.main, "B" if bold else "", size)
        if any(self.get_string_width(word) > width for word in text.split()):
            return 99
        found = self.multi_cell(width, 1, text, dry_run=True, output="LINES")
        return len(found) if isinstance(found, list) else 99
