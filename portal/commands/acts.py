"""What every act of the root key has in common: where, with what, by whose leave, and what is written down.

Every act is refused beside a portal's database, shows the day and the fingerprints in words, says what cannot be taken
back before it asks, and leaves a record to print and sign.
"""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from portal.commands.common import passphrase, plainly, refuse_beside_portal, words_of
from portal.paper.record import Record, write_record
from portal.steward import Steward

_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One act at the steward's folder."""

    folder: Path
    passphrase_file: Path | None
    yes: bool
    steward: Steward
    today: int

    def secret(self) -> str:
        """The passphrase of the root key."""
        return passphrase(self.passphrase_file)

    def confirm(self, *lines: str) -> None:
        """Say what will be, and go on only with a yes."""
        click.echo(f"Today is {day_text(self.today)} (UTC) by this machine's clock.")
        for line in lines:
            click.echo(line)
        if not self.yes:
            click.confirm("Shall this be signed?", abort=True)

    def done(self, act: str, facts: dict[str, str], *files: Path) -> None:
        """Say what was made, and write the record of it."""
        record = Record(
            organisation=self.steward.name,
            root=words_of(self.steward.root),
            act=act,
            day=day_text(self.today),
            facts=facts,
            files=files,
        )
        with plainly("The record"):
            written = write_record(self.folder, self.today, record)
        for file in files:
            click.echo(f"Carry {file.name} to the portal, and run there:  candour publish {file.name}")
        click.echo(f"The record of it is {written[0].name}: print it, and sign it together with your witness.")


def act(function: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the folder, the passphrase file and --yes, and opens the folder for it."""

    @click.option(
        "--folder", type=click.Path(path_type=Path), default=Path(), help="The steward's folder.  [default: .]"
    )
    @click.option(
        "--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Read it from there, do not ask."
    )
    @click.option("--yes", is_flag=True, help="Everything was checked already; do not ask.")
    @functools.wraps(function)
    def wrapped(folder: Path, passphrase_file: Path | None, yes: bool, **options: Any) -> None:
        refuse_beside_portal(folder)
        desk = open_desk(folder, passphrase_file, yes=yes)
        with plainly("What would be signed"):
            function(desk, **options)

    return wrapped


def open_desk(folder: Path, passphrase_file: Path | None, *, yes: bool) -> Desk:
    """The folder, once its newest act is not later than the clock: old laptops forget the time."""
    today = int(time.time()) // _DAY
    with plainly("The folder"):
        steward = Steward.open(folder)
        last = steward.last_day()
    if last > today + 1:
        raise click.ClickException(
            f"This machine's clock says {day_text(today)}, but something was signed here on {day_text(last)} already.\n"
            "Set the clock (in UTC), then try again. Nothing was signed."
        )
    return Desk(folder=folder, passphrase_file=passphrase_file, yes=yes, steward=steward, today=today)


def day_text(day: int) -> str:
    """A day as people write it down, like 22 November 2026."""
    moment = time.gmtime(day * _DAY)
    return f"{moment.tm_mday} {time.strftime('%B %Y', moment)}"


NO_WAY_BACK = "Once it is published it cannot be taken back."
