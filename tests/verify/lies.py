"""What a portal may do to deceive, one thing at a time, as changes for `tests.verify.between`.

SABOTAGES are found out at once, REMEMBERED by whoever has seen the portal before. Each comes with the code and the
words with which `verify.py` names it.
"""

import os
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crypto import board, directory, hpke, statement
from crypto.encoding import load
from tests.adversary.target import Guardian, today
from tests.verify.between import Change, Shown
from tests.verify.place import Place

Lie = Callable[[Place], Change]


def body_of(wanted: str, data: Callable[[Place], bytes], every: int = 1) -> Lie:
    """Other bytes for a path, for every so-manieth visit."""

    def lie(there: Place) -> Change:
        other = data(there)
        return lambda path, n, shown: replace(shown, body=other) if path == wanted and n % every == 0 else shown

    return lie


def flipped(wanted: str, every: int = 1) -> Lie:
    """One bit of a file changed."""

    def change(path: str, number: int, shown: Shown) -> Shown:
        hit = path == wanted and number % every == 0
        return replace(shown, body=shown.body[:-1] + bytes([shown.body[-1] ^ 1])) if hit else shown

    return lambda _there: change


def headers_of(change: Callable[[Shown], Shown], where: Callable[[str, Shown], bool]) -> Lie:
    """Other headers on some answers."""
    return lambda _there: lambda path, _n, shown: change(shown) if where(path, shown) else shown


def everywhere(_path: str, _shown: Shown) -> bool:
    return True


def swapped(there: Place) -> bytes:
    """The directory with somebody else's key in the place of a guardian's."""
    log, heads, keys = there.parts()
    return directory.build(log, heads, [hpke.public_key(os.urandom(32)), *keys[1:]])


def without_a_key(there: Place) -> bytes:
    log, heads, keys = there.parts()
    mine = there.portal.organisation.guardians[1].key(today())
    return directory.build(log, heads, [key for key in keys if key != mine])


def cut(there: Place) -> bytes:
    """The log without its last entry; the heads as they are."""
    log, heads, keys = there.parts()
    named = {key for guardian in there.portal.organisation.guardians[:2] for key in map(guardian.key, guardian.epochs)}
    return directory.build(log[:-1], heads, [key for key in keys if key in named])


def without_a_guardian(there: Place) -> bytes:
    """The log as it was before the last guardian's certificate: nobody's head fits it, so none is shown."""
    log, _, _ = there.parts()
    return directory.build(log[:4], [], [])


def with_a_stranger(there: Place) -> bytes:
    stranger = Guardian(name="A. Stranger")
    span = {"day": today(), "first_day": today() + 7, "last_day": today() + 90, "first": False}
    return there.added(there.portal.organisation.certificate(stranger, **span))


def foreign(there: Place) -> bytes:
    other = type(there.portal.organisation)(there.portal.organisation.policy)
    return directory.build([load(one, 1 << 20) for one in other.founding()[:5]], [], [])


def without_a_file(there: Place) -> Change:
    """A file in the middle of the board is withheld, always the same one."""
    gone = board.read_files(there.get("/board"))[1].start

    def change(path: str, _number: int, shown: Shown) -> Shown:
        if path != "/board":
            return shown
        kept = [one for one in board.read_files(shown.body) if one.start != gone]
        return replace(shown, body=b"".join(board.write_file(one.start, one.length, one.cells) for one in kept))

    return change


def resized(there: Place) -> Change:
    """One cell too few in a file: the number of cells would tell who has written."""

    def change(path: str, _number: int, shown: Shown) -> Shown:
        if path != "/board":
            return shown
        files = board.read_files(shown.body)
        cut = board.write_file(files[0].start, files[0].length, files[0].cells[:-1])
        rest = [board.write_file(one.start, one.length, one.cells) for one in files[1:]]
        return replace(shown, body=b"".join([cut, *rest]))

    return change


def signed_by(seed: Callable[[Place], bytes], **changes: Any) -> Callable[[Place], bytes]:
    def made(there: Place) -> bytes:
        body = statement.parse(there.get("/manifest"), "site").body
        return statement.sign("site", {**body, **changes}, [seed(there)])

    return made


def ours(there: Place) -> bytes:
    return there.portal.organisation.root


def gone(wanted: str) -> Lie:
    return lambda there: lambda path, _n, shown: refused(there) if path == wanted else shown


def refused(there: Place) -> Shown:
    answer = there.portal.ask("GET", "/nowhere")
    return Shown(status=answer.status, headers=answer.headers, body=answer.body)


def packed(path: str, _number: int, shown: Shown) -> Shown:
    """A second packed piece behind the first: some programs stop after the first, some do not."""
    if path != "/assets/candour.js":
        return shown
    pieces = []
    for data in (shown.body, b"alert(1)"):
        deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
        pieces.append(deflate.compress(data) + deflate.flush())
    return replace(shown.having("Content-Encoding", "gzip"), body=b"".join(pieces))


