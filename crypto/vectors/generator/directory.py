"""Section 12: the log and the directory file."""

from typing import Any

from crypto.vectors.generator import statement as st
from crypto.vectors.generator import xwing
from crypto.vectors.generator.base import Book, Recipe, b64, canonical, fill, fixed, h, join, public, ref, text, without
from crypto.vectors.generator.codename import ORGANISATION

TODAY = 20_500
SIZE = 16_384
Entry = tuple[str, dict[str, Any], dict[str, Any]]


def seed(role: str, who: int) -> bytes:
    """A guardian's identity or courier seed."""
    return fixed(f"directory {role} {who}", 32)


def g(who: int) -> bytes:
    """A guardian's name in bytes."""
    return fixed(f"directory g {who}", 16)


def key(label: str) -> bytes:
    """An X-Wing public key."""
    return xwing.public_key(fixed(f"directory key {label}", 32))


def entry(kind: str, /, *seeds: bytes, **more: Any) -> Entry:
    """A signed entry, of ten days ago if nothing else is said."""
    made = st.body(**{"day": TODAY - 10, **more})
    return kind, made, st.envelope(kind, made, *seeds)


def certificate(who: int, **more: Any) -> Entry:
    """A certificate, signed by the root (or `root`): a `first` one of a hundred days ago if nothing else is said."""
    day, first, root = more.get("day", TODAY - 100), more.pop("first", True), more.pop("root", st.ROOT)
    keys = {"identity": public(seed("identity", who)), "courier": public(seed("courier", who))}
    base = {"g": g(who), "name": f"Guardian {who}", "role": "listens", **keys, "from": day, "until": TODAY + 200}
    return entry("certificate", root, **{**base, "day": day, **({"first": True} if first else {}), **more})


def policy(day: int = TODAY - 100, root: bytes = st.ROOT, **more: Any) -> Entry:
    """A policy, signed by the root."""
    return entry("policy", root, **{**without(st.bodies()["policy"], "v", "organisation"), "day": day, **more})


def digests(who: int, first: int, count: int, generation: str = "") -> list[str]:
    """Hashes of epoch keys; those around today are of keys that exist."""
    near = range(TODAY - 1, TODAY + 2)
    return [
        b64(h(key(f"{who} {day}{generation}")) if day in near else fixed(f"digest {who} {day}{generation}", 32))
        for day in range(first, first + count)
    ]


def epochs(who: int, first: int = TODAY - 5, count: int = 35, day: int = TODAY - 6, generation: str = "") -> Entry:
    """A batch of epoch keys."""
    made = digests(who, first, count, generation)
    return entry("epochs", seed("identity", who), day=day, g=g(who), first=first, digests=made)


def fallback(who: int, first: int = TODAY - 10, day: int = TODAY - 10) -> Entry:
    """A fallback key of 31 days."""
    span = {"from": first, "until": first + 30}
    digest = h(key(f"fallback {who} {first}"))
    return entry("fallback", seed("identity", who), day=day, g=g(who), digest=digest, **span)


def signed(name: str, who: int, /, day: int = TODAY - 10, **more: Any) -> Entry:
    """An identity statement."""
    return entry(name, seed("identity", who), day=day, g=g(who), **more)


def states(log: list[Entry], organisation: bytes = ORGANISATION) -> list[bytes]:
    """The chain's states, from the empty one on."""
    chain = [h(b"candour/v1/log" + organisation)]
    for one in log:
        chain.append(h(b"candour/v1/entry" + chain[-1] + st.entry_hash(*one)))
    return chain


def head(who: int, log: list[Entry], day: int = TODAY - 1, length: int | None = None, **more: Any) -> Entry:
    """A head, signed by the courier."""
    length = len(log) if length is None else length
    state = states(log)[min(length, len(log))]
    by = more.pop("by", seed("courier", who))
    return entry("head", by, day=day, **{"g": g(who), "length": length, "state": state, **more})


def stub(one: Entry, **changes: Any) -> dict[str, Any]:
    """What is left of an old entry."""
    name, made, envelope = one
    last = made["first"] + len(made["digests"]) - 1 if name == "epochs" else made.get("until", 0)
    return {"name": name, "last": last, "digest": b64(st.digest(envelope)), **changes}


