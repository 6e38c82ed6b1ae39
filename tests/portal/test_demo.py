"""`candour demo`: one command starts everything, one signal stops it."""

import sys
from pathlib import Path

import httpx
import pytest

from crypto import directory, statement
from crypto.encoding import load
from portal.demo.guardians import guardians
from portal.steward import Steward
from tests.harness.ports import free_port
from tests.harness.process import running

pytestmark = [pytest.mark.server, pytest.mark.slow]


def test_a_demonstration_starts_goes_on_and_stops(tmp_path: Path) -> None:
    port = free_port()
    folder = tmp_path / "demo"
    place = ["--folder", str(folder), "--port", str(port), "--period", "5"]
    command = [sys.executable, "-m", "portal", "demo", *place]
    for _ in range(2):  # the second time on the same folder
        with running(command, cwd=tmp_path) as demo:
            demo.wait_for_output("Stop with Ctrl-C.\n\n", 90)
            printed = demo.output().decode()
            assert f"http://127.0.0.1:{port}" in printed
            for guardian in guardians(folder):
                assert f"list  --vault {guardian.vault} --passphrase-file {guardian.passphrase}" in printed
            assert f"desktop --vault {guardians(folder)[0].vault}\n" in printed
            file = httpx.get(f"http://127.0.0.1:{port}/directory").content
            body = load(file, 1 << 22)
            assert isinstance(body, dict)
            today = statement.read(body["log"][0]).body["day"]
            seen = directory.verify(file, Steward.open(folder / "steward").organisation, today)
            assert [g.role for g in seen.valid_guardians()] == [g.role for g in guardians(folder)]
            assert all(today in guardian.epochs and guardian.fallbacks for guardian in seen.guardians)
            assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
            demo.stop(20)
            assert "Stopped." in demo.output().decode()
            assert "Traceback" not in demo.output().decode()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/")
    assert "Going on with the demonstration" in printed


def test_a_demonstration_needs_a_divisor_of_a_day(tmp_path: Path) -> None:
    with running([sys.executable, "-m", "portal", "demo", "--period", "7"], cwd=tmp_path) as demo:
        assert demo.wait() == 2
        assert "must divide a day" in demo.output().decode()
