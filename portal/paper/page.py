"""A sheet of A4 with our own fonts and colours, the same on every machine.

    page = Page("en")
    page.words("Speak up", size=30, bold=True)
    data = bytes(page.output())

Lengths are millimetres, sizes of letters points. Letters of every script that we bundle a font for are shaped; others
show as boxes.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
MAIN = "NotoSans"
OTHERS = ("NotoNaskhArabic", "NotoSansDevanagari", "NotoSansMalayalam")
INK, QUIET, ACCENT, PAPER, RULE = (29, 26, 28), (87, 79, 84), (75, 31, 71), (250, 247, 242), (216, 207, 198)
RIGHT_TO_LEFT = frozenset({"ar", "ur", "fa", "he"})

Align = Literal["L", "C", "R"]


class Page(FPDF):
    """An A4 sheet that is filled from the top."""

    def __init__(self, language: str, margin: float = 18) -> None:
        super().__init__(format="A4", unit="mm")
        for family in (MAIN, *OTHERS):
            self.add_font(family, "", FONTS / f"{family}-Regular.ttf")
            self.add_font(family, "B", FONTS / f"{family}-Bold.ttf")
        self.set_fallback_fonts(list(OTHERS), exact_match=False)
        self.right_to_left = language.split("-")[0] in RIGHT_TO_LEFT
        self.set_text_shaping(use_shaping_engine=True, direction="rtl" if self.right_to_left else "ltr")
        # Neither the time of making nor the maker's program belongs on a sheet that hangs on a wall.
        self.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
        self.set_producer("Candour")
        self.set_lang(language)
        self.set_margins(margin, margin)
        self.set_auto_page_break(False)
        self.add_page()

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
        self.set_font(MAIN, "B" if bold else "", size)
        self.set_text_color(*colour)
        height = size * leading * 25.4 / 72
        self.multi_cell(width, height, text, align=align or self.side, new_x=XPos.LEFT, new_y=YPos.NEXT)
        self.ln(gap)

    def line_across(self) -> None:
        """A thin rule over the whole width."""
        self.set_draw_color(*QUIET)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a line would be."""
        self.set_font(MAIN, "B" if bold else "", size)
        return float(self.get_string_width(text))

    def fitting(self, text: str, *, most: float, least: float, width: float, lines: int, bold: bool = False) -> float:
        """The largest size at which a text takes no more than some lines of this width; `least` if none does."""
        size = most
        while size > least and self.lines_of(text, size, width, bold=bold) > lines:
            size -= 1
        return size

    def lines_of(self, text: str, size: float, width: float, *, bold: bool = False) -> int:
        """How many lines a text takes; a word that is wider than the line counts as too many."""
        self.set_font(MAIN, "B" if bold else "", size)
        if any(self.get_string_width(word) > width for word in text.split()):
            return 99
        found = self.multi_cell(width, 1, text, dry_run=True, output="LINES")
        return len(found) if isinstance(found, list) else 99
