"""Directories with exactly one fault, and the code that every reader must give for it.

Each fault is a function that changes an ordinary organisation; the same list is tried in Python and in JavaScript.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crypto import signing, statement
from crypto.directory import KEY, MAX_FILE, PAD, stub
from crypto.encoding import b64, dump, load
from tests.crypto.organisation import POLICY, START, TODAY, Organisation, ordinary


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a reader is given: the file, and what she knows herself."""

    file: bytes
    organisation: bytes
    today: int = TODAY
    remembered: tuple[int, bytes] | None = None


FAULTS: dict[str, tuple[str, Callable[[Organisation], Reading | None]]] = {}


def fault(code: str) -> Callable[[Callable[[Organisation], Reading | None]], Callable[[Organisation], Reading | None]]:
    """Registers a fault under its function's name."""

    def register(make: Callable[[Organisation], Reading | None]) -> Callable[[Organisation], Reading | None]:
        FAULTS[make.__name__] = (code, make)
        return make

    return register


def reading(name: str) -> Reading:
    """What a reader is given for one fault: by default the organisation's own file, on the right day."""
    house = ordinary()
    made = FAULTS[name][1](house)
    return made or Reading(file=house.file(), organisation=house.id)


def rewritten(house: Organisation, **changes: Any) -> Reading:
    """The file with some of its keys replaced; the padding is set right unless it is given."""
    document = {**_document(house), **changes}
    room = -len(dump({**document, "pad": ""})) % PAD
    pad = changes.get("pad", "0" * room)
    return Reading(file=dump({**document, "pad": pad}), organisation=house.id)


def vouched(house: Organisation) -> None:
    """Fresh heads, so that the fault under test is the only one."""
    house.heads.clear()
    for person in house.people:
        house.vouch(person)


# Shape and size


@fault("malformed")
def not_json(house: Organisation) -> Reading:
    return Reading(file=b"<html>" + b" " * 16_378, organisation=house.id)


@fault("malformed")
def trailing_space(house: Organisation) -> Reading:
    return Reading(file=house.file()[:-1] + b" }", organisation=house.id)


@fault("limit")
def ten_megabytes_of_brackets(house: Organisation) -> Reading:
    return Reading(file=b"[" * 10_000_000, organisation=house.id)


@fault("malformed")
def four_megabytes_of_brackets(house: Organisation) -> Reading:
    return Reading(file=b"[" * (1 << 21) + b"]" * (1 << 21), organisation=house.id)


@fault("malformed")
def four_megabytes_of_objects(house: Organisation) -> Reading:
    return Reading(file=b'{"a":' * 600_000 + b"1" + b"}" * 600_000, organisation=house.id)


@fault("malformed")
def empty_log(house: Organisation) -> None:
    house.log.clear()
    house.heads.clear()
    house.keys.clear()


@fault("malformed")
def another_version(house: Organisation) -> Reading:
    return rewritten(house, v=2)


@fault("malformed")
def version_true(house: Organisation) -> Reading:
    return rewritten(house, v=True)


@fault("malformed")
def unknown_key_of_file(house: Organisation) -> Reading:
    return rewritten(house, more=1)


@fault("malformed")
def padding_too_short(house: Organisation) -> Reading:
    document = _document(house)
    return rewritten(house, pad=document["pad"][1:])


@fault("malformed")
def padding_that_speaks(house: Organisation) -> Reading:
    document = _document(house)
    return rewritten(house, pad="1" + document["pad"][1:])


@fault("malformed")
def a_block_of_padding_too_many(house: Organisation) -> Reading:
    document = _document(house)
    return rewritten(house, pad=document["pad"] + "0" * 16_384)


@fault("malformed")
def keys_out_of_order(house: Organisation) -> Reading:
    document = _document(house)
    return rewritten(house, keys=document["keys"][::-1])


@fault("malformed")
def key_twice(house: Organisation) -> Reading:
    keys = _document(house)["keys"]
    return rewritten(house, keys=sorted([*keys, keys[0]]))


@fault("malformed")
def short_key(house: Organisation) -> None:
    house.keys.append(house.keys[0][:-1])


@fault("malformed")
def heads_out_of_order(house: Organisation) -> Reading:
    document = _document(house)
    return rewritten(house, heads=document["heads"][::-1])


@fault("malformed")
def two_heads_of_one_guardian(house: Organisation) -> None:
    house.vouch(house.people[0], day=TODAY - 1)


@fault("limit")
def envelope_too_large(house: Organisation) -> None:
    house.log.append({"payload": b64(bytes(50_000)), "payloadtype": "x", "signatures": []})


@fault("malformed")
def envelope_without_signature(house: Organisation) -> None:
    house.log.append({**_envelope(house.log[-1]), "signatures": []})


