"""`guardian desktop`: the desk in a window. Its packages are an extra, so they are looked for only here."""

import importlib
import sys
from pathlib import Path

import click

_MISSING = "The window needs packages that are not installed. Install them with: pip install 'candour[desktop]'"


@click.command()
@click.option("--vault", type=click.Path(path_type=Path), help="The vault's folder.", show_default="your data folder")
def desktop(vault: Path | None) -> None:
    """Open your desk in a window: read, answer, sync."""
    try:
        app = importlib.import_module("recipients.desktop.app")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("PySide6", "shiboken6"):
            raise
        click.echo(_MISSING, err=True)
        sys.exit(6)
    sys.exit(app.run(vault))


COMMANDS = (desktop,)
