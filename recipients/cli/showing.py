"""How far a sync or an import is, on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from recipients.cli.common import Setting
from recipients.session import Progress as Shown

_STAGES = {"download": "Fetching", "open": "Opening", "post": "Posting", "files": "Files"}


@contextmanager
def progress(setting: Setting) -> Iterator[Shown]:
    """How far it is, on a terminal; nothing elsewhere."""
    shown = Console(stderr=True)
    if setting.as_json or not shown.is_terminal:
        yield lambda _stage, _done, _total: None
        return
    columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=shown, transient=True) as bars:
        tasks = {stage: bars.add_task(text, total=None, visible=False) for stage, text in _STAGES.items()}

        def on_progress(stage: str, done: int, total: int) -> None:
            bars.update(tasks[stage], completed=done, total=total, visible=True)

        yield on_progress
