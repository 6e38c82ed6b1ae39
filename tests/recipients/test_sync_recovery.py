"""A portal that lost statements, or that one guardian would fill: guardians are told what to do, and it goes on."""

import shutil
from pathlib import Path

import pytest

from crypto import directory, statement
from crypto.encoding import load
from crypto.errors import CandourError
from portal import shares
from portal.register import BY_FILE
from recipients import keys, membership, publishing
from recipients.courier import RefusedError
from recipients.vault import Vault
from recipients.words import say
from tests.portal.world import Guardian
from tests.recipients.world import Reporter, Town, only

pytestmark = pytest.mark.slow


@pytest.fixture
def restored(town: Town) -> Town:
    """A portal of today whose database is of yesterday; the first guardian has synced in between."""
    town.sync(town.vault())
    town.close_portal()
    shutil.copytree(town.folder / "data", town.folder / "backup")
    town.open()
    town.next_day(8)
    town.sync(town.vault(1))
    stranger = town.organisation.certificate(Guardian(), first_day=town.today + 20, first=None, name="New")
    town.portal.register.submit([stranger], [], BY_FILE)
    town.sync(town.vaults[0])
    town.close_portal()
    shutil.rmtree(town.folder / "data")
    shutil.move(town.folder / "backup", town.folder / "data")
    town.open()
    return town


def test_a_portal_from_a_backup_goes_on_from_what_a_guardian_has_seen(restored: Town):
    town, vault = restored, restored.vaults[0]
    for each in town.vaults:
        with pytest.raises(CandourError) as caught:
            town.sync(each)
        assert caught.value.code == "rollback"
    assert "guardian export-directory" in say.sentence(caught.value)
    seen = membership.last(vault)
    new = town.portal.register.recover(vault.required("directory", "sync"))
    assert new > 2
    shown = town.seen()
    assert (shown.length, shown.state) == (seen.length, seen.state)
    assert [one.name for one in shown.guardians][-1] == "New"
    for each in town.vaults:
        town.sync(each)
    first = town.organisation.guardians[0]
    # The keys that went with the backup are published again, those of days to come too.
    for _ in range(5):
        town.next_day()
        assert town.seen().warnings == ()
        assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    Reporter(town).send([first], "after all this")
    town.next_day()
    town.sync(vault)
    assert only(vault).state == "whole"
    assert town.portal.register.recover(vault.required("directory", "sync")) == 0


def test_what_does_not_go_on_from_the_portals_log_is_refused(restored: Town):
    town, vault = restored, restored.vaults[0]
    policy = {**town.organisation.policy, "board_dummies": 5}
    town.portal.register.submit([town.organisation.sign("policy", [town.organisation.root], **policy)], [], BY_FILE)
    before = town.portal.store.statements.snapshot()
    with pytest.raises(CandourError) as caught:
        town.portal.register.recover(vault.required("directory", "sync"))
    assert caught.value.code == "rollback"
    assert town.portal.store.statements.snapshot() == before


def changed(file: bytes, code: str) -> bytes:
    """A directory file with one fault."""
    fields = load(file, directory.MAX_FILE)
    assert isinstance(fields, dict)
    log = list(fields["log"])
    if code == "signature":
        item = dict(log[-1])
        item["signatures"] = [{**item["signatures"][0], "sig": log[-2]["signatures"][0]["sig"]}]
        log[-1] = item
    return directory.build(log, [], [])


def test_a_file_that_was_changed_on_the_way_is_refused(restored: Town):
    file = changed(restored.vaults[0].required("directory", "sync"), "signature")
    before = restored.portal.store.statements.snapshot()
    with pytest.raises(CandourError) as caught:
        restored.portal.register.recover(file)
    assert caught.value.code == "signature"
    assert restored.portal.store.statements.snapshot() == before


def test_the_directory_of_another_organisation_is_refused(restored: Town, tmp_path: Path):
    other = Town(tmp_path / "other")
    file = other.client.get("/directory").data
    other.close()
    with pytest.raises(CandourError) as caught:
        restored.portal.register.recover(file)
    assert caught.value.code == "organisation"


def fill(town: Town, vault: Vault) -> None:
    """Publishes one calendar after the other."""
    person, away = keys.load(vault), tuple((town.today + 2 * at, town.today + 2 * at) for at in range(24))
    for at in range(200):
        publishing.set_calendar(vault, person, town.organisation.id, town.today, (at % 7,), away[at % 24 :])
        town.sync(vault)


def test_one_guardian_cannot_fill_the_log(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shares, "MAX_FILE", 64 * 1024)
    vault, other = town.vault(), town.vault(1)
    town.sync(vault)
    with pytest.raises(RefusedError) as caught:
        fill(town, vault)
    assert (caught.value.detail, caught.value.reason) == ("refused limit", "limit")
    assert "your share of its public list is used up" in say.sentence(caught.value)
    log = town.portal.store.statements.snapshot().log
    size = sum(len(one) for one in log if statement.read(one).body.get("g") == keys.load(vault).g)
    assert size <= 64 * 1024 // 4 + 2_000
    # Neither the other guardians nor the steward are kept out by it.
    town.sync(other)
    newer = town.organisation.certificate(Guardian(), first_day=town.today + 7, first=None)
    assert town.portal.register.submit([newer], [], BY_FILE) == 1


def test_what_is_long_over_counts_little(town: Town):
    vault = town.vault()
    town.sync(vault)
    kept = town.portal.store.statements.snapshot().log
    mine = [statement.read(one) for one in kept if statement.read(one).name in ("epochs", "fallback")]
    assert sum(shares._size(one, town.today) for one in mine) > 2_000
    assert {shares._size(one, town.today + 200) for one in mine} == {192}
    stubs = [directory.stub(one) for one in mine]
    assert max(len(str(one)) for one in stubs) <= 192
