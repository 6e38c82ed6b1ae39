"""A healthy portal, and the laid files of its machine, for the doctor's tests to make ill."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from crypto import board, signing
from crypto.kdf import sha256
from portal import backup, create_app
from portal.cli import main
from portal.doctor.examine import Case, examine
from portal.doctor.finding import Finding
from portal.register import BY_COURIER, BY_FILE, Register
from portal.schedule import Period
from portal.site import manifest
from portal.site.publish import build, build_writer, install
from portal.store import Store
from tests.portal.serving import Place
from tests.portal.world import DAY

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


class Clinic(Place):
    """A healthy portal: signed site, three guardians with keys and heads, one published board file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, period=DAY, board_period=DAY, board_days=30, report_days=30)
        shutil.rmtree(self.settings.site)
        organisation, root = self.organisation.id, signing.public(self.organisation.root)
        writer = sha256(build_writer(organisation_id=organisation, root=root, name="St Elsewhere"))
        self._vouch(writer)
        built = build(organisation_id=organisation, root=root, name="St Elsewhere", writer=writer)
        signed = manifest.sign(manifest.describe(built, organisation), self.organisation.root, self.organisation.day)
        install(self.settings.site, built, signed)
        self._publish()
        self.machine = folder / "machine"
        laid(self.machine)
        self.backups = folder / "backups"
        with self.store() as store:
            policy = Register(lambda: store.statements, time.time).policy()
            self.backup = backup.write(store.main, self.backups, policy, keep=7, now=time.time())

    def _vouch(self, writer: bytes) -> None:
        """A policy that names the one-file writer, as `candour init` makes it."""
        policy = {**self.organisation.policy, "writer": writer}
        signed = self.organisation.sign("policy", [self.organisation.root], **policy)
        create_app(self.settings).extensions["candour"].register.submit([signed], [], BY_FILE)

    def _publish(self) -> None:
        register = create_app(self.settings).extensions["candour"].register
        for one in self.organisation.guardians:
            epochs, keys = self.organisation.epochs(one, 30)
            calendar = self.organisation.sign("calendar", [one.identity], g=one.g, weekdays=[0, 1, 2, 3, 4, 5, 6])
            register.submit([epochs, calendar], keys, BY_COURIER)
        seen = register.published().directory
        for one in self.organisation.guardians:
            head = self.organisation.sign("head", [one.courier], g=one.g, length=seen.length, state=seen.state)
            register.submit([head], [], BY_COURIER)
        yesterday = Period(start=(self.organisation.day - 1) * DAY, length=DAY)
        with self.store() as store:
            for back in (1, 0):
                start = yesterday.start - back * DAY
                cells = sorted(os.urandom(2048) for _ in range(3))
                store.board.write(Period(start=start, length=DAY), board.write_file(start, DAY, cells))

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The portal's data."""
        found = Store(self.settings.data, lambda: (DAY, DAY), time.time)
        yield found
        found.dispose()

    def look(self, **changes: Any) -> dict[str, list[Finding]]:
        """What the doctor finds that is not well, by check."""
        usual = {"settings": self.settings, "now": time.time(), "machine": self.machine, "backups": self.backups}
        found = examine(Case(**{**usual, **changes}))
        names = {one.check for one in found if one.level in ("attend", "wrong")}
        return {name: [one for one in found if one.check == name] for name in names}

    def run(self, *words: str | Path, machine: Path | None = None) -> Result:
        """The command."""
        command = ["doctor", "--machine", machine or self.machine, "--backups", self.backups, "--inside", *words]
        return CliRunner().invoke(main, [str(word) for word in command], env=self.environment())


def laid(root: Path) -> None:
    """A machine as deploy/install leaves it."""
    for source, target in (
        ("caddy/Caddyfile", "etc/caddy/Caddyfile"),
        ("caddy/site.caddy", "etc/caddy/candour.d/main.caddy"),
        ("tor/onion.conf", "etc/tor/candour.d/main.conf"),
        ("machine/journald.conf", "etc/systemd/journald.conf.d/candour.conf"),
    ):
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DEPLOY / source, root / target)
    (root / "etc/tor/torrc").write_text("%include /etc/tor/candour.d/*.conf\n")
    (root / "proc").mkdir()
    (root / "proc/swaps").write_text("Filename Type Size Used Priority\n/dev/zram0 partition 1 0 5\n")
