"""A real portal with a signed site, keys, heads and a board of several files; its root key is known to tests."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crypto import board, directory, signing, statement, statement_bodies
from crypto.encoding import dump, load, unb64
from crypto.kdf import sha256
from portal.site import manifest
from portal.site.publish import build, build_writer
from portal.site_files import MANIFEST
from tests.adversary.target import Target, target, today
from tests.portal.test_site import run

LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Place:
    """The portal, and the directory file as it was before anybody vouched for it."""

    portal: Target
    young: bytes

    @property
    def key(self) -> str:
        """The root key in full."""
        return signing.public(self.portal.organisation.root).hex()

    def get(self, path: str) -> bytes:
        """What a visitor gets."""
        return self.portal.ask("GET", path).body

    def parts(self) -> tuple[list[Any], list[Any], list[bytes]]:
        """Log, heads and keys of the directory."""
        document: Any = load(self.get("/directory"), 4 << 20)
        return document["log"], document["heads"], [unb64(one) for one in document["keys"]]

    def added(self, *envelopes: bytes) -> bytes:
        """The directory with more statements in its log."""
        log, heads, keys = self.parts()
        return directory.build([*log, *(load(one, 1 << 20) for one in envelopes)], heads, keys)

    def policy(self, **changes: Any) -> bytes:
        """A policy of today."""
        organisation = self.portal.organisation
        fields = {**organisation.policy, **changes}
        return organisation.sign("policy", [organisation.root], day=today(), **fields)


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """Publish, sign, serve; wait until the board has some files."""
    with target(folder, policy={"period": 4, "board_period": 2}) as portal:
        young = portal.ask("GET", "/directory").body
        _sign(portal)
        _vouch(portal)
        made = Place(portal=portal, young=young)
        deadline = time.monotonic() + LONGEST
        while len(board.read_files(made.get("/board"))) < 4:
            if time.monotonic() > deadline:
                raise TimeoutError("no board files")
            time.sleep(0.2)
        yield made


def _sign(portal: Target) -> None:
    organisation = portal.organisation
    about: dict[str, Any] = {
        "organisation_id": organisation.id,
        "root": signing.public(organisation.root),
        "name": "St Elsewhere",
    }
    writer = sha256(build_writer(**about))
    described = manifest.describe(build(**about, writer=writer), organisation.id)
    policy = organisation.sign("policy", [organisation.root], day=today(), **organisation.policy, writer=writer)
    signed = [policy, manifest.sign(described, organisation.root, today())]
    carried = {"v": 1, "keys": [], "statements": [load(one, 1 << 20) for one in signed]}
    path = portal.folder / "site.json"
    path.write_bytes(dump(carried))
    done = run("publish", "--config", portal.folder / "candour.toml", path)
    if done.exit_code != 0 or not (portal.data / "site" / MANIFEST).exists():
        raise RuntimeError(done.output)


def _vouch(portal: Target) -> None:
    organisation = portal.organisation
    seen = directory.verify(portal.ask("GET", "/directory").body, organisation.id, today())
    for guardian in organisation.guardians:
        body = statement_bodies.head(
            organisation=organisation.id, day=today(), g=guardian.g, length=seen.length, state=seen.state
        )
        answer = portal.carry([statement.sign("head", body, [guardian.courier])], [], seed=guardian.courier)
        if answer.status != 204:
            raise RuntimeError(f"a head was refused: {answer}")
