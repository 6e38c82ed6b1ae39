"""The doctor finds a portal well that is; what time brings; what it may write down."""

import json
import os
import re
import time
from pathlib import Path

import pytest

from portal.doctor.finding import Finding, exit_code, metrics
from tests.portal.clinic import Clinic
from tests.portal.world import DAY

pytestmark = pytest.mark.server


def test_a_healthy_portal_is_well(clinic: Clinic) -> None:
    result = clinic.run("--json")
    said = json.loads(result.stdout)
    assert [one for one in said["findings"] if one["level"] in ("attend", "wrong")] == []
    assert (result.exit_code, said["exit"]) == (0, 0)
    checked = {one["check"] for one in said["findings"] if one["level"] == "well"}
    assert checked >= {
        "disk", "swap", "log-web", "log-tor", "log-journal", "data-modes", "data-files", "collection", "room",
        "backups", "certificates", "keys", "silence", "board-size", "signed", "answers", "headers", "bytes", "clock",
        "directory", "board",
    }  # fmt: skip


def test_people_are_told_in_sentences(clinic: Clinic) -> None:
    result = clinic.run()
    assert result.exit_code == 0
    assert "All that was looked at is well." in result.output
    (clinic.settings.data / "odd.log").write_text("x")
    result = clinic.run()
    (clinic.settings.data / "odd.log").unlink()
    assert result.exit_code == 2
    assert f"none of the portal's files: {clinic.settings.data / 'odd.log'}" in result.output
    assert "-> Find out what wrote it" in result.output
    assert "1 wrong, 0 to attend to." in result.output


# What time brings.


@pytest.mark.parametrize(
    ("days", "check", "level", "said"),
    [
        (10, "silence", "attend", "has not collected for 10 days"),
        (15, "silence", "wrong", "has not collected for 15 days"),
        (22, "keys", "attend", "last for 7 days more"),
        (28, "keys", "wrong", "have run out"),
        (40, "keys", "wrong", "There is no key to write to"),
        (345, "certificates", "attend", "ends in 20 days"),
        (360, "certificates", "wrong", "ends in 5 days"),
        (370, "certificates", "wrong", "no guardian whom people could write to"),
    ],
)
def test_what_time_brings(clinic: Clinic, days: int, check: str, level: str, said: str) -> None:
    found = clinic.look(now=time.time() + days * DAY)
    assert [one.level for one in found[check] if said in one.said][:1] == [level], found[check]


@pytest.mark.parametrize("seconds", [600, -600, 10 * DAY, -10 * DAY])
def test_a_clock_that_is_off(clinic: Clinic, seconds: int) -> None:
    found = clinic.look(now=time.time() + seconds)
    assert "wrong" in [one.level for one in found["clock"]]


def test_there_is_no_database(clinic: Clinic, tmp_path: Path) -> None:
    settings = type(clinic.settings)(**{**vars(clinic.settings), "data": tmp_path})
    assert "There is no database" in clinic.look(settings=settings)["database"][0].said


# What may be written down.


def test_the_metrics_hold_one_number_a_check_and_nothing_of_visits(clinic: Clinic, tmp_path: Path) -> None:
    before, after = tmp_path / "before.prom", tmp_path / "after.prom"
    assert clinic.run("--metrics", before).exit_code == 0
    with clinic.store() as store:
        store.put("cells", {os.urandom(16): os.urandom(4096) for _ in range(50)})
    result = clinic.run("--metrics", after, "--json")
    assert before.read_bytes() == after.read_bytes()
    lines = [line for line in after.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'candour_check\{check="[a-z-]+"\} (-1|0|1|2)', line) for line in lines)
    assert 'candour_check{check="bytes"} 0' in lines
    assert after.stat().st_mode & 0o777 == 0o644
    assert "50" not in result.stdout.replace(str(tmp_path), "").replace(str(clinic.port), "")


def test_the_worst_of_a_check_counts() -> None:
    found = [
        Finding.well("a", "x"),
        Finding.bad("a", "x", "y"),
        Finding.attend("b", "x", "y"),
        Finding.skipped("c", "x"),
    ]
    assert [line for line in metrics(found).splitlines() if not line.startswith("#")] == [
        'candour_check{check="a"} 2',
        'candour_check{check="b"} 1',
        'candour_check{check="c"} -1',
    ]
    assert [exit_code(found), exit_code(found[2:]), exit_code(found[3:]), exit_code([])] == [2, 1, 0, 0]


def test_another_user_than_the_portals_is_sent_away(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.commands.doctor.os.geteuid", lambda: 12345)
    result = clinic.run()
    assert (result.exit_code, "candour-doctor NAME" in result.output) == (1, True)
