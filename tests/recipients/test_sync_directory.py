"""What a sync publishes and what it believes of the portal's directory: forged, hidden and older ones are found out."""

import os

import pytest

from crypto import directory, hpke, signing, statement, statement_bodies
from crypto.directory import build
from crypto.encoding import load
from crypto.errors import CandourError
from crypto.kdf import sha256
from portal.register import BY_FILE
from recipients import daykeys, keys, membership, publishing
from recipients.errors import GuardianError
from recipients.sync import sync
from recipients.trying import Opener
from tests.portal.world import DAY, Guardian
from tests.recipients.world import Town


def test_the_portal_is_told_of_keys_it_has_lost(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    key = town.seen().key_for(first.g, town.today)[0]
    with town.portal.store.statements._main.begin() as connection:
        connection.exec_driver_sql("DELETE FROM keys WHERE digest = ?", (sha256(key),))
    town.close_portal()
    town.open()
    assert town.seen().warnings == ("missing",)
    outcome = town.sync(vault)
    assert outcome.warnings == ()
    assert town.seen().key_for(first.g, town.today) == (key, "epoch")


def test_a_directory_that_forgot_something_is_an_alarm(town: Town):
    vault = town.vault()
    town.sync(vault)
    town.sync(town.vault(1))
    town.sync(vault)
    before = membership.last(vault)
    fields = load(town.client.get("/directory").data, 1 << 22)
    assert isinstance(fields, dict)
    shorter = build(fields["log"][:-1], [], [])
    with pytest.raises(CandourError) as caught:
        membership.accept(vault, shorter, town.today)
    assert caught.value.code == "rollback"
    assert membership.last(vault) == before


def test_a_certificate_in_ones_name_with_other_keys_is_an_alarm(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    thief = Guardian(g=first.g)
    false = town.organisation.certificate(thief, first_day=town.today + 7, first=None)
    town.portal.register.submit([false], [], BY_FILE)
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("other", "keys")


def test_a_new_guardian_is_announced_once(town: Town):
    vault = town.vault()
    assert town.sync(vault).certificates == ()
    stranger = Guardian()
    later = town.organisation.certificate(stranger, first_day=town.today + 7, first=None, name="A Stranger")
    town.portal.register.submit([later], [], BY_FILE)
    assert [one.name for one in town.sync(vault).certificates] == ["A Stranger"]
    assert town.sync(vault).certificates == ()


@pytest.mark.parametrize(("days", "detail"), [(0, "certificate unknown"), (400, "certificate expired")])
def test_without_a_certificate_nothing_is_sent(town: Town, first: Guardian, days: int, detail: str):
    vault = town.vault()
    if days:
        town.clock.now += days * DAY
    else:
        vault.store("g", os.urandom(16))
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("unready", detail)


def test_a_revoked_guardian_is_told(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    entry = membership.last(vault).certificate(first.g, town.today).entry_hash
    gone = town.organisation.sign("revocation", [town.organisation.root], certificate=entry)
    town.portal.register.submit([gone], [], BY_FILE)
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("unready", "certificate revoked")


def test_another_organisations_portal(town: Town):
    vault = town.vault()
    vault.store("organisation", os.urandom(32))
    with pytest.raises(CandourError) as caught:
        town.sync(vault)
    assert caught.value.code == "organisation"


def test_a_head_is_posted_for_what_was_seen(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.head_day == town.today
    town.next_day(3)
    town.sync(vault)
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.head_day == town.today


def test_the_calendar_is_public(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    organisation = town.organisation.id
    away = ((town.today + 5, town.today + 9),)
    publishing.set_calendar(vault, keys.load(vault), organisation, town.today, (3, 0), away)
    town.sync(vault)
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.calendar is not None
    assert (shown.calendar.weekdays, shown.calendar.away) == ((0, 3), away)
    assert publishing.calendar(vault) == ((0, 3), away)


def test_forged_keys_in_the_directory_are_refused(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    fields = load(town.client.get("/directory").data, 1 << 22)
    assert isinstance(fields, dict)
    thief, public = os.urandom(32), hpke.public_key(hpke.generate_seed())
    forged = statement.sign(
        "fallback",
        statement_bodies.fallback(
            organisation=town.organisation.id,
            day=town.today,
            g=first.g,
            first_day=town.today,
            last_day=town.today + 9,
            digest=sha256(public),
        ),
        [thief],
    )
    assert signing.public(thief) != signing.public(first.identity)
    file = build([*fields["log"], load(forged, 65_536)], [], [public])
    with pytest.raises(CandourError) as caught:
        membership.accept(vault, file, town.today)
    assert caught.value.code == "signature"


def test_day_keys_of_the_vault_are_those_of_the_directory(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    held = {one.first: hpke.public_key(one.seed) for one in vault.keys.secrets if one.kind == "epoch"}
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert {day: sha256(key) for day, key in held.items()} == dict(shown.digests)
    assert daykeys.trial_seeds(vault, town.today)[0] in [one.seed for one in vault.keys.secrets]


@pytest.mark.parametrize(("portal", "guardian"), [(-60, 120), (60, -120)])
def test_clocks_that_disagree_around_midnight_are_no_alarm(town: Town, portal: int, guardian: int):
    vault = town.vault()
    town.sync(vault)
    town.clock.now = (town.today + 1) * DAY + portal
    town.tick()
    with town.courier(vault, ahead=guardian) as courier:
        outcome = sync(vault, courier, lambda: town.clock.now + guardian, opener=Opener(1))
    assert outcome.already


def test_a_key_of_today_that_is_kept_from_visitors_is_an_alarm(
    town: Town, first: Guardian, monkeypatch: pytest.MonkeyPatch
):
    vault = town.vault()
    town.sync(vault)
    kept, digests, wanted = town.today + 1, town.seen().guardian(first.g).digests, directory.wanted_digests
    monkeypatch.setattr(directory, "wanted_digests", lambda chain, day: wanted(chain, day) - {digests[kept]})
    town.next_day()
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("odd", "directory")


def test_a_calendar_changed_to_and_fro_on_one_day_ends_as_it_was_set_last(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    person, organisation = keys.load(vault), town.organisation.id

    def shown() -> tuple[int, ...]:
        (found,) = [one for one in town.seen().guardians if one.g == first.g]
        assert found.calendar is not None
        return found.calendar.weekdays

    for weekdays in ((0,), (1,), (0,)):
        publishing.set_calendar(vault, person, organisation, town.today, weekdays, ())
    town.sync(vault)
    assert shown() == (0,)
    # Now with each of them published before the next: the log does not take the first one twice on one day.
    for weekdays in ((1,), (0,)):
        publishing.set_calendar(vault, person, organisation, town.today, weekdays, ())
        town.sync(vault)
    assert publishing.calendar(vault) == ((0,), ())
    town.next_day()
    town.sync(vault)
    assert shown() == (0,)
    with pytest.raises(GuardianError, match="long: away"):
        publishing.set_calendar(vault, person, organisation, town.today, (0,), [(1, 2)] * 25)
