"""What a visit weighs, as the portal sends it, and which hosts a real browser asks.

A portal with three guardians and the default policy; sizes are of answers, packed and not. Document, scripts and style
must stay below 100 KB packed; the goal is 75 KB. They are what shows every view and keeps the sender going. Form and
inbox come in a second script, which every visit fetches too: with it and the bundle of languages and words it must stay
below 450 KB. The browser goes through a proxy that writes down every host.
"""

import gzip
import http.client
import tempfile
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from bench._measure import machine
from tests.harness.chromium import launch_chromium
from tests.harness.static import serve
from tests.journeys.stage import stage

PAGE = ("/", "/assets/first.js", "/assets/candour.js", "/assets/shared.js", "/assets/worker.js", "/assets/candour.css")
DATA = ("/assets/rest.json", "/assets/rest.js", "/assets/mark.svg", "/directory", "/board")
SECOND = ("/assets/rest.js", "/assets/rest.json")
LIMIT, GOAL, WHOLE = 100_000, 75_000, 450_000
# Those of `candour init`, but for the periods: otherwise the first board file would come tomorrow.
POLICY = {"period": 20, "board-period": 20, "board-cells": 8, "board-dummies": 16, "slot-ms": 5000}


def size(port: int, path: str, packed: bool) -> int:
    """Bytes of the body as sent."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    client.request("GET", path, headers={"Accept-Encoding": "gzip" if packed else "identity"})
    answer = client.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} was answered {answer.status}")
    if packed and answer.getheader("Content-Encoding") == "gzip" and len(gzip.decompress(body)) < len(body):
        raise SystemExit(f"{path} grew by packing")
    return len(body)


class Proxy(ThreadingHTTPServer):
    """Passes plain requests on to this machine only, and writes down every host that is asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pass)
        self.hosts: dict[str, int] = {}

    def note(self, host: str) -> None:
        """One more request for a host."""
        self.hosts[host] = self.hosts.get(host, 0) + 1


class _Pass(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.note(parts.netloc)
        if parts.hostname != "127.0.0.1":
            self.send_error(502)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        client = http.client.HTTPConnection(parts.netloc, timeout=20)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "proxy-connection"}
        client.request(self.command, parts.path, body or None, headers)
        answer = client.getresponse()
        content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "content-length"):
                self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_GET  # noqa: N815 - the base class has it so

    def do_CONNECT(self) -> None:
        self.server.note(self.path)
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The hosts are counted, not printed."""


def hosts(visit: Callable[[Page], object]) -> dict[str, int]:
    """The hosts that Chromium asks while a page is visited."""
    with Proxy() as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        with launch_chromium(proxy={"server": f"http://127.0.0.1:{proxy.server_port}"}) as browser:
            page = browser.new_page()
            visit(page)
            page.wait_for_timeout(15_000)
        proxy.shutdown()
        return proxy.hosts


def every_view(url: str) -> Callable[[Page], None]:
    """A visit that opens each view; cover leaves meanwhile."""

    def visit(page: Page) -> None:
        page.goto(url)
        page.wait_for_selector('html[data-state="ready"]')
        for view in page.locator(".menu a[data-view]").all():
            view.click()

    return visit


def browsers_own() -> set[str]:
    """What Chromium asks by itself (updates, suggestions for forms) when any page has a form."""
    with tempfile.TemporaryDirectory() as name:
        Path(name, "index.html").write_text("<!doctype html><form><textarea></textarea><input></form>")
        with serve(Path(name)) as url:
            own = hosts(lambda page: page.goto(f"{url}/index.html"))
    return {host for host in own if not host.startswith("127.0.0.1")}


def main() -> None:
    """Measure and print; exits with 1 above the limit or when another host was asked."""
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as name, stage(Path(name), policy=POLICY) as hospital:
        port = urlsplit(hospital.url).port or 0
        hospital.next_period()
        sizes = {path: (size(port, path, False), size(port, path, True)) for path in (*PAGE, *DATA)}
        asked = hosts(every_view(hospital.url))
    own = browsers_own()
    by_site = {host: count for host, count in asked.items() if host not in own}
    print(f"Weight of a visit, in bytes ({machine()}; three guardians, one board file)")
    for path, (raw, packed) in sizes.items():
        print(f"  {path:22}{raw:>9,}{packed:>9,} as sent to browsers that take gzip")
    total = sum(sizes[path][1] for path in PAGE)
    whole = total + sum(sizes[path][1] for path in SECOND)
    print(f"  page, scripts, style together, packed: {total:,} of {LIMIT:,} (goal {GOAL:,})")
    print(f"  with form and inbox, languages, word list, strippers: {whole:,} of {WHOLE:,}")
    print(f"  a board of 30 days with three guardians: {30 * sizes['/board'][0]:,}")
    print(f"  hosts asked for the site: {', '.join(f'{host} {count} times' for host, count in by_site.items())}")
    print(f"  asked by Chromium itself, for any page with a form: {', '.join(sorted(own & set(asked)))}")
    if total > LIMIT or whole > WHOLE or set(by_site) != {f"127.0.0.1:{port}"}:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
