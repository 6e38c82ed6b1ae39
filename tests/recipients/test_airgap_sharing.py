"""Guardians behind the air gap work on one case: what they send one another goes by stick, and looks like nothing."""

import os
import shutil
from pathlib import Path

import pytest

from crypto import between, cell, hpke
from recipients import cases
from recipients.airgap import container, desk, passes
from recipients.airgap.sets import Sets, read_told
from recipients.casework import acts, arriving, book, bundles, log, sharing
from recipients.casework.book import Case, Filter
from recipients.errors import GuardianError
from recipients.vault import Vault
from tests.recipients.gap import Gap
from tests.recipients.test_killed import Faulty
from tests.recipients.world import Reporter, Town, long_text

pytestmark = pytest.mark.slow

SETS = 8


@pytest.fixture
def gap(town: Town) -> Gap:
    """A vault behind the gap; another guardian goes to the portal herself, and both have keys published."""
    made = Gap(town)
    made.round()
    town.sync(town.vault(1))
    return made


@pytest.fixture
def other(gap: Gap) -> Vault:
    """The vault of the guardian who goes to the portal herself."""
    return gap.town.vaults[1]


def only(vault: Vault) -> Case:
    """The one case there is."""
    (found,) = book.search(vault, Filter())
    return found


def reported(gap: Gap, text: str = "x", **fields: object) -> Reporter:
    """A report for the vault behind the gap, which has taken it in."""
    reporter = Reporter(gap.town)
    reporter.send([gap.town.organisation.guardians[0]], text, **fields)
    gap.town.next_day()
    gap.fetch()
    gap.take_in()
    return reporter


def notes(vault: Vault) -> list[object]:
    """What guardians noted for one another."""
    return [line.words["text"] for line in log.lines(vault, only(vault).id) if line.kind == "note" and line.words]


def copied(gap: Gap, g: bytes | None = None) -> None:
    """The case goes into the vault's next bundle, for another guardian."""
    to = gap.town.organisation.guardians[1].g if g is None else g
    sharing.copy(gap.vault, only(gap.vault), to, gap.town.today)


def put_in(gap: Gap, path: Path) -> list[bytes]:
    """The sets in a bundle of the vault."""
    read = container.read(path, gap.held.outward)
    return [read.read(name, 2**20) for name in read.places if name.startswith("put/")]


def came(town: Town) -> int:
    """The cells in the period that was closed last."""
    return int(max(town.periods(), key=lambda one: int(one["start"]))["cells"])


def test_a_copy_goes_over_the_stick_and_the_answer_comes_back(gap: Gap, other: Vault):
    town = gap.town
    reported(gap, long_text(9_000))
    copied(gap)
    gap.give_out()
    gap.fetch()
    town.next_day()
    gap.fetch()
    town.next_day()
    town.sync(other)
    assert only(other).id == only(gap.vault).id
    (message,) = cases.incoming(other, book.thread_of(only(other)))
    assert message.content is not None
    assert message.content.sections["what"] == long_text(9_000)
    acts.note(other, only(other), "Rang the ward", town.today)
    town.next_day()
    # What was noted since then is queued by the export itself.
    acts.note(gap.vault, only(gap.vault), "They rang back", town.today)
    town.sync(other)
    town.next_day()
    gap.fetch()
    gap.take_in()
    # Neither knew of the other's note, so either may stand first, in both logs the same.
    assert sorted(map(str, notes(gap.vault))) == ["Rang the ward", "They rang back"]
    # The copy has arrived, and is ticked off; the note is on its way.
    assert [one for (one,) in gap.vault.database.rows("SELECT parts FROM bundle_out WHERE quiet = 0")] == [1]
    gap.give_out()
    for _ in range(2):
        gap.fetch()
        town.next_day()
    town.sync(other)
    assert notes(other) == notes(gap.vault)


def test_a_stick_that_is_ten_days_late_can_still_be_read(gap: Gap, other: Vault):
    town = gap.town
    reported(gap)
    copied(gap)
    gap.give_out(folder=town.folder)
    for _ in range(10):
        town.next_day()
        town.sync(other)
    shutil.copy(next(town.folder.glob("*-out.bundle")), gap.stick)
    gap.fetch()
    town.next_day()
    town.sync(other)
    assert only(other).id == only(gap.vault).id


