"""An organisation whose board has replies, for visitors who look for them.

with hospital(folder) as place:
    place.answered          # codenames whose inboxes hold a reply
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crypto import board, codename, reply, thread
from crypto.words import WORDS
from tests.adversary.target import Organisation, Target, publish_site, today
from tests.harness.ports import free_port
from tests.harness.process import running
from tests.journeys.stage import SHIFTED
from tests.journeys.texts import REPLY

PERIOD = 21_600  # longer than any run
POLICY = {
    "period": PERIOD,
    "board_period": PERIOD,
    "board_cells": 24,
    "board_dummies": 0,
    "board_days": 2,
    "report_days": 3,
    "attachment_mb": 0,
}
THREADS = 6  # codenames of each sort


@dataclass(frozen=True, kw_only=True)
class Place:
    """A portal with a board, and codenames of threads."""

    target: Target
    empty: tuple[str, ...]
    answered: tuple[str, ...]
    slot_ms: int

    @property
    def site(self) -> Path:
        """What it serves."""
        return self.target.data / "site"


@contextmanager
def hospital(folder: Path, slot_ms: int = 400) -> Iterator[Place]:
    """Publish and serve an organisation, with replies on its board."""
    organisation, port = Organisation({**POLICY, "slot_ms": slot_ms}), free_port()
    empty, answered = ([codename.generate(WORDS) for _ in range(THREADS)] for _ in range(2))
    config = publish_site(folder, organisation, port, 'cells_rate = "1000000 per second"')
    command: list[str | Path] = [Path(sys.executable).with_name("candour"), "serve", "--config", config]
    # The board shows only closed periods: what is posted by a clock one period behind is there when it is right again.
    behind = {"PYTHONPATH": str(SHIFTED), "SECONDS_AHEAD": str(-PERIOD)}
    with running(command, ready_url=f"http://127.0.0.1:{port}/", env=behind) as portal:
        _furnish(Target(folder=folder, port=port, organisation=organisation, portal=portal), answered)
    with running(command, ready_url=f"http://127.0.0.1:{port}/") as portal:
        made = Target(folder=folder, port=port, organisation=organisation, portal=portal)
        _until_published(made)
        yield Place(target=made, empty=tuple(empty), answered=tuple(answered), slot_ms=slot_ms)


def _furnish(target: Target, answered: Sequence[str]) -> None:
    """Bring the guardians' keys, and post a reply to each of these codenames."""
    then = int(time.time()) - PERIOD
    for guardian in target.organisation.guardians:
        statement, keys = target.organisation.epochs(guardian)
        _accepted(target.carry([statement], keys, seed=guardian.courier, now=then).status)
    cells = [cell for name in answered for cell in _reply(target.organisation, name)]
    filled = cells + [board.dummy() for _ in range(POLICY["board_cells"] - len(cells))]
    _accepted(target.signed("POST", f"/board/{then // PERIOD * PERIOD}", b"".join(filled), now=then).status)


def _reply(organisation: Organisation, name: str) -> list[bytes]:
    """The board cells of a signed reply of 5,000 characters by the first guardian."""
    guardian = organisation.guardians[0]
    root = codename.root(name, organisation.id, WORDS)
    secret = thread.board_secret(thread.thread_secret(root, guardian.g))
    said = reply.Reply(
        organisation=organisation.id,
        g=guardian.g,
        thread=thread.thread_id(secret),
        day=today() - 1,
        language="en",
        text=REPLY[:5_000],
        status="assessed",
    )
    plaintexts = board.split(board.REPLY, os.urandom(16), reply.sign_reply(said, guardian.identity))
    return [board.seal(plain, secret, today() - 1, i) for i, plain in enumerate(plaintexts)]


def _accepted(status: int) -> None:
    if status != 204:
        raise RuntimeError(f"the portal refused its furniture: {status}")


def _until_published(target: Target) -> None:
    deadline = time.monotonic() + 60
    while len(board.read_files(target.ask("GET", "/board").body)) == 0:
        if time.monotonic() > deadline:
            raise TimeoutError("the board is not published")
        time.sleep(0.1)
