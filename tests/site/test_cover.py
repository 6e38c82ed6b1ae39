"""Every visit sends cells of one size at random slots, whether anything is written or not."""

import itertools
import statistics
import time

import pytest
from playwright.sync_api import Browser

from crypto import cell
from tests.site.hospital import Hospital
from tests.site.visit import Visit


def cells_of(visit: Visit) -> list[tuple[str, int]]:
    """Method and size of every cell that was sent."""
    found = [each for each in visit.requests if "/cells/" in each.url]
    return [(each.method, len(each.post_data_buffer or b"")) for each in found]


def test_a_visit_that_only_reads_sends_cover_that_nobody_can_open(chromium: Browser, place: Hospital):
    before = set(place.cells())
    visit = Visit(chromium, place).open("#guidance")
    start = time.monotonic()
    while len(cells_of(visit)) < 5 and time.monotonic() - start < 60:
        visit.page.wait_for_timeout(500)
    sent = cells_of(visit)
    visit.close()
    new = set(place.cells()) - before
    assert len(new) >= 3  # of five: of the last, the answer may not have come
    assert set(sent) == {("PUT", cell.CELL)}
    keys = [key for each in place.keys for key in each.private()]
    assert all(cell.open_(each, keys, place.organisation.id) is None for each in new)


def test_cover_leaves_even_when_there_is_no_form(visit: Visit, place: Hospital):
    visit.answer("/directory", b"{}").open(state="closed")
    visit.page.clock.install()
    start = time.monotonic()
    while not cells_of(visit) and time.monotonic() - start < 60:
        visit.page.clock.run_for(16_000)
        visit.page.wait_for_timeout(500)
    assert cells_of(visit)


@pytest.mark.slow
def test_slots_come_as_often_while_writing_and_sending_as_while_reading(chromium: Browser, place: Hospital):
    gaps = {}
    for kind in ("reading", "sending"):
        visit = Visit(chromium, place)
        visit.open()
        if kind == "sending":
            visit.fill_until("sent", "x" * 30_000)
        visit.page.wait_for_timeout(14_000)
        visit.close()
        gaps[kind] = [after - before for before, after in itertools.pairwise(visit.cell_times)]
    # The mean of about 50 draws with a mean of 200 ms and a deviation of 160 ms lies within 23 ms; a busy machine adds.
    means = {kind: statistics.mean(each) for kind, each in gaps.items()}
    assert all(len(each) >= 20 for each in gaps.values())
    assert abs(means["reading"] - means["sending"]) < 0.15, means
