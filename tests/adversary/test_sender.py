"""Somebody on the network breaks answers on purpose, to see by what follows whether a visitor is writing (PROTOCOL 14).

A cell whose answer is lost is sent again, the same bytes, at later slots, until it is taken: a report as a cover cell.
So breaking answers neither loses a report nor tells it from cover, and no slot ever carries two cells.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import pytest
from playwright.sync_api import Browser

from crypto import cell, message
from tests.adversary.between import LATE, Fate, Network, Try, between
from tests.adversary.target import Guardian, Target, target
from tests.journeys.reporter import Visit
from tests.journeys.texts import passage

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]

SLOT = 120  # milliseconds, mean
LEAST = SLOT / 5 / 1000  # seconds that no wait is shorter than
# The last one ends it: late, but an answer.
FATES: tuple[Fate, ...] = ("unsent", "busy", "lost", "portal", "dearer", "elsewhere", "broken", "lost", "late")
CONCERN = {"happened": passage(1_200)}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A visit during which a concern was sent to two guardians over the bad network."""

    portal: Target
    network: Network
    visit: Visit

    def kind(self, sealed: bytes) -> str:
        """What only guardians can tell."""
        return "report" if self.portal.organisation.opened(sealed) else "cover"

    def done(self) -> list[Try]:
        """The tries up to the last cell that was taken: the page's end cuts the next one off."""
        last = max(n for n, one in enumerate(self.network.tries) if one.fate == "late")
        return self.network.tries[: last + 1]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Seen]:
    """Some cover, a concern to two of three, some more cover."""
    policy = {"period": 21_600, "board_period": 21_600, "slot_ms": SLOT}
    with target(tmp_path_factory.mktemp("portal"), policy=policy) as portal, between(portal.port, FATES) as network:
        visit = Visit(chromium, network.url)
        more_cells(visit, network, 2)
        names = [guardian.name for guardian in portal.organisation.guardians[:2]]
        visit.raise_concern(CONCERN, to=names)
        more_cells(visit, network, 3)
        visit.close()
        yield Seen(portal=portal, network=network, visit=visit)


def more_cells(visit: Visit, network: Network, count: int) -> None:
    """Stay until so many more cells were taken."""
    wanted = sum(one.fate == "late" for one in network.tries) + count
    deadline = time.monotonic() + 60
    while sum(one.fate == "late" for one in network.tries) < wanted:
        assert time.monotonic() < deadline, "no cell was taken for a minute"
        visit.page.wait_for_timeout(50)


def test_both_kinds_met_the_network(seen: Seen) -> None:
    """The control: the visit sent cover before and after, and all pieces of the report between."""
    kinds = [seen.kind(sealed) for sealed in seen.network.cells()]
    assert kinds.count("report") >= 2
    assert kinds[0] == "cover"
    assert "cover" in kinds[kinds.index("report") :]
    assert {one.fate for one in seen.done()} == set(FATES)


def test_the_same_cell_is_sent_until_it_is_taken(seen: Seen) -> None:
    """Every try of a cell comes before the first try of the next, with the same bytes under the same name."""
    runs = [list(tries) for _, tries in groupby(seen.done(), key=lambda one: one.body)]
    assert len(runs) == len({one.body for one in seen.done()})
    for run in runs:
        assert [one.fate for one in run] == list(FATES)
        assert len({one.path for one in run}) == 1
        assert len(run[0].body) == 4096


def test_cover_is_sent_again_as_often_as_a_report(seen: Seen) -> None:
    tries = Counter(one.body for one in seen.done())
    counts = {(seen.kind(sealed), count) for sealed, count in tries.items()}
    assert counts == {("cover", len(FATES)), ("report", len(FATES))}


def test_a_slot_never_carries_two_cells(seen: Seen) -> None:
    """The next try begins after the last has ended, and after the least wait of a slot, whatever the answer was."""
    gaps = [(before.fate, after.began - before.ended) for before, after in pairwise(seen.network.tries)]
    assert [(fate, gap) for fate, gap in gaps if gap < LEAST - 0.005] == []
    assert max(one.ended - one.began for one in seen.done() if one.fate == "late") >= LATE


def test_work_is_done_again_only_for_a_new_price(seen: Seen) -> None:
    """The answer that asks for more changes the work of that cell, cover and report alike, and nothing else of it."""
    for _, tries in groupby(seen.done(), key=lambda one: one.body):
        works = [one.work for one in tries]
        dearer = FATES.index("dearer") + 1
        assert len(set(works[:dearer])) == 1
        assert len(set(works[dearer:])) == 1


def test_requests_differ_in_name_work_and_body_alone(seen: Seen) -> None:
    """Cover or report, first try or ninth: the headers are the same, values included."""
    headers = {tuple(pair for pair in one.headers if pair[0] != "Candour-Work") for one in seen.network.tries}
    assert len(headers) == 1


def test_no_piece_is_lost_or_stored_twice(seen: Seen) -> None:
    """Each guardian's pieces arrive once each, in order, and make the concern; the third guardian gets none."""
    found = [opened for sealed in seen.network.cells() if (opened := seen.portal.organisation.opened(sealed))]
    for guardian in seen.portal.organisation.guardians[:2]:
        pieces = [part for to, part in found if to is guardian]
        assert [piece.part for piece in pieces] == list(range(pieces[0].parts))
        assert read(guardian, pieces) == CONCERN
    assert not any(to is seen.portal.organisation.guardians[2] for to, _ in found)
    # Taken ones, and of the cell that the page's end cut off at most that one.
    assert len({one.body for one in seen.done()}) <= seen.portal.stored() <= len(seen.network.cells())


def read(guardian: Guardian, pieces: list[cell.Part]) -> dict[str, str]:
    """The sections of a whole message."""
    return dict(message.read(cell.gather(pieces), pieces[0].parts, guardian.g).sections)
