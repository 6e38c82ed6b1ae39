"""Section 12: the file around the log, its heads and keys; and section 13: which key to use."""

from typing import Any

from crypto.vectors.generator import statement as st
from crypto.vectors.generator.base import Recipe, b64, canonical, fill, flip, h, join, public
from crypto.vectors.generator.codename import ORGANISATION
from crypto.vectors.generator.directory import (
    BASE,
    NEW_ROOT,
    START,
    TODAY,
    Cases,
    Entry,
    certificate,
    entry,
    epochs,
    fallback,
    g,
    head,
    key,
    keys,
    person,
    policy,
    rows,
    seed,
    shown,
    signed,
    states,
    stub,
)


def fill_book(c: Cases) -> None:
    """All cases about files."""
    for part in (_good, _build, _file, _first, _stubs, _heads, _remembered, _carried, _choosing):
        part(c)


def _good(c: Cases) -> None:
    heads = [head(1, BASE), head(2, BASE, day=TODAY - 20, length=5)]
    people = [person(1, head_day=TODAY - 1), person(2, head_day=TODAY - 20)]
    whole = shown(BASE, people, head_day=TODAY - 1, warnings=[])
    file = c.shelf.file(BASE, heads, keys(1, 2))
    c.ok("two guardians", whole, file)
    c.ok("a remembered state", whole, file, remembered={"length": 5, "state": states(BASE)[5]})
    c.ok("the remembered state is this one", whole, file, remembered={"length": len(BASE), "state": states(BASE)[-1]})
    old = [head(1, BASE, day=TODAY - 15), head(2, BASE, day=TODAY - 20)]
    late = [person(1, head_day=TODAY - 15), person(2, head_day=TODAY - 20)]
    c.ok("no young head", shown(BASE, late, head_day=TODAY - 15), c.shelf.file(BASE, old, keys(1, 2)))
    edge = [head(1, BASE, day=TODAY - 14)]
    c.ok(
        "a head of 14 days is young",
        shown(BASE, [person(1, head_day=TODAY - 14), person(2)], head_day=TODAY - 14, warnings=[]),
        c.shelf.file(BASE, edge, keys(1, 2)),
    )
    some = [key for key in keys(1, 2) if key != keys(1)[1]]
    lacking = [person(1, days=[TODAY - 1, TODAY + 1], missing=[TODAY]), person(2)]
    c.ok(
        "a promised key is not there", shown(BASE, lacking, warnings=["stale", "missing"]), c.shelf.file(BASE, [], some)
    )
    bare = [person(who, days=[], fallbacks=[]) for who in (1, 2)]
    c.ok("nobody promised a key", shown(START, bare), c.shelf.file(START))
    for age, warnings in [(13, []), (14, ["stale"])]:
        day = TODAY - age
        young = [entry("organisation", st.ROOT, day=day, name="St. Elsewhere", root=public(st.ROOT)), policy(day)]
        c.ok(f"an organisation of {age} days", shown(young, [], warnings=warnings), c.shelf.file(young))
    early = [*START, signed("calendar", 1, day=TODAY + 1, weekdays=[], away=[])]
    c.ok("tomorrow's entry", shown(early, bare), c.shelf.file(early))


def _build(c: Cases) -> None:
    heads, order = [head(1, BASE), head(2, BASE, day=TODAY - 20, length=5)], sorted(keys(1, 2))
    made: dict[str, Any] = {"log": [one[2] for one in BASE], "heads": [one[2] for one in heads], "keys": order}
    document = {"heads": sorted(heads, key=lambda one: st.raw(one[1]["g"])), "log": made["log"], "v": 1}
    document |= {"heads": [one[2] for one in document["heads"]], "keys": [b64(one) for one in order]}
    size = len(canonical({**document, "pad": ""}))
    file = canonical({**document, "pad": "0" * (-size % 16_384)})
    c.book.ok("directory.build", "heads and keys in order", file, **made)
    turned = {**made, "heads": made["heads"][::-1], "keys": [order[2], *order[::-1]]}
    c.book.ok("directory.build", "in another order, a key twice: they are sorted", file, **turned)
    c.book.error("directory.build", "a calendar among the heads", "type", **{**made, "heads": [BASE[6][2]]})


