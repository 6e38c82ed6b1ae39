"""From a bare Debian to a portal that answers, to other versions and back, and off the machine again.

One test, since each step needs the one before. What it cannot show is said in docs/DEPLOY.md: no systemd runs in the
root, so units are never started by it (tests/deploy/test_files.py has them read by systemd).
"""

import json
import re
from pathlib import Path

import pytest

from tests.deploy.root import SUITES, Root
from tests.deploy.test_install import INSTALL, STATE, laid_as_said, organisation, release
from tests.harness.ports import free_port

UPGRADE = "/media/release/deploy/upgrade"
# What MemoryDenyWriteExecute in the unit does, for a program that systemd did not start.
MDWE = (
    "import ctypes, os, sys; assert ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0; os.execv(sys.argv[1], sys.argv[1:])"
)
SERVED = """
setpriv --reuid=candour-main --regid=candour-main --clear-groups --no-new-privs \
    python3 -c "$MDWE" /opt/candour/run/main/bin/candour serve --config /etc/candour/main.toml >/tmp/served 2>&1 &
server=$!
. /media/release/deploy/lib.sh
answers_on $PORT || { cat /tmp/served; exit 1; }
python3 -c 'import sys, urllib.request as r
for path in ("/", "/directory", "/board"):
    assert r.urlopen(f"http://127.0.0.1:{sys.argv[1]}{path}").status == 200' $PORT
$THEN
kill $server; wait $server || true
"""


@pytest.mark.parametrize("suite", SUITES)
def test_from_bare_debian_and_back(tmp_path, suite):
    root, port = Root(tmp_path, suite), free_port()
    root.release = release(tmp_path / "first", "7.0.0")  # a copy: the checkout may change while this runs
    answers = root.carried / "answers"
    answers.write_text(f"instance=main\nport={port}\ntor=yes\nweb=speak.example.org\n")
    root.done(INSTALL, "/media/carried/answers")
    onion = laid_as_said(root, port)
    organisation(root)
    root.done("candour-publish", "main", "/media/carried/organisation.json")
    before = root.shell(STATE)
    root.done(INSTALL, "/media/carried/answers")
    assert root.shell(STATE) == before
    _doctor(root, port)
    _other_versions(root, port, tmp_path)
    _caddy_is_silent(root)
    _uninstalls(root, onion)


def _serves(root: Root, port: int, then: str = "true") -> str:
    """The portal answers as its own user, from the link that the unit names; `then` is run meanwhile."""
    return root.shell(f"PORT={port}\nMDWE='{MDWE}'\n" + SERVED.replace("$THEN", then))


def _doctor(root: Root, port: int) -> None:
    said = _serves(root, port, "candour-doctor main --inside --json >/tmp/said || true; cat /tmp/said")
    findings = json.loads(said[said.index("{") :])["findings"]
    found = {one["check"]: one["level"] for one in findings}
    # No guardian was certified, nothing was signed, and no backup named: all else must be well.
    odd = {name for name, level in found.items() if level in ("attend", "wrong")}
    assert odd <= {"certificates", "signed", "swap"}, [one for one in findings if one["check"] in odd]
    assert found["certificates"] == "wrong"
    for name in ("answers", "headers", "bytes", "data-modes", "data-files", "log-web", "log-tor", "log-journal"):
        assert found[name] == "well", name


def _caddy_is_silent(root: Root) -> None:
    """The laid files, on a port of loopback without TLS, before a portal that does not answer: what goes wrong is where
    a server likes to write who asked."""
    port = free_port()
    adapted = json.loads(root.shell("HOME=/tmp caddy adapt --config /etc/caddy/Caddyfile 2>/dev/null"))
    assert adapted["admin"] == {"disabled": True}
    assert all("logs" not in server for server in adapted["apps"]["http"]["servers"].values())
    root.shell("cp -R /etc/caddy /root/caddy")
    site = "/root/caddy/candour.d/main.caddy"
    root.shell(f"sed -i 's#^http://speak.example.org#http://127.0.0.1:{free_port()}#' {site}")
    root.shell(f"sed -i 's#^speak.example.org#http://127.0.0.1:{port}#' {site}")
    spoken = _asked_in_vain(root, port, "/root/caddy/Caddyfile")
    assert "marker" not in spoken
    assert "127.0.0.1" not in spoken.replace(f"127.0.0.1:{port}", "")
    # A log of visits in the site is left out by our line. Without that, all is written: the test sees what it wants.
    root.shell(r"sed -i 's/^\theader {/\tlog\n&/' " + site)
    assert "marker" not in _asked_in_vain(root, port, "/root/caddy/Caddyfile")
    root.shell("sed -i '/exclude http/d' /root/caddy/Caddyfile")
    assert "marker" in _asked_in_vain(root, port, "/root/caddy/Caddyfile")