BASE: list[Entry] = [
    entry("organisation", st.ROOT, day=TODAY - 100, name="St. Elsewhere", root=public(st.ROOT)),
    certificate(1),
    certificate(2),
    policy(),
    epochs(1),
    fallback(1),
    signed("calendar", 1, weekdays=[0, 3], away=[[TODAY + 3, TODAY + 9]]),
    epochs(2),
    fallback(2),
]


def keys(*who: int) -> list[bytes]:
    """The public keys that a file of today carries."""
    near = [key(f"{one} {day}") for one in who for day in range(TODAY - 1, TODAY + 2)]
    return [*near, *(key(f"fallback {one} {TODAY - 10}") for one in who)]


def rows(count: int) -> dict[str, Any]:
    """What a statistics statement of so many rows says."""
    return {"g": g(1), "second": g(2), "quarter": "2026Q1", "rows": [{"name": "a", "value": "1"}] * count}


START = BASE[:4]
NEW_ROOT = fixed("directory second root", 32)


class Shelf:
    """Keeps each envelope and key once in the book's data, and joins files from them."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._kept: dict[bytes, str] = {}

    def piece(self, value: Any) -> Recipe:
        """The JSON of a value, by reference."""
        spelled = canonical(value)
        if spelled not in self._kept:
            self._kept[spelled] = f"piece {len(self._kept) + 1}"
            self.book.keep(self._kept[spelled], text(spelled.decode()))
        return ref(self._kept[spelled])

    def file(
        self,
        log: list[Any],
        heads: list[Any] | None = None,
        carried: list[bytes] | None = None,
        **changes: Any,
    ) -> Recipe:
        """A directory file. `changes`: `pad` (characters more or fewer), `filler`, `end`, `v`."""
        entries = [one[2] if isinstance(one, tuple) else one for one in log]
        given: list[Any] = heads or []
        if "ordered" not in changes:
            given = sorted(given, key=lambda one: st.raw(one[1]["g"]))
        spoken = [one[2] if isinstance(one, tuple) else one for one in given]
        public_keys = sorted(carried or []) if "unsorted" not in changes else carried or []
        rows = [("heads", spoken), ("keys", [b64(one) for one in public_keys]), ("log", entries)]
        parts: list[Any] = []
        size = 0
        for name, values in rows:
            parts.append(b'%s"%s":[' % (b"," if parts else b"{", name.encode()))
            for number, value in enumerate(values):
                parts += [b","] * bool(number) + [self.piece(value)]
                size += len(canonical(value)) + bool(number)
            parts.append(b"]")
        tail = b'","v":%s}%s' % (str(changes.get("v", 1)).encode(), changes.get("end", b""))
        parts.append(b',"pad":"')
        size += sum(len(part) for part in parts if isinstance(part, bytes) and part != b",") + len(tail)
        pad = -size % SIZE + changes.get("pad", 0)
        return join(*parts, fill(ord(changes.get("filler", "0")), pad), tail)


def person(who: int, **changes: Any) -> dict[str, Any]:
    """What a verified directory says of a guardian of the base log."""
    near = list(range(TODAY - 1, TODAY + 2))
    return {
        "g": g(who),
        "name": f"Guardian {who}",
        "role": "listens",
        "valid": True,
        "days": near,
        "fallbacks": [[TODAY - 10, TODAY + 20]],
        "missing": [],
        "lost": [],
        "head_day": None,
        **changes,
    }


def shown(log: list[Entry], people: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """What a verified directory says."""
    return {
        "organisation": ORGANISATION,
        "name": "St. Elsewhere",
        "root": public(st.ROOT),
        "length": len(log),
        "state": states(log)[-1],
        "head_day": None,
        "warnings": ["stale"],
        "guardians": people,
        **changes,
    }


class Cases:
    """Short forms for tests of a file."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.shelf = Shelf(book)

    def ok(
        self, comment: str, output: dict[str, Any], file: Recipe, today: int = TODAY, remembered: Any = None
    ) -> None:
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