def _file(c: Cases) -> None:
    good = c.shelf.file(START)
    c.refuse("another organisation is expected", "organisation", good, organisation=bytes(32))
    c.refuse("too much padding", "malformed", c.shelf.file(START, pad=16_384))
    c.refuse("one character of padding more", "malformed", c.shelf.file(START, pad=1))
    c.refuse("padding of other characters", "malformed", c.shelf.file(START, filler="1"))
    c.refuse("a newline at the end", "malformed", c.shelf.file(START, end=b"\n"))
    c.refuse("version 2", "malformed", c.shelf.file(START, v=2))
    c.refuse("an empty log", "malformed", c.shelf.file([]))
    c.refuse("no bytes", "malformed", b"")
    c.refuse("an array", "malformed", b"[]")
    c.refuse("more than 4 MiB", "limit", fill(0x30, 4 * 1024 * 1024 + 1))
    c.refuse("4 MiB of nothing", "malformed", fill(0x30, 4 * 1024 * 1024))
    c.refuse("keys in descending order", "malformed", c.shelf.file(BASE, [], sorted(keys(1, 2))[::-1], unsorted=True))
    c.refuse("a key twice", "malformed", c.shelf.file(BASE, [], [keys(1)[0]] * 2))
    c.refuse("a key of 1,215 bytes", "malformed", c.shelf.file(BASE, [], [keys(1)[0][:-1]]))
    for comment, item in {"a number": 1, "a text": "x", "an array": [], "an empty object": {}}.items():
        c.refuse(f"an entry that is {comment}", "malformed", c.shelf.file([*START, item]))
    large = entry("statistics", seed("identity", 1), seed("identity", 2), **rows(200))
    padded = {**large[2], "payload": b64(bytes(49_000))}
    c.refuse("an entry of more than 65,536 bytes", "limit", c.shelf.file([*START, padded]))


def _first(c: Cases) -> None:
    own = {"name": "St. Elsewhere", "root": public(st.ROOT)}
    c.refuse("a log that begins with a policy", "organisation", c.shelf.file([policy(), *START]))
    other = entry("organisation", NEW_ROOT, name="St. Elsewhere", root=public(NEW_ROOT))
    c.refuse("a root that does not give the organisation's id", "organisation", c.shelf.file([other, policy()]))
    elsewhere = h(b"candour/v1/organisation" + public(NEW_ROOT))
    wrong = entry("organisation", NEW_ROOT, organisation=elsewhere, name="Other", root=public(NEW_ROOT))
    c.refuse("a whole other organisation", "organisation", c.shelf.file([wrong]))
    c.refuse("signed by another key", "signature", c.shelf.file([entry("organisation", NEW_ROOT, **own), policy()]))
    both = entry("organisation", st.ROOT, NEW_ROOT, **own)
    c.refuse("signed by another key as well", "signature", c.shelf.file([both, policy()]))
    forged = entry("organisation", st.ROOT, **own)
    forged[2]["signatures"][0]["sig"] = b64(bytes(64))
    c.refuse("a signature of zeros", "signature", c.shelf.file([forged, policy()]))
    late = entry("organisation", st.ROOT, day=TODAY + 2, **own)
    c.refuse("begun the day after tomorrow", "early", c.shelf.file([late]))
    c.refuse("no policy", "missing", c.shelf.file(BASE[:3]))
    c.refuse("a stub as first entry", "malformed", c.shelf.file([stub(BASE[4])]))
    c.add("a second organisation", "conflict", entry("organisation", st.ROOT, day=TODAY - 9, **own), to=START)


