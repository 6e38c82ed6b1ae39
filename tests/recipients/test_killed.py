"""A sync that ends at any point: the next one loses nothing and doubles nothing.

First by steps: the answer to each request in turn is lost, and each change of the database in turn is the last. Then
for real: the program is killed at random moments (`kill -9`) against a portal that listens.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from crypto import board
from recipients import cases, keys, replies
from recipients.errors import GuardianError
from recipients.sync import sync
from recipients.trying import Opener
from recipients.vault import Vault, header
from recipients.vault.database import Database
from recipients.vault.epochs import EpochFile
from tests.recipients.live import Live
from tests.recipients.world import Reporter, Town, long_answer, long_text


class Faulty(httpx.BaseTransport):
    """Lets everything through but request number `at`, which is lost on the way there or back."""

    def __init__(self, inner: httpx.BaseTransport, at: int, *, there: bool) -> None:
        self._inner, self._at, self._there, self.count = inner, at, there, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Passes a request on, or not."""
        self.count += 1
        if self.count - 1 != self._at:
            return self._inner.handle_request(request)
        if not self._there:
            self._inner.handle_request(request).read()
        raise httpx.ReadError("lost", request=request)


class Story:
    """A guardian for whom a long concern has come, with a reply on the way and keys that are due to be erased."""

    def __init__(self, town: Town) -> None:
        self.town, self.reporter = town, Reporter(town)
        self.guardian = town.organisation.guardians[0]
        vault = town.vault()
        town.sync(vault)
        self.reporter.send([self.guardian], "the first")
        town.next_day()
        town.sync(vault)
        draft = replies.Draft(text=long_answer(3_000))
        replies.send(vault, keys.load(vault), self.reporter.thread_id(self.guardian), draft, town.today)
        town.next_day()
        for other in (1, 2):
            town.sync(town.vault(other))
        self.reporter.send([self.guardian], long_text(9_000), type="more")
        town.next_day(9)
        vault.close()

    def sync(self, vault: Vault, transport: httpx.BaseTransport | None = None) -> None:
        """One try."""
        with self.town.courier(vault, transport) as courier:
            sync(vault, courier, self.town.clock, opener=Opener(1))

    def check(self, vault: Vault) -> None:
        """All is there, once, here and on the board."""
        town = self.town
        (found,) = cases.threads(vault)
        states = [one.state for one in cases.incoming(vault, found.id)]
        assert states == ["whole", "whole"]
        assert vault.database.value("SELECT count(*) FROM outgoing WHERE kind = 2") == 2
        for _ in range(2):
            town.next_day()
            self.sync(vault)
        town.next_day()
        assert [one.text for one in self.reporter.replies(self.guardian)] == [long_answer(3_000)]
        assert len(self.reporter.payloads(self.guardian, board.RECEIPT)) == 2
        lengths = {size for (size,) in vault.database.rows("SELECT length(cells) FROM post")}
        assert lengths == {4 * board.CELL}
        used = vault.database.rows("SELECT thread, day, i FROM sealing")
        assert len(used) == len(set(used))
        own = [file for file in board.read_files(town.client.get("/board").data) if file.cells]
        cells = [one for file in own for one in file.cells]
        assert len(cells) == len(set(cells))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The story up to the sync in question, told once."""
    folder = tmp_path_factory.mktemp("told")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(header, "MEMORY", 64)
        patch.setattr(header, "PASSES", 1)
        made = Story(Town(folder))
        made.town.close()
        yield made


@pytest.fixture
def story(told: Story, tmp_path: Path) -> Iterator[Story]:
    """A copy of the story, to go on with."""
    now = told.town.clock.now
    told.town.move(tmp_path / "copy")
    yield told
    told.town.close()
    told.town.clock.now = now


@pytest.mark.slow
@pytest.mark.parametrize("there", [True, False], ids=["request", "answer"])
@pytest.mark.parametrize("at", range(9))
def test_a_lost_request_or_answer(story: Story, at: int, there: bool):
    vault = story.town.vault()
    faulty = Faulty(story.town.transport(), at, there=there)
    if at < 8:
        with pytest.raises(GuardianError) as caught:
            story.sync(vault, faulty)
        assert (caught.value.code, caught.value.detail) == ("offline", "portal")
    else:
        # The faults cover every request before the cells for other guardians, which wait for the next sync.
        story.sync(vault, faulty)
        assert faulty.count == 9
    vault.close()
    vault = story.town.vault()
    story.sync(vault)
    story.check(vault)


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def dying(after: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Lets so many changes of database and day-key file happen, and no more; nothing is tidied up afterwards."""
    count = 0

    def step(original: Callable[..., object]) -> Callable[..., object]:
        def counted(self: object, *values: object) -> object:
            nonlocal count
            count += 1
            if count > after:
                raise Killed
            return original(self, *values)

        return counted

    with monkeypatch.context() as patch:
        for owner, name in ((Database, "run"), (Database, "insert"), (EpochFile, "_write")):
            patch.setattr(owner, name, step(getattr(owner, name)))
        yield lambda: count


@pytest.mark.slow
@pytest.mark.parametrize("after", range(0, 150, 10))
def test_the_process_ends_between_two_changes(story: Story, after: int, monkeypatch: pytest.MonkeyPatch):
    vault = story.town.vault()
    with dying(after, monkeypatch) as steps:
        try:
            story.sync(vault)
        except Killed:
            assert steps() > after
        else:
            # The range covers every change that a sync makes.
            assert steps() <= after
    vault.close()
    vault = story.town.vault()
    story.sync(vault)
    story.check(vault)


def test_the_range_above_reaches_the_end(story: Story, monkeypatch: pytest.MonkeyPatch):
    vault = story.town.vault()
    with dying(10**9, monkeypatch) as steps:
        story.sync(vault)
    assert 100 < steps() < 144


@pytest.mark.server
@pytest.mark.slow
def test_kill_at_any_moment(live: Live):
    """Concerns keep coming while the program is killed again and again; in the end all of them are there once."""
    reporters = [Reporter(live) for _ in range(4)]  # type: ignore[arg-type]
    dice = random.Random(1)
    live.guardian("sync")
    for reporter in reporters:
        reporter.send(live.people, long_text(6_000))
        time.sleep(live.period + 0.2)
        for _ in range(4):
            process = live.start("guardian", "sync", *live.vault)
            time.sleep(dice.uniform(0.3, 1.2))
            process.kill()
            process.communicate()
    whole, receipted = [(1, 0, 0)] * len(reporters), [1] * len(reporters)

    def opened() -> list[tuple[int, int, int]]:
        live.guardian("sync")
        listed = live.guardian("list")["threads"]
        return [(one["messages"], one["partial"], one["refused"]) for one in listed]

    live.until(lambda: opened() == whole)

    def receipts() -> list[int]:
        return [len(reporter.payloads(live.people[0], board.RECEIPT)) for reporter in reporters]

    def told() -> bool:
        live.guardian("sync")
        return min(receipts()) > 0

    live.until(told)
    time.sleep(2 * live.period)
    live.guardian("sync")
    assert (opened(), receipts()) == (whole, receipted)
    cells = live.board()
    assert len(cells) == len(set(cells))
