"""Requests that couriers sign: anything else is refused with the right code, and nothing is given out or stored."""

import base64
import hashlib
import os

import pytest

from crypto import signing, statement, statement_bodies
from crypto.kdf import sha256
from portal.register import BY_FILE
from tests.portal.world import DAY, Guardian, World, error_of

SIGNATURE = (401, "signature")


def board_body() -> bytes:
    return os.urandom(4 * 2048)


def board_path(world: World) -> str:
    return f"/board/{world.portal.store.open_period('board').start}"


def posted(world: World) -> int:
    return sum(
        len(list(drop.items()))
        for period in world.portal.store.drops.list("board")
        if (drop := world.portal.store.drops.get("board", period))
    )


def test_a_signed_request_is_answered(world: World) -> None:
    assert world.signed("GET", "/periods").status_code == 200
    assert world.signed("POST", board_path(world), board_body()).status_code == 204
    assert posted(world) == 1


@pytest.mark.parametrize("path", ["/periods", "/periods/0/cells", "/periods/0/chunks"])
def test_an_unsigned_request_is_refused(world: World, path: str) -> None:
    assert error_of(world.client.get(path)) == SIGNATURE


def test_unsigned_posts_are_refused(world: World) -> None:
    assert error_of(world.client.post(board_path(world), data=board_body())) == SIGNATURE
    assert error_of(world.client.post("/statements", data=b'{"keys":[],"statements":[],"v":1}')) == SIGNATURE
    assert posted(world) == 0


@pytest.mark.parametrize("skew", [301, -301, 86_400])
def test_a_request_from_another_time_is_refused(world: World, skew: int) -> None:
    assert error_of(world.signed("GET", "/periods", now=world.clock.now + skew)) == SIGNATURE


@pytest.mark.parametrize("skew", [300, -300])
def test_a_clock_may_be_five_minutes_off(world: World, skew: int) -> None:
    assert world.signed("GET", "/periods", now=world.clock.now + skew).status_code == 200


def test_a_request_for_another_portal_is_refused(world: World) -> None:
    assert error_of(world.signed("GET", "/periods", authority="other.example")) == SIGNATURE
    assert error_of(world.signed("GET", "/periods", authority="other.example", host="other.example")) == SIGNATURE


def test_a_request_of_a_stranger_is_refused(world: World) -> None:
    assert error_of(world.signed("GET", "/periods", seed=os.urandom(32))) == SIGNATURE


def test_the_identity_key_does_not_sign_requests(world: World) -> None:
    assert error_of(world.signed("GET", "/periods", seed=world.organisation.guardians[0].identity)) == SIGNATURE


def test_a_request_is_taken_once(world: World) -> None:
    nonce = os.urandom(16)
    assert world.signed("GET", "/periods", nonce=nonce).status_code == 200
    assert error_of(world.signed("GET", "/periods", nonce=nonce)) == (401, "replay")


def test_a_refused_request_does_not_use_up_a_nonce(world: World) -> None:
    nonce = os.urandom(16)
    assert error_of(world.signed("GET", "/periods", nonce=nonce, seed=os.urandom(32))) == SIGNATURE
    assert world.signed("GET", "/periods", nonce=nonce).status_code == 200


def test_a_changed_body_is_refused(world: World) -> None:
    assert error_of(world.signed("POST", board_path(world), board_body(), sent=board_body())) == SIGNATURE
    assert posted(world) == 0


def test_a_changed_body_with_its_own_digest_is_refused(world: World) -> None:
    body = board_body()
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    answer = world.signed("POST", board_path(world), board_body(), sent=body, headers={"Content-Digest": digest})
    assert error_of(answer) == SIGNATURE


def test_a_signature_for_another_path_or_method_is_refused(world: World) -> None:
    from crypto import request

    now, seed = int(world.clock.now), world.organisation.guardians[0].courier
    for method, path in (("GET", "/periods/0/cells"), ("POST", "/periods"), ("HEAD", "/periods")):
        headers = request.sign(method, "portal.example", path, b"", seed, now, os.urandom(16))
        assert error_of(world.client.get("/periods", headers=headers, base_url="http://portal.example")) == SIGNATURE


def test_a_certificate_that_ended_no_longer_signs(world: World) -> None:
    world.clock.now += 366 * DAY
    assert error_of(world.signed("GET", "/periods")) == SIGNATURE


def test_a_certificate_that_has_not_begun_does_not_sign(world: World) -> None:
    new = Guardian()
    later = world.organisation.certificate(
        new, first=False, first_day=world.organisation.day + 7, last_day=world.organisation.day + 100
    )
    world.portal.register.submit([later], [], BY_FILE)
    assert error_of(world.signed("GET", "/periods", seed=new.courier)) == SIGNATURE
    world.clock.now += 7 * DAY
    assert world.signed("GET", "/periods", seed=new.courier).status_code == 200