def _stubs(c: Cases) -> None:
    old = epochs(1, TODAY - 94, 35, day=TODAY - 95)
    aged = fallback(1, TODAY - 90, day=TODAY - 90)
    log = [*START, old, aged, *BASE[4:]]
    whole = shown(log, [person(1), person(2)])
    file = [*START, stub(old), stub(aged), *BASE[4:]]
    c.ok("two stubs of days 60 days ago", whole, c.shelf.file(file, [], keys(1, 2)))
    c.ok("the same log without stubs", whole, c.shelf.file(log, [], keys(1, 2)))
    young = epochs(1, TODAY - 93, 35, day=TODAY - 95)
    c.add("a stub of days 59 days ago", "missing", stub(young), to=START)
    c.add("a stub of keys for today", "missing", stub(BASE[4]), to=START)
    lied = [*START, stub(BASE[4], last=TODAY - 61), *BASE[5:]]
    c.refuse("a stub with another last day", "rollback", c.shelf.file(lied, [head(1, BASE)]))
    faults: dict[str, dict[str, Any]] = {
        "of a revocation": {"name": "revocation"},
        "of a calendar": {"name": "calendar"},
        "with an unknown key": {"more": 1},
        "with a digest of 31 bytes": {"digest": b64(bytes(31))},
        "with a negative last day": {"last": -1},
    }
    for comment, changes in faults.items():
        c.add(f"a stub {comment}", "malformed", stub(old, **changes), to=START)
    c.add("a stub twice", "conflict", stub(old), stub(old), to=START)
    c.add("a stub of an entry that is there", "conflict", old, stub(old), to=START)


def _heads(c: Cases) -> None:
    def heads(comment: str, code: str, *given: Any, **changes: Any) -> None:
        c.refuse(comment, code, c.shelf.file(BASE, list(given), keys(1, 2), **changes))

    first, second = sorted((head(1, BASE), head(2, BASE)), key=lambda one: st.raw(one[1]["g"]))
    heads("heads in descending order", "malformed", second, first, ordered=True)
    heads("two heads of one guardian", "malformed", head(1, BASE), head(1, BASE, day=TODAY - 2))
    heads("a state that is not the chain's", "rollback", head(1, BASE, state=bytes(32)))
    heads("the state of another length", "rollback", head(1, BASE, state=states(BASE)[5]))
    heads("a log longer than this one", "rollback", head(1, BASE, length=len(BASE) + 1))
    heads("a head of the day after tomorrow", "early", head(1, BASE, day=TODAY + 2))
    heads("a head for another organisation", "organisation", head(1, BASE, organisation=bytes(32)))
    heads("a head of nobody", "unknown", head(1, BASE, g=g(9)))
    heads("a head signed by the identity", "signature", head(1, BASE, by=seed("identity", 1)))
    heads("a head signed by another courier", "signature", head(1, BASE, by=seed("courier", 2)))
    forged = head(1, BASE)
    forged[2]["signatures"][0]["sig"] = b64(bytes(64))
    heads("a head with a signature of zeros", "signature", forged)
    heads("a head signed by two couriers", "signature", _by_two(head(1, BASE)))
    heads("a calendar among the heads", "type", (*BASE[6],))
    heads("a number among the heads", "malformed", 1, ordered=True)
    ended = [*START, certificate(3, until=TODAY - 9)]
    c.refuse("a head after the certificate's end", "expired", c.shelf.file(ended, [head(3, ended, day=TODAY - 8)]))
    edge = shown(ended, [person(who, days=[], fallbacks=[]) for who in (1, 2)], head_day=TODAY - 9, warnings=[])
    edge["guardians"].append(person(3, days=[], fallbacks=[], valid=False, head_day=TODAY - 9))
    c.ok("a head on the certificate's last day", edge, c.shelf.file(ended, [head(3, ended, day=TODAY - 9)]))


def _by_two(one: Entry) -> Entry:
    name, body, _ = one
    return name, body, st.envelope(name, body, seed("courier", 1), seed("courier", 2))


def _remembered(c: Cases) -> None:
    file, chain = c.shelf.file(BASE, [], keys(1, 2)), states(BASE)
    for comment, length, state in [
        ("another state at that length", 5, chain[4]),
        ("the log was longer", len(BASE) + 1, chain[-1]),
        ("zeros", 1, bytes(32)),
    ]:
        c.refuse(f"remembered: {comment}", "rollback", file, remembered={"length": length, "state": state})
    strange = c.shelf.file(BASE, [], [*keys(1, 2), key("stranger")])
    wrong = {"length": 1, "state": bytes(32)}
    c.refuse("remembered comes before keys that nobody promised", "rollback", strange, remembered=wrong)
    c.refuse(
        "a log without policy comes before its heads", "missing", c.shelf.file(BASE[:3], [head(1, BASE[:3], g=g(9))])
    )


