"""Directories: each fault has its code, and what is accepted tells the truth about keys."""

import secrets

import pytest

from crypto import signing, statement
from crypto.chain import Chain, append_check, replay
from crypto.directory import KEY, MAX_FILE, PAD, build, check_head, compose, stub, verify, view, wanted_digests
from crypto.encoding import dump, load
from crypto.kdf import sha256
from tests.crypto.faults import FAULTS, reading
from tests.crypto.organisation import POLICY, START, TODAY, Organisation, ordinary, verified
from tests.crypto.refusals import refused
from tests.crypto.variants import VARIANTS, lost, renewed, revoked, revoked_and_back, silent, stubbed, withheld


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_code(name: str):
    given = reading(name)
    with refused(FAULTS[name][0]):
        verify(given.file, given.organisation, given.today, given.remembered)


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_right_is_accepted(name: str):
    house = VARIANTS[name]()
    found = verified(house)
    assert found.organisation == house.id
    assert found.length == len(house.log)
    assert [one.g for one in found.guardians] == [one.g for one in house.people]
    assert len(house.file()) % PAD == 0


def test_what_an_ordinary_directory_tells():
    house = ordinary()
    found = verified(house)
    ada, bashir = found.guardians
    assert (found.name, found.root) == ("St Elsewhere", signing.public(house.root))
    assert (found.policy.period, found.policy.slot_ms, found.policy.writer) == (86_400, 5_000, b"")
    assert (ada.name, ada.role, bashir.name) == ("Ada", "Guardian", "Bashir")
    assert ada.calendar is not None
    assert (ada.calendar.weekdays, ada.calendar.away) == ((0, 3), ((TODAY + 3, TODAY + 9),))
    assert found.valid_guardians() == (ada, bashir)
    assert (found.warnings, found.head_day, ada.head_day) == ((), TODAY, TODAY)
    couriers = {signing.public(one.courier): one.g for one in house.people}
    assert found.couriers(TODAY) == couriers
    assert found.couriers(START - 1) == {}


def test_remembered_directories_are_continued():
    house = ordinary()
    before = verified(house)
    house.say("policy", [house.root], **{**POLICY, "board_cells": 2})
    after = verify(house.file(), house.id, TODAY, (before.length, before.state))
    assert (after.length, after.policy.board_cells) == (before.length + 1, 2)


def test_the_key_of_the_day_is_taken():
    house = ordinary()
    ada = house.people[0]
    found = verified(house)
    for day in (TODAY - 1, TODAY, TODAY + 1):
        assert found.key_for(ada.g, day) == (ada.epochs[day], "epoch")
    assert found.key_for(ada.g, TODAY + 2) == (ada.fallback, "fallback")
    with refused("missing"):
        found.key_for(ada.g, TODAY + 16)


def test_a_key_needs_a_certificate_that_holds():
    house = ordinary()
    found = verified(house)
    ada = house.people[0].g
    with refused("early"):
        found.key_for(ada, START - 1)
    with refused("expired"):
        found.key_for(ada, START + 301)
    with refused("unknown"):
        found.key_for(secrets.token_bytes(16), TODAY)
    assert found.certificate(ada, START + 300).entry_hash == house.people[0].certificate


def test_a_withheld_key_is_noticed_and_the_fallback_taken():
    house = withheld()
    ada, bashir = house.people
    found = verified(house)
    assert found.warnings == ("missing",)
    assert found.guardian(ada.g).missing == (TODAY,)
    assert found.guardian(bashir.g).missing == ()
    assert found.key_for(ada.g, TODAY) == (ada.fallback, "fallback")


def test_a_revoked_guardian_cannot_be_written_to():
    house = revoked()
    ada, bashir = house.people
    found = verified(house)
    assert [one.g for one in found.valid_guardians()] == [bashir.g]
    with refused("revoked"):
        found.key_for(ada.g, TODAY)
    # Before the revocation's day her receipts count; her promised keys do not, on any day.
    assert found.certificate(ada.g, TODAY - 1).entry_hash == ada.certificate
    with refused("missing"):
        found.key_for(ada.g, TODAY - 1)
    assert found.warnings == ()
    assert signing.public(ada.courier) not in found.couriers(TODAY)


def test_a_new_identity_promises_again_for_the_same_days():
    house = revoked_and_back()
    ada = house.people[0]
    assert verified(house).key_for(ada.g, TODAY) == (ada.epochs[TODAY], "epoch")


def test_promises_outlive_one_of_two_certificates():
    house = renewed()
    ada = house.people[0]
    found = verified(house)
    assert found.key_for(ada.g, TODAY) == (ada.epochs[TODAY], "epoch")
    assert found.certificate(ada.g, TODAY - 11).entry_hash == ada.certificate
    assert found.certificate(ada.g, TODAY).entry_hash != ada.certificate


def test_lost_keys_are_not_used():
    house = lost()
    ada = house.people[0]
    found = verified(house)
    assert found.guardian(ada.g).lost == ((TODAY - 5, TODAY + 20),)
    with refused("missing"):
        found.key_for(ada.g, TODAY)
    assert found.key_for(ada.g, TODAY + 1) == (ada.epochs[TODAY + 1], "epoch")


def test_silence_of_all_couriers_is_told():
    assert verified(silent()).warnings == ("stale",)
    house = ordinary()
    assert "stale" not in verified(house, TODAY + 14).warnings
    assert "stale" in verified(house, TODAY + 15).warnings
    house.heads.clear()
    assert verified(house).warnings == ("stale",)


def test_a_new_organisation_needs_no_head_yet():
    house = Organisation()
    house.join("Ada")
    house.say("policy", [house.root], day=START, **POLICY)
    assert verified(house, START + 13).warnings == ()
    assert verified(house, START + 14).warnings == ("stale",)