@fault("malformed")
def envelope_with_three_signatures(house: Organisation) -> None:
    seeds = [secrets.token_bytes(32) for _ in range(3)]
    signatures = sorted((b64(signing.public(seed)), b64(bytes(64))) for seed in seeds)
    listed = [{"keyid": key, "sig": sig} for key, sig in signatures]
    house.log.append({**_envelope(house.log[-1]), "signatures": listed})


@fault("malformed")
def signatures_out_of_order(house: Organisation) -> None:
    envelope = _envelope(_story(house))
    signatures = envelope["signatures"]
    assert isinstance(signatures, list)
    house.log.append({**envelope, "signatures": signatures[::-1]})


@fault("malformed")
def payload_with_space(house: Organisation) -> None:
    _append_raw(house, "policy", b"{ }", [house.root])


@fault("malformed")
def policy_without_period(house: Organisation) -> None:
    body = {"v": 1, "organisation": b64(house.id), "day": TODAY}
    _append_raw(house, "policy", dump(body), [house.root])


# Kinds


@fault("type")
def a_head_in_the_log(house: Organisation) -> None:
    house.log.append(house.heads[0])


@fault("type")
def a_request_in_the_log(house: Organisation) -> None:
    person = house.people[0]
    terms = house.terms(person, TODAY)
    fields = {key: terms[key] for key in ("g", "name", "role", "identity", "courier")}
    house.say("request", [person.identity], **fields)


@fault("type")
def a_kind_nobody_knows(house: Organisation) -> None:
    _append_raw(house, "pardon", b"{}", [house.root])


@fault("type")
def another_version_of_a_kind(house: Organisation) -> None:
    envelope = _envelope(house.log[-1])
    house.log.append({**envelope, "payloadtype": str(envelope["payloadtype"]).replace("v1", "v2")})


@fault("type")
def a_calendar_among_the_heads(house: Organisation) -> Reading:
    return rewritten(house, heads=[_envelope(house.log[-1])])


# The organisation


@fault("organisation")
def another_organisation_expected(house: Organisation) -> Reading:
    return Reading(file=house.file(), organisation=secrets.token_bytes(32))


@fault("organisation")
def first_entry_missing(house: Organisation) -> None:
    del house.log[0]


@fault("organisation")
def root_does_not_make_the_organisation(house: Organisation) -> None:
    thief = secrets.token_bytes(32)
    house.log[0] = house.make("organisation", [thief], day=START, name="St Elsewhere", root=signing.public(thief))


@fault("signature")
def organisation_signed_by_another(house: Organisation) -> None:
    thief = secrets.token_bytes(32)
    house.log[0] = house.make("organisation", [thief], day=START, name="X", root=signing.public(house.root))


@fault("signature")
def organisation_with_a_false_signature(house: Organisation) -> None:
    house.log[0] = _forged(house.log[0])


@fault("early")
def organisation_from_the_future(house: Organisation) -> None:
    fields = {"name": "St Elsewhere", "root": signing.public(house.root)}
    house.log[0] = house.make("organisation", [house.root], day=TODAY + 2, **fields)


@fault("conflict")
def a_second_organisation(house: Organisation) -> None:
    house.say("organisation", [house.root], day=TODAY, name="St Other", root=signing.public(house.root))


@fault("organisation")
def statement_for_another_organisation(house: Organisation) -> None:
    house.say("policy", [house.root], organisation=secrets.token_bytes(32), **POLICY)


@fault("organisation")
def head_for_another_organisation(house: Organisation) -> None:
    _head(house, organisation=secrets.token_bytes(32))


# Days


@fault("early")
def statement_from_the_future(house: Organisation) -> None:
    house.say("policy", [house.root], day=TODAY + 2, **POLICY)


@fault("early")
def readers_clock_is_slow(house: Organisation) -> Reading:
    return Reading(file=house.file(), organisation=house.id, today=TODAY - 2)


@fault("early")
def head_from_the_future(house: Organisation) -> None:
    _head(house, day=TODAY + 2)


@fault("early")
def certificate_without_notice(house: Organisation) -> None:
    house.join("Mallory", day=TODAY, first_day=TODAY + 6, first=False)


@fault("early")
def first_certificate_after_the_policy(house: Organisation) -> None:
    house.join("Mallory", day=START + 1, first_day=START + 1)


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
    house.log[-1] = _forged(house.log[-1])


@fault("signature")
def signature_of_another_kind(house: Organisation) -> None:
    envelope = _envelope(house.log[-1])
    fields: dict[str, Any] = {"g": house.people[0].g, "first_day": 1, "last_day": 1}
    lost = _envelope(house.make("lost", [house.people[0].identity], **fields))
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
    house.log.append(_story(house, [house.people[0].identity]))


@fault("signature")
def story_by_a_guardian_and_a_courier(house: Organisation) -> None:
    house.log.append(_story(house, [house.people[0].identity, house.people[1].courier]))


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
    _head(house, seeds=[house.people[0].identity])


