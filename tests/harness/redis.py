"""A real Redis server from Debian's package, in memory only, on the loopback address."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.harness.ports import free_port
from tests.harness.process import running


@contextmanager
def redis_server() -> Iterator[str]:
    """A running server; gives its address as the setting `limits` wants it."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running(["/usr/bin/redis-server", *options]) as server:
        server.wait_for_output("Ready to accept connections", 60)
        with redis.Redis(port=port) as client:
            client.ping()
        yield f"redis://127.0.0.1:{port}"
