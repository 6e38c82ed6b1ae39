"""Two portals behind one PostgreSQL and one Redis: killed, cut off and racing, they lose and double nothing."""

import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from crypto import request, work
from crypto.encoding import b64, load, unb64
from crypto.kdf import name as name_of
from tests.harness.ports import free_port
from tests.harness.postgres import Postgres, postgres
from tests.harness.process import Running, running
from tests.harness.redis import redis_server
from tests.portal.serving import COMMAND, Place

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


class Cluster:
    """Two machines' worth of portals: two data folders, two ports, one database."""

    def __init__(self, folder: Path, database: str, limits: str) -> None:
        self.place = Place(folder, database, period=2, board_period=2)
        self.ports = [self.place.port, free_port()]
        shared = {"CANDOUR_DATABASE": database, "CANDOUR_LIMITS": limits, "CANDOUR_WORKERS": "1"}
        names = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self._environments = [
            self.place.environment(
                **shared, CANDOUR_AUTHORITIES=names, CANDOUR_PORT=str(port), CANDOUR_DATA=str(folder / str(port))
            )
            for port in self.ports
        ]

    @contextmanager
    def portal(self, number: int) -> Iterator[Running]:
        """One of the two, running."""
        ready = f"http://127.0.0.1:{self.ports[number]}/beacon"
        environment = self._environments[number]
        with running(COMMAND, ready_url=ready, env=environment, cwd=self.place.folder, timeout=60) as server:
            yield server

    def put(self, client: httpx.Client, number: int, cell: bytes) -> int:
        """Upload a cell to one of them, with its work; the status, or 0 if nothing came back."""
        url = f"http://127.0.0.1:{self.ports[number]}"
        try:
            beacon = load(client.get(url + "/beacon").content, 1000)
            if not isinstance(beacon, dict) or "beacon" not in beacon:
                return 503
            proof = b64(work.solve(unb64(beacon["beacon"], 16), name_of(cell), beacon["bits"]))
            headers = {"Candour-Work": proof}
            return client.put(f"{url}/cells/{name_of(cell).hex()}", content=cell, headers=headers).status_code
        except httpx.TransportError:
            return 0

    def get(self, path: str, number: int = 0) -> bytes:
        """A signed request of the first guardian's courier."""
        authority = f"127.0.0.1:{self.ports[number]}"
        seed = self.place.organisation.guardians[0].courier
        headers = request.sign("GET", authority, path, b"", seed, int(time.time()), os.urandom(16))
        return httpx.get(f"http://{authority}{path}", headers=headers).raise_for_status().content

    def published(self, number: int = 0) -> list[bytes]:
        """Every cell of every closed period."""
        listed = load(self.get("/periods", number), 1 << 20)
        if not isinstance(listed, dict):
            raise TypeError("not a list of periods")
        starts = [one["start"] for one in listed["periods"]]
        assert len(starts) == len(set(starts)), "a period was published twice"
        joined = b"".join(self.get(f"/periods/{start}/cells", number) for start in starts)
        return [joined[i : i + 4096] for i in range(0, len(joined), 4096)]

    def settled(self, cells: set[bytes]) -> list[bytes]:
        """What is published once all of these are; fails if that does not happen within a minute."""
        ends = time.monotonic() + _LONGEST
        while not cells <= set(found := self.published()):
            assert time.monotonic() < ends, f"{len(cells - set(found))} acknowledged cells are lost"
            time.sleep(0.5)
        return found


class Senders:
    """Threads that upload to both portals and send again what was not acknowledged, as browsers do."""

    def __init__(self, cluster: Cluster, count: int = 4) -> None:
        self.acknowledged: set[bytes] = set()
        self.refused = 0
        self._cluster = cluster
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(random.Random(i),)) for i in range(count)]

    def _send(self, dice: random.Random) -> None:
        with httpx.Client(timeout=30, trust_env=False) as client:
            while not self._stop.is_set():
                cell = os.urandom(4096)
                while self._cluster.put(client, dice.randrange(2), cell) != 204:
                    self.refused += 1
                    if self._stop.wait(0.02):
                        return
                self.acknowledged.add(cell)

    def wait_for(self, more: int) -> None:
        """Until so many more were acknowledged."""
        wanted, ends = len(self.acknowledged) + more, time.monotonic() + _LONGEST
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < ends, "nothing is taken any more"
            time.sleep(0.05)

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_given: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


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
    assert len(found) == len(set(found)), "a cell was published twice"


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
    assert len(found) == len(set(found)), "a cell was published twice"


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
