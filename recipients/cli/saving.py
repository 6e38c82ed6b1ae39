"""`guardian save`: a file that a reporter sent, out of the vault onto this disk, with a warning and a harmless name."""

from pathlib import Path

import click

from recipients import attachments, cases, membership
from recipients.attachments import File
from recipients.cli.common import Setting, command, warn
from recipients.errors import GuardianError
from recipients.words.saved import WARNING, harmless_name
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
    return f"{what} It stays sealed until you run `guardian save {thread} {file.number}`."


def _file(files: list[File], number: int) -> File:
    for one in files:
        if one.number == number:
            return one
    raise GuardianError("attachment", "none")


COMMANDS = (save,)
