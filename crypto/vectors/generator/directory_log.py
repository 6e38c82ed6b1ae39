"""Section 12: what an entry of the log may and may not be."""

from typing import Any

from crypto.vectors.generator import statement as st
from crypto.vectors.generator.base import b64, canonical, fixed, media, public
from crypto.vectors.generator.directory import (
    BASE,
    NEW_ROOT,
    START,
    TODAY,
    Cases,
    Entry,
    certificate,
    digests,
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
)


def fill_book(c: Cases) -> None:
    """All cases about entries."""
    for part in (_entries, _order, _root, _certificates, _identity, _replays, _revoked, _lost):
        part(c)


def _entries(c: Cases) -> None:
    c.add("a head in the log", "type", head(1, START), to=START)
    person_keys = {"identity": public(seed("identity", 3)), "courier": public(seed("courier", 3))}
    request = entry("request", seed("identity", 3), g=g(3), name="x", role="y", **person_keys)
    c.add("a request in the log", "type", request, to=START)
    good = st.bodies()["site"]
    site = entry("site", seed("root", 1), **{key: good[key] for key in ("version", "headers", "files")})
    c.add("a site in the log", "type", site, to=START)
    unknown = st.envelope("gossip", st.body(), st.ROOT)
    c.add("a NAME that is not known", "type", unknown, to=START)
    foreign = policy(TODAY - 9, organisation=bytes(32))
    c.add("an entry of another organisation", "organisation", foreign, to=START)
    c.add("an entry of the day after tomorrow", "early", policy(TODAY + 2), to=START)
    c.add("the same entry twice", "conflict", BASE[4])
    c.add("the same policy twice", "conflict", BASE[3], to=START)
    broken = policy(TODAY - 9)
    broken[2]["payload"] = b64(canonical({**broken[1], "board_cells": 9}))
    c.add("another payload under the signature", "signature", broken, to=START)
    spaced = st.envelope("policy", {}, st.ROOT, payload=canonical(BASE[3][1]).replace(b":", b": ", 1))
    c.add("a payload that is not canonical", "malformed", spaced, to=START)
    relabelled = st.envelope("policy", policy(TODAY - 9)[1], st.ROOT, signed_type=media("certificate"))
    c.add("signed as another type", "signature", relabelled, to=START)


def _order(c: Cases) -> None:
    """Entries with two faults: the earlier check of section 12 names the code."""

    def forged(one: Entry) -> Entry:
        one[2]["signatures"][0]["sig"] = b64(bytes(64))
        return one

    calendar: dict[str, Any] = {"weekdays": [], "away": []}
    c.add("a head of another organisation: type first", "type", head(1, START, organisation=bytes(32)), to=START)
    c.add("organisation before early", "organisation", policy(TODAY + 2, organisation=bytes(32)), to=START)
    c.add("early before signature", "early", policy(TODAY + 2, root=NEW_ROOT), to=START)
    revocation = entry("revocation", st.ROOT, day=TODAY - 5, certificate=st.entry_hash(*BASE[1]), reason="")
    c.add("an identical entry before revoked", "conflict", revocation, BASE[4])
    ended = [*START, certificate(3, until=TODAY - 11)]
    third = entry("revocation", st.ROOT, day=TODAY - 5, certificate=st.entry_hash(*ended[-1]), reason="")
    c.add("revoked before expired", "revoked", third, signed("calendar", 3, **calendar), to=ended)
    c.add("expired before a signature of zeros", "expired", forged(signed("calendar", 3, **calendar)), to=ended)
    c.add("a signature of zeros before rollback", "signature", forged(policy(TODAY - 101)), to=START)
    late = epochs(1, TODAY + 29, 2, day=TODAY - 7, generation="b")
    c.add("rollback before conflict", "rollback", late)
    unknown = certificate(3, day=TODAY - 3, first=False, succeeds=g(9), **{"from": TODAY})
    c.add("early before unknown", "early", unknown, to=START)


