"""Section 9: replies and receipts."""

from typing import Any

from crypto.vectors.generator import statement as st
from crypto.vectors.generator.base import (
    Book,
    Recipe,
    b64,
    canonical,
    fill,
    fixed,
    join,
    media,
    pae,
    public,
    sign,
    without,
)
from crypto.vectors.generator.codename import ORGANISATION
from crypto.vectors.generator.directory import BASE, TODAY, Shelf, certificate, entry, g, seed

THREAD = fixed("reply thread id", 16)
START = BASE[:4]


def payload(kind: str, document: dict[str, Any] | bytes, by: bytes | None = None, **changes: str) -> bytes:
    """`signature || JSON`."""
    data = document if isinstance(document, bytes) else canonical(document)
    return sign(by or seed("identity", 1), pae(changes.get("type", media(kind)), data)) + data


def reply(**changes: Any) -> dict[str, Any]:
    """A reply as JSON has it."""
    base = {"v": 1, "organisation": b64(ORGANISATION), "g": b64(g(1)), "thread": b64(THREAD), "day": TODAY}
    return {**base, "language": "en", "text": "Thank you. \u202b\u05ea\u05d5\u05d3\u05d4\u202c \U0001f64f\n", **changes}


def receipt(**changes: Any) -> dict[str, Any]:
    """A receipt as JSON has it."""
    base: dict[str, Any] = {key: value for key, value in reply().items() if key not in ("language", "text")}
    more = {"message": fixed("message id", 16), "digest": fixed("digest", 32), "state": bytes(32)}
    holder = public(fixed("holder", 32))
    named = st.entry_hash(*BASE[1])
    return {
        **base,
        **{k: b64(v) for k, v in more.items()},
        "holder": b64(holder),
        "certificate": b64(named),
        "how": "person",
        **changes,
    }


class Reading:
    """Short forms for tests of one kind."""

    def __init__(self, book: Book, kind: str) -> None:
        self.book, self.kind, self.op = book, kind, f"{kind}.read"
        self.shelf = Shelf(book)
        self.file = book.keep("directory", self.shelf.file(START))

    def _given(self, data: bytes | Recipe, **changes: Any) -> dict[str, Any]:
        common = {"file": self.file, "organisation": ORGANISATION, "directory_day": TODAY, "today": TODAY}
        return {"payload": data, **common, "thread": THREAD, **changes}

    def ok(self, comment: str, document: dict[str, Any], by: bytes | None = None, **changes: Any) -> None:
        """Accepted; the result is the document."""
        self.book.ok(self.op, comment, document, **self._given(payload(self.kind, document, by), **changes))

    def refuse(self, comment: str, code: str, data: bytes | Recipe | dict[str, Any], **changes: Any) -> None:
        """Refused; a document (it has a `v`) is signed first."""
        made = payload(self.kind, data) if isinstance(data, dict) and "join" not in data else data
        self.book.error(self.op, comment, code, **self._given(made, **changes))


def make_reply() -> Book:
    """reply.json."""
    book = Book(
        "reply",
        {
            "reply.sign": "document (JSON), seed -> signature || JSON",
            "reply.read": "payload, file (a directory, as on directory_day), organisation, thread, today -> the JSON",
        },
    )
    read = Reading(book, "reply")
    partial = {"message": b64(fixed("message id", 16)), "have": [0, 2, 15], "parts": 16}
    full = {"status": "received", "next": {"day": TODAY + 7, "what": "I call the ward."}, "answers": [b64(bytes(16))]}
    good = {"shortest": reply(text=""), "every key": reply(**full, partial=partial, ask="check-in", withdrawn=True)}
    good["the longest text"] = reply(text="\u00e9" * 12_000)
    good["nothing came but the head"] = reply(partial={**partial, "have": [0], "parts": 2})
    for comment, document in good.items():
        book.ok("reply.sign", comment, payload("reply", document), document=document, seed=seed("identity", 1))
        read.ok(comment, document)
    _common(read, reply)
    faults: dict[str, dict[str, Any]] = {
        "a text of 24,001 bytes": {"text": "\u00e9" * 12_000 + "x"},
        "another status": {"status": "closed"},
        "a language with a capital": {"language": "EN"},
        "next without a day": {"next": {"what": "x"}},
        "next is empty": {"next": {"day": 1, "what": ""}},
        "next of 501 bytes": {"next": {"day": 1, "what": "x" * 501}},
        "no answers": {"answers": []},
        "seventeen answers": {"answers": [b64(bytes(16))] * 17},
        "have in another order": {"partial": {**partial, "have": [2, 0]}},
        "have with a part twice": {"partial": {**partial, "have": [0, 0]}},
        "have with a part that cannot be": {"partial": {**partial, "have": [0, 2], "parts": 2}},
        "seventeen parts": {"partial": {**partial, "parts": 17}},
        "another question": {"ask": "phone"},
        "withdrawn is false": {"withdrawn": False},
        "status is null": {"status": None},
        "an unknown key": {"quote": "x"},
    }
    for comment, change in faults.items():
        read.refuse(comment, "malformed", reply(**change))
        if "null" not in comment and "unknown" not in comment and "without" not in comment:
            given: dict[str, Any] = {"document": reply(**change), "seed": seed("identity", 1)}
            book.error("reply.sign", comment, "malformed", **given)
    return book


