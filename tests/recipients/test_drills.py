"""Loss and recovery, rehearsed with a real portal: what is told to people, and that no place or nonce is used twice."""

import shutil
from pathlib import Path

import pytest

from crypto import board
from crypto.errors import CandourError
from portal.register import BY_FILE
from recipients import cases
from recipients.errors import GuardianError
from recipients.sync import sync
from recipients.vault import Vault, open_vault, recovery
from recipients.vault import backup as backups
from recipients.words import say
from tests.portal.world import DAY, Guardian
from tests.recipients.gap import Gap
from tests.recipients.test_sync_loss import twice
from tests.recipients.world import PASSPHRASE, Reporter, Town, only, send

pytestmark = pytest.mark.slow


def restored(town: Town, vault: Vault, file: Path) -> Vault:
    """The vault is lost; the one that is made of a backup takes its place."""
    vault.close()
    shutil.rmtree(vault.path)
    mark = backups.mark_restored
    backups.restore(file, vault.path, backups.by_passphrase(PASSPHRASE), lambda folder: mark(folder, PASSPHRASE))
    again = open_vault(vault.path, PASSPHRASE)
    town.vaults.append(again)
    return again


def saved(town: Town, vault: Vault, name: str = "backup") -> Vault:
    """Makes a backup, and opens the vault again."""
    vault.close()
    backups.save(vault.path, PASSPHRASE, town.folder / name)
    again = open_vault(vault.path, PASSPHRASE)
    town.vaults.append(again)
    return again


def nonces(cells: list[bytes]) -> list[bytes]:
    """The nonces of board cells."""
    return [one[16:40] for one in cells]


def test_an_old_backup_brought_back(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "before the backup")
    town.next_day()
    town.sync(vault)
    send(vault, town, text="said before the backup")
    vault = saved(town, vault)
    town.sync(vault)
    town.next_day(12)
    town.sync(vault)
    send(vault, town, text="said after it")
    town.next_day()
    town.sync(vault)
    reporter.send([first], "never fetched", type="more")
    town.next_day()
    start = town.today
    vault = restored(town, vault, town.folder / "backup")
    outcome = town.sync(vault)
    lost = {day for span in outcome.lost for day in range(span[0], span[1] + 1)}
    # What came after the backup was sealed to keys that are in none: people are told to send it again.
    assert {start - 1, start, start + 30} <= lost
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    told = {day for span in shown.lost for day in range(span[0], span[1] + 1)}
    assert lost <= told
    assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    assert [one.text for one in cases.sent(vault, cases.threads(vault)[0].id)] == ["said before the backup"]
    send(vault, town, text="said by the restored one")
    for _ in range(3):
        town.sync(vault)
        town.next_day()
    cells = town.board()
    assert twice(cells) == []
    assert len(nonces(cells)) == len(set(nonces(cells)))
    said = {one.text for one in reporter.replies(first)}
    assert said >= {"said before the backup", "said after it", "said by the restored one"}
    reporter.send([first], "sent again", type="more")
    town.next_day()
    assert town.sync(vault).lost == []
    assert [one.state for one in cases.incoming(vault, cases.threads(vault)[0].id)][-1] == "whole"


def test_a_backup_of_this_morning_uses_no_place_of_today(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "x")
    town.next_day()
    vault = saved(town, vault)
    town.sync(vault)
    vault = restored(town, vault, town.folder / "backup")
    town.sync(vault)
    assert vault.database.value("SELECT count(*) FROM sealing WHERE day <= ?", town.today) == 0
    for _ in range(3):
        town.next_day()
        town.sync(vault)
    town.next_day()
    assert twice(town.board()) == []


def test_a_restored_vault_whose_courier_still_has_cells_of_the_lost_one(
    town: Town, first: Guardian, reporter: Reporter
):
    gap = Gap(town)
    gap.round()
    reporter.send([first], "x")
    town.next_day()
    gap.fetch()
    gap.take_in()
    gap.restart(saved(town, gap.vault))
    for at in range(9):
        send(gap.vault, town, text=f"{at} " + "We are looking into it. " * 100)
    gap.give_out()
    gap.restart(restored(town, gap.vault, town.folder / "backup"))
    town.next_day()
    gap.fetch()
    outcome = gap.take_in()
    assert outcome.lost != []
    send(gap.vault, town, text="by the restored one")
    (gap.stick / next(gap.stick.glob("*-out.bundle")).name).rename(town.folder / "kept.bundle")
    gap.give_out()
    assert gap.vault.database.value("SELECT count(*) FROM sealing") == 0
    for day in range(14):
        if day == 9:
            gap.take_in()
            gap.give_out()
        gap.fetch()
        town.next_day()
    cells = town.board()
    assert twice(cells) == []
    assert len(nonces(cells)) == len(set(nonces(cells)))
    assert "by the restored one" in [one.text for one in reporter.replies(first)]