def _root(c: Cases) -> None:
    for name, made in {
        "policy": policy(TODAY - 9, root=NEW_ROOT),
        "certificate": certificate(3, day=TODAY - 9, first=False, root=NEW_ROOT),
        "revocation": entry("revocation", NEW_ROOT, certificate=st.entry_hash(*BASE[1]), reason=""),
    }.items():
        c.add(f"{name} not signed by the root", "signature", made, to=START)
    identity = entry("revocation", seed("identity", 1), certificate=st.entry_hash(*BASE[1]), reason="")
    c.add("a guardian revokes", "signature", identity, to=START)
    keys_of = {"old": public(st.ROOT), "new": public(NEW_ROOT)}
    rotation = entry("rotation", st.ROOT, NEW_ROOT, day=TODAY - 20, **keys_of)
    c.add("a rotation that the new root did not sign", "signature", entry("rotation", st.ROOT, **keys_of), to=START)
    c.add("a rotation that the old root did not sign", "signature", entry("rotation", NEW_ROOT, **keys_of), to=START)
    third = fixed("directory third root", 32)
    odd = entry("rotation", third, NEW_ROOT, old=public(third), new=public(NEW_ROOT))
    c.add("a rotation from a key that is not the root", "signature", odd, to=START)
    used = entry("rotation", st.ROOT, seed("identity", 1), old=public(st.ROOT), new=public(seed("identity", 1)))
    c.add("a rotation to a guardian's key", "conflict", used, to=START)
    rotated = [*START, rotation]
    c.add("the old root after the rotation", "signature", policy(TODAY - 9), to=rotated)
    back = entry("rotation", NEW_ROOT, st.ROOT, old=public(NEW_ROOT), new=public(st.ROOT))
    c.add("a rotation back to a root that was left", "conflict", back, to=rotated)
    log = [*rotated, policy(TODAY - 9, root=NEW_ROOT)]
    bare = [person(who, days=[], fallbacks=[]) for who in (1, 2)]
    c.ok("the new root after the rotation", shown(log, bare, root=public(NEW_ROOT)), c.shelf.file(log))


def _certificates(c: Cases) -> None:
    day = TODAY - 20
    c.add("six days' notice", "early", certificate(3, day=day, first=False, **{"from": day + 6}), to=START)
    seven = certificate(3, day=day, first=False, **{"from": day + 7})
    bare = [person(who, days=[], fallbacks=[]) for who in (1, 2, 3)]
    log = [*START, seven]
    c.ok("seven days' notice", shown(log, bare), c.shelf.file(log))
    c.add("`first` a day after the first policy", "early", certificate(3, day=TODAY - 99), to=START)
    same = [*START, certificate(3, day=TODAY - 100)]
    c.ok("`first` on the day of the first policy", shown(same, bare), c.shelf.file(same))
    later = [*START, policy(TODAY - 20)]
    c.add("`first` on the day of a later policy", "early", certificate(3, day=TODAY - 20), to=later)
    c.add("it succeeds a g that is not there", "unknown", certificate(3, succeeds=g(9)), to=START)
    heir = [*START, certificate(3, succeeds=g(1))]
    c.ok("it succeeds a g that is", shown(heir, bare), c.shelf.file(heir))
    for role, other in [
        ("identity", "identity"),
        ("identity", "courier"),
        ("courier", "courier"),
        ("courier", "identity"),
    ]:
        taken = certificate(3, **{role: public(seed(other, 1))})
        c.add(f"another guardian's {other} as {role}", "conflict", taken, to=START)
    c.add("the root as identity", "conflict", certificate(3, identity=public(st.ROOT)), to=START)
    swapped = {"courier": public(seed("identity", 1)), "identity": public(seed("courier", 1))}
    crossed = certificate(1, day=day, first=False, **{"from": day + 7}, **swapped)
    c.add("one's own keys in the other role", "conflict", crossed, to=START)
    soon = [*START, certificate(3, day=TODAY - 3, first=False, **{"from": TODAY + 4})]
    c.ok("a certificate to come", shown(soon, [*bare[:2], {**bare[2], "valid": False}]), c.shelf.file(soon))
    gone = [*START, certificate(3, until=TODAY - 1)]
    c.ok("a certificate that ended", shown(gone, [*bare[:2], {**bare[2], "valid": False}]), c.shelf.file(gone))
    renewed = [*START, certificate(1, day=day, first=False, name="Renamed", **{"from": TODAY, "until": TODAY + 300})]
    names = [{**bare[0], "name": "Renamed"}, bare[1]]
    c.ok("a renewal shows its name from its first day", shown(renewed, names), c.shelf.file(renewed))


