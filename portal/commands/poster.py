"""`candour poster`: a sheet for the wall, as PDF and PNG, from the steward's folder or on the portal's machine."""

import time
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

from portal.commands.common import no_database, plainly, settings_of, words_of
from portal.paper.poster import Poster, PosterError, draw, is_onion, picture
from portal.paper.wording import WordingError, languages, load
from portal.register import Register
from portal.settings import Settings
from portal.steward import Steward
from portal.store import Store


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="The steward's folder, on the offline machine.")
@click.option("--config", type=click.Path(path_type=Path), help="Or the settings file, on the portal's machine.")
@click.option("--web", help="The name of the ordinary web address, as in speak.example.org.")
@click.option("--onion", help="The onion address.")
@click.option("--telephone", help="Of a guardian, or of whoever puts people through to one.")
@click.option("--language", default="en", show_default=True, help="A language's tag.")
@click.option("--wording", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Words of your own.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("poster"), help="Where to.  [default: ./poster]")
def poster(
    folder: Path | None,
    config: Path | None,
    web: str | None,
    onion: str | None,
    telephone: str | None,
    language: str,
    wording: Path | None,
    out: Path,
) -> None:
    """Make a poster: addresses, QR code, the root key in words, and how to stay safe."""
    if folder:
        with plainly("The folder"):
            steward = Steward.open(folder)
        name, root = steward.name, steward.root
    else:
        settings = settings_of(config)
        name, root = _published(settings)
        web, onion = web or _web(settings), onion or _onion(settings)
    try:
        made = Poster(name=name, words=words_of(root), web=web, onion=onion, telephone=telephone)
        pdf = draw(made, load(language, wording), language)
    except (PosterError, WordingError) as problem:
        raise click.ClickException(str(problem)) from None
    with plainly("The poster"):
        for end, data in (("pdf", pdf), ("png", picture(pdf))):
            path = out.with_name(f"{out.name}-{language}.{end}")
            path.write_bytes(data)
            click.echo(f"Written: {path}")
    if language != "en" and wording is None:
        click.echo("Nobody who grew up with this language has checked our words: ask somebody to read them first.")
    if not telephone:
        click.echo("The site says that a guardian's number is on the poster: give --telephone, or write it on by hand.")
    click.echo("Before you print many: compare the eight words with the sheet of the ceremony, and try the code.")


def _published(settings: Settings) -> tuple[str, bytes]:
    register = Register(lambda: store.statements, time.time)
    try:
        store = Store(settings.data, register.lengths, time.time, settings.database)
    except (DatabaseError, ImportError, OSError) as problem:
        raise click.ClickException(no_database(settings, problem)) from None
    with plainly("The directory"):
        directory = register.published().directory
    store.dispose()
    return directory.name, directory.root


def _onion(settings: Settings) -> str | None:
    return next((name for name in settings.authorities if is_onion(name)), None)


def _web(settings: Settings) -> str | None:
    """The first name that is not of this machine itself."""
    return next((name for name in settings.authorities if ":" not in name and not name.endswith(".onion")), None)


poster.help = f"{poster.help}\n\nLanguages: {', '.join(languages())}."