def test_a_stolen_backup_opens_nothing_that_is_on_its_way(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "on its way")
    vault = saved(town, vault)
    thief = town.folder / "thief"
    mark = backups.mark_restored
    unlock = backups.by_passphrase(PASSPHRASE)
    backups.restore(town.folder / "backup", thief, unlock, lambda folder: mark(folder, PASSPHRASE))
    seeds = [one.seed for one in vault.keys.secrets]
    with open_vault(thief, PASSPHRASE) as stolen:
        # Even with the passphrase there is not one day key or fallback key in it, in whatever form.
        assert stolen.keys.secrets == ()
        rows = [stolen.database.rows(f"SELECT * FROM {table}") for table in ("setting", "day_key", "statement")]
        held = b"".join(value for table in rows for row in table for value in row if isinstance(value, bytes))
        assert [seed for seed in seeds if seed in held] == []
    town.next_day()
    town.sync(vault)
    assert only(vault).state == "whole"


@pytest.mark.parametrize("days", [-1, 1, -365, 365])
def test_a_clock_that_is_wrong(town: Town, first: Guardian, reporter: Reporter, days: int):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "x")
    town.next_day()
    held = len(vault.keys.secrets)
    right = town.clock.now
    with town.courier(vault, ahead=days * DAY) as courier, pytest.raises((GuardianError, CandourError)) as caught:
        sync(vault, courier, lambda: right + days * DAY)
    error = caught.value
    assert isinstance(error, GuardianError | CandourError)
    # A year off, certificates have not begun or have ended, before anything is asked of the portal.
    assert str(error).startswith({-365: "early", 365: "unready: certificate expired"}.get(days, "refused: signature"))
    assert "clock" in say.sentence(error)
    assert len(vault.keys.secrets) >= held
    assert town.sync(vault).found == 1


def test_an_expired_certificate_and_a_new_one(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "read in time")
    town.next_day()
    town.sync(vault)
    town.clock.now += 370 * DAY
    town.tick()
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("unready", "certificate expired")
    assert "Ask your steward to renew it" in say.sentence(caught.value)
    assert only(vault).state == "whole"
    town.organisation.day = town.today
    renewed = town.organisation.certificate(first, first_day=town.today + 7, last_day=town.today + 300, first=None)
    town.portal.register.submit([renewed], [], BY_FILE)
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("unready", "certificate expired")
    town.next_day(7)
    town.sync(vault)
    assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    reporter.send([first], "after it", type="more")
    town.next_day()
    assert town.sync(vault).found == 1


def test_a_passphrase_lost_without_trustees(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    saved(town, vault)
    reporter.send([first], "nobody will ever read this")
    town.next_day()
    town.vaults[-1].close()
    for attempt in (
        lambda: open_vault(vault.path, "not what it was"),
        lambda: recovery.recover(vault.path, ["academic acid"], "a new passphrase"),
        lambda: backups.restore(
            town.folder / "backup", town.folder / "again", backups.by_passphrase("not what it was"), lambda _: None
        ),
    ):
        with pytest.raises(GuardianError) as caught:
            attempt()
        assert caught.value.code in ("passphrase", "shares", "backup")
    assert not (town.folder / "again").exists()
    # What is left: the steward certifies somebody in the first one's place, and people are told to write to them.
    made, organisation = Guardian(), town.organisation
    organisation.guardians.append(made)
    organisation.day = town.today
    later = organisation.certificate(made, first_day=town.today + 7, first=None, succeeds=first.g, name="New")
    old = town.seen().certificate(first.g, town.today).entry_hash
    revoked = organisation.sign("revocation", [organisation.root], certificate=old, reason="lost")
    town.portal.register.submit([later, revoked], [], BY_FILE)
    town.next_day(7)
    town.sync(town.vault(3))
    with pytest.raises(CandourError) as refused:
        town.seen().key_for(first.g, town.today)
    assert refused.value.code == "revoked"
    reporter.send([made], "once more")
    town.next_day()
    assert town.sync(town.vaults[-1]).found == 1


def test_day_keys_that_have_run_out(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    town.next_day(36)
    # Nobody can be written to with a key of the day; the fallback of the second month stands in.
    assert town.seen().key_for(first.g, town.today)[1] == "fallback"
    Reporter(town).send([first], "to the fallback key")
    town.next_day()
    outcome = town.sync(vault)
    assert outcome.found == 1
    assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    assert town.seen().warnings == ()


def test_nothing_is_answered_twice_after_a_restore(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "x")
    town.next_day()
    town.sync(vault)
    vault = saved(town, vault)
    town.next_day()
    town.sync(vault)
    vault = restored(town, vault, town.folder / "backup")
    for _ in range(3):
        town.sync(vault)
        town.next_day()
    receipts = reporter.payloads(first, board.RECEIPT)
    assert len(receipts) == 1
