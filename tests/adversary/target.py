"""A real portal to attack: `candour publish` and `candour serve`, for an organisation whose every secret is known here.

    with target(folder) as portal:
        portal.put(cell)                                 # as the reporter's page would
        portal.signed("GET", "/periods")                 # as the first guardian's courier

Knowing all secrets, a test can tell afterwards what each stored cell was, and so whether an attacker could have.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crypto import cell, hpke, request, signing, statement, statement_bodies
from crypto.encoding import b64, dump, load
from crypto.kdf import name as name_of
from crypto.kdf import sha256
from crypto.thread import organisation_id
from tests.adversary.wire import Answer, Wire
from tests.harness.ports import free_port
from tests.harness.process import Running, running

DAY = 86_400
POLICY = {
    "period": 8,
    "board_period": 8,
    "board_cells": 4,
    "board_dummies": 5,
    "board_days": 2,
    "report_days": 3,
    "slot_ms": 500,
    "attachment_mb": 10,
}
NAMES = ("Guardian of the day", "Guardian of the night", "Guardian of the week")
PROGRAM = Path(sys.executable).with_name("candour")


def today() -> int:
    """The UTC day."""
    return int(time.time()) // DAY


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """One guardian's secrets; `epochs` are seeds by day."""

    name: str = "A. Guardian"
    g: bytes = field(default_factory=lambda: os.urandom(16))
    identity: bytes = field(default_factory=lambda: os.urandom(32))
    courier: bytes = field(default_factory=lambda: os.urandom(32))
    epochs: dict[int, bytes] = field(default_factory=dict)

    def key(self, day: int) -> bytes:
        """The public epoch key of a day."""
        return hpke.public_key(self.epochs[day])


class Organisation:
    """A root key, three guardians with keys for yesterday to the day after tomorrow, and what they sign.

    It was founded thirty days ago, so that certificates can have ended or been revoked since.
    """

    def __init__(self, policy: dict[str, int]) -> None:
        self.root = os.urandom(32)
        self.id = organisation_id(signing.public(self.root))
        self.founded = today() - 30
        self.policy = policy
        days = range(today() - 1, today() + 3)
        self.guardians = [Guardian(name=name, epochs={day: hpke.generate_seed() for day in days}) for name in NAMES]
        self.former, self.expired = Guardian(), Guardian()

    def sign(self, kind: str, seeds: Sequence[bytes], /, **fields: Any) -> bytes:
        """A statement."""
        body = getattr(statement_bodies, kind)(organisation=self.id, **fields)
        return statement.sign(kind, body, list(seeds))

    def founding(self) -> list[bytes]:
        """What the steward carries to the portal."""
        day, former = self.founded, self.certificate(self.former)
        revoked = statement.entry_hash(statement.parse(former))
        return [
            self.sign("organisation", [self.root], day=day, name="St Elsewhere", root=signing.public(self.root)),
            self.sign("policy", [self.root], day=day, **self.policy),
            *(self.certificate(one) for one in self.guardians),
            self.certificate(self.expired, last_day=today() - 1),
            former,
            self.sign("revocation", [self.root], day=today() - 1, certificate=revoked, reason="has left"),
        ]

    def epochs(self, guardian: Guardian) -> tuple[bytes, list[bytes]]:
        """The statement of a guardian's epoch keys, and the keys."""
        keys = [hpke.public_key(seed) for _, seed in sorted(guardian.epochs.items())]
        digests = [sha256(key) for key in keys]
        first = min(guardian.epochs)
        return self.sign("epochs", [guardian.identity], day=today(), g=guardian.g, first=first, digests=digests), keys

    def cells(self, guardian: Guardian, count: int) -> list[bytes]:
        """Real cells for one guardian: parts of messages of two cells each."""
        made: list[bytes] = []
        while len(made) < count:
            plaintexts = cell.split(os.urandom(32), os.urandom(16), b"h" * cell.PAYLOAD, b"what happened")
            made += [cell.seal(plain, guardian.key(today()), self.id) for plain in plaintexts]
        return made[:count]

    def opened(self, sealed: bytes) -> tuple[Guardian, cell.Part] | None:
        """For whom a cell is, and what is in it; None for cover."""
        for guardian in self.guardians:
            keys = [hpke.PrivateKey(seed) for seed in guardian.epochs.values()]
            part = cell.open_(sealed, keys, self.id)
            if part is not None:
                return guardian, part
        return None

    def certificate(self, guardian: Guardian, **fields: Any) -> bytes:
        """A certificate since the founding, or with what a test changes."""
        usual: dict[str, Any] = {
            "day": self.founded,
            "g": guardian.g,
            "name": guardian.name,
            "role": "Freedom to Speak Up Guardian",
            "identity": signing.public(guardian.identity),
            "courier": signing.public(guardian.courier),
            "first_day": self.founded,
            "last_day": self.founded + 300,
            "first": True,
        }
        return self.sign("certificate", [self.root], **{**usual, **fields})


