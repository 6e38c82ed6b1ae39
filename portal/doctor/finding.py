"""What the doctor finds: one thing that was looked at, how it is, and what to do.

    Finding.bad("disk", "There is hardly any room left.", "Make room: …")

Nothing here says how many reports or visits there were, or when: what is written may be kept by whoever watches.
"""

from dataclasses import dataclass
from typing import Literal, Self

Level = Literal["well", "skipped", "attend", "wrong"]
RANKS: dict[Level, int] = {"skipped": -1, "well": 0, "attend": 1, "wrong": 2}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One result; `check` is a stable name for monitoring, `said` and `do` are for people."""

    check: str
    level: Level
    said: str
    do: str = ""

    @classmethod
    def well(cls, check: str, said: str) -> Self:
        """As it should be."""
        return cls(check=check, level="well", said=said)

    @classmethod
    def skipped(cls, check: str, said: str) -> Self:
        """Not looked at, and why. Never the same as well."""
        return cls(check=check, level="skipped", said=said)

    @classmethod
    def attend(cls, check: str, said: str, do: str) -> Self:
        """Something that a person should see to in the coming days."""
        return cls(check=check, level="attend", said=said, do=do)

    @classmethod
    def bad(cls, check: str, said: str, do: str) -> Self:
        """Wrong: somebody is not heard, or not safe, because of it."""
        return cls(check=check, level="wrong", said=said, do=do)


def exit_code(findings: list[Finding]) -> int:
    """0 when all is well, 1 when something needs attention, 2 when something is wrong."""
    return max((max(0, RANKS[one.level]) for one in findings), default=0)


def metrics(findings: list[Finding]) -> str:
    """The worst of each check, for the text-file collector of Prometheus' node exporter."""
    worst: dict[str, int] = {}
    for one in findings:
        worst[one.check] = max(worst.get(one.check, -1), RANKS[one.level])
    lines = [
        "# HELP candour_check 0 well, 1 needs attention, 2 wrong, -1 not looked at.",
        "# TYPE candour_check gauge",
        *(f'candour_check{{check="{name}"}} {value}' for name, value in sorted(worst.items())),
    ]
    return "\n".join(lines) + "\n"