def _identity(c: Cases) -> None:
    calendar: dict[str, Any] = {"weekdays": [], "away": []}
    c.add("a g without certificate", "unknown", signed("calendar", 3, **calendar), to=START)
    for by, comment in [("identity 2", "another guardian"), ("courier 1", "the courier")]:
        wrong = entry("calendar", fixed(f"directory {by}", 32), g=g(1), **calendar)
        c.add(f"a calendar signed by {comment}", "signature", wrong, to=START)
    c.add("a calendar signed by the root", "signature", entry("calendar", st.ROOT, g=g(1), **calendar), to=START)
    two = entry("calendar", seed("identity", 1), seed("identity", 2), g=g(1), **calendar)
    c.add("a calendar signed by two", "signature", two, to=START)
    ended = [*START, certificate(3, until=TODAY - 11)]
    c.add("signed after the certificate ended", "expired", signed("calendar", 3, **calendar), to=ended)
    edge = [*START, certificate(3, until=TODAY - 10), signed("calendar", 3, **calendar)]
    people = [person(who, days=[], fallbacks=[], valid=who != 3) for who in (1, 2, 3)]
    c.ok("signed on the certificate's last day", shown(edge, people), c.shelf.file(edge))
    story = {
        "g": g(1),
        "second": g(2),
        "quarter": "2026Q1",
        "title": "t",
        "happened": "h",
        "sense": "s",
        "changed": "c",
    }
    one, other = seed("identity", 1), seed("identity", 2)
    told = [*START, entry("story", one, other, **story), entry("statistics", one, other, **rows(1))]
    bare = [person(who, days=[], fallbacks=[]) for who in (1, 2)]
    c.ok("a story and statistics of two guardians", shown(told, bare), c.shelf.file(told))
    c.add("a story signed by one", "signature", entry("story", one, **story), to=START)
    c.add("a story signed by one and the root", "signature", entry("story", one, st.ROOT, **story), to=START)
    c.add(
        "a story with an unknown second", "unknown", entry("story", one, other, **{**story, "second": g(9)}), to=START
    )


def _replays(c: Cases) -> None:
    c.add("an earlier policy", "rollback", policy(TODAY - 101), to=START)
    c.add("an earlier calendar", "rollback", signed("calendar", 1, day=TODAY - 11, weekdays=[], away=[]))
    c.add("an earlier fallback", "rollback", fallback(1, TODAY - 9, day=TODAY - 11))
    c.add("an earlier batch of epoch keys", "rollback", epochs(1, TODAY + 30, 3, day=TODAY - 7))
    other = [*BASE, signed("calendar", 2, day=TODAY - 50, weekdays=[], away=[])]
    people = [person(1, days=[], fallbacks=[], missing=[TODAY - 1, TODAY, TODAY + 1])]
    people.append({**people[0], "g": g(2), "name": "Guardian 2"})
    absent = ["stale", "missing"]
    c.ok("another guardian's earlier calendar", shown(other, people, warnings=absent), c.shelf.file(other))
    c.add("other keys for a promised day", "conflict", epochs(1, TODAY + 29, 2, day=TODAY - 5, generation="b"))
    again = [*BASE, epochs(1, TODAY - 2, 35, day=TODAY - 5)]
    c.ok("the same keys for promised days, and more", shown(again, people, warnings=absent), c.shelf.file(again))


