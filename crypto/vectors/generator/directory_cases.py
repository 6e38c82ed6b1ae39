"""Section 12's cases: one good log, and what goes wrong with it, one thing at a time."""

from typing import Any

from crypto.vectors.generator import statement as st
from crypto.vectors.generator.base import Book, Recipe, b64, canonical, fill, fixed, flip, h, join, media, public
from crypto.vectors.generator.codename import ORGANISATION
from crypto.vectors.generator.directory import (
    BASE,
    TODAY,
    Entry,
    Shelf,
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
    seed,
    shown,
    signed,
    states,
    stub,
)

NEW_ROOT = fixed("directory second root", 32)
START = BASE[:4]


def fill_book(book: Book) -> None:
    """All cases."""
    cases = Cases(book)
    for part in (_good, _file, _first, _entries, _root, _certificates, _identity, _replays, _revoked, _lost):
        part(cases)
    for part in (_stubs, _heads, _remembered, _carried, _choosing):
        part(cases)


class Cases:
    """Short forms for tests of a file."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.shelf = Shelf(book)

    def ok(self, comment: str, output: dict[str, Any], file: Recipe, today: int = TODAY, remembered: Any = None) -> None:
        """A file that is accepted."""
        given: dict[str, Any] = {"file": file, "organisation": ORGANISATION, "today": today, "remembered": remembered}
        self.book.ok("directory.verify", comment, output, **given)

    def refuse(self, comment: str, code: str, file: Recipe | bytes, remembered: Any = None, **more: Any) -> None:
        """A file that is refused."""
        given: dict[str, Any] = {"file": file, "organisation": ORGANISATION, "today": TODAY, "remembered": remembered}
        self.book.error("directory.verify", comment, code, **{**given, **more})

    def add(self, comment: str, code: str, *more: Any, to: list[Entry] | None = None) -> None:
        """The base log, or another, with entries behind it that are refused."""
        self.refuse(comment, code, self.shelf.file([*(BASE if to is None else to), *more]))


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
    c.ok("a promised key is not there", shown(BASE, lacking, warnings=["stale", "missing"]), c.shelf.file(BASE, [], some))
    bare = [person(who, days=[], fallbacks=[]) for who in (1, 2)]
    c.ok("nobody promised a key", shown(START, bare), c.shelf.file(START))
    for age, warnings in [(13, []), (14, ["stale"])]:
        day = TODAY - age
        young = [entry("organisation", st.ROOT, day=day, name="St. Elsewhere", root=public(st.ROOT)), policy(day)]
        c.ok(f"an organisation of {age} days", shown(young, [], warnings=warnings), c.shelf.file(young))
    early = [*START, signed("calendar", 1, day=TODAY + 1, weekdays=[], away=[])]
    c.ok("tomorrow's entry", shown(early, bare), c.shelf.file(early))


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
    large = entry("statistics", seed("identity", 1), seed("identity", 2), **_rows(200))
    padded = {**large[2], "payload": b64(bytes(49_000))}
    c.refuse("an entry of more than 65,536 bytes", "limit", c.shelf.file([*START, padded]))


def _rows(count: int) -> dict[str, Any]:
    return {"g": g(1), "second": g(2), "quarter": "2026Q1", "rows": [{"name": "a", "value": "1"}] * count}


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


def _entries(c: Cases) -> None:
    c.add("a head in the log", "type", head(1, START), to=START)
    person_keys = {"identity": public(seed("identity", 3)), "courier": public(seed("courier", 3))}
    request = entry("request", seed("identity", 3), g=g(3), name="x", role="y", **person_keys)
    c.add("a request in the log", "type", request, to=START)
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
    for role, other in [("identity", "identity"), ("identity", "courier"), ("courier", "courier"), ("courier", "identity")]:
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
    story = {"g": g(1), "second": g(2), "quarter": "2026Q1", "title": "t", "happened": "h", "sense": "s", "changed": "c"}
    one, other = seed("identity", 1), seed("identity", 2)
    told = [*START, entry("story", one, other, **story), entry("statistics", one, other, **_rows(1))]
    bare = [person(who, days=[], fallbacks=[]) for who in (1, 2)]
    c.ok("a story and statistics of two guardians", shown(told, bare), c.shelf.file(told))
    c.add("a story signed by one", "signature", entry("story", one, **story), to=START)
    c.add("a story signed by one and the root", "signature", entry("story", one, st.ROOT, **story), to=START)
    c.add("a story with an unknown second", "unknown", entry("story", one, other, **{**story, "second": g(9)}), to=START)


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
    c.add("a statement after the revocation", "revoked", signed("calendar", 1, day=TODAY - 4, weekdays=[], away=[]), to=dead)
    backdated = signed("calendar", 1, day=TODAY - 90, weekdays=[], away=[])
    c.add("a statement after it that bears an earlier day", "revoked", backdated, to=dead)
    void = [*BASE, revocation(BASE[1])]
    gone = person(1, valid=False, days=[], fallbacks=[])
    c.ok("what a revoked identity promised is void", shown(void, [gone, person(2)]), c.shelf.file(void, [], keys(2)))
    c.ok("its keys may still be there", shown(void, [gone, person(2)]), c.shelf.file(void, [], keys(1, 2)))
    c.refuse("a revoked courier's head", "revoked", c.shelf.file(void, [head(1, void)], keys(2)))
    renewed = [*START, certificate(1, day=TODAY - 60, first=False, **{"from": TODAY - 50}), *BASE[4:6], revocation(BASE[1])]
    kept = [person(1), person(2, days=[], fallbacks=[])]
    note = "one of two certificates of the identity is revoked: its promises stand"
    c.ok(note, shown(renewed, kept), c.shelf.file(renewed, [], keys(1)))
    fresh = {"identity": public(fixed("directory new identity", 32)), "courier": public(fixed("directory new courier", 32))}
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
    c.ok("a lost day is not offered, nor a fallback that touches it", shown(lost, people), c.shelf.file(lost, [], keys(1, 2)))
    batch = epochs(1, TODAY - 5, 35, day=TODAY - 1, generation="b")
    anew = [*BASE, signed("lost", 1, day=TODAY - 1, **{"from": TODAY - 5, "until": TODAY + 29}), batch]
    carried = [*(key(f"1 {day}b") for day in range(TODAY - 1, TODAY + 2)), *keys(2)]
    again = [person(1, fallbacks=[], lost=[[TODAY - 5, TODAY + 29]]), person(2)]
    c.ok("new keys after the loss", shown(anew, again), c.shelf.file(anew, [], carried))
    early = [*START, signed("lost", 1, day=TODAY - 7, **{"from": TODAY - 5, "until": TODAY}), *BASE[4:]]
    used = [person(1, lost=[[TODAY - 5, TODAY]]), person(2)]
    c.ok("a loss stated before the keys does not touch them", shown(early, used), c.shelf.file(early, [], keys(1, 2)))
    c.add("a loss stated before the keys allows no others", "conflict", batch, to=early)


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
    c.add("a stub that lies about its last day: the head finds it", "missing", stub(BASE[4]), to=START)
    lied = [*START, stub(BASE[4], last=TODAY - 61), *BASE[5:]]
    c.refuse("a stub with another last day", "rollback", c.shelf.file(lied, [head(1, BASE)]))
    for comment, changes in {
        "of a revocation": {"name": "revocation"},
        "of a calendar": {"name": "calendar"},
        "with an unknown key": {"more": 1},
        "with a digest of 31 bytes": {"digest": b64(bytes(31))},
        "with a negative last day": {"last": -1},
    }.items():
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
    heads("a calendar among the heads", "type", (*BASE[6],))
    heads("a number among the heads", "malformed", 1, ordered=True)
    ended = [*START, certificate(3, until=TODAY - 9)]
    c.refuse("a head after the certificate's end", "expired", c.shelf.file(ended, [head(3, ended, day=TODAY - 8)]))
    edge = shown(ended, [person(who, days=[], fallbacks=[]) for who in (1, 2)], head_day=TODAY - 9, warnings=[])
    edge["guardians"].append(person(3, days=[], fallbacks=[], valid=False, head_day=TODAY - 9))
    c.ok("a head on the certificate's last day", edge, c.shelf.file(ended, [head(3, ended, day=TODAY - 9)]))


def _remembered(c: Cases) -> None:
    file, chain = c.shelf.file(BASE, [], keys(1, 2)), states(BASE)
    for comment, length, state in [
        ("another state at that length", 5, chain[4]),
        ("the log was longer", len(BASE) + 1, chain[-1]),
        ("zeros", 1, bytes(32)),
    ]:
        c.refuse(f"remembered: {comment}", "rollback", file, remembered={"length": length, "state": state})


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
