"""The `guardian` program at one vault, run in this process; with two concerns in it, or before there is a vault."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from recipients.cli import main
from tests.portal.world import Guardian
from tests.recipients.world import PASSPHRASE, Reporter, Town, long_text

HOSTILE = "fine\x1b[2J\x1b]0;owned\x07\nConcern 99\n\u202egnp.exe\x9b31m [red]markup[/red] :smile:"


class Desk:
    """The program at one vault."""

    def __init__(self, folder: Path, vault: Path) -> None:
        self.folder, self.vault = folder, vault
        self.secret = folder / "secret"
        self.secret.write_text(PASSPHRASE + "\nsecond line\n")
        self.secret.chmod(0o600)

    def run(self, *arguments: str, text: str | None = None, secret: bool = True) -> Result:
        """Runs a command."""
        given = ["--passphrase-file", str(self.secret)] if secret else []
        return CliRunner().invoke(main, [*arguments, "--vault", str(self.vault), *given], input=text)

    def json(self, *arguments: str, **options: Any) -> dict[str, Any]:
        """Runs a command that must succeed; gives its JSON."""
        result = self.run(*arguments, "--json", **options)
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer


@pytest.fixture
def empty(tmp_path: Path) -> Desk:
    """No vault yet."""
    return Desk(tmp_path, tmp_path / "vault")


@pytest.fixture
def desk(town: Town, first: Guardian, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A guardian with two concerns: one hostile, one of which a piece is missing."""
    vault = town.vault()
    town.sync(vault)
    excluded = (town.organisation.guardians[1].g,)
    Reporter(town).send([first], HOSTILE, exclude=excluded, choices={"who": "nurse"})
    town.next_day()
    town.sync(vault)
    for one in Reporter(town).cells([first], long_text(9_000), language="pl")[:-1]:
        town.put(one)
    town.next_day()
    town.sync(vault)
    vault.close()
    monkeypatch.setattr(time, "time", town.clock)
    return Desk(town.folder, vault.path)
