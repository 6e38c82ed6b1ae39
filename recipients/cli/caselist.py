"""`guardian cases`, `due`, `case`, `find`, `promises`.

The list, and one case with its log, its clocks and how quiet its period was.
"""

from collections.abc import Iterable

import click
from rich.table import Table

from crypto.errors import CandourError
from recipients import membership
from recipients.casework import book, clocks, inside, log, measures, notes, promises, quarters, quiet, sharing, taxonomy
from recipients.casework.book import Case, Filter
from recipients.cli.common import Setting, command, console, warn
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words.cases import HUNT, to_wait
from recipients.words.days import day_of, day_text, today
from recipients.words.screen import harmless

DUE = {
    "acknowledge": "a person's answer (7 days)",
    "inform": "tell what was done (3 months)",
    "promise": "what you promised",
    "action": "an action",
    "check-in": "a check-in",
}


@click.command("cases")
@click.option("--state", "states", multiple=True, type=click.Choice(("received", "assessed", "addressed", "concluded")))
@click.option("--category", "categories", multiple=True, type=click.Choice(list(taxonomy.CATEGORIES)))
@click.option("--urgency", "urgencies", multiple=True, type=click.Choice(("now", "soon", "normal")))
@click.option("--flag", "flags", multiple=True, type=click.Choice(("danger", "hunt", "hold", "withdrawn", "excludes")))
@click.option("--number", "numbers", multiple=True, type=int)
@click.option("--opened", metavar="FROM..UNTIL", help="Opened in these days, like 2026-01-01..2026-03-31.")
@click.option("--unread", is_flag=True, help="With messages that nobody has read.")
@click.option("--answer-due", is_flag=True, help="Where the last word is the person's.")
@click.option("--erased", is_flag=True, help="Erased ones as well.")
@click.option("--order", type=click.Choice(("touched", "due", "number")), default="touched", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100_000), default=100_000)
@click.option("--offset", type=click.IntRange(0), default=0)
@command
def cases_(setting: Setting, opened: str | None, **wanted: object) -> None:
    """List cases. There is no search for words across cases, on purpose."""
    span = None
    if opened is not None:
        first, _, last = opened.partition("..")
        span = (day_of(first), day_of(last or first))
    with setting.opened() as vault:
        _show(setting, book.search(vault, Filter(opened=span, **wanted)))  # type: ignore[arg-type]


@click.command()
@command
def due(setting: Setting) -> None:
    """What is due today or late, the most pressing first."""
    with setting.opened() as vault:
        _show(setting, book.due(vault, today()), book.counts(vault, today()))


@click.command()
@click.argument("number")
@command
def case(setting: Setting, number: str) -> None:
    """Show case NUMBER: what is due, what was done, its log, your notes. `guardian read` shows the messages."""
    with setting.opened() as vault:
        found = book.find(vault, number)
        setting.result(_whole(vault, found), "\n".join(_lines(vault, found)))


@click.command()
@click.argument("number")
@click.argument("words")
@command
def find(setting: Setting, number: str, words: str) -> None:
    """Find WORDS in case NUMBER, and only there."""
    with setting.opened() as vault:
        hits = inside.find(vault, book.find(vault, number), words)
    rows = [{"kind": one.kind, "day": day_text(one.day), "where": one.where, "text": one.text} for one in hits]
    text = [f"{one['day']} {one['kind']}: {harmless(one['text'], lines=False)}" for one in rows]
    setting.result({"hits": rows}, "\n".join(text) or "These words do not stand in this case.")


@click.command("promises")
@click.argument("quarter", required=False)
@command
def promises_(setting: Setting, quarter: str | None) -> None:
    """The next steps that you promised people: kept, late, overdue; those due in QUARTER (like 2026Q1), or all."""
    with setting.opened() as vault:
        found = promises.made(vault, None if quarter is None else quarters.days_of(quarter))
    counts = promises.counted(found, today())
    rows: list[dict[str, object]] = [
        {
            "number": one.case.number,
            "given": day_text(one.given),
            "due": day_text(one.due),
            "answered": None if one.answered is None else day_text(one.answered),
            "state": one.state(today()),
            "what": one.what,
        }
        for one in found
    ]
    open_ = [one for one in rows if one["state"] in ("overdue", "waiting")]
    lines = [
        f"{one['due']} case {one['number']}, {one['state']}: {harmless(str(one['what']), lines=False)}" for one in open_
    ]
    lines.append(", ".join(f"{state}: {count}" for state, count in counts.items()))
    setting.result({"counts": counts, "promises": rows}, "\n".join(lines))


def fields(one: Case) -> dict[str, object]:
    """What is told of a case as JSON."""
    days = ("opened", "touched", "acknowledged", "informed", "concluded", "due")
    found = {name: value for name, value in vars(one).items() if name not in ("id", "thread")}
    found |= {name: day_text(found[name]) if found[name] is not None else None for name in days}
    return {**found, "case": one.id.hex()}


