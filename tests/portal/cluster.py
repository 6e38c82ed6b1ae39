"""Two portals behind one database and one Redis, and senders that never stop, as tests need them.

with cluster.portal(0), cluster.portal(1), Senders(cluster) as senders:
    senders.wait_for(20)
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from crypto import request, work
from crypto.encoding import b64, load, unb64
from crypto.kdf import name as name_of
from tests.harness.ports import free_port
from tests.harness.process import Running, running
from tests.portal.serving import COMMAND, Place

_LONGEST = 60


class Cluster:
    """Two machines' worth of portals: two data folders, two ports, one database."""

    def __init__(self, folder: Path, database: str, limits: str, period: int = 2) -> None:
        self.place = Place(folder, database, period=period, board_period=period)
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

    def settled(self, cells: set[bytes], longest: float = _LONGEST) -> list[bytes]:
        """What is published once all of these are; fails if that does not happen within `longest` seconds."""
        ends = time.monotonic() + longest
        while not cells <= set(found := self.published()):
            assert time.monotonic() < ends, f"{len(cells - set(found))} acknowledged cells are lost"
            time.sleep(0.5)
        return found


class Senders:
    """Threads that upload to both portals and send again what was not acknowledged, as browsers do."""

    def __init__(self, cluster: Cluster, count: int = 4) -> None:
        self.acknowledged: set[bytes] = set()
        self.again: set[bytes] = set()
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
                    self.again.add(cell)
                    if self._stop.wait(0.02):
                        return
                self.acknowledged.add(cell)

    def wait_for(self, more: int, longest: float = _LONGEST) -> None:
        """Until so many more were acknowledged; fails after `longest` seconds."""
        wanted, ends = len(self.acknowledged) + more, time.monotonic() + longest
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < ends, "nothing is taken any more"
            time.sleep(0.05)

    def doubled(self, found: list[bytes]) -> list[bytes]:
        """What these senders sent once and is published twice.

        What had to be sent again may have been stored before a close, without an answer, and once more after it.
        """
        once = self.acknowledged - self.again
        return [cell for cell, times in Counter(found).items() if times > 1 and cell in once]

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_given: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