def make_receipt() -> Book:
    """receipt.json."""
    book = Book(
        "receipt",
        {
            "receipt.issue": "document (JSON), seed -> signature || JSON",
            "receipt.read": "payload, file (a directory, as on directory_day), organisation, thread, today -> the JSON",
            "receipt.prove": "holder_seed, challenge -> 64 bytes",
            "receipt.check_proof": "holder_key, challenge, sig -> true or false",
        },
    )
    read = Reading(book, "receipt")
    for how in ("person", "software"):
        document = receipt(how=how)
        book.ok("receipt.issue", how, payload("receipt", document), document=document, seed=seed("identity", 1))
        read.ok(how, document)
    _common(read, receipt)
    for comment, change in {
        "another how": {"how": "machine"},
        "a digest of 31 bytes": {"digest": b64(bytes(31))},
        "a holder of 16 bytes": {"holder": b64(bytes(16))},
        "a text": {"text": "x"},
    }.items():
        read.refuse(comment, "malformed", receipt(**change))
    read.refuse("it names no certificate", "conflict", receipt(certificate=b64(bytes(32))))
    read.refuse("thread before conflict", "thread", receipt(certificate=b64(bytes(32))), thread=bytes(16))
    other = b64(st.entry_hash(*BASE[2]))
    read.refuse("it names another guardian's certificate", "conflict", receipt(certificate=other))
    _proofs(book)
    return book


def _common(read: Reading, document: Any) -> None:
    """What replies and receipts have in common."""
    kind = read.kind
    read.ok("signed tomorrow", document(day=TODAY + 1))
    read.ok("signed on the certificate's first day", document(day=TODAY - 100))
    read.ok("read years later", document(), today=TODAY + 4000)
    good = payload(kind, document())
    bad: dict[str, bytes | Recipe] = {
        "no bytes": b"",
        "63 bytes": good[:63],
        "only a signature": good[:64],
        "a space": payload(kind, canonical(document()).replace(b":", b": ", 1)),
        "a byte order mark": payload(kind, b"\xef\xbb\xbf" + canonical(document())),
        "a newline at the end": payload(kind, canonical(document()) + b"\n"),
        "a key twice": payload(kind, canonical(document())[:-1] + b',"v":1}'),
        "version 2": payload(kind, document(v=2)),
        "a g of 15 bytes": payload(kind, document(g=b64(bytes(15)))),
        "a day below 0": payload(kind, document(day=-1)),
        "a day as text": payload(kind, document(day=str(TODAY))),
        "31,440 bytes of spaces": join(bytes(64), fill(0x20, 31_440)),
    }
    for key in document():
        bad[f"without {key}"] = payload(kind, without(document(), key))
    for comment, data in bad.items():
        read.refuse(comment, "malformed", data)
    read.refuse("31,441 bytes of JSON", "limit", join(bytes(64), fill(0x20, 31_441)))
    read.refuse("another organisation", "organisation", document(organisation=b64(bytes(32))))
    read.refuse("signed the day after tomorrow", "early", document(day=TODAY + 2))
    read.refuse("a guardian that is not there", "unknown", document(g=b64(g(9))))
    read.refuse("signed before the certificate", "early", document(day=TODAY - 101))
    read.refuse("signed after the certificate", "expired", document(day=TODAY + 201), today=TODAY + 300)
    read.refuse("another thread", "thread", document(), thread=bytes(16))
    strange = document(organisation=b64(bytes(32)), day=TODAY + 2, g=b64(g(9)))
    read.refuse("organisation before early", "organisation", strange)
    read.refuse("early before unknown", "early", document(day=TODAY + 2, g=b64(g(9))))
    forged = payload(kind, document(), seed("identity", 2))
    read.refuse("signature before thread", "signature", forged, thread=bytes(16))
    other = "receipt" if kind == "reply" else "reply"
    for comment, data in {
        "another text under the signature": good[:64] + canonical(document(day=TODAY - 1)),
        "a bit of the signature changed": bytes([good[0] ^ 1]) + good[1:],
        "signed by another guardian": payload(kind, document(), seed("identity", 2)),
        "signed by the courier": payload(kind, document(), seed("courier", 1)),
        "signed by the root": payload(kind, document(), st.ROOT),
        f"signed as a {other}": payload(kind, document(), type=media(other)),
        "signed without a type": sign(seed("identity", 1), canonical(document())) + canonical(document()),
        "another guardian's name on it": payload(kind, document(g=b64(g(2)))),
    }.items():
        read.refuse(comment, "signature", data)
    _changed(read, document)


