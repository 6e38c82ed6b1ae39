"""The directory file: everything public in one file, verified by whoever reads it (PROTOCOL section 12).

`verify` trusts nothing but the organisation id: not the server that sent the file, and not the order of what is in it.
`build` writes a file; `compose` also chooses what goes into it, and is what a portal calls.
"""

from collections.abc import Mapping, Sequence

from crypto.chain import STUB_DAYS, Chain, replay
from crypto.encoding import b64, dump, load
from crypto.errors import CandourError
from crypto.fields import array, constant, fits, raw, record, string
from crypto.guardians import Certificate, Directory, Fallback, Guardian, holds
from crypto.kdf import sha256
from crypto.rules import Stated
from crypto.statement import Envelope, read, statement_digest, verify_signatures
from crypto.statement_bodies import last_day

MAX_FILE = 4 * 1024 * 1024
PAD = 16_384
STALE_DAYS = 14
KEY = 1216
# A server leaves out what its own clock calls old; a reader's clock may be slow by days and must still agree.
STUB_MARGIN = 14


def _anything(value: object) -> object:
    return value


_FILE = record(
    {
        "v": constant(1),
        "log": array(_anything, 1, MAX_FILE),
        "heads": array(_anything, 0, MAX_FILE),
        "keys": array(raw(KEY), 0, MAX_FILE),
        "pad": string(0, PAD - 1),
    }
)


def verify(file: bytes, organisation: bytes, today: int, remembered: tuple[int, bytes] | None = None) -> Directory:
    """Verifies a directory file for the organisation (32 bytes) one expects, on one's own UTC day.

    `remembered` is the (length, state) of a directory seen before. Raises any code of section 12; `stale` and keys that
    are missing for one guardian are warnings of the result, since the other guardians can still be written to.
    """
    fields = _FILE(load(file, MAX_FILE))
    fits(len(file) % PAD == 0 and fields["pad"].strip("0") == "", "padding")
    fits(list(fields["keys"]) == sorted(set(fields["keys"])), "order of keys")
    chain = replay(fields["log"], today, organisation)
    if chain.policy is None:
        raise CandourError("missing", "policy")
    heads = [check_head(chain, head, today) for head in fields["heads"]]
    named = [head.body["g"] for head in heads]
    fits(named == sorted(set(named)), "order of heads")
    if remembered is not None:
        _check_state(chain, *remembered)
    return view(chain, heads, fields["keys"], today)


def check_head(chain: Chain, head: bytes | object, today: int, previous: Envelope | None = None) -> Envelope:
    """Checks a head against a log: all that `verify` asks of it, and not older than the `previous` one of that g.

    In this order: `limit`, `malformed`, `type`, `organisation`, `early`, `unknown`, `signature`, `revoked`, `expired`,
    `signature`, `rollback`.
    """
    envelope = read(head, "head")
    body = envelope.body
    if body["organisation"] != chain.organisation:
        raise CandourError("organisation", "head")
    if body["day"] > today + 1:
        raise CandourError("early", "head")
    if body["g"] not in chain.guardians:
        raise CandourError("unknown", "head")
    if len(envelope.signers) != 1:
        raise CandourError("signature", "head")
    chain.check_signer(body["g"], "courier", envelope.signers, body["day"])
    verify_signatures(envelope)
    _check_state(chain, body["length"], body["state"])
    if previous is not None and (body["day"], body["length"]) < (previous.body["day"], previous.body["length"]):
        raise CandourError("rollback", "head")
    return envelope


def view(chain: Chain, heads: Sequence[Envelope], keys: Sequence[bytes], today: int) -> Directory:
    """What a chain, checked heads and public keys tell on a day; `unknown` for a key that no statement names."""
    by_digest = {sha256(key): key for key in keys}
    if not by_digest.keys() <= chain.digests:
        raise CandourError("unknown", "key")
    if chain.policy is None:
        raise CandourError("missing", "policy")
    head_days = {head.body["g"]: int(head.body["day"]) for head in heads}
    guardians = tuple(_guardian(chain, g, by_digest, head_days.get(g), today) for g in chain.guardians)
    newest = max(head_days.values(), default=None)
    stale = (newest is None or newest < today - STALE_DAYS) and chain.day <= today - STALE_DAYS
    missing = any(guardian.valid_today and guardian.missing for guardian in guardians)
    return Directory(
        organisation=chain.organisation,
        name=chain.name,
        root=chain.root,
        policy=chain.policy,
        guardians=guardians,
        stories=tuple(chain.stories),
        statistics=tuple(chain.statistics),
        length=chain.length,
        state=chain.states[-1],
        head_day=newest,
        warnings=("stale",) * stale + ("missing",) * missing,
    )


def build(log: Sequence[bytes | object], heads: Sequence[bytes | object], keys: Sequence[bytes]) -> bytes:
    """Writes a directory file from envelopes and stubs, heads, and public keys; pads it. `limit` above 4 MiB."""
    sorted_heads = sorted((read(head, "head") for head in heads), key=lambda head: bytes(head.body["g"]))
    document = {
        "v": 1,
        "log": [load(item, MAX_FILE) if isinstance(item, bytes) else item for item in log],
        "heads": [head.object for head in sorted_heads],
        "keys": [b64(key) for key in sorted(set(keys))],
        "pad": "",
    }
    document["pad"] = "0" * (-len(dump(document)) % PAD)
    file = dump(document)
    if len(file) > MAX_FILE:
        raise CandourError("limit", "directory")
    return file


