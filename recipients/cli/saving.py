"""`guardian save`: a file that a reporter sent, out of the vault onto this disk, with a warning and a harmless name."""

from pathlib import Path

import click

from recipients import attachments, cases, membership
from recipients.attachments import File
from recipients.cli.common import Setting, command, warn
from recipients.errors import GuardianError
from recipients.words.screen import harmless

# Endings for what browsers of reporters have looked into; anything else gets one that no program opens by itself.
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "text/plain": "txt"}
_WARNING = (
    "This file is now outside the vault: whoever can use this computer can open it, and backups may copy it. "
    "It may hold something harmful, or something that shows who sent it. Open it on a computer without a network, "
    "never on the organisation's own, and do not pass it on. Delete it when you have seen it."
)


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
    warn(_WARNING)
    setting.result({"thread": found.number, **fields(file), "path": str(path)}, f"Saved: {path}")


def harmless_name(thread: int, file: File) -> str:
    """A name that neither a person nor a program made up elsewhere: `concern-3-file-1.jpg`."""
    return f"concern-{thread}-file-{file.number}.{_ENDINGS.get(file.manifest.type, 'bin')}"


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