@fault("signature")
def head_signed_by_another_courier(house: Organisation) -> None:
    _head(house, seeds=[house.people[1].courier])


@fault("signature")
def head_with_a_second_signature(house: Organisation) -> None:
    _head(house, seeds=[house.people[0].courier, house.people[1].courier])


@fault("signature")
def head_with_a_false_signature(house: Organisation) -> Reading:
    heads = [_forged(head) for head in _sorted_heads(house)]
    return rewritten(house, heads=heads)


# Whom and what it names


@fault("unknown")
def epochs_of_nobody(house: Organisation) -> None:
    identity = house.people[0].identity
    house.say("epochs", [identity], g=secrets.token_bytes(16), first=TODAY, digests=[bytes(32)])


@fault("unknown")
def story_with_nobody(house: Organisation) -> None:
    house.people[1].g = secrets.token_bytes(16)
    house.log.append(_story(house))


@fault("unknown")
def head_of_nobody(house: Organisation) -> None:
    _head(house, g=secrets.token_bytes(16))


@fault("unknown")
def epochs_of_nobody_signed_twice(house: Organisation) -> None:
    seeds = [person.identity for person in house.people]
    house.say("epochs", seeds, g=secrets.token_bytes(16), first=TODAY, digests=[bytes(32)])


@fault("unknown")
def head_of_nobody_signed_twice(house: Organisation) -> None:
    _head(house, g=secrets.token_bytes(16), seeds=[person.courier for person in house.people])


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
    house.log.append(_story(house))


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


# Replayed and rolled back


@fault("conflict")
def an_entry_twice(house: Organisation) -> None:
    house.log.append(house.log[-1])


@fault("conflict")
def a_stub_twice(house: Organisation) -> None:
    old = next(at for at, item in enumerate(house.log) if _kind(item) == "epochs")
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
    house.log = [item for item in house.log if _kind(item) != "policy"]
    vouched(house)


@fault("missing")
def no_policy_and_a_false_head(house: Organisation) -> None:
    house.log = [item for item in house.log if _kind(item) != "policy"]


@fault("missing")
def a_stub_of_current_epochs(house: Organisation) -> None:
    at = max(at for at, item in enumerate(house.log) if _kind(item) == "epochs")
    house.log[at] = stub(statement.read(house.log[at]))


@fault("missing")
def a_stub_one_day_too_early(house: Organisation) -> Reading:
    at = next(at for at, item in enumerate(house.log) if _kind(item) == "epochs")
    house.log[at] = stub(statement.read(house.log[at]))
    return Reading(file=house.file(), organisation=house.id, today=START + 19 + 59)


@fault("rollback")
def a_stub_with_an_earlier_last_day(house: Organisation) -> None:
    at = max(at for at, item in enumerate(house.log) if _kind(item) == "epochs")
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


def _envelope(item: bytes | object) -> dict[str, object]:
    return statement.read(item).object


def _kind(item: bytes | object) -> str:
    return statement.read(item).name


def _forged(item: bytes | object) -> dict[str, object]:
    envelope = _envelope(item)
    signatures = envelope["signatures"]
    assert isinstance(signatures, list)
    other = b64(signing.sign(secrets.token_bytes(32), b"something else"))
    return {**envelope, "signatures": [{**signatures[0], "sig": other}]}


def _append_raw(house: Organisation, name: str, payload: bytes, seeds: list[bytes]) -> None:
    type_ = statement.media_type(name)
    signatures = [
        {"keyid": b64(signing.public(seed)), "sig": b64(statement.sign_detached(type_, payload, seed))}
        for seed in seeds
    ]
    house.log.append({"payload": b64(payload), "payloadtype": type_, "signatures": signatures})


def _story(house: Organisation, seeds: list[bytes] | None = None) -> bytes:
    ada, bashir = house.people[:2]
    words: dict[str, Any] = {
        "title": "Rotas",
        "happened": "Nights alone.",
        "sense": "Two are needed.",
        "changed": "Two are there.",
    }
    seeds = seeds or [ada.identity, bashir.identity]
    return house.make("story", seeds, g=ada.g, second=bashir.g, quarter="2024Q3", **words)


def _head(house: Organisation, *, seeds: list[bytes] | None = None, **changes: Any) -> None:
    """The first guardian's head with something changed, and no other head."""
    ada = house.people[0]
    house.heads.clear()
    house.vouch(ada)
    body = statement.read(house.heads.pop()).body
    fields = {"g": ada.g, "length": body["length"], "state": body["state"], **changes}
    house.heads.append(house.make("head", seeds or [ada.courier], **fields))


def _sorted_heads(house: Organisation) -> list[bytes]:
    return sorted(house.heads, key=lambda head: bytes(statement.read(head).body["g"]))


def _document(house: Organisation) -> dict[str, Any]:
    document = load(house.file(), MAX_FILE)
    assert isinstance(document, dict)
    return document
