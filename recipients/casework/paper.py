"""The file of a case as PDF: what was written, what was answered, what was done, in the order of days.

Every script in `fonts/` is set with shaping, from right to left where it is; letters that no font here has are
written as their numbers. A PDF is outside the vault: faces say so, and show first how quiet the period of the case
was.

    >>> made(vault, case, {g: "A. Guardian"}, today)[:5]
    b'%PDF-'
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import as_file, files

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from recipients import cases
from recipients.casework import acts, clocks, log, taxonomy
from recipients.casework.book import Case
from recipients.vault import Vault

_FIRST = "NotoSans"
_OTHERS = (
    *("NotoNaskhArabic", "NotoSansHebrew", "NotoSansDevanagari", "NotoSansBengali", "NotoSansGurmukhi"),
    *("NotoSansTamil", "NotoSansMalayalam", "NotoSansThai"),
)
_KEEP = {"\u200c", "\u200d", "\n"}

Block = tuple[int, str, str]


def made(vault: Vault, case: Case, people: Mapping[bytes, str], today: int) -> bytes:
    """The PDF; that it was made is noted in the log. `people` are the guardians' names by g. `erased`, `leaving`."""
    acts.append(vault, case, "exported", {"what": "pdf"}, today)
    paper = _paper(today)
    _write(paper, f"Concern {case.number}", 18)
    _write(paper, f"As of {_day(today)}. Confidential: keep it where only you can reach it, and do not copy it.", 10)
    for line in _head(case):
        _write(paper, line, 11)
    for day, title, text in sorted(_blocks(vault, case, people), key=lambda one: one[0]):
        _write(paper, f"{_day(day)} – {title}", 12, space=4)
        if text:
            _write(paper, text, 11)
    return bytes(paper.output())


def drawable(text: str) -> str:
    """A text in which controls, marks of direction and letters that no font here has are written as numbers."""
    return "".join(one if _known(one) else f"‹U+{ord(one):04X}›" for one in text.replace("\r\n", "\n"))


def _paper(today: int) -> FPDF:
    paper = FPDF(format="A4")
    # No clock and no program's name beside the day: a file tells no more than it says.
    paper.set_creation_date(datetime.combine(date.fromordinal(clocks.EPOCH + today), datetime.min.time(), UTC))
    paper.set_producer("")
    for name in (_FIRST, *_OTHERS):
        with as_file(files("recipients.casework").joinpath("fonts", f"{name}-Regular.ttf")) as path:
            paper.add_font(name, fname=path)
    paper.set_fallback_fonts(list(_OTHERS), exact_match=False)
    paper.set_text_shaping(use_shaping_engine=True)
    paper.set_margin(20)
    paper.set_auto_page_break(auto=True, margin=20)
    paper.add_page()
    return paper


def _write(paper: FPDF, text: str, size: int, space: int = 1) -> None:
    paper.set_font(_FIRST, size=size)
    paper.ln(space)
    paper.multi_cell(0, size * 0.5, drawable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _head(case: Case) -> Iterator[str]:
    yield f"State: {case.state}. Urgency: {case.urgency}. Came by: {case.origin}, {_day(case.opened)}."
    yield f"Categories: {', '.join(map(taxonomy.category, case.categories)) or 'none yet'}."


def _blocks(vault: Vault, case: Case, people: Mapping[bytes, str]) -> Iterator[Block]:
    if case.thread is not None:
        for one in cases.incoming(vault, case.thread):
            sections = one.content.sections if one.content is not None else {}
            words = "\n".join(f"{name}: {text}" for name, text in sections.items())
            yield one.day, "from the person who spoke up" + (" (not complete)" if one.state == "partial" else ""), words
    lines = log.lines(vault, case.id)
    struck = {line.words["entry"] for line in lines if line.kind == "strike" and line.words}
    for line in lines:
        if line.hash not in struck:
            yield line.day, f"{line.kind}, {people.get(line.g, line.g.hex()[:8])}", _words(line)


def _words(line: log.Line) -> str:
    if line.words is None:
        return ""
    return "\n".join(f"{name}: {_text(value)}" for name, value in line.words.items() if value not in ("", ()))


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()[:8]
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(one)}" for name, one in value.items())
    return str(value)


def _day(day: int) -> str:
    return date.fromordinal(clocks.EPOCH + day).isoformat()


def _known(character: str) -> bool:
    if character in _KEEP:
        return True
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return False
    return ord(character) in _letters()


@cache
def _letters() -> frozenset[int]:
    found: set[int] = set()
    for name in (_FIRST, *_OTHERS):
        font = files("recipients.casework").joinpath("fonts", f"{name}-Regular.ttf")
        with as_file(font) as path, TTFont(path, lazy=True) as read:
            found.update(read.getBestCmap())
    return frozenset(found)
