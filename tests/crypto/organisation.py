"""An organisation with its log, as a steward and guardians would make it, for the tests of documents.

Epoch and fallback keys are random bytes of the right size: a directory names keys by their digest and never uses them.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from crypto import signing, statement, statement_bodies
from crypto.chain import replay
from crypto.directory import KEY, build, verify
from crypto.guardians import Directory
from crypto.kdf import sha256
from crypto.thread import organisation_id

TODAY = 20_000
START = TODAY - 100
POLICY = {
    "period": 86_400,
    "board_period": 3_600,
    "board_cells": 8,
    "board_dummies": 16,
    "board_days": 30,
    "report_days": 30,
    "slot_ms": 5_000,
    "attachment_mb": 20,
}


@dataclass(kw_only=True)
class Person:
    """A guardian with all her seeds and keys."""

    name: str
    g: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    identity: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    courier: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    epochs: dict[int, bytes] = field(default_factory=dict)
    fallback: bytes = field(default_factory=lambda: secrets.token_bytes(KEY))
    certificate: bytes = b""


class Organisation:
    """`log`, `heads` and `keys` are what a directory file is built from; change them at will."""

    def __init__(self) -> None:
        self.root = secrets.token_bytes(32)
        self.id = organisation_id(signing.public(self.root))
        self.log: list[bytes | object] = []
        self.heads: list[bytes] = []
        self.keys: list[bytes] = []
        self.people: list[Person] = []
        self.say("organisation", [self.root], day=START, name="St Elsewhere", root=signing.public(self.root))

    def make(self, name: str, seeds: list[bytes], /, *, day: int = TODAY, **fields: Any) -> bytes:
        """A signed statement, not in the log yet."""
        constructor = getattr(statement_bodies, name)
        body = constructor(organisation=fields.pop("organisation", self.id), day=day, **fields)
        return statement.sign(name, body, seeds)

    def say(self, name: str, seeds: list[bytes], /, **fields: Any) -> bytes:
        """A signed statement, appended to the log; gives its entry hash."""
        self.log.append(self.make(name, seeds, **fields))
        return statement.entry_hash(statement.read(self.log[-1]))

    def join(self, name: str, *, day: int = START, first_day: int = START, first: bool = True) -> Person:
        """A guardian with a certificate of 300 days."""
        person = Person(name=name)
        person.certificate = self.certify(person, day=day, first_day=first_day, first=first)
        self.people.append(person)
        return person

    def certify(self, person: Person, *, first_day: int, last_day: int | None = None, **fields: Any) -> bytes:
        """Another certificate for a guardian; gives its entry hash."""
        return self.say("certificate", [self.root], **self.terms(person, first_day, last_day), **fields)

    def terms(self, person: Person, first_day: int, last_day: int | None = None) -> dict[str, Any]:
        """What a certificate says about a guardian."""
        return {
            "g": person.g,
            "name": person.name,
            "role": "Guardian",
            "identity": signing.public(person.identity),
            "courier": signing.public(person.courier),
            "first_day": first_day,
            "last_day": first_day + 300 if last_day is None else last_day,
        }

    def publish(self, person: Person, *, day: int = TODAY, first: int = TODAY - 5, count: int = 26) -> None:
        """Promises fresh epoch keys and hands them over."""
        fresh = {first + at: secrets.token_bytes(KEY) for at in range(count)}
        person.epochs.update(fresh)
        digests = [sha256(key) for key in fresh.values()]
        self.say("epochs", [person.identity], day=day, g=person.g, first=first, digests=digests)

    def promise_fallback(self, person: Person, *, day: int = TODAY) -> None:
        """Promises the fallback key for 26 days."""
        span = {"first_day": TODAY - 10, "last_day": TODAY + 15}
        self.say("fallback", [person.identity], day=day, g=person.g, digest=sha256(person.fallback), **span)

    def vouch(self, person: Person, *, day: int = TODAY, length: int | None = None, state: bytes | None = None) -> None:
        """The courier's head over the log as it is."""
        chain = replay(self.log, TODAY + 1)
        fields = {"length": chain.length if length is None else length, "state": state or chain.states[-1]}
        self.heads.append(self.make("head", [person.courier], day=day, g=person.g, **fields))

    def hand_over(self) -> None:
        """Puts into the file the keys that it must carry today."""
        for person in self.people:
            self.keys += [person.epochs[day] for day in range(TODAY - 1, TODAY + 2) if day in person.epochs]
            self.keys.append(person.fallback)

    def file(self) -> bytes:
        """The directory file, built without checking anything."""
        return build(self.log, self.heads, self.keys)


def ordinary() -> Organisation:
    """Two guardians who published in time, with an old key list, a calendar, and a head each."""
    house = Organisation()
    for name in ("Ada", "Bashir"):
        house.join(name)
    house.say("policy", [house.root], day=START, **POLICY)
    for person in house.people:
        house.publish(person, day=START, first=START, count=20)
        house.publish(person)
        house.promise_fallback(person)
        house.say("calendar", [person.identity], g=person.g, weekdays=[0, 3], away=[(TODAY + 3, TODAY + 9)])
    for person in house.people:
        house.vouch(person)
    house.hand_over()
    return house


def verified(house: Organisation, today: int = TODAY) -> Directory:
    """The organisation's directory as its readers see it."""
    return verify(house.file(), house.id, today)
