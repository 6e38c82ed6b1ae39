"""PostgreSQL under Patroni with etcd, by the files of deploy/cluster: two nodes as processes on the loopback address.

    with patroni() as cluster:
        primary = cluster.primary()
        primary.kill()                  # Patroni and PostgreSQL at once, as a power cut would
        cluster.primary()               # the other one, after some 30 seconds

Patroni and etcd are Debian's, laid out in build/long by tools/setup_tests.py. They run as the user `postgres`.
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.harness.authority import Authority
from tests.harness.ports import free_port
from tests.harness.postgres import as_server_user, programs
from tests.harness.process import Running
from tools.setup_tests import LAID_OUT, ROOT

_SETTINGS = ROOT / "deploy" / "cluster"
_PYTHON = "/usr/bin/python3"
_LONGEST = 240
PASSWORD = "for tests only"


class Node:
    """One machine of the two: Patroni and its PostgreSQL."""

    def __init__(self, home: Path, name: str, words: dict[str, str], run: Callable[[list[str]], Running]) -> None:
        self.name = name
        self.home = home / name
        self.port = free_port()
        self.data = self.home / "data"
        self._run = run
        self._running: Running | None = None
        self.home.mkdir()
        own = {"NAME": name, "HOME": self.home, "DATA": self.data, "PORT": self.port, "REST_PORT": free_port()}
        text = filled("patroni.yml", {**words, **{key: str(value) for key, value in own.items()}})
        # There is no watchdog for a process among others: that one line differs from what is shipped.
        assert "mode: required" in text
        self.settings = self.home / "config.yml"
        self.settings.write_text(text.replace("mode: required", '"mode": "off"'))
        _give(self.home)

    def start(self) -> None:
        """Start Patroni, which starts PostgreSQL when it knows which part to play."""
        self._running = self._run([_PYTHON, "-m", "patroni", str(self.settings)])

    def kill(self) -> None:
        """End Patroni, PostgreSQL and all its processes at once."""
        if self._running:
            self._running.kill()
            self._running.close()
            self._running = None
        with suppress(FileNotFoundError, ValueError):
            _kill_tree(int((self.data / "postmaster.pid").read_text().split()[0]), self.data)

    @property
    def running(self) -> bool:
        """Whether it was started, and not killed since."""
        return self._running is not None

    def output(self) -> str:
        """What Patroni and PostgreSQL have said."""
        return self._running.output().decode(errors="replace") if self._running else ""

    def psql(self, statement: str) -> str:
        """What the superuser gets for a statement, on this machine."""
        command = [programs() / "psql", "-X", "-A", "-t", "-h", self.home, "-p", self.port, "-c", statement, "postgres"]
        words = [*as_server_user(), *map(str, command)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=self.home)
        return done.stdout.strip() if done.returncode == 0 else f"failed: {done.stderr.strip()}"


class PatroniCluster:
    """etcd and two nodes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        os.chmod(home, 0o755)  # noqa: PTH101 - the portals read the authority's certificate
        self._programs = home / "programs"
        shutil.copytree(LAID_OUT, self._programs, symlinks=True)  # where the user `postgres` can read
        authority = Authority(home / "certificates")
        authority.issue("node", days=30)
        _give(home / "certificates")
        client, peer = free_port(), free_port()
        words = {
            "ADDRESS": "127.0.0.1", "NETWORK": "127.0.0.1/32", "ETCD": f"127.0.0.1:{client}",
            "CERTIFICATES": str(home / "certificates"), "PROGRAMS": str(programs()),
            "REPLICATION_PASSWORD": PASSWORD, "REWIND_PASSWORD": PASSWORD,
        }  # fmt: skip
        members = {"NAME": "vote1", "MEMBERS": f"vote1=https://127.0.0.1:{peer}", "DATA": str(home / "etcd")}
        told = filled("etcd.env", {**words, **members, "CLIENT_PORT": str(client), "PEER_PORT": str(peer)})
        self._votes = dict(line.split("=", 1) for line in told.splitlines() if line and not line.startswith("#"))
        (home / "etcd").mkdir(mode=0o700)
        _give(home / "etcd")
        self._etcd: Running | None = None
        self.nodes = [Node(home, name, words, self._run) for name in ("db1", "db2")]

    def start(self) -> None:
        """Start all, wait for the standby, make the portals' database."""
        self._etcd = self._run([str(self._programs / "usr/bin/etcd")])
        for node in self.nodes:
            node.start()
        primary = self.primary()
        self.standby()
        primary.psql(f"CREATE ROLE candour LOGIN PASSWORD '{PASSWORD}'")
        primary.psql("CREATE DATABASE candour OWNER candour")

    def url(self) -> str:
        """The address for portals: both machines, whichever takes writes."""
        secure = f"sslmode=verify-full&sslrootcert={self.home}/certificates/ca.crt&passfile={self._passwords()}"
        hosts = "&".join(f"host=127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql+psycopg://candour@/candour?{hosts}&target_session_attrs=read-write&{secure}"

    def place(self) -> str:
        """The same for a test's own questions, as libpq wants it."""
        ports = ",".join(str(node.port) for node in self.nodes)
        secure = f"sslmode=verify-full sslrootcert={self.home}/certificates/ca.crt passfile={self._passwords()}"
        hosts = f"host=127.0.0.1,127.0.0.1 port={ports} target_session_attrs=read-write"
        return f"{hosts} user=candour dbname=candour {secure}"

    def primary(self) -> Node:
        """The node that takes writes, once there is one."""
        return self._until(lambda node: node.psql("SELECT pg_is_in_recovery()") == "f", "nobody takes writes")

    def standby(self) -> Node:
        """The node that has everything that is acknowledged, once the primary waits for it and Patroni knows that."""
        synchronous = "SELECT application_name FROM pg_stat_replication WHERE sync_state = 'sync'"

        def is_standby(node: Node) -> bool:
            others = [one for one in self.nodes if one is not node]
            return any(one.psql(synchronous) == node.name for one in others) and node.name in self._may_take_over()

        return self._until(is_standby, "there is no synchronous standby")

    def _may_take_over(self) -> str:
        """The node that etcd has as the one that may take over; empty while there is none."""
        program = self._programs / "usr/bin/patronictl"
        ask = [_PYTHON, str(program), "-c", str(self.nodes[0].settings), "list", "-f", "json"]
        done = subprocess.run(
            [*as_server_user(), *ask], capture_output=True, text=True, check=False, env=self._environment()
        )
        if done.returncode:
            return ""
        return ",".join(one["Member"] for one in json.loads(done.stdout) if one["Role"] == "Sync Standby")

    def _passwords(self) -> Path:
        path = self.home / "passwords"
        path.write_text(f"*:*:candour:candour:{PASSWORD}\n")
        path.chmod(0o600)
        return path

    def stop(self) -> None:
        """End everything."""
        for node in self.nodes:
            node.kill()
        if self._etcd:
            self._etcd.kill()
            self._etcd.close()

    def _until(self, true: Callable[[Node], bool], otherwise: str) -> Node:
        ends = time.monotonic() + _LONGEST
        while not (found := [node for node in self.nodes if true(node)]):
            if time.monotonic() > ends:
                raise TimeoutError("\n".join([otherwise, *(node.output()[-3000:] for node in self.nodes)]))
            time.sleep(0.5)
        return found[0]

    def _run(self, command: list[str]) -> Running:
        return Running([*as_server_user(), *command], self.home, self._environment())

    def _environment(self) -> dict[str, str]:
        modules = self._programs / "usr/lib/python3/dist-packages"
        return {**os.environ, "PYTHONPATH": str(modules), "HOME": str(self.home), "LC_ALL": "C.UTF-8", **self._votes}


def filled(name: str, words: dict[str, str]) -> str:
    """A file of deploy/cluster with every @WORD@ replaced."""
    text = (_SETTINGS / name).read_text(encoding="utf-8").replace("@WORDS@", "")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    left = [line for line in text.splitlines() if "@" in line]
    if left:
        raise ValueError(f"words of {name} are not filled in: {left}")
    return text


def _give(folder: Path) -> None:
    """To the user whom the servers run as."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)


def _kill_tree(postmaster: int, data: Path) -> None:
    """End this PostgreSQL and its processes, which are in sessions of their own; another's of that number is spared."""
    if Path(f"/proc/{postmaster}/cwd").resolve() != data.resolve():
        return
    with suppress(ProcessLookupError):
        os.kill(postmaster, signal.SIGSTOP)  # or it would start new ones meanwhile
        for child in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(postmaster, signal.SIGKILL)
    while Path(f"/proc/{postmaster}/cwd").exists():
        time.sleep(0.01)


@contextmanager
def patroni() -> Iterator[PatroniCluster]:
    """A running cluster, and nothing of it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="candour-patroni-"))
    cluster = PatroniCluster(home)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home)
