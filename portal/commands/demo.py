"""`candour demo`: an organisation with three guardians on this machine, until Ctrl-C."""

import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import FrameType

import click

from portal.demo.guardians import DemoError
from portal.demo.run import free_port, run


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep it there, to go on with it later."
)
@click.option("--port", type=click.IntRange(1, 65_535), help="On 127.0.0.1.  [default: 8000, or a free one]")
@click.option("--period", default=30, show_default=True, help="Seconds between collections; a divisor of a day.")
def demo(folder: Path | None, port: int | None, period: int) -> None:
    """Run a demonstration: portal, organisation, three guardians."""
    if period < 1 or 86_400 % period:
        raise click.BadParameter("it must divide a day, 86400 seconds, without a rest", param_hint="--period")
    for name in [name for name in os.environ if name.startswith("CANDOUR_")]:
        del os.environ[name]  # settings of a real portal on this machine are not for a demonstration
    signal.signal(signal.SIGTERM, _interrupt)
    place = (folder or Path(tempfile.mkdtemp(prefix="candour-demo-"))).absolute()
    try:
        run(place, port or free_port(8000), period)
    except DemoError as problem:
        raise click.ClickException(str(problem)) from None
    except KeyboardInterrupt:
        click.echo("\nStopped.")
    finally:
        if folder is None:
            shutil.rmtree(place)
            click.echo(f"{place} is removed.")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
