"""The files of deploy/ by the programs that will read them: shells, systemd, and what a log may hold."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from portal.headers import POLICY

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNIT = DEPLOY / "units" / "candour@.service"
SCRIPTS = ["install", "publish", "doctor", "upgrade", "uninstall"]
# What systemd 252 measures; docs/DEPLOY.md states it.
EXPOSURE = 0.9
STILL_OPEN = {
    "RootDirectory=/RootImage=",
    "RestrictAddressFamilies=~AF_UNIX",
    "RestrictAddressFamilies=~AF_(INET|INET6)",
    "PrivateNetwork=",
    "DeviceAllow=",
    "IPAddressDeny=",
}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The unit as an instance, with a program that exists in the place of the portal's."""
    unit = tmp_path / "candour@x.service"
    unit.write_text(UNIT.read_text().replace("/opt/candour/run/%i/bin/candour", "/bin/true"))
    return unit


def _security(unit: Path, *options: str) -> str:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", *options, str(unit)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _open(unit: Path) -> set[str]:
    return {each["name"] for each in json.loads(_security(unit, "--json=short")) if not each["set"]}


def test_systemd_understands_the_unit(instance):
    done = subprocess.run(["systemd-analyze", "verify", instance], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "candour@" in line]) == (0, [])


def test_the_unit_is_as_closed_as_is_said(instance):
    assert f"Overall exposure level for candour@x.service: {EXPOSURE}" in _security(instance)
    assert f"**{EXPOSURE}**" in (DEPLOY.parent / "docs" / "DEPLOY.md").read_text()
    assert _open(instance) == STILL_OPEN


@pytest.mark.parametrize(
    "option", ["ProtectSystem", "NoNewPrivileges", "MemoryDenyWriteExecute", "RestrictNamespaces", "ProtectProc"]
)
def test_an_option_less_is_noticed(instance, option):
    text = instance.read_text()
    instance.write_text(re.sub(rf"^{option}=.*\n", "", text, flags=re.MULTILINE))
    assert instance.read_text() != text
    assert len(_open(instance)) > len(STILL_OPEN)


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script):
    done = subprocess.run(
        ["shellcheck", "-x", "-P", DEPLOY.parent, DEPLOY / script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"^set -eu$", (DEPLOY / script).read_text(), re.MULTILINE)


def test_no_script_names_a_place_to_fetch_from():
    texts = {file: file.read_text() for file in DEPLOY.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    for file, text in texts.items():
        found = set(re.findall(r"https?://[^\s\"']+", text))
        assert all(re.match(r"https?://(\$|@|127\.0\.0\.1|\{)", one) for one in found), (file, found)
        assert not re.search(r"\b(curl|wget|index-url|find-links)\b", text), file


def test_caddy_gives_the_portals_own_headers_with_what_it_says_by_itself() -> None:
    """tests/long/caddy.py asks a real Caddy; this keeps the two lists from drifting apart every day."""
    text = (DEPLOY / "caddy/Caddyfile").read_text(encoding="utf-8")
    snippet = text[text.index("(candour_policy)") :]
    assert re.findall(r'^\t\t([A-Za-z-]+) "(.*)"$', snippet[: snippet.index("\n}")], re.MULTILINE) == list(POLICY)
