"""`guardian succession give`, `guardian succession take`: one guardian goes, another one comes."""

from pathlib import Path

import click

from recipients.casework import succession
from recipients.cli.common import Setting, command, warn
from recipients.cli.others import guardian_of
from recipients.words import handing
from recipients.words.days import today


@click.group("succession")
def succession_() -> None:
    """Hand your cases to the guardian who comes in your place."""


@succession_.command()
@click.option("--to", "to", required=True, help="The successor: name, or the beginning of the g.")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file to make, for them alone.")
@command
def give(setting: Setting, to: str, output: Path) -> None:
    """Hand over every case, and write them into one sealed file for your successor.

    Cases whose reporter excluded your successor stay with you; nobody but another guardian can be asked about them.
    """
    with setting.opened() as vault:
        done = succession.give(vault, guardian_of(vault, to), output, today())
    for said in handing.left(done):
        warn(said)
    fields = {"file": str(output), "given": done.given, "excluded": done.excluded, "waiting": done.waiting}
    setting.result(fields, handing.given(done, str(output)))


@succession_.command()
@click.argument("file", type=click.Path(path_type=Path))
@command
def take(setting: Setting, file: Path) -> None:
    """Take over the cases in a predecessor's FILE."""
    with setting.opened() as vault:
        new, refused = succession.take(vault, file, today())
    for said in handing.refused(refused):
        warn(said)
    setting.result({"new": new, "refused": refused}, f"{new} new case(s). See them with `guardian list`.")


COMMANDS = (succession_,)
