"""Everything the doctor looks at, in order.

findings = examine(Case(settings=settings, now=time.time(), machine=Path("/")))
"""

import hashlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

from crypto import statement
from crypto.errors import CandourError
from crypto.guardians import Directory
from portal.commands.publish import build_for
from portal.doctor import folder, machine, people
from portal.doctor.database import database
from portal.doctor.finding import Finding
from portal.doctor.visitor import Expected, Visitor
from portal.register import Register
from portal.schedule import WaitingError
from portal.settings import Settings
from portal.site import manifest
from portal.site_files import DOCUMENT, MANIFEST
from portal.store import MAIN, Store

_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Case:
    """Whom the doctor sees: `now` in unix seconds; `addresses` besides this machine's own; `socks` is Tor's;
    `authority` a file with whom browsers of the place believe besides all others; `visits` how often the list of
    guardians is asked for."""

    settings: Settings
    now: float
    machine: Path = Path("/")
    backups: Path | None = None
    content: Path | None = None
    addresses: tuple[str, ...] = ()
    outside: bool = True
    socks: str = "127.0.0.1:9050"
    authority: Path | None = None
    visits: int = 1
    found: list[Finding] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def clock(self) -> float:
        """Unix seconds by now: looking takes time."""
        return self.now + time.monotonic() - self.began


def examine(case: Case) -> list[Finding]:
    """All findings, in the order in which they were made."""
    settings, now = case.settings, int(case.now)
    found: list[Finding] = [*machine.disk(settings.data), *machine.time_kept(case.machine), *machine.swap(case.machine)]
    found += [*machine.logs(case.machine, settings.port), *folder.modes(settings), *folder.strangers(settings)]
    if not settings.database and not (settings.data / MAIN).exists():
        return [*found, Finding.bad("database", f"There is no database in {settings.data}.", _PUBLISH)]
    try:
        store = Store(settings.data, lambda: (_DAY, _DAY), lambda: case.now, settings.database)
    except (DatabaseError, ImportError, OSError) as problem:
        return [*found, Finding.bad("database", f"The database cannot be used ({type(problem).__name__}).", _DATABASE)]
    try:
        return [*found, *_from_inside(case, store, now), *_as_visitor(case, store)]
    finally:
        store.dispose()


def _from_inside(case: Case, store: Store, now: int) -> Iterator[Finding]:
    yield from folder.collection(store, now)
    yield from folder.room(store, case.settings, now)
    yield from database(store.main)
    directory = _directory(case, store)
    if isinstance(directory, Finding):
        yield directory
        return
    usual = case.settings.data.with_name(case.settings.data.name + "-backups")
    place = case.backups or (usual if usual.is_dir() else None)
    yield from folder.backups(place, now, directory.policy.report_days)
    today = now // _DAY
    for look in (people.certificates, people.keys, people.silence):
        yield from look(directory, today)
    yield from people.board(directory)


def _as_visitor(case: Case, store: Store) -> Iterator[Finding]:
    directory = _directory(case, store)
    if isinstance(directory, Finding):
        return
    signed, files = _files(case, directory)
    yield signed
    expected = Expected(files=files, directory=directory, board=store.board.starts())
    for address in (f"http://{case.settings.host}:{case.settings.port}", *case.addresses):
        yield from Visitor(address, expected, case.clock, authority=case.authority, visits=case.visits).look()
    if case.outside:
        yield from _outside(case, expected)
    else:
        yield Finding.skipped("outside", "From outside: left out, as you asked.")


def _outside(case: Case, expected: Expected) -> Iterator[Finding]:
    names = [name for name in case.settings.authorities if ":" not in name and name != "localhost"]
    onions = [name for name in names if name.endswith(".onion")]
    for name in (one for one in names if one not in onions):
        yield from Visitor(f"https://{name}", expected, case.clock, authority=case.authority, visits=case.visits).look()
    if not onions:
        yield Finding.skipped("tor", "Tor: the settings name no onion address.")
    elif not _listens(case.socks):
        yield Finding.bad("tor", f"Tor does not answer at {case.socks}: nobody can come that way.", _TOR)
    else:
        yield Finding.well("tor", "Tor is running.")
        for name in onions:
            yield from Visitor(f"http://{name}", expected, case.clock, socks=case.socks, visits=case.visits).look()


def _directory(case: Case, store: Store) -> Directory | Finding:
    try:
        return Register(lambda: store.statements, lambda: case.now).published().directory
    except WaitingError:
        return Finding.bad("clock", "The clock stands before what was signed already.", "Set the clock right (UTC).")
    except CandourError as problem:
        return Finding.bad("directory", f"The portal's own list does not verify ({problem.code}).", _DATABASE)


def _files(case: Case, directory: Directory) -> tuple[Finding, dict[str, bytes]]:
    """What each path must be: by the signed site, or, while there is none, as this release builds it."""
    path = case.settings.site / MANIFEST
    today = int(case.now) // _DAY
    try:
        body = manifest.check(
            statement.read(path.read_bytes()).object, directory.organisation, directory.root, today
        ).body
        files = {str(one["path"]): bytes(one["digest"]) for one in body["files"]}
        return Finding.well("signed", "The site is signed by the root key."), files
    except FileNotFoundError:
        said = Finding.attend("signed", "The site is not signed: nobody else can check what is served.", _SIGN)
    except (OSError, CandourError) as problem:
        said = Finding.bad(
            "signed", f"The signed list of the site is not good ({getattr(problem, 'code', 'file')}).", _SIGN
        )
    try:
        built = build_for(directory, case.content)
    except click.ClickException as problem:
        return Finding.bad("signed", problem.message, _SIGN), {}
    digests = {name: hashlib.sha256(data).digest() for name, data in built.items()}
    return said, {"/" if name == DOCUMENT else f"/{name}": digest for name, digest in digests.items()}


def _listens(place: str) -> bool:
    host, _, port = place.rpartition(":")
    try:
        socket.create_connection((host, int(port)), 5).close()
    except OSError:
        return False
    return True


_PUBLISH = "candour publish, with the files from your steward."
_DATABASE = "Restore the last backup, and keep the broken one for whoever helps you."
_SIGN = "On the offline machine: candour site sign; carry the file here and publish it."
_TOR = "systemctl restart tor; its log says what is wrong."
