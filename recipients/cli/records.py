"""`guardian export-directory`: what this vault has seen of the public list, for a portal that has lost some of it."""

from pathlib import Path

import click

from recipients import membership
from recipients.cli.common import Setting, command
from recipients.vault.files import disk
from recipients.words.days import day_text


@click.command("export-directory")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where to write it.")
@command
def export_directory(setting: Setting, output: Path) -> None:
    """Write the newest public list that you have verified, for a portal restored from an older backup.

    There is nothing secret in it. Your steward gives it to `candour publish`, which checks every signature again.
    """
    with setting.opened() as vault:
        file, seen, day = vault.required("directory", "sync"), membership.last(vault), membership.last_day(vault)
    with disk():
        output.write_bytes(file)
    when = day_text(day) if day is not None else "never"
    setting.result(
        {"file": str(output), "entries": seen.length, "day": when},
        f"Written to {output}: {seen.length} statements, as you saw them on {when}. Give it to your steward. "
        "There is nothing secret in it.",
    )


COMMANDS = (export_directory,)
