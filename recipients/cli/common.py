"""What every command shares: where the vault is, how the passphrase comes, and how results and errors are shown."""

import functools
import json
import stat
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from crypto.errors import CandourError
from recipients.errors import GuardianError
from recipients.vault import Vault, default_vault, open_vault
from recipients.words import say
from recipients.words.screen import harmless

_LIMIT = 1_024
_UNEXPECTED = (
    "Something went wrong that should not have ({}). What was stored before is safe. Try again; if it stays, please "
    "report these words to the makers of this program."
)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How this command was called."""

    vault: Path
    passphrase_file: Path | None
    as_json: bool

    def result(self, fields: Mapping[str, object], text: str) -> None:
        """Prints the result: the fields as JSON, or the text for people."""
        if self.as_json:
            click.echo(json.dumps(dict(fields), ensure_ascii=True))
        else:
            click.echo(text)

    def passphrase(self, *, new: bool = False) -> str:
        """The passphrase, from the file or asked for; never from arguments or the environment, which others can see."""
        if self.passphrase_file is not None:
            return _read_passphrase(self.passphrase_file)
        label = "New passphrase (at least 12 characters)" if new else "Passphrase"
        return str(click.prompt(label, hide_input=True, confirmation_prompt=new, err=True))

    def require(self) -> None:
        """Raises `absent` before a passphrase is asked for in vain."""
        if not self.vault.is_dir():
            raise GuardianError("absent")

    @contextmanager
    def opened(self) -> Iterator[Vault]:
        """The open vault."""
        self.require()
        with open_vault(self.vault, self.passphrase()) as vault:
            yield vault


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that all have, and turns errors into sentences and exit codes."""

    @click.option(
        "--vault", type=click.Path(path_type=Path), help="The vault's folder.", show_default="your data folder"
    )
    @click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path),
        help="Read the passphrase from the first line of this file, for use without a person.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print the result as one line of JSON.")
    @functools.wraps(function)
    def wrapped(vault: Path | None, passphrase_file: Path | None, as_json: bool, **options: Any) -> None:
        setting = Setting(vault=vault or default_vault(), passphrase_file=passphrase_file, as_json=as_json)
        try:
            function(setting, **options)
        except (GuardianError, CandourError) as error:
            _fail(setting, error)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except Exception as error:
            said = _UNEXPECTED.format(_place(error))
            if as_json:
                click.echo(json.dumps({"error": "unexpected", "detail": _place(error), "say": said}))
            else:
                warn(said)
            raise SystemExit(1) from error

    return wrapped


def read_file(path: Path) -> bytes:
    """A file that a person named."""
    try:
        return path.read_bytes()
    except OSError:
        raise GuardianError("file", "unreadable") from None


def console() -> Console:
    """For tables; nothing in a text is markup, and no style is guessed from it."""
    return Console(markup=False, emoji=False, highlight=False)


def warn(text: str) -> None:
    """Says something beside the result."""
    click.echo(harmless(text), err=True)


def _place(error: Exception) -> str:
    """Class and line of a fault, without its message, which may hold what people wrote."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def _fail(setting: Setting, error: GuardianError | CandourError) -> NoReturn:
    if setting.as_json:
        click.echo(json.dumps({"error": error.code, "detail": error.detail, "say": say.sentence(error)}))
    else:
        click.echo(say.sentence(error), err=True)
    sys.exit(say.code_of(error))


def _read_passphrase(path: Path) -> str:
    data = read_file(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        warn(f"Others on this computer can read {path}. Please run: chmod 600 {path}")
    try:
        text = data[:_LIMIT].decode("utf-8")
    except UnicodeDecodeError:
        raise GuardianError("file", "unreadable") from None
    return text.splitlines()[0] if text else ""
