"""Organisations with nothing wrong, each at a turn in its life: every reader must accept them, and see the same."""

import secrets
from collections.abc import Callable

from crypto import signing, statement
from crypto.directory import stub
from tests.crypto.organisation import POLICY, START, TODAY, Organisation, ordinary


def rotated() -> Organisation:
    """The root has changed; the new one issues a policy."""
    house = ordinary()
    new = secrets.token_bytes(32)
    house.say("rotation", [house.root, new], old=signing.public(house.root), new=signing.public(new))
    house.say("policy", [new], **{**POLICY, "board_cells": 4})
    return house


def revoked() -> Organisation:
    """One guardian's certificate is revoked: what her identity promised is void."""
    house = ordinary()
    ada = house.people[0]
    house.heads = [head for head in house.heads if statement.read(head).body["g"] != ada.g]
    house.say("revocation", [house.root], certificate=ada.certificate, reason="stolen")
    return house


def revoked_and_back() -> Organisation:
    """She comes back with new keys, and promises other epochs for the same days."""
    house = revoked()
    ada = house.people[0]
    ada.identity, ada.courier = secrets.token_bytes(32), secrets.token_bytes(32)
    house.certify(ada, day=TODAY - 7, first_day=TODAY)
    house.publish(ada)
    house.vouch(ada)
    house.keys.append(ada.epochs[TODAY])
    return house


def renewed() -> Organisation:
    """A second certificate with the same identity, and then the first is revoked: promises stay."""
    house = ordinary()
    ada = house.people[0]
    house.certify(ada, day=TODAY - 20, first_day=TODAY - 10)
    house.say("revocation", [house.root], certificate=ada.certificate)
    return house


def lost() -> Organisation:
    """A restored vault: old promises are not used any more, new ones differ."""
    house = ordinary()
    ada = house.people[0]
    house.say("lost", [ada.identity], g=ada.g, first_day=TODAY - 5, last_day=TODAY + 20)
    house.publish(ada, first=TODAY + 1, count=10)
    house.keys.append(ada.epochs[TODAY + 1])
    return house


def withheld() -> Organisation:
    """The server leaves out a key that it should serve."""
    house = ordinary()
    house.keys.remove(house.people[0].epochs[TODAY])
    return house


def silent() -> Organisation:
    """No courier vouched for a fortnight and more."""
    house = ordinary()
    house.heads.clear()
    for person in house.people:
        house.vouch(person, day=TODAY - 15)
    return house


def stubbed() -> Organisation:
    """Old key lists are left out, and heads still vouch for them."""
    house = ordinary()
    for at, item in enumerate(house.log):
        envelope = statement.read(item)
        if envelope.name == "epochs" and envelope.body["first"] == START:
            house.log[at] = stub(envelope)
    return house


def succeeded() -> Organisation:
    """A successor, not yet valid, and two signed publications."""
    house = ordinary()
    ada, bashir = house.people
    house.join("Chen", day=TODAY, first_day=TODAY + 7, first=False)
    del house.log[-1]
    chen = house.people[-1]
    chen.certificate = house.certify(chen, first_day=TODAY + 7, succeeds=ada.g)
    words = {"title": "Rotas", "happened": "Nights alone.", "sense": "Two are needed.", "changed": "Two are there."}
    house.say("story", [ada.identity, bashir.identity], g=ada.g, second=bashir.g, quarter="2024Q3", **words)
    rows = [("raised", "7"), ("answered", "fewer than 5")]
    house.say("statistics", [ada.identity, bashir.identity], g=bashir.g, second=ada.g, quarter="2024Q3", rows=rows)
    return house


VARIANTS: dict[str, Callable[[], Organisation]] = {
    make.__name__: make
    for make in (
        ordinary, rotated, revoked, revoked_and_back, renewed, lost, withheld, silent, stubbed, succeeded
    )
}  # fmt: skip
