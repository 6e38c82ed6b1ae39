"""`candour publish FILES`: take in what the root key signed, and build the site, on the portal's machine."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from crypto import statement
from crypto.encoding import dump
from crypto.errors import CandourError
from crypto.guardians import Directory
from crypto.statement import Envelope
from portal.carrying import read_carried
from portal.commands.common import no_database, plainly, settings_of, words_of
from portal.recovery import is_directory
from portal.register import BY_FILE, Register
from portal.settings import Settings
from portal.site import manifest, one_file, webcat
from portal.site.content import ContentError
from portal.site.publish import PublishError, build, install
from portal.site.webcat import WebcatError
from portal.site_files import MANIFEST, WEBCAT
from portal.store import Store

_DAY = 86_400


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
@click.option("--content", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Your own wording.")
@click.option("--unsigned", is_flag=True, help="Serve the new site although the root key has not signed it.")
def publish(files: tuple[Path, ...], config: Path | None, content: Path | None, unsigned: bool) -> None:
    """Take in statement FILES (or folders of them) from the steward, and build the site.

    A portal that was restored from a backup also takes what `guardian export-directory` writes.
    """
    run(settings_of(config), files, content, unsigned=unsigned)


def run(settings: Settings, files: Iterable[Path], content: Path | None = None, *, unsigned: bool = False) -> None:
    """Take in, build, and say what there is now."""
    try:
        register = _register(settings)
    except (DatabaseError, ImportError, OSError) as problem:
        raise click.ClickException(no_database(settings, problem)) from None
    with plainly("A statement"):
        with _said():
            extra, others = webcat.sorted_out(_flat(files))
        data = [file.read_bytes() for file in others]
        # What guardians have seen comes first: a portal brought back from a backup must go on from there.
        new = sum(register.recover(one) for one in data if is_directory(one))
        carried = [one for file in data if not is_directory(file) for one in read_carried(file)]
        sites = [one for one in carried if statement.read(one).name == "site"]
        statements = [one for one in carried if one not in sites]
        new += register.submit(register.arrange(statements), [], BY_FILE)
        directory = register.published().directory
        given = [manifest.check(one, directory.organisation, directory.root, register.today()) for one in sites]
    built = build_for(directory, content)
    click.echo(f"{new} new statements, {directory.length} in all; {len(directory.valid_guardians())} guardians today.")
    if f"assets/{one_file.NAME}" not in built:
        click.echo(
            "The one-file writer is NOT OFFERED: the policy does not vouch for the one that is built now.\n"
            "Make it on the offline machine with the same release and wording (`candour writer`), and sign\n"
            "that (`candour policy set --writer`)."
        )
    _Site(settings, directory, built, extra).put(given, register.today(), unsigned=unsigned)
    click.echo("Compare the root key's fingerprint with the one on your posters:")
    click.echo(f"  {words_of(directory.root)}")


def described(settings: Settings, content: Path | None) -> dict[str, Any]:
    """What this portal would serve, built anew and not installed."""
    with plainly("The directory"):
        directory = _register(settings).published().directory
    return manifest.describe(build_for(directory, content), directory.organisation)


@dataclass(frozen=True)
class _Site:
    """A site that was built, and where it may go."""

    settings: Settings
    directory: Directory
    built: dict[str, bytes]
    webcat: dict[str, bytes]

    def put(self, given: list[Envelope], today: int, *, unsigned: bool) -> None:
        """Serve it, unless the root key has signed another."""
        installed = self._installed(today)
        newest = max(given, key=lambda one: int(one.body["day"]), default=installed)
        if newest and installed and newest.body["day"] < installed.body["day"]:
            raise click.ClickException("This signed site is older than the one that is served. Nothing was changed.")
        odd = self._odd(newest)
        with _said():
            webcat.check(self.webcat, self._described())
        if not odd:
            self._install(newest)
        elif given:
            raise click.ClickException(
                f"The signed site is not the one that this machine builds. It differs in: {', '.join(odd)}.\n"
                "The site was left as it is. Use the same release and wording here and on the offline machine."
            )
        elif unsigned:
            self._install(None)
        else:
            click.echo(
                f"The site was LEFT AS IT IS: what is built now differs from what the root key signed "
                f"({', '.join(odd)}).\nSign it on the offline machine (`candour site sign`), carry the file here and "
                "publish it."
            )

    def _install(self, signed: Envelope | None) -> None:
        install(self.settings.site, self.built, dump(signed.object) if signed else None, self._for_webcat())
        click.echo(f"The site is in {self.settings.site} ({len(self.built)} files).")
        if signed is None:
            click.echo(
                "It is not signed: nobody can check it yet. Run `candour site sign` on the offline machine, carry the "
                "file here and publish it."
            )

    def _odd(self, signed: Envelope | None) -> list[str]:
        if signed is None:
            return []
        return manifest.differences(signed.body, self._described())

    def _described(self) -> dict[str, Any]:
        return manifest.describe(self.built, self.directory.organisation)

    def _for_webcat(self) -> dict[str, bytes]:
        """What was carried over; else what is served now, while it is for the site that is built."""
        folder = self.settings.site / "webcat"
        kept = self.webcat or {name: (folder / name).read_bytes() for name in WEBCAT if (folder / name).exists()}
        try:
            webcat.check(kept, self._described())
        except WebcatError as problem:
            click.echo(f"The files for WEBCAT are NO LONGER SERVED. {problem}")
            return {}
        return kept

    def _installed(self, today: int) -> Envelope | None:
        """The signed site that is served now; one that a former root key signed counts too."""
        try:
            data = (self.settings.site / MANIFEST).read_bytes()
            signed = statement.read(data, "site")
            return manifest.check(data, self.directory.organisation, signed.signers[0], today)
        except FileNotFoundError:
            return None
        except CandourError:
            raise click.ClickException(
                f"{self.settings.site / MANIFEST} is damaged. Publish again with the signed site from your steward, "
                "after you have removed this file."
            ) from None


def build_for(directory: Directory, content: Path | None) -> dict[str, bytes]:
    """The files of the site that belongs to this directory, not written anywhere."""
    try:
        return build(
            organisation_id=directory.organisation,
            root=directory.root,
            name=directory.name,
            content=content,
            writer=directory.policy.writer,
        )
    except (PublishError, ContentError) as problem:
        raise click.ClickException(f"The site was not built: {problem}") from None


@contextmanager
def _said() -> Iterator[None]:
    """What is wrong with the files for WEBCAT stops the command, before anything is changed."""
    try:
        yield
    except WebcatError as problem:
        raise click.ClickException(f"{problem}\nThe site was left as it is.") from None


def _register(settings: Settings) -> Register:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    register = Register(lambda: store.statements, time.time)
    store = Store(settings.data, register.lengths, time.time, settings.database)
    return register


def _flat(files: Iterable[Path]) -> list[Path]:
    return [found for path in files for found in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
