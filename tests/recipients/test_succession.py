"""A guardian is replaced: the successor gets the old threads in a sealed file and answers; the excluded never do."""

import os
from pathlib import Path

import pytest

from portal.register import BY_FILE
from recipients import cases
from recipients.casework import succession
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words import say
from tests.portal.world import Guardian
from tests.recipients.gap import Gap
from tests.recipients.test_sync_loss import twice
from tests.recipients.world import Reporter, Town, send

pytestmark = pytest.mark.slow


@pytest.fixture
def successor(town: Town, first: Guardian) -> Guardian:
    """Somebody who is certified in the first guardian's place, and has synced."""
    town.sync(town.vault())
    made = Guardian()
    town.organisation.guardians.append(made)
    later = town.organisation.certificate(made, first_day=town.today + 7, first=None, succeeds=first.g, name="New")
    town.portal.register.submit([later], [], BY_FILE)
    town.next_day(7)
    town.sync(town.vault(3))
    town.sync(town.vaults[0])
    return made


def read(town: Town, vault: Vault, reporter: Reporter, guardian: Guardian, text: str, **fields: object) -> None:
    """A concern comes and is opened."""
    reporter.send([guardian], text, **fields)
    town.next_day()
    town.sync(vault)


def test_a_successor_answers_an_old_thread(town: Town, first: Guardian, successor: Guardian, reporter: Reporter):
    old, new = town.vaults[0], town.vaults[1]
    read(town, old, reporter, first, "an old concern")
    send(old, town, text="from the one who leaves")
    town.sync(old)
    town.next_day()
    town.sync(old)
    file = town.folder / "handed"
    outcome = succession.give(old, successor.g, file, town.today)
    assert (outcome.given, outcome.excluded, outcome.waiting) == ((1,), (), ())
    assert b"an old concern" not in file.read_bytes()
    town.sync(new)
    assert succession.take(new, file, town.today) == (1, [])
    assert succession.take(new, file, town.today) == (0, [])
    (thread,) = cases.threads(new)
    (incoming,) = cases.incoming(new, thread.id)
    assert incoming.content is not None
    assert incoming.content.sections == {"what": "an old concern"}
    with pytest.raises(GuardianError) as caught:
        send(old, town, text="once more")
    assert caught.value.code == "leaving"
    town.next_day()
    send(new, town, text="from the one who comes")
    for _ in range(3):
        town.sync(new)
        town.sync(old)
        town.next_day()
    said = {one.text: one.g for one in reporter.replies(first)}
    assert said == {"from the one who leaves": first.g, "from the one who comes": successor.g}
    assert twice(town.board()) == []


def test_a_successor_whom_the_reporter_excluded_gets_nothing(
    town: Town, first: Guardian, successor: Guardian, reporter: Reporter
):
    old, new = town.vaults[0], town.vaults[1]
    read(town, old, reporter, first, "never show this to the new one", exclude=(successor.g,))
    other = Reporter(town)
    read(town, old, other, first, "anyone may see this")
    town.next_day()
    town.sync(old)
    file = town.folder / "handed"
    outcome = succession.give(old, successor.g, file, town.today)
    assert (len(outcome.given), len(outcome.excluded)) == (1, 1)
    town.sync(new)
    assert succession.take(new, file, town.today) == (1, [])
    (thread,) = cases.threads(new)
    assert thread.id == other.thread_id(first)
    for _ in range(3):
        town.next_day()
        town.sync(old)
        town.sync(new)
    assert [one.id for one in cases.threads(new)] == [other.thread_id(first)]


def test_nobody_but_a_successor(town: Town, first: Guardian, successor: Guardian, reporter: Reporter):
    old = town.vaults[0]
    read(town, old, reporter, first, "x")
    file = town.folder / "handed"
    for g, detail in ((town.organisation.guardians[1].g, "successor"), (os.urandom(16), "none")):
        with pytest.raises(GuardianError) as caught:
            succession.give(old, g, file, town.today)
        assert (caught.value.code, caught.value.detail) == ("guardian", detail)
    assert not file.exists()
    town.next_day()
    town.sync(old)
    succession.give(old, successor.g, file, town.today)
    with pytest.raises(GuardianError) as caught:
        succession.take(town.vault(1), file, town.today)
    assert (caught.value.code, caught.value.detail) in (("unready", "sync"), ("other", "succession"))


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "file"), (b"holiday", "file"), (b"CANDOURH", "other"), (b"CANDOURH" + bytes(5_000), "other")],
)
def test_files_that_are_none(town: Town, tmp_path: Path, data: bytes, code: str):
    vault = town.vault()
    town.sync(vault)
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(GuardianError) as caught:
        succession.take(vault, tmp_path / "file", town.today)
    assert (caught.value.code, caught.value.detail) == (code, "succession")
    assert "steward's program" not in say.sentence(caught.value)
    assert cases.threads(vault) == []


def test_a_successor_takes_no_place_that_the_courier_of_the_other_still_has(
    town: Town, first: Guardian, successor: Guardian, reporter: Reporter
):
    old, new = town.vaults[0], town.vaults[1]
    read(town, old, reporter, first, "x")
    gap = Gap(town, vault=old)
    gap.fetch()
    gap.take_in()
    for at in range(3):
        send(old, town, text=f"{at} " + "We are looking into it. " * 150)
    gap.give_out()
    sealed = old.database.value("SELECT max(day) FROM sealing")
    assert sealed > town.today + 1
    file = town.folder / "handed"
    assert succession.give(old, successor.g, file, town.today).given == (1,)
    town.sync(new)
    succession.take(new, file, town.today)
    assert new.database.value("SELECT board_from FROM casefile WHERE board IS NOT NULL") == sealed + 1
