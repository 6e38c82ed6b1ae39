"""From a bare Debian to a portal that answers, to another version and back, and off the machine again.

One test, since each step needs the one before, and a clean root is dear. What it cannot show is said in docs/DEPLOY.md:
no systemd runs in the root, so units are never started by it (tests/deploy/test_files.py has them read by systemd).
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.deploy.root import CHECKOUT, Root
from tests.harness.ports import free_port

INSTALL = "/media/release/deploy/install"
UPGRADE = "/media/release/deploy/upgrade"
STATE = (
    "find /etc/candour /etc/tor /etc/caddy /etc/systemd/system /var/lib/candour /opt/candour "
    "-not -name '*.pyc' -printf '%p %m %u %l\n' | sort"
)
MDWE = (
    "import ctypes, os, sys; assert ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0; os.execv(sys.argv[1], sys.argv[1:])"
)


def _organisation(root: Root) -> None:
    """A steward's folder, made as a steward makes it; only what is public is carried over."""
    steward = root.carried.parent / "steward"
    secret = root.carried.parent / "passphrase"
    secret.write_text("twelve letters and more\n")
    portal = [sys.executable, "-m", "portal", "init", str(steward)]
    command = [*portal, "--name", "St Elsewhere", "--passphrase-file", str(secret)]
    subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT)
    shutil.copy(steward / "organisation.json", root.carried)


def _release(folder: Path, version: str, *, migration: str = "") -> Path:
    """A release like this one with another number, and perhaps a further migration."""
    shutil.copytree(
        CHECKOUT, folder, symlinks=True,
        ignore=lambda at, names: {n for n in names if n == "__pycache__" or (Path(at) == CHECKOUT and n not in KEPT)},
    )  # fmt: skip
    project = folder / "pyproject.toml"
    text = project.read_text()
    project.write_text(re.sub(r'^version = ".*"$', f'version = "{version}"', text, flags=re.MULTILINE))
    if migration:
        head = 'import sqlalchemy as sa\nfrom alembic import op\nrevision = "9999"\ndown_revision = "%s"\n'
        versions = folder / "portal" / "store" / "migrations" / "versions"
        newest = max(file.name for file in versions.glob("[0-9]*.py"))[:4]
        (versions / "9999_test.py").write_text(head % newest + f"def upgrade():\n    {migration}\n")
    return folder


KEPT = {"crypto", "portal", "recipients", "deploy", "pyproject.toml", "requirements.lock", "README.md", "LICENSE"}