def _revoked(c: Cases) -> None:
    def revocation(of: Entry, day: int = TODAY - 5) -> Entry:
        return entry("revocation", st.ROOT, day=day, certificate=st.entry_hash(*of), reason="left")

    c.add("it names no certificate", "unknown", revocation(BASE[3]), to=START)
    c.add("revoked twice", "conflict", revocation(BASE[1]), revocation(BASE[1], TODAY - 4), to=START)
    dead = [*START, revocation(BASE[1])]
    c.add(
        "a statement after the revocation",
        "revoked",
        signed("calendar", 1, day=TODAY - 4, weekdays=[], away=[]),
        to=dead,
    )
    backdated = signed("calendar", 1, day=TODAY - 90, weekdays=[], away=[])
    c.add("a statement after it that bears an earlier day", "revoked", backdated, to=dead)
    void = [*BASE, revocation(BASE[1])]
    gone = person(1, valid=False, days=[], fallbacks=[])
    c.ok("what a revoked identity promised is void", shown(void, [gone, person(2)]), c.shelf.file(void, [], keys(2)))
    c.ok("its keys may still be there", shown(void, [gone, person(2)]), c.shelf.file(void, [], keys(1, 2)))
    c.refuse("a revoked courier's head", "revoked", c.shelf.file(void, [head(1, void)], keys(2)))
    renewed = [
        *START,
        certificate(1, day=TODAY - 60, first=False, **{"from": TODAY - 50}),
        *BASE[4:6],
        revocation(BASE[1]),
    ]
    kept = [person(1), person(2, days=[], fallbacks=[])]
    note = "one of two certificates of the identity is revoked: its promises stand"
    c.ok(note, shown(renewed, kept), c.shelf.file(renewed, [], keys(1)))
    fresh = {
        "identity": public(fixed("directory new identity", 32)),
        "courier": public(fixed("directory new courier", 32)),
    }
    changed = [*BASE, certificate(1, day=TODAY - 60, first=False, **{"from": TODAY - 50}, **fresh), revocation(BASE[1])]
    other = [person(1, days=[], fallbacks=[]), person(2)]
    c.ok("the other certificate has another identity", shown(changed, other), c.shelf.file(changed, [], keys(2)))
    made = digests(1, TODAY - 5, 35, "b")
    batch = {"g": g(1), "first": TODAY - 5, "digests": made}
    anew = [*changed, entry("epochs", fixed("directory new identity", 32), day=TODAY - 4, **batch)]
    carried = [*(key(f"1 {day}b") for day in range(TODAY - 1, TODAY + 2)), *keys(2)]
    again = [person(1, fallbacks=[]), person(2)]
    c.ok("new keys for the days of void ones", shown(anew, again), c.shelf.file(anew, [], carried))


def _lost(c: Cases) -> None:
    lost = [*BASE, signed("lost", 1, day=TODAY - 1, **{"from": TODAY, "until": TODAY})]
    people = [person(1, days=[TODAY - 1, TODAY + 1], fallbacks=[], lost=[[TODAY, TODAY]]), person(2)]
    c.ok(
        "a lost day is not offered, nor a fallback that touches it",
        shown(lost, people),
        c.shelf.file(lost, [], keys(1, 2)),
    )
    batch = epochs(1, TODAY - 5, 35, day=TODAY - 1, generation="b")
    anew = [*BASE, signed("lost", 1, day=TODAY - 1, **{"from": TODAY - 5, "until": TODAY + 29}), batch]
    carried = [*(key(f"1 {day}b") for day in range(TODAY - 1, TODAY + 2)), *keys(2)]
    again = [person(1, fallbacks=[], lost=[[TODAY - 5, TODAY + 29]]), person(2)]
    c.ok("new keys after the loss", shown(anew, again), c.shelf.file(anew, [], carried))
    early = [*START, signed("lost", 1, day=TODAY - 7, **{"from": TODAY - 5, "until": TODAY}), *BASE[4:]]
    used = [person(1, lost=[[TODAY - 5, TODAY]]), person(2)]
    c.ok("a loss stated before the keys does not touch them", shown(early, used), c.shelf.file(early, [], keys(1, 2)))
    c.add("a loss stated before the keys allows no others", "conflict", batch, to=early)
