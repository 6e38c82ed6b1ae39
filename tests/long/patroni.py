"""Two portals before PostgreSQL under Patroni: the primary is killed, and nothing that was acknowledged is lost.

The files of deploy/cluster are what runs: certificates, passwords and time limits included. The tests wait for each
failover as long as the settings allow (`ttl`), so this takes minutes: `make test-long`.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg
import pytest

from portal.store.postgres import KEYS
from tests.harness.patroni import PatroniCluster, patroni
from tests.harness.redis import redis_server
from tests.portal.cluster import Cluster, Senders

_LONGEST = 240
_PERIOD = 8
# Two places where a close can be stopped: when its mark is set and nothing written yet, and when all of the period's
# cells are written and it is about to be made known.
_BEFORE = f"SELECT pg_advisory_xact_lock({KEYS}, 2)"
_WITHIN = "LOCK TABLE periods IN SHARE MODE"
_STUCK = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
_MARKED = "SELECT count(*) FROM open_periods WHERE closed = 1"


@pytest.fixture(scope="module")
def servers() -> Iterator[PatroniCluster]:
    """One cluster of two for this file."""
    with patroni() as started:
        yield started


@pytest.fixture(scope="module")
def portals(servers: PatroniCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two portals before it, running."""
    with redis_server() as limits, ExitStack() as both:
        made = Cluster(tmp_path_factory.mktemp("portals"), servers.url(), limits, period=_PERIOD)
        for number in (0, 1):
            both.enter_context(made.portal(number))
        yield made


def _all_is_there(portals: Cluster, senders: Senders) -> None:
    """Every acknowledged cell is published, once; no period is listed twice; both portals tell the same."""
    acknowledged = set(senders.acknowledged)
    found = portals.settled(acknowledged, _LONGEST)
    assert senders.doubled(found) == [], "a cell was published twice"
    assert acknowledged <= set(portals.published(1))


def _comes_back(servers: PatroniCluster) -> None:
    """The killed machine is switched on again, and becomes the standby without help."""
    for node in servers.nodes:
        if not node.running:
            node.start()
    servers.standby()


def test_the_primary_is_killed_in_mid_upload(servers: PatroniCluster, portals: Cluster) -> None:
    with Senders(portals) as senders:
        senders.wait_for(30)
        first = servers.primary()
        first.kill()
        senders.wait_for(30, _LONGEST)
        assert servers.primary() is not first
        _comes_back(servers)
        senders.wait_for(20, _LONGEST)
        _all_is_there(portals, senders)
    assert senders.refused > 0, "nobody noticed that the primary was gone"


@pytest.mark.parametrize("where", [_BEFORE, _WITHIN], ids=["marked", "written"])
def test_the_primary_is_killed_in_the_middle_of_a_close(servers: PatroniCluster, portals: Cluster, where: str) -> None:
    with Senders(portals) as senders:
        senders.wait_for(20)
        first = servers.primary()
        with _close_stopped(servers, where):
            first.kill()
        senders.wait_for(20, _LONGEST)
        assert servers.primary() is not first
        _all_is_there(portals, senders)
        _comes_back(servers)


@contextmanager
def _close_stopped(servers: PatroniCluster, where: str) -> Iterator[None]:
    """A close of some period stands still at this place; only killing the server ends that."""
    with ExitStack() as both:
        holder, looker = (both.enter_context(closing(psycopg.connect(servers.place()))) for _ in range(2))
        looker.autocommit = True
        ends = time.monotonic() + _LONGEST
        while not _held(holder, looker, where):
            assert time.monotonic() < ends, "no close came to that place"
        yield


def _held(holder: "psycopg.Connection[Any]", looker: "psycopg.Connection[Any]", where: str) -> bool:
    """Whether a close ran into it within two periods. If the end of the one before did, it is let go again."""
    holder.rollback()
    holder.execute(where.encode())
    ends = time.monotonic() + 2 * _PERIOD
    while time.monotonic() < ends:
        if _number(looker, _STUCK) and _number(looker, _MARKED):
            return True
        time.sleep(0.05)
    return False


def _number(connection: "psycopg.Connection[Any]", question: str) -> int:
    row = connection.execute(question.encode()).fetchone()
    return int(row[0]) if row else 0


def test_the_standby_is_gone_and_the_primary_goes_on_alone(servers: PatroniCluster, portals: Cluster) -> None:
    with Senders(portals) as senders:
        senders.wait_for(10)
        standby = servers.standby()
        standby.kill()
        senders.wait_for(10, _LONGEST)
        assert servers.primary() is not standby
        _comes_back(servers)
        senders.wait_for(10, _LONGEST)
        _all_is_there(portals, senders)


def test_the_servers_have_written_nothing_down(servers: PatroniCluster, portals: Cluster) -> None:
    """Statements, connections, addresses: none of it is in what Patroni and PostgreSQL say."""
    assert portals.published()
    for node in servers.nodes:
        said = node.output()
        assert said
        assert not [line for line in said.splitlines() if "INSERT" in line or "open_cells" in line]
        assert "connection authorized" not in said
        assert not list(node.data.glob("log/*"))