def _serves(root: Root, port: int, *before: str) -> None:
    """The portal answers as its own user, from the link that the unit names."""
    start = ["setpriv", "--reuid=candour-main", "--regid=candour-main", "--clear-groups", "--no-new-privs"]
    program = ["/opt/candour/run/main/bin/candour", "serve", "--config", "/etc/candour/main.toml"]
    server = root.start(*start, *before, *program)
    try:
        root.shell(f". /media/release/deploy/lib.sh; answers_on {port}")
        for path in ("/", "/directory"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                assert answer.status == 200
    finally:
        server.terminate()
        server.wait()


def _runs(root: Root) -> str:
    return root.done("readlink", "/opt/candour/run/main").strip().rsplit("/", 1)[1]


@pytest.mark.slow
@pytest.mark.server
def test_from_bare_debian_and_back(tmp_path):
    root, port = Root(tmp_path), free_port()
    answers = root.carried / "answers"
    _refuses_nonsense(root, answers)
    answers.write_text(f"instance=main\nport={port}\ntor=yes\nweb=speak.example.org\n")
    root.done(INSTALL, "/media/carried/answers")
    onion = _laid_as_said(root, port)
    before = root.shell(STATE)
    root.done(INSTALL, "/media/carried/answers")
    assert root.shell(STATE) == before
    _second_portal(root, port, answers)
    _organisation(root)
    root.done("candour-publish", "main", "/media/carried/organisation.json")
    assert root.shell("find /var/lib/candour/main -perm /077") == ""
    _serves(root, port, "/usr/bin/python3", "-c", MDWE)
    _caddy_is_silent(root)
    _other_versions(root, port, tmp_path)
    _uninstalls(root, onion)


def _refuses_nonsense(root: Root, answers: Path) -> None:
    for text, said in (
        ("instance=../x\n", "small letters"),
        ("port=80\n", "from 1024"),
        ("port=$(id)\n", "from 1024"),
        ("web=a b; id\n", "a name like"),
        ("tor=no\n", "nobody could reach"),
        ("touch /x\n", "no answer we know"),
    ):
        answers.write_text(text)
        code, written = root.run(INSTALL, "/media/carried/answers")
        assert (code, said in written, "Nothing was done" in written) == (1, True, True), written
    assert root.run("ls", "/opt/candour", "/etc/candour", "/x")[1].count("No such file") == 3


def _laid_as_said(root: Root, port: int) -> str:
    onion = root.done("cat", "/var/lib/tor/candour-main/hostname").strip()
    assert re.fullmatch(r"[a-z2-7]{56}\.onion", onion)
    modes = root.shell("stat -c '%a %U %G' /var/lib/candour/main /etc/candour/main.toml /var/lib/tor/candour-main")
    assert modes.splitlines() == [
        "700 candour-main candour-main",
        "640 root candour-main",
        "2700 debian-tor debian-tor",
    ]
    assert f'authorities = ["speak.example.org", "{onion}", "127.0.0.1:{port}"]' in root.done(
        "cat", "/etc/candour/main.toml"
    )
    assert root.shell("find /opt/candour ! -type l \\( -perm /022 -o ! -user root \\) | head") == ""
    root.done(
        "tor", "--verify-config", "-f", "/etc/tor/torrc", "--user", "debian-tor", "--DataDirectory", "/var/lib/tor"
    )
    dumped = root.shell("tor --dump-config short -f /etc/tor/torrc --user debian-tor --DataDirectory /var/lib/tor")
    assert "HiddenServiceDir /var/lib/tor/candour-main" in dumped
    assert "HiddenServicePoWDefensesEnabled 1" in dumped
    return onion


def _second_portal(root: Root, port: int, answers: Path) -> None:
    text = answers.read_text()
    answers.write_text(f"instance=second\nport={port}\n")
    code, written = root.run(INSTALL, "--no-clearnet", "/media/carried/answers")
    assert (code, "belongs to /etc/candour/main.toml" in written) == (1, True)
    answers.write_text(f"instance=second\nport={free_port()}\nweb=two.example.org\n")
    root.done(INSTALL, "--no-tor", "/media/carried/answers")
    site = root.done("cat", "/etc/caddy/candour.d/second.caddy")
    assert "Onion-Location" not in site
    root.shell("test ! -e /etc/tor/candour.d/second.conf; test -e /etc/tor/candour.d/main.conf")
    code, _ = root.run("setpriv", "--reuid=candour-second", "--clear-groups", "ls", "/var/lib/candour/main")
    assert code != 0
    assert "second" in root.done("candour-uninstall", "--purge", "second")
    root.shell("test ! -e /var/lib/candour/second; test ! -e /etc/candour/second.toml; ! id candour-second 2>/dev/null")
    root.shell("test -e /etc/caddy/candour.d/main.caddy; test -x /opt/candour/run/main/bin/candour")
    answers.write_text(text)


def _caddy_is_silent(root: Root) -> None:
    """The laid files, on a port of loopback without TLS, before a portal that does not answer: what goes wrong is where
    a server likes to write who asked."""
    port = free_port()
    adapted = json.loads(root.shell("HOME=/tmp caddy adapt --config /etc/caddy/Caddyfile 2>/dev/null"))
    assert adapted["admin"] == {"disabled": True}
    assert all("logs" not in server for server in adapted["apps"]["http"]["servers"].values())
    root.shell("cp -R /etc/caddy /root/caddy")
    root.shell(f"sed -i 's#^speak.example.org#http://127.0.0.1:{port}#' /root/caddy/candour.d/main.caddy")
    spoken = _asked_in_vain(root, port, "/root/caddy/Caddyfile")
    assert "marker" not in spoken
    assert "127.0.0.1" not in spoken.replace(f"127.0.0.1:{port}", "")
    # The same without our line writes all of it: the test can see what it looks for.
    root.shell("sed -i '/exclude http/d' /root/caddy/Caddyfile")
    assert "marker" in _asked_in_vain(root, port, "/root/caddy/Caddyfile")


def _asked_in_vain(root: Root, port: int, config: str) -> str:
    script = f"""HOME=/tmp caddy run --adapter caddyfile --config {config} 2>&1 & caddy=$!
python3 - <<'END'
import time, urllib.error, urllib.request
for _ in range(100):
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


def _other_versions(root: Root, port: int, folder: Path) -> None:
    first = _runs(root)
    root.release = _release(folder / "next", "7.0.1")
    root.done(UPGRADE, "main")
    assert _runs(root).startswith("7.0.1-")
    _serves(root, port)
    assert "runs already" in root.done(UPGRADE, "main").replace(f"{_runs(root)} ", "")
    root.done("candour-upgrade", "--rollback", "main")
    assert _runs(root) == first
    _serves(root, port)
    digest = "sha256sum /var/lib/candour/main/portal.sqlite; ls -R /var/lib/candour/main/site"
    before = root.shell(digest)
    root.release = _release(folder / "broken", "7.0.2", migration='raise RuntimeError("on purpose")')
    code, written = root.run(UPGRADE, "main")
    assert (code, "Nothing was changed" in written) == (1, True), written
    assert (_runs(root), root.shell(digest)) == (first, before)
    root.release = _release(folder / "shape", "7.0.3", migration='op.create_table("t", sa.Column("a", sa.Integer))')
    root.done(UPGRADE, "main")
    assert _runs(root).startswith("7.0.3-")
    _serves(root, port)
    code, written = root.run("candour-upgrade", "--rollback", "main")
    assert (code, "Nothing was changed" in written) == (1, True), written
    assert _runs(root).startswith("7.0.3-")
    assert root.shell("ls -A /var/lib/candour/main").split() == ["open", "portal.sqlite", "site"]
    root.release = CHECKOUT


def _uninstalls(root: Root, onion: str) -> None:
    said = root.done("candour-uninstall", "main")
    for left in ("/var/lib/candour/main", "/etc/candour/main.toml", "/var/lib/tor/candour-main"):
        assert left in said
        root.done("test", "-e", left)
    for gone in ("/opt/candour", "/etc/systemd/system/candour@.service", "/etc/tor/candour.d", "/etc/caddy/candour.d",
                 "/etc/caddy/Caddyfile", "/usr/local/sbin/candour-publish"):  # fmt: skip
        root.shell(f"test ! -e {gone}")
    root.shell("! grep -r candour /etc/tor /etc/systemd /etc/apt /etc/caddy")
    assert root.done("cat", "/var/lib/tor/candour-main/hostname").strip() == onion
