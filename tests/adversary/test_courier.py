"""Somebody who is not a courier of today asks for reports, posts to the board, or adds statements (PROTOCOL 16)."""

import base64
import os
import time
from collections.abc import Callable

import pytest

from crypto import hpke, signing
from crypto.encoding import b64, dump
from crypto.kdf import sha256
from tests.adversary.target import POLICY, Guardian, Target
from tests.adversary.wire import Answer

pytestmark = pytest.mark.server

BLOCK = POLICY["board_cells"] * 2048
STATEMENTS = dump({"v": 1, "keys": [], "statements": []})


def doors(victim: Target) -> list[tuple[str, str, bytes]]:
    """Every request that only couriers may make, as a courier would make it."""
    start = victim.ask("GET", "/beacon").json()["start"]
    return [
        ("GET", "/periods", b""),
        ("GET", f"/periods/{start}/cells", b""),
        ("GET", f"/periods/{start}/chunks", b""),
        ("POST", f"/board/{start}", os.urandom(BLOCK)),
        ("POST", "/statements", STATEMENTS),
    ]


def refused(victim: Target, code: str, attack: Callable[[str, str, bytes], Answer]) -> None:
    """The attack is answered with this code at every door, and leaves nothing."""
    log = victim.ask("GET", "/directory").body
    for method, path, body in doors(victim):
        answer = attack(method, path, body)
        assert (method, path, answer.code) == (method, path, (401, code))
        assert set(answer.json()) == {"v", "error", "say"}
    assert victim.stored() == 0
    assert victim.ask("GET", "/directory").body == log


def test_a_courier_of_today_is_let_in(victim: Target) -> None:
    """The control: the refusals below are not for some other reason."""
    assert victim.signed("GET", "/periods").status == 200
    assert victim.signed("POST", "/statements", STATEMENTS).status == 204
    start = victim.ask("GET", "/beacon").json()["start"]
    assert victim.signed("GET", f"/periods/{start}/cells").code == (404, "none")
    assert victim.signed("POST", f"/board/{start}", os.urandom(BLOCK - 1)).code == (413, "size")


def test_unsigned(victim: Target) -> None:
    refused(victim, "signature", lambda method, path, body: victim.ask(method, path, body or None))


def test_a_key_of_ones_own(victim: Target) -> None:
    seed = os.urandom(32)
    refused(victim, "signature", lambda *what: victim.signed(*what, seed=seed))


def test_a_guardians_identity_key(victim: Target) -> None:
    seed = victim.organisation.guardians[0].identity
    refused(victim, "signature", lambda *what: victim.signed(*what, seed=seed))


def test_the_root_key(victim: Target) -> None:
    refused(victim, "signature", lambda *what: victim.signed(*what, seed=victim.organisation.root))


def test_a_revoked_courier(victim: Target) -> None:
    refused(victim, "signature", lambda *what: victim.signed(*what, seed=victim.organisation.former.courier))


def test_an_expired_courier(victim: Target) -> None:
    refused(victim, "signature", lambda *what: victim.signed(*what, seed=victim.organisation.expired.courier))


@pytest.mark.parametrize("authority", ["other.example", "127.0.0.1", "127.0.0.1:1", "localhost"])
def test_signed_for_another_portal(victim: Target, authority: str) -> None:
    refused(victim, "signature", lambda *what: victim.signed(*what, authority=authority))


def test_sent_to_a_name_that_is_not_ours(victim: Target) -> None:
    """Signed for that name too: a portal that took any Host would accept what was made for another one."""

    def attack(method: str, path: str, body: bytes) -> Answer:
        headers = victim.signature(method, path, body, authority="other.example")
        return victim.ask(method, path, body or None, {"Host": "other.example", **headers})

    refused(victim, "signature", attack)


@pytest.mark.parametrize("seconds", [-900, -302, 330, 86_400])
def test_too_old_or_from_the_future(victim: Target, seconds: int) -> None:
    refused(victim, "signature", lambda *what: victim.signed(*what, now=int(time.time()) + seconds))


def test_another_body_under_the_signature(victim: Target) -> None:
    for method, path, body in doors(victim):
        if method == "POST":
            headers = victim.signature(method, path, body)
            answer = victim.ask(method, path, body[:-1] + bytes([body[-1] ^ 1]), headers)
            assert (path, answer.code) == (path, (401, "signature"))
    assert victim.stored() == 0


def test_another_body_and_its_digest(victim: Target) -> None:
    """The digest fits the changed body; the signature covers the old digest."""

    def attack(method: str, path: str, body: bytes) -> Answer:
        other = os.urandom(len(body)) if body else b"x"
        digest = victim.signature(method, path, other)["Content-Digest"]
        return victim.ask(method, path, other, {**victim.signature(method, path, body), "Content-Digest": digest})

    refused(victim, "signature", attack)


def test_another_path_under_the_signature(victim: Target) -> None:
    refused(
        victim,
        "signature",
        lambda method, path, body: victim.ask(method, path, body or None, victim.signature(method, "/other", body)),
    )


def test_another_method_under_the_signature(victim: Target) -> None:
    refused(
        victim,
        "signature",
        lambda method, path, body: victim.ask(method, path, body or None, victim.signature("PUT", path, body)),
    )


