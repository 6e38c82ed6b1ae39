"""The portal's own folder: who can read it, what lies in it, whether periods are closed, and the backups."""

import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from portal import backup
from portal.doctor.finding import Finding
from portal.settings import Settings
from portal.steward import ROOT
from portal.store import Store
from portal.store.dead_drop import KINDS

_DAY = 86_400
_LATE = 600
_ROOM = 0.8
_BACKUP_DAYS = 2
_KNOWN = re.compile(
    r"portal\.sqlite(-wal|-shm|-journal)?|open|open/lock|site|site/.*|"
    r"open/(cells|chunks|board)-[0-9]+-[0-9]+\.(sqlite|new)(-wal|-shm|-journal)?(-[0-9]+)?"
)


def modes(settings: Settings) -> Iterator[Finding]:
    """Nobody else on the machine may read the data; the site alone is for everyone."""
    open_to_others = [
        path
        for path in (settings.data, *settings.data.rglob("*"))
        if not _below(path, settings.site) and _mode(path) & 0o077
    ]
    for path in open_to_others[:5]:
        yield Finding.bad("data-modes", f"Other users of this machine may look into {path}.", f"chmod go= {path}")
    if not open_to_others:
        yield Finding.well("data-modes", "Only the portal's own user can read its data.")


def strangers(settings: Settings) -> Iterator[Finding]:
    """Files that the portal did not make: a log, a copy, a key."""
    found = [path for path in sorted(settings.data.rglob("*")) if not _known(path, settings)]
    for path in found[:5]:
        if path.name == ROOT or (path.suffix == ".key"):
            yield Finding.bad("data-files", f"A key lies beside the database: {path}", _KEY)
        else:
            yield Finding.bad("data-files", f"This is none of the portal's files: {path}", _STRANGER)
    if not found:
        yield Finding.well("data-files", "Nothing lies in the data folder that does not belong there.")


def collection(store: Store, now: int) -> Iterator[Finding]:
    """Every period that has ended is closed some seconds later."""
    opened = [period for kind in KINDS for period in store.drops.list(kind)]
    newest = store.reports.newest()
    if any(period.start > now + _LATE for period in [*opened, *([newest] if newest else [])]):
        yield Finding.bad("clock", "The clock stands before what was already collected; nothing is taken.", _CLOCK)
    elif any(period.end < now - _LATE for period in opened):
        yield Finding.bad(
            "collection",
            "A period that has ended is not closed: guardians cannot fetch what came.",
            "Is the portal running? `systemctl status candour@NAME`; its log names what is wrong.",
        )
    else:
        yield Finding.well("collection", "Periods are closed in time.")


def room(store: Store, settings: Settings, now: int) -> Iterator[Finding]:
    """Whether the open period is near the limits of the settings. Says no number, only which side of the line."""
    for kind, budget in (("cells", settings.cells_mb), ("chunks", settings.chunks_mb)):
        drops = [store.drops.get(kind, period) for period in store.drops.list(kind) if period.end > now]  # type: ignore[arg-type]
        if any(drop and drop.bytes_used() > _ROOM * budget * 1_000_000 for drop in drops):
            yield Finding.bad(
                "room",
                f"The room for this period's {kind} is nearly used up: some are refused at random, and tried again.",
                f"If the disk has room, raise {kind}_mb in the settings. If this is a flood, raise work_bits.",
            )
            return
    yield Finding.well("room", "There is room for what comes in this period.")


def backups(folder: Path | None, now: int, keep_days: int) -> Iterator[Finding]:
    """The newest backup is young and can be read, and none is older than the policy keeps reports."""
    if folder is None:
        yield Finding.skipped("backups", "Backups: say with --backups where they are.")
        return
    made = {path: _age(path, now) for path in sorted(folder.glob("candour-????-??-??.sqlite"))}
    if not made:
        yield Finding.bad("backups", f"There is no backup in {folder}.", _BACKUP)
        return
    newest = min(made, key=lambda path: made[path])
    try:
        backup.check(newest)
    except backup.BackupError as problem:
        yield Finding.bad("backups", f"The newest backup, {newest.name}, cannot be restored. {problem}", _BACKUP)
        return
    if made[newest] > _BACKUP_DAYS:
        yield Finding.bad("backups", f"The newest backup is {made[newest]} days old.", _BACKUP)
    if max(made.values()) > keep_days:
        yield Finding.attend("backups", f"A backup is older than the {keep_days} days that reports are kept.", _OLD)
    elif made[newest] <= _BACKUP_DAYS:
        yield Finding.well("backups", "The newest backup is young and can be read, and none is too old.")


def _age(path: Path, now: int) -> int:
    """In days, by its name: a copy on another disk has another time of its own."""
    try:
        made = datetime.strptime(path.stem.removeprefix("candour-"), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return 0
    return int(now - made.timestamp()) // _DAY


def _mode(path: Path) -> int:
    """Nothing for a link, whose target counts, and for what a close has destroyed meanwhile."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return 0
    return 0 if stat.S_ISLNK(found) else stat.S_IMODE(found)


def _known(path: Path, settings: Settings) -> bool:
    if _below(path, settings.site):
        return True
    return bool(_KNOWN.fullmatch(path.relative_to(settings.data).as_posix()))


def _below(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


_CLOCK = "Set the clock right (UTC): `timedatectl`. If it was fast before, wait until it has caught up."
_KEY = "Take it away from this machine for good; a key that lay here must be replaced: candour root rotate, offline."
_STRANGER = "Find out what wrote it and stop that, then destroy the file: shred -u."
_BACKUP = "Make one now (candour backup), and find out why it was not made."
_OLD = "Delete backups that are older than the policy keeps reports: candour backup --keep does it."
