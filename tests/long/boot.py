"""A booted machine: a kernel and systemd of its own, the portal in its whole sandbox, Tor, Caddy, AppArmor, a reboot.

`make test-long`. The machine is laid by deploy/install in a clean root, started by QEMU (tests/harness/machine.py), and
then worked only as its owner and its visitors would. It has no Internet: no certificate from an authority, no real Tor
network, no time from the network; nothing else may be missing. Without QEMU these tests fail: nothing was booted then.

The tests of one machine stand in the order in which they must run.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from portal.headers import POLICY
from tests.deploy.root import SUITES, Root
from tests.deploy.test_install import INSTALL, laid_as_said, release
from tests.harness.chromium import launch_chromium
from tests.harness.machine import Machine, image, prepare
from tests.harness.ports import free_port
from tests.journeys.journey import Steps
from tests.journeys.reporter import Visit
from tests.journeys.stage import PASSPHRASE, Guardian, Programs, carried_files, found

WEB = "speak.example.org"
UNIT = "candour@main.service"
# What only the Internet gives. Every other finding of the doctor must be well.
LACKING = {"time-sync", "signed", "answers"}
# What comes of a board that is published every minute, for thirty days.
HURRIED = {"board-size"}
# Long enough for a processor that is made of software.
PERIODS = {"period": 60, "board-period": 60}
MARK = "visit-of-somebody-7f3a"
EXPOSURE = 0.9
UPGRADE = "/root/release/deploy/upgrade"
_RUNS = f"readlink -f /opt/candour/run/main; systemctl is-active {UNIT}"

_ASK = """python3 -c '
import sys, urllib.request as r, urllib.error as e
try: r.urlopen(sys.argv[1])
except e.HTTPError: pass'"""
# To the nearest other machine, which the network card leads to. By UDP, since a filter of packets answers that at once;
# TCP would only wait in vain.
_CALL = """python3 -c '
import socket
try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("10.0.2.2", 9))
except PermissionError: print("forbidden")
else: print("sent")'"""


@dataclass(kw_only=True)
class Place:
    """A machine that is on, and the people around it."""

    machine: Machine
    root: Root
    port: int
    door: int
    onion: str
    folder: Path
    programs: Programs
    guardian: Guardian
    steps: Steps

    def visit(self, path: str, **headers: str) -> httpx.Response:
        """One request by the web address, from outside the machine. Its certificate is of an authority of its own."""
        with httpx.Client(verify=False, trust_env=False, timeout=120) as client:
            given = {"Host": WEB, **headers}
            named = {"sni_hostname": WEB}
            return client.get(f"https://127.0.0.1:{self.door}{path}", headers=given, extensions=named)

    def doctor(self) -> dict[str, set[str]]:
        """What the doctor finds, by level."""
        _, said = self.machine.run("candour-doctor main --json 2>/tmp/doctor; cat /tmp/doctor >&2")
        found: dict[str, set[str]] = {}
        for one in json.loads(said[said.index("{") : said.rindex("}") + 1])["findings"]:
            found.setdefault(one["level"], set()).add(one["check"])
            if one["level"] in ("wrong", "attend"):
                print(one)
        return found