@dataclass(frozen=True, kw_only=True)
class Target:
    """A running portal and what its attackers' judge knows."""

    folder: Path
    port: int
    organisation: Organisation
    portal: Running

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{self.authority}"

    @property
    def authority(self) -> str:
        """Its address, as signed requests name it."""
        return f"127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        """All that it keeps."""
        return self.folder / "portal"

    def wire(self) -> Wire:
        """A connection of one's own."""
        return Wire(self.port)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request over a connection of its own."""
        with self.wire() as wire:
            return wire.ask(method, path, body, headers)

    def put(self, data: bytes, kind: str = "cells", headers: dict[str, str] | None = None) -> Answer:
        """PUT a cell or chunk; the price here is nothing, so that any nonce fits."""
        return self.ask(
            "PUT", f"/{kind}/{name_of(data).hex()}", data, {"Candour-Work": b64(bytes(8)), **(headers or {})}
        )

    def signature(self, method: str, path: str, body: bytes = b"", **changes: Any) -> dict[str, str]:
        """The headers of the first guardian's courier, or with what a test changes."""
        seed = changes.get("seed", self.organisation.guardians[0].courier)
        authority, now = changes.get("authority", self.authority), changes.get("now", int(time.time()))
        return request.sign(method, authority, path, body, seed, now, changes.get("nonce", os.urandom(16)))

    def signed(self, method: str, path: str, body: bytes = b"", **changes: Any) -> Answer:
        """A signed request."""
        return self.ask(method, path, body or None, self.signature(method, path, body, **changes))

    def carry(self, statements: list[bytes], keys: list[bytes], **changes: Any) -> Answer:
        """POST /statements."""
        body = dump({"v": 1, "keys": [b64(key) for key in keys], "statements": [load(s, 1 << 20) for s in statements]})
        return self.signed("POST", "/statements", body, **changes)

    def files(self) -> dict[str, bytes]:
        """Every file of the data folder but the site, by its path."""
        found = {p.relative_to(self.data): p for p in sorted(self.data.rglob("*")) if p.is_file()}
        return {str(name): path.read_bytes() for name, path in found.items() if name.parts[0] != "site"}

    def stored(self) -> int:
        """How many cells, chunks and board posts are kept, open and closed periods together."""
        return sum(len(rows) for rows in self.rows().values())

    def rows(self) -> dict[str, list[tuple[Any, Any]]]:
        """What lies in the open files, and the closed segments, read beside the portal."""
        found = {path.name: _rows(path, "SELECT key, value FROM items") for path in self.open_files()}
        found["closed"] = _rows(self.data / "portal.sqlite", "SELECT kind, data FROM segments")
        return found

    def open_files(self) -> list[Path]:
        """The files of the open periods, without their journals."""
        return sorted((self.data / "open").glob("*.sqlite"))

    def closed(self) -> list[int]:
        """The starts of the closed report periods."""
        return [start for start, _ in _rows(self.data / "portal.sqlite", "SELECT start, cells FROM periods")]

    def fresh_period(self) -> int:
        """Wait for the start of a period; gives it."""
        length = self.organisation.policy["period"]
        start = int(time.time()) // length * length + length
        time.sleep(start + 0.4 - time.time())
        return start

    def until_closed(self, start: int) -> None:
        """Wait until the period that began at `start` is closed and its open files are gone."""
        deadline = start + 3 * self.organisation.policy["period"] + 60
        while start not in self.closed() or any(f"-{start}-" in path.name for path in self.open_files()):
            if time.time() > deadline:
                raise TimeoutError(f"the period {start} is not closed; the portal says {self.portal.output()!r}")
            time.sleep(0.1)


def _rows(path: Path, query: str) -> list[tuple[Any, Any]]:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            return list(connection.execute(query))
    except sqlite3.OperationalError:
        if path.exists():
            raise
        return []  # closed and destroyed between the listing and the look


@contextmanager
def target(folder: Path, *, policy: dict[str, int] | None = None, settings: str = "") -> Iterator[Target]:
    """Publish and serve an organisation in an empty folder; its guardians' keys are in the directory."""
    organisation, port = Organisation({**POLICY, **(policy or {})}), free_port()
    config = publish_site(folder, organisation, port, settings)
    with running([PROGRAM, "serve", "--config", config], ready_url=f"http://127.0.0.1:{port}/", cwd=folder) as portal:
        made = Target(folder=folder, port=port, organisation=organisation, portal=portal)
        for guardian in organisation.guardians:
            statement_, keys = organisation.epochs(guardian)
            answer = made.carry([statement_], keys, seed=guardian.courier)
            if answer.status != 204:
                raise RuntimeError(f"the portal refused its guardians' keys: {answer}")
        yield made


def publish_site(folder: Path, organisation: Organisation, port: int, settings: str = "") -> Path:
    """Carry what was founded to an empty folder and publish the site there; the settings file to serve it with."""
    config = folder / "candour.toml"
    config.write_text(f'data = "portal"\nport = {port}\nwork_bits = 0\ncalm_rate = 100000\n{settings}')
    founding = [load(one, 1 << 20) for one in organisation.founding()]
    (folder / "carried.json").write_bytes(dump({"v": 1, "keys": [], "statements": founding}))
    command: list[str | Path] = [PROGRAM, "publish", "--config", config, folder / "carried.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"candour publish: {(done.stdout + done.stderr).decode()}")
    return config
