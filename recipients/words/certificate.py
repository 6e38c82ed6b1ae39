"""A guardian's own certificate, as the portal's list has it: from when to when it holds, or why there is none."""

from dataclasses import dataclass

from crypto.errors import CandourError
from recipients import keys, membership
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words.days import day_text, weekday_text

# A steward needs time, and a new certificate waits seven days before it holds.
SOON_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Held:
    """The days on which it holds; or `missing`, the reason why there is none today (`unseen` before the first sync)."""

    first: int = 0
    last: int = 0
    missing: str = ""

    @property
    def text(self) -> str:
        """For a line of a table."""
        if self.missing:
            return "not seen yet" if self.missing == "unseen" else self.missing
        return f"{day_text(self.first)} to {day_text(self.last)}"

    def sentence(self, today: int) -> str:
        """For a person, with what to do."""
        if self.missing:
            return _MISSING.get(self.missing, _MISSING["unknown"])
        left = self.last - today
        until = f"Your certificate holds until {weekday_text(self.last, today)}."
        if left > SOON_DAYS:
            return f"{until} Ask for a new one a month before that."
        return f"{until} That is {left} day(s) from now: write a request for a new one, and send it to your steward."


_MISSING = {
    "unseen": "The portal's list has not been seen yet. Sync, or take in what your courier brings.",
    "unknown": "The portal has no certificate for you yet. Write a request, and send it to your steward.",
    "early": "Your certificate does not hold yet: new ones wait seven days, so that a false guardian is seen in time.",
    "expired": "Your certificate has ended. Nobody can write to you. Write a request, and send it to your steward now.",
    "revoked": "Your certificate was revoked. Telephone your steward and ask why.",
}


def held(vault: Vault, today: int) -> Held:
    """How it stands today; `unready` when the vault has no keys."""
    person = keys.load(vault)
    try:
        mine = membership.last(vault).certificate(person.g, today)
    except GuardianError:
        return Held(missing="unseen")
    except CandourError as error:
        return Held(missing=error.code)
    return Held(first=mine.first_day, last=mine.last_day)