def test_a_revoked_certificate_no_longer_signs(world: World) -> None:
    certificate = world.portal.register.published().directory.certificate(
        world.organisation.guardians[0].g, world.organisation.day
    )
    revoked = world.organisation.sign("revocation", [world.organisation.root], certificate=certificate.entry_hash)
    world.portal.register.submit([revoked], [], BY_FILE)
    assert error_of(world.signed("GET", "/periods")) == SIGNATURE
    assert world.signed("GET", "/periods", seed=world.organisation.guardians[1].courier).status_code == 200


def test_a_courier_has_a_share_of_its_own(tmp_path) -> None:
    world = World(tmp_path, courier_rate="3 per hour")
    first, second = world.organisation.guardians[:2]
    codes = [world.signed("GET", "/periods", seed=first.courier).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert world.signed("GET", "/periods", seed=second.courier).status_code == 200
    world.close()


def test_nobody_can_use_up_a_couriers_share(tmp_path) -> None:
    world = World(tmp_path, courier_rate="2 per hour")
    for _ in range(5):
        assert error_of(world.signed("GET", "/periods", authority="other.example")) == SIGNATURE
    assert world.signed("GET", "/periods").status_code == 200
    world.close()


def test_the_limiter_never_sees_a_couriers_key(world: World) -> None:
    world.signed("GET", "/periods")
    storage = world.portal.limits._limiter.storage
    counted = [key for key in storage._counts if "courier" in key]  # type: ignore[attr-defined]
    assert len(counted) == 1
    public = signing.public(world.organisation.guardians[0].courier)
    for spelling in (public.hex(), base64.urlsafe_b64encode(public).decode().rstrip("="), sha256(public).hex()):
        assert spelling not in counted[0]


def test_the_board_takes_one_size_only(world: World) -> None:
    for size in (0, 2048, 4 * 2048 - 1, 4 * 2048 + 1, 5 * 2048, 65 * 2048):
        assert error_of(world.signed("POST", board_path(world), os.urandom(size))) == (413, "size")
    assert posted(world) == 0


def test_the_board_takes_the_same_again_and_nothing_else(world: World) -> None:
    body = board_body()
    assert [world.signed("POST", board_path(world), body).status_code for _ in range(2)] == [204, 204]
    assert error_of(world.signed("POST", board_path(world), board_body())) == (409, "conflict")
    other = world.organisation.guardians[1].courier
    assert world.signed("POST", board_path(world), board_body(), seed=other).status_code == 204
    assert posted(world) == 2


def test_the_board_names_the_open_period(world: World) -> None:
    start = world.portal.store.open_period("board").start
    for wrong in (start - 200, start + 200, 0):
        answer = world.signed("POST", f"/board/{wrong}", board_body())
        assert error_of(answer) == (409, "period")
        assert answer.get_json()["start"] == start
    for odd in ("00", f"0{start}", "x", "1e3", "-200"):
        assert error_of(world.signed("POST", f"/board/{odd}", board_body())) == (404, "none")


def test_statements_are_published(world: World) -> None:
    guardian = world.organisation.guardians[0]
    batch, keys = world.organisation.epochs(guardian)
    assert world.statements([batch], keys).status_code == 204
    seen = world.portal.register.published().directory.guardian(guardian.g)
    assert [seen.epochs[world.organisation.day + n] for n in range(2)] == keys[:2]


def test_keys_are_forgotten_when_their_days_are_over(world: World) -> None:
    batch, keys = world.organisation.epochs(world.organisation.guardians[0], 10)
    assert world.statements([batch], keys).status_code == 204
    world.tick()
    for days, left in ((1, 10), (1, 10), (1, 9), (3, 6)):
        world.pass_time(days * DAY)
        world.pass_time(200)
        kept = set(world.portal.store.statements.snapshot().keys.values())
        assert kept == set(keys[10 - left :])
        file = world.portal.register.published()
        assert not [guardian.missing for guardian in file.directory.guardians if guardian.missing]


def test_the_same_statements_again_change_nothing(world: World) -> None:
    batch, keys = world.organisation.epochs(world.organisation.guardians[0])
    assert [world.statements([batch], keys).status_code for _ in range(2)] == [204, 204]
    assert world.portal.register.published().directory.length == 6


def test_one_bad_statement_refuses_all(world: World) -> None:
    good, keys = world.organisation.epochs(world.organisation.guardians[0])
    bad, more = world.organisation.epochs(Guardian())
    before = world.portal.store.statements.snapshot()
    answer = world.statements([good, bad], keys + more)
    assert error_of(answer) == (422, "refused")
    assert answer.get_json()["reason"] == "unknown"
    assert world.portal.store.statements.snapshot() == before


def _forged(world: World) -> tuple[list[bytes], list[bytes]]:
    batch, keys = world.organisation.epochs(world.organisation.guardians[0])
    return [batch.replace(b'"sig":"', b'"sig":"A')[: len(batch)]], keys


def _missing(world: World) -> tuple[list[bytes], list[bytes]]:
    batch, keys = world.organisation.epochs(world.organisation.guardians[0])
    return [batch], keys[1:]


def _unpromised(world: World) -> tuple[list[bytes], list[bytes]]:
    batch, keys = world.organisation.epochs(world.organisation.guardians[0])
    return [batch], [*keys, os.urandom(1216)]


def _rooted(world: World) -> tuple[list[bytes], list[bytes]]:
    return [world.organisation.certificate(Guardian(), first_day=world.organisation.day + 7, first=False)], []


def _request(world: World) -> tuple[list[bytes], list[bytes]]:
    keys = [signing.public(os.urandom(32)) for _ in range(1)]
    guardian = Guardian()
    body = statement_bodies.request(
        organisation=world.organisation.id,
        day=world.organisation.day,
        g=guardian.g,
        name="N",
        role="R",
        identity=signing.public(guardian.identity),
        courier=keys[0],
    )
    return [statement.sign("request", body, [guardian.identity])], []


def _head(world: World, **changes: object) -> bytes:
    directory = world.portal.register.published().directory
    fields = {"g": world.organisation.guardians[0].g, "length": directory.length, "state": directory.state, **changes}
    return world.organisation.sign("head", [world.organisation.guardians[0].courier], **fields)


def _false_head(world: World) -> tuple[list[bytes], list[bytes]]:
    return [_head(world, state=os.urandom(32))], []


def _elsewhere(world: World) -> tuple[list[bytes], list[bytes]]:
    return [_head(world, organisation=os.urandom(32))], []


def _future(world: World) -> tuple[list[bytes], list[bytes]]:
    return [_head(world, day=world.organisation.day + 2)], []


REFUSED = {
    "missing": _missing,
    "unknown": _unpromised,
    "type": _rooted,
    "rollback": _false_head,
    "organisation": _elsewhere,
    "early": _future,
}


@pytest.mark.parametrize("reason", REFUSED)
def test_statements_are_refused_with_the_reason(world: World, reason: str) -> None:
    before = world.portal.store.statements.snapshot()
    answer = world.statements(*REFUSED[reason](world))
    assert error_of(answer) == (422, "refused")
    assert answer.get_json()["reason"] == reason
    assert world.portal.store.statements.snapshot() == before


def test_a_request_for_a_certificate_never_enters_the_log(world: World) -> None:
    answer = world.statements(*_request(world))
    assert error_of(answer) == (422, "refused")
    assert answer.get_json()["reason"] == "type"


def test_a_forged_statement_is_refused(world: World) -> None:
    batch, keys = world.organisation.epochs(world.organisation.guardians[0])
    other, _ = world.organisation.epochs(world.organisation.guardians[0])
    sig = other.split(b'"sig":"')[1][:86]
    forged = batch.replace(batch.split(b'"sig":"')[1][:86], sig)
    answer = world.statements([forged], keys)
    assert error_of(answer) == (422, "refused")
    assert answer.get_json()["reason"] == "signature"


def test_a_newer_head_replaces_an_older_one_and_never_the_other_way(world: World) -> None:
    old = _head(world)
    batch, keys = world.organisation.epochs(world.organisation.guardians[0])
    assert world.statements([old]).status_code == 204
    assert world.statements([batch], keys).status_code == 204
    new = _head(world)
    assert world.statements([new]).status_code == 204
    answer = world.statements([old])
    assert (error_of(answer), answer.get_json()["reason"]) == ((422, "refused"), "rollback")
    assert world.portal.register.published().directory.guardians[0].head_day == world.organisation.day


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"v":1}',
        b'{"keys":[],"statements":{},"v":1}',
        b'{"keys":[],"statements":[],"v":2}',
    ],
)
def test_odd_bodies_are_refused(world: World, body: bytes) -> None:
    answer = world.signed("POST", "/statements", body)
    assert error_of(answer) == ((400, "malformed") if body else (413, "size"))


def test_a_body_above_1_mib_is_refused(world: World) -> None:
    assert error_of(world.signed("POST", "/statements", bytes((1 << 20) + 1))) == (413, "size")
