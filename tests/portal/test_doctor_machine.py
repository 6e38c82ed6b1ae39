"""The doctor names what is wrong with the machine and the data folder."""

import os
import re
import shutil
import time
from pathlib import Path

import pytest

from portal.doctor import folder, machine
from portal.schedule import Period
from portal.store import Store
from tests.harness.disk import small_disk
from tests.portal.clinic import Clinic
from tests.portal.world import DAY

pytestmark = pytest.mark.server


def test_data_that_others_can_read(clinic: Clinic) -> None:
    for path, mode in ((clinic.settings.data, 0o755), (clinic.settings.data / "portal.sqlite", 0o644)):
        before = path.stat().st_mode
        path.chmod(mode)
        found = clinic.look()
        path.chmod(before)
        assert set(found) == {"data-modes"}
        assert found["data-modes"][0].said.endswith(f"look into {path}.")


@pytest.mark.parametrize(("name", "said"), [("root.key", "A key lies beside"), ("open/visits.txt", "none of the")])
def test_a_file_that_does_not_belong(clinic: Clinic, name: str, said: str) -> None:
    path = clinic.settings.data / name
    path.touch()
    found = clinic.look()
    path.unlink()
    assert set(found) == {"data-files"}
    assert said in found["data-files"][0].said


@pytest.mark.parametrize(
    ("file", "before", "after", "check"),
    [
        ("etc/caddy/candour.d/main.caddy", "header {", "log\n\theader {", "log-web"),
        ("etc/caddy/candour.d/main.caddy", "header {", "log {\n\t\toutput file /x\n\t}\n\theader {", "log-web"),
        ("etc/caddy/Caddyfile", "exclude http", "", "log-web"),
        ("etc/tor/torrc", "%include", "Log info file /var/log/tor/x\n%include", "log-tor"),
        ("etc/tor/torrc", "%include", "SafeLogging 0\n%include", "log-tor"),
        ("etc/systemd/journald.conf.d/candour.conf", "volatile", "persistent", "log-journal"),
        ("proc/swaps", "/dev/zram0", "/dev/sda2", "swap"),
    ],
)
def test_a_program_that_writes_down(
    clinic: Clinic, laid_copy: Path, file: str, before: str, after: str, check: str
) -> None:
    text = (laid_copy / file).read_text()
    assert before in text
    (laid_copy / file).write_text(text.replace(before, after, 1))
    assert set(clinic.look(machine=laid_copy)) == {check}


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("proxy_pass http://127.0.0.1:{port};", True),
        ("access_log /var/log/nginx/a.log;\nproxy_pass http://127.0.0.1:{port};", True),
        ("access_log off;\nproxy_pass http://127.0.0.1:{port};", False),
        ("proxy_pass http://127.0.0.1:1;", False),
    ],
)
def test_another_web_server_in_front(clinic: Clinic, laid_copy: Path, text: str, bad: bool) -> None:
    site = laid_copy / "etc/nginx/sites-enabled/x"
    site.parent.mkdir(parents=True)
    site.write_text(text.replace("{port}", str(clinic.port)))
    assert set(clinic.look(machine=laid_copy)) == ({"log-web"} if bad else set())


def test_a_full_disk_and_one_that_can_only_be_read(tmp_path: Path) -> None:
    place = tmp_path / "small"
    with small_disk(place):
        assert [one.level for one in machine.disk(place)] == ["well"]
        (place / "big").write_bytes(bytes(3_400_000))
        assert [(one.check, one.level) for one in machine.disk(place)] == [("disk", "wrong")]
    with small_disk(tmp_path / "fixed", "ro"):
        (found,) = machine.disk(tmp_path / "fixed")
    assert (found.level, "can only be read" in found.said) == ("wrong", True)


def test_backups_too_old_missing_broken_or_kept_for_too_long(clinic: Clinic, tmp_path: Path) -> None:
    now = int(time.time())

    def dated(days: int) -> Path:
        return tmp_path / f"candour-{time.strftime('%Y-%m-%d', time.gmtime(now - days * DAY))}.sqlite"

    assert [found.level for found in folder.backups(tmp_path, now, 30)] == ["wrong"]
    shutil.copy(clinic.backup, dated(0))
    assert [found.level for found in folder.backups(tmp_path, now, 30)] == ["well"]
    dated(0).rename(dated(3))
    (found,) = folder.backups(tmp_path, now, 30)
    assert (found.level, "3 days old" in found.said) == ("wrong", True)
    dated(3).rename(dated(32))
    shutil.copy(clinic.backup, dated(0))
    assert [found.level for found in folder.backups(tmp_path, now, 30)] == ["attend"]
    data = bytearray(dated(0).read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    dated(0).write_bytes(data)
    (found,) = folder.backups(tmp_path, now, 30)
    assert (found.level, "cannot be restored" in found.said) == ("wrong", True)
    assert [found.level for found in folder.backups(None, now, 30)] == ["skipped"]


def test_a_period_that_nobody_closes_and_one_of_the_future(tmp_path: Path) -> None:
    store, now = Store(tmp_path, lambda: (100, 100), time.time), int(time.time())
    assert [one.level for one in folder.collection(store, now)] == ["well"]
    store.drops.create("cells", Period(start=now - now % 100 - 900, length=100))
    assert [(one.check, one.level) for one in folder.collection(store, now)] == [("collection", "wrong")]
    assert [(one.check, one.level) for one in folder.collection(store, now - 5000)] == [("clock", "wrong")]
    store.dispose()


def test_a_period_that_is_nearly_full(clinic: Clinic, tmp_path: Path) -> None:
    store, now = Store(tmp_path, lambda: (DAY, DAY), time.time), int(time.time())
    settings = type(clinic.settings)(**{**vars(clinic.settings), "cells_mb": 1})
    store.put("cells", {os.urandom(16): os.urandom(4096) for _ in range(20)})
    assert [one.level for one in folder.room(store, settings, now)] == ["well"]
    store.put("cells", {os.urandom(16): os.urandom(4096) for _ in range(200)})
    (found,) = folder.room(store, settings, now)
    assert (found.check, found.level) == ("room", "wrong")
    assert not re.search(r"\d", found.said)
    store.dispose()
