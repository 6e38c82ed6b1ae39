"""Cases by hand, and what leaves: returns, numbers, stories, charts, a case as PDF."""

from pathlib import Path

import click

from recipients.casework import (
    book,
    charts,
    cosigning,
    kinds,
    manual,
    measures,
    numbers,
    returns,
    stories,
    taxonomy,
    templates,
)
from recipients.cli.caseacts import words
from recipients.cli.caselist import fields, people, warn_quiet
from recipients.cli.common import Setting, command, read_file, warn
from recipients.cli.others import guardian_of
from recipients.errors import GuardianError
from recipients.vault.files import write_new
from recipients.words.cases import faults
from recipients.words.days import day_of, day_text, today
from recipients.words.saved import OUTSIDE
from recipients.words.screen import harmless

_FILE = click.option("--file", type=click.Path(path_type=Path, allow_dash=True), help="The words; - is standard input.")
_OUT = click.option("-o", "to", type=click.Path(path_type=Path), required=True, help="The file to make.")
_SECOND = click.option("--second", required=True, help="The guardian who signs as well.")


@click.command("open")
@click.argument("origin", type=click.Choice(kinds.ORIGINS[:-1]))
@click.argument("mode", type=click.Choice(kinds.MODES))
@click.option("--received", metavar="YYYY-MM-DD", help="When they came, if not today.")
@click.option("--exclude", multiple=True, help="A guardian to whom they do not want it shown.")
@_FILE
@command
def open_(
    setting: Setting, origin: str, mode: str, received: str | None, exclude: tuple[str, ...], file: Path | None
) -> None:
    """Open a case by hand, for somebody who rang, came, or wrote."""
    text, day = words(file), day_of(received) if received else None
    with setting.opened() as vault:
        kept_from = [guardian_of(vault, one) for one in exclude]
        found = manual.enter(vault, origin, mode, text, today(), received=day, exclude=kept_from)
    setting.result(
        fields(found), f"Case {found.number} is open. A person's answer is due by {day_text(found.opened + 7)}."
    )


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@command
def import_(setting: Setting, file: Path) -> None:
    """Take over cases from a CSV file: all of its lines, or none."""
    data = read_file(file)
    with setting.opened() as vault:
        try:
            taken = manual.take_over(vault, manual.read_csv(data, today()), today())
        except manual.RowsError as error:
            for said in faults(error.faults):
                warn(said)
            raise
    setting.result({"numbers": taken}, f"{len(taken)} case(s) taken over.")


@click.command("templates")
@click.option("--language")
@click.argument("name", required=False)
@command
def templates_(setting: Setting, language: str | None, name: str | None) -> None:
    """List the beginnings of replies, or show NAME."""
    with setting.opened() as vault:
        found = [one for one in templates.all_of(vault, language) if name in (None, one.id)]
    if not found:
        raise GuardianError("template")
    lines = [f"{one.language} {one.id}: {harmless(one.title, lines=False)}" for one in found]
    if name is not None:
        lines = [harmless(f"{one.text}\n\nNext, in {one.days} days: {one.next}") for one in found]
    setting.result({"templates": [vars(one) for one in found]}, "\n".join(lines))


@click.command("template")
@click.argument("language")
@click.argument("name")
@click.option("--title", default="")
@click.option("--next", "next_", default="", help="What comes next.")
@click.option("--days", type=int, default=14, show_default=True, help="In how many days.")
@click.option("--remove", is_flag=True, help="Forget your own; the program's comes back.")
@_FILE
@command
def template(
    setting: Setting, language: str, name: str, title: str, next_: str, days: int, remove: bool, file: Path | None
) -> None:
    """Keep a beginning of your own, in any language."""
    with setting.opened() as vault:
        if remove:
            templates.remove(vault, language, name)
        else:
            made = templates.Template(
                language=language, id=name, title=title or name, text=words(file), next=next_, days=days
            )
            templates.save(vault, made)
    setting.result({"language": language, "template": name}, "Kept." if not remove else "Forgotten.")


@click.command()
@command
def lists(setting: Setting) -> None:
    """Show the lists that cases are sorted by: categories, groups, modes, factors."""
    setting.require()
    every = {"categories": taxonomy.CATEGORIES, "groups": taxonomy.GROUPS, "modes": taxonomy.MODES, **measures.FACTORS}
    lines = [
        f"{title}\n" + "\n".join(f"  {name:20}{text}" for name, text in one.items()) for title, one in every.items()
    ]
    setting.result({name: dict(one) for name, one in every.items()}, "\n".join(lines))


