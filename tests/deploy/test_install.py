"""From a bare Debian to a site that is built, twice over, and one portal of two off the machine again.

One test, since each step needs the one before, and a clean root is dear. What it cannot show is said in docs/DEPLOY.md:
no systemd runs in the root, so units are never started by it (tests/deploy/test_files.py has them read by systemd).
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.root import CHECKOUT, Root
from tests.harness.ports import free_port

INSTALL = "/media/release/deploy/install"
STATE = (
    "find /etc/candour /etc/tor /etc/caddy /etc/systemd/system /var/lib/candour /opt/candour "
    "-not -name '*.pyc' -printf '%p %m %u %l\n' | sort"
)


def organisation(root: Root) -> None:
    """A steward's folder, made as a steward makes it; only what is public is carried over."""
    steward = root.carried.parent / "steward"
    secret = root.carried.parent / "passphrase"
    secret.write_text("twelve letters and more\n")
    portal = [sys.executable, "-m", "portal", "init", str(steward)]
    command = [*portal, "--name", "St Elsewhere", "--passphrase-file", str(secret)]
    subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT)
    shutil.copy(steward / "organisation.json", root.carried)


def release(folder: Path, version: str, *, migration: str = "") -> Path:
    """This one with another number, perhaps a further migration, and closed to others than root, as its home is."""
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
    folder.chmod(0o700)
    return folder


KEPT = {"crypto", "portal", "recipients", "deploy", "pyproject.toml", "requirements.lock", "README.md", "LICENSE"}


@pytest.mark.slow
@pytest.mark.server
def test_from_bare_debian_to_a_site(tmp_path):
    root, port = Root(tmp_path), free_port()
    root.release = release(tmp_path / "first", "7.0.0")  # a copy: the checkout may change while this runs
    answers = root.carried / "answers"
    _refuses_nonsense(root, answers)
    answers.write_text(f"instance=main\nport={port}\ntor=yes\nweb=speak.example.org\n")
    root.done(INSTALL, "/media/carried/answers")
    laid_as_said(root, port)
    before = root.shell(STATE)
    root.done(INSTALL, "/media/carried/answers")
    assert root.shell(STATE) == before
    _second_portal(root, port, answers)
    organisation(root)
    root.done("candour-publish", "main", "/media/carried/organisation.json")
    assert root.shell("find /var/lib/candour/main -path '*/site/*' -o -perm /077 -print") == ""


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


def laid_as_said(root: Root, port: int) -> str:
    """Modes, owners, names, and what Tor was told; the onion address."""
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
    assert "enabled" in root.done("systemctl", "is-enabled", "candour@main.service")
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
