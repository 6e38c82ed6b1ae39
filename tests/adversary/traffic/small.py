"""Somebody on the network watches visits, and breaks answers, to tell who reports (PROTOCOL 14).

Four kinds of visits of equal length: reading, an empty inbox, an inbox with replies, a report of 2,000 characters.
Nobody can tell them apart by what travels; with each of three sabotaged senders, the same judge can.

This is the small run (`make traffic-small`), with few visits: an area under the curve of at most 0.80 passes, which a
sender without any leak misses less than once in a hundred runs, and each sabotage must reach 0.90. It is not part of
`make test`: by chance alone it would fail too often. `make traffic` is the long run, with 300 visits of each kind and
the bound that is promised.
"""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.adversary.traffic.builds import SABOTAGES, install, released, sabotaged
from tests.adversary.traffic.capture import Plan, Visit, capture, needed
from tests.adversary.traffic.features import table
from tests.adversary.traffic.judge import Verdict, against_the_rest, judge
from tests.adversary.traffic.people import KINDS
from tests.adversary.traffic.place import Place, hospital

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]

TOLD_APART = 0.90
NOT_TOLD_APART = 0.80  # of 12 visits against 36: three standard deviations above a coin


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One hospital for all builds of the scripts."""
    with hospital(tmp_path_factory.mktemp("hospital")) as made:
        yield made


@pytest.fixture(scope="module")
def seconds(place: Place) -> float:
    """The length of each visit."""
    return needed(place)


@pytest.fixture(scope="module")
def visits(place: Place, seconds: float) -> list[Visit]:
    """Twelve visits of each kind to the site as released."""
    return capture(place, Plan(visits=12, seconds=seconds))


def verdicts(visits: list[Visit]) -> list[Verdict]:
    """Each kind against the rest, by all classifiers."""
    return against_the_rest([visit.kind for visit in visits], table(visits)[1])


def test_visits_were_what_they_should_be(visits: list[Visit]) -> None:
    """The control: all kinds were there, people came to their ends, cells left and failed."""
    assert {visit.kind for visit in visits} == set(KINDS)
    assert len(visits) == 12 * len(KINDS)
    reports = [visit.finished for visit in visits if visit.kind == "report"]
    assert sum(reports) >= 0.75 * len(reports)
    tries = [one for visit in visits for one in visit.exchanges() if one.path.startswith("/cells/")]
    assert {one.fate for one in tries} == {"passed", "busy", "cut", "lost"}
    assert len(tries) >= 10 * len(visits)


def test_every_visit_asks_for_the_same(visits: list[Visit]) -> None:
    """But for cells, each visit makes the same requests; what is asked and answered has the same sizes."""
    asked = {
        tuple(sorted((one.method, one.path, one.down) for one in visit.exchanges() if "/cells/" not in one.path))
        for visit in visits
    }
    assert len(asked) == 1
    assert len({one.up for visit in visits for one in visit.exchanges() if "/cells/" in one.path}) == 1


def test_nobody_can_tell_the_kinds_apart(visits: list[Visit]) -> None:
    found = verdicts(visits)
    assert len(found) == 3 * len(KINDS)
    assert [str(one) for one in found if one.area > NOT_TOLD_APART] == []


@pytest.mark.parametrize(
    ("name", "count"), [("sends at once", 6), ("no cover when idle", 6), ("cover is not sent again", 10)]
)
def test_a_sabotaged_sender_is_told(place: Place, seconds: float, name: str, count: int) -> None:
    """The judge is able to see: it tells reports from reading."""
    install(place.site, sabotaged(SABOTAGES[name]))
    try:
        seen = capture(place, Plan(visits=count, seconds=seconds, kinds=("guidance", "report")))
    finally:
        install(place.site, released())
    truth = np.array([visit.kind == "report" for visit in seen])
    assert max(one.area for one in judge(name, truth, table(seen)[1])) >= TOLD_APART
