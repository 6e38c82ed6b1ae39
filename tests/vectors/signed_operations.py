"""The operations on statements, directories, replies and receipts. signed_operations.mjs has the same."""

from collections.abc import Callable
from typing import Any

from crypto import directory, receipt, reply, statement
from crypto.fields import raw
from crypto.guardians import Directory, Guardian
from crypto.kdf import sha256
from tests.vectors.given import Given, shown

_SIZES = {"g": 16, "thread": 16, "message": 16}


def _parse(given: Given) -> Any:
    read = statement.parse(given.raw("envelope"), given["name"])
    return {
        "name": read.name,
        "payload": read.payload,
        "signers": read.signers,
        "entry_hash": statement.entry_hash(read),
    }


def _verify(given: Given) -> Any:
    remembered = given["remembered"]
    if remembered is not None:
        remembered = (remembered["length"], given.make(remembered["state"]))
    read = directory.verify(given.raw("file"), given.raw("organisation"), given["today"], remembered)
    return {
        **{
            key: getattr(read, key)
            for key in ("organisation", "name", "root", "length", "state", "head_day", "warnings")
        },
        "guardians": [_guardian(guardian) for guardian in read.guardians],
    }


def _guardian(guardian: Guardian) -> dict[str, Any]:
    return {
        **{key: getattr(guardian, key) for key in ("g", "name", "role", "missing", "lost", "head_day")},
        "valid": guardian.valid_today,
        "days": sorted(guardian.epochs),
        "fallbacks": [(one.first_day, one.last_day) for one in guardian.fallbacks if one.key is not None],
    }


def _open_file(given: Given, day: str = "today") -> Directory:
    return directory.verify(given.raw("file"), given.raw("organisation"), given[day])


def _key_for(given: Given) -> Any:
    key, kind = _open_file(given).key_for(given.raw("g"), given["day"])
    return {"key": sha256(key), "kind": kind}


def _decoded(document: dict[str, Any], *names: str) -> dict[str, Any]:
    sized = {name: raw(_SIZES.get(name, 32))(document[name]) for name in names}
    return {**{key: value for key, value in document.items() if key != "v"}, **sized}


def _reply_sign(given: Given) -> Any:
    fields = _decoded(given["document"], "organisation", "g", "thread")
    if "next" in fields:
        fields["next"] = reply.Next(**fields["next"])
    if "partial" in fields:
        fields["partial"] = reply.Partial(**_decoded(fields["partial"], "message"))
    if "answers" in fields:
        fields["answers"] = tuple(raw(16)(one) for one in fields["answers"])
    return reply.sign_reply(reply.Reply(**fields), given.raw("seed"))


def _reply_read(given: Given) -> Any:
    opened = _open_file(given, "directory_day")
    return {"v": 1, **shown(reply.read_reply(given.raw("payload"), opened, given.raw("thread"), given["today"]))}


def _receipt_issue(given: Given) -> Any:
    names = ("organisation", "g", "thread", "certificate", "message", "digest", "holder", "state")
    return receipt.issue(receipt.Receipt(**_decoded(given["document"], *names)), given.raw("seed"))


def _receipt_read(given: Given) -> Any:
    opened = _open_file(given, "directory_day")
    return {"v": 1, **shown(receipt.read(given.raw("payload"), opened, given.raw("thread"), given["today"]))}


SIGNED: dict[str, Callable[[Given], Any]] = {
    "statement.pae": lambda g: statement.pae(g["type"], g.raw("body")),
    "statement.sign": lambda g: statement.sign(g["name"], g["body"], g.many("seeds")),
    "statement.parse": _parse,
    "statement.verify_detached": lambda g: statement.verify_detached(
        g["type"], g.raw("body"), g.raw("sig"), g.raw("key")
    ),
    "directory.verify": _verify,
    "directory.build": lambda g: directory.build(g["log"], g["heads"], g.many("keys")),
    "directory.key_for": _key_for,
    "directory.certificate": lambda g: _open_file(g).certificate(g.raw("g"), g["day"]).entry_hash,
    "reply.sign": _reply_sign,
    "reply.read": _reply_read,
    "receipt.issue": _receipt_issue,
    "receipt.read": _receipt_read,
    "receipt.prove": lambda g: receipt.prove(g.raw("holder_seed"), g.raw("challenge")),
    "receipt.check_proof": lambda g: receipt.check_proof(g.raw("holder_key"), g.raw("challenge"), g.raw("sig")),
}
