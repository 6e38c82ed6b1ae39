"""What a log adds up to: the last word on each question, by the order that is the same for everyone.

>>> fold([line("state", {"state": "assessed"}), line("hunt", {"answer": "yes", "text": ""})]).state
'assessed'
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recipients.casework.log import Line


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something to be done. `approved` are the guardians who agreed besides the one who wrote it."""

    hash: bytes
    g: bytes
    day: int
    about: str
    text: str = field(repr=False)
    by: int | None
    who: str = field(repr=False)
    approved: frozenset[bytes]
    declined: frozenset[bytes]
    done: int | None


@dataclass(kw_only=True)
class Facts:
    """A case as its log tells it. Days are UTC days; None and empty mean that nobody has said."""

    state: str | None = None
    urgency: str | None = None
    categories: tuple[str, ...] | None = None
    mode: str | None = None
    group: str | None = None
    acknowledged: int | None = None
    informed: int | None = None
    concluded: int | None = None
    outcome: str | None = None
    reason: str = field(default="", repr=False)
    learning: Mapping[str, str] | None = field(default=None, repr=False)
    again: str | None = None
    hunt: bool | None = None
    next: tuple[int, str] | None = field(default=None, repr=False)
    factors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    duty: dict[str, str] = field(default_factory=dict)
    check_ins: dict[int, str] = field(default_factory=dict)
    struck: set[bytes] = field(default_factory=set)
    copied: set[bytes] = field(default_factory=set)
    approvals: dict[bytes, set[bytes]] = field(default_factory=dict, repr=False)
    declined: dict[bytes, set[bytes]] = field(default_factory=dict, repr=False)
    done: dict[bytes, int] = field(default_factory=dict, repr=False)
    written: list[Line] = field(default_factory=list, repr=False)
    holds: list[Line] = field(default_factory=list, repr=False)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What is to be done, or was, in the order of writing."""
        return tuple(_action(self, line, line.words) for line in self.written if line.words is not None)

    @property
    def held(self) -> bool:
        """Whether a legal hold stands: asked for by one guardian, approved by another, and not lifted the same way."""
        standing = False
        for line in self.holds:
            if self.approvals.get(line.hash, set()) - {line.g}:
                standing = line.kind == "hold"
        return standing


def fold(lines: Iterable[Line]) -> Facts:
    """Adds up a log, oldest entry first."""
    facts = Facts()
    for line in lines:
        rule = _RULES.get(line.kind)
        if rule is not None and line.words is not None:
            rule(facts, line, line.words)
    return facts


def _action(facts: Facts, line: Line, words: Mapping[str, Any]) -> Action:
    return Action(
        hash=line.hash,
        g=line.g,
        day=line.day,
        about=words["about"],
        text=words["text"],
        by=words.get("by"),
        who=words.get("who", ""),
        approved=frozenset(facts.approvals.get(line.hash, set()) - {line.g}),
        declined=frozenset(facts.declined.get(line.hash, set()) - {line.g}),
        done=facts.done.get(line.hash),
    )


_Rule = Callable[[Facts, Line, Mapping[str, Any]], None]


def _simple(name: str, key: str) -> _Rule:
    def rule(facts: Facts, _line: Line, words: Mapping[str, Any]) -> None:
        setattr(facts, name, words[key])

    return rule


def _told(facts: Facts, line: Line, words: Mapping[str, Any]) -> None:
    if words["what"] in ("acknowledged", "informed"):
        facts.acknowledged = _first(facts.acknowledged, line.day)
    if words["what"] == "informed":
        facts.informed = _first(facts.informed, line.day)


def _reply(facts: Facts, line: Line, words: Mapping[str, Any]) -> None:
    facts.acknowledged = _first(facts.acknowledged, line.day)
    if words.get("status") in ("addressed", "concluded"):
        facts.informed = _first(facts.informed, line.day)
    if "status" in words and facts.concluded is None:
        facts.state = words["status"]
    # A promise is kept, or replaced, by the next reply.
    facts.next = (words["next"]["day"], words["next"]["what"]) if "next" in words else None


def _conclude(facts: Facts, line: Line, words: Mapping[str, Any]) -> None:
    facts.state, facts.concluded = "concluded", line.day
    facts.outcome, facts.reason = words["outcome"], words["reason"]


def _reopen(facts: Facts, _line: Line, _words: Mapping[str, Any]) -> None:
    facts.state, facts.concluded, facts.outcome = "addressed", None, None


def _opened(facts: Facts, _line: Line, words: Mapping[str, Any]) -> None:
    facts.mode = words["mode"]


def _state(facts: Facts, line: Line, words: Mapping[str, Any]) -> None:
    facts.state = words["state"]
    facts.concluded = line.day if words["state"] == "concluded" else None


def _about(name: str) -> _Rule:
    def rule(facts: Facts, line: Line, words: Mapping[str, Any]) -> None:
        getattr(facts, name).setdefault(words["entry"], set()).add(line.g)

    return rule


_RULES: dict[str, _Rule] = {
    "opened": _opened,
    "state": _state,
    "urgency": _simple("urgency", "level"),
    "categories": _simple("categories", "names"),
    "mode": _simple("mode", "mode"),
    "group": _simple("group", "name"),
    "strike": lambda facts, _, words: facts.struck.add(words["entry"]),
    "restore": lambda facts, _, words: facts.struck.discard(words["entry"]),
    "reply": _reply,
    "told": _told,
    "factors": lambda facts, _, words: facts.factors.update({words["framework"]: words["names"]}),
    "action": lambda facts, line, _: facts.written.append(line),
    "approve": _about("approvals"),
    "decline": _about("declined"),
    "done": lambda facts, line, words: facts.done.update({words["entry"]: line.day}),
    "duty": lambda facts, _, words: facts.duty.update({words["item"]: words["answer"]}),
    "learning": lambda facts, _, words: setattr(facts, "learning", words),
    "conclude": _conclude,
    "reopen": _reopen,
    "check-in": lambda facts, _, words: facts.check_ins.update({words["months"]: words["detriment"]}),
    "again": _simple("again", "answer"),
    "hunt": lambda facts, _, words: setattr(facts, "hunt", words["answer"] == "yes"),
    "hold": lambda facts, line, _: facts.holds.append(line),
    "release": lambda facts, line, _: facts.holds.append(line),
    "copied": lambda facts, _, words: facts.copied.add(words["to"]),
}


def _first(known: int | None, day: int) -> int:
    return day if known is None else min(known, day)
