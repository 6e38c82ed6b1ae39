"""The whole journey through a real onion service, in Firefox as Tor Browser's "Safer" level leaves it; fair shares."""

import json
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import httpx
import pytest

from crypto import statement
from recipients import watch
from recipients.watch_log import Log
from tests.harness.firefox import FirefoxPage, launch_firefox
from tests.harness.tor import Tor, tor_network
from tests.journeys.journey import answer, until_threads
from tests.journeys.stage import Stage, stage
from tests.site.test_firefox import FILL
from tests.verify.load import verify

pytestmark = [pytest.mark.slow, pytest.mark.server]

REPLY = "Thank you. We have looked at the alarm."
UNLOCK = """(words) => {
    document.querySelector('.menu a[data-view="inbox"]').click();
    document.querySelector("#inbox-codename").value = words;
    document.querySelector("#inbox-codename").form.requestSubmit();
}"""


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage"), guardians=1) as made:
        yield made


@pytest.fixture(scope="module")
def tor(hospital: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tor]:
    port = int(hospital.url.rsplit(":", 1)[1])
    with tor_network(tmp_path_factory.mktemp("tor") / "network", port) as network:
        lines = [f'authorities = ["{network.onion}", "127.0.0.1:{port}"]', 'circuit_rate = "120 per minute"']
        hospital.config.write_text(hospital.config.read_text() + "\n".join(lines) + "\n")
        hospital.restart()
        yield network


def opened(browser_page: FirefoxPage) -> FirefoxPage:
    browser_page.wait_for("() => ['ready', 'closed'].includes(document.documentElement.dataset.state)", timeout=180)
    assert browser_page.evaluate("() => document.documentElement.dataset.state") == "ready", browser_page.log()
    return browser_page


def test_a_concern_and_its_answer_by_onion_service_with_compilation_off(hospital: Stage, tor: Tor) -> None:
    (guardian,) = hospital.guardians
    with launch_firefox(safer=True, socks_port=tor.socks) as browser:
        page = opened(browser.open(f"http://{tor.onion}/"))
        assert page.evaluate("() => [typeof WebAssembly, isSecureContext]") == ["undefined", True]
        words = page.evaluate(FILL, "")
        page.wait_for("() => document.querySelector('#sent-title')?.checkVisibility()", timeout=240)
        page.close()
        thread = until_threads(hospital, guardian, 1)
        assert thread["incoming"][0]["sections"]["happened"] == "Seen in Firefox."
        answer(hospital, guardian, REPLY)
        page = opened(browser.open(f"http://{tor.onion}/"))
        page.evaluate(UNLOCK, words)
        text = page.wait_for(
            "(reply) => { const all = document.querySelector('#inbox').innerText; return all.includes(reply) && all; }",
            REPLY,
            timeout=240,
        )
        assert REPLY in text
        assert [line for line in page.log() if "error" in line.lower() and "Permissions" not in line] == []
    assert tor.onion.encode() not in hospital.output(), "an address was logged"


class Visitor:
    """Somebody who asks again and again by one circuit; opens a new connection when the last one ended."""

    def __init__(self, tor: Tor, circuit: str) -> None:
        self._tor, self._circuit = tor, circuit
        self._link = tor.connect(circuit)

    def ask(self) -> int:
        """One request; its status."""
        try:
            return self._ask()
        except ConnectionError:
            self.reconnect()
            return self._ask()

    def reconnect(self) -> None:
        """A new connection by the same circuit."""
        self.close()
        self._link = self._tor.connect(self._circuit)

    def _ask(self) -> int:
        self._link.sendall(b"GET /beacon HTTP/1.1\r\nHost: x\r\n\r\n")
        came = b""
        while b"\r\n\r\n" not in came or not came.rstrip().endswith(b"}"):
            part = self._link.recv(65_536)
            if not part:
                raise ConnectionError("closed in the middle of an answer")
            came += part
        status = re.match(rb"HTTP/1\.1 ([0-9]{3}) ", came)
        if status is None:
            raise ValueError("not an answer")
        return int(status[1])

    def close(self) -> None:
        """End the connection."""
        self._link.close()


def test_a_circuit_that_floods_is_slowed_and_another_is_not(tor: Tor, hospital: Stage) -> None:
    flooding, other = Visitor(tor, "flooding"), Visitor(tor, "other")
    seen = list(takewhile(lambda status: status == 200, (flooding.ask() for _ in range(1_000))))
    assert 100 <= len(seen) < 1_000, "slowed too early, or never"
    assert other.ask() == 200
    flooding.reconnect()
    assert flooding.ask() == 429, "a new connection by the same circuit starts afresh"
    flooding.close()
    other.close()
    assert b"dead:beef" not in hospital.output()


def test_the_checkers_reach_it_through_tor(
    hospital: Stage, tor: Tor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All but the signature of the site, which nobody gave here, is as it must be; every visit has its own circuit."""
    document = json.loads(httpx.get(f"{hospital.url}/directory", trust_env=False).content)
    root = statement.read(document["log"][0], "organisation").body["root"]
    url, socks = f"http://{tor.onion}", f"127.0.0.1:{tor.socks}"
    assert verify.main(["site", url, root.hex(), "--socks", socks, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"] == [["unsigned", "/manifest: 404"]]
    portal = watch.Portal(address=url, trusted=lambda *roots: root in roots, socks=socks)
    with Log(tmp_path / "log") as log:
        assert watch.once(portal, log, 2).alarms == (("unsigned", "/manifest: 404"),)