def people(vault: Vault) -> dict[bytes, str]:
    """The guardians' names by g, as far as the portal's list is here."""
    try:
        return {one.g: one.name for one in membership.last(vault).guardians}
    except (GuardianError, CandourError):
        return {}


def warn_quiet(vault: Vault, found: Case) -> None:
    """Says, before something leaves a case, that it came in a quiet period."""
    advice = to_wait(vault, found, today())
    if advice:
        warn(advice)


def _show(setting: Setting, found: Iterable[Case], counts: dict[str, int] | None = None) -> None:
    found = list(found)
    if setting.as_json or not found:
        setting.result({"cases": [fields(one) for one in found], **(counts or {})}, "No cases fit.")
        return
    table = Table("No", "State", "Urgency", "Due", "What is due", "New", "Categories", "Marks")
    for one in found:
        day = day_text(one.due) if one.due is not None else ""
        late = " (late)" if one.due is not None and one.due < today() else ""
        words = ", ".join(taxonomy.category(name) for name in one.categories)
        row = (f"{one.number}", one.state, one.urgency, day + late, DUE.get(one.due_what or "", ""))
        table.add_row(*row, f"{one.unread or ''}", words, ", ".join(one.flags))
    console().print(table)


def _whole(vault: Vault, one: Case) -> dict[str, object]:
    facts = book.facts(vault, one.id)
    names = people(vault)
    calm = quiet.of(vault, one, today())
    return {
        **fields(one),
        "mode": facts.mode,
        "group": facts.group,
        "outcome": facts.outcome,
        "factors": {name: list(chosen) for name, chosen in facts.factors.items()},
        "duty": facts.duty,
        "deadlines": [
            {"what": line.what, "day": day_text(line.day), "detail": line.detail, "late": line.late(today())}
            for line in (clocks.deadlines(one.opened, facts) if one.state != "erased" else [])
        ],
        "actions": [
            {
                "entry": each.hash.hex(),
                "about": each.about,
                "text": each.text,
                "stands": measures.stands(each),
                "by": day_text(each.by) if each.by is not None else None,
                "done": each.done is not None,
            }
            for each in facts.actions
        ],
        "second": [line.hash.hex() for line in measures.waiting(vault, one)],
        "log": [_entry(line, names) for line in log.lines(vault, one.id)],
        "notes": [{"note": each.number, "day": day_text(each.day), "text": each.text} for each in _notes(vault, one)],
        "with": [{"g": g.hex(), "name": names.get(g), "how": how} for g, how in sharing.peers(vault, one.id).items()],
        "quiet": vars(calm) if calm is not None else None,
    }


def _notes(vault: Vault, one: Case) -> list[notes.Note]:
    return notes.of(vault, one.id) if one.state != "erased" else []


def _entry(line: log.Line, names: dict[bytes, str]) -> dict[str, object]:
    said = None if line.words is None else {name: _plain(value) for name, value in line.words.items()}
    return {
        "entry": line.hash.hex(),
        "day": day_text(line.day),
        "by": names.get(line.g),
        "kind": line.kind,
        "words": said,
    }


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def _lines(vault: Vault, one: Case) -> list[str]:
    facts, names = book.facts(vault, one.id), people(vault)
    lines = [f"Case {one.number}: {one.state}, urgency {one.urgency}, opened {day_text(one.opened)} ({one.origin})"]
    lines.append("Categories: " + (", ".join(map(taxonomy.category, one.categories)) or "none yet"))
    if "hunt" in one.flags:
        lines += ["", HUNT]
    if "withdrawn" in one.flags:
        lines += ["", "The person asks you to erase this: `guardian erase NUMBER --withdrawn`."]
    advice = to_wait(vault, one, today())
    lines += ["", advice] if advice else []
    for due_ in clocks.deadlines(one.opened, facts) if one.state != "erased" else ():
        late = due_.late(today())
        detail = f": {harmless(due_.detail, lines=False)}" if due_.detail else ""
        lines.append(f"Due {day_text(due_.day)}{f', {late} day(s) late' if late else ''}: {DUE[due_.what]}{detail}")
    for line in log.lines(vault, one.id):
        struck = " (struck)" if line.hash in facts.struck else ""
        lines += ["", f"{day_text(line.day)} {line.kind} {line.hash.hex()[:8]}{struck} {_name(names, line.g)}"]
        said = line.words or {}
        lines += [
            f"  | {row}" for name, value in said.items() for row in harmless(f"{name}: {_plain(value)}").split("\n")
        ]
    for note in _notes(vault, one):
        lines += ["", f"{day_text(note.day)} private note {note.number}"]
        lines += [f"  | {row}" for row in harmless(note.text).split("\n")]
    return lines


def _name(names: dict[bytes, str], g: bytes) -> str:
    return harmless(names.get(g, f"guardian {g.hex()[:8]}"), lines=False)


COMMANDS = (cases_, due, case, find, promises_)