def _carried(c: Cases) -> None:
    c.refuse("a key that nobody promised", "unknown", c.shelf.file(BASE, [], [*keys(1, 2), key("stranger")]))
    near = keys(1, 2)
    bent = bytes([near[0][0] ^ 1]) + near[0][1:]
    c.refuse("a promised key with a bit changed", "unknown", c.shelf.file(BASE, [], [bent, *near[1:]]))
    whole = c.shelf.file(BASE, [], near)
    c.refuse("a byte of the file changed", "malformed", flip(whole, 0))
    c.refuse("a byte of the version changed", "malformed", join(flip(whole, -2)))


def _choosing(c: Cases) -> None:
    near = keys(1, 2)
    epoch = [one for one in near if one != key(f"1 {TODAY + 1}")]
    file = c.shelf.file(BASE, [], epoch)

    def given(who: int, day: int, of: Recipe = file) -> dict[str, Any]:
        return {"file": of, "organisation": ORGANISATION, "today": TODAY, "g": g(who), "day": day}

    def found(comment: str, label: str, kind: str, who: int, day: int) -> None:
        c.book.ok("directory.key_for", comment, {"key": h(key(label)), "kind": kind}, **given(who, day))

    found("today's key", f"1 {TODAY}", "epoch", 1, TODAY)
    found("the key is not there: the fallback", f"fallback 1 {TODAY - 10}", "fallback", 1, TODAY + 1)
    found("a day without an epoch key in the file", f"fallback 2 {TODAY - 10}", "fallback", 2, TODAY + 2)
    both = [*BASE, fallback(2, TODAY, day=TODAY - 2)]
    newer = c.shelf.file(both, [], [*near, key(f"fallback 2 {TODAY}")])
    later = {"key": h(key(f"fallback 2 {TODAY}")), "kind": "fallback"}
    c.book.ok("directory.key_for", "two fallbacks: the one stated last", later, **given(2, TODAY + 2, newer))
    older = {"key": h(key(f"fallback 2 {TODAY - 10}")), "kind": "fallback"}
    without = c.shelf.file(both, [], near)
    note = "two fallbacks, the key of the one stated last is not there"
    c.book.ok("directory.key_for", note, older, **given(2, TODAY + 2, without))
    found("the fallback's last day", f"fallback 2 {TODAY - 10}", "fallback", 2, TODAY + 20)
    c.book.error("directory.key_for", "after the fallback", "missing", **given(2, TODAY + 21))
    c.book.error("directory.key_for", "nobody", "unknown", **given(9, TODAY))
    c.book.error("directory.key_for", "before the certificate", "early", **given(1, TODAY - 101))
    c.book.error("directory.key_for", "after the certificate", "expired", **given(1, TODAY + 201))
    own = st.entry_hash(*BASE[1])
    for day in (TODAY - 100, TODAY, TODAY + 200):
        c.book.ok("directory.certificate", f"day {day - TODAY:+d}", own, **given(1, day))
    renewal = certificate(1, day=TODAY - 60, first=False, **{"from": TODAY - 50, "until": TODAY + 300})
    renewed = c.shelf.file([*START, renewal])
    c.book.ok("directory.certificate", "two hold: the newer", st.entry_hash(*renewal), **given(1, TODAY, renewed))
    c.book.ok("directory.certificate", "only the older holds", own, **given(1, TODAY - 51, renewed))
    dead = entry("revocation", st.ROOT, day=TODAY - 5, certificate=own, reason="")
    revoked = c.shelf.file([*START, dead])
    c.book.ok("directory.certificate", "the day before its revocation", own, **given(1, TODAY - 6, revoked))
    c.book.error("directory.certificate", "the day of its revocation", "revoked", **given(1, TODAY - 5, revoked))
    c.book.error("directory.key_for", "revoked", "revoked", **given(1, TODAY, revoked))