def _asked_in_vain(root: Root, port: int, config: str) -> str:
    script = f"""HOME=/tmp caddy run --adapter caddyfile --config {config} 2>&1 & caddy=$!
python3 - <<'END'
import time, urllib.error, urllib.request
for _ in range(300):
    try:
        urllib.request.urlopen("http://127.0.0.1:{port}/marker")
    except urllib.error.HTTPError as answer:
        assert answer.code == 502, answer.code
        assert answer.headers["Strict-Transport-Security"] and answer.headers["Onion-Location"]
        assert "Server" not in answer.headers and "Via" not in answer.headers
        break
    except OSError:
        time.sleep(0.2)
else:
    raise SystemExit("Caddy never answered")
END
kill $caddy; wait $caddy || true"""
    return root.shell(script)


def _runs(root: Root) -> str:
    return root.done("readlink", "/opt/candour/run/main").strip().rsplit("/", 1)[1]


def _other_versions(root: Root, port: int, folder: Path) -> None:
    first = _runs(root)
    root.release = release(folder / "next", "7.0.1")
    root.done(UPGRADE, "main")
    assert _runs(root).startswith("7.0.1-")
    _serves(root, port)
    assert "runs already" in re.sub(r"\s7\.0\.1-\w+", "", root.done(UPGRADE, "main"))
    root.done("candour-upgrade", "--rollback", "main")
    assert _runs(root) == first
    _serves(root, port)
    digest = "sha256sum /var/lib/candour/main/portal.sqlite; ls -R /var/lib/candour/main/site"
    before = root.shell(digest)
    root.release = release(folder / "broken", "7.0.2", migration='raise RuntimeError("on purpose")')
    code, written = root.run(UPGRADE, "main")
    assert (code, "Nothing was changed" in written) == (1, True), written
    assert (_runs(root), root.shell(digest)) == (first, before)
    root.release = release(folder / "shape", "7.0.3", migration='op.create_table("t", sa.Column("a", sa.Integer))')
    root.done(UPGRADE, "main")
    assert _runs(root).startswith("7.0.3-")
    _serves(root, port)
    code, written = root.run("candour-upgrade", "--rollback", "main")
    assert (code, "Nothing was changed" in written) == (1, True), written
    assert _runs(root).startswith("7.0.3-")
    left = set(root.shell("ls -A /var/lib/candour/main").split())
    assert left - {"portal.sqlite-wal", "portal.sqlite-shm"} == {"open", "portal.sqlite", "site"}


def _uninstalls(root: Root, onion: str) -> None:
    said = root.done("candour-uninstall", "main")
    for left in ("/var/lib/candour/main", "/etc/candour/main.toml", "/var/lib/tor/candour-main"):
        assert left in said
        root.done("test", "-e", left)
    for gone in (
        "/opt/candour", "/etc/systemd/system/candour@.service", "/etc/tor/candour.d", "/etc/caddy/candour.d",
        "/etc/caddy/Caddyfile", "/usr/local/sbin/candour-publish", "/usr/local/sbin/candour-doctor",
    ):  # fmt: skip
        root.shell(f"test ! -e {gone}")
    assert root.shell("find /etc/systemd -name '*candour*'") == ""
    root.shell("! grep -r candour /etc/tor /etc/systemd /etc/apt /etc/caddy")
    assert root.done("cat", "/var/lib/tor/candour-main/hostname").strip() == onion
