"""What several commands need: where the settings are, passphrases, and errors without traces."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crypto import codename
from crypto.errors import CandourError
from crypto.words import WORDS
from portal.settings import Settings, SettingsError, load
from portal.steward import StewardError, beside_a_portal

if TYPE_CHECKING:
    from sqlalchemy.exc import DatabaseError

CONFIG = "candour.toml"
SYSTEM = Path("/etc/candour") / CONFIG


def settings_of(config: Path | None) -> Settings:
    """The settings from --config, CANDOUR_CONFIG, this folder, /etc/candour, or the environment alone."""
    try:
        return load(_config(config), os.environ)
    except SettingsError as problem:
        raise click.ClickException(f"The settings cannot be used. {problem}.\n{_HELP}") from None


def configured() -> Settings | None:
    """The settings of a portal on this machine, if some are here."""
    try:
        return load(_config(None), os.environ)
    except SettingsError:
        return None


def refuse_beside_portal(folder: Path) -> None:
    """The root key must not be used where a portal's database is, or where the settings lead to one elsewhere."""
    settings = configured()
    found = beside_a_portal(folder, settings.data if settings else None)
    if found or (settings and settings.database):
        raise click.ClickException(
            f"There is a portal's database here: {found or 'the one of the setting database'}\n"
            "The organisation's root key must never be on the same machine: whoever takes it could certify a\n"
            "false guardian. "
            "Nothing was done. Run this on a machine that is offline, and carry the files over."
        )


def passphrase(file: Path | None, *, new: bool = False) -> str:
    """A passphrase from the first line of a file, or typed without being shown."""
    if file:
        typed = first_line(file)
    else:
        typed = click.prompt("Passphrase of the root key", hide_input=True, confirmation_prompt=new)
    if new and len(typed) < 12:
        raise click.ClickException("Please take a passphrase of at least 12 characters; five or more words are best.")
    return str(typed)


def first_line(file: Path) -> str:
    """The first line of a text file."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"The passphrase file {file} cannot be read as text. Nothing was done.") from None
    return lines[0] if lines else ""


def words_of(key: bytes) -> str:
    """A key's fingerprint, to be read out."""
    return codename.fingerprint(key, WORDS)


def printable(text: str) -> str:
    """Somebody else's text without what could move the cursor or hide a part of it."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def no_database(settings: Settings, problem: "DatabaseError | ImportError | OSError") -> str:
    """What is said when the database cannot be used. Never the problem's own words: they may hold a password."""
    if isinstance(problem, ImportError):
        return "The setting database needs PostgreSQL's driver. Install Candour as candour[cluster]."
    if isinstance(problem, OSError):
        full = problem.errno == errno.ENOSPC
    else:
        from portal.store.access import is_full  # a steward has no database, and need not wait for what opens one

        full = is_full(problem)
    if settings.database:
        reason = "has no room left" if full else "cannot be reached, or refuses this user, or holds something else"
        return f"The PostgreSQL database of the setting database {reason}. Nothing was changed."
    if full:
        return f"The disk is full: the database in {settings.data} cannot be opened. Make room, then try again."
    return f"The database in {settings.data} cannot be opened and written by this user. Nothing was changed."


@contextmanager
def plainly(what: str) -> Iterator[None]:
    """Errors of files and statements become one sentence; nothing is shown as a trace."""
    try:
        yield
    except CandourError as problem:
        reason = _REASONS.get(problem.code, "")
        raise click.ClickException(f"{what} was refused ({problem.code}). {reason}".strip()) from None
    except StewardError as problem:
        raise click.ClickException(str(problem)) from None
    except OSError as problem:
        raise click.ClickException(f"{what}: {problem.filename or ''} {problem.strerror}.") from None


_HELP = (
    f"Settings are read from the file given with --config, from CANDOUR_CONFIG, from {CONFIG} in this folder or from\n"
    f'{SYSTEM}. The smallest is one line:  data = "/var/lib/candour"'
)
_REASONS = {
    "signature": "It is not signed by whom it should be, or was changed on the way. Ask for it again.",
    "organisation": "It was made for another organisation.",
    "conflict": "It contradicts what is there already.",
    "rollback": "It is older than what is there already, or does not go on from it.",
    "early": "A new guardian needs seven days' notice, and no day may lie in the future. Check this machine's clock.",
    "expired": "It is no longer valid.",
    "revoked": "It was signed with a certificate that was revoked.",
    "type": "It is not of the kind that belongs here.",
    "malformed": "The file is damaged, or not of the kind that belongs here.",
    "limit": "It is larger than is allowed.",
    "missing": "Something that belongs to it is not there.",
    "unknown": "It names somebody or something that the log does not know.",
}


def _config(given: Path | None) -> Path | None:
    if given or os.environ.get("CANDOUR_CONFIG"):
        return given or Path(os.environ["CANDOUR_CONFIG"])
    return next((path for path in (Path(CONFIG), SYSTEM) if path.is_file()), None)
