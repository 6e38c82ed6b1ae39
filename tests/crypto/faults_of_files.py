"""Faults of shape and size, of kinds, of the organisation, and of days."""

import secrets

from crypto import signing
from crypto.encoding import b64, dump
from tests.crypto.fault import (
    Reading,
    append_raw,
    change_head,
    document_of,
    fault,
    forged,
    object_of,
    rewritten,
    story,
)
from tests.crypto.organisation import POLICY, START, TODAY, Organisation

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
    document = document_of(house)
    return rewritten(house, pad=document["pad"][1:])


@fault("malformed")
def padding_that_speaks(house: Organisation) -> Reading:
    document = document_of(house)
    return rewritten(house, pad="1" + document["pad"][1:])


@fault("malformed")
def a_block_of_padding_too_many(house: Organisation) -> Reading:
    document = document_of(house)
    return rewritten(house, pad=document["pad"] + "0" * 16_384)


@fault("malformed")
def keys_out_of_order(house: Organisation) -> Reading:
    document = document_of(house)
    return rewritten(house, keys=document["keys"][::-1])


@fault("malformed")
def key_twice(house: Organisation) -> Reading:
    keys = document_of(house)["keys"]
    return rewritten(house, keys=sorted([*keys, keys[0]]))


@fault("malformed")
def short_key(house: Organisation) -> None:
    house.keys.append(house.keys[0][:-1])


@fault("malformed")
def heads_out_of_order(house: Organisation) -> Reading:
    document = document_of(house)
    return rewritten(house, heads=document["heads"][::-1])


@fault("malformed")
def two_heads_of_one_guardian(house: Organisation) -> None:
    house.vouch(house.people[0], day=TODAY - 1)


@fault("limit")
def envelope_too_large(house: Organisation) -> None:
    house.log.append({"payload": b64(bytes(50_000)), "payloadtype": "x", "signatures": []})


@fault("malformed")
def envelope_without_signature(house: Organisation) -> None:
    house.log.append({**object_of(house.log[-1]), "signatures": []})


@fault("malformed")
def envelope_with_three_signatures(house: Organisation) -> None:
    seeds = [secrets.token_bytes(32) for _ in range(3)]
    signatures = sorted((b64(signing.public(seed)), b64(bytes(64))) for seed in seeds)
    listed = [{"keyid": key, "sig": sig} for key, sig in signatures]
    house.log.append({**object_of(house.log[-1]), "signatures": listed})


@fault("malformed")
def signatures_out_of_order(house: Organisation) -> None:
    envelope = object_of(story(house))
    signatures = envelope["signatures"]
    assert isinstance(signatures, list)
    house.log.append({**envelope, "signatures": signatures[::-1]})


@fault("malformed")
def payload_with_space(house: Organisation) -> None:
    append_raw(house, "policy", b"{ }", [house.root])


@fault("malformed")
def policy_without_period(house: Organisation) -> None:
    body = {"v": 1, "organisation": b64(house.id), "day": TODAY}
    append_raw(house, "policy", dump(body), [house.root])


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
def a_site_in_the_log(house: Organisation) -> None:
    files = [{"path": "/", "type": "text/html", "size": 1, "digest": bytes(32)}]
    headers = [("content-security-policy", "default-src 'none'")]
    house.say("site", [house.root], version="1", headers=headers, files=files)


@fault("type")
def a_kind_nobody_knows(house: Organisation) -> None:
    append_raw(house, "pardon", b"{}", [house.root])


@fault("type")
def another_version_of_a_kind(house: Organisation) -> None:
    envelope = object_of(house.log[-1])
    house.log.append({**envelope, "payloadtype": str(envelope["payloadtype"]).replace("v1", "v2")})


@fault("type")
def a_calendar_among_the_heads(house: Organisation) -> Reading:
    return rewritten(house, heads=[object_of(house.log[-1])])


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
    house.log[0] = forged(house.log[0])


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
    change_head(house, organisation=secrets.token_bytes(32))


# Days


@fault("early")
def statement_from_the_future(house: Organisation) -> None:
    house.say("policy", [house.root], day=TODAY + 2, **POLICY)


@fault("early")
def readers_clock_is_slow(house: Organisation) -> Reading:
    return Reading(file=house.file(), organisation=house.id, today=TODAY - 2)


@fault("early")
def head_from_the_future(house: Organisation) -> None:
    change_head(house, day=TODAY + 2)


@fault("early")
def certificate_without_notice(house: Organisation) -> None:
    house.join("Mallory", day=TODAY, first_day=TODAY + 6, first=False)


@fault("early")
def first_certificate_after_the_policy(house: Organisation) -> None:
    house.join("Mallory", day=START + 1, first_day=START + 1)
