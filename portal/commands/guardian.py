"""`candour guardian …`: who may open reports, decided on the machine that holds the root key."""

import time
from collections.abc import Callable
from pathlib import Path

import click

from crypto import statement
from portal import ceremony
from portal.carrying import read_carried
from portal.ceremony import Person
from portal.commands.acts import NO_WAY_BACK, Desk, act, day_text, open_desk
from portal.commands.common import plainly, printable, refuse_beside_portal, words_of
from portal.steward import NOTICE, ORGANISATION, Steward, read_request

_DAY = 86_400
_DAYS = click.option(
    "--days", default=365, show_default=True, type=click.IntRange(1, 400), help="How long it is valid."
)
_STATES = {"valid": "valid", "begins": "not valid yet", "ended": "ended", "revoked": "revoked"}
_TELEPHONE = "Telephone the guardian. Do they read out the same eight words?"


@click.group()
def guardian() -> None:
    """Guardians: the people who can open reports."""


@guardian.command("list")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(), help="The steward's folder.  [default: .]")
def list_(folder: Path) -> None:
    """Show every guardian that was certified here, with the words of their keys."""
    desk = open_desk(folder, None, yes=False)
    with plainly("The folder"):
        known = ceremony.people(desk.steward, desk.today)
    for person in known:
        _show(person)
    if not known:
        click.echo("No guardian was certified here yet.")


@guardian.command()
@click.argument("request", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--folder", type=click.Path(path_type=Path), default=Path(), help="The steward's folder.  [default: .]")
@_DAYS
@click.option("--first", is_flag=True, help="Before the first publication: valid at once, without seven days' notice.")
@click.option("--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Read it from there, do not ask.")
@click.option("--yes", is_flag=True, help="The fingerprints were compared already; do not ask.")
def add(request: Path, folder: Path, days: int, first: bool, passphrase_file: Path | None, yes: bool) -> None:
    """Check a guardian's REQUEST and sign a certificate for it."""
    refuse_beside_portal(folder)
    desk = open_desk(folder, passphrase_file, yes=yes)
    path = certify(request, folder, days=days, first=first, secret=desk.secret, ask=not yes)
    _certified(desk, "A guardian was certified", path)


def certify(request: Path, folder: Path, *, days: int, first: bool, secret: Callable[[], str], ask: bool) -> Path:
    """Check, show, sign, and say what to carry."""
    with plainly("The request"):
        steward = Steward.open(folder)
        asked = read_request(request.read_bytes(), steward.organisation)
    click.echo(f"{printable(asked.body['name'])}, {printable(asked.body['role'])}")
    click.echo("Fingerprint of this guardian's key:")
    click.echo(f"  {words_of(asked.body['identity'])}")
    if ask:
        click.confirm(_TELEPHONE, abort=True)
    with plainly("The certificate"):
        path = steward.certify(asked, secret(), today=int(time.time()) // _DAY, days=days, first=first)
    if first:
        click.echo(f"Certified. Carry {path.name} and {ORGANISATION} to the portal.")
    else:
        click.echo(f"Certified. Carry {path.name} to the portal.")
        click.echo("It becomes valid seven days from now, so that everybody can see it first.")
    return path


@guardian.command()
@click.argument("who")
@_DAYS
@click.option("--name", help="Their new name, if it has changed.")
@click.option("--role", help="Their new role, if it has changed.")
@act
def renew(desk: Desk, who: str, days: int, name: str | None, role: str | None) -> None:
    """Certify WHO (number or name) for a further time, with the same keys."""
    person = ceremony.find(ceremony.people(desk.steward, desk.today), who)
    _show(person)
    lines = [f"A further certificate begins in {NOTICE} days and holds for {days} days. Their keys stay the same."]
    gap = desk.today + NOTICE - person.until - 1
    if gap > 0:
        lines.append(f"For {gap} days in between nobody can write to them: the one of now ends too soon.")
    desk.confirm(*lines, NO_WAY_BACK)
    path = ceremony.renew(
        desk.steward,
        person,
        desk.secret(),
        today=desk.today,
        days=days,
        name=name or person.newest.name,
        role=role or person.newest.role,
    )
    _certified(desk, "A guardian's certificate was renewed", path)


@guardian.command()
@click.argument("who")
@click.argument("request", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_DAYS
@act
def replace(desk: Desk, who: str, request: Path, days: int) -> None:
    """Certify the successor of WHO (number or name) from the successor's own REQUEST."""
    person = ceremony.find(ceremony.people(desk.steward, desk.today), who)
    asked = read_request(request.read_bytes(), desk.steward.organisation)
    click.echo("Who goes:")
    _show(person)
    click.echo(f"Who comes: {printable(asked.body['name'])}, {printable(asked.body['role'])}")
    click.echo("Fingerprint of the successor's key:")
    click.echo(f"  {words_of(asked.body['identity'])}")
    if not desk.yes:
        click.confirm(_TELEPHONE, abort=True)
    desk.confirm(
        f"The successor's certificate begins in {NOTICE} days. People who wrote to the one who goes can go on with the",
        "successor: their browser then lets the successor take up the thread.",
        "The one who goes keeps their own certificate until it ends, or until you revoke it.",
        NO_WAY_BACK,
    )
    path = ceremony.replace(desk.steward, person, asked, desk.secret(), today=desk.today, days=days)
    _certified(desk, "A successor was certified", path)


@guardian.command()
@click.argument("who")
@click.option("--reason", default="", help="Everybody can read it. Best left empty: it may tell about a person.")
@act
def revoke(desk: Desk, who: str, reason: str) -> None:
    """End all certificates of WHO (number or name) at once."""
    known = ceremony.people(desk.steward, desk.today)
    person = ceremony.find(known, who)
    _show(person)
    lines = [
        "From the publication on nobody can write to them, and their tool can fetch nothing more. What was sealed to",
        "them and not fetched yet can never be read: let them sync first, if you trust them and their machine.",
    ]
    if not [one for one in known if one.g != person.g and one.state == "valid"]:
        lines.append("Nobody will be left to write to. Certify somebody else first, if you can: that takes seven days.")
    if reason:
        lines.append(f"The reason will be public: {printable(reason)}")
    desk.confirm(*lines, NO_WAY_BACK)
    path = ceremony.revoke(desk.steward, person, desk.secret(), today=desk.today, reason=reason)
    desk.done(
        "A guardian was revoked",
        {
            "Guardian": f"{person.newest.name}, {person.newest.role}",
            "Words of the key": words_of(person.newest.identity),
        },
        path,
    )


def _show(person: Person) -> None:
    newest = person.newest
    click.echo(f"{person.number:3}  {printable(newest.name)}, {printable(newest.role)}")
    click.echo(f"     {_STATES[person.state]}; until {day_text(person.until)}")
    click.echo(f"     {words_of(newest.identity)}")


def _certified(desk: Desk, what: str, path: Path) -> None:
    body = statement.read(read_carried(path.read_bytes())[0], "certificate").body
    facts = {
        "Guardian": f"{body['name']}, {body['role']}",
        "Words of the key": words_of(body["identity"]),
        "Valid": f"{day_text(body['from'])} to {day_text(body['until'])}",
    }
    desk.done(what, facts, path)
