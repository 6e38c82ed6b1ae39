"""`candour guardian add REQUEST`: certify a guardian, on the machine that holds the root key."""

import time
from collections.abc import Callable
from pathlib import Path

import click

from portal.commands.common import passphrase, plainly, printable, refuse_beside_portal, words_of
from portal.steward import ORGANISATION, Steward, read_request

_DAY = 86_400


@click.group()
def guardian() -> None:
    """Guardians: the people who can open reports."""


@guardian.command()
@click.argument("request", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--folder", type=click.Path(path_type=Path), default=Path(), help="The steward's folder.  [default: .]")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 400), help="How long it is valid.")
@click.option("--first", is_flag=True, help="Before the first publication: valid at once, without seven days' notice.")
@click.option("--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Read it from there, do not ask.")
@click.option("--yes", is_flag=True, help="The fingerprints were compared already; do not ask.")
def add(request: Path, folder: Path, days: int, first: bool, passphrase_file: Path | None, yes: bool) -> None:
    """Check a guardian's REQUEST and sign a certificate for it."""
    refuse_beside_portal(folder)
    certify(request, folder, days=days, first=first, secret=lambda: passphrase(passphrase_file), ask=not yes)


def certify(request: Path, folder: Path, *, days: int, first: bool, secret: Callable[[], str], ask: bool) -> Path:
    """Check, show, sign, and say what to carry."""
    with plainly("The request"):
        steward = Steward.open(folder)
        asked = read_request(request.read_bytes(), steward.organisation)
    click.echo(f"{printable(asked.body['name'])}, {printable(asked.body['role'])}")
    click.echo("Fingerprint of this guardian's key:")
    click.echo(f"  {words_of(asked.body['identity'])}")
    if ask:
        click.confirm("Telephone the guardian. Do they read out the same eight words?", abort=True)
    with plainly("The certificate"):
        path = steward.certify(asked, secret(), today=int(time.time()) // _DAY, days=days, first=first)
    if first:
        click.echo(f"Certified. Carry {path.name} and {ORGANISATION} to the portal.")
    else:
        click.echo(f"Certified. Carry {path.name} to the portal.")
        click.echo("It becomes valid seven days from now, so that everybody can see it first.")
    return path
