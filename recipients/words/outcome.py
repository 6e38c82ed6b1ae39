"""What a sync has to tell besides what came: faults and warnings, each with what to do.

A sync may end while nobody is there. What it has to tell is kept in the vault until somebody has understood it.
"""

from crypto.encoding import dump, load
from recipients.session import Outcome
from recipients.vault import Vault
from recipients.words.days import day_text
from recipients.words.screen import harmless

_ASIDE = {
    "none": "it is not a file, or cannot be read",
    "kind": "it is not a bundle",
    "short": "a part of it is missing: copy it again",
    "damaged": "it was changed or damaged on the way: let the courier write it again",
    "other": "it is for another guardian or organisation",
    "signature": "it was not made by your courier",
    "large": "it is larger than a bundle may be",
}
_KEPT, _MOST, _LIMIT = "notices", 100, 1 << 20


def notices(outcome: Outcome) -> list[str]:
    """Sentences, the gravest first."""
    return [*_lost(outcome), *_certificates(outcome), *_rest(outcome)]


def carried(outcome: Outcome) -> list[str]:
    """Of an import: which files were not used, and why; and what has not been brought yet."""
    said = [
        f"{harmless(name, lines=False)} was not used: {_ASIDE.get(reason, reason)}."
        for name, reason in outcome.put_aside
    ]
    if outcome.missing:
        said.append(f"{outcome.missing} period(s) have not been brought yet. Send the courier again.")
    return said


def keep(vault: Vault, outcome: Outcome) -> None:
    """Adds what a sync has to tell to what has not been understood yet."""
    found = kept(vault)
    found += [one for one in notices(outcome) if one not in found]
    vault.store(_KEPT, dump(found[-_MOST:]))


def kept(vault: Vault) -> list[str]:
    """What nobody has said they understood, the oldest first."""
    stored = vault.setting(_KEPT)
    found = load(stored, _LIMIT) if stored is not None else []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def understood(vault: Vault, notice: str) -> None:
    """Forgets one."""
    vault.store(_KEPT, dump([one for one in kept(vault) if one != notice]))


def _lost(outcome: Outcome) -> list[str]:
    return [
        f"Reports of {day_text(first)} to {day_text(last)} that you had not fetched cannot be opened any more. "
        "They waited longer than the portal or your keys last, or the keys were damaged. The portal tells people "
        "to send them again."
        for first, last in outcome.lost
    ]


def _certificates(outcome: Outcome) -> list[str]:
    return [
        f"New certificate: {harmless(one.name, lines=False)}, valid from {day_text(one.first_day)}. If your "
        "organisation has not announced this guardian, call your steward before that day."
        for one in outcome.certificates
    ]


def _rest(outcome: Outcome) -> list[str]:
    said = []
    if outcome.copied:
        said.append(
            "Another copy of this vault has been used, or this one was brought back from a backup. Use one copy only. "
            "Replies leave from tomorrow on, so that no place on the board is used twice."
        )
    if "stale" in outcome.warnings:
        said.append("No guardian has vouched for the portal's list in 14 days. Ask the others to sync.")
    if "missing" in outcome.warnings:
        said.append(
            "The portal does not show a key that a guardian promised. People write to the fallback key meanwhile."
        )
    if outcome.chunks_fault:
        said.append(
            f"Not all pieces of files have come ({outcome.chunks_fault}); all else has. Sync again: it goes on where "
            "it stopped. Files take room on the disk."
        )
    if outcome.between_fault:
        said.append(
            f"What is for other guardians has not all left ({outcome.between_fault}); all else has. Sync again: it "
            "goes on where it stopped."
        )
    if "excluded" in outcome.between:
        said.append(
            "Another guardian sent you something of a concern whose writer does not want you to see it. Nothing of it "
            "was kept. Please tell them."
        )
    if any(code != "excluded" for code in outcome.between):
        said.append("Something that another guardian sent broke a rule and was put aside. Ask them to send it again.")
    return said + [
        f"{count} sealed piece(s) for you broke a rule ({code}) and were put aside, unread."
        for code, count in outcome.refused
    ]
