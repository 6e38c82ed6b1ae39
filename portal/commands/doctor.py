"""`candour doctor`: is the portal well? Says what is wrong and what to do; for people, programs and monitoring."""

import json
import os
import sys
import time
from pathlib import Path

import click

from portal.commands.common import plainly, settings_of
from portal.doctor.examine import Case, examine
from portal.doctor.finding import Finding, exit_code, metrics
from portal.settings import Settings

_SHOWN = {"well": "well      ", "skipped": "not looked", "attend": "ATTEND    ", "wrong": "WRONG     "}


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
@click.option("--content", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Your own wording.")
@click.option("--backups", type=click.Path(path_type=Path, file_okay=False), help="The folder where backups are kept.")
@click.option(
    "--address", "addresses", multiple=True, help="A further address to visit, as in https://speak.example.org."
)
@click.option("--inside", is_flag=True, help="Do not visit the onion and web addresses of the settings.")
@click.option("--socks", default="127.0.0.1:9050", show_default=True, help="Where Tor takes connections.")
@click.option(
    "--visits", type=click.IntRange(1, 100), default=1, show_default=True,
    help="How often to ask for the list of guardians: another one for one visitor in ten needs ten.",
)  # fmt: skip
@click.option(
    "--authority", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A certificate authority of your own, if it signed the web certificate (PEM).",
)  # fmt: skip
@click.option(
    "--machine", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path("/"),
    help="Where this machine's files are, if it was started from a rescue system.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@click.option("--metrics", "file", type=click.Path(path_type=Path, dir_okay=False), help="Also write for Prometheus.")
def doctor(config: Path | None, as_json: bool, file: Path | None, inside: bool, **given: object) -> None:
    """Look at this machine and at what visitors get. Run it as the portal's own user.

    Ends with 0 when all is well, 1 when something needs attention, 2 when something is wrong.
    """
    settings = settings_of(config)
    _refuse_others(settings)
    found = examine(Case(settings=settings, now=time.time(), outside=not inside, **given))  # type: ignore[arg-type]
    if file:
        with plainly("The metrics"):
            fresh = file.with_name(f".{file.name}.new")
            fresh.write_text(metrics(found), "utf-8")
            fresh.chmod(0o644)
            fresh.replace(file)
    if as_json:
        click.echo(json.dumps({"findings": [vars(one) for one in found], "exit": exit_code(found)}))
    else:
        _tell(found)
    sys.exit(exit_code(found))


def _refuse_others(settings: Settings) -> None:
    """Another user would leave files of the database that the portal cannot write."""
    if not settings.data.is_dir():
        raise click.ClickException(f"There is no folder {settings.data}. Is this the portal's machine?")
    owner = settings.data.stat().st_uid
    if owner != os.geteuid():
        raise click.ClickException(
            f"{settings.data} belongs to the user with number {owner}. As root, say: candour-doctor NAME."
        )


def _tell(found: list[Finding]) -> None:
    for one in found:
        click.echo(f"{_SHOWN[one.level]}  {one.said}")
        if one.do:
            click.echo(f"            -> {one.do}")
    wrong = sum(one.level == "wrong" for one in found)
    attend = sum(one.level == "attend" for one in found)
    click.echo(f"\n{wrong} wrong, {attend} to attend to." if wrong or attend else "\nAll that was looked at is well.")
