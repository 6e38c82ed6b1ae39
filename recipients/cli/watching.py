"""`guardian watch`, and `candour-watch` without a vault: look at a portal as visitors do, and say what differs."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from crypto import codename
from crypto.encoding import b64
from crypto.errors import CandourError
from crypto.words import WORDS
from recipients import watch, watch_own
from recipients.cli.common import Setting, command, warn
from recipients.errors import GuardianError
from recipients.watch_log import Log
from recipients.words import say, watching

_ALARM = 5
_OPTIONS = (
    click.option("--once", is_flag=True, help="Look now and stop; without it, look again and again."),
    click.option("--every", default=21_600.0, show_default=True, help="Mean seconds between looks, at random times."),
    click.option("--visits", default=1, type=click.IntRange(1, 100), help="Visits in each look, on fresh circuits."),
    click.option("--looks", default=0, type=click.IntRange(0), help="Stop after so many looks.  [default: never]"),
    click.option("--accept", is_flag=True, help="Take what is there now for known. Ask your steward first."),
    click.option("--log", "path", type=click.Path(path_type=Path, dir_okay=False), help="The log file."),
    click.option("--socks", metavar="HOST:PORT", help="Tor's proxy, where it is not 127.0.0.1:9050."),
)


def _options(function: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command("watch")
@_options
@command
def watch_(setting: Setting, path: Path | None, socks: str | None, **how: Any) -> None:
    """Look at the portal as a visitor would, at random times, and say what differs from what was signed."""
    with setting.opened() as vault:
        portal = watch_own.portal(vault, socks)
    # The vault is closed again: a watch runs for days, and a sync must not have to wait for it.
    _run(portal, path or watch_own.log_path(setting.vault), as_json=setting.as_json, **how)


@click.command("candour-watch")
@click.argument("address")
@click.argument("key")
@_options
@click.option("--json", "as_json", is_flag=True, help="Print each look as one line of JSON.")
def alone(address: str, key: str, path: Path | None, socks: str | None, as_json: bool, **how: Any) -> None:
    """Look at the portal at ADDRESS as visitors do. KEY: the eight words of the poster, or the root key in hex.

    Needs no vault and no keys. Exit codes: 0 nothing differs, 4 the portal does not answer, 5 looks like an attack.
    """
    try:
        portal = watch.Portal(
            address=address, trusted=lambda *roots: any(_is(key, root) for root in roots), socks=socks
        )
        _run(portal, path or Path("candour-watch.log"), as_json=as_json, **how)
    except (GuardianError, CandourError) as error:
        if as_json:
            click.echo(json.dumps({"error": error.code, "detail": error.detail, "say": say.sentence(error)}))
        else:
            warn(say.sentence(error))
        sys.exit(say.code_of(error))


def _run(
    portal: watch.Portal,
    path: Path,
    *,
    as_json: bool,
    once: bool,
    every: float,
    visits: int,
    looks: int,
    accept: bool,
) -> None:
    worst, done = 0, 0
    with Log(path) as log:
        for wait in watch.waits(every):
            try:
                look = watch.once(portal, log, visits, accept=accept)
            except GuardianError as error:
                if once or error.code != "offline":
                    raise
                warn(say.sentence(error))
            else:
                _tell(look, as_json=as_json)
                worst = _ALARM if look.alarms and not accept else worst
            done += 1
            if once or done == looks:
                break
            time.sleep(wait)
    sys.exit(worst)


def _tell(look: watch.Look, *, as_json: bool) -> None:
    if as_json:
        alarms = [{"code": code, "what": what, "say": watching.TEXTS[code]} for code, what in look.alarms]
        click.echo(json.dumps({**watch.report(look), "alarms": alarms}))
        return
    for kind, about, advice in watching.lines(look):
        click.echo(f"{kind}: {about}\n  {advice}")
    if not look.alarms:
        click.echo(f"Nothing differs ({look.visits} visit(s)). The log's hash is {b64(look.state)}.")


def _is(key: str, root: bytes) -> bool:
    words = key.strip().lower().replace("-", " ").split()
    return key.strip() in (root.hex(), b64(root)) or words == codename.fingerprint(root, WORDS).split()


COMMANDS = (watch_,)


def main() -> None:
    """The stand-alone command; `membership` and the vault are not touched by it."""
    alone()


if __name__ == "__main__":
    main()