@pytest.fixture(scope="module", params=SUITES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, port, door, steps = tmp_path_factory.mktemp("boot"), free_port(), free_port(), Steps()
    root = Root(folder, request.param)
    root.release = release(folder / "first", "7.0.0")
    prepare(root)
    print(f"{request.param}:")
    with steps.step("deploy/install ANSWERS"):
        answers = f"instance=main\nport={port}\ntor=yes\nweb={WEB}\n"
        (root.carried / "answers").write_text(answers)
        root.done(INSTALL, "/media/carried/answers")
    onion = laid_as_said(root, port)
    root.release = release(folder / "next", "7.0.1")
    root.done("/media/release/deploy/upgrade", "main")
    programs = Programs(folder=folder)
    secret = folder / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    secret.chmod(0o600)
    with steps.step("the ceremony: candour init, guardian init, install and request, candour guardian add"):
        (guardian,) = found(programs, secret, f"http://127.0.0.1:{port}", guardians=1, policy=PERIODS)
    for one in carried_files(folder):
        shutil.copy(one, root.carried)
    root.shell("cp -R /media/carried /root/carried; cp -R /media/release /root/release")
    disk = image(root, folder)
    with Machine(disk, folder, {door: 443, port: port}) as machine:
        yield Place(
            machine=machine, root=root, port=port, door=door, onion=onion, folder=folder, programs=programs,
            guardian=guardian, steps=steps,
        )  # fmt: skip


def test_it_starts_and_waits_for_its_organisation(place: Place):
    """Before the steward's files are there nothing has failed, and the portal is not started in vain."""
    machine = place.machine
    assert machine.run("systemctl is-system-running --wait")[1].strip() == "running", _failed(machine)
    for unit in ("tor@default", "caddy", "systemd-journald", "systemd-timesyncd", "unattended-upgrades"):
        assert machine.run(f"systemctl is-active {unit}") == (0, "active\n"), _said(machine, unit)
    assert machine.run(f"systemctl is-active {UNIT}")[1] == "inactive\n", _said(machine, UNIT)
    assert machine.run(f"systemctl is-enabled {UNIT}")[1] == "enabled\n"


def test_it_serves_once_it_has_its_organisation(place: Place):
    machine = place.machine
    with place.steps.step("candour-publish main FILES"):
        machine.done("candour-publish main /root/carried/*.json")
    machine.done(f". /root/release/deploy/lib.sh; answers_on {place.port}")
    assert machine.run(f"systemctl is-active {UNIT}") == (0, "active\n"), _said(machine, UNIT)
    assert _warnings(machine) == ""


def test_the_portal_is_held_in(place: Place):
    """What the unit asks for is in force: tried from inside, as somebody who has taken the portal over would."""
    machine = place.machine
    pid = machine.done(f"systemctl show -P MainPID {UNIT}").strip()
    status = dict(
        line.split(":\t", 1) for line in machine.done(f"cat /proc/{pid}/status").splitlines() if ":\t" in line
    )
    assert machine.done(f"stat -c %U /proc/{pid}") == "candour-main\n"
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {0}
    inside = f"nsenter -t {pid} -m --"
    for place_of_others in ("/opt/candour/x", "/etc/x", "/var/lib/candour/x", "/usr/x"):
        assert machine.run(f"{inside} touch {place_of_others}")[0] != 0, place_of_others
    machine.done(f"{inside} touch /var/lib/candour/main/x; rm /var/lib/candour/main/x")
    for hidden in ("/var/lib/tor/candour-main/hs_ed25519_secret_key", "/root/carried/organisation.json", "/dev/vda"):
        assert machine.run(f"{inside} cat {hidden}")[0] != 0, hidden
    group = f"/sys/fs/cgroup/system.slice/system-candour.slice/{UNIT}/cgroup.procs"
    assert machine.done(f"(echo 0 > {group}; exec {_CALL})").strip() == "forbidden"
    assert machine.done(_CALL).strip() == "sent", "nobody forbids it to others"
    exposure = machine.done(f"systemd-analyze security --no-pager {UNIT} | tail -1")
    assert f": {EXPOSURE} " in exposure, exposure


def test_caddy_serves_with_its_headers(place: Place):
    """The laid files, with the machine's own authority in the place of a real one."""
    machine = place.machine
    own = rf"sed -i 's/^{WEB} {{/&\n\ttls internal/' /etc/caddy/candour.d/main.caddy"
    machine.done(f"{own}; systemctl restart caddy")
    answer = _until(lambda: place.visit("/"))
    assert answer.status_code == 200
    assert {name.lower(): value for name, value in POLICY}.items() <= dict(answer.headers).items()
    assert answer.headers["strict-transport-security"] == "max-age=63072000"
    assert answer.headers["onion-location"] == f"http://{place.onion}/"
    assert not {"server", "via", "alt-svc"} & set(answer.headers)


def test_the_first_report_comes_and_is_answered(place: Place):
    """From a browser by the web address, through Caddy and the sandbox, to a guardian's own computer."""
    machine, guardian = place.machine, place.guardian
    proxy = f"/usr/lib/systemd/systemd-socket-proxyd 127.0.0.1:{place.port}"
    # The guardian's way in, which is the onion service otherwise.
    machine.done(f"systemd-run --unit=way-in --socket-property=ListenStream=10.0.2.15:{place.port} {proxy}")
    guardian.run("sync")
    rules = f"--host-resolver-rules=MAP {WEB} 127.0.0.1:{place.door}"
    with place.steps.step("a concern is written, sent, collected and opened"):
        with launch_chromium(args=[rules, "--ignore-certificate-errors"]) as browser:
            visit = Visit(browser, f"https://{WEB}/")
            visit.raise_concern({"happened": "Seen on a whole machine."}, to=[guardian.role])
            visit.close()
        thread = _until(lambda: _read(guardian))
    assert thread["incoming"][0]["sections"]["happened"] == "Seen on a whole machine."
    print(f"  {place.steps.total():.0f} s from the bare machine, with the making of a disk and its start")


def _read(guardian: Guardian) -> Any:
    guardian.run("sync")
    (thread,) = guardian.threads()
    return guardian.json("read", str(thread["number"]))


def test_the_doctor_finds_it_well(place: Place):
    found = place.doctor()
    assert found.get("wrong", set()) | found.get("attend", set()) <= LACKING | HURRIED, found
    for name in ("log-web", "log-tor", "log-journal", "data-modes", "headers", "bytes", "tor", "collection", "disk"):
        assert name in found["well"], (name, found)


def test_no_visit_is_written_down(place: Place):
    """By the web and beside it, when all is well and when the portal is down. The disk is searched at the end."""
    machine = place.machine
    mark = {"User-Agent": MARK, "Referer": f"https://{MARK}/"}
    assert place.visit(f"/{MARK}", **mark).status_code == 404
    machine.done(f"{_ASK} http://127.0.0.1:{place.port}/{MARK}")
    machine.done(f"systemctl stop {UNIT}")
    assert place.visit(f"/{MARK}", **mark).status_code == 502
    machine.done(f"systemctl start {UNIT}; . /root/release/deploy/lib.sh; answers_on {place.port}")
    assert machine.run(f"journalctl --no-pager -o export | grep -c {MARK}") == (1, "0\n")
    assert machine.run(f"grep -rlsa {MARK} /var /run /tmp /etc")[1] == ""
    assert "10.0.2.2" not in machine.done("journalctl --no-pager -o cat -u caddy -u candour@main -u tor@default")
    # The search finds what is there.
    machine.done(f"echo {MARK} | systemd-cat; sync")
    assert machine.run(f"journalctl --no-pager -o export | grep -c {MARK}")[0] == 0


def test_a_reboot_keeps_everything_but_the_log(place: Place):
    machine = place.machine
    before = [place.visit("/directory").content, machine.done("cat /var/lib/tor/candour-main/hostname")]
    place.machine.reboot()
    machine.run("systemctl is-system-running --wait")
    assert _failed(machine) == ""
    machine.done(f". /root/release/deploy/lib.sh; answers_on {place.port}")
    assert [
        _until(lambda: place.visit("/directory")).content,
        machine.done("cat /var/lib/tor/candour-main/hostname"),
    ] == before
    assert machine.run(f"journalctl --no-pager -o export | grep -c {MARK}") == (1, "0\n")
    assert machine.done("ls /var/log/journal 2>/dev/null || true") == ""


def test_another_version_takes_over_while_it_runs_and_back(place: Place):
    """Both were laid before the machine was cut off from the network: what is shown is how one follows the other."""
    machine, listed = place.machine, place.visit("/directory").content
    for command, version in (("true", "7.0.1"), ("candour-upgrade --rollback", "7.0.0"), (UPGRADE, "7.0.1")):
        machine.done(f"{command} main")
        assert f"/{version}-" in machine.done(_RUNS)
        machine.done(f". /root/release/deploy/lib.sh; answers_on {place.port}")
        assert place.visit("/").status_code == 200
        assert place.visit("/directory").content == listed


def test_it_goes_off_the_machine(place: Place):
    machine = place.machine
    machine.done("candour-uninstall --purge main")
    assert machine.run(f"systemctl is-active {UNIT}")[0] != 0
    assert (
        machine.run("ls -d /opt/candour /var/lib/candour /etc/candour /var/lib/tor/candour-main 2>/dev/null")[1] == ""
    )
    assert _failed(machine) == ""
    assert machine.done("systemctl is-active tor@default") == "active\n"


def test_the_disk_bears_no_trace_of_a_visit(place: Place):
    """Byte for byte, after it was switched off: also what was deleted is searched."""
    place.machine.done("echo trace-of-this-test > /root/trace; sync")
    place.machine.off()
    found = subprocess.run(["grep", "-c", "-a", MARK, place.machine.disk], capture_output=True, text=True, check=False)
    assert found.stdout == "0\n"
    assert subprocess.run(["grep", "-q", "-a", "trace-of-this-test", place.machine.disk], check=False).returncode == 0


def _failed(machine: Machine) -> str:
    return machine.done("systemctl --failed --plain --no-legend")


def _said(machine: Machine, unit: str) -> str:
    return machine.run(f"systemctl status --no-pager -n 30 {unit}")[1]


def _warnings(machine: Machine) -> str:
    """What systemd does not understand of our unit, or could not do for it."""
    pattern = "candour@main.*(Unknown|not supported|ignoring|Failed|kernel)|apparmor=.DENIED"
    return machine.run(f"journalctl --no-pager -o cat -b | grep -iE '{pattern}'")[1]


def _until(look: Callable[[], Any], seconds: float = 900) -> Any:
    """What `look` gives as soon as it gives anything."""
    ends = time.monotonic() + seconds
    while True:
        try:
            return look()
        except (httpx.TransportError, ValueError):
            if time.monotonic() > ends:
                raise
            time.sleep(2)
