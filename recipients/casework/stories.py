"""Learning stories: what happened, why it made sense, what changed, from three cases or more, signed by two guardians.

A story never has a date, and never a run of words that somebody wrote: both are refused. That no ward, grade or
person can be made out is for the second guardian to see.
"""

import re
from collections.abc import Sequence

from crypto import statement_bodies
from crypto.errors import CandourError
from recipients import membership
from recipients.casework import cosigning, quoting
from recipients.casework.book import Case, facts
from recipients.errors import GuardianError
from recipients.vault import Vault

LEAST_CASES = 3
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
# "may" and "march" are words as well: they count with a number beside them only.
_NAMED = _MONTHS.replace("march|", "").replace("may|", "")
_DATE = re.compile(
    rf"\d{{1,2}}[./-]\d{{1,2}}|\b(19|20)\d\d\b|\d{{1,2}}(st|nd|rd|th)?\s+(of\s+)?({_MONTHS})\b|\b({_NAMED})\b|\d{{1,2}}:\d\d",
    re.IGNORECASE,
)


def propose(
    vault: Vault, quarter: str, texts: Sequence[str], cases: Sequence[Case], second: bytes, today: int
) -> bytes:
    """Asks a second guardian to sign a story; `texts` are title, what happened, why it made sense, what changed.

    `story` with a detail: few (fewer than three concluded cases), date, long; `quote` when it has words of a report.
    """
    _check(vault, texts, cases)
    title, happened, sense, changed = texts
    try:
        body = statement_bodies.story(
            organisation=membership.organisation(vault),
            day=today,
            g=vault.required("g", "keys"),
            second=second,
            quarter=quarter,
            title=title,
            happened=happened,
            sense=sense,
            changed=changed,
        )
    except CandourError:
        raise GuardianError("story", "long") from None
    return cosigning.propose(vault, "story", body, today)


def _check(vault: Vault, texts: Sequence[str], cases: Sequence[Case]) -> None:
    learned = [one for one in {one.id: one for one in cases}.values() if facts(vault, one.id).learning is not None]
    concluded = [one for one in learned if one.concluded is not None]
    if len(concluded) < LEAST_CASES:
        raise GuardianError("story", "few")
    if any(_DATE.search(text) for text in texts):
        raise GuardianError("story", "date")
    for case in cases:
        if case.thread is not None and quoting.found(vault, case.thread, "\n".join(texts)) is not None:
            raise GuardianError("quote")
