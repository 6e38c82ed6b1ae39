"""`candour writer FILE`: make the one-file writer; the same bytes on any machine."""

import hashlib
from pathlib import Path

import click

from portal.commands.common import plainly
from portal.site.content import ContentError
from portal.site.publish import PublishError, build_writer
from portal.steward import Steward, StewardError


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--folder", type=click.Path(path_type=Path), default=Path(), help="The steward's folder.  [default: .]")
@click.option(
    "--content", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Your own wording, as for publish."
)
def writer(out: Path, folder: Path, content: Path | None) -> None:
    """Make the one-file writer of the organisation in the steward's folder, and show its SHA-256."""
    with plainly("The writer"):
        steward = Steward.open(folder)
        made = of_steward(steward, content)
        out.write_bytes(made)
        signed = vouched(steward)
    digest = hashlib.sha256(made).digest()
    click.echo(f"{out}: {len(made)} bytes, SHA-256")
    click.echo(f"  {digest.hex()}")
    if digest == signed:
        click.echo("The policy vouches for it.")
    else:
        click.echo(
            "The policy does NOT vouch for it, so no portal offers it. Sign a policy that does, and publish that."
        )


def of_steward(steward: Steward, content: Path | None) -> bytes:
    """The writer of an organisation. Raises `StewardError`."""
    try:
        return build_writer(organisation_id=steward.organisation, root=steward.root, name=steward.name, content=content)
    except (PublishError, ContentError) as problem:
        raise StewardError(f"The writer was not made: {problem}") from None


def vouched(steward: Steward) -> bytes:
    """The SHA-256 in the policy of now (32 bytes, or empty)."""
    policy = steward.chain().policy
    return policy.writer if policy else b""