@click.command("return")
@click.argument("quarter")
@_OUT
@command
def return_(setting: Setting, quarter: str, to: Path) -> None:
    """Make the quarterly return of QUARTER (like 2026Q1) as CSV, for the collection; not for publishing."""
    with setting.opened() as vault:
        rows, missing = returns.made(vault, quarter, today()), returns.gaps(vault, quarter)
    _save(to, returns.write_csv(quarter, rows))
    for gap in missing:
        warn(f"Case {gap.number} has no {gap.what}: it is counted in the total only.")
    gaps = [{"number": one.number, "missing": one.what} for one in missing]
    setting.result({"rows": [vars(one) for one in rows], "gaps": gaps, "path": str(to)}, f"Made: {to}")


@click.command()
@click.argument("quarter")
@_SECOND
@command
def statistics(setting: Setting, quarter: str, second: str) -> None:
    """Ask a second guardian to sign the public numbers of QUARTER. Small ones are hidden; what is made stays."""
    with setting.opened() as vault:
        digest = numbers.propose(vault, quarter, guardian_of(vault, second), today())
        rows = numbers.freeze(vault, quarter, today())
    text = "\n".join(f"{value:>10}  {name}" for name, value in rows)
    setting.result({"request": digest.hex(), "rows": [list(one) for one in rows]}, f"{text}\nAsked to sign.")


@click.command()
@click.argument("quarter")
@click.option("--case", "cases", multiple=True, required=True, help="A concluded case it is made from; three or more.")
@_SECOND
@_FILE
@command
def story(setting: Setting, quarter: str, cases: tuple[str, ...], second: str, file: Path | None) -> None:
    """Ask a second guardian to sign a learning story: title, what happened, why it made sense, what changed.

    A line `---` stands between the four.
    """
    texts = [one.strip() for one in words(file).split("\n---\n")]
    if len(texts) != 4:
        raise GuardianError("wrong", "story")
    with setting.opened() as vault:
        chosen = [book.find(vault, one) for one in cases]
        digest = stories.propose(vault, quarter, texts, chosen, guardian_of(vault, second), today())
    setting.result({"request": digest.hex()}, "The other guardian is asked with the next syncs.")


@click.command()
@click.argument("request", required=False)
@click.option("--sign", is_flag=True, help="You have read it, and nobody can be made out in it.")
@click.option("--decline", is_flag=True)
@command
def cosign(setting: Setting, request: str | None, sign: bool, decline: bool) -> None:
    """Show what waits for a second signature; read, sign or decline REQUEST."""
    with setting.opened() as vault:
        if request is not None:
            chosen = cosigning.find(vault, request)
            if sign:
                cosigning.sign(vault, chosen.digest, today())
            elif decline:
                cosigning.decline(vault, chosen.digest)
        found = [one for one in cosigning.requests(vault) if request is None or one.digest.hex().startswith(request)]
        names = people(vault)
    rows = [
        {
            "request": one.digest.hex(),
            "what": one.name,
            "with": names.get(one.g),
            "role": one.role,
            "state": one.state,
            "says": {name: value for name, value in one.body.items() if not isinstance(value, bytes)},
        }
        for one in found
    ]
    lines = [f"{one.digest.hex()[:8]} {one.name}, {one.role}, {one.state}" for one in found]
    if request is not None:
        lines += [f"  | {harmless(str(value))}" for one in rows for value in one["says"].values()]  # type: ignore[union-attr]
    setting.result({"requests": rows}, "\n".join(lines) or "Nothing waits for a second signature.")


@click.command()
@click.argument("framework", type=click.Choice(list(measures.FRAMEWORKS)))
@click.argument("quarters", nargs=-1, required=True)
@_OUT
@command
def chart(setting: Setting, framework: str, quarters: tuple[str, ...], to: Path) -> None:
    """Draw trends by factor over QUARTERS as SVG; never by person or ward."""
    with setting.opened() as vault:
        counted = charts.counts(vault, framework, quarters)
    _save(to, charts.trend(counted, measures.FACTORS[framework]).encode("utf-8"))
    setting.result({"path": str(to), "quarters": list(quarters)}, f"Made: {to}")


@click.command()
@click.argument("number")
@_OUT
@command
def pdf(setting: Setting, number: str, to: Path) -> None:
    """Make the file of case NUMBER as PDF."""
    from recipients.casework import paper  # its fonts are half of what a start would cost every other command

    with setting.opened() as vault:
        found = book.find(vault, number)
        warn_quiet(vault, found)
        made = paper.made(vault, found, people(vault), today())
    _save(to, made)
    warn(OUTSIDE)
    setting.result({"number": found.number, "path": str(to)}, f"Made: {to}")


def _save(to: Path, data: bytes) -> None:
    if to.exists() or to.is_symlink():
        raise GuardianError("exists", "file")
    write_new(to, data)


COMMANDS = (
    *(open_, import_, templates_, template, lists),
    *(return_, statistics, story, cosign, chart, pdf),
)
