"""Syncs after something was lost: weeks away, day keys gone, an older copy of the vault, reports deleted unread."""

import os
import shutil
from pathlib import Path

import pytest

from recipients import cases, daykeys, membership
from recipients.errors import GuardianError
from recipients.sync import sync
from tests.portal.world import DAY, Guardian
from tests.recipients.world import Reporter, Town, only, send

pytestmark = pytest.mark.slow


def test_three_weeks_away(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "on the first day")
    for _ in range(21):
        town.next_day()
        # The portal shows keys of the days around; its guardian published 35 days ahead.
        assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    reporter.root = os.urandom(32)
    reporter.send([first], "on the last day")
    town.next_day()
    outcome = town.sync(vault)
    assert outcome.lost == []
    assert [one.messages for one in cases.threads(vault)] == [1, 1]
    held = [one.first for one in vault.keys.secrets if one.kind == "epoch"]
    assert min(held) == town.today - 2


def test_more_than_a_month_away_is_told(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    start = town.today
    reporter.send([first], "too early")
    town.next_day(10)
    reporter.send([first], "in time")
    town.next_day(22)
    outcome = town.sync(vault)
    assert outcome.lost == [(start, start + 1)]
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.lost == ((start, start + 1),)
    assert only(vault).content is not None
    assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    assert town.sync(vault).lost == []


def test_a_clock_that_is_wrong_erases_nothing(town: Town):
    vault = town.vault()
    town.sync(vault)
    held = vault.keys.secrets
    with town.courier(vault, ahead=40 * DAY) as courier, pytest.raises(GuardianError) as caught:
        sync(vault, courier, lambda: town.clock.now + 40 * DAY)
    assert (caught.value.code, caught.value.detail) == ("refused", "signature")
    assert vault.keys.secrets == held


def test_keys_are_erased_when_their_reports_have_been_opened(town: Town):
    town.tick()
    vault = town.vault()
    town.sync(vault)
    seeds = {one.first: bytes(bytearray(one.seed)) for one in vault.keys.secrets if one.kind == "epoch"}
    start = town.today
    town.next_day(3)
    outcome = town.sync(vault)
    assert outcome.erased == 1
    assert seeds[start] not in [one.seed for one in vault.keys.secrets]
    assert seeds[start + 1] in [one.seed for one in vault.keys.secrets]


def test_given_up_keys_are_said_publicly_and_replaced(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    old = town.seen().key_for(first.g, town.today)[0]
    (vault.path / "epochs").unlink()
    vault.close()
    vault = town.vault()
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("keys", "missing")
    outcome = town.sync(vault, give_up=True)
    assert outcome.lost == [(town.today, town.today + 59)]
    new, kind = town.seen().key_for(first.g, town.today)
    assert (kind, new != old) == ("epoch", True)
    Reporter(town).send([first], "to the new key")
    town.next_day()
    town.sync(vault)
    assert only(vault).state == "whole"


def test_an_older_copy_of_the_vault_is_found_out(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    vault.close()
    shutil.copytree(vault.path, town.folder / "backup")
    town.next_day(20)
    vault = town.vault()
    town.sync(vault)
    made_later = membership.last(vault).guardian(first.g).digests
    vault.close()
    reporter.send([first], "sealed to a day key that both copies have")
    shutil.rmtree(vault.path)
    shutil.move(town.folder / "backup", vault.path)
    vault = town.vault()
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("keys", "copy")
    town.next_day()
    outcome = town.sync(vault, give_up=True)
    assert outcome.copied
    assert (town.today - 1 + 35) in [day for one in outcome.lost for day in range(one[0], one[1] + 1)]
    assert only(vault).state == "whole"
    new = town.seen().guardian(first.g).digests
    assert new[max(made_later)] != made_later[max(made_later)]
    assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    assert town.sync(vault).lost == []


def test_a_copy_of_today_seals_nothing_until_tomorrow(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "x")
    town.next_day()
    vault.close()
    shutil.copytree(vault.path, town.folder / "copy")
    vault = town.vault()
    assert not town.sync(vault).copied
    vault.close()
    shutil.rmtree(vault.path)
    shutil.move(town.folder / "copy", vault.path)
    vault = town.vault()
    assert town.sync(vault).copied
    assert vault.database.value("SELECT count(*) FROM sealing") == 0
    town.next_day()
    town.sync(vault)
    assert vault.database.value("SELECT min(day) FROM sealing") == town.today


def test_reports_that_the_portal_deleted_unread_are_told(tmp_path: Path):
    town = Town(tmp_path, report_days=7)
    town.tick()
    vault, first = town.vault(), town.organisation.guardians[0]
    town.sync(vault)
    start = town.today
    Reporter(town).send([first], "nobody came for this")
    town.next_day(21)
    outcome = town.sync(vault)
    assert (outcome.found, outcome.lost) == (0, [(start, start + 13)])
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.lost == ((start, start + 13),)
    town.next_day(12)
    assert town.sync(vault).lost == [(start + 21, start + 25)]
    town.next_day(7)
    assert town.sync(vault).lost == []
    town.close()


def twice(cells: list[bytes]) -> list[bytes]:
    """Tags that stand on the board more than once: they tell that a cell is real, and which belong together."""
    tags = [one[:16] for one in cells]
    return [tag for tag in set(tags) if tags.count(tag) > 1]


def test_a_copy_of_the_same_hour_takes_no_place_that_the_other_has_used(tmp_path: Path):
    """With short board periods both copies sync on one day, and nothing in the directory tells them apart."""
    town = Town(tmp_path, board_period=3_600)
    reporter, first = Reporter(town), town.organisation.guardians[0]
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "x")
    town.next_day()
    town.sync(vault)
    town.pass_time(3_600)
    vault.close()
    shutil.copytree(vault.path, town.folder / "copy")
    texts = ["from the one", "from the other"]
    vault = town.vault()
    send(vault, town, text=texts[0])
    town.sync(vault)
    town.pass_time(3_600)
    vault.close()
    shutil.rmtree(vault.path)
    shutil.move(town.folder / "copy", vault.path)
    vault = town.vault()
    send(vault, town, text=texts[1])
    town.sync(vault)
    town.pass_time(3_600)
    assert twice(town.board()) == []
    assert sorted(one.text for one in reporter.replies(first)) == texts
    town.close()


def test_away_for_longer_than_keys_last_loses_nothing_that_is_still_served(tmp_path: Path):
    town = Town(tmp_path, report_days=90)
    first = town.organisation.guardians[0]
    vault = town.vault()
    town.sync(vault)
    Reporter(town).send([first], "on the first day")
    town.next_day(34)
    Reporter(town).send([first], "on the last day that has a key")
    town.next_day(10)
    seeds = {bytes(bytearray(one.seed)) for one in vault.keys.secrets}
    outcome = town.sync(vault)
    assert (outcome.found, outcome.lost) == (2, [])
    assert [one.messages for one in cases.threads(vault)] == [1, 1]
    epochs = [one for one in vault.keys.secrets if one.kind == "epoch"]
    assert min(one.first for one in epochs) >= town.today - 2
    assert not {one.seed for one in epochs} & seeds
    assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    town.close()


def test_a_key_is_not_kept_for_ever_for_what_is_still_served(tmp_path: Path):
    town = Town(tmp_path, report_days=90)
    first, start = town.organisation.guardians[0], town.today
    vault = town.vault()
    town.sync(vault)
    Reporter(town).send([first], "on the first day")
    town.next_day(daykeys.LAST_TRY)
    assert start in [one.first for one in vault.keys.secrets]
    outcome = town.sync(vault)
    assert (outcome.found, outcome.lost) == (0, [(start, start)])
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.lost == ((start, start),)
    town.close()
