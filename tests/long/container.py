"""The image of deploy/Containerfile: built by buildah, run by podman as its first lines say. `make test-long`, as root.

No registry can be reached, and none is needed: a clean Debian made here takes the place of the slim image, and knows in
addition which certificates this machine trusts. Everything else is the file as it is committed.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from crypto import work
from crypto.encoding import b64, unb64
from crypto.kdf import name
from portal.headers import POLICY
from tests.deploy.root import SUITES, bare
from tests.deploy.test_install import release
from tests.harness.ports import free_port
from tests.harness.process import Running, running
from tests.journeys.stage import PASSPHRASE, Programs, carried_files, found

IMAGE = "localhost/candour"
BASE = "docker.io/library/debian:bookworm-slim"
# As the Containerfile advises. The rest is what a machine without control groups of its own needs.
CLOSED = ("--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--log-driver=none")
HERE = ("--network=host", "--cgroups=disabled", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024")
CELL_BYTES = 4096


@dataclass(frozen=True, kw_only=True)
class Store:
    """Images and containers in a folder of their own; `volume` is the portal's data, `port` where it listens."""

    folder: Path
    port: int

    def command(self, program: str, *args: str | Path) -> list[str]:
        """A command of buildah or podman on this store.

        crun refuses the older arrangement of control groups beside the newer: it is shown the newer alone.
        """
        place = ("--root", self.folder / "store", "--runroot", self.folder / "run", "--storage-driver", "vfs")
        shown = ("unshare", "--mount", "sh", "-c", 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$0" "$@"')
        return [str(part) for part in (*shown, program, *place, *args)]

    def run(self, program: str, *args: str | Path) -> str:
        """What a command wrote that must succeed."""
        done = subprocess.run(self.command(program, *args), capture_output=True, text=True, check=False)
        assert done.returncode == 0, (args, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    def container(self, *more: str | Path) -> list[str]:
        """The command that runs a container of the image, closed as the file advises."""
        volumes = ("--volume", "candour-data:/var/lib/candour", "--env", f"CANDOUR_PORT={self.port}")
        return self.command("podman", "run", "--rm", *CLOSED, *HERE, *volumes, *more)

    @contextmanager
    def served(self) -> Iterator[Running]:
        """The portal, until the end of the block."""
        try:
            url = f"http://127.0.0.1:{self.port}/"
            with running(self.container("--name", "portal", IMAGE), ready_url=url, timeout=180) as server:
                yield server
        finally:
            subprocess.run(
                self.command("podman", "rm", "--force", "--ignore", "portal"), capture_output=True, check=True
            )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The image, built; an organisation taken in."""
    folder = tmp_path_factory.mktemp("container")
    made = Store(folder=folder, port=free_port())
    _base(made)
    context = release(folder / "context", "7.0.0")
    file = context / "deploy" / "Containerfile"
    made.run("buildah", "bud", "--isolation", "chroot", "--pull-never", "--file", file, "--tag", IMAGE, context)
    programs, secret = Programs(folder=folder), folder / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    secret.chmod(0o600)
    found(programs, secret, f"http://127.0.0.1:{made.port}", guardians=1)
    carried = folder / "carried"
    carried.mkdir()
    for one in carried_files(folder):
        (carried / one.name).write_bytes(one.read_bytes())
        (carried / one.name).chmod(0o644)
    taken = subprocess.run(
        made.container("--volume", f"{carried}:/carried:ro", IMAGE, "publish", "/carried"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert taken.returncode == 0, taken.stdout + taken.stderr
    return made


def _base(store: Store) -> None:
    """The image that the file starts from."""
    extra = store.folder / "extra" / "etc"
    extra.mkdir(parents=True)
    (extra / "pip.conf").write_text("[global]\ncert = /etc/machine-certificates.crt\n")
    archive = store.folder / "base.tar"
    owned = ("--owner=0", "--group=0", "--numeric-owner")
    subprocess.run(
        ["tar", "-C", bare(SUITES[0]), "--exclude=./var/cache/apt/archives/*", "-cf", archive, "."], check=True
    )
    subprocess.run(["tar", "-C", extra.parent, *owned, "-rf", archive, "./etc/pip.conf"], check=True)
    store.run("podman", "import", archive, BASE)
    archive.unlink()


def test_it_serves_under_every_restriction(store: Store):
    with store.served() as server:
        with httpx.Client(base_url=f"http://127.0.0.1:{store.port}", trust_env=False, timeout=60) as visitor:
            for path in ("/", "/directory", "/board", "/beacon"):
                answer = visitor.get(path)
                assert (answer.status_code, dict(POLICY).items() <= _as_sent(answer).items()) == (200, True), path
            assert "server" not in visitor.get("/").headers
            assert _put(visitor).status_code in (200, 201, 204)
            visitor.get("/marker-of-somebody")
        assert b"marker" not in server.output()
        _is_closed(store)


def _is_closed(store: Store) -> None:
    """The process is nobody that matters, can become nobody else, and writes into its volume only."""
    status = store.run("podman", "exec", "portal", "cat", "/proc/1/status")
    found_in = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert found_in["Uid"].split()[0] != "0"
    assert (int(found_in["CapEff"], 16), int(found_in["CapBnd"], 16), found_in["NoNewPrivs"]) == (0, 0, "1")
    for place in ("/opt/candour/x", "/etc/x", "/x"):
        refused = subprocess.run(
            store.command("podman", "exec", "portal", "touch", place), capture_output=True, check=False
        )
        assert refused.returncode != 0, place
    store.run("podman", "exec", "portal", "touch", "/var/lib/candour/x")


def test_what_came_is_still_there_in_the_next_container(store: Store):
    with store.served(), httpx.Client(base_url=f"http://127.0.0.1:{store.port}", trust_env=False) as visitor:
        directory = visitor.get("/directory").content
    with store.served(), httpx.Client(base_url=f"http://127.0.0.1:{store.port}", trust_env=False) as visitor:
        assert visitor.get("/directory").content == directory


def test_it_holds_what_it_needs_and_no_more(store: Store):
    told = json.loads(store.run("podman", "image", "inspect", IMAGE))[0]["Config"]
    assert (told["User"], told["Entrypoint"], told["Cmd"]) == ("candour", ["/opt/candour/bin/candour"], ["serve"])
    look = (*("/", "/opt", "/root", "/var/lib/apt/lists"), "-mindepth", "1", "-maxdepth", "1")
    inside = store.run(
        "podman", "run", "--rm", *HERE, "--user=0", "--entrypoint", "/usr/bin/find", IMAGE, *look
    ).split()
    assert {"/etc", "/opt/candour"} <= set(inside)
    assert not {"/src", "/root/.cache", "/root/.config"} & set(inside)
    assert [one for one in inside if one.startswith(("/opt/", "/var/lib/apt/lists/"))] == ["/opt/candour"]


def _as_sent(answer: httpx.Response) -> dict[str, str]:
    names = {name.lower(): name for name, _ in POLICY}
    return {names.get(key, key): value for key, value in answer.headers.items()}


def _put(visitor: httpx.Client) -> httpx.Response:
    """One cell of noise, as every visit sends."""
    cell, beacon = os.urandom(CELL_BYTES), visitor.get("/beacon").json()
    proof = b64(work.solve(unb64(beacon["beacon"], 16), name(cell), beacon["bits"]))
    return visitor.put(f"/cells/{name(cell).hex()}", content=cell, headers={"Candour-Work": proof})
