"""The doctor finds a portal well that is, and names every sabotage of a list."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crypto import board, directory, signing, statement
from crypto.encoding import b64, load, unb64
from crypto.kdf import sha256
from portal import backup, create_app
from portal.cli import main
from portal.doctor import folder, machine
from portal.doctor.examine import Case, examine
from portal.doctor.finding import Finding, exit_code, metrics
from portal.register import BY_COURIER, BY_FILE, Register
from portal.schedule import Period
from portal.site import manifest
from portal.site.publish import build, build_writer, install
from portal.store import Store
from tests.journeys.forging import forging
from tests.portal.serving import Place
from tests.portal.world import DAY

pytestmark = pytest.mark.server
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


class Clinic(Place):
    """A healthy portal: signed site, three guardians with keys and heads, one published board file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, period=DAY, board_period=DAY, board_days=30, report_days=30)
        shutil.rmtree(self.settings.site)
        organisation, root = self.organisation.id, signing.public(self.organisation.root)
        writer = sha256(build_writer(organisation_id=organisation, root=root, name="St Elsewhere"))
        self._vouch(writer)
        built = build(organisation_id=organisation, root=root, name="St Elsewhere", writer=writer)
        signed = manifest.sign(manifest.describe(built, organisation), self.organisation.root, self.organisation.day)
        install(self.settings.site, built, signed)
        self._publish()
        self.machine = folder / "machine"
        laid(self.machine)
        self.backups = folder / "backups"
        with self.store() as store:
            policy = Register(lambda: store.statements, time.time).policy()
            self.backup = backup.write(store.main, self.backups, policy, keep=7, now=time.time())

    def _vouch(self, writer: bytes) -> None:
        """A policy that names the one-file writer, as `candour init` makes it."""
        policy = {**self.organisation.policy, "writer": writer}
        signed = self.organisation.sign("policy", [self.organisation.root], **policy)
        create_app(self.settings).extensions["candour"].register.submit([signed], [], BY_FILE)

    def _publish(self) -> None:
        register = create_app(self.settings).extensions["candour"].register
        for one in self.organisation.guardians:
            epochs, keys = self.organisation.epochs(one, 30)
            calendar = self.organisation.sign("calendar", [one.identity], g=one.g, weekdays=[0, 1, 2, 3, 4, 5, 6])
            register.submit([epochs, calendar], keys, BY_COURIER)
        seen = register.published().directory
        for one in self.organisation.guardians:
            head = self.organisation.sign("head", [one.courier], g=one.g, length=seen.length, state=seen.state)
            register.submit([head], [], BY_COURIER)
        yesterday = Period(start=(self.organisation.day - 1) * DAY, length=DAY)
        with self.store() as store:
            for back in (1, 0):
                start = yesterday.start - back * DAY
                cells = sorted(os.urandom(2048) for _ in range(3))
                store.board.write(Period(start=start, length=DAY), board.write_file(start, DAY, cells))

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The portal's data."""
        found = Store(self.settings.data, lambda: (DAY, DAY), time.time)
        yield found
        found.dispose()

    def look(self, **changes: Any) -> dict[str, list[Finding]]:
        """What the doctor finds that is not well, by check."""
        usual = {"settings": self.settings, "now": time.time(), "machine": self.machine, "backups": self.backups}
        found = examine(Case(**{**usual, **changes}))
        names = {one.check for one in found if one.level in ("attend", "wrong")}
        return {name: [one for one in found if one.check == name] for name in names}

    def run(self, *words: str | Path, machine: Path | None = None) -> Result:
        """The command."""
        command = ["doctor", "--machine", machine or self.machine, "--backups", self.backups, "--inside", *words]
        return CliRunner().invoke(main, [str(word) for word in command], env=self.environment())


