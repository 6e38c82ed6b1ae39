"""`guardian succession give`, `guardian succession take`: one guardian goes, another one comes."""

from pathlib import Path

import click

from recipients.casework import succession
from recipients.cli.common import Setting, command, warn
from recipients.cli.others import guardian_of
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
    if done.excluded:
        warn(f"{_numbers(done.excluded)}: the reporter excluded your successor. Hand them to another guardian instead.")
    if done.waiting:
        warn(f"{_numbers(done.waiting)}: replies of yours have not left yet. Sync, and give again, into another file.")
    fields = {"file": str(output), "given": done.given, "excluded": done.excluded, "waiting": done.waiting}
    text = f"{len(done.given)} case(s) are in {output}. Only your successor can open it. They answer from tomorrow on."
    setting.result(fields, text)


@succession_.command()
@click.argument("file", type=click.Path(path_type=Path))
@command
def take(setting: Setting, file: Path) -> None:
    """Take over the cases in a predecessor's FILE."""
    with setting.opened() as vault:
        new, refused = succession.take(vault, file, today())
    for code in refused:
        warn(f"A part of the file was not taken ({code}). Everything else was.")
    setting.result({"new": new, "refused": refused}, f"{new} new case(s). See them with `guardian list`.")


def _numbers(cases: tuple[int, ...]) -> str:
    return ", ".join(f"#{one}" for one in cases)


COMMANDS = (succession_,)
