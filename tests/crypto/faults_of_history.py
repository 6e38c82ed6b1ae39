"""Faults of a log: replayed, rolled back, contradicting itself, or with something left out."""

import secrets

from crypto import signing, statement
from crypto.directory import stub
from crypto.encoding import b64
from tests.crypto.fault import (
    Reading,
    fault,
    kind_of,
    vouched,
)
from tests.crypto.organisation import POLICY, START, TODAY, Organisation

# Replayed and rolled back


@fault("conflict")
def an_entry_twice(house: Organisation) -> None:
    house.log.append(house.log[-1])


@fault("conflict")
def a_stub_twice(house: Organisation) -> None:
    old = next(at for at, item in enumerate(house.log) if kind_of(item) == "epochs")
    house.log[old] = stub(statement.read(house.log[old]))
    house.log.insert(old, house.log[old])


@fault("rollback")
def an_older_policy(house: Organisation) -> None:
    house.say("policy", [house.root], day=START - 1, **POLICY)


@fault("rollback")
def older_epochs(house: Organisation) -> None:
    house.publish(house.people[0], day=TODAY - 1, first=TODAY + 30, count=1)


@fault("rollback")
def an_older_fallback(house: Organisation) -> None:
    house.promise_fallback(house.people[0], day=TODAY - 1)


@fault("rollback")
def an_older_calendar(house: Organisation) -> None:
    ada = house.people[0]
    house.say("calendar", [ada.identity], day=TODAY - 1, g=ada.g, weekdays=[1])


@fault("rollback")
def an_entry_left_out(house: Organisation) -> None:
    del house.log[-1]


@fault("rollback")
def an_entry_replaced(house: Organisation) -> None:
    bashir = house.people[1]
    house.log[-1] = house.make("calendar", [bashir.identity], g=bashir.g, weekdays=[2])


@fault("rollback")
def two_entries_swapped(house: Organisation) -> None:
    house.log[-2], house.log[-1] = house.log[-1], house.log[-2]


@fault("rollback")
def a_head_over_more_than_the_log(house: Organisation) -> None:
    house.heads.clear()
    house.vouch(house.people[0], length=len(house.log) + 1)


@fault("rollback")
def a_head_over_another_state(house: Organisation) -> None:
    house.heads.clear()
    house.vouch(house.people[0], state=secrets.token_bytes(32))


@fault("rollback")
def remembered_longer(house: Organisation) -> Reading:
    return Reading(file=house.file(), organisation=house.id, remembered=(len(house.log) + 1, secrets.token_bytes(32)))


@fault("rollback")
def remembered_otherwise(house: Organisation) -> Reading:
    return Reading(file=house.file(), organisation=house.id, remembered=(3, secrets.token_bytes(32)))


# Contradictions


@fault("conflict")
def epochs_that_differ_for_a_day(house: Organisation) -> None:
    house.publish(house.people[0], first=TODAY + 20, count=1)


@fault("conflict")
def revoked_twice(house: Organisation) -> None:
    house.say("revocation", [house.root], certificate=house.people[0].certificate)
    house.say("revocation", [house.root], certificate=house.people[0].certificate, reason="again")


@fault("conflict")
def identity_of_another_guardian(house: Organisation) -> None:
    eve = house.join("Eve", day=START)
    del house.log[-1]
    eve.identity = house.people[0].identity
    house.certify(eve, day=START, first_day=START, first=True)


@fault("conflict")
def courier_of_another_guardian(house: Organisation) -> None:
    eve = house.join("Eve", day=START)
    del house.log[-1]
    eve.courier = house.people[0].courier
    house.certify(eve, day=START, first_day=START, first=True)


@fault("conflict")
def courier_becomes_identity(house: Organisation) -> None:
    ada = house.people[0]
    ada.identity, ada.courier = ada.courier, secrets.token_bytes(32)
    house.certify(ada, day=START, first_day=START, first=True)


@fault("conflict")
def root_becomes_identity(house: Organisation) -> None:
    house.people[0].identity = house.root
    house.certify(house.people[0], day=START, first_day=START, first=True)


@fault("conflict")
def identity_becomes_root(house: Organisation) -> None:
    new = house.people[0].identity
    house.say("rotation", [house.root, new], old=signing.public(house.root), new=signing.public(new))


# Left out


@fault("missing")
def no_policy(house: Organisation) -> None:
    house.log = [item for item in house.log if kind_of(item) != "policy"]
    vouched(house)


@fault("missing")
def no_policy_and_a_false_head(house: Organisation) -> None:
    house.log = [item for item in house.log if kind_of(item) != "policy"]


@fault("missing")
def a_stub_of_current_epochs(house: Organisation) -> None:
    at = max(at for at, item in enumerate(house.log) if kind_of(item) == "epochs")
    house.log[at] = stub(statement.read(house.log[at]))


@fault("missing")
def a_stub_one_day_too_early(house: Organisation) -> Reading:
    at = next(at for at, item in enumerate(house.log) if kind_of(item) == "epochs")
    house.log[at] = stub(statement.read(house.log[at]))
    return Reading(file=house.file(), organisation=house.id, today=START + 19 + 59)


@fault("rollback")
def a_stub_with_an_earlier_last_day(house: Organisation) -> None:
    at = max(at for at, item in enumerate(house.log) if kind_of(item) == "epochs")
    house.log[at] = {**stub(statement.read(house.log[at])), "last": TODAY - 60}


@fault("malformed")
def a_stub_of_a_revocation(house: Organisation) -> None:
    house.say("revocation", [house.root], certificate=house.people[0].certificate)
    digest = statement.statement_digest(statement.read(house.log[-1]))
    house.log[-1] = {"name": "revocation", "last": 0, "digest": b64(digest)}


@fault("rollback")
def a_revocation_passed_off_as_old_epochs(house: Organisation) -> None:
    house.say("revocation", [house.root], certificate=house.people[0].certificate)
    house.heads.clear()
    house.vouch(house.people[1])
    digest = statement.statement_digest(statement.read(house.log[-1]))
    house.log[-1] = {"name": "epochs", "last": 0, "digest": b64(digest)}
