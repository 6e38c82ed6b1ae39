"""`candour publish FILES`: take in what the root key signed, and build the site, on the portal's machine."""

import time
from collections.abc import Iterable
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

from portal.commands.common import no_database, plainly, settings_of, words_of
from portal.register import BY_FILE, Register
from portal.settings import Settings
from portal.site.content import ContentError
from portal.site.publish import PublishError
from portal.site.publish import publish as build_site
from portal.steward import read_carried
from portal.store import Store


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
@click.option("--content", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Your own wording.")
def publish(files: tuple[Path, ...], config: Path | None, content: Path | None) -> None:
    """Take in statement FILES (or folders of them) from the steward, and build the site."""
    run(settings_of(config), files, content)


def run(settings: Settings, files: Iterable[Path], content: Path | None = None) -> None:
    """Take in, build, and say what there is now."""
    try:
        register = _register(settings)
    except (DatabaseError, ImportError, OSError) as problem:
        raise click.ClickException(no_database(settings, problem)) from None
    with plainly("A statement"):
        statements = [one for file in _flat(files) for one in read_carried(file.read_bytes())]
        new = register.submit(register.arrange(statements), [], BY_FILE)
        directory = register.published().directory
    try:
        sums = build_site(
            out=settings.site,
            organisation_id=directory.organisation,
            root=directory.root,
            name=directory.name,
            content=content,
        )
    except (PublishError, ContentError) as problem:
        raise click.ClickException(f"The site was not built: {problem}") from None
    click.echo(f"{new} new statements, {directory.length} in all; {len(directory.valid_guardians())} guardians today.")
    click.echo(f"The site is in {settings.site} ({len(sums)} files).")
    click.echo("Compare the root key's fingerprint with the one on your posters:")
    click.echo(f"  {words_of(directory.root)}")


def _register(settings: Settings) -> Register:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    register = Register(lambda: store.statements, time.time)
    store = Store(settings.data, register.lengths, time.time, settings.database)
    return register


def _flat(files: Iterable[Path]) -> list[Path]:
    return [found for path in files for found in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
