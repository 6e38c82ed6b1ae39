"""What a ceremony leaves on paper: a record of each act, to be signed, and the three sheets of a split key.

    write_record(Path("steward"), today, Record(organisation=…, root=…, act=…, day=…, facts={…}, files=(…)))

A record holds nothing secret. A sheet does: two of the three are the key.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from portal.paper.page import ACCENT, QUIET, Page


@dataclass(frozen=True, kw_only=True)
class Record:
    """One act of the root key; `facts` are lines of what and whom, `files` what it made."""

    organisation: str
    root: str
    act: str
    day: str
    facts: dict[str, str]
    files: tuple[Path, ...]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """All that is to be read, in order."""
        made = [(f"File {path.name}, SHA-256", _spaced(_digest(path))) for path in self.files]
        return [
            ("Organisation", self.organisation),
            ("What was done", self.act),
            ("Day (UTC, by the machine's clock)", self.day),
            *self.facts.items(),
            ("Words of the root key", self.root),
            *made,
        ]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One of three sheets."""

    organisation: str
    root: str
    number: int
    words: list[str]


_SIGNED = ("Steward: name, signature, date", "Witness: name, signature, date")


def write_record(folder: Path, today: int, record: Record) -> tuple[Path, Path]:
    """Writes the record as PDF and as plain text, under a number of its own; gives both."""
    number = 1 + max((int(path.stem.split("-")[1]) for path in folder.glob("record-[0-9]*-*.txt")), default=0)
    stem = f"record-{number:03}-{today}"
    paper, text = folder / f"{stem}.pdf", folder / f"{stem}.txt"
    _write(paper, _record_page(record))
    plain = "\n\n".join(f"{name}:\n  {value}" for name, value in record.lines)
    blanks = "\n\n\n".join(f"{name}: ____________________________________" for name in _SIGNED)
    _write(text, f"RECORD OF THE ROOT KEY\n\n{plain}\n\n\n{blanks}\n".encode())
    return paper, text


def write_sheets(folder: Path, sheets: list[Sheet]) -> list[Path]:
    """Writes each sheet as a PDF of its own."""
    written = []
    for sheet in sheets:
        path = folder / f"sheet-{sheet.number}.pdf"
        _write(path, _sheet_page(sheet))
        written.append(path)
    return written


def _record_page(record: Record) -> bytes:
    page = Page("en", margin=22)
    page.words("Record of the root key", size=22, bold=True, colour=ACCENT, gap=6)
    for name, value in record.lines:
        page.words(name, size=9, colour=QUIET)
        page.words(value, size=12, gap=3)
    page.ln(12)
    for name in _SIGNED:
        page.ln(12)
        page.line_across()
        page.words(name, size=9, colour=QUIET)
    return page.finish()


def _sheet_page(sheet: Sheet) -> bytes:
    page = Page("en", margin=22)
    page.words(f"Sheet {sheet.number} of 3", size=22, bold=True, colour=ACCENT)
    page.words(
        "Two of these three sheets are the root key. Keep it secret, dry, and apart from the others.", size=12, gap=4
    )
    page.words("Organisation", size=9, colour=QUIET)
    page.words(sheet.organisation, size=12, gap=2)
    page.words("Words of the root key (public)", size=9, colour=QUIET)
    page.words(sheet.root, size=12, gap=6)
    columns = [sheet.words[at : at + 11] for at in range(0, 33, 11)]
    top, width = page.get_y(), (page.w - 44) / 3
    for column, words in enumerate(columns):
        for row, word in enumerate(words):
            page.set_xy(22 + column * width, top + row * 11)
            page.words(f"{column * 11 + row + 1}.  {word}", size=14, width=width)
    page.set_xy(22, top + 11 * 11 + 8)
    page.words(
        "To use it: two holders meet at the offline machine and type their words into  candour root join.",
        size=11,
        colour=QUIET,
    )
    return page.finish()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _spaced(digits: str) -> str:
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)
