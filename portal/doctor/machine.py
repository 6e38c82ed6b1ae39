"""The machine: its clock, its disk, and whether anything on it writes visits down.

`root` is the machine's `/`, or where the disk of another machine is mounted. Files of configuration are read, never
run; what is not there, or may not be read by this user, is said to be not looked at.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from portal.doctor.finding import Finding

_LEAST = 300_000_000
_WARN = 2_000_000_000


def disk(data: Path) -> Iterator[Finding]:
    """Room, and whether it can be written. Says no number: free room by the hour tells how much comes in."""
    if os.statvfs(data).f_flag & os.ST_RDONLY:
        yield Finding.bad("disk", "The disk can only be read; no report can be stored.", "Look at the machine's log.")
        return
    usage = shutil.disk_usage(data)
    if usage.free < min(_LEAST, usage.total // 4):
        yield Finding.bad("disk", "There is hardly any room left on the disk.", _ROOM)
    elif usage.free < min(_WARN, usage.total // 4):
        yield Finding.attend("disk", "There is little room left on the disk.", _ROOM)
    else:
        yield Finding.well("disk", "There is room on the disk.")


def time_kept(root: Path) -> Iterator[Finding]:
    """Whether the system keeps the clock by the network."""
    if not (root / "run/systemd/system").is_dir():
        yield Finding.skipped("time-sync", "Whether the clock is kept by the network: systemd is not running here.")
        return
    shown = subprocess.run(
        ["timedatectl", "show", "--property=NTPSynchronized", "--value"], capture_output=True, text=True, check=False
    )
    if shown.stdout.strip() == "yes":
        yield Finding.well("time-sync", "The clock is kept by the network.")
    else:
        yield Finding.bad(
            "time-sync",
            "The clock is not kept by the network. Keys are for days: a wrong clock shuts people out.",
            "systemctl enable --now systemd-timesyncd, then look at `timedatectl`.",
        )


def swap(root: Path) -> Iterator[Finding]:
    """What is in memory should not reach a disk that is not encrypted."""
    lines = _lines([root / "proc/swaps"])
    plain = [line.split()[0] for _, line in lines[1:] if not re.match(r"/dev/(zram|dm-|mapper/)", line)]
    if not lines:
        yield Finding.skipped("swap", "Swap: /proc/swaps cannot be read here.")
    elif plain:
        yield Finding.attend(
            "swap",
            f"This machine swaps to {plain[0]}, without encryption.",
            "swapoff -a, and take it out of /etc/fstab.",
        )
    else:
        yield Finding.well("swap", "Nothing is swapped to a plain disk.")


def logs(root: Path, port: int) -> Iterator[Finding]:
    """Every program on the way that could write down who came."""
    yield from _judge(
        "log-web", "The web server", _web(root, port), _found(root, ("etc/caddy", "etc/nginx", "etc/apache2"))
    )
    yield from _judge("log-tor", "Tor", _tor(root), _found(root, ("etc/tor",)))
    yield from _journal(root)


def _web(root: Path, port: int) -> Iterator[str]:
    caddy = [root / "etc/caddy/Caddyfile", *sorted((root / "etc/caddy/candour.d").glob("*.caddy"))]
    for path, line in _lines(caddy):
        # A named logger in the head of the file is Caddy's own; `log` in a site is a list of its visitors.
        if re.match(r"\s*log(\s*$|\s*\{|\s+(?!default\b))", line):
            yield f"{path}: {line.strip()}"
    text = "\n".join(line for _, line in _lines(caddy[:1]))
    if "candour.d" in text and "exclude http" not in text:
        yield f"{caddy[0]}: the line `exclude http` is gone; errors are logged with addresses"
    for path in _sites(root, "etc/nginx", ("nginx.conf", "conf.d/*", "sites-enabled/*")):
        lines = [line.strip() for _, line in _lines([path])]
        if any(re.search(rf"proxy_pass\s.*:{port}\b", line) for line in lines):
            said = [line for line in lines if line.startswith("access_log")]
            if said != ["access_log off;"]:
                yield f"{path}: {said[0] if said else 'nothing says access_log off;'}"
    for path in _sites(root, "etc/apache2", ("sites-enabled/*",)):
        lines = [line.strip() for _, line in _lines([path])]
        if any(f":{port}" in line for line in lines) and any(line.startswith("CustomLog") for line in lines):
            yield f"{path}: CustomLog"


def _tor(root: Path) -> Iterator[str]:
    for path, line in _lines([root / "etc/tor/torrc", *sorted((root / "etc/tor/candour.d").glob("*.conf"))]):
        if re.match(r"\s*(Log\s+(info|debug)|SafeLogging\s+0)", line, re.IGNORECASE):
            yield f"{path}: {line.strip()}"


def _journal(root: Path) -> Iterator[Finding]:
    files = [root / "etc/systemd/journald.conf", *sorted((root / "etc/systemd/journald.conf.d").glob("*.conf"))]
    if not any(path.is_file() for path in files):
        yield Finding.skipped("log-journal", "The machine's own log: there are no settings of journald here.")
        return
    stored = [match[1] for _, line in _lines(files) if (match := re.match(r"\s*Storage\s*=\s*(\w+)", line))]
    if stored[-1:] in (["volatile"], ["none"]):
        yield Finding.well("log-journal", "The machine's own log is kept in memory only.")
    else:
        yield Finding.attend(
            "log-journal",
            "The machine's own log is kept on the disk, with the times of everything that happens.",
            "Put Storage=volatile into /etc/systemd/journald.conf.d/candour.conf, and restart systemd-journald.",
        )


def _judge(check: str, who: str, problems: Iterable[str], there: bool) -> Iterator[Finding]:
    found = list(problems)
    for problem in found:
        yield Finding.bad(check, f"{who} writes down visits. {problem}", "Take this out, and destroy what was written.")
    if not there:
        yield Finding.skipped(check, f"{who}: no settings of it are here.")
    elif not found:
        yield Finding.well(check, f"{who} is not told to write down visits.")


def _found(root: Path, folders: Iterable[str]) -> bool:
    return any((root / folder).is_dir() for folder in folders)


def _sites(root: Path, folder: str, patterns: Iterable[str]) -> list[Path]:
    return [path for pattern in patterns for path in sorted((root / folder).glob(pattern)) if path.is_file()]


def _lines(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Lines that say something, each with its file; what cannot be read has none."""
    found = []
    for path in paths:
        try:
            text = path.read_text("utf-8", "replace")
        except OSError:
            continue
        found += [(path, line) for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return found


_ROOM = "Make room: old backups, packages (`apt-get clean`). When it is full, reports are refused until there is room."
