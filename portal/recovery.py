"""Statements back from a guardian: a portal restored from an older backup, brought to the newest signed state.

A guardian's tool keeps the last directory file that it verified. Everything in it is signed and chained, so it does not
matter who hands it over; what is not a true continuation of this portal's own log is refused (PROTOCOL section 12).
"""

from dataclasses import replace

from crypto import directory
from crypto.encoding import dump, load, unb64
from crypto.errors import CandourError
from crypto.kdf import sha256
from crypto.statement import entry_hash, read, stub_hash
from portal.store import Snapshot


def is_directory(data: bytes) -> bool:
    """Whether a file that a steward was given is a directory file rather than a few statements to carry."""
    try:
        fields = load(data, directory.MAX_FILE)
    except CandourError:
        return False
    return isinstance(fields, dict) and {"log", "heads", "keys", "pad"} <= fields.keys()


def extend(before: Snapshot, file: bytes, today: int) -> tuple[Snapshot, dict[bytes, bytes]]:
    """The snapshot with what the file has beyond it, and the new envelopes by entry hash, in order."""
    if not before.log:
        raise CandourError("organisation", "nothing is published yet")
    directory.verify(file, read(before.log[0]).body["organisation"], today)
    fields = load(file, directory.MAX_FILE)
    if not isinstance(fields, dict):
        raise CandourError("malformed", "directory")
    own = [entry_hash(read(one)) for one in before.log]
    shown = [_position(item) for item in fields["log"]]
    if shown[: len(own)] != own[: len(shown)]:
        raise CandourError("rollback", "not a continuation of this portal's log")
    new = fields["log"][len(own) :]
    if any("payload" not in item for item in new):
        raise CandourError("missing", "statement left out")
    entries = {entry_hash(read(item)): dump(item) for item in new}
    heads, keys = _newest_heads(before.heads, fields["heads"]), [unb64(key) for key in fields["keys"]]
    log = (*before.log, *entries.values())
    return replace(before, log=log, heads=heads, keys={**before.keys, **{sha256(key): key for key in keys}}), entries


def _position(item: dict[str, object]) -> bytes:
    if "payload" in item:
        return entry_hash(read(item))
    return stub_hash(str(item["name"]), int(str(item["last"])), unb64(item["digest"], 32))


def _newest_heads(known: dict[bytes, bytes], shown: list[object]) -> dict[bytes, bytes]:
    heads = dict(known)
    for item in shown:
        head = read(item, "head")
        g = head.body["g"]
        older = read(heads[g], "head").body if g in heads else {"day": -1, "length": -1}
        if (head.body["day"], head.body["length"]) > (older["day"], older["length"]):
            heads[g] = dump(head.object)
    return heads
