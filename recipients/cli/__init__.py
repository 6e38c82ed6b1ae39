"""`guardian`: the program with which a guardian reads and answers concerns (see docs/GUARDIANS.md)."""

import click

from recipients.cli import (
    away,
    caseacts,
    caselist,
    desktop,
    keeping,
    others,
    reading,
    records,
    saving,
    setup,
    succeeding,
    together,
    watching,
    work,
)

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT)
@click.version_option(package_name="candour", message="%(prog)s %(version)s")
def main() -> None:
    """Read and answer concerns that were raised with you.

    \b
    First time:   guardian init; guardian install FILE --portal ADDRESS; guardian request -o FILE
    Every day:    guardian sync; guardian list; guardian read 1; guardian reply 1; guardian sync

    Exit codes: 0 done, 2 wrong use, 3 the vault or its disk, 4 the portal or the way to it, 5 looks like an attack,
    6 a step of setting up is missing, 7 what was asked for is not there.
    """


for group in (
    setup,
    work,
    reading,
    saving,
    records,
    caselist,
    caseacts,
    others,
    together,
    away,
    keeping,
    desktop,
    watching,
    succeeding,
):
    for one in group.COMMANDS:
        main.add_command(one)
