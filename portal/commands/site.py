"""`candour site describe|sign|webcat`: what is served, written down; signed on the machine with the root key."""

import json
import time
from pathlib import Path
from typing import Any

import click

from crypto import statement
from portal.carrying import carried, read_carried
from portal.commands.common import passphrase, plainly, refuse_beside_portal, settings_of
from portal.commands.publish import described
from portal.commands.writer import vouched as policy_writer
from portal.site import manifest
from portal.site.content import ContentError
from portal.site.publish import PublishError, build
from portal.steward import Steward, StewardError, write

_DAY = 86_400
_CONTENT = click.option(
    "--content", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Your own wording."
)


@click.group()
def site() -> None:
    """The signed site: everybody can check that a portal serves these bytes and no others."""


@site.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
@_CONTENT
def describe(out: Path, config: Path | None, content: Path | None) -> None:
    """Write down what this portal would serve, for the steward to compare; on the portal's machine."""
    out.write_bytes(manifest.write(described(settings_of(config), content)))
    click.echo(f"Carry {out} to the offline machine: candour site sign {out.name}")


@site.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--folder", type=click.Path(path_type=Path), default=Path(), help="The steward's folder.  [default: .]")
@click.option("--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Read it from there, do not ask.")
@_CONTENT
def sign(file: Path | None, folder: Path, passphrase_file: Path | None, content: Path | None) -> None:
    """Build the site here, compare it with FILE from the portal if there is one, and sign it; offline.

    What is signed is what this machine's own release makes. A portal that built something else is found out.
    """
    refuse_beside_portal(folder)
    with plainly("The site"):
        steward = Steward.open(folder)
        ours = _built(steward, content)
        _compare(ours, file)
        today = int(time.time()) // _DAY
        signed = manifest.sign(ours, steward.unlock(passphrase(passphrase_file)), today)
        path = steward.folder / f"site-{today}.json"
        write(path, carried([signed]))
    click.echo(f"Signed: version {ours['version']}, {len(ours['files'])} files. Carry {path.name} to the portal.")


@site.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def webcat(file: Path) -> None:
    """Print the signed site in FILE as a manifest for WEBCAT, to be signed with its own tool."""
    with plainly("The site"):
        (signed,) = (statement.parse(one, "site") for one in read_carried(file.read_bytes()))
    click.echo(json.dumps(manifest.webcat(signed.body), indent=2, sort_keys=True))


def _built(steward: Steward, content: Path | None) -> dict[str, Any]:
    vouched = policy_writer(steward)
    try:
        files = build(
            organisation_id=steward.organisation, root=steward.root, name=steward.name, content=content, writer=vouched
        )
    except (PublishError, ContentError) as problem:
        raise StewardError(f"The site was not built: {problem}") from None
    return manifest.describe(files, steward.organisation)


def _compare(ours: dict[str, Any], file: Path | None) -> None:
    odd = manifest.differences(manifest.read(file.read_bytes()), ours) if file else []
    if odd:
        raise StewardError(
            f"{file} is not what this machine builds. It differs in: {', '.join(odd)}.\nNothing was signed. Either the "
            "release or the wording (--content) is another one, or the portal's machine is not to be trusted."
        )