CSP, COOKIE = "Content-Security-Policy", "Set-Cookie"
SABOTAGES: dict[str, tuple[Lie, str, str]] = {
    "one byte of script": (flipped("/assets/candour.js"), "byte", "/assets/candour.js"),
    "one byte of style": (flipped("/assets/candour.css"), "byte", "/assets/candour.css"),
    "one byte of the page": (flipped("/"), "byte", "/"),
    "a page for one in ten": (flipped("/", every=10), "split", "2 different pages in 10 visits"),
    "a script that nobody listed": (
        lambda _: lambda path, _n, shown: (
            replace(shown, body=shown.body + b'<script src="/assets/spy.js"></script>') if path == "/" else shown
        ),
        "page",
        "/assets/spy.js",
    ),
    "a file that is gone": (gone("/assets/worker.js"), "missing", "/assets/worker.js (status 404)"),
    "more behind a packed file": (lambda _: packed, "byte", "/assets/candour.js"),
    "a header dropped": (headers_of(lambda s: s.without(CSP), everywhere), "header", "/: content-security-policy"),
    "a header dropped from the directory": (
        headers_of(lambda s: s.without("Referrer-Policy"), lambda path, _: path == "/directory"),
        "header",
        "/directory: referrer-policy",
    ),
    "a header dropped from errors": (
        headers_of(lambda s: s.without(CSP), lambda _, shown: shown.status == 404),
        "header",
        "an address that does not exist: content-security-policy",
    ),
    "a header changed": (
        headers_of(lambda s: s.having("X-Frame-Options", "SAMEORIGIN"), everywhere), "header", "/: x-frame-options",
    ),
    "a header sent twice": (
        headers_of(lambda s: replace(s, headers=(*s.headers, (CSP, "default-src *"))), everywhere),
        "header",
        "/: content-security-policy",
    ),
    "another type": (
        headers_of(lambda s: s.having("Content-Type", "text/plain"), lambda path, _: path == "/assets/candour.js"),
        "header",
        "/assets/candour.js: content-type",
    ),
    "a cookie": (headers_of(lambda s: s.having(COOKIE, "id=1"), everywhere), "extra", "/: set-cookie"),
    "a cookie with errors": (
        headers_of(lambda s: s.having(COOKIE, "id=1"), lambda _, shown: shown.status == 404),
        "extra",
        "an address that does not exist: set-cookie",
    ),
    "no signed list": (gone("/manifest"), "unsigned", "/manifest: 404"),
    "a list signed by another key": (
        body_of("/manifest", signed_by(lambda _: os.urandom(32))), "manifest", "not signed by this organisation",
    ),
    "a list whose signature was changed": (
        body_of("/manifest", lambda t: t.get("/manifest").replace(b'"sig":"', b'"sig":"AAAA')[:-4] + b'"}]}'),
        "manifest",
        "/manifest: ",
    ),
    "a list from the future": (body_of("/manifest", signed_by(ours, day=today() + 3)), "manifest", "yet to come"),
    "another organisation": (body_of("/directory", foreign), "root", ""),
    "an old directory": (body_of("/directory", lambda t: t.young), "stale", "there is none"),
    "a directory that was cut": (body_of("/directory", cut), "directory", "rollback"),
    "a missing guardian": (body_of("/directory", without_a_guardian), "stale", "there is none"),
    "a key swapped": (body_of("/directory", swapped), "directory", "unknown key"),
    "a key swapped for one visitor in ten": (body_of("/directory", swapped, every=10), "directory", "unknown key"),
    "a key left out": (body_of("/directory", without_a_key), "key", "Guardian of the night"),
    "no directory": (gone("/directory"), "directory", "missing status 404"),
    "a board with a cell too few": (resized, "board", "cells and 2 seconds"),
    "a board that is none": (body_of("/board", lambda _: b"<p>Please sign in.</p>"), "board", "size"),
    "a writer that nobody signed": (
        body_of("/directory", lambda t: t.added(t.policy(writer=bytes(range(32))))),
        "writer",
        "/assets/writer.html is not",
    ),
    "a clock that is off": (
        headers_of(lambda s: s.having("Date", "Thu, 01 Jan 2026 00:00:00 GMT"), everywhere), "clock", "seconds behind",
    ),
}  # fmt: skip
OFTEN = {"a page for one in ten", "a key swapped for one visitor in ten"}


REMEMBERED: dict[str, tuple[Lie, str, str]] = {
    "an old directory": (body_of("/directory", lambda t: t.young), "stale", "there is none"),
    "a missing guardian": (body_of("/directory", without_a_guardian), "guardian", "Guardian of the week"),
    "an older list of guardians": (body_of("/directory", without_a_guardian), "rollback", "4 entries; before there"),
    "an unannounced certificate": (body_of("/directory", with_a_stranger), "certificate", "A. Stranger"),
    "a board file withheld": (without_a_file, "withheld", "was there before"),
    "an older signed site": (body_of("/manifest", signed_by(ours, day=today() - 1)), "manifest", "before there was"),
}  # fmt: skip