def _changed(read: Reading, document: Any) -> None:
    """Revoked and renewed certificates."""
    own = st.entry_hash(*BASE[1])
    dead = read.shelf.file([*START, entry("revocation", st.ROOT, day=TODAY - 5, certificate=own, reason="")])
    read.book.keep("revoked", dead)
    revoked = {"ref": "revoked"}
    read.ok("signed the day before the revocation", document(day=TODAY - 6), file=revoked)
    read.refuse("signed on the day of the revocation", "revoked", document(day=TODAY - 5), file=revoked)
    by_another = payload(read.kind, document(), seed("identity", 2))
    read.refuse("revoked before signature", "revoked", by_another, file=revoked)
    identity, courier = fixed("renewed identity", 32), fixed("renewed courier", 32)
    fresh = {"identity": public(identity), "courier": public(courier), "from": TODAY - 50, "until": TODAY + 300}
    renewal = certificate(1, day=TODAY - 60, first=False, **fresh)
    read.book.keep("renewed", read.shelf.file([*START, renewal]))
    renewed = {"ref": "renewed"}
    newer = {"certificate": b64(st.entry_hash(*renewal))} if read.kind == "receipt" else {}
    read.ok("two certificates hold: the older identity", document(), file=renewed)
    read.ok("two certificates hold: the newer identity", document(**newer), by=identity, file=renewed)
    read.refuse(
        "the newer identity before its first day",
        "signature",
        payload(read.kind, document(day=TODAY - 51, **newer), identity),
        file=renewed,
    )
    if newer:
        read.refuse("it names the certificate of the other identity", "conflict", document(**newer), file=renewed)


def _proofs(book: Book) -> None:
    holder, challenge = fixed("holder", 32), fixed("challenge", 32)
    proof = sign(holder, pae("application/vnd.candour.holder.v1", challenge))
    book.ok("receipt.prove", "a challenge", proof, holder_seed=holder, challenge=challenge)
    for size in (0, 31, 33):
        book.error(
            "receipt.prove", f"a challenge of {size} bytes", "malformed", holder_seed=holder, challenge=bytes(size)
        )

    def check(comment: str, good: bool, key: bytes, data: bytes, sig: bytes) -> None:
        book.ok("receipt.check_proof", comment, good, holder_key=key, challenge=data, sig=sig)

    check("the holder's", True, public(holder), challenge, proof)
    check("another holder", False, public(fixed("other holder", 32)), challenge, proof)
    check("another challenge", False, public(holder), bytes(32), proof)
    check("signed without PAE", False, public(holder), challenge, sign(holder, challenge))
    short = sign(holder, pae("application/vnd.candour.holder.v1", b""))
    check("an empty challenge", False, public(holder), b"", short)
