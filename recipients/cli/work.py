"""`guardian sync`, `status`, `outgoing`, `calendar`."""

import click
from rich.table import Table

from crypto import board, codename
from crypto.encoding import b64
from crypto.words import WORDS
from recipients import cases, keys, membership, outgoing, publishing
from recipients.cli.common import Setting, command, console, warn
from recipients.cli.showing import progress
from recipients.errors import GuardianError
from recipients.session import Outcome
from recipients.vault import Vault
from recipients.words import certificate
from recipients.words.days import day_of, day_text, now, time_text, today
from recipients.words.outcome import notices
from recipients.words.screen import harmless

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@click.command()
@click.option(
    "--keys-are-lost", is_flag=True, help="Go on although day keys are gone: their days are published as lost."
)
@command
def sync(setting: Setting, keys_are_lost: bool) -> None:
    """Fetch and open what came, send what waits, publish your keys."""
    # Only here: what can open a connection is loaded by those who open one.
    from recipients import sync as syncing
    from recipients.courier import Courier

    with setting.opened() as vault:
        before = {one.id: one.messages for one in cases.threads(vault)}
        address, socks = membership.portal(vault)
        person = keys.load(vault)
        with Courier(address, person.courier_seed, _clock, socks=socks) as courier, progress(setting) as shown:
            outcome = syncing.sync(vault, courier, _clock, shown, give_up=keys_are_lost)
        threads = cases.threads(vault)
        changed = [one for one in threads if before.get(one.id) != one.messages]
        waiting = len(outgoing.waiting(vault, today()))
    for notice in notices(outcome):
        warn(notice)
    fields = {
        "periods": outcome.periods,
        "cells": outcome.cells,
        "found": outcome.found,
        "chunks": outcome.chunks,
        "chunks_fault": outcome.chunks_fault,
        "threads": [one.number for one in changed],
        "receipts": outcome.receipts,
        "waiting_cells": waiting,
        "posted": outcome.posted,
        "lost": [[day_text(first), day_text(last)] for first, last in outcome.lost],
        "new_certificates": [b64(one.entry_hash) for one in outcome.certificates],
        "warnings": list(outcome.warnings),
        "copied": outcome.copied,
        "refused": dict(outcome.refused),
    }
    setting.result(fields, _summary(outcome, changed, waiting))


@click.command()
@command
def status(setting: Setting) -> None:
    """Show who you are here, and what is due."""
    with setting.opened() as vault:
        fields = _status(vault)
    lines = [f"{name.replace('_', ' '):22}{harmless(str(value), lines=False)}" for name, value in fields.items()]
    setting.result(fields, "\n".join(lines))


@click.command("outgoing")
@command
def outgoing_(setting: Setting) -> None:
    """Show what waits to leave, and when it will."""
    with setting.opened() as vault:
        policy = membership.last(vault).policy
        numbers = dict(vault.database.rows("SELECT id, number FROM thread"))
        items = outgoing.waiting(vault, today())
        rows = []
        for number in dict.fromkeys(item.outgoing for item in items):
            mine = [item for item in items if item.outgoing == number]
            when = outgoing.leaves(vault, number, policy.board_cells, policy.board_period, now())
            rows.append((number, mine[0], len(mine), when))
    fields = [
        {
            "number": number,
            "thread": numbers[item.thread],
            "kind": "reply" if item.kind == board.REPLY else "receipt",
            "cells": cells,
            "repeat": item.turn > 0,
            "readable_from": when,
        }
        for number, item, cells, when in rows
    ]
    if setting.as_json or not rows:
        setting.result({"outgoing": fields}, "Nothing waits to leave.")
        return
    table = Table("Concern", "What", "Cells left", "Can be read from, if you sync in time")
    for one in fields:
        what = f"{one['kind']}{' (again)' if one['repeat'] else ''}"
        moment = one["readable_from"]
        table.add_row(str(one["thread"]), what, str(one["cells"]), time_text(moment) if isinstance(moment, int) else "")
    console().print(table)


