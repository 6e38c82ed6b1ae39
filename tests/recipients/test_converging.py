"""Guardians apart for a week, who both write in one case: whatever is lost, late or comes twice, they end with one log.

A seed draws what each does on each day, and what becomes of every parcel between them. What was written is counted
here, as it is written, and not taken from either vault.
"""

import random
from dataclasses import dataclass, field

import pytest

from crypto import between, cell
from recipients import keys, membership, replies
from recipients.casework import acts, arriving, book, log, sharing
from recipients.casework.book import Case, Filter
from recipients.vault import Vault
from tests.recipients.test_sharing import Two
from tests.recipients.world import Town, long_text

pytestmark = pytest.mark.slow

DAYS = 7
LEVELS = ("now", "soon", "normal")
STATES = ("received", "assessed", "addressed")


def only(vault: Vault) -> Case:
    """The one case there is."""
    (found,) = book.search(vault, Filter())
    return found


@dataclass
class Week:
    """Two vaults, and what is under way between them: a parcel's part, for whom."""

    two: Two
    chance: random.Random
    today: int
    written: dict[bytes, object] = field(default_factory=dict)
    struck: set[bytes] = field(default_factory=set)
    replied: list[str] = field(default_factory=list)
    way: list[tuple[int, cell.Part]] = field(default_factory=list)
    queued: set[tuple[int, int]] = field(default_factory=set)

    @property
    def vaults(self) -> tuple[Vault, Vault]:
        """Both."""
        return self.two.first, self.two.second

    def write(self, side: int) -> None:
        """Something that a guardian does in a case."""
        vault, chance = self.vaults[side], self.chance
        case = only(vault)
        act = chance.choice(("note", "note", "note", "urgency", "state", "strike", "told"))
        if act == "note":
            text = f"{side} {len(self.written)} {long_text(chance.choice((5, 400, 6_000)))}"
            self.written[acts.note(vault, case, text, self.today)] = text
        elif act == "urgency":
            acts.set_urgency(vault, case, chance.choice(LEVELS), self.today)
        elif act == "state":
            acts.set_state(vault, case, chance.choice(STATES), self.today)
        elif act == "told":
            acts.told(vault, case, "other", "By telephone", self.today)
        else:
            self._strike(vault, case)

    def reply(self, side: int) -> None:
        """An answer to the reporter."""
        vault, text = self.vaults[side], f"An answer, number {len(self.replied)}"
        draft = replies.Draft(text=text)
        replies.send(vault, keys.load(vault), book.thread_of(only(vault)), draft, self.today)
        self.replied.append(text)

    def _strike(self, vault: Vault, case: Case) -> None:
        here = [line.hash for line in log.lines(vault, case.id) if line.kind == "note"]
        if here:
            chosen = self.chance.choice(here)
            acts.strike(vault, case, chosen, self.today)
            self.struck.add(chosen)

    def hand_in(self, side: int) -> None:
        """What is new goes on its way to the other; a part may go twice."""
        vault = self.vaults[side]
        sharing.flush(vault, self.today)
        arriving.acknowledge(vault, self.today)
        for number, message, payload in vault.database.rows("SELECT number, message, payload FROM bundle_out"):
            if (side, number) not in self.queued:
                self.queued.add((side, number))
                parts = list(_parts(message, payload))
                self.way += [(1 - side, one) for one in parts * self.chance.choice((1, 1, 2))]

    def bring(self, share: float) -> None:
        """Some of what is under way arrives, in any order; some of that stays under way, and comes once more."""
        self.chance.shuffle(self.way)
        count = round(len(self.way) * share)
        coming, self.way = self.way[:count], self.way[count:]
        for side, part in coming:
            arriving.keep_part(self.vaults[side], part, self.today)
            if self.chance.random() < 0.2 and share < 1:
                self.way.append((side, part))
        for vault in self.vaults:
            assert arriving.accept(vault, membership.last(vault), self.today) == []


def _parts(message: bytes, payload: bytes) -> list[cell.Part]:
    pieces = between.cut(payload)
    return [
        cell.Part(message=message, part=at, parts=len(pieces), payload=one, thread=between.mark())
        for at, one in enumerate(pieces)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_two_guardians_apart_for_a_week_come_to_one_log(town: Town, seed: int):
    two, chance = Two(town), random.Random(seed)
    # Both have the report from the reporter, or one has it from the other.
    reporter = two.report((0, 1) if seed % 2 else (0,))
    week = Week(two=two, chance=chance, today=town.today)
    sharing.copy(two.first, only(two.first), two.g[1], town.today)
    if not seed % 2:
        week.hand_in(0)
        week.bring(1)
    for _ in range(DAYS):
        for side in chance.choices((0, 1), k=chance.randint(2, 6)):
            week.write(side)
        if chance.random() < 0.5:
            # Who has a copy only does not answer.
            week.reply(chance.choice((0, 1)) if seed % 2 else 0)
        for side in (0, 1):
            if chance.random() < 0.6:
                week.hand_in(side)
        week.bring(chance.random() * 0.6)
        week.today += 1
    for _ in range(3):
        week.hand_in(0)
        week.hand_in(1)
        week.bring(1)
    check_same(week)
    # The answers leave with the syncs that follow.
    town.next_day(DAYS)
    two.sync(4)
    guardians = town.organisation.guardians[:2]
    assert sorted(one.text for g in guardians for one in reporter.replies(g)) == sorted(week.replied)


def check_same(week: Week) -> None:
    """Both logs are the same, and all that was written is in them."""
    case = only(week.two.first).id
    ours, theirs = (log.lines(vault, case) for vault in week.vaults)
    assert [(one.hash, one.kind, one.words) for one in ours] == [(one.hash, one.kind, one.words) for one in theirs]
    for vault in week.vaults:
        log.check_chains(log.entries(vault, case))
        assert vault.database.rows("SELECT 1 FROM bundle_in") == []
        assert vault.database.rows("SELECT 1 FROM bundle_out WHERE quiet = 0") == []
    noted = {one.hash: one.words["text"] for one in ours if one.kind == "note" and one.words}
    assert noted == week.written
    assert {one.words["entry"] for one in ours if one.kind == "strike" and one.words} == week.struck
    assert len([one for one in ours if one.kind == "reply"]) == len(week.replied)
    seen = [(found.state, found.urgency) for found in map(only, week.vaults)]
    assert seen[0] == seen[1]
    # The seed drew enough for this to mean something.
    assert len(week.written) >= DAYS - 2