def test_what_is_later_than_a_fortnight_is_not_sent_and_sealed_anew(gap: Gap, other: Vault):
    town = gap.town
    reported(gap)
    copied(gap)
    gap.give_out(folder=town.folder)
    town.next_day(16)
    shutil.copy(next(town.folder.glob("*-out.bundle")), gap.stick)
    gap.fetch()
    town.next_day()
    assert came(town) == between.CELLS
    town.sync(other)
    assert book.search(other, Filter()) == []
    gap.fetch()
    gap.take_in()
    gap.give_out()
    town.next_day()
    gap.fetch()
    town.next_day()
    town.sync(other)
    assert only(other).id == only(gap.vault).id


def test_neither_the_stick_nor_the_portal_shows_whether_there_was_something_to_say(gap: Gap):
    town = gap.town
    reported(gap, long_text(9_000))
    silent = gap.give_out()
    shape = [len(one) for one in put_in(gap, silent)]
    copied(gap)
    for at in range(60):
        acts.note(gap.vault, only(gap.vault), f"{at} {long_text(8_000)}", town.today)
    spoken = gap.give_out()
    assert len(bundles.waiting(gap.vault, town.today)) > between.CELLS * SETS
    assert [len(one) for one in put_in(gap, spoken)] == shape == [between.CELLS * cell.CELL] * SETS
    # And afterwards nothing is left over: every bundle has other cells.
    cells = [put_in(gap, spoken), put_in(gap, gap.give_out())]
    cut = [{joined[at : at + cell.CELL] for joined in one for at in range(0, len(joined), cell.CELL)} for one in cells]
    assert not cut[0] & cut[1]
    assert len(cut[0]) == between.CELLS * SETS


def test_the_courier_sends_as_many_cells_in_every_period_with_or_without_a_stick(gap: Gap):
    town = gap.town
    reported(gap)
    copied(gap)
    counts = []
    for day in range(12):
        if day == 1:
            gap.give_out()
        gap.fetch()
        gap.fetch()
        town.next_day()
        counts.append(came(town))
    # Before the stick comes, while its sets last, and after them.
    assert counts == [between.CELLS] * 12


def test_real_ones_stand_anywhere_in_a_set(gap: Gap, other: Vault):
    reported(gap)
    copied(gap)
    opening = [hpke.PrivateKey(one.seed) for one in other.keys.secrets if one.kind == "fallback"]
    organisation = gap.held.organisation
    places = set()
    for _ in range(8):
        first = put_in(gap, gap.give_out())[0]
        cells = [first[at : at + cell.CELL] for at in range(0, len(first), cell.CELL)]
        found = [at for at, one in enumerate(cells) if cell.open_(one, opening, organisation)]
        assert len(found) == 1
        places.update(found)
    assert len(places) > 1


def test_what_was_posted_is_not_sealed_again_and_what_was_not_is(gap: Gap):
    town = gap.town
    reported(gap)
    copied(gap)
    waits = len(bundles.waiting(gap.vault, town.today))
    assert waits == 1
    gap.give_out()
    # The first errand of the day has filled its period: this set waits for tomorrow.
    gap.fetch()
    town.next_day()
    gap.take_in()
    assert len(bundles.waiting(gap.vault, town.today)) == waits
    gap.fetch()
    town.next_day()
    gap.fetch()
    gap.take_in()
    assert bundles.waiting(gap.vault, town.today) == []
    assert bundles.pending(gap.vault, only(gap.vault).id) == 1


def test_bundles_again_and_out_of_order_send_nothing_old(gap: Gap, other: Vault):
    town = gap.town
    reported(gap)
    copied(gap)
    old, older = gap.give_out(folder=town.folder), town.folder / "candour-old-out.bundle"
    shutil.copy(old, older)
    acts.note(gap.vault, only(gap.vault), "The newer one", town.today)
    gap.give_out()
    town.next_day()
    gap.fetch()
    newest = Sets(town.folder / f"state-{gap.path.name}").out
    shutil.copy(older, gap.stick)
    (gap.stick / gap_name(gap)).unlink()
    for _ in range(2):
        gap.fetch()
        town.next_day()
        assert Sets(town.folder / f"state-{gap.path.name}").out == newest
    town.sync(other)
    assert notes(other) == ["The newer one"]


def gap_name(gap: Gap) -> str:
    """The name of the vault's bundle on the stick."""
    return f"candour-{gap.held.g.hex()[:8]}-out.bundle"