def laid(root: Path) -> None:
    """A machine as deploy/install leaves it."""
    for source, target in (
        ("caddy/Caddyfile", "etc/caddy/Caddyfile"),
        ("caddy/site.caddy", "etc/caddy/candour.d/main.caddy"),
        ("tor/onion.conf", "etc/tor/candour.d/main.conf"),
        ("machine/journald.conf", "etc/systemd/journald.conf.d/candour.conf"),
    ):
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DEPLOY / source, root / target)
    (root / "etc/tor/torrc").write_text("%include /etc/tor/candour.d/*.conf\n")
    (root / "proc").mkdir()
    (root / "proc/swaps").write_text("Filename Type Size Used Priority\n/dev/zram0 partition 1 0 5\n")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A healthy portal that runs."""
    before = os.umask(0o077)
    made = Clinic(tmp_path_factory.mktemp("clinic"))
    try:
        with made.served():
            yield made
    finally:
        os.umask(before)


@pytest.fixture
def copy(clinic: Clinic, tmp_path: Path) -> Path:
    """The laid machine, to be changed."""
    shutil.copytree(clinic.machine, tmp_path / "machine")
    return tmp_path / "machine"


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


# What is wrong inside the machine: a change, and its undoing.


@contextmanager
def changed_file(path: Path, data: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(data)
    yield
    path.write_bytes(before)


def fresh_document(clinic: Clinic) -> None:
    """The portal reads its site anew when the document was replaced."""
    path = clinic.settings.site / "index.html"
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(path.read_bytes())
    fresh.replace(path)


@pytest.mark.parametrize("name", ["candour.js", "candour.css", "worker.js"])
def test_one_byte_of_the_site_changed(clinic: Clinic, name: str) -> None:
    path = clinic.settings.site / "assets" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    with changed_file(path, bytes(data)):
        fresh_document(clinic)
        found = clinic.look()
    fresh_document(clinic)
    assert set(found) == {"bytes"}
    assert f"/assets/{name} is not what it should be" in found["bytes"][0].said


def test_one_byte_of_the_page_changed(clinic: Clinic) -> None:
    path = clinic.settings.site / "index.html"
    with changed_file(path, path.read_bytes().replace(b"<h1", b"<h2", 1)):
        found = clinic.look()
    assert set(found) == {"bytes"}
    assert "/ is not" in found["bytes"][0].said


def test_a_site_that_is_not_signed_is_held_against_the_release(clinic: Clinic) -> None:
    path = clinic.settings.site / "manifest.json"
    data = path.read_bytes()
    path.unlink()
    try:
        assert {name: found[0].level for name, found in clinic.look().items()} == {"signed": "attend"}
        page = clinic.settings.site / "index.html"
        with changed_file(page, page.read_bytes() + b" "):
            assert set(clinic.look()) == {"signed", "bytes"}
    finally:
        path.write_bytes(data)


def test_a_site_signed_by_another_key(clinic: Clinic) -> None:
    path = clinic.settings.site / "manifest.json"
    body = statement.read(path.read_bytes(), "site").body
    described = {name: body[name] for name in ("organisation", "version", "headers", "files")}
    with changed_file(path, manifest.sign(described, os.urandom(32), clinic.organisation.day)):
        found = clinic.look()
    assert (set(found), found["signed"][0].level) == ({"signed"}, "wrong")
    assert "(signature)" in found["signed"][0].said


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
def test_a_program_that_writes_down(clinic: Clinic, copy: Path, file: str, before: str, after: str, check: str) -> None:
    text = (copy / file).read_text()
    assert before in text
    (copy / file).write_text(text.replace(before, after, 1))
    assert set(clinic.look(machine=copy)) == {check}


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("proxy_pass http://127.0.0.1:{port};", True),
        ("access_log /var/log/nginx/a.log;\nproxy_pass http://127.0.0.1:{port};", True),
        ("access_log off;\nproxy_pass http://127.0.0.1:{port};", False),
        ("proxy_pass http://127.0.0.1:1;", False),
    ],
)
def test_another_web_server_in_front(clinic: Clinic, copy: Path, text: str, bad: bool) -> None:
    site = copy / "etc/nginx/sites-enabled/x"
    site.parent.mkdir(parents=True)
    site.write_text(text.replace("{port}", str(clinic.port)))
    assert set(clinic.look(machine=copy)) == ({"log-web"} if bad else set())


@contextmanager
def small_disk(place: Path, *options: str) -> Iterator[None]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(["size=4m", *options]), "tmpfs", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


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


# What stands between the portal and a visitor.


def shortened(clinic: Clinic, drop: Callable[[dict[str, Any]], bool]) -> Callable[[bytes], bytes]:
    """A directory without the statements that `drop` says, as an operator could show it."""

    def twist(file: bytes) -> bytes:
        shown = load(file, 4 << 20)
        assert isinstance(shown, dict)
        log = [one for one in shown["log"] if not drop(statement.read(one).body)]
        named = {digest for one in log for digest in digests(statement.read(one).body)}
        keys = [key for key in map(unb64, shown["keys"]) if b64(sha256(key)) in named]
        return directory.build(log, [], keys)

    return twist


def digests(body: dict[str, Any]) -> list[str]:
    return [b64(one) for one in body.get("digests", ())]


def test_an_old_directory(clinic: Clinic) -> None:
    last = clinic.organisation.guardians[-1].g
    with forging(clinic.port, shortened(clinic, lambda body: body.get("g") == last and "digests" in body)) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"directory"}
    assert [one.said for one in found["directory"] if one.level == "wrong"] == [
        f"{url} shows another list of guardians than this portal has."
    ]


def test_a_missing_guardian(clinic: Clinic) -> None:
    gone = clinic.organisation.guardians[1].g
    with forging(clinic.port, shortened(clinic, lambda body: body.get("g") == gone)) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"directory"}
    assert any("without A. Guardian" in one.said for one in found["directory"])


def test_a_directory_that_does_not_verify(clinic: Clinic) -> None:
    with forging(clinic.port, lambda file: file.replace(b'"pad":"0', b'"pad":"1')) as url:
        found = clinic.look(addresses=(url,))
    assert any("does not verify (malformed)" in one.said for one in found["directory"])


def test_a_board_file_withheld(clinic: Clinic) -> None:
    def twist(file: bytes) -> bytes:
        first, *_ = board.read_files(file)
        return board.write_file(first.start, first.length, list(first.cells))

    with forging(clinic.port, twist, "/board") as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"board"}
    assert any("withholds a part" in one.said for one in found["board"])


@pytest.mark.parametrize(
    "name", ["Content-Security-Policy", "Referrer-Policy", "X-Frame-Options", "Permissions-Policy"]
)
def test_a_header_dropped(clinic: Clinic, name: str) -> None:
    with forging(clinic.port, lambda file: file, drop=name) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"headers"}
    assert any(f"the header {name} is not as it should be" in one.said for one in found["headers"])


@pytest.mark.parametrize("name", ["Set-Cookie", "ETag", "Server"])
def test_a_header_that_marks_or_tells(clinic: Clinic, name: str) -> None:
    with forging(clinic.port, lambda file: file, add=name) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"headers"}
    assert any(f"the header {name.lower()} should not be there" in one.said for one in found["headers"])


def test_a_script_changed_on_the_way(clinic: Clinic) -> None:
    with forging(clinic.port, lambda file: file + b"\n", "/assets/rest.js") as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"bytes"}


def test_nobody_answers(clinic: Clinic) -> None:
    found = clinic.look(addresses=("http://127.0.0.1:9",))
    assert set(found) == {"answers"}


def test_tor_is_not_there(clinic: Clinic) -> None:
    settings = type(clinic.settings)(**{**vars(clinic.settings), "authorities": ("a" * 56 + ".onion",)})
    assert set(clinic.look(settings=settings, socks="127.0.0.1:9")) == {"tor"}
    assert clinic.look(settings=settings, socks="127.0.0.1:9", outside=False) == {}


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
