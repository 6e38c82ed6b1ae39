"""A vault without a network and its courier, against the portal of a town; the stick between them is a folder."""

from pathlib import Path

import httpx

from recipients.airgap import desk, errand, passes
from recipients.airgap.errand import Trip
from recipients.courier import Courier
from recipients.session import Outcome
from recipients.trying import Opener
from recipients.vault import Vault
from tests.recipients.world import Town


class Gap:
    """A guardian of the town whose vault and courier meet only in `stick`."""

    def __init__(self, town: Town, number: int = 0, vault: Vault | None = None) -> None:
        self.town, self.vault = town, vault or town.vault(number)
        self.stick = town.folder / f"stick-{number}"
        self.stick.mkdir()
        self.path = town.folder / f"courier-{number}.pass"
        self.held = passes.issue(self.vault, self.path)

    def fetch(
        self, state: str = "state", transport: httpx.BaseTransport | None = None, stick: Path | None = None
    ) -> Trip:
        """One errand of the courier that remembers in `state`."""
        town = self.town
        held = passes.read(self.path)
        with Courier(held.portal, held.seed, town.clock, transport=transport or town.transport()) as courier:
            return errand.run(held, town.folder / f"{state}-{self.path.name}", stick or self.stick, courier, town.clock)

    def take_in(self, *paths: Path, ahead: int = 0, give_up: bool = False) -> Outcome:
        """An import by the vault, whose clock may be ahead."""
        clock = self.town.clock.now + ahead
        return desk.take_in(self.vault, paths or [self.stick], lambda: clock, opener=Opener(1), give_up=give_up)

    def give_out(self, ahead: int = 0, folder: Path | None = None) -> Path:
        """An export by the vault."""
        return desk.give_out(self.vault, folder or self.stick, lambda: self.town.clock.now + ahead)

    def round(self) -> Outcome:
        """The courier comes, the vault works, the courier goes again."""
        self.fetch()
        outcome = self.take_in()
        self.give_out()
        self.fetch()
        return outcome

    def restart(self, vault: Vault) -> None:
        """Goes on with another open vault."""
        self.vault = vault
