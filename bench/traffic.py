"""Can an observer of the wire tell a report from any other visit? 300 visits of each of four kinds: `make traffic`.

    python bench/traffic.py [--visits 300] [--sabotaged 60] [--at-once 10] [--keep FILE]
    python bench/traffic.py --kinds report "empty inbox" --sabotaged 0
    python bench/traffic.py --jitless --slot-ms 2000 --seconds 110 --visits 40 --sabotaged 0
    python bench/traffic.py --judge FILE

Takes an hour or more on two cores. It is the run behind the promise: each upper bound must be at most 0.60, and each
of three sabotaged senders must be told apart at 0.90 or more; else it ends with 1. `--kinds` is for judging a pair
again, `--visits 0` for the sabotages alone. `--keep` writes every visit's features to a file, which `--judge` reads
again. What is captured, and how, stands in tests/adversary/traffic.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench._measure import machine
from tests.adversary.traffic.builds import SABOTAGES, install, released, sabotaged
from tests.adversary.traffic.capture import Plan, Visit, capture, needed
from tests.adversary.traffic.features import features
from tests.adversary.traffic.judge import Verdict, against_the_rest, in_pairs, judge
from tests.adversary.traffic.people import KINDS
from tests.adversary.traffic.place import Place, hospital

PROMISED = 0.60
TOLD_APART = 0.90
MOST = 0.75  # of the reports must have left
RELEASED = "as released"
BATCH = 25  # visits of each kind, after which a long run writes down what it has

Row = dict[str, Any]


def main() -> int:
    """Capture, judge, print; 1 if a promise is not kept."""
    given = _arguments()
    rows = _kept(given.judge) if given.judge else _captured(given)
    print(f"\n{machine()}; {len(rows)} visits, {len(rows[0]['features'])} features\n")
    captured = {row["build"] for row in rows}
    for build in [one for one in (RELEASED, *SABOTAGES) if one not in captured]:
        print(f"NOT CAPTURED: {build}; nothing is shown of it")
    broken = [*_too_few_left(rows), *map(str, _judge_release(rows)), *map(str, _judge_sabotages(rows))]
    for sentence in broken:
        print(f"NOT AS PROMISED: {sentence}")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Long run of the traffic test")
    parser.add_argument("--visits", type=int, default=300, help="of each kind, to the released build")
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS), help="of visits to the release")
    parser.add_argument("--sabotaged", type=int, default=60, help="reports and readings, to each sabotaged build")
    parser.add_argument("--at-once", type=int, default=Plan.at_once)
    parser.add_argument("--slot-ms", type=int, default=400)
    parser.add_argument("--jitless", action="store_true", help="compile nothing: needs longer slots, and --seconds")
    parser.add_argument("--seconds", type=float, help="length of a visit; measured if not given")
    parser.add_argument("--keep", type=Path, help="write features here, one visit a line")
    parser.add_argument("--judge", type=Path, help="judge what an earlier run has kept")
    given = parser.parse_args()
    if len(set(given.kinds)) < 2 or not (given.visits or given.sabotaged):
        parser.error("nothing would be compared: name two kinds or more, and some visits")
    if given.jitless and not given.seconds:
        parser.error("say with --seconds how long a visit is: only compiled ones are measured beforehand")
    return given


def _kept(file: Path) -> list[Row]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _captured(given: argparse.Namespace) -> list[Row]:
    """All builds, one after another, at one portal."""
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory(prefix="candour-traffic-") as folder,
        hospital(Path(folder), given.slot_ms) as place,
    ):
        given.seconds = given.seconds or needed(place, given.at_once)
        print(f"each visit lasts {given.seconds:.1f} s, with slots of {given.slot_ms} ms", flush=True)
        for size in _batches(given.visits):
            plan = _plan(given, size, given.kinds)
            _note(given.keep, rows, RELEASED, capture(place, plan))
        for name in SABOTAGES if given.sabotaged else ():
            _note(given.keep, rows, name, _at_sabotaged(place, name, given))
    return rows


def _plan(given: argparse.Namespace, visits: int, kinds: Sequence[str]) -> Plan:
    return Plan(visits=visits, kinds=kinds, seconds=given.seconds, at_once=given.at_once, jitless=given.jitless)


def _batches(visits: int) -> Iterable[int]:
    return [min(BATCH, visits - done) for done in range(0, visits, BATCH)]


def _at_sabotaged(place: Place, name: str, given: argparse.Namespace) -> list[Visit]:
    install(place.site, sabotaged(SABOTAGES[name]))
    try:
        return capture(place, _plan(given, given.sabotaged, ("guidance", "report")))
    finally:
        install(place.site, released())


def _note(keep: Path | None, rows: list[Row], build: str, visits: Sequence[Visit]) -> None:
    """Remember features, and say how far the run is."""
    fresh = [{"build": build, "kind": v.kind, "finished": v.finished, "features": features(v)} for v in visits]
    rows += fresh
    if keep:
        with keep.open("a") as file:
            file.writelines(json.dumps(row) + "\n" for row in fresh)
    reports = [v.finished for v in visits if v.kind == "report"]
    ended = f"{sum(reports)} of {len(reports)} reports had left"
    print(f"{time.strftime('%H:%M:%S')}  {build}: {len(visits)} visits, {ended}", flush=True)


def _too_few_left(rows: Sequence[Row]) -> list[str]:
    """A visit whose report has not left is no report to a watcher: with many of them nothing would be compared."""
    found = []
    for build in dict.fromkeys(row["build"] for row in rows):
        left = [row["finished"] for row in rows if row["build"] == build and row["kind"] == "report"]
        if sum(left) < MOST * len(left):
            found.append(f"{build}: only {sum(left)} of {len(left)} reports had left; let visits last longer")
    return found


def _judge_release(rows: Sequence[Row]) -> list[Verdict]:
    kinds, table = _table(rows, RELEASED)
    if not kinds:
        return []
    rest = against_the_rest(kinds, table) if len(set(kinds)) > 2 else []
    verdicts = [*rest, *in_pairs(kinds, table)]
    for verdict in verdicts:
        print(verdict, flush=True)
    return [one for one in verdicts if one.upper > PROMISED]


def _judge_sabotages(rows: Sequence[Row]) -> list[Verdict]:
    """For each sabotage the classifier that tells it best; those that are not told."""
    best = []
    captured = {row["build"] for row in rows}
    for name in [one for one in SABOTAGES if one in captured]:
        kinds, table = _table(rows, name)
        verdicts = judge(f"sabotage: {name}", np.array(kinds) == "report", table)
        best.append(max(verdicts, key=lambda one: one.area))
        print(best[-1], flush=True)
    return [one for one in best if one.area < TOLD_APART]


def _table(rows: Sequence[Row], build: str) -> tuple[list[str], np.ndarray]:
    chosen = [row for row in rows if row["build"] == build]
    return [row["kind"] for row in chosen], np.array([list(row["features"].values()) for row in chosen])


if __name__ == "__main__":
    sys.exit(main())
