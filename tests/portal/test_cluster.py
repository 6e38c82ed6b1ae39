"""Two portals behind one PostgreSQL and one Redis: killed, cut off and racing, they lose and double nothing."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from crypto import request
from tests.harness.postgres import Postgres, postgres
from tests.harness.process import running
from tests.harness.redis import redis_server
from tests.portal.cluster import Cluster, Senders
from tests.portal.serving import COMMAND

pytestmark = [pytest.mark.server, pytest.mark.slow]
_LONGEST = 60


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    """One database server for this file."""
    with postgres() as started:
        yield started


@pytest.fixture(scope="module")
def limits() -> Iterator[str]:
    """One place to count."""
    with redis_server() as address:
        yield address


@pytest.fixture
def cluster(tmp_path: Path, database: Postgres, limits: str) -> Cluster:
    """Two portals, not started."""
    return Cluster(tmp_path, database.database(), limits)


def test_one_of_two_portals_is_killed_again_and_again(cluster: Cluster) -> None:
    with cluster.portal(0), Senders(cluster) as senders:
        for _ in range(2):
            with cluster.portal(1) as second:
                senders.wait_for(30)
                second.kill()
            senders.wait_for(10)
        with cluster.portal(1):
            senders.wait_for(10)
            acknowledged = set(senders.acknowledged)
            found = cluster.settled(acknowledged)
    assert senders.doubled(found) == [], "a cell was published twice"


def test_the_database_is_cut_off_in_the_middle_and_comes_back(cluster: Cluster, database: Postgres) -> None:
    with ExitStack() as both, Senders(cluster) as senders:
        for number in (0, 1):
            both.enter_context(cluster.portal(number))
        for end in (database.kill, database.stop):
            senders.wait_for(20)
            end()
            refused, ends = senders.refused, time.monotonic() + _LONGEST
            while senders.refused < refused + 3:
                assert time.monotonic() < ends, "uploads are acknowledged without a database"
                time.sleep(0.05)
            database.start()
        senders.wait_for(20)
        found = cluster.settled(set(senders.acknowledged))
    assert senders.doubled(found) == [], "a cell was published twice"


def test_both_tell_the_same_and_count_in_one_place(cluster: Cluster) -> None:
    with cluster.portal(0), cluster.portal(1), httpx.Client(trust_env=False) as client:
        urls = [f"http://127.0.0.1:{port}" for port in cluster.ports]
        assert len({client.get(url + "/directory").content for url in urls}) == 1
        cell = os.urandom(4096)
        assert [cluster.put(client, number, cell) for number in (0, 1)] == [204, 204]
        found = cluster.settled({cell})
        assert found.count(cell) == 1
        assert cluster.published(1).count(cell) == 1
        assert len({client.get(url + "/board").content for url in urls}) == 1


def test_a_signed_request_is_good_once_whichever_portal_it_reaches(cluster: Cluster) -> None:
    """The nonces are counted in Redis: a request that was overheard cannot be used at the other portal."""
    with cluster.portal(0), cluster.portal(1):
        authority = f"127.0.0.1:{cluster.ports[0]}"
        seed = cluster.place.organisation.guardians[0].courier
        headers = request.sign("GET", authority, "/periods", b"", seed, int(time.time()), os.urandom(16))
        first = httpx.get(f"http://{authority}/periods", headers=headers)
        again = httpx.get(f"http://127.0.0.1:{cluster.ports[1]}/periods", headers={**headers, "Host": authority})
    assert (first.status_code, again.status_code, again.json()["error"]) == (200, 401, "replay")


def test_a_portal_without_its_database_says_so_and_does_not_start(tmp_path: Path, limits: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"postgresql+psycopg://candour:secret-word@127.0.0.1:{nobody.getsockname()[1]}/none"
        environment = {"CANDOUR_DATA": str(tmp_path / "data"), "CANDOUR_DATABASE": address, "CANDOUR_LIMITS": limits}
        with running(COMMAND, env=environment, cwd=tmp_path) as server:
            assert server.wait(60) == 1
            said = server.output().decode()
    assert "cannot be reached" in said
    assert "secret-word" not in said