def test_readers_clocks_may_be_a_day_slow():
    assert verified(ordinary(), TODAY - 1).length == len(ordinary().log)


def test_an_entry_that_is_refused_changes_nothing():
    house = ordinary()
    chain = replay(house.log, TODAY)
    before = (chain.length, chain.states[-1], chain.root, chain.policy)
    with refused("signature"):
        chain.add(house.make("policy", [house.people[0].identity], **POLICY), TODAY)
    with refused("rollback"):
        chain.add(house.make("policy", [house.root], day=START - 1, **POLICY), TODAY)
    assert (chain.length, chain.states[-1], chain.root, chain.policy) == before
    chain.add(house.make("policy", [house.root], **POLICY), TODAY)
    assert chain.length == before[0] + 1


def test_append_check_agrees_with_readers():
    house = ordinary()
    good = house.make("policy", [house.root], **POLICY)
    assert append_check(house.log, good, TODAY).length == len(house.log) + 1
    with refused("conflict"):
        append_check([*house.log, good], good, TODAY)
    with refused("early"):
        append_check(house.log, good, TODAY - 2)
    first = append_check([], house.log[0], TODAY)
    assert first.organisation == house.id


def test_the_chain_takes_the_organisation_from_its_first_entry():
    with refused("organisation"):
        Chain().add(ordinary().log[1], TODAY)
    with refused("malformed"):
        Chain().add({"name": "epochs", "last": 0, "digest": "A" * 43}, TODAY)


def test_stubs_are_accepted_once_their_days_are_long_over():
    house = ordinary()
    at = next(at for at, item in enumerate(house.log) if statement.read(item).name == "epochs")
    house.log[at] = stub(statement.read(house.log[at]))
    assert verified(house).length == len(house.log)
    house.heads.clear()
    house.keys.clear()
    last = START + 19
    house.log = [item for item in house.log if not isinstance(item, bytes) or statement.read(item).body["day"] <= START]
    assert verified(house, last + 60).length == len(house.log)


def test_only_key_lists_can_be_left_out():
    house = ordinary()
    for item in house.log:
        envelope = statement.read(item)
        if envelope.name in ("epochs", "fallback"):
            assert stub(envelope)["name"] == envelope.name
        else:
            with refused("type"):
                stub(envelope)


def test_composed_files_carry_what_readers_need_and_no_more():
    house = ordinary()
    ada, bashir = house.people
    every_key = [*ada.epochs.values(), *bashir.epochs.values(), ada.fallback, bashir.fallback, secrets.token_bytes(KEY)]
    log = [item for item in house.log if isinstance(item, bytes)]
    older = house.make("head", [ada.courier], day=TODAY - 3, g=ada.g, length=1, state=replay(log, TODAY).states[1])
    for heads in ([older, *house.heads], [*house.heads, older]):
        file = compose(log, heads, every_key, TODAY)
        document = load(file, MAX_FILE)
        assert isinstance(document, dict)
        assert sum("name" in item for item in document["log"]) == 2
        assert len(document["keys"]) == 8
        found = verify(file, house.id, TODAY)
        assert (found.warnings, found.head_day, found.state) == ((), TODAY, verified(house).state)
        assert found.guardian(ada.g).head_day == TODAY


def test_composed_files_drop_heads_that_no_longer_count():
    house = ordinary()
    ada = house.people[0]
    house.say("revocation", [house.root], certificate=ada.certificate)
    log = [item for item in house.log if isinstance(item, bytes)]
    found = verify(compose(log, house.heads, [], TODAY), house.id, TODAY)
    assert found.guardian(ada.g).head_day is None
    assert found.guardian(house.people[1].g).head_day == TODAY
    house.heads.append(house.make("head", [house.people[1].courier], g=ada.g, length=1, state=bytes(32)))
    with refused("signature"):
        compose(log, house.heads, [], TODAY)


def test_wanted_keys_are_those_of_three_days_and_the_fallbacks():
    house = ordinary()
    wanted = wanted_digests(replay(house.log, TODAY), TODAY)
    held = [one.epochs[day] for one in house.people for day in (TODAY - 1, TODAY, TODAY + 1)]
    assert wanted == {sha256(key) for key in [*held, *(one.fallback for one in house.people)]}


def test_a_head_does_not_go_back():
    house = ordinary()
    ada = house.people[0]
    chain = replay(house.log, TODAY)
    newest = next(head for head in map(statement.read, house.heads) if head.body["g"] == ada.g)
    for day, length in ((TODAY - 1, chain.length), (TODAY, chain.length - 1)):
        head = house.make("head", [ada.courier], day=day, g=ada.g, length=length, state=chain.states[length])
        assert check_head(chain, head, TODAY).body["length"] == length
        with refused("rollback"):
            check_head(chain, head, TODAY, newest)
    assert check_head(chain, newest.object, TODAY, newest) == newest


def test_nothing_is_told_without_a_policy():
    house = Organisation()
    with refused("missing"):
        view(replay(house.log, TODAY), [], [], TODAY)


def test_a_file_above_four_megabytes_is_not_written():
    with refused("limit"):
        build([{"v": "0" * MAX_FILE}], [], [])


def test_stubs_keep_the_state_and_save_room():
    house = stubbed()
    chain = replay(house.log, TODAY)
    whole = [item for item in house.log if isinstance(item, bytes)]
    stubs = [item for item in house.log if not isinstance(item, bytes)]
    assert (len(stubs), chain.length) == (2, len(whole) + 2)
    assert all(len(dump(item)) < 120 for item in stubs)
    assert verified(house).state == chain.states[-1]
