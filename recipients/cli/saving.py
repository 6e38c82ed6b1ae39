"""`guardian look` and `guardian save`: a file that a reporter sent, as a safe picture, or as it is with a warning."""

from pathlib import Path

import click

from recipients import attachments, cases, membership, sanitise
from recipients.attachments import File
from recipients.cli.common import Setting, command, warn
from recipients.errors import GuardianError
from recipients.words.saved import PICTURE, WARNING, harmless_name
from recipients.words.screen import harmless


@click.command()
@click.argument("thread")
@click.argument("number", type=click.IntRange(min=1))
@click.option(
    "-o", "to", type=click.Path(path_type=Path), help="Where to save it.", show_default="a harmless name in this folder"
)
@command
def save(setting: Setting, thread: str, number: int, to: Path | None) -> None:
    """Save file NUMBER of THREAD, as `guardian read` counts them, outside the vault."""
    with setting.opened() as vault:
        found = cases.find(vault, thread)
        file = _file(attachments.files(vault, found.id), number)
        path = to or Path(harmless_name(found.number, file))
        attachments.save(vault, file.manifest, membership.organisation(vault), path)
    warn(WARNING)
    setting.result({"thread": found.number, **fields(file), "path": str(path)}, f"Saved: {path}")


@click.command()
@click.argument("thread")
@click.argument("number", type=click.IntRange(min=1))
@click.option("-o", "to", type=click.Path(path_type=Path), help="Where the PDF goes.", show_default="this folder")
@click.option("--minutes", type=click.FloatRange(0.1, 120), default=sanitise.MINUTES, show_default=True)
@click.option("--hand-on", is_flag=True, help="Also take away what the PDF says about its making (with mat2).")
@command
def look(setting: Setting, thread: str, number: int, to: Path | None, minutes: float, hand_on: bool) -> None:
    """Make a safe PDF of file NUMBER of THREAD with Dangerzone. The original stays sealed in the vault."""
    with setting.opened() as vault:
        found = cases.find(vault, thread)
        file = _file(attachments.files(vault, found.id), number)
        path = to or Path(f"concern-{found.number}-file-{file.number}.pdf")
        sanitise.picture(vault, file.manifest, membership.organisation(vault), path, minutes=minutes, clean=hand_on)
    warn(PICTURE)
    setting.result({"thread": found.number, **fields(file), "path": str(path), "cleaned": hand_on}, f"Made: {path}")


def fields(file: File) -> dict[str, object]:
    """What is told of a file as JSON; the key that opens it is not."""
    manifest = file.manifest
    whole = file.come == len(manifest.chunks)
    return {"file": file.number, "name": manifest.name, "type": manifest.type, "size": manifest.size, "come": whole}


def line(thread: int, file: File) -> str:
    """What is told of a file to people."""
    manifest = file.manifest
    what = f"File {file.number}, not opened: {harmless(manifest.name, lines=False)}, {manifest.size} bytes."
    if file.come < len(manifest.chunks):
        return f"{what} {file.come} of its {len(manifest.chunks)} pieces have come; sync again in a day or two."
    return f"{what} It stays sealed. `guardian look {thread} {file.number}` makes a safe picture of it."


def _file(files: list[File], number: int) -> File:
    for one in files:
        if one.number == number:
            return one
    raise GuardianError("attachment", "none")


COMMANDS = (look, save)
