"""The operations that vectors name, over crypto/*.py. operations.mjs has the same in the same order."""

import hashlib
from collections.abc import Callable
from typing import Any

from crypto import attachment, board, cell, codename, encoding, hpke, kdf, message, signing, thread, work
from crypto.fields import raw
from crypto.words import WORDS
from tests.vectors.given import Given, shown, text


def _cell_piece(given: Given) -> cell.Part:
    names = {key: given.raw(key) for key in ("thread", "message", "payload")}
    return cell.Part(part=given["part"], parts=given["parts"], **names)


def _cell_open(given: Given) -> Any:
    keys = [hpke.PrivateKey(seed) for seed in given.many("seeds")]
    return cell.open_(given.raw("cell"), keys, given.raw("organisation"))


def _board_piece(given: Given) -> board.BoardPart:
    names = {key: given.raw(key) for key in ("message", "payload")}
    return board.BoardPart(kind=given["kind"], part=given["part"], parts=given["parts"], **names)


def _board_tag(given: Given) -> Any:
    tag, key = board.tag_and_key(given.raw("secret"), given["day"], given["i"])
    return {"tag": tag, "key": key}


def _board_tags(given: Given) -> Any:
    return [{"tag": tag, "key": key} for tag, key in sorted(board.tags(given.raw("secret"), given["today"]).items())]


def _board_find(given: Given) -> Any:
    wanted: dict[bytes, bytes] = {}
    for secret in given.many("secrets"):
        wanted |= board.tags(secret, given["today"])
    return sorted(board.find(given.many("cells"), wanted), key=lambda part: part.payload)


def _head(values: dict[str, Any]) -> message.Head:
    fields = {key: value for key, value in values.items() if key != "v"}
    for key in ("organisation", "holder", "salt", "answers_to"):
        if key in fields:
            fields[key] = raw(16 if key in ("salt", "answers_to") else 32)(fields[key])
    for key in ("to", "exclude"):
        fields[key] = tuple(raw(16)(g) for g in fields[key])
    if "succeeds" in fields:
        pairs = ((raw(16)(one["g"]), raw(32)(one["thread"])) for one in fields["succeeds"])
        fields["succeeds"] = tuple(message.Succeeds(g=g, thread=secret) for g, secret in pairs)
    return message.Head(**fields)


def _manifests(values: list[Any]) -> tuple[attachment.Manifest, ...]:
    return attachment.read_manifests(encoding.dump(values)) if values else ()


def _message_compose(given: Given) -> Any:
    sections = [(name, text(words)) for name, words in given["sections"]]
    head, rest = message.compose(_head(given["head"]), sections, _manifests(given["attachments"]))
    return {"head": head, "rest": rest}


def _manifest_shown(manifest: attachment.Manifest) -> Any:
    return {**shown(manifest), "chunks": b"".join(manifest.chunks)}


def _message_read(given: Given) -> Any:
    parts = {int(number): given.make(part) for number, part in given["parts"].items()}
    read = message.read(parts, given["total"], given.raw("reader"))
    return {
        "head": {"v": 1, **shown(read.head)},
        "sections": list(read.sections.items()),
        "attachments": [_manifest_shown(manifest) for manifest in read.attachments],
        "cut": read.cut,
        "complete": read.complete,
        "missing": read.missing,
        "digest": read.digest,
    }


def _attachment_open(given: Given) -> Any:
    (manifest,) = _manifests([given["manifest"]])
    chunks = [None if each is None else given.make(each) for each in given["chunks"]]
    waiting = iter(chunks)
    data = attachment.open_(manifest, lambda _name: next(waiting), given.raw("organisation"))
    return {"sha256": hashlib.sha256(data).digest(), "size": len(data)}


OPERATIONS: dict[str, Callable[[Given], Any]] = {
    "b64.encode": lambda g: encoding.b64(g.raw("bytes")),
    "b64.decode": lambda g: encoding.unb64(g["text"], g.get("size")),
    "json.load": lambda g: encoding.load(g.raw("bytes"), g["limit"]),
    "json.dump": lambda g: encoding.dump(g["value"]),
    "kdf.derive": lambda g: kdf.derive(g.raw("secret"), g["label"], g.raw("context"), g["size"]),
    "kdf.sha256": lambda g: kdf.sha256(g.raw("bytes")),
    "kdf.name": lambda g: kdf.name(g.raw("bytes")),
    "kdf.hexname": lambda g: kdf.hexname(g.raw("bytes")),
    "thread.organisation_id": lambda g: thread.organisation_id(g.raw("root_key")),
    "thread.secret": lambda g: thread.thread_secret(g.raw("root"), g.raw("g")),
    "thread.board": lambda g: thread.board_secret(g.raw("thread")),
    "thread.id": lambda g: thread.thread_id(g.raw("board")),
    "thread.holder_seed": lambda g: thread.holder_seed(g.raw("root"), g.raw("g")),
    "thread.holder_key": lambda g: thread.holder_key(g.raw("root"), g.raw("g")),
    "codename.read": lambda g: codename.read(g["text"], WORDS),
    "codename.suggest": lambda g: codename.suggest(g["text"], WORDS),
    "codename.suggest_word": lambda g: codename.suggest_word(g["piece"], WORDS),
    "codename.fingerprint": lambda g: codename.fingerprint(g.raw("key"), WORDS),
    "codename.root": lambda g: codename.root(g["text"], g.raw("organisation"), WORDS),
    "signing.public": lambda g: signing.public(g.raw("seed")),
    "signing.sign": lambda g: signing.sign(g.raw("seed"), g.raw("message")),
    "signing.verify": lambda g: signing.verify(g.raw("public"), g.raw("message"), g.raw("signature")),
    "hpke.public_key": lambda g: hpke.public_key(g.raw("seed")),
    "hpke.open": lambda g: hpke.open_(g.raw("seed"), g.raw("info"), g.raw("sealed")),
    "hpke.seal": lambda g: hpke.seal(g.raw("public"), g.raw("info"), g.raw("plaintext")),
    "cell.split": lambda g: cell.split(g.raw("thread"), g.raw("message"), g.raw("head"), g.raw("rest")),
    "cell.open": _cell_open,
    "cell.seal": lambda g: cell.seal(g.raw("plaintext"), g.raw("public"), g.raw("organisation")),
    "cell.join": lambda g: cell.join([_cell_piece(g.inner(each)) for each in g["pieces"]]),
    "board.tag_and_key": _board_tag,
    "board.split": lambda g: board.split(g["kind"], g.raw("message"), g.raw("payload")),
    "board.open": lambda g: board.open_(g.raw("cell"), g.raw("key")),
    "board.seal": lambda g: board.seal(g.raw("plaintext"), g.raw("secret"), g["day"], g["i"]),
    "board.tags": _board_tags,
    "board.find": _board_find,
    "board.join": lambda g: board.join([_board_piece(g.inner(each)) for each in g["pieces"]]),
    "board.write_file": lambda g: board.write_file(g["start"], g["length"], g.many("cells")),
    "board.read_files": lambda g: board.read_files(g.raw("bytes")),
    "message.compose": _message_compose,
    "message.read": _message_read,
    "message.digest": lambda g: message.digest(g.raw("head"), g.raw("rest")),
    "attachment.padme": lambda g: attachment.padme(g["count"]),
    "attachment.open": _attachment_open,
    "work.solve": lambda g: work.solve(g.raw("beacon"), g.raw("name"), g["bits"]),
    "work.check": lambda g: work.check(g.raw("beacon"), g.raw("name"), g.raw("nonce"), g["bits"]),
}
