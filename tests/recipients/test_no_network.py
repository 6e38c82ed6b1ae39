"""A vault on a machine without a network: its whole work in a namespace without interfaces, by the real programs.

The courier runs outside, as a program too, against a portal that listens; the two meet in a folder.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.recipients.live import Live
from tests.recipients.world import Reporter

ROOM = Path(__file__).parents[2] / "recipients"
# The modules that may open a connection. Whoever is added here must be a courier or a watcher, and nothing else.
_ON_LINE = {"courier.py"}
_NETWORK = {
    "aiohttp",
    "asyncio",
    "ftplib",
    "http",
    "httpcore",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
}
_NETWORK |= {"socks", "socksio", "ssl", "telnetlib", "urllib3", "xmlrpc"}


def imported(path: Path) -> set[str]:
    """The packages that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    # Taking an address apart needs no network.
    return {name.split(".")[0] for name in found if not name.startswith("urllib.parse")}


def test_only_the_courier_can_open_a_connection():
    found = {str(path.relative_to(ROOM)): imported(path) & (_NETWORK | {"urllib"}) for path in ROOM.rglob("*.py")}
    # A watcher is on line by its nature: it does what visitors do, and holds nothing.
    assert {name for name, what in found.items() if what and not name.startswith("watch")} == _ON_LINE
    assert found["courier.py"] == {"httpx"}


def offline(live: Live, *arguments: str, text: str | None = None) -> dict[str, Any]:
    """Runs a `guardian` command where there is no network interface that is up."""
    program = [str(Path(sys.executable).parent / "guardian"), *arguments, *live.vault]
    # As root a namespace of one's own can be had directly, for others inside a user namespace.
    alone = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    done = subprocess.run([*alone, *program], cwd=live.folder, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    fields: dict[str, Any] = json.loads(done.stdout)
    return fields


def test_there_is_no_network_in_there():
    program = "import socket; s = socket.socket(); s.settimeout(5); s.connect(('127.0.0.1', 1))"
    alone = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    done = subprocess.run([*alone, sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "Network is unreachable" in done.stderr


@pytest.mark.server
@pytest.mark.slow
def test_a_vault_does_all_its_work_without_a_network(live: Live):
    assert shutil.which("unshare")
    stick = live.folder / "stick"
    stick.mkdir()
    offline(live, "courier-pass", "-o", "courier.pass")

    def trip() -> dict[str, Any]:
        out = live.run("guardian", "courier", "--pass", "courier.pass", "--folder", "stick", "--json")
        told: dict[str, Any] = json.loads(out)
        return told

    trip()
    offline(live, "bundle", "import", "stick")
    offline(live, "bundle", "export", "stick")
    trip()
    reporter = Reporter(live)  # type: ignore[arg-type]
    live.until(lambda: live.seen().warnings == () and bool(live.seen().guardian(live.people[0].g).epochs))
    reporter.send(live.people, "nobody may know")
    live.until(lambda: trip()["carried"] and offline(live, "bundle", "import", "stick")["found"] == 1)
    assert [one["number"] for one in offline(live, "list")["threads"]] == [1]
    assert "nobody may know" in json.dumps(offline(live, "read", "1"))
    (live.folder / "reply.txt").write_text("We have read it, on a machine without a network.")
    offline(live, "reply", "1", "--file", "reply.txt")
    assert offline(live, "outgoing")["outgoing"]
    assert offline(live, "status")["concerns"] == 1
    offline(live, "bundle", "export", "stick")

    def answered() -> bool:
        trip()
        return bool(reporter.replies(live.people[0]))

    live.until(answered)
    assert [one.text for one in reporter.replies(live.people[0])] == [
        "We have read it, on a machine without a network."
    ]
    assert offline(live, "bundle", "import", "stick")["put_aside"] == []