def stub(envelope: Envelope) -> dict[str, object]:
    """What is left in a log of an `epochs` or `fallback` statement whose days are long over; `type` for others."""
    if envelope.name not in ("epochs", "fallback"):
        raise CandourError("type", "never left out")
    last = last_day(envelope.name, envelope.body)
    return {"name": envelope.name, "last": last, "digest": b64(statement_digest(envelope))}


def compose(log: Sequence[bytes], heads: Sequence[bytes], keys: Sequence[bytes], today: int) -> bytes:
    """The file a portal serves: old key lists left out, each g's newest head that still counts, and the keys for today.

    `log` holds all envelopes, `heads` and `keys` may hold more than is needed. Raises as `verify` for a faulty log.
    """
    chain = replay(log, today)
    newest: dict[bytes, Envelope] = {}
    for head in heads:
        envelope = read(head, "head")
        known = newest.get(envelope.body["g"])
        rank = (envelope.body["day"], envelope.body["length"])
        if _counts(chain, head, today) and (known is None or rank > (known.body["day"], known.body["length"])):
            newest[envelope.body["g"]] = envelope
    wanted = wanted_digests(chain, today)
    chosen = [key for key in keys if sha256(key) in wanted]
    return build([_shortened(item, today) for item in log], [head.object for head in newest.values()], chosen)


def wanted_digests(chain: Chain, today: int) -> set[bytes]:
    """Digests of the keys that a file of today must carry: epochs of yesterday to tomorrow, fallbacks now and next."""
    wanted: set[bytes] = set()
    for g in chain.guardians:
        digests = _digests(chain, g)
        wanted.update(digests[day] for day in (today - 1, today, today + 1) if day in digests)
        wanted.update(one.digest for one in _fallbacks(chain, g, today - 1) if one.first_day <= today + 31)
    return wanted


def _counts(chain: Chain, head: bytes, today: int) -> bool:
    try:
        check_head(chain, head, today)
    except CandourError as error:
        # A courier whose certificate was revoked or replaced no longer vouches; anything else is a fault of the store.
        if error.code in ("revoked", "expired"):
            return False
        raise
    return True


def _shortened(item: bytes, today: int) -> object:
    envelope = read(item)
    old = envelope.name in ("epochs", "fallback")
    if old and last_day(envelope.name, envelope.body) <= today - STUB_DAYS - STUB_MARGIN:
        return stub(envelope)
    return envelope.object


def _check_state(chain: Chain, length: int, state: bytes) -> None:
    if length > chain.length or chain.states[length] != state:
        raise CandourError("rollback", "state")


def _guardian(chain: Chain, g: bytes, by_digest: Mapping[bytes, bytes], head_day: int | None, today: int) -> Guardian:
    entries = chain.guardians[g]
    certificates = tuple(chain.certificates[one] for one in entries.certificates)
    valid = [one for one in certificates if holds(one, today)]
    shown: Certificate = (valid or certificates)[-1]
    digests = _digests(chain, g)
    return Guardian(
        g=g,
        name=shown.name,
        role=shown.role,
        certificates=certificates,
        calendar=entries.calendar,
        digests=digests,
        epochs={day: by_digest[digest] for day, digest in digests.items() if digest in by_digest},
        fallbacks=tuple(_with_key(one, by_digest) for one in _fallbacks(chain, g, today - 1)),
        lost=tuple((first, last) for first, last, _ in entries.lost),
        missing=tuple(day for day in range(today - 1, today + 2) if day in digests and digests[day] not in by_digest),
        head_day=head_day,
        valid_today=bool(valid),
    )


def _with_key(stated: Stated, by_digest: Mapping[bytes, bytes]) -> Fallback:
    return Fallback(
        first_day=stated.first_day,
        last_day=stated.last_day,
        digest=stated.digest,
        key=by_digest.get(stated.digest),
    )


def _digests(chain: Chain, g: bytes) -> dict[int, bytes]:
    """The epoch keys of g that count: promised by a key not revoked, and not lost since."""
    epochs = chain.guardians[g].epochs
    return {day: one.digest for day, one in epochs.items() if chain.lives(one, g) and not _lost(chain, g, one)}


def _fallbacks(chain: Chain, g: bytes, since: int) -> list[Stated]:
    """The fallback keys of g that count and have not ended before `since`, newest statement first."""
    stated = reversed(chain.guardians[g].fallbacks)
    return [one for one in stated if one.last_day >= since and chain.lives(one, g) and not _lost(chain, g, one)]


def _lost(chain: Chain, g: bytes, stated: Stated) -> bool:
    """Whether g declared, after promising this key, that secrets of its days are lost."""
    for first, last, position in chain.guardians[g].lost:
        if position > stated.position and first <= stated.last_day and stated.first_day <= last:
            return True
    return False
