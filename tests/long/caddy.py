"""Debian's Caddy with the files of deploy/caddy: every answer has the portal's headers, whoever gives it.

The certificate is of an authority of this test; all else is as installed. `make test-long`.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from portal.headers import POLICY
from tests.harness.authority import Authority
from tests.harness.ports import free_port
from tests.harness.process import Running, running
from tests.portal.serving import Place
from tests.portal.world import DAY
from tools.setup_tests import LAID_OUT, ROOT

_CADDY = LAID_OUT / "usr/bin/caddy"
_ONION = "a" * 56 + ".onion"
_OF_SENDERS = ("x-forwarded", "x-real", "forwarded", "via", "cf-", "true-client")
_TELLING = ("server", "via", "set-cookie", "etag", "last-modified", "link", "refresh", "x-powered-by")


class Door:
    """A portal that may be running or not, and Caddy before it."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder, period=DAY, board_period=DAY)
        self.plain, self.secure = free_port(), free_port()
        authority = Authority(folder / "certificates")
        authority.issue("web", days=30)
        self._folder = folder / "caddy"
        self._trust = ssl.create_default_context(cafile=authority.file)
        (self._folder / "candour.d").mkdir(parents=True)
        ports = f"http_port {self.plain}\n\thttps_port {self.secure}\n\tdefault_bind 127.0.0.1"
        general = (ROOT / "deploy/caddy/Caddyfile").read_text()
        (self._folder / "Caddyfile").write_text(general.replace("admin off", f"admin off\n\t{ports}", 1))
        words = {"WEB": "localhost", "ONION": _ONION, "PORT": str(self.place.port), "INSTANCE": "main"}
        site = (ROOT / "deploy/caddy/site.caddy").read_text()
        for word, value in words.items():
            site = site.replace(f"@{word}@", value)
        shown = f"tls {folder}/certificates/web.crt {folder}/certificates/web.key"
        assert "\nlocalhost {" in site
        (self._folder / "candour.d/main.caddy").write_text(site.replace("\nlocalhost {", f"\nlocalhost {{\n\t{shown}"))

    @contextmanager
    def caddy(self) -> Iterator[Running]:
        """Caddy, taking connections."""
        home = {"HOME": str(self._folder), "XDG_DATA_HOME": str(self._folder), "XDG_CONFIG_HOME": str(self._folder)}
        command: list[str | Path] = [_CADDY, "run", "--adapter", "caddyfile", "--config", self._folder / "Caddyfile"]
        with running(command, env=home, cwd=self._folder) as caddy:
            ends = time.monotonic() + 60
            while not self._open():
                assert time.monotonic() < ends, caddy.output().decode()
                time.sleep(0.1)
            yield caddy

    def _open(self) -> bool:
        try:
            return self.get("/").status_code > 0
        except httpx.TransportError:
            return False

    def get(
        self, path: str, *, plain: bool = False, method: str = "GET", more: dict[str, str] | None = None
    ) -> httpx.Response:
        """One answer, to a request with `more` headers."""
        address = f"http://localhost:{self.plain}" if plain else f"https://localhost:{self.secure}"
        with httpx.Client(verify=self._trust, trust_env=False, timeout=30) as client:
            return client.request(method, address + path, headers=more)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Caddy is running; the portal is not."""
    made = Door(tmp_path_factory.mktemp("door"))
    with made.caddy():
        yield made


def lacking(answer: httpx.Response) -> list[str]:
    """Headers that are not there exactly once with the portal's value, or that should not be there."""
    wrong = [name for name, value in POLICY if answer.headers.get_list(name) != [value]]
    return wrong + [name for name in _TELLING if name in answer.headers]


@pytest.mark.parametrize("path", ["/", "/beacon", "/no-such-page", "/cells/" + "0" * 32])
def test_a_portal_that_is_down_is_told_with_all_headers(door: Door, path: str) -> None:
    for method in ("GET", "PUT", "HEAD"):
        answer = door.get(path, method=method)
        assert (answer.status_code, lacking(answer)) == (502, [])
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
        assert answer.headers["Onion-Location"] == f"http://{_ONION}{path}"
    assert door.get(path).text == "The portal is not answering. Please try again later."


def test_a_portal_that_runs_keeps_its_own_headers_once(door: Door) -> None:
    with door.place.served():
        for path, status in (("/", 200), ("/no-such-page", 404), ("/beacon", 200)):
            answer = door.get(path)
            assert (answer.status_code, lacking(answer)) == (status, [])
            assert answer.headers.get_list("Strict-Transport-Security") == ["max-age=63072000"]
            assert answer.headers.get_list("Onion-Location") == [f"http://{_ONION}{path}"]
    assert door.get("/").status_code == 502


def test_the_way_from_plain_to_secure_has_them_too(door: Door) -> None:
    answer = door.get("/board", plain=True)
    assert (answer.status_code, answer.headers["Location"]) == (308, "https://localhost/board")
    assert lacking(answer) == []


def test_caddy_says_nothing_of_visits(tmp_path: Path) -> None:
    made = Door(tmp_path)
    with made.caddy() as caddy:
        assert made.get("/marker").status_code == 502
        assert b"marker" not in caddy.output()


@contextmanager
def overhearing(port: int) -> Iterator[list[set[str]]]:
    """Something in the portal's place that keeps the names of the headers of each request."""
    told: list[set[str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append({name.lower() for name in self.headers})
            self.send_response_only(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: a test's output is for its result."""

    with HTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


def test_the_portal_is_not_told_who_asks(door: Door) -> None:
    """Neither what Caddy adds by itself, nor what somebody before it has written."""
    with overhearing(door.place.port) as told:
        assert door.get("/").status_code == 204
        assert door.get("/", more={"X-Forwarded-For": "192.0.2.1", "Via": "1.1 somebody"}).status_code == 204
    assert len(told) == 2
    assert {name for names in told for name in names if name.startswith(_OF_SENDERS)} == set()


def test_nobody_can_change_a_running_caddy(door: Door) -> None:
    """Its own way in, which anybody on the machine could use, is shut."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 2019), timeout=10)
