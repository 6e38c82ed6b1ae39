"""Working with other guardians: who they are, what goes to them, what they ask, copies, hand-over, second opinions."""

from pathlib import Path
from typing import Any

import click

from recipients import membership
from recipients.casework import asked, book, colleagues, sharing
from recipients.casework import departing as departing_
from recipients.cli.caseacts import entry_of, words
from recipients.cli.caselist import people, warn_quiet
from recipients.cli.common import Setting, command
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words.cases import ASKED, colleague, departure
from recipients.words.days import day_text, now, today
from recipients.words.screen import harmless

_FILE = click.option("--file", type=click.Path(path_type=Path, allow_dash=True), help="The words; - is standard input.")
_TO = click.option("--to", "to", required=True, help="The other guardian: name, or the beginning of the g.")


def guardian_of(vault: Vault, name: str) -> bytes:
    """The guardian (g) whom a person names; `guardian` when none or several fit."""
    found = [
        one.g
        for one in membership.last(vault).valid_guardians()
        if one.name.casefold() == name.strip().casefold() or (len(name) >= 6 and one.g.hex().startswith(name.lower()))
    ]
    if len(found) != 1:
        raise GuardianError("guardian", "none")
    return found[0]


@click.command()
@click.option("--case", "number", help="As one case sees them: who has it, and who must never see it.")
@command
def guardians(setting: Setting, number: str | None) -> None:
    """List the other guardians, for `--to`: role, when they collect, and away until when."""
    with setting.opened() as vault:
        found = colleagues.of(vault, book.find(vault, number) if number is not None else None, today())
    rows = [
        {
            "g": one.g.hex(),
            "name": one.name,
            "role": one.role,
            "with": one.how,
            "excluded": one.excluded,
            "away_until": _day_text(one.away),
            "collects": _day_text(one.collects),
        }
        for one in found
    ]
    text = [f"{one.g.hex()[:8]}  {_named(one)}: {colleague(one, today())}" for one in found]
    setting.result({"guardians": rows}, "\n".join(text) or "There are no other guardians.")


@click.command()
@command
def departing(setting: Setting) -> None:
    """Show what is on its way to other guardians, and by which day it has left."""
    with setting.opened() as vault:
        found, names = departing_.departures(vault, today(), now()), people(vault)
    rows = [{"case": one.case, "to": one.g.hex(), "pieces": one.pieces, "day": _day_text(one.day)} for one in found]
    text = [departure(one, harmless(names.get(one.g, one.g.hex()[:8]), lines=False), today()) for one in found]
    setting.result({"departing": rows}, "\n".join(text) or "Nothing is on its way to other guardians.")


@click.command("asked")
@command
def asked_(setting: Setting) -> None:
    """Show what other guardians ask of you: opinions, agreement, a second signature."""
    with setting.opened() as vault:
        found, names = asked.of_us(vault), people(vault)
    rows = [
        {
            "kind": one.kind,
            "case": one.case.number if one.case is not None else None,
            "entry": one.key.hex(),
            "by": names.get(one.g),
            "day": day_text(one.day),
            "text": one.text,
        }
        for one in found
    ]
    setting.result({"asked": rows}, "\n".join(_asked_lines(found, names)) or "Nobody asks anything of you.")


def _asked_lines(found: list[asked.Asked], names: dict[bytes, str]) -> list[str]:
    lines = []
    for one in found:
        by = harmless(names.get(one.g, one.g.hex()[:8]), lines=False)
        about = f"case {one.case.number}" if one.case is not None else "for all to read"
        how = (
            f"opinion {one.case.number} {one.key.hex()[:8]}"
            if one.kind == "question" and one.case is not None
            else f"approve {one.case.number} {one.key.hex()[:8]}` or `guardian decline"
            if one.case is not None
            else f"cosign {one.key.hex()[:8]}"
        )
        lines += [f"{ASKED[one.kind]}, {about}, by {by}, {day_text(one.day)}: `guardian {how}`"]
        lines += [f"  | {row}" for row in harmless("\n".join((one.text, *one.with_it))).split("\n")]
    return lines


def _day_text(day: int | None) -> str | None:
    return None if day is None else day_text(day)


def _named(one: colleagues.Colleague) -> str:
    return f"{harmless(one.name, lines=False)}, {harmless(one.role, lines=False)}"


def _give(name: str, help_: str, act: Any, said: str) -> Any:
    @click.command(name, help=help_)
    @click.argument("number")
    @_TO
    @command
    def made(setting: Setting, number: str, to: str) -> None:
        with setting.opened() as vault:
            found = book.find(vault, number)
            warn_quiet(vault, found)
            act(vault, found, guardian_of(vault, to), today())
        setting.result({"number": found.number, "case": found.id.hex(), "queued": True}, said)

    return made


copy = _give(
    "copy",
    "Copy all of case NUMBER to a co-guardian; from now on your logs are one.",
    sharing.copy,
    "It leaves with the next syncs, in cells like any others. Private notes stay here.",
)
hand_over = _give(
    "hand-over",
    "Give case NUMBER to another guardian, who answers from tomorrow on.",
    sharing.hand_over,
    "It leaves with the next syncs. From now on you do not answer there; what comes is passed on by itself.",
)
step_back = _give(
    "step-back",
    '"I should not see this": hide case NUMBER here, hand it on, erase it.',
    sharing.step_back,
    "It is hidden from now on, and erased here as soon as the other guardian has it. Keep syncing.",
)


@click.command()
@click.argument("number")
@_TO
@click.option("--about", help="An entry to be shown with the question: an action, a hold.")
@_FILE
@command
def ask(setting: Setting, number: str, to: str, about: str | None, file: Path | None) -> None:
    """Ask another guardian about case NUMBER. They see your words, and the entry you name; nothing else."""
    text = words(file)
    with setting.opened() as vault:
        found = book.find(vault, number)
        warn_quiet(vault, found)
        entry = entry_of(vault, found, about) if about else None
        asked = sharing.ask(vault, found, guardian_of(vault, to), text, today(), about=entry)
    setting.result({"number": found.number, "entry": asked.hex()}, "The question leaves with the next syncs.")


@click.command()
@click.argument("number")
@click.argument("entry")
@_FILE
@command
def opinion(setting: Setting, number: str, entry: str, file: Path | None) -> None:
    """Answer the question ENTRY that another guardian asked in case NUMBER."""
    text = words(file)
    with setting.opened() as vault:
        found = book.find(vault, number)
        sharing.answer(vault, found, entry_of(vault, found, entry), text, today())
    setting.result({"number": found.number}, "Your answer leaves with the next syncs.")


COMMANDS = (guardians, departing, asked_, copy, hand_over, step_back, ask, opinion)
