"""PostgreSQL waits for a standby that is not there: no cell is acknowledged until it is on both machines.

A wait can be broken off: by whoever ends or cancels it on the server. The cell then stands on this machine alone, for
all to see. Who sends it again must not be told that all is well.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from crypto.kdf import name as name_of
from portal.doctor.database import database
from portal.store.access import reading
from portal.store.postgres import engine as postgres_engine
from tests.harness.ports import free_port
from tests.harness.postgres import Postgres, postgres
from tests.portal.world import World, error_of

pytestmark = [pytest.mark.server, pytest.mark.slow]
_LONGEST = 30
_WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One database server for this file."""
    with postgres() as started:
        yield started


@pytest.fixture
def world(server: Postgres, tmp_path: Path) -> Iterator[World]:
    """A portal whose period is open already."""
    made = World(tmp_path, database=server.database())
    assert made.put(os.urandom(4096)).status_code == 204
    yield made
    made.close()


@contextmanager
def without_its_standby(server: Postgres) -> Iterator[None]:
    """Every commit waits for a machine that does not come; afterwards they are let go."""
    _wait_for(server, "nobody")
    try:
        yield
    finally:
        _wait_for(server, "")


def _wait_for(server: Postgres, name: str) -> None:
    server.run(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
    server.run("SELECT pg_reload_conf()")
    _until(lambda: server.run("SHOW synchronous_standby_names") == [(name,)], "the setting is not read")


def _until(true: Callable[[], Any], else_said: str) -> None:
    ends = time.monotonic() + _LONGEST
    while not true():
        assert time.monotonic() < ends, else_said
        time.sleep(0.02)


class Doing:
    """Something that is done in a thread, since it has to wait."""

    def __init__(self, task: Callable[[], Any]) -> None:
        self.answer: Any = None
        self._task = task
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self.answer = self._task()

    def waits(self, server: Postgres) -> int:
        """The server process that waits for the standby; fails if there was an answer instead."""
        _until(lambda: server.run(_WAITING) or not self._thread.is_alive(), "it neither waits nor answers")
        assert self._thread.is_alive(), f"answered without a standby: {self.answer}"
        ((pid,),) = server.run(_WAITING)
        assert isinstance(pid, int)
        return pid

    def done(self) -> Any:
        """What came of it."""
        self._thread.join(_LONGEST)
        assert not self._thread.is_alive()
        return self.answer


@pytest.mark.parametrize("end", ["pg_terminate_backend", "pg_cancel_backend"])
def test_a_wait_that_is_broken_off_acknowledges_nothing_and_neither_does_the_next_try(
    server: Postgres, world: World, end: str
) -> None:
    cell = os.urandom(4096)
    proof = world.proof(cell)
    with without_its_standby(server):
        first = Doing(lambda: world.put(cell, proof=proof))
        server.run(f"SELECT {end}({first.waits(server)})")
        assert error_of(first.done()) == (503, "busy")
        assert world.portal.store.drop_now("cells").has({name_of(cell): cell}), "it does not stand here alone"
        again = Doing(lambda: world.put(cell, proof=proof))
        again.waits(server)
    assert again.done().status_code == 204
    world.pass_time(100)
    assert world.all_cells().count(cell) == 1


def test_a_period_that_was_written_already_waits_as_well(server: Postgres, world: World) -> None:
    world.pass_time(100)
    newest = world.portal.store.reports.newest()
    assert newest is not None
    with without_its_standby(server):
        again = Doing(lambda: world.portal.store.reports.write(newest, [], []))
        again.waits(server)
    again.done()


def test_a_server_that_is_set_to_promise_less_is_overruled(server: Postgres, world: World) -> None:
    database = world.settings.database.rsplit("/", 1)[1]
    for weaker in ("synchronous_commit = off", "statement_timeout = 100"):
        server.run(f"ALTER DATABASE {database} SET {weaker}")
    assert server.run("SHOW synchronous_commit", database) == [("off",)]
    world.close()
    world.open()
    with reading(world.portal.store.main) as session:
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
        assert session.scalar(text("SHOW statement_timeout")) == "0"


def test_an_address_with_two_machines_finds_the_one_that_takes_writes(server: Postgres, world: World) -> None:
    """In the form that docs/SIZING.md gives."""
    database = world.settings.database.rsplit("/", 1)[1]
    gone = f"host=127.0.0.1:{free_port()}&host=127.0.0.1:{server.port}&target_session_attrs=read-write"
    found = postgres_engine(f"postgresql+psycopg://candour@/{database}?{gone}")
    with reading(found) as session:
        assert session.scalar(text("SELECT current_database()")) == database
    found.dispose()


@pytest.mark.parametrize(
    ("setting", "check"),
    [
        ("log_statement = 'all'", "log-database"),
        ("log_connections = on", "log-database"),
        ("log_min_duration_statement = 0", "log-database"),
        ("wal_recycle = on", "database-order"),
        ("fsync = off", "database-safe"),
    ],
)
def test_the_doctor_names_a_server_that_writes_down_or_forgets(
    server: Postgres, world: World, setting: str, check: str
) -> None:
    """The settings of deploy/cluster, and one of them changed."""
    asked = ["log_min_error_statement = panic", "wal_recycle = off", setting]
    for one in asked:
        server.run(f"ALTER SYSTEM SET {one}")
    server.run("SELECT pg_reload_conf()")
    name, _, value = setting.partition(" = ")
    _until(lambda: server.run(f"SHOW {name}")[0][0] == value.strip("'"), "the setting is not read")
    world.portal.store.main.dispose()  # a connection keeps some settings that it began with
    found = {one.check: one.level for one in database(world.portal.store.main)}
    server.run("ALTER SYSTEM RESET ALL")
    server.run("SELECT pg_reload_conf()")
    usual = dict.fromkeys(("log-database", "database-order", "database-safe"), "well")
    assert found == {**usual, check: "wrong"}
