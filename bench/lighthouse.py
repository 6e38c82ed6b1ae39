"""Lighthouse on home, form and inbox of a real portal, as a phone: the median of five runs each.

Performance must be 98 or more, accessibility 100, and nothing may move while a page loads (layout shift 0). Lighthouse
is not among the packages of a checkout, since it brings a hundred others: this program installs it, at the version that
bench/node/package-lock.json names, into bench/node/node_modules.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bench._measure import machine
from tests.harness.chromium import CHROMIUM
from tests.journeys.stage import stage

HERE = Path(__file__).with_name("node")
RUNS = 5
VIEWS = {"home": "/", "form": "/#raise", "inbox": "/#inbox"}
# Those of `candour init`: what visitors of a new portal meet.
POLICY = {"period": 86_400, "board-period": 86_400, "slot-ms": 5_000}
LEAST, ALL, NONE = 98, 100, 0


def install() -> None:
    """The locked packages, once."""
    if not (HERE / "node_modules" / "lighthouse").is_dir():
        subprocess.run([_tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)


def measure(url: str, runs: int) -> list[dict[str, Any]]:
    """So many runs on one address."""
    command = [_tool("node"), str(HERE / "run.mjs"), url, str(runs), str(CHROMIUM)]
    done = subprocess.run(command, cwd=HERE, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"Lighthouse has failed:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    """Measure and print; exits with 1 when a goal is missed. The first argument may be another number of runs."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    install()
    missed = []
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as name, stage(Path(name), policy=POLICY) as hospital:
        print(f"Lighthouse, mobile, median of {runs} ({machine()}; three guardians)")
        for view, path in VIEWS.items():
            found = measure(hospital.url + path, runs)
            middle = {key: median(one[key] for one in found) for key in found[0] if key != "failing"}
            failing = sorted({each for one in found for each in one["failing"]})
            spread = f"{min(one['performance'] for one in found)} to {max(one['performance'] for one in found)}"
            print(
                f"  {view:6} performance {middle['performance']:.0f} ({spread}), "
                f"accessibility {middle['accessibility']:.0f}, layout shift {middle['shift']:.3f}; first paint "
                f"{middle['first']:.0f} ms, largest {middle['largest']:.0f} ms, blocked {middle['blocking']:.0f} ms"
                + (f"; failing: {', '.join(failing)}" if failing else "")
            )
            if middle["performance"] < LEAST or middle["accessibility"] < ALL or middle["shift"] > NONE:
                missed.append(view)
    if missed:
        raise SystemExit(f"below the goal: {', '.join(missed)}")


def _tool(name: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    found = shutil.which(name, path=path)
    if found is None:
        raise SystemExit(f"{name} is missing: run `make check` once, it sets Node up")
    return found


if __name__ == "__main__":
    main()
