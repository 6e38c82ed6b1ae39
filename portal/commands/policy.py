"""`candour policy …`: the numbers that everyone goes by, changed by a later signed policy."""

import hashlib
from pathlib import Path

import click

from portal import ceremony
from portal.commands.acts import NO_WAY_BACK, Desk, act, open_desk
from portal.commands.common import plainly
from portal.commands.init import divides

_WHAT = {
    "period": "seconds between collections",
    "board_period": "seconds between publications of replies",
    "board_cells": "reply cells of each guardian in a period",
    "board_dummies": "random cells on top",
    "board_days": "days that replies stay",
    "report_days": "days that sealed reports stay",
    "slot_ms": "mean milliseconds between cells of a visitor",
    "attachment_mb": "largest attachments of a report, in MB",
}


def _maybe_divides(context: click.Context, option: click.Parameter, value: int | None) -> int | None:
    return None if value is None else divides(context, option, value)


@click.group()
def policy() -> None:
    """The policy: periods, the board, how long things are kept."""


@policy.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path(), help="The steward's folder.  [default: .]")
def show(folder: Path) -> None:
    """Show the policy of now."""
    desk = open_desk(folder, None, yes=False)
    with plainly("The folder"):
        numbers, _ = ceremony.policy_of(desk.steward)
    for name, what in _WHAT.items():
        click.echo(f"{_text(numbers[name]):>8}  {what}")
    click.echo(f"SHA-256 of the one-file writer: {_text(numbers['writer'])}")


@policy.command("set")
@click.option("--period", type=int, callback=_maybe_divides, help="Seconds between collections; a divisor of a day.")
@click.option("--board-period", type=int, callback=_maybe_divides, help="Seconds between publications of replies.")
@click.option("--board-cells", type=click.IntRange(1, 64), help="Reply cells of each guardian in a period, 1 to 64.")
@click.option("--board-dummies", type=click.IntRange(0, 256), help="Random cells on top, 0 to 256.")
@click.option("--board-days", type=click.IntRange(1, 60), help="Days that replies stay, 1 to 60.")
@click.option("--report-days", type=click.IntRange(1, 90), help="Days that sealed reports stay, 1 to 90.")
@click.option("--slot-ms", type=click.IntRange(100, 60_000), help="Mean milliseconds between cells of a visitor.")
@click.option("--attachment-mb", type=click.IntRange(0, 250), help="Largest attachments of a report, 0 to 250.")
@click.option(
    "--writer",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The one-file writer, whose SHA-256 the policy then vouches for.",
)
@act
def set_(desk: Desk, writer: Path | None, **numbers: int | None) -> None:
    """Sign a later policy. What is not given stays as it is."""
    before, _ = ceremony.policy_of(desk.steward)
    changes: dict[str, int | bytes] = {name: value for name, value in numbers.items() if value is not None}
    if writer:
        changes["writer"] = hashlib.sha256(writer.read_bytes()).digest()
    changed = {name: value for name, value in changes.items() if value != before[name]}
    lines = [f"{_WHAT.get(name, name)}: {_text(before[name])} -> {_text(value)}" for name, value in changed.items()]
    if _shorter(before, changed):
        lines.append(
            "Shorter periods hide less: fewer visitors share one, so that a report is easier to tie to a visit."
        )
    if changed.keys() & {"report_days", "board_days"}:
        lines.append("What is older than the new number of days is deleted at the next close.")
    desk.confirm(*(lines or ["Nothing is different from the policy of now."]), NO_WAY_BACK)
    path = ceremony.set_policy(desk.steward, changed, desk.secret(), today=desk.today)
    facts = {_WHAT.get(name, "SHA-256 of the one-file writer"): _text(value) for name, value in changed.items()}
    desk.done("A later policy was signed", facts, path)


def _shorter(before: dict[str, int | bytes], changed: dict[str, int | bytes]) -> bool:
    value, old = changed.get("period"), before["period"]
    return isinstance(value, int) and isinstance(old, int) and value < old


def _text(value: int | bytes) -> str:
    return value.hex() or "none" if isinstance(value, bytes) else str(value)