def test_somebody_elses_name_on_ones_own_signature(victim: Target) -> None:
    """Signed with the attacker's key, with the courier's `keyid` written over its own."""
    seed = os.urandom(32)

    def attack(method: str, path: str, body: bytes) -> Answer:
        mine = victim.signature(method, path, body, seed=seed)
        theirs = victim.signature(method, path, body)
        start, end = 'keyid="', '"'
        name = theirs["Signature-Input"].split(start)[1].split(end)[0]
        own = mine["Signature-Input"].split(start)[1].split(end)[0]
        return victim.ask(
            method, path, body or None, {**mine, "Signature-Input": mine["Signature-Input"].replace(own, name)}
        )

    refused(victim, "signature", attack)


PARTS = ("@method", "@authority", "@path", "content-digest")


def by_hand(victim: Target, covered: tuple[str, ...], method: str, path: str, body: bytes, /, **changes: str) -> Answer:
    """Signed by the true courier, over whatever parts, with whatever parameters (RFC 9421, without a library)."""
    seed = victim.organisation.guardians[0].courier
    digest = f"sha-256=:{base64.b64encode(sha256(body)).decode()}:"
    values = {"@method": method, "@authority": victim.authority, "@path": path, "content-digest": digest}
    given = {"created": str(int(time.time())), "nonce": f'"{b64(os.urandom(16))}"'}
    given |= {"keyid": f'"{b64(signing.public(seed))}"', "alg": '"ed25519"', **changes}
    parameters = "".join(f";{name}={value}" for name, value in given.items() if value)
    listed = " ".join(f'"{part}"' for part in covered)
    signed = f"({listed}){parameters}"
    lines = [f'"{part}": {values[part]}' for part in covered] + [f'"@signature-params": {signed}']
    signature = base64.b64encode(signing.sign(seed, "\n".join(lines).encode())).decode()
    label = "candour"
    headers = {"Content-Digest": digest, "Signature-Input": f"{label}={signed}", "Signature": f"{label}=:{signature}:"}
    return victim.ask(method, path, body or None, headers)


def test_by_hand_is_as_good_as_any(victim: Target) -> None:
    """The control for the next two."""
    assert by_hand(victim, PARTS, "GET", "/periods", b"").status == 200


@pytest.mark.parametrize("part", PARTS)
def test_a_signature_that_covers_less(victim: Target, part: str) -> None:
    """What is not covered could be changed on the way."""
    covered = tuple(name for name in PARTS if name != part)
    refused(victim, "signature", lambda *what: by_hand(victim, covered, *what))


@pytest.mark.parametrize("name", ["created", "nonce", "keyid", "alg"])
def test_a_signature_without_a_parameter(victim: Target, name: str) -> None:
    """Without a time or a nonce a recorded request would be good for ever."""
    without = {name: ""}
    refused(victim, "signature", lambda method, path, body: by_hand(victim, PARTS, method, path, body, **without))


@pytest.mark.parametrize("nonce", ['"AA"', '""', f'"{b64(bytes(17))}"', '"' + "A" * 22 + '="'])
def test_a_nonce_of_another_size(victim: Target, nonce: str) -> None:
    refused(victim, "signature", lambda *what: by_hand(victim, PARTS, *what, nonce=nonce))


def test_replayed(victim: Target) -> None:
    """Recorded on its way and sent again, by another connection; the first use, not the second, is answered."""
    for method, door, body in doors(victim):
        # A board period that is not open: signed well, refused for its period, so that nothing is stored here.
        path = "/board/0" if door.startswith("/board") else door
        headers = victim.signature(method, path, body)
        first = victim.ask(method, path, body or None, headers)
        assert first.status != 401
        assert victim.ask(method, path, body or None, headers).code == (401, "replay")
    assert victim.stored() == 0


def test_a_nonce_of_another_request(victim: Target) -> None:
    nonce = os.urandom(16)
    assert victim.signed("GET", "/periods", nonce=nonce).status == 200
    refused(victim, "replay", lambda *what: victim.signed(*what, nonce=nonce))


def test_a_statement_of_the_root_from_the_network(victim: Target) -> None:
    """Who has both a courier's and the root key still cannot certify a guardian without the operator's hand."""
    forged = victim.organisation.certificate(Guardian(), first=None, first_day=victim.organisation.founded + 60)
    before = victim.ask("GET", "/directory").body
    answer = victim.carry([forged], [])
    assert answer.code == (422, "refused")
    assert answer.json()["reason"] == "type"
    assert victim.ask("GET", "/directory").body == before


def test_a_key_that_nobody_promised(victim: Target) -> None:
    answer = victim.carry([], [hpke.public_key(hpke.generate_seed())])
    assert answer.code == (422, "refused")
    assert answer.json()["reason"] == "unknown"


def test_another_guardians_epochs(victim: Target) -> None:
    """A guardian promises keys in a colleague's name, to read what is meant for the colleague."""
    first, second = victim.organisation.guardians[:2]
    false = Guardian(g=second.g, identity=first.identity, epochs={max(second.epochs) + 1: os.urandom(32)})
    statement, keys = victim.organisation.epochs(false)
    answer = victim.carry([statement], keys, seed=first.courier)
    assert answer.code == (422, "refused")
    assert answer.json()["reason"] == "signature"
