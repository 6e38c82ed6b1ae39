"""`candour init FOLDER`: make an organisation and its root key, on a machine that is offline."""

import time
from pathlib import Path

import click

from portal.commands.acts import open_desk
from portal.commands.common import passphrase, plainly, refuse_beside_portal, words_of
from portal.commands.writer import of_steward
from portal.steward import ORGANISATION, ROOT, Steward

_DAY = 86_400


def divides(_context: click.Context, _option: click.Parameter, value: int) -> int:
    """A length of periods: every day begins with a new one."""
    if value < 1 or _DAY % value:
        raise click.BadParameter("it must divide a day, 86400 seconds, without a rest")
    return value


def _fits(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not 1 <= len(value.encode("utf-8", "surrogatepass")) <= 120:
        raise click.BadParameter("it must have 1 to 120 bytes; a letter with an accent has two or more")
    return value


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", prompt="Name of the organisation", callback=_fits, help="As people know it, up to 120 bytes.")
@click.option(
    "--period",
    default=_DAY,
    callback=divides,
    show_default=True,
    help="Seconds between collections; a divisor of a day.",
)
@click.option(
    "--board-period",
    default=_DAY,
    callback=divides,
    show_default=True,
    help="Seconds between publications of replies.",
)
@click.option(
    "--board-cells",
    default=8,
    type=click.IntRange(1, 64),
    show_default=True,
    help="Reply cells of each guardian in a period, 1 to 64.",
)
@click.option(
    "--board-dummies", default=16, type=click.IntRange(0, 256), show_default=True, help="Random cells on top, 0 to 256."
)
@click.option(
    "--board-days", default=30, type=click.IntRange(1, 60), show_default=True, help="Days that replies stay, 1 to 60."
)
@click.option(
    "--report-days",
    default=30,
    type=click.IntRange(1, 90),
    show_default=True,
    help="Days that sealed reports stay, 1 to 90.",
)
@click.option(
    "--slot-ms",
    default=5_000,
    type=click.IntRange(100, 60000),
    show_default=True,
    help="Mean milliseconds between cells of a visitor.",
)
@click.option(
    "--attachment-mb",
    default=50,
    type=click.IntRange(0, 250),
    show_default=True,
    help="Largest attachments of a report, 0 to 250.",
)
@click.option("--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Read it from there, do not ask.")
@click.option(
    "--content",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Your own wording: the policy vouches for a one-file writer with it.",
)
def init(folder: Path, name: str, passphrase_file: Path | None, content: Path | None, **policy: int) -> None:
    """Make an organisation: its root key, its policy, and the file that carries both to the portal."""
    refuse_beside_portal(folder)
    found(folder, name, policy, passphrase(passphrase_file, new=True), content, record=True)


def found(
    folder: Path, name: str, policy: dict[str, int], secret: str, content: Path | None = None, *, record: bool = False
) -> Steward:
    """Make it and say what there is now."""
    with plainly("The organisation"):
        today = int(time.time()) // _DAY
        steward = Steward.create(folder, name, policy, secret, today, lambda made: of_steward(made, content))
    click.echo(f"The organisation is made, in {folder}")
    if record:
        desk = open_desk(folder, None, yes=True)
        desk.done("The organisation was founded", {}, folder / ORGANISATION)
    click.echo(f"  {ROOT}            its root key, encrypted. Keep it offline, with a copy elsewhere.")
    click.echo(f"  {ORGANISATION}   carry this to the portal, and give it to each guardian.")
    click.echo("\nThe root key's fingerprint; print it on posters, read it out when asked:")
    click.echo(f"  {words_of(steward.root)}\n")
    return steward
