"""Trends by factor, quarter by quarter, as SVG: never by person, never by ward, and small numbers are not drawn.

>>> trend({"2026Q1": {"staffing": 12}, "2026Q2": {"staffing": 20}}, {"staffing": "Staffing"})[:4]
'<svg'
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from recipients.casework import measures, numbers, quarters
from recipients.casework.book import facts
from recipients.vault import Vault

_WIDTH, _ROW, _LEFT, _TOP = 720, 44, 250, 56
_INK, _BAR, _FAINT = "#1d2b36", "#3b6b8f", "#8a949c"


def counts(vault: Vault, framework: str, wanted: Sequence[str]) -> dict[str, Counter[str]]:
    """By quarter: in how many cases each factor was recorded. `wrong` for a framework or quarter that there is not."""
    measures.must_know(framework)
    found: dict[str, Counter[str]] = {}
    for quarter in wanted:
        cases = quarters.cases_of(vault, quarter)
        names = [name for case in cases for name in facts(vault, case.id).factors.get(framework, ())]
        found[quarter] = Counter(names)
    return found


def trend(by_quarter: Mapping[str, Mapping[str, int]], words: Mapping[str, str]) -> str:
    """One row a factor, one bar a quarter, oldest first; 0 to 7 is a dot, the rest rounded to 5.

    Text for readers too.
    """
    shown = _shown(by_quarter, words)
    height = _TOP + _ROW * max(len(shown), 1) + 40
    most = max([numbers.rounded(one.get(name, 0)) for one in by_quarter.values() for name in shown] or [1])
    title = "Contributory factors by quarter"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{title}" '
        f'font-family="system-ui, sans-serif" font-size="14" fill="{_INK}">',
        f"<title>{title}</title>",
        f'<text x="16" y="30" font-size="18">{title}: {escape(", ".join(by_quarter))}</text>',
    ]
    for row, name in enumerate(shown):
        parts += _row(words[name], [one.get(name, 0) for one in by_quarter.values()], _TOP + row * _ROW, most)
    if not shown:
        parts.append(f'<text x="16" y="{_TOP + 20}">No factor was recorded in 8 cases or more.</text>')
    parts.append(
        f'<text x="16" y="{height - 12}" fill="{_FAINT}">0 to 7 is a dot; the rest is rounded to 5.</text></svg>'
    )
    return "\n".join(parts)


def said(by_quarter: Mapping[str, Mapping[str, int]], words: Mapping[str, str]) -> str:
    """The same in words, for whoever cannot see the picture."""
    rows = []
    for name in _shown(by_quarter, words):
        values = ", ".join(f"{quarter} {_value(one.get(name, 0))}" for quarter, one in by_quarter.items())
        rows.append(f"{words[name].split(':')[0]}: {values}.")
    return " ".join(rows) or "No factor was recorded in 8 cases or more."


def _shown(by_quarter: Mapping[str, Mapping[str, int]], words: Mapping[str, str]) -> list[str]:
    return [name for name in words if any(one.get(name, 0) > numbers.HIDDEN for one in by_quarter.values())]


def _value(count: int) -> str:
    return numbers.UNDER if count <= numbers.HIDDEN else str(numbers.rounded(count))


def _row(label: str, values: Sequence[int], top: int, most: int) -> list[str]:
    parts = [f'<text x="16" y="{top + 20}">{escape(label.split(":")[0][:34])}</text>']
    width = (_WIDTH - _LEFT - 24) / len(values)
    for at, value in enumerate(values):
        left = _LEFT + at * width
        if value <= numbers.HIDDEN:
            parts.append(f'<circle cx="{left + 4:.0f}" cy="{top + 30}" r="3" fill="{_FAINT}"/>')
            continue
        number = numbers.rounded(value)
        tall = 30 * number / most
        bar = f'x="{left:.0f}" y="{top + 34 - tall:.0f}" width="{width * 0.5:.0f}" height="{tall:.0f}"'
        parts.append(f'<rect {bar} fill="{_BAR}"/>')
        parts.append(f'<text x="{left + width * 0.55:.0f}" y="{top + 32}" font-size="12">{number}</text>')
    return parts
