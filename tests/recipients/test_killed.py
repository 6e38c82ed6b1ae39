"""A sync that ends at any point: the next one loses nothing and doubles nothing.

First by steps: the answer to each request in turn is lost, and each change of the database in turn is the last. Then for
real: the program is killed at random moments (`kill -9`) against a portal that listens.
"""

import json
import os
import random
import socketserver
import subprocess
import sys
import threading
import time
import wsgiref.simple_server
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
from recipients.vault import Vault
from recipients.vault.database import Database
from recipients.vault.epochs import EpochFile
from tests.recipients.world import PASSPHRASE, Reporter, Town, long_text


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
        draft = replies.Draft(text=long_text(3_000))
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
        assert [one.text for one in self.reporter.replies(self.guardian)] == [long_text(3_000)]
        assert len(self.reporter.payloads(self.guardian, board.RECEIPT)) == 2
        lengths = {size for (size,) in vault.database.rows("SELECT length(cells) FROM post")}
        assert lengths == {4 * board.CELL}
        used = vault.database.rows("SELECT thread, day, i FROM sealing")
        assert len(used) == len(set(used))
        own = [file for file in board.read_files(town.client.get("/board").data) if file.cells]
        cells = [one for file in own for one in file.cells]
        assert len(cells) == len(set(cells))


@pytest.mark.slow
@pytest.mark.parametrize("there", [True, False], ids=["request", "answer"])
@pytest.mark.parametrize("at", range(9))
def test_a_lost_request_or_answer(town: Town, at: int, there: bool):
    story = Story(town)
    vault = town.vault()
    faulty = Faulty(town.transport(), at, there=there)
    try:
        story.sync(vault, faulty)
    except GuardianError as error:
        assert (error.code, error.detail) == ("offline", "portal")
    else:
        # The list of faults covers every request that a sync makes.
        assert at >= faulty.count
    vault.close()
    vault = town.vault()
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
@pytest.mark.parametrize("share", [at / 24 for at in range(24)])
def test_the_process_ends_between_two_changes(town: Town, share: float, monkeypatch: pytest.MonkeyPatch):
    story = Story(town)
    copy = Path(f"{town.folder}/copy")
    subprocess.run(["cp", "-a", str(town.folder / "vault-0"), str(copy)], check=True)
    vault = town.vault()
    with dying(10**9, monkeypatch) as steps:
        story.sync(vault)
    total = steps()
    assert total > 24
    vault.close()
    subprocess.run(["rm", "-rf", str(town.folder / "vault-0")], check=True)
    copy.rename(town.folder / "vault-0")

    vault = town.vault()
    with dying(int(total * share), monkeypatch), pytest.raises(Killed):
        story.sync(vault)
    vault.close()
    vault = town.vault()
    story.sync(vault)
    story.check(vault)


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, *_values: object) -> None:
        """No log."""


class Threading(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    """A request a thread."""

    daemon_threads = True


@contextmanager
def listening(town: Town) -> Iterator[str]:
    """The portal on a port of this machine."""
    with wsgiref.simple_server.make_server("127.0.0.1", 0, town.app, Threading, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def guardian(folder: Path, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
    """The program as people run it."""
    command = [sys.executable, "-m", "recipients.cli", *arguments, "--vault", str(folder / "vault-0"), "--json"]
    command += ["--passphrase-file", str(folder / "passphrase")]
    return subprocess.Popen(command, stdout=-1, stderr=-1, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.server
@pytest.mark.slow
def test_kill_at_any_moment(real_cost: None, tmp_path: Path):
    town = Town(tmp_path, period=2, board_period=2, report_days=5)
    town.clock.now = time.time()
    town.organisation.day = town.today
    town.clock.__class__ = RealClock
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "passphrase").chmod(0o600)
    town.refound()
    with listening(town) as authority:
        town.settings_reach(authority)
        vault = town.vault()
        vault.store("portal", f"http://{authority}".encode())
        vault.close()
        run_until_done(town)
    town.close()


def run_until_done(town: Town) -> None:
    """Concerns keep coming while the program is killed again and again; in the end all of them are there once."""
    reporters = [Reporter(town) for _ in range(6)]
    dice = random.Random(1)  # noqa: S311 - moments, not secrets
    assert finish(guardian(town.folder, "sync"))["warnings"] == []
    for reporter in reporters:
        reporter.send([town.organisation.guardians[0]], long_text(6_000))
        time.sleep(2.1)
        town.tick()
        for _ in range(3):
            process = guardian(town.folder, "sync")
            time.sleep(dice.uniform(0.3, 1.1))
            process.kill()
            process.communicate()
    town.tick()
    finish(guardian(town.folder, "sync"))
    listed = finish(guardian(town.folder, "list"))["threads"]
    assert [(one["messages"], one["partial"], one["refused"]) for one in listed] == [(1, 0, 0)] * len(reporters)
    for _ in range(4):
        time.sleep(2.1)
        town.tick()
        finish(guardian(town.folder, "sync"))
    time.sleep(2.1)
    town.tick()
    for reporter in reporters:
        assert len(reporter.payloads(town.organisation.guardians[0], board.RECEIPT)) == 1
    cells = town.board()
    assert len(cells) == len(set(cells))


def finish(process: subprocess.Popen[bytes]) -> dict:
    """The JSON that the program printed."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (out, err)
    result: dict = json.loads(out)
    return result
