"""Section 11: statements."""

import base64
from typing import Any

from crypto.vectors.generator.base import (
    Book,
    Recipe,
    b64,
    canonical,
    fill,
    fixed,
    h,
    join,
    media,
    pae,
    public,
    sign,
    u,
    without,
)
from crypto.vectors.generator.codename import ORGANISATION

DAY = 20_500
ROOT = fixed("organisation root", 32)
HEADERS = [["cache-control", "no-store"], ["content-security-policy", "default-src 'none'"]]
KEYED = {"identity", "courier"}


def envelope(name: str, body: dict[str, Any], *seeds: bytes, **changes: Any) -> dict[str, Any]:
    """A signed envelope; `payload`, `payloadtype` and `signatures` can be put in the place of the right ones."""
    payload = changes.get("payload", canonical(body))
    kind = changes.get("payloadtype", media(name))
    signed = sorted((public(seed), sign(seed, pae(changes.get("signed_type", kind), payload))) for seed in seeds)
    signatures = [{"keyid": b64(key), "sig": b64(sig)} for key, sig in signed]
    return {"payload": b64(payload), "payloadtype": kind, "signatures": changes.get("signatures", signatures)}


def raw(text: str) -> bytes:
    """The bytes of base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def digest(made: dict[str, Any]) -> bytes:
    """The statement digest."""
    signed = b"".join(raw(one["keyid"]) + raw(one["sig"]) for one in made["signatures"])
    return h(pae(made["payloadtype"], raw(made["payload"])) + signed)


def entry_hash(name: str, body: dict[str, Any], made: dict[str, Any]) -> bytes:
    """The entry hash, with NAME and last day in it."""
    last = {"epochs": lambda: body["first"] + len(body["digests"]) - 1, "fallback": lambda: body["until"]}
    return h(name.encode() + u(4, last.get(name, lambda: 0)()) + digest(made))


def body(**more: Any) -> dict[str, Any]:
    """What every payload has, and more."""
    base = {"v": 1, "organisation": b64(ORGANISATION), "day": DAY}
    return {key: b64(value) if isinstance(value, bytes) else value for key, value in {**base, **more}.items()}


def bodies() -> dict[str, dict[str, Any]]:
    """One good body of each NAME."""
    g, second = fixed("g 1", 16), fixed("g 2", 16)
    person = {"name": "Robin Vale", "role": "Guardian, surgery \u2013 nights"}
    keys: dict[str, Any] = {"identity": public(fixed("identity 1", 32)), "courier": public(fixed("courier 1", 32))}
    numbers = {"period": 86400, "board_period": 3600, "board_cells": 8, "board_dummies": 16, "board_days": 30}
    story = {"title": "Pumps", "happened": "An alarm.", "sense": "It was loud.", "changed": "A new \U0001f515."}
    return {
        "organisation": body(name="St. Elsewhere \u2014 \u05d1\u05d9\u05ea", root=public(ROOT)),
        "rotation": body(old=public(ROOT), new=public(fixed("second root", 32))),
        "policy": body(**numbers, report_days=30, slot_ms=5000, attachment_mb=25, writer=""),
        "certificate": body(g=g, **person, **keys, **{"from": DAY + 7, "until": DAY + 407}),
        "request": body(g=g, **person, **keys),
        "revocation": body(certificate=fixed("a certificate", 32), reason=""),
        "epochs": body(g=g, first=DAY, digests=[b64(fixed(f"digest {i}", 32)) for i in range(36)]),
        "fallback": body(g=g, digest=fixed("digest", 32), **{"from": DAY, "until": DAY + 30}),
        "calendar": body(g=g, weekdays=[0, 2, 6], away=[[DAY, DAY], [DAY + 3, DAY + 9]]),
        "lost": body(g=g, **{"from": DAY - 3, "until": DAY}),
        "head": body(g=g, length=9, state=fixed("state", 32)),
        "story": body(g=g, second=second, quarter="2026Q1", **story),
        "statistics": body(g=g, second=second, quarter="2026Q4", rows=[{"name": "concerns", "value": "<5"}]),
        "site": body(version="1.0.0", headers=HEADERS, files=[_file("/"), _file("/assets/app.js")]),
    }


def _file(path: str, **changes: Any) -> dict[str, Any]:
    return {"path": path, "type": "text/html; charset=utf-8", "size": 7, "digest": b64(fixed(path, 32)), **changes}


def make() -> Book:
    """statement.json."""
    book = Book(
        "statement",
        {
            "statement.pae": "type, body -> bytes",
            "statement.sign": "name, body, seeds -> the envelope's bytes",
            "statement.parse": "envelope, name (or null: any) -> name, payload, signers, entry_hash",
            "statement.verify_detached": "type, body, sig, key -> true or false",
        },
    )
    for kind, data in [
        ("", b""),
        ("application/example", b"hello world"),
        ("http://example.com/HelloWorld", b"\0\xff"),
    ]:
        book.ok("statement.pae", f"{kind or 'nothing'}", pae(kind, data), type=kind, body=data)
    for name, good in bodies().items():
        _good(book, name, good)
    _envelopes(book)
    for name, good in bodies().items():
        _refused(book, name, good)
    _detached(book)
    return book


def _parse(book: Book, comment: str, code: str, data: bytes | Recipe, name: str | None = None) -> None:
    book.error("statement.parse", comment, code, envelope=data, name=name)


def _good(book: Book, name: str, good: dict[str, Any]) -> None:
    seeds = [fixed("statement signer 1", 32), fixed("statement signer 2", 32)][
        : 2 if name in ("rotation", "story") else 1
    ]
    made = envelope(name, good, *seeds)
    signers = sorted(public(seed) for seed in seeds)
    shown = {"name": name, "payload": canonical(good), "signers": signers, "entry_hash": entry_hash(name, good, made)}
    book.ok("statement.sign", name, canonical(made), name=name, body=good, seeds=seeds)
    book.ok("statement.parse", name, shown, envelope=canonical(made), name=name)


def _envelopes(book: Book) -> None:
    good = bodies()["revocation"]
    seed, other = fixed("statement signer 1", 32), fixed("statement signer 2", 32)
    made = envelope("revocation", good, seed)
    two = envelope("revocation", good, seed, other)
    spelled = canonical(made)
    shown = {"name": "revocation", "payload": canonical(good), "signers": [public(seed)]}
    any_name = {**shown, "entry_hash": entry_hash("revocation", good, made)}
    book.ok("statement.parse", "of any name", any_name, envelope=spelled, name=None)
    _parse(book, "signed as another type than the one asked for", "type", spelled, "certificate")
    _parse(book, "a NAME that is not known", "type", canonical(envelope("gossip", good, seed)))
    for kind in (
        "application/vnd.candour.revocation.v2+json",
        media("Revocation"),
        media("revocation") + "\n",
        "revocation",
    ):
        _parse(book, f"payload type {kind!r}", "type", canonical(envelope("", good, seed, payloadtype=kind)))
    relabelled = envelope("revocation", good, seed, signed_type=media("certificate"))
    _parse(book, "the signature is over another type", "signature", canonical(relabelled))
    plain = [{"keyid": b64(public(seed)), "sig": b64(sign(seed, canonical(good)))}]
    _parse(book, "signed without PAE", "signature", canonical({**made, "signatures": plain}))
    changed = {**made, "payload": b64(canonical({**good, "reason": "x"}))}
    _parse(book, "another payload under the signature", "signature", canonical(changed))
    swapped = [{**made["signatures"][0], "keyid": b64(public(other))}]
    _parse(book, "another key beside the signature", "signature", canonical({**made, "signatures": swapped}))
    half = [two["signatures"][0], {**two["signatures"][1], "sig": b64(bytes(64))}]
    _parse(book, "the second of two signatures does not verify", "signature", canonical({**two, "signatures": half}))
    weak = [{"keyid": b64((1).to_bytes(32, "little")), "sig": b64((1).to_bytes(32, "little") + bytes(32))}]
    _parse(book, "a key of small order, which fits any text", "signature", canonical({**made, "signatures": weak}))
    bad: dict[str, Any] = {
        "no signatures": {**made, "signatures": []},
        "signatures in descending order": {**two, "signatures": two["signatures"][::-1]},
        "a signature twice": {**made, "signatures": made["signatures"] * 2},
        "three signatures": envelope("revocation", good, seed, other, ROOT),
        "a keyid of 31 bytes": {**made, "signatures": [{**made["signatures"][0], "keyid": b64(bytes(31))}]},
        "a signature of 65 bytes": {**made, "signatures": [{**made["signatures"][0], "sig": b64(bytes(65))}]},
        "a signature with an unknown key": {**made, "signatures": [{**made["signatures"][0], "alg": "none"}]},
        "an unknown key": {**made, "more": 1},
        "no payload": without(made, "payload"),
        "a payload in padded base64": {**made, "payload": made["payload"] + "="},
        "a payload type that is a number": {**made, "payloadtype": 1},
        "an array": [made],
        "DSSE's own spelling of the key": {**without(made, "payloadtype"), "payloadType": made["payloadtype"]},
    }
    for comment, value in bad.items():
        _parse(book, comment, "malformed", canonical(value))
    _parse(book, "a space", "malformed", spelled.replace(b":", b": ", 1))
    _parse(book, "not JSON", "malformed", b"")
    for comment, payload in {
        "a payload with a space": canonical(good).replace(b":", b": ", 1),
        "a payload with a byte order mark": b"\xef\xbb\xbf" + canonical(good),
        "a payload with a key twice": canonical(good)[:-1] + b',"v":1}',
        "an empty payload": b"",
        "a payload that is an array": b"[]",
    }.items():
        _parse(book, comment, "malformed", canonical(envelope("revocation", {}, seed, payload=payload)))
    both = envelope("gossip", {}, seed, payload=b"[]", signatures=[{**made["signatures"][0], "sig": b64(bytes(64))}])
    _parse(book, "type before the payload", "type", canonical(both))
    _parse(book, "the payload before signatures", "malformed", canonical({**both, "payloadtype": made["payloadtype"]}))
    padded = join(spelled[:-1], fill(0x20, 65_537 - len(spelled)), b"}")
    _parse(book, "65,537 bytes", "limit", padded)
    _parse(
        book,
        "65,536 bytes of another spelling",
        "malformed",
        join(spelled[:-1], fill(0x20, 65_536 - len(spelled)), b"}"),
    )


def _refused(book: Book, name: str, good: dict[str, Any]) -> None:
    """Each body with one fault: shape comes before signatures, so that those below are good ones."""
    seed = fixed("statement signer 1", 32)
    faults: dict[str, dict[str, Any]] = {f"without {key}": without(good, key) for key in good}
    faults["with an unknown key"] = {**good, "more": 1}
    faults |= {f"with {key} {value!r}": {**good, key: value} for key, value in _faults(name, good)}
    for comment, wrong in faults.items():
        _parse(book, f"{name} {comment}"[:120], "malformed", canonical(envelope(name, wrong, seed)))


def _faults(name: str, good: dict[str, Any]) -> list[tuple[str, Any]]:
    g, long = good.get("g"), "\u00e9" * 40 + "x"
    spans: dict[str, list[tuple[str, Any]]] = {
        "organisation": [
            ("v", 2),
            ("v", True),
            ("day", -1),
            ("day", 2**31),
            ("day", "1"),
            ("name", ""),
            ("name", "x" * 121),
        ],
        "rotation": [("new", good.get("old"))],
        "policy": [
            *[("period", 7), ("period", 0), ("period", 172_800), ("board_period", 50_000), ("board_cells", 0)],
            *[("board_cells", 65), ("board_dummies", 257), ("board_days", 61), ("report_days", 0), ("report_days", 91)],
            *[
                ("slot_ms", 99),
                ("slot_ms", 60_001),
                ("attachment_mb", 251),
                ("writer", b64(bytes(16))),
                ("writer", None),
            ],
        ],
        "certificate": [
            *[("until", DAY + 408), ("until", DAY + 6), ("name", long), ("role", "x" * 121), ("g", b64(bytes(15)))],
            *[
                ("first", False),
                ("first", 1),
                ("succeeds", g),
                ("succeeds", b64(bytes(32))),
                ("courier", good.get("identity")),
            ],
        ],
        "request": [("courier", good.get("identity"))],
        "revocation": [("reason", "x" * 201), ("certificate", b64(bytes(16)))],
        "epochs": [
            ("digests", []),
            ("digests", [b64(bytes(32))] * 37),
            ("digests", [b64(bytes(31))]),
            ("first", 2**31 - 2),
        ],
        "fallback": [("until", DAY + 31), ("until", DAY - 1), ("digest", b64(bytes(31)))],
        "calendar": [
            *[("weekdays", [7]), ("weekdays", [1, 0]), ("weekdays", [1, 1]), ("weekdays", [True])],
            *[("away", [[2, 1]]), ("away", [[1]]), ("away", [[1, 2, 3]]), ("away", [[1, 1]] * 25)],
        ],
        "lost": [("until", DAY - 4)],
        "head": [("length", 0), ("state", b64(bytes(31)))],
        "story": [
            *[
                ("quarter", "2026Q5"),
                ("quarter", "2026q1"),
                ("quarter", "2026Q1\n"),
                ("quarter", "\u0662026Q1"),
                ("second", g),
            ],
            *[("title", ""), ("title", "x" * 121), ("happened", ""), ("changed", "\u00e9" * 2001)],
        ],
        "statistics": [
            *[("rows", []), ("rows", [{"name": "a", "value": "x" * 17}]), ("rows", [{"name": "a"}]), ("second", g)],
            *[("rows", [{"name": "a", "value": 5}]), ("rows", [{"name": "a", "value": "1"}] * 201)],
        ],
        "site": [
            *[("version", ""), ("version", "x" * 33), ("headers", []), ("files", [])],
            *[("headers", HEADERS[:1]), ("headers", HEADERS[::-1]), ("headers", [*HEADERS, HEADERS[1]])],
            *[("headers", [*HEADERS, ["X-Frame-Options", "DENY"]]), ("headers", [*HEADERS, ["x-none", ""]])],
            *[("headers", [*HEADERS, ["x-line", "a\nb"]]), ("headers", [*HEADERS, ["x-accent", "\u00e9"]])],
            *[("headers", [*HEADERS, ["x-long", "a" * 2049]]), ("headers", [*HEADERS, ["x-one"]])],
            *[
                ("files", [_file("/a")]),
                ("files", [_file("/"), _file("/")]),
                ("files", [_file("/"), _file("/b"), _file("/a")]),
            ],
            *[
                ("files", [_file("/"), _file(path)])
                for path in ("/a/", "//a", "/../a", "/a?b", "/%61", "a", "/a\n", "/.a")
            ],
            *[("files", [_file("/"), _file("/a/b/c/d/e")]), ("files", [_file("/"), _file("/" + "a" * 65)])],
            *[("files", [_file("/", size=0)]), ("files", [_file("/", size="7")]), ("files", [_file("/", type="")])],
            *[("files", [_file("/", digest=b64(bytes(31)))]), ("files", [_file("/", more=1)])],
            *[("files", [_file("/"), *[_file(f"/{i:03}") for i in range(128)]])],
        ],
    }
    return spans[name]


def _detached(book: Book) -> None:
    seed, kind, data = fixed("statement signer 1", 32), "application/vnd.candour.holder.v1", fixed("challenge", 32)
    good = sign(seed, pae(kind, data))
    for comment, fits, given_kind, given_data, sig in [
        ("good", True, kind, data, good),
        ("another type", False, media("reply"), data, good),
        ("another body", False, kind, bytes(32), good),
        ("without PAE", False, kind, data, sign(seed, data)),
        ("a cut signature", False, kind, data, good[:63]),
    ]:
        given: dict[str, Any] = {"type": given_kind, "body": given_data, "sig": sig, "key": public(seed)}
        book.ok("statement.verify_detached", comment, fits, **given)
