"""`candour serve`: run the portal, in one command."""

import errno
import os
import time
from pathlib import Path

import click
from limits.storage import storage_from_string
from sqlalchemy.exc import DatabaseError

from portal.commands.common import no_database, settings_of
from portal.quiet import say
from portal.register import Register
from portal.server import Server, listen
from portal.settings import Settings
from portal.site_files import Site
from portal.store import Store


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
def serve(config: Path | None) -> None:
    """Run the portal until it is stopped."""
    settings = settings_of(config)
    check(settings)
    try:
        listener = listen(settings)
    except OSError as problem:
        raise click.ClickException(_no_port(settings, problem)) from None
    say(f"listening on http://{settings.host}:{settings.port}; no visit is logged. Stop with Ctrl-C.")
    Server(settings, listener).run()


def check(settings: Settings) -> None:
    """Everything that would keep the portal from working is said before it starts."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(settings.data, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "")
        store = Store(settings.data, lambda: (86_400, 86_400), time.time, settings.database)
    except (DatabaseError, ImportError, OSError) as problem:
        raise click.ClickException(no_database(settings, problem)) from None
    _check_limits(settings)
    empty = Register(lambda: store.statements, time.time).empty()
    store.dispose()
    if empty:
        raise click.ClickException(
            "Nothing is published yet. Run `candour publish` with the files from your steward first."
        )
    if Site(settings.site).document() is None:
        raise click.ClickException(f"There is no site in {settings.site}. Run `candour publish` to build it.")


def _check_limits(settings: Settings) -> None:
    """Counters that several processes share must be there when the first of them starts."""
    if settings.limits.startswith("memory:"):
        return
    try:
        reached = storage_from_string(settings.limits).check()
    except Exception as problem:  # noqa: BLE001 - each kind of storage has errors of its own; all mean the same here
        raise click.ClickException(f"{_NO_LIMITS} ({type(problem).__name__}).") from None
    if not reached:
        raise click.ClickException(f"{_NO_LIMITS}.")


_NO_LIMITS = "The setting limits names a place to count that cannot be reached from here"


def _no_port(settings: Settings, problem: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if problem.errno == errno.EADDRINUSE:
        return f"Another program is using {where}. Stop it, or set another port."
    return f"This machine cannot listen on {where} ({problem.strerror}). Set another host or port."
