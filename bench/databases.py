"""Cells a second accepted durably: SQLite, PostgreSQL with one portal process, and with two; start-up and memory.

All three portals run at once and are asked in turn, by the same clients on the same cores. What counts is the ratio.
"""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench._measure import machine, share, spread
from bench.accept import LONG, ROUNDS, SETTINGS, rate
from tests.adversary.target import Target, target
from tests.harness.postgres import postgres
from tests.harness.redis import redis_server


def resident(target: Target) -> float:
    """MiB of the portal's processes together."""
    group = target.portal.pid
    sizes = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        fields = _read(status).rpartition(")")[2].split()
        if len(fields) > 2 and int(fields[2]) == group:
            text = _read(status.with_name("status"))
            sizes += [int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS:")]
    return sum(sizes) / 1024


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # it ended meanwhile


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="candour-bench-")))
        database, counting = stack.enter_context(postgres()), stack.enter_context(redis_server())
        cluster = f'limits = "{counting}"\n'
        variants = {
            "SQLite, one process": SETTINGS,
            "PostgreSQL, one process": SETTINGS + cluster + f'database = "{database.database()}"\n',
            "PostgreSQL, two processes": SETTINGS + cluster + f'database = "{database.database()}"\nworkers = 2\n',
        }
        portals, started = {}, {}
        for number, (name, settings) in enumerate(variants.items()):
            began = time.monotonic()
            place = folder / str(number)
            place.mkdir()
            portals[name] = stack.enter_context(target(place, policy=LONG, settings=settings))
            started[name] = time.monotonic() - began
        idle = {name: resident(portal) for name, portal in portals.items()}
        rates = [{name: rate(portal.port)[0] for name, portal in portals.items()} for _ in range(ROUNDS)]
        busy = {name: resident(portal) for name, portal in portals.items()}
    first = next(iter(variants))
    print(f"Cells accepted by database ({machine()}; servers and clients on the same cores)")
    for name in variants:
        print(f"  {name + ':':28s}{spread([each[name] for each in rates])} a second")
        print(f"  {'':28s}{share([each[name] / each[first] for each in rates])} of SQLite")
        print(
            f"  {'':28s}publish and start {started[name]:.1f} s; {idle[name]:.0f} MiB idle, {busy[name]:.0f} MiB after"
        )


if __name__ == "__main__":
    main()
