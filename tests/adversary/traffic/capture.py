"""Many visits at once to a real portal, through the recorder: what was seen of each, and what kind it was.

    with hospital(folder) as place:
        visits = capture(place, Plan(visits=40, seconds=needed(place)))

Kinds are mixed in small blocks, so that whatever else the machine does meets all of them alike. No visit is left out,
however it went: to choose would tell kinds apart by itself.
"""

import asyncio
import json
import math
import os
import random
import shutil
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.adversary.traffic.people import KINDS, Person
from tests.adversary.traffic.place import Place
from tests.adversary.traffic.recorder import Connection, Exchange
from tests.harness.chromium import CHROMIUM, FLAGS, JITLESS
from tests.harness.process import Running, running
from tests.harness.static import ROOT

LONGEST = 150.0  # seconds that a report may take on a machine that is much too busy
SPARE = 1.5
STAGGER = 1.0  # seconds between the first visits
SETTLED = 1.0  # seconds in which closed connections are written down


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How visits go. All of them last `seconds` from the moment the page is ready."""

    visits: int  # of each kind
    seconds: float
    kinds: Sequence[str] = tuple(KINDS)
    pace: float = 0.1  # seconds, a person's mean pause
    failing: float = 0.5  # of the tries of cells
    at_once: int = 8
    jitless: bool = False  # nothing is compiled, and a codename takes seconds


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What was seen of one visit; `acted` are the seconds until the person was done, endless if they never were."""

    kind: str
    acted: float
    length: float  # seconds from the first request to the last that the person's end allowed
    connections: tuple[Connection, ...]

    @property
    def finished(self) -> bool:
        """Whether the person came to the end of what they wanted."""
        return self.acted < math.inf

    def exchanges(self) -> list[Exchange]:
        """All requests in the order of their coming."""
        return sorted((one for each in self.connections for one in each.exchanges), key=lambda one: one.asked)


def needed(place: Place, at_once: int = Plan.at_once) -> float:
    """How many seconds a visit must last for nearly every report to leave, on this machine as busy as it is now.

    The longest of a round of reports that take the time they need, and half as much again.
    """
    plan = Plan(visits=at_once, seconds=LONGEST, kinds=("report",), at_once=at_once)
    return SPARE * max(visit.acted for visit in capture(place, plan, wait=False))


def capture(place: Place, plan: Plan, *, wait: bool = True) -> list[Visit]:
    """Make the visits of a plan; without `wait` each ends with its last act.

    In a thread of its own, since other tests keep an event loop in this one.
    """
    log = place.target.folder / f"traffic-{time.monotonic_ns()}.jsonl"
    arguments = [str(place.target.port), str(plan.at_once), str(plan.failing), str(log)]
    command = [sys.executable, "-m", "tests.adversary.traffic.recorder", *arguments]
    with running(command, cwd=ROOT) as recorder, ThreadPoolExecutor(1) as pool:
        recorder.wait_for_output("\n")
        taps = [int(port) for port in recorder.output().split()[1:]]
        made = pool.submit(asyncio.run, _visits(place, plan, taps, wait)).result()
        time.sleep(SETTLED)
        _still_silent(recorder)
    return _seen(made, log)


def _still_silent(recorder: Running) -> None:
    """The recorder prints its taps and, only when something is wrong with it, more."""
    if recorder.returncode is not None or recorder.output().count(b"\n") != 1:
        raise RuntimeError(f"the recorder failed: {recorder.output().decode()}")


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What the browser's side knows of a visit."""

    kind: str
    tap: int
    began: float
    ended: float
    acted: float


async def _visits(place: Place, plan: Plan, taps: Sequence[int], wait: bool) -> list[_Made]:
    if node := shutil.which("node"):
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = node
    made: list[_Made] = []
    waiting = _mixed(plan)
    async with async_playwright() as driver:
        flags = [*FLAGS, *([JITLESS] if plan.jitless else [])]
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=flags, chromium_sandbox=False)
        one = partial(_visit, place, plan, browser, wait)
        await asyncio.gather(*(_work(one, tap, waiting, made, number) for number, tap in enumerate(taps)))
        await browser.close()
    return made


def _mixed(plan: Plan) -> list[str]:
    """Each kind once in every block, in an order of chance."""
    return [kind for _ in range(plan.visits) for kind in random.sample(plan.kinds, len(plan.kinds))]


async def _work(
    visit: Callable[[int, str], Awaitable[_Made]], tap: int, waiting: list[str], made: list[_Made], number: int
) -> None:
    """Visits by one tap, one after another, begun at different moments."""
    await asyncio.sleep(number * STAGGER)
    while waiting:
        made.append(await visit(tap, waiting.pop()))
        await asyncio.sleep(random.uniform(0.2, 0.6))


async def _visit(place: Place, plan: Plan, browser: Browser, wait: bool, tap: int, kind: str) -> _Made:
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(120_000)
    began = time.monotonic()
    await page.goto(f"http://127.0.0.1:{tap}/")
    await page.wait_for_selector('html[data-state="ready"]', state="attached")
    person = Person(page=page, pace=plan.pace, empty=place.empty, answered=place.answered)
    acted = await _for(plan.seconds, kind, person, wait)
    ended = time.monotonic()
    await _leave(page)
    return _Made(kind=kind, tap=tap, began=began, ended=ended, acted=acted)


async def _for(seconds: float, kind: str, person: Person, wait: bool) -> float:
    """Act, and stay, for exactly so long; for how many seconds the person had something to do."""
    loop = asyncio.get_running_loop()
    begun, acting = loop.time(), asyncio.create_task(_act(kind, person))
    await asyncio.wait([acting], timeout=seconds)
    acted = loop.time() - begun
    if acting.done():
        await acting  # raises what went wrong
        await asyncio.sleep(begun + seconds - loop.time() if wait else 0)
        return acted
    acting.cancel()
    return math.inf


async def _act(kind: str, person: Person) -> None:
    await person.pause(2)
    await KINDS[kind](person)


async def _leave(page: Page) -> None:
    await page.close(run_before_unload=False)
    await page.context.close()


def _seen(made: Sequence[_Made], log: Path) -> list[Visit]:
    """Put together who visited and what was recorded."""
    connections = [_connection(line) for line in log.read_text().splitlines()]
    return [
        Visit(
            kind=one.kind,
            acted=one.acted,
            length=one.ended - one.began,
            connections=tuple(c for c in connections if c.tap == one.tap and one.began <= c.opened <= one.ended),
        )
        for one in made
    ]


def _connection(line: str) -> Connection:
    fields = json.loads(line)
    return Connection(**{**fields, "exchanges": [Exchange(**one) for one in fields["exchanges"]]})
