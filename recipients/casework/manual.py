"""Cases that did not come through the portal: entered by hand, or imported from a CSV file.

    >>> case = enter(vault, "telephone", "confidential", "Rang about the rota", today)
    >>> read_csv(data, today)     # checks every line before any is taken over
    [Row(line=2, …)]
    >>> look(data, today).faults  # the same, to be shown first
    (Fault(line=4, …),)

CSV: UTF-8, a first line of column names. `received` (like 2026-01-31), `origin` and `mode` have to be there; `category`
(several with `;`), `group`, `text` and `acknowledged` may be.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from crypto.encoding import utf8
from recipients.casework import acts, book, clocks, kinds, log, taxonomy
from recipients.casework.book import Case
from recipients.errors import GuardianError
from recipients.vault import Vault

MAX_BYTES = 8 * 1024 * 1024
MAX_ROWS = 10_000
MAX_TEXT = 20_000
_NEEDED = ("received", "origin", "mode")
_COLUMNS = (*_NEEDED, "category", "group", "text", "acknowledged")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a file that may be taken over."""

    line: int
    received: int
    origin: str
    mode: str
    categories: tuple[str, ...]
    group: str
    text: str = field(repr=False)
    acknowledged: int | None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with one line: which column, and why (a code of `WHY`). It never holds what stands there."""

    line: int
    column: str
    why: str


WHY = {
    "missing": "is empty, and has to be filled in",
    "unknown": "is not one of the words that may stand there",
    "date": "is not a day like 2026-01-31, from 1970 on and not in the future",
    "order": "is before the day of receipt",
    "long": "is longer than 20,000 bytes",
    "columns": "there are more or fewer fields than names in the first line",
}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file as it was read: lines that may be taken over, and all that is wrong with the others, in their order."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


class RowsError(GuardianError):
    """A file with faults; nothing of it was taken over. `faults` are at most 100."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("rows", str(len(faults)))
        self.faults = tuple(faults[:100])


def enter(
    vault: Vault,
    origin: str,
    mode: str,
    text: str,
    today: int,
    *,
    received: int | None = None,
    exclude: Sequence[bytes] = (),
) -> Case:
    """Opens a case by hand: `origin` telephone, person, email or letter; `mode` anonymous, confidential or open.

    `exclude` names guardians (g) to whom the person does not want it shown. `wrong`, `date`.
    """
    day = today if received is None else received
    if not 0 <= day <= today:
        raise GuardianError("date", "future")
    words: dict[str, object] = {"origin": origin, "mode": mode, "text": text, "received": day}
    if exclude:
        words["exclude"] = list(exclude)
    kinds.check("opened", words)
    with vault.database.transaction():
        case_id = book.open_by_hand(vault, origin, "ours", day)
        log.append(vault, case_id, "opened", words, today)
    return book.case(vault, case_id)


def read_csv(data: bytes, today: int) -> list[Row]:
    """Every line of a CSV file, checked; RowsError with all that is wrong, `file` when it is no such file, `long`."""
    table = look(data, today)
    if table.faults:
        raise RowsError(table.faults)
    return list(table.rows)


def look(data: bytes, today: int) -> Table:
    """What a CSV file holds, line by line, good and bad; `file` when it is no such file, `long`."""
    if len(data) > MAX_BYTES:
        raise GuardianError("long", "file")
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        lines = [(reader.line_num, row) for row in reader if any(one.strip() for one in row)]
    except (UnicodeDecodeError, csv.Error):
        raise GuardianError("file", "csv") from None
    if not lines:
        raise GuardianError("file", "csv")
    names = [one.strip().lower() for one in lines[0][1]]
    if not set(_NEEDED) <= set(names) <= set(_COLUMNS) or len(set(names)) != len(names):
        raise GuardianError("file", "columns")
    if len(lines) > MAX_ROWS + 1:
        raise GuardianError("long", "file")
    faults: list[Fault] = []
    rows = [_row(line, names, fields, today, faults) for line, fields in lines[1:]]
    return Table(rows=tuple(one for one in rows if one is not None), faults=tuple(faults))


def take_over(
    vault: Vault, rows: Sequence[Row], today: int, tell: Callable[[int], None] = lambda _done: None
) -> list[int]:
    """Makes cases of checked lines, all or none; gives their numbers.

    `tell` hears how many are done; when it raises, none is taken over.
    """
    numbers: list[int] = []
    with vault.database.transaction():
        for row in rows:
            tell(len(numbers))
            # Imported cases keep the way they came.
            case = enter(vault, row.origin, row.mode, row.text, today, received=row.received)
            if row.categories:
                acts.set_categories(vault, case, row.categories, today)
            if row.group:
                acts.set_group(vault, case, row.group, today)
            if row.acknowledged is not None:
                acts.told(vault, case, "acknowledged", "", row.acknowledged)
            numbers.append(case.number)
    return numbers


def _row(line: int, names: Sequence[str], fields: Sequence[str], today: int, faults: list[Fault]) -> Row | None:
    if len(fields) != len(names):
        faults.append(Fault(line=line, column="", why="columns"))
        return None
    before = len(faults)
    cells = {name: value.strip() for name, value in zip(names, fields, strict=True)}
    given = {name: cells.get(name, "") for name in _COLUMNS}
    faults += [Fault(line=line, column=name, why="missing") for name in _NEEDED if not given[name]]
    received, acknowledged = (_day(line, name, given[name], today, faults) for name in ("received", "acknowledged"))
    categories = tuple(one.strip() for one in given["category"].split(";") if one.strip())
    _among(line, "origin", [given["origin"]], kinds.ORIGINS, faults)
    _among(line, "mode", [given["mode"]], kinds.MODES, faults)
    _among(line, "category", categories, taxonomy.CATEGORIES, faults)
    _among(line, "group", [given["group"]], taxonomy.GROUPS, faults)
    if len(utf8(given["text"])) > MAX_TEXT:
        faults.append(Fault(line=line, column="text", why="long"))
    if received is not None and acknowledged is not None and acknowledged < received:
        faults.append(Fault(line=line, column="acknowledged", why="order"))
    if len(faults) > before or received is None:
        return None
    texts = {"origin": given["origin"], "mode": given["mode"], "group": given["group"], "text": given["text"]}
    return Row(line=line, received=received, acknowledged=acknowledged, categories=categories, **texts)


def _day(line: int, name: str, text: str, today: int, faults: list[Fault]) -> int | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text).toordinal() - clocks.EPOCH
    except ValueError:
        day = -1
    if not 0 <= day <= today:
        faults.append(Fault(line=line, column=name, why="date"))
        return None
    return day


def _among(line: int, name: str, given: Sequence[str], allowed: object, faults: list[Fault]) -> None:
    if any(one and one not in allowed for one in given):  # type: ignore[operator]
        faults.append(Fault(line=line, column=name, why="unknown"))
