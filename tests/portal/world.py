"""An organisation with three guardians and a portal on a temporary folder, with a clock that tests set.

world = World(tmp_path)
world.put(cell)                        # PUT /cells with the work done
world.clock.now += 100; world.tick()   # close what has ended
world.signed("GET", "/periods")        # as the first guardian's courier
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from crypto import hpke, request, signing, statement, statement_bodies, work
from crypto.encoding import b64, dump, load, unb64
from crypto.kdf import name as name_of
from crypto.kdf import sha256
from crypto.thread import organisation_id
from portal import create_app
from portal.collection import Collector, rules_of
from portal.core import Portal
from portal.register import BY_FILE
from portal.settings import Settings

DAY = 86_400
NOON = 20_000 * DAY + DAY // 2
AUTHORITY = "portal.example"
POLICY = {
    "period": 100,
    "board_period": 200,
    "board_cells": 4,
    "board_dummies": 3,
    "board_days": 2,
    "report_days": 3,
    "slot_ms": 1000,
    "attachment_mb": 10,
}


@dataclass
class Clock:
    """Unix seconds, as tests want them."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """One guardian: what the certificate says, and the secrets."""

    name: str = "A. Guardian"
    role: str = "Freedom to Speak Up Guardian"
    g: bytes = field(default_factory=lambda: os.urandom(16))
    identity: bytes = field(default_factory=lambda: os.urandom(32))
    courier: bytes = field(default_factory=lambda: os.urandom(32))


class Organisation:
    """A root key and guardians, and what they sign."""

    def __init__(self, day: int, **policy: int) -> None:
        self.root = os.urandom(32)
        self.id = organisation_id(signing.public(self.root))
        self.day = day
        self.guardians = [Guardian() for _ in range(3)]
        self.policy: dict[str, Any] = {**POLICY, **policy}

    def sign(self, name: str, seeds: list[bytes], /, **fields: Any) -> bytes:
        """Any statement of today."""
        make = getattr(statement_bodies, name)
        return statement.sign(name, make(**{"organisation": self.id, "day": self.day, **fields}), seeds)

    def founding(self) -> list[bytes]:
        """Organisation, policy and certificates."""
        named = self.sign("organisation", [self.root], name="St Elsewhere", root=signing.public(self.root))
        policy = self.sign("policy", [self.root], **self.policy)
        return [named, policy, *(self.certificate(guardian) for guardian in self.guardians)]

    def certificate(self, guardian: Guardian, **fields: Any) -> bytes:
        """A certificate for a year from today."""
        usual = {
            "g": guardian.g,
            "name": guardian.name,
            "role": guardian.role,
            "identity": signing.public(guardian.identity),
            "courier": signing.public(guardian.courier),
            "first_day": self.day,
            "last_day": self.day + 365,
            "first": True,
        }
        return self.sign("certificate", [self.root], **{**usual, **fields})

    def epochs(self, guardian: Guardian, days: int = 3) -> tuple[bytes, list[bytes]]:
        """A batch of epoch keys from today, and the keys."""
        keys = [hpke.public_key(hpke.generate_seed()) for _ in range(days)]
        digests = [sha256(key) for key in keys]
        return self.sign("epochs", [guardian.identity], g=guardian.g, first=self.day, digests=digests), keys


class World:
    """A portal with its organisation."""

    def __init__(
        self,
        folder: Path,
        *,
        policy: dict[str, int] | None = None,
        guardians: Sequence[Guardian] = (),
        **settings: Any,
    ) -> None:
        self.clock = Clock()
        self.folder = folder
        self.organisation = Organisation(int(self.clock.now) // DAY, **(policy or {}))
        self.organisation.guardians = list(guardians) or self.organisation.guardians
        usual = {"data": folder / "data", "site": folder / "site", "authorities": (AUTHORITY,), "work_bits": 1}
        self.settings = Settings(**{**usual, **settings})
        self.settings.data.mkdir(parents=True, exist_ok=True)
        self.open()
        self.portal.register.submit(self.organisation.founding(), [], BY_FILE)

    def open(self) -> None:
        """Start the portal, as after a restart."""
        self.app = create_app(self.settings, self.clock)
        self.portal: Portal = self.app.extensions["candour"]
        self.client = self.app.test_client()
        register = self.portal.register
        self.collector = Collector(self.portal.store, lambda: rules_of(register.published().directory), register.prune)

    def close(self) -> None:
        """Let go of the files."""
        self.portal.store.dispose()

    def tick(self) -> float:
        """Let the collector work."""
        return self.collector.tick()

    def pass_time(self, seconds: int) -> None:
        """Let time pass, and the collector work."""
        self.clock.now += seconds
        self.tick()

    def proof(self, data: bytes) -> str:
        """The `Candour-Work` header for a body, at the price of now."""
        beacon = self.client.get("/beacon").get_json()
        return b64(work.solve(unb64(beacon["beacon"], 16), name_of(data), beacon["bits"]))

    def put(self, data: bytes, kind: str = "cells", **changes: Any) -> TestResponse:
        """PUT a cell or chunk under its name with its work, or with what the test changes."""
        headers = {"Candour-Work": changes.get("proof") or self.proof(data)}
        return self.client.put(f"/{kind}/{changes.get('name') or name_of(data).hex()}", data=data, headers=headers)

    def signed(self, method: str, path: str, body: bytes = b"", **changes: Any) -> TestResponse:
        """A signed request of the first guardian's courier, or with what the test changes."""
        seed = changes.get("seed") or self.organisation.guardians[0].courier
        now = int(changes.get("now") or self.clock.now)
        authority = changes.get("authority") or AUTHORITY
        nonce = changes.get("nonce") or os.urandom(16)
        headers = {**request.sign(method, authority, path, body, seed, now, nonce), **changes.get("headers", {})}
        sent, host = changes.get("sent", body), changes.get("host") or AUTHORITY
        return self.client.open(path, method=method, data=sent or None, headers=headers, base_url=f"http://{host}")

    def periods(self) -> list[dict[str, Any]]:
        """What GET /periods lists."""
        answer = load(self.signed("GET", "/periods").data, 1 << 20)
        assert isinstance(answer, dict)
        listed: list[dict[str, Any]] = answer["periods"]
        return listed

    def all_cells(self) -> list[bytes]:
        """Every cell of every closed period, as a courier fetches them."""
        joined = b"".join(self.signed("GET", f"/periods/{p['start']}/cells").data for p in self.periods())
        return [joined[i : i + 4096] for i in range(0, len(joined), 4096)]

    def statements(self, statements: list[bytes], keys: list[bytes] | None = None, **changes: Any) -> TestResponse:
        """POST /statements."""
        parts = {"keys": [b64(k) for k in keys or []], "statements": [load(s, 1 << 20) for s in statements]}
        return self.signed("POST", "/statements", dump({"v": 1, **parts}), **changes)


def error_of(response: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    body = response.get_json()
    assert body["say"].endswith(".")
    return response.status_code, body["error"]
