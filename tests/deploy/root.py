"""A clean Debian in a folder, for the scripts of deploy/ to work on: made by debootstrap, entered by chroot.

The bare system is made once and kept in build/; each test gets its own layer above it (overlayfs), in mount and process
namespaces that end with the command. Nothing of this machine's own services is touched: none can be reached from there,
and `policy-rc.d` keeps packages from starting any.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SUITES = ("bookworm", "trixie")  # Debian 12 and 13
_KEPT = CHECKOUT / "build" / "deploy"
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

_ENTER = """
set -eu
mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$LAYER/upper,workdir=$LAYER/work" "$LAYER/root"
mount -t proc proc "$LAYER/root/proc"
mount -t tmpfs tmpfs "$LAYER/root/tmp"
mkdir -p "$LAYER/root/media/release" "$LAYER/root/media/carried" "$LAYER/root/var/cache/pip"
mount --bind "$RELEASE" "$LAYER/root/media/release"
mount -o remount,bind,ro "$LAYER/root/media/release"
mount --bind "$CARRIED" "$LAYER/root/media/carried"
mount --bind "$CACHE/apt" "$LAYER/root/var/cache/apt/archives"
mount --bind "$CACHE/pip" "$LAYER/root/var/cache/pip"
# Not exec: a process that changes its user would no longer end with `unshare`; this shell does, and all below it.
chroot "$LAYER/root" env -i PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    PIP_CERT=/etc/machine-certificates.crt PIP_CACHE_DIR=/var/cache/pip PIP_DEFAULT_TIMEOUT=180 "$@"
exit $?
"""


class Root:
    """One layer above the bare system. `carried` is a folder that it sees as /media/carried, like a stick."""

    def __init__(self, folder: Path, suite: str = SUITES[0]) -> None:
        self.layer = folder / "layer"
        self.carried = folder / "carried"
        self.release = CHECKOUT
        for part in ("upper", "work", "root"):
            (self.layer / part).mkdir(parents=True)
        self.carried.mkdir()
        self._base = bare(suite)

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Start a command in it; killing the returned process ends all that came from it."""
        enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ENTER, "sh", *command]
        return subprocess.Popen(
            enter, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *command: str) -> tuple[int, str]:
        """Run a command in it to its end: exit code and what it wrote."""
        process = self.start(*command)
        written, _ = process.communicate()
        return process.returncode, written

    def done(self, *command: str) -> str:
        """What a command wrote that must succeed."""
        code, written = self.run(*command)
        assert code == 0, f"{shlex.join(command)}\n{written}"
        return written

    def shell(self, script: str) -> str:
        """What a script wrote that must succeed."""
        return self.done("sh", "-euc", script)

    def environment(self) -> Mapping[str, str]:
        own = {"BASE": self._base, "LAYER": self.layer, "RELEASE": self.release, "CARRIED": self.carried}
        return {**os.environ, **{name: str(path) for name, path in own.items()}, "CACHE": str(_KEPT)}


def bare(suite: str) -> Path:
    """The bare system, made if it is not there yet. Needs root, debootstrap and Debian's packages."""
    base = _KEPT / suite
    if not base.exists():
        assert os.geteuid() == 0, "a clean Debian can be made and entered by root only: run these tests as root"
        fresh = base.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in (_KEPT, _KEPT / "apt" / "partial", _KEPT / "pip"):
            folder.mkdir(parents=True, exist_ok=True)
        command = ["debootstrap", "--variant=minbase", f"--cache-dir={_KEPT / 'apt'}", suite, str(fresh), _mirror()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        _settle(fresh)
        fresh.rename(base)
    return base


def _settle(base: Path) -> None:
    """No service may start; pip trusts whom this machine trusts."""
    policy = base / "usr" / "sbin" / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    shutil.copyfile(_CERTIFICATES, base / "etc" / "machine-certificates.crt")


def _mirror() -> str:
    """The place that this machine's own apt takes Debian from; it has every suite."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(CODENAME)", "Created-By: Packages"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    found = [line.split() for line in answer.splitlines()]
    return next(place for place, *of in found if of[:1] == ["Debian"] and of[1:] and of[1].isalpha())
