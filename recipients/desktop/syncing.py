"""A sync in the keeper's long thread."""

from recipients import keys, membership
from recipients import sync as core
from recipients.courier import Courier
from recipients.desktop.longwork import Longwork
from recipients.vault import Vault
from recipients.words.days import now
from recipients.words.outcome import keep


class Syncing(Longwork):
    """One sync. When it is stopped, a piece that hangs is given up after a minute."""

    def __init__(self, *, give_up: bool = False) -> None:
        super().__init__()
        self._give_up = give_up

    def run(self, vault: Vault) -> core.Outcome:
        """All of it; in the keeper's thread."""
        address, socks = membership.portal(vault)
        seed = keys.load(vault).courier_seed
        self.tell("asking the portal")
        with Courier(address, seed, _clock, socks=socks) as courier:
            outcome = core.sync(vault, courier, _clock, self.progress, give_up=self._give_up)
        # The desk may be locked by now: what there is to tell waits in the vault.
        keep(vault, outcome)
        return outcome


def _clock() -> float:
    return float(now())
