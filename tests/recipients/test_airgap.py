"""The air gap: a concern comes and an answer goes over a stick, whatever happens to the stick or the machines."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crypto import board
from crypto.errors import CandourError
from recipients import cases, keys, outgoing, publishing
from recipients.airgap import passes
from recipients.airgap.spool import Spool
from recipients.errors import GuardianError
from recipients.sync import sync
from tests.portal.world import DAY, Guardian
from tests.recipients.gap import Gap
from tests.recipients.test_killed import Faulty
from tests.recipients.test_sync_loss import twice
from tests.recipients.world import Reporter, Town, long_text, only, send

pytestmark = pytest.mark.slow


@pytest.fixture
def gap(town: Town) -> Gap:
    """A vault and a courier that have met once: its keys are published."""
    made = Gap(town)
    made.round()
    return made


def test_a_concern_is_read_and_answered_over_a_stick(gap: Gap, first: Guardian, reporter: Reporter):
    town = gap.town
    assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    reporter.send([first], long_text(9_000))
    town.next_day()
    trip = gap.fetch()
    assert (trip.periods, trip.carried) == (1, True)
    outcome = gap.take_in()
    assert (outcome.found, outcome.receipts, outcome.missing) == (4, 1, 0)
    assert only(gap.vault).state == "whole"
    answer = "We have asked the ward manager for the rota. " * 110
    send(gap.vault, town, text=answer)
    gap.give_out()
    town.next_day()
    gap.fetch()
    town.next_day()
    (read,) = reporter.replies(first)
    assert read.text == answer
    assert len(reporter.payloads(first, board.RECEIPT)) == 1
    # What has come and gone is ticked off at the next round, and not carried or posted again.
    gap.round()
    assert outgoing.waiting(gap.vault, town.today) == []
    assert outgoing.given_away(gap.vault) == []
    gap.fetch()
    assert [path.name for path in gap.stick.glob("*-cells-*")] == []


def test_the_courier_posts_the_same_number_of_cells_whether_something_waits_or_not(
    gap: Gap, first: Guardian, reporter: Reporter
):
    town = gap.town
    for day in range(4):
        if day == 1:
            reporter.send([first], "x")
        gap.round()
        town.next_day()
        newest = board.read_files(town.client.get("/board").data)[-1]
        assert len(newest.cells) == 4 * 3 + 3
        assert gap.fetch().posted is not None
        assert gap.fetch().posted is None


def test_the_courier_can_open_nothing(gap: Gap, first: Guardian, reporter: Reporter):
    town = gap.town
    reporter.send([first], "for her eyes only")
    town.next_day()
    gap.fetch()
    secrets = [bytes(bytearray(one.seed)) for one in gap.vault.keys.secrets]
    secrets += [gap.vault.required("identity", ""), b"for her eyes only"]
    places = [gap.path, *gap.stick.rglob("*"), *(town.folder / f"state-{gap.path.name}").rglob("*")]
    held = b"".join(path.read_bytes() for path in places if path.is_file())
    assert [one for one in secrets if one in held] == []
    assert gap.path.stat().st_mode & 0o077 == 0


def test_the_same_bundles_again_and_out_of_order(gap: Gap, first: Guardian, reporter: Reporter):
    town = gap.town
    older = town.folder / "older"
    reporter.send([first], long_text(9_000))
    town.next_day()
    gap.fetch()
    shutil.copytree(gap.stick, older)
    reporter.send([first], "more of it", type="more")
    town.next_day(2)
    gap.fetch()
    seen = gap.take_in()
    assert seen.found == 5
    state = gap.vault.setting("remembered")
    for paths in ([older], [gap.stick], [older, gap.stick], sorted(gap.stick.iterdir(), reverse=True)):
        again = gap.take_in(*paths)
        assert (again.found, again.periods, again.receipts, again.lost) == (0, 0, 0, [])
    assert gap.vault.setting("remembered") == state
    (found,) = cases.threads(gap.vault)
    assert found.messages == 2


def test_periods_in_any_order_and_one_at_a_time(gap: Gap, first: Guardian, reporter: Reporter):
    town = gap.town
    for _ in range(6):
        reporter.send([first], long_text(3_000), type="more")
        town.next_day()
    gap.fetch()
    segments = sorted(gap.stick.glob("*-cells-*"))
    random.Random(5).shuffle(segments)
    (news,) = gap.stick.glob("*-news.bundle")
    assert gap.take_in(news).missing == len(segments) > 5
    for path in segments:
        gap.take_in(path)
    assert gap.take_in().missing == 0
    (found,) = cases.threads(gap.vault)
    assert [one.state for one in cases.incoming(gap.vault, found.id)] == ["whole"] * 6
    # Every key is used up by what it was for, whatever order that came in.
    assert gap.vault.database.value("SELECT count(*) FROM day_key WHERE state = 'erased'") >= 4


def test_a_stick_that_is_lost_costs_a_way_and_nothing_else(gap: Gap, first: Guardian, reporter: Reporter):
    town = gap.town
    reporter.send([first], "x")
    town.next_day()
    gap.fetch()
    shutil.rmtree(gap.stick)
    trip = gap.fetch()
    assert (trip.carried, trip.posted) == (False, None)
    gap.stick.mkdir()
    gap.fetch()
    assert gap.take_in().found == 1
    gap.give_out()
    for path in gap.stick.glob("*-out.bundle"):
        path.unlink()
    town.next_day()
    gap.fetch()
    gap.take_in()
    gap.give_out()
    town.next_day()
    gap.fetch()
    town.next_day()
    assert len(reporter.payloads(first, board.RECEIPT)) == 1


def test_a_reply_waits_for_a_courier_that_comes_late(gap: Gap, first: Guardian, reporter: Reporter):
    town = gap.town
    reporter.send([first], "x")
    town.next_day()
    gap.round()
    send(gap.vault, town)
    gap.give_out()
    town.next_day(6)
    # The receipt had left the vault before, so it goes first.
    for _ in range(2):
        gap.fetch()
        town.next_day()
    assert [one.text for one in reporter.replies(first)] == ["We are looking into it."]


def test_cells_that_no_courier_posted_in_time_are_sealed_again(gap: Gap, first: Guardian, reporter: Reporter):
    town = gap.town
    reporter.send([first], "x")
    town.next_day()
    gap.round()
    send(gap.vault, town)
    gap.give_out(folder=town.folder)
    town.next_day(20)
    gap.fetch()
    gap.take_in()
    assert board.REPLY in [item.kind for item in outgoing.waiting(gap.vault, town.today)]
    gap.give_out()
    # The old bundle turns up after all: what is in it is not posted any more.
    shutil.copy(next(town.folder.glob("*-out.bundle")), gap.stick / "candour-old-out.bundle")
    town.next_day()
    gap.fetch()
    town.next_day()
    gap.fetch()
    town.next_day()
    assert [one.text for one in reporter.replies(first)] == ["We are looking into it."]
    assert twice(town.board()) == []


def test_two_couriers_never_post_different_cells_of_a_vault_in_one_period(
    gap: Gap, first: Guardian, reporter: Reporter
):
    town = gap.town
    reporter.send([first], "x")
    town.next_day()
    gap.fetch()
    gap.take_in()
    for at in range(3):
        send(gap.vault, town, text=long_text(6_000) if at else "short")
    gap.give_out()
    # The second knows nothing of the first, and works from the same stick, or from an empty one.
    empty = town.folder / "empty"
    empty.mkdir()
    for day in range(6):
        couriers = [("one", gap.stick), ("two", gap.stick), ("three", empty)]
        random.Random(day).shuffle(couriers)
        for state, stick in couriers:
            gap.fetch(state, stick=stick)
        if day == 2:
            gap.take_in()
            gap.give_out()
        town.next_day()
    gap.take_in()
    gap.give_out()
    for _ in range(3):
        gap.fetch("one")
        town.next_day()
    cells = town.board()
    assert len(cells) == len(set(cells))
    assert twice(cells) == []
    assert min(len(one.text) for one in reporter.replies(first)) == 5
    assert len(reporter.replies(first)) == 3


@pytest.mark.parametrize("there", [True, False], ids=["request", "answer"])
@pytest.mark.parametrize("at", [*range(8), 15, 22, 23, 24, 25])
def test_an_errand_that_is_cut_off_goes_on(gap: Gap, first: Guardian, reporter: Reporter, at: int, there: bool):
    town = gap.town
    reporter.send([first], long_text(9_000))
    town.next_day()
    gap.fetch()
    gap.take_in()
    send(gap.vault, town)
    publishing.set_calendar(gap.vault, keys.load(gap.vault), town.organisation.id, town.today, (1,), ())
    gap.give_out()
    reporter.send([first], "more", type="more")
    town.next_day()
    faulty = Faulty(town.transport(), at, there=there)
    # The price and the 16 cells for other guardians stand between the board post and the list of periods.
    if at in range(6, 23):
        assert gap.fetch(transport=faulty).faults == ["cells for guardians: portal"]
    elif at < 25:
        with pytest.raises(GuardianError) as caught:
            gap.fetch(transport=faulty)
        assert (caught.value.code, caught.value.detail) == ("offline", "portal")
    else:
        # The faults cover every request that an errand makes.
        gap.fetch(transport=faulty)
        assert faulty.count == 25
    gap.fetch()
    gap.take_in()
    town.next_day()
    gap.round()
    town.next_day()
    assert [one.text for one in reporter.replies(first)] == ["We are looking into it."]
    assert twice(town.board()) == []
    assert [one.state for one in cases.incoming(gap.vault, cases.threads(gap.vault)[0].id)] == ["whole", "whole"]
    newest = {len(file.cells) for file in board.read_files(town.client.get("/board").data)}
    assert max(newest) == 4 * 3 + 3


def test_a_vault_with_a_courier_does_not_sync_by_itself(gap: Gap):
    town = gap.town
    with town.courier(gap.vault) as courier, pytest.raises(GuardianError) as caught:
        sync(gap.vault, courier, town.clock)
    assert (caught.value.code, caught.value.detail) == ("pass", "away")
    passes.end(gap.vault)
    town.next_day()
    outcome = town.sync(gap.vault)
    assert (outcome.posted is not None, outcome.copied) == (True, False)


def test_a_clock_that_is_slow_is_refused_and_one_that_is_fast_erases_nothing(
    gap: Gap, first: Guardian, reporter: Reporter
):
    town = gap.town
    reporter.send([first], "x")
    town.next_day()
    gap.fetch()
    held = gap.vault.keys.secrets
    for days in (2, 366):
        with pytest.raises(GuardianError) as caught:
            gap.take_in(ahead=-days * DAY)
        assert (caught.value.code, caught.value.detail) == ("clock", "behind")
    assert gap.vault.keys.secrets == held
    assert gap.take_in(ahead=366 * DAY).lost == []
    assert len(gap.vault.keys.secrets) == len(held)
    assert only(gap.vault).day == town.today - 1
    with pytest.raises(GuardianError) as caught:
        gap.give_out(ahead=366 * DAY)
    assert (caught.value.code, caught.value.detail) == ("clock", "ahead")
    with pytest.raises(GuardianError) as caught:
        gap.give_out(ahead=-366 * DAY)
    assert (caught.value.code, caught.value.detail) == ("clock", "behind")


@pytest.mark.parametrize("ahead", [-DAY, DAY])
def test_a_clock_that_is_a_day_wrong_does_no_harm(gap: Gap, first: Guardian, reporter: Reporter, ahead: int):
    town = gap.town
    reporter.send([first], "x")
    town.next_day()
    gap.fetch()
    assert gap.take_in(ahead=ahead).found == 1
    send(gap.vault, town)
    gap.give_out(ahead=ahead)
    for _ in range(3):
        gap.fetch()
        town.next_day()
    assert len(reporter.replies(first)) == 1


def test_reports_that_never_came_over_and_are_gone_from_the_portal_are_told(tmp_path: Path):
    town = Town(tmp_path, report_days=7)
    gap = Gap(town)
    gap.round()
    first, start = town.organisation.guardians[0], town.today
    Reporter(town).send([first], "this stick is lost")
    town.next_day()
    Reporter(town).send([first], "this one arrives")
    town.next_day()
    gap.fetch()
    lost, _ = sorted(gap.stick.glob("*-cells-*"))
    lost.unlink()
    assert gap.take_in().missing == 1
    town.next_day(3)
    gap.fetch()
    lost.unlink()
    assert (gap.take_in().missing, gap.take_in().lost) == (1, [])
    town.next_day(4)
    gap.fetch()
    assert gap.take_in().lost == [(start, start)]
    gap.give_out()
    gap.fetch()
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert (start, start) in shown.lost
    town.close()


def test_an_older_directory_on_the_portal_is_an_alarm_for_the_courier_too(gap: Gap):
    town = gap.town
    town.close_portal()
    shutil.copytree(town.folder / "data", town.folder / "backup")
    town.open()
    # After so many days a vault publishes new keys, so that the list grows.
    town.next_day(9)
    gap.round()
    town.close_portal()
    shutil.rmtree(town.folder / "data")
    shutil.move(town.folder / "backup", town.folder / "data")
    town.open()
    with pytest.raises(CandourError) as caught:
        gap.fetch()
    assert caught.value.code == "rollback"


def test_an_errand_waits_for_another_one_with_the_same_memory(gap: Gap):
    with Spool(gap.town.folder / f"state-{gap.path.name}"), pytest.raises(GuardianError) as caught:
        gap.fetch()
    assert (caught.value.code, caught.value.detail) == ("busy", "courier")


def test_nothing_that_works_offline_so_much_as_loads_what_can_open_a_connection():
    program = (
        "import sys, recipients.airgap.desk, recipients.cases, recipients.replies, recipients.casework\n"
        "barred = ('httpx', 'httpcore', 'socksio', 'recipients.courier')\n"
        "sys.exit([name for name in barred if name in sys.modules] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