@pytest.mark.parametrize("there", [True, False], ids=["request", "answer"])
def test_a_set_that_was_cut_off_goes_on_with_the_same_cells(gap: Gap, other: Vault, there: bool):
    town = gap.town
    reported(gap)
    copied(gap)
    gap.give_out()
    town.next_day()
    cut = Faulty(town.transport(), 5, there=there)
    assert gap.fetch(transport=cut).faults == ["cells for guardians: portal"]
    gap.fetch()
    town.next_day()
    assert came(town) == between.CELLS
    # Cut off, and on the next day all of it goes again: nothing in it is lost, and nobody reads anything twice.
    gap.fetch(transport=Faulty(town.transport(), 5, there=there))
    town.next_day()
    gap.fetch()
    town.next_day()
    town.sync(other)
    (found,) = cases.threads(other)
    assert found.messages == 1


def test_a_vault_brought_back_from_a_backup_is_heard_by_its_courier(gap: Gap):
    town = gap.town
    for _ in range(3):
        gap.give_out()
    gap.fetch()
    town.next_day()
    gap.fetch()
    # What a backup of the first day knows.
    gap.vault.store("out_serial", (1).to_bytes(8, "big"))
    gap.take_in()
    gap.give_out()
    gap.fetch()
    assert Sets(town.folder / f"state-{gap.path.name}").out == 5


def test_a_courier_that_names_the_last_number_does_not_stop_the_vault(gap: Gap):
    news = next(gap.stick.glob("*-news.bundle"))
    read = container.read(news, gap.held.inward)
    parts = [(name, read.read(name, 2**26)) for name in read.places if name != "told"]
    told = b'{"out":9007199254740991,"posted":[5],"v":1}'
    assert read_told(told) == (2**53 - 1, [5])
    made = read.made + 1
    container.write(news, "news", gap.held.inward, made, read.serial + 1, [*parts, ("told", told)], gap.held.seed)
    gap.take_in()
    assert gap.give_out().exists()


TOLD = {
    "no JSON": b"{",
    "another version": b'{"out":1,"posted":[],"v":2}',
    "a set that is none": b'{"out":1,"posted":[0],"v":1}',
    "a text": b'{"out":1,"posted":["1"],"v":1}',
    "too many": b'{"out":1,"posted":[' + b",".join([b"1"] * 100_001) + b'],"v":1}',
}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD.keys())
def test_what_a_courier_says_is_checked(told: bytes):
    with pytest.raises(GuardianError) as caught:
        read_told(told)
    assert (caught.value.code, caught.value.detail) == ("bundle", "damaged")


def test_nothing_leaves_any_more_for_whom_the_reporter_excluded_meanwhile(gap: Gap, other: Vault):
    town, g = gap.town, gap.town.organisation.guardians[1].g
    reporter = reported(gap)
    copied(gap)
    third = town.organisation.guardians[2].g
    sharing.ask(gap.vault, only(gap.vault), third, "Would you wait?", town.today)
    reporter.send([town.organisation.guardians[0]], "Not those two", type="more", exclude=(g, third))
    town.next_day()
    gap.fetch()
    gap.take_in()
    gap.give_out()
    assert bundles.waiting(gap.vault, town.today) == []
    town.next_day()
    gap.fetch()
    town.next_day()
    town.sync(other)
    assert book.search(other, Filter()) == []


def test_word_that_something_arrived_is_not_answered_however_often_it_comes(gap: Gap, other: Vault):
    today = gap.town.today
    message = os.urandom(16)
    said = between.Bundle(**{**vars(bundles.start(gap.vault, passes.own(other).g, "have", today)), "have": (message,)})
    bundles.queue(gap.vault, said, quiet=True)
    (one,) = bundles.waiting(gap.vault, today)
    payload = gap.vault.database.value("SELECT payload FROM bundle_out")
    part = cell.Part(message=one.message, part=0, parts=1, payload=payload, thread=between.mark())
    for _ in range(3):
        arriving.keep_part(other, part, today)
        arriving.receive(other, gap.town.seen(), today)
    assert bundles.waiting(other, today) == []


def test_as_many_sets_as_there_are_periods_in_eight_days_but_not_without_end(tmp_path: Path):
    town = Town(tmp_path, period=3_600, board_period=3_600)
    gap = Gap(town)
    gap.fetch()
    gap.take_in()
    assert len(put_in(gap, gap.give_out())) == desk.AHEAD_POSTS
    town.close()
