"""`candour backup FOLDER`, `candour restore FILE`: what is published, carried away and brought back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

from portal import backup as backups
from portal.backup import BackupError, Found
from portal.commands.common import no_database, plainly, settings_of
from portal.register import Register
from portal.settings import Settings
from portal.store import Store
from portal.store.access import is_full

_CONFIG = click.option("--config", type=click.Path(path_type=Path), help="The settings file.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--keep", type=click.IntRange(1, 60), default=7, show_default=True, help="Days that a backup is kept.")
@click.option("--check", "only_check", is_flag=True, help="Only read every backup in FOLDER again.")
@_CONFIG
def backup(folder: Path, keep: int, only_check: bool, config: Path | None) -> None:
    """Write a backup of the running portal into FOLDER, read it again, and delete the oldest ones.

    A backup holds sealed reports and the public board and directory: nothing that anyone can read. The period that is
    open now is not in it. Run it each day after the period's end; at most one backup a day is kept.
    """
    with _told():
        if only_check:
            _check_all(folder)
            return
        store, register = _opened(settings_of(config))
        if register.empty():
            raise BackupError("Nothing is published yet, so there is nothing to keep.")
        made = backups.write(store.main, folder, register.policy(), keep=keep, now=time.time())
        store.dispose()
        click.echo(f"{made} is written and was read again: {_says(backups.check(made))}.")
        for old in backups.prune(folder, keep=keep, now=time.time()):
            click.echo(f"{old.name} was deleted: it is {keep} days old.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_CONFIG
def restore(file: Path, config: Path | None) -> None:
    """Fill an empty portal from a backup FILE. What has expired meanwhile stays away."""
    with _told():
        store, _ = _opened(settings_of(config))
        found = backups.restore(file, store.main, now=time.time())
        store.dispose()
        click.echo(f"Restored: {_says(found)}.")
        click.echo(_NEXT)


_NEXT = (
    "Next: ask a guardian who has synced lately for the file of `guardian export-directory`, and give it to\n"
    "`candour publish`, so that the directory is as new as what guardians have seen. Then start the portal. Reports\n"
    "that came after the backup are gone; reporters see that no receipt has come, and can send them again."
)


def _opened(settings: Settings) -> tuple[Store, Register]:
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        register = Register(lambda: store.statements, time.time)
        store = Store(settings.data, register.lengths, time.time, settings.database)
    except (DatabaseError, ImportError, OSError) as problem:
        raise click.ClickException(no_database(settings, problem)) from None
    return store, register


def _check_all(folder: Path) -> None:
    for file in sorted(folder.glob("candour-*.sqlite")):
        click.echo(f"{file.name}: {_says(backups.check(file))}.")


def _says(found: Found) -> str:
    return (
        f"{found.periods} periods with {found.cells} cells and {found.chunks} chunks, {found.board_files} board files, "
        f"{found.statements} statements"
    )


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong, in one sentence."""
    try:
        with plainly("The backup"):
            yield
    except BackupError as problem:
        raise click.ClickException(str(problem)) from None
    except DatabaseError as problem:
        reason = "The disk is full" if is_full(problem) else "The database could not be read"
        raise click.ClickException(f"{reason}. The backups that were there are as they were.") from None
