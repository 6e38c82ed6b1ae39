"""`guardian courier-pass`, `courier`, `bundle import`, `bundle export`: a vault on a machine without a network."""

import time
from pathlib import Path

import click

from recipients import cases
from recipients.airgap import desk, passes
from recipients.cli.common import Setting, command, warn
from recipients.cli.showing import progress
from recipients.errors import GuardianError
from recipients.words import say
from recipients.words.days import day_text, now, time_text
from recipients.words.outcome import carried, notices
from recipients.words.screen import harmless


@click.command("courier-pass")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write the pass.")
@click.option("--end", is_flag=True, help="Sync from this machine again. Stop the courier first.")
@command
def courier_pass(setting: Setting, output: Path | None, end: bool) -> None:
    """Make another machine the courier of this vault: it fetches and posts, and can open nothing.

    From then on this vault needs no network: use `guardian bundle import` and `guardian bundle export`.
    """
    if (output is None) != end:
        raise click.UsageError("Give either -o FILE or --end.")
    with setting.opened() as vault:
        if output is None:
            passes.end(vault)
        else:
            passes.issue(vault, output)
    if output is None:
        setting.result({"ended": True}, "This vault syncs by itself again. The old pass works until you are renewed.")
        return
    setting.result(
        {"file": str(output)},
        f"Written to {output}. Carry it to the courier's machine and delete it here. Whoever has it can fetch sealed "
        "pieces and post in your place, but read nothing. There: guardian courier --pass FILE --folder STICK",
    )


@click.command()
@click.option("--pass", "pass_file", type=click.Path(path_type=Path), required=True, help="The pass from your vault.")
@click.option("--folder", type=click.Path(path_type=Path), required=True, help="The stick, or a folder on it.")
@click.option("--state", type=click.Path(path_type=Path), help="What to remember.", show_default="beside the pass")
@click.option("--every", type=click.IntRange(min=1), metavar="MINUTES", help="Stay, and go again so often.")
@command
def courier(setting: Setting, pass_file: Path, folder: Path, state: Path | None, every: int | None) -> None:
    """Fetch for a vault without a network, and post for it. Needs no vault and no passphrase.

    It posts the same number of cells in every period, whether something waits or not: leave it running.
    """
    # Only here: what can open a connection is loaded by those who open one.
    from recipients.airgap import errand
    from recipients.courier import Courier

    held = passes.read(pass_file)
    place = state or pass_file.with_name(f"{pass_file.name}.state")

    def one() -> errand.Trip:
        with Courier(held.portal, held.seed, time.time, socks=held.socks) as line:
            return errand.run(held, place, folder, line)

    if every is None:
        _told(setting, one())
        return
    for outcome in errand.every(every * 60, one):
        if isinstance(outcome, GuardianError):
            warn(f"{time_text(now())}: {say.sentence(outcome)}")
        else:
            _told(setting, outcome)


@click.group()
def bundle() -> None:
    """Take in what a courier brought, and give out what it is to post."""


@bundle.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--keys-are-lost", is_flag=True, help="Go on although day keys are gone: their days are told as lost.")
@command
def import_(setting: Setting, paths: tuple[Path, ...], keys_are_lost: bool) -> None:
    """Take in bundles: files, or the folder of a stick. The same ones again do no harm."""
    with setting.opened() as vault:
        before = {one.id: one.messages for one in cases.threads(vault)}
        with progress(setting) as shown:
            outcome = desk.take_in(vault, paths, lambda: float(now()), shown, give_up=keys_are_lost)
        changed = [one.number for one in cases.threads(vault) if before.get(one.id) != one.messages]
    for notice in notices(outcome):
        warn(notice)
    for said in carried(outcome):
        warn(said)
    fields = {
        "periods": outcome.periods,
        "cells": outcome.cells,
        "found": outcome.found,
        "threads": changed,
        "receipts": outcome.receipts,
        "missing": outcome.missing,
        "put_aside": [list(one) for one in outcome.put_aside],
        "lost": [[day_text(first), day_text(last)] for first, last in outcome.lost],
        "chunks": outcome.chunks,
        "warnings": list(outcome.warnings),
    }
    new = f" New in: {', '.join(f'#{one}' for one in changed)}." if changed else ""
    setting.result(
        fields,
        f"{outcome.periods} new period(s), {outcome.cells} cell(s) tried, {outcome.found} of them for you.{new}\n"
        "Next: read and answer, then `guardian bundle export FOLDER`.",
    )


@bundle.command("export")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@command
def export(setting: Setting, folder: Path) -> None:
    """Write what waits to leave, and your keys, for the courier to post."""
    with setting.opened() as vault:
        path = desk.give_out(vault, folder, lambda: float(now()))
    setting.result(
        {"file": str(path)},
        f"Written to {path}. Take the stick to the courier's machine; it leaves from there, the same number of cells "
        "in every period.",
    )


def _told(setting: Setting, trip: object) -> None:
    from recipients.airgap.errand import Trip

    if not isinstance(trip, Trip):
        raise TypeError("a trip")
    for fault in trip.faults:
        warn(f"Not taken: {harmless(fault, lines=False)}.")
    if not trip.carried:
        warn("The folder is not there, so nothing was carried. Cells were posted all the same.")
    fields = {
        "periods": trip.periods,
        "posted": trip.posted,
        "statements": trip.statements,
        "waiting": trip.waiting,
        "carried": trip.carried,
        "faults": trip.faults,
    }
    posted = "posted" if trip.posted is not None else "posted before"
    setting.result(fields, f"{trip.periods} period(s) fetched; this period's cells were {posted}.")


COMMANDS = (courier_pass, courier, bundle)
