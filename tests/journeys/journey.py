"""The main job without a person: `make journey`.

A concern of about 2,000 characters is written in a real Chromium to two guardians of three, travels sealed, is opened
by both with the `guardian` program, answered with 5,000 characters, read back with the codename, and followed up. The
third guardian sees nothing. Afterwards every file and all output is searched for what must not be there.

Prints each step with its time; exits with 1 and one sentence at the first difference.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.harness.chromium import launch_chromium
from tests.journeys import leaks
from tests.journeys.reporter import Visit
from tests.journeys.stage import Guardian, Stage, stage
from tests.journeys.texts import CONCERN, MORE, REPLY

# Collected, sealed, published: a report and a reply need no more periods than this, or something is wrong.
MOST_PERIODS = 6


class DifferenceError(Exception):
    """What came out is not what went in."""


def same(what: str, expected: object, found: object) -> None:
    """Raises with both values, shortened, unless they are equal."""
    if expected != found:
        raise DifferenceError(f"{what}: expected {str(expected)[:200]!r}, found {str(found)[:200]!r}")


class Steps:
    """Prints each step as it ends."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One step: its sentence, and how long it took."""
        began = time.monotonic()
        print(f"  {what} …", end="", flush=True)
        try:
            yield
        except BaseException:
            print(" failed", flush=True)
            raise
        print(f" {time.monotonic() - began:.1f} s", flush=True)

    def total(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began


def run(folder: Path, browser: Browser) -> None:
    """The whole journey in an empty folder."""
    steps = Steps()
    with steps.step("a steward, three guardians and a portal are set up"):
        opened = stage(folder)
        hospital = opened.__enter__()
    try:
        _journey(hospital, browser, steps)
    finally:
        opened.__exit__(None, None, None)
    print(f"  all as it should be, in {steps.total():.1f} s")


def _journey(hospital: Stage, browser: Browser, steps: Steps) -> None:
    first, second, third = hospital.guardians
    visits: list[Visit] = []
    with steps.step("somebody only reads, for comparison"):
        before = Before.seen(hospital, browser)
    with steps.step(f"a reporter writes {sum(map(len, CONCERN.values()))} characters to two of them and sends"):
        visits.append(Visit(browser, hospital.url))
        codename = visits[-1].raise_concern(CONCERN, to=[first.role, second.role], exclude=[third.role])
    with steps.step("both open it, word for word"):
        for one in (first, second):
            check_concern(until_threads(hospital, one, 1))
    with steps.step("the third sees nothing"):
        third.run("sync")
        same("threads of the third guardian", [], third.threads())
    with steps.step(f"the first answers with {len(REPLY)} characters"):
        answer(hospital, first, REPLY)
    with steps.step("the reporter comes back with the codename and reads it, byte for byte"):
        visits.append(read_reply(hospital, browser, first, codename, REPLY))
        same("receipts in the inbox", 2, visits[-1].receipts())
    with steps.step("the reporter writes again"):
        visits[-1].write_again(MORE)
        visits[-1].close()
    with steps.step("it is in the same thread"):
        check_follow_up(hospital, first)
        third.run("sync")
        same("threads of the third guardian", [], third.threads())
    with steps.step("nothing readable was left anywhere"):
        check_nothing_left(hospital, visits, codename, before)
    visits[0].close()


def until_threads(hospital: Stage, guardian: Guardian, messages: int, *, partial: int = 0) -> Any:
    """Sync until the only thread has so many messages, so many of them partial; what `guardian read` says of it."""
    for _ in range(MOST_PERIODS):
        hospital.next_period()
        guardian.run("sync")
        threads = guardian.threads()
        if sum(one["messages"] for one in threads) >= messages and sum(one["partial"] for one in threads) == partial:
            same(f"threads of the {guardian.role}", 1, len(threads))
            return guardian.json("read", str(threads[0]["number"]))
    raise DifferenceError(f"the {guardian.role} has not got {messages} message(s) in {MOST_PERIODS} periods")


def check_concern(thread: Any) -> None:
    """The opened concern is what was written, for whom it was written."""
    (message,) = thread["incoming"]
    same("state", "whole", message["state"])
    same("type", "concern", message["type"])
    same("sections", CONCERN, message["sections"])
    same("addressed", ["Guardian 1", "Guardian 2"], sorted(one["name"] for one in message["to"]))
    same("excluded", ["Guardian 3"], [one["name"] for one in message["exclude"]])


def answer(hospital: Stage, guardian: Guardian, text: str) -> None:
    """Reply to the only thread and post until nothing waits; the other guardians post as well."""
    _reply(hospital, guardian, text, "1")
    _post(hospital, guardian)


def answer_all(hospital: Stage, guardian: Guardian, text: str) -> None:
    """The same to each thread."""
    for thread in guardian.threads():
        _reply(hospital, guardian, text, str(thread["number"]))
    _post(hospital, guardian)


def _reply(hospital: Stage, guardian: Guardian, text: str, thread: str) -> None:
    letter = hospital.folder / "letter.txt"
    letter.write_text(text, encoding="utf-8")
    guardian.run("reply", thread, "--file", letter, "--status", "assessed")
    letter.unlink()


def _post(hospital: Stage, guardian: Guardian) -> None:
    for _ in range(MOST_PERIODS):
        for one in hospital.guardians:
            one.run("sync")
        hospital.next_period()
        if not guardian.json("outgoing")["outgoing"]:
            return
    raise DifferenceError("the reply has not left")


def read_reply(hospital: Stage, browser: Browser, guardian: Guardian, codename: str, text: str) -> Visit:
    """A new visit, in a new profile, with nothing but the codename."""
    visit = Visit(browser, hospital.url)
    same("replies", [text], visit.open_inbox(codename))
    return visit


def check_follow_up(hospital: Stage, guardian: Guardian) -> None:
    """The second message is whole and in the thread of the first."""
    thread = until_threads(hospital, guardian, 2)
    same("types", ["concern", "more"], [one["type"] for one in thread["incoming"]])
    same("follow-up", [MORE], list(thread["incoming"][1]["sections"].values()))


@dataclass(frozen=True, kw_only=True)
class Before:
    """What stood in files, output and requests before there was a codename: a word of that is no trace of one.

    About one codename in a hundred has such a word: "request" is on the list, and in the names of statements.
    """

    kept: bytes
    asked: bytes

    @classmethod
    def seen(cls, hospital: Stage, browser: Browser) -> "Before":
        """A visit that lasts until a cell of cover has left."""
        visit = Visit(browser, hospital.url)
        visit.wait_for_cell()
        visit.close()
        files = [content for name, content in leaks.files_below(hospital.folder) if not name.startswith("portal/site/")]
        asked = [request.url.encode() + repr(request.headers).encode() for request in visit.requests]
        return cls(kept=b"".join([*files, hospital.output()]), asked=b"".join(asked))


def check_nothing_left(hospital: Stage, visits: list[Visit], codename: str, before: Before) -> None:
    """No word of anyone, in any spelling, in any file of the portal or any output; nothing in the browser's hands."""
    found = list(leaks.files_below(hospital.folder))  # the guardians' vaults too: they must be sealed on the disk
    # Records of the ceremony were printed before anything was written, and hold plain words.
    files = [(name, content) for name, content in found if not name.startswith("steward/record-")]
    site = b"".join(content for name, content in files if name.startswith("portal/site/"))
    places = [*files, ("output", hospital.output())]
    texts = " ".join([*CONCERN.values(), REPLY, MORE])
    needles = [*leaks.words(texts, but=site), codename, *pairs(codename)]
    leaked = leaks.search(places, needles)
    # Single words of the codename stand in the published word list; anywhere else they would be a trace.
    elsewhere = [(name, content) for name, content in places if not name.startswith("portal/site/")]
    leaked += leaks.search(elsewhere, leaks.words(codename, but=before.kept))
    same("leaks", [], leaked)
    asked = [request for visit in visits for request in visit.requests]
    requests = [
        (request.url, request.url.encode() + repr(request.headers).encode() + request.body) for request in asked
    ]
    same(
        "leaks in requests",
        [],
        leaks.search(requests, [*leaks.words(texts, but=site), *leaks.words(codename, but=before.asked)]),
    )
    same("hosts asked", {hospital.url}, {"/".join(request.url.split("/")[:3]) for request in asked})
    same("console", [], [line for visit in visits for line in visit.console])
    same("left in the browser", {"cookies": ""}, {"cookies": visits[0].left_behind()["cookies"]})


def pairs(codename: str) -> list[str]:
    """Each two neighbours of a codename, as a careless program would write them."""
    words = codename.split()
    return [" ".join(two) for two in pairwise(words)]


def main() -> int:
    """`make journey`."""
    print("The journey of one concern:")
    with tempfile.TemporaryDirectory(prefix="candour-journey-") as folder, launch_chromium() as browser:
        try:
            run(Path(folder), browser)
        except DifferenceError as difference:
            print(f"  NOT AS IT SHOULD BE: {difference}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