@click.command()
@click.option("--weekdays", metavar="MON,THU", help="The weekdays on which you collect.")
@click.option(
    "--away", metavar="FROM..UNTIL", multiple=True, help="Days away, like 2026-08-01..2026-08-14; may be repeated."
)
@command
def calendar(setting: Setting, weekdays: str | None, away: tuple[str, ...]) -> None:
    """Show or sign when you collect. It is public: an empty inbox tells people when you will look."""
    with setting.opened() as vault:
        current = publishing.calendar(vault) or ((0, 1, 2, 3, 4), ())
        if weekdays is not None or away:
            days = _weekdays(weekdays) if weekdays is not None else current[0]
            spans = tuple(_span(one) for one in away) if away else current[1]
            organisation = membership.organisation(vault)
            publishing.set_calendar(vault, keys.load(vault), organisation, today(), days, spans)
            current = (days, spans)
    named = [_DAYS[one] for one in current[0]]
    spans_text = [f"{day_text(first)}..{day_text(last)}" for first, last in current[1]]
    text = f"You collect on {', '.join(named) or 'no day'}; away: {', '.join(spans_text) or 'never'}."
    setting.result({"weekdays": named, "away": spans_text}, f"{text} A change is published with the next sync.")


def _clock() -> float:
    return float(now())


def _summary(outcome: Outcome, changed: list[cases.Thread], waiting: int) -> str:
    lines = [f"{outcome.periods} new period(s), {outcome.cells} cell(s) tried, {outcome.found} of them for you."]
    if changed:
        lines.append(
            "New in: " + ", ".join(f"#{one.number}" for one in changed) + ". Read with `guardian read NUMBER`."
        )
    for one in changed:
        if one.partial:
            lines.append(f"#{one.number} is not complete yet. You can answer it all the same.")
    lines.append(
        "This period's cells had been posted before." if outcome.already else "This period's cells have been posted."
    )
    if outcome.chunks:
        lines.append(f"{outcome.chunks} sealed piece(s) of files were fetched, for whomever they are.")
    if waiting:
        lines.append(f"{waiting} cell(s) wait for a later period: see `guardian outgoing`.")
    return "\n".join(lines)


def _status(vault: Vault) -> dict[str, object]:
    person = keys.load(vault)
    threads = cases.threads(vault)
    day = membership.last_day(vault)
    held = vault.epochs.secrets if vault.epochs else ()
    epochs = [one.first for one in held if one.kind == "epoch"]
    fields: dict[str, object] = {
        "name": person.name,
        "role": person.role,
        "g": b64(person.g),
        "fingerprint": codename.fingerprint(person.identity, WORDS),
        "portal": membership.portal(vault)[0] if vault.setting("portal") else "not installed",
        "certificate": certificate.held(vault, today()).text,
        "last_sync": day_text(day) if day is not None else "never",
        "day_keys": f"{day_text(min(epochs))} to {day_text(max(epochs))}" if epochs else "none",
        "concerns": len(threads),
        "unread": sum(one.unread for one in threads),
        "answer_due": [one.number for one in threads if one.answer_due],
        "waiting_cells": len(outgoing.waiting(vault, today())),
    }
    if vault.epochs is None:
        fields["day_keys"] = f"file {vault.trouble}"
    return fields


def _weekdays(text: str) -> tuple[int, ...]:
    names = [one.strip().lower()[:3] for one in text.split(",") if one.strip()]
    if any(one not in _DAYS for one in names):
        raise GuardianError("wrong", "weekday")
    return tuple(sorted({_DAYS.index(one) for one in names}))


def _span(text: str) -> tuple[int, int]:
    first, _, last = text.partition("..")
    span = day_of(first), day_of(last or first)
    if span[1] < span[0]:
        raise GuardianError("date", "order")
    return span


COMMANDS = (sync, status, outgoing_, calendar)
