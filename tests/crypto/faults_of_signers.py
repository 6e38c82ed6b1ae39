"""Faults of who signs, whom it names, and certificates that ended or were revoked."""

import secrets
from typing import Any

from crypto import signing
from crypto.directory import KEY
from tests.crypto.fault import (
    Reading,
    change_head,
    fault,
    forged,
    object_of,
    rewritten,
    sorted_heads,
    story,
)
from tests.crypto.organisation import POLICY, START, TODAY, Organisation

# Who signs


@fault("signature")
def policy_signed_by_a_guardian(house: Organisation) -> None:
    house.say("policy", [house.people[0].identity], **POLICY)


@fault("signature")
def certificate_signed_by_a_guardian(house: Organisation) -> None:
    person = house.people[0]
    house.say("certificate", [person.identity], **house.terms(person, TODAY + 7))


@fault("signature")
def revocation_signed_by_a_guardian(house: Organisation) -> None:
    ada, bashir = house.people
    house.say("revocation", [ada.identity], certificate=bashir.certificate)


@fault("signature")
def statement_with_a_false_signature(house: Organisation) -> None:
    house.log[-1] = forged(house.log[-1])


@fault("signature")
def signature_of_another_kind(house: Organisation) -> None:
    envelope = object_of(house.log[-1])
    fields: dict[str, Any] = {"g": house.people[0].g, "first_day": 1, "last_day": 1}
    lost = object_of(house.make("lost", [house.people[0].identity], **fields))
    house.log[-1] = {**lost, "signatures": envelope["signatures"]}
    house.log.append(house.make("calendar", [house.people[1].identity], g=house.people[1].g, weekdays=[]))


@fault("signature")
def epochs_signed_by_another_guardian(house: Organisation) -> None:
    ada, bashir = house.people
    house.say("epochs", [bashir.identity], g=ada.g, first=TODAY + 30, digests=[bytes(32)])


@fault("signature")
def epochs_signed_by_the_courier(house: Organisation) -> None:
    ada = house.people[0]
    house.say("epochs", [ada.courier], g=ada.g, first=TODAY + 30, digests=[bytes(32)])


@fault("signature")
def epochs_signed_by_the_root(house: Organisation) -> None:
    house.say("epochs", [house.root], g=house.people[0].g, first=TODAY + 30, digests=[bytes(32)])


@fault("signature")
def epochs_with_a_second_signature(house: Organisation) -> None:
    ada, bashir = house.people
    house.say("epochs", [ada.identity, bashir.identity], g=ada.g, first=TODAY + 30, digests=[bytes(32)])


@fault("signature")
def policy_with_a_second_signature(house: Organisation) -> None:
    house.say("policy", [house.root, house.people[0].identity], **POLICY)


@fault("signature")
def story_by_one_guardian(house: Organisation) -> None:
    house.log.append(story(house, [house.people[0].identity]))


@fault("signature")
def story_by_a_guardian_and_a_courier(house: Organisation) -> None:
    house.log.append(story(house, [house.people[0].identity, house.people[1].courier]))


@fault("signature")
def rotation_signed_by_the_old_root_alone(house: Organisation) -> None:
    new = secrets.token_bytes(32)
    house.say("rotation", [house.root], old=signing.public(house.root), new=signing.public(new))


@fault("signature")
def rotation_signed_by_the_new_root_alone(house: Organisation) -> None:
    new = secrets.token_bytes(32)
    house.say("rotation", [new], old=signing.public(house.root), new=signing.public(new))


@fault("signature")
def rotation_from_another_root(house: Organisation) -> None:
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    house.say("rotation", [house.root, new], old=signing.public(old), new=signing.public(new))


@fault("signature")
def old_root_after_a_rotation(house: Organisation) -> None:
    new = secrets.token_bytes(32)
    house.say("rotation", [house.root, new], old=signing.public(house.root), new=signing.public(new))
    house.say("policy", [house.root], **POLICY)


@fault("signature")
def head_signed_by_the_identity(house: Organisation) -> None:
    change_head(house, seeds=[house.people[0].identity])


@fault("signature")
def head_signed_by_another_courier(house: Organisation) -> None:
    change_head(house, seeds=[house.people[1].courier])


@fault("signature")
def head_with_a_second_signature(house: Organisation) -> None:
    change_head(house, seeds=[house.people[0].courier, house.people[1].courier])


@fault("signature")
def head_with_a_false_signature(house: Organisation) -> Reading:
    heads = [forged(head) for head in sorted_heads(house)]
    return rewritten(house, heads=heads)


# Whom and what it names


@fault("unknown")
def epochs_of_nobody(house: Organisation) -> None:
    identity = house.people[0].identity
    house.say("epochs", [identity], g=secrets.token_bytes(16), first=TODAY, digests=[bytes(32)])


@fault("unknown")
def story_with_nobody(house: Organisation) -> None:
    house.people[1].g = secrets.token_bytes(16)
    house.log.append(story(house))


@fault("unknown")
def head_of_nobody(house: Organisation) -> None:
    change_head(house, g=secrets.token_bytes(16))


@fault("unknown")
def epochs_of_nobody_signed_twice(house: Organisation) -> None:
    seeds = [person.identity for person in house.people]
    house.say("epochs", seeds, g=secrets.token_bytes(16), first=TODAY, digests=[bytes(32)])


@fault("unknown")
def head_of_nobody_signed_twice(house: Organisation) -> None:
    change_head(house, g=secrets.token_bytes(16), seeds=[person.courier for person in house.people])


@fault("unknown")
def revocation_of_nothing(house: Organisation) -> None:
    house.say("revocation", [house.root], certificate=secrets.token_bytes(32))


@fault("unknown")
def successor_of_nobody(house: Organisation) -> None:
    house.certify(house.people[0], first_day=TODAY + 7, succeeds=secrets.token_bytes(16))


@fault("unknown")
def key_that_nobody_promised(house: Organisation) -> None:
    house.keys.append(secrets.token_bytes(KEY))


# Ended and revoked


@fault("revoked")
def backdated_epochs_after_a_revocation(house: Organisation) -> None:
    ada = house.people[0]
    house.say("revocation", [house.root], certificate=ada.certificate)
    house.publish(ada, day=TODAY, first=TODAY + 30, count=1)


@fault("revoked")
def head_of_a_revoked_courier(house: Organisation) -> None:
    house.say("revocation", [house.root], certificate=house.people[0].certificate)


@fault("revoked")
def story_by_a_revoked_guardian(house: Organisation) -> None:
    house.say("revocation", [house.root], certificate=house.people[1].certificate)
    house.log.append(story(house))


@fault("expired")
def epochs_by_an_ended_certificate(house: Organisation) -> None:
    eve = house.join("Eve", day=START)
    del house.log[-1]
    eve.certificate = house.certify(eve, day=START, first_day=START, last_day=TODAY - 1, first=True)
    house.publish(eve, day=TODAY)


@fault("expired")
def head_by_an_ended_certificate(house: Organisation) -> None:
    eve = house.join("Eve", day=START)
    del house.log[-1]
    eve.certificate = house.certify(eve, day=START, first_day=START, last_day=TODAY - 1, first=True)
    house.vouch(eve)
