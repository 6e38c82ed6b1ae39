"""How a directory with exactly one fault is made; `faults` has them all."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crypto import signing, statement
from crypto.directory import MAX_FILE, PAD
from crypto.encoding import b64, dump, load
from tests.crypto.organisation import TODAY, Organisation, ordinary


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a reader is given: the file, and what she knows herself."""

    file: bytes
    organisation: bytes
    today: int = TODAY
    remembered: tuple[int, bytes] | None = None


FAULTS: dict[str, tuple[str, Callable[[Organisation], Reading | None]]] = {}


def fault(code: str) -> Callable[[Callable[[Organisation], Reading | None]], Callable[[Organisation], Reading | None]]:
    """Registers a fault under its function's name."""

    def register(make: Callable[[Organisation], Reading | None]) -> Callable[[Organisation], Reading | None]:
        FAULTS[make.__name__] = (code, make)
        return make

    return register


def reading(name: str) -> Reading:
    """What a reader is given for one fault: by default the organisation's own file, on the right day."""
    house = ordinary()
    made = FAULTS[name][1](house)
    return made or Reading(file=house.file(), organisation=house.id)


def rewritten(house: Organisation, **changes: Any) -> Reading:
    """The file with some of its keys replaced; the padding is set right unless it is given."""
    document = {**document_of(house), **changes}
    room = -len(dump({**document, "pad": ""})) % PAD
    pad = changes.get("pad", "0" * room)
    return Reading(file=dump({**document, "pad": pad}), organisation=house.id)


def vouched(house: Organisation) -> None:
    """Fresh heads, so that the fault under test is the only one."""
    house.heads.clear()
    for person in house.people:
        house.vouch(person)


def object_of(item: bytes | object) -> dict[str, object]:
    """An envelope as a JSON object."""
    return statement.read(item).object


def kind_of(item: bytes | object) -> str:
    """The NAME of an entry."""
    return statement.read(item).name


def forged(item: bytes | object) -> dict[str, object]:
    """An envelope whose first signature is over something else."""
    envelope = object_of(item)
    signatures = envelope["signatures"]
    assert isinstance(signatures, list)
    other = b64(signing.sign(secrets.token_bytes(32), b"something else"))
    return {**envelope, "signatures": [{**signatures[0], "sig": other}]}


def append_raw(house: Organisation, name: str, payload: bytes, seeds: list[bytes]) -> None:
    """Appends an envelope whose payload nobody checked."""
    type_ = statement.media_type(name)
    signatures = [
        {"keyid": b64(signing.public(seed)), "sig": b64(statement.sign_detached(type_, payload, seed))}
        for seed in seeds
    ]
    house.log.append({"payload": b64(payload), "payloadtype": type_, "signatures": signatures})


def story(house: Organisation, seeds: list[bytes] | None = None) -> bytes:
    """A learning story of the two guardians, not in the log yet."""
    ada, bashir = house.people[:2]
    words: dict[str, Any] = {
        "title": "Rotas",
        "happened": "Nights alone.",
        "sense": "Two are needed.",
        "changed": "Two are there.",
    }
    seeds = seeds or [ada.identity, bashir.identity]
    return house.make("story", seeds, g=ada.g, second=bashir.g, quarter="2024Q3", **words)


def change_head(house: Organisation, *, seeds: list[bytes] | None = None, **changes: Any) -> None:
    """The first guardian's head with something changed, and no other head."""
    ada = house.people[0]
    house.heads.clear()
    house.vouch(ada)
    body = statement.read(house.heads.pop()).body
    fields = {"g": ada.g, "length": body["length"], "state": body["state"], **changes}
    house.heads.append(house.make("head", seeds or [ada.courier], **fields))


def sorted_heads(house: Organisation) -> list[bytes]:
    """The heads as a file has them."""
    return sorted(house.heads, key=lambda head: bytes(statement.read(head).body["g"]))


def document_of(house: Organisation) -> dict[str, Any]:
    """The organisation's file as a JSON object."""
    document = load(house.file(), MAX_FILE)
    assert isinstance(document, dict)
    return document
