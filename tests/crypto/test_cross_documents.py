"""Python and JavaScript read and write the same documents: live, both ways, with fresh randomness each time."""

import re
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto import attachment, message, receipt, reply, signing, statement, statement_bodies
from crypto.directory import verify
from crypto.encoding import dump, unb64
from crypto.errors import CandourError
from crypto.guardians import Directory
from tests.crypto.documents import bodies, heads, receipts, replies, sections, some_parts
from tests.crypto.faults import FAULTS, reading
from tests.crypto.node import Node, plain
from tests.crypto.organisation import TODAY, ordinary, verified
from tests.crypto.strategies import secrets32
from tests.crypto.variants import VARIANTS

pytestmark = pytest.mark.slow

fresh = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    process = Node("cross_documents.mjs")
    yield process
    process.close()


def attempt(call: Callable[[], Any]) -> Any:
    """The value as Node tells it, or the code of the refusal as Node tells that."""
    try:
        return plain(call())
    except CandourError as error:
        return {"code": error.code}


def camel(name: str) -> str:
    return re.sub("_(.)", lambda match: match[1].upper(), name)


def summary(found: Directory, today: int) -> Any:
    """All that a directory tells, in the form in which cross_documents.mjs tells it."""

    def code(call: Callable[[], object]) -> object:
        answer = attempt(call)
        return answer["code"] if isinstance(answer, dict) else answer

    def entry_hash(g: bytes, day: int) -> bytes:
        return found.certificate(g, day).entry_hash

    def named(value: object) -> dict[str, Any]:
        return {camel(key): one for key, one in vars(value).items()}

    def guardian(g: bytes) -> dict[str, Any]:
        one = found.guardian(g)
        return {
            **named(one),
            "certificates": [named(certificate) for certificate in one.certificates],
            "fallbacks": [named(fallback) for fallback in one.fallbacks],
            "digests": list(one.digests.items()),
            "epochs": list(one.epochs.items()),
            "keys": [code(partial(found.key_for, g, today + at)) for at in (-2, -1, 0, 1, 2, 40)],
            "holds": [code(partial(entry_hash, g, today + at)) for at in (-200, -1, 0, 40, 400)],
        }

    whole = {
        **named(found),
        "policy": list(named(found.policy).items()),
        "guardians": [guardian(one.g) for one in found.guardians],
        "couriers": sorted(found.couriers(today).items(), key=lambda pair: plain(pair[0])),
        "valid": [one.g for one in found.valid_guardians()],
    }
    return plain(whole)


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_directory_has_the_same_code(node: Node, name: str):
    given_ = reading(name)
    answer = node.ask("directory_verify", **vars(given_))
    assert answer == {"code": FAULTS[name][0]}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_good_directory_tells_the_same(node: Node, name: str):
    house = VARIANTS[name]()
    for today in (TODAY - 1, TODAY, TODAY + 1, TODAY + 20):
        file = house.file()
        expected = summary(verify(file, house.id, today), today)
        assert node.ask("directory_verify", file=file, organisation=house.id, today=today) == expected


@pytest.mark.parametrize("name", VARIANTS)
def test_a_directory_is_built_alike(node: Node, name: str):
    house = VARIANTS[name]()
    assert node.ask("directory_build", log=house.log, heads=house.heads, keys=house.keys) == plain(house.file())


@fresh
@given(data=st.data())
def test_statements_are_signed_and_read_alike(node: Node, data: st.DataObject):
    name = data.draw(st.sampled_from(statement_bodies.NAMES))
    body = data.draw(bodies(name))
    seeds = data.draw(st.lists(secrets32, min_size=1, max_size=2, unique=True))
    signed = statement.sign(name, body, seeds)
    fields = {key: value for key, value in body.items() if key != "v"}
    assert node.ask("statement_sign", name=name, fields=fields, seeds=seeds) == plain(signed)
    read = statement.parse(signed)
    expected = {"name": name, "body": read.body, "signers": read.signers, "entry": statement.entry_hash(read)}
    assert node.ask("statement_parse", data=signed, name=None) == plain(expected)


@fresh
@given(data=st.data())
def test_faulty_statements_are_refused_alike(node: Node, data: st.DataObject):
    name = data.draw(st.sampled_from(statement_bodies.NAMES))
    body = data.draw(bodies(name, spoilt=True))
    seed = secrets.token_bytes(32)
    payload = attempt(lambda: dump(plain(body)))
    if isinstance(payload, dict):
        return
    envelope = statement.Envelope(name=name, body=body, payload=unb64(payload), signatures=())
    signature = statement.sign_detached(statement.media_type(name), envelope.payload, seed)
    whole = {**envelope.object, "signatures": [plain({"keyid": signing.public(seed), "sig": signature})]}
    written = dump(whole)
    asked = data.draw(st.sampled_from([None, name, "head"]))
    ours = attempt(lambda: statement.parse(written, asked).body)
    theirs = node.ask("statement_parse", data=written, name=asked)
    assert ours == (theirs if "code" in theirs else theirs["body"])


@fresh
@given(head=heads, texts=sections)
def test_messages_are_written_alike(node: Node, head: message.Head, texts: list[tuple[str, str]]):
    ours = attempt(lambda: message.compose(head, texts))
    fields = {key: value for key, value in vars(head).items() if value is not None}
    assert node.ask("message_compose", head=fields, sections=texts, attachments=[]) == ours


@fresh
@given(head=heads, texts=sections, data=st.data())
def test_messages_are_read_alike(node: Node, head: message.Head, texts: list[tuple[str, str]], data: st.DataObject):
    try:
        written, rest = message.compose(head, texts)
    except CandourError:
        return
    parts, total = data.draw(some_parts(written, rest))
    reader = data.draw(st.sampled_from([None, *head.to, bytes(16)]))
    ours = attempt(lambda: message.read(parts, total, reader))
    if "code" not in ours:
        ours["head"] = {key: value for key, value in ours["head"].items() if value is not None}
        ours["sections"] = [list(pair) for pair in ours["sections"].items()]
    assert node.ask("message_read", parts=list(parts.items()), total=total, reader=reader) == ours


@fresh
@given(fields=replies)
def test_replies_are_signed_and_read_alike(node: Node, fields: dict[str, Any]):
    house = ordinary()
    ada = house.people[0]
    ours = reply.Reply(**{**fields, "organisation": house.id, "g": ada.g})
    signed = attempt(lambda: reply.sign_reply(ours, ada.identity))
    assert node.ask("reply_sign", fields=ours, seed=ada.identity) == signed
    if isinstance(signed, dict):
        return
    payload = unb64(signed)
    read = attempt(lambda: reply.read_reply(payload, verified(house), ours.thread, TODAY))
    known = {"file": house.file(), "organisation": house.id, "today": TODAY, "thread": ours.thread}
    theirs = node.ask("reply_read", payload=payload, **known)
    assert theirs == {key: value for key, value in read.items() if value is not None}


@fresh
@given(fields=receipts)
def test_receipts_are_issued_and_read_alike(node: Node, fields: dict[str, Any]):
    house = ordinary()
    ada = house.people[0]
    ours = receipt.Receipt(**{"certificate": ada.certificate, **fields, "organisation": house.id, "g": ada.g})
    payload = receipt.issue(ours, ada.identity)
    assert node.ask("receipt_issue", fields=ours, seed=ada.identity) == plain(payload)
    read = attempt(lambda: receipt.read(payload, verified(house), ours.thread, TODAY))
    known = {"file": house.file(), "organisation": house.id, "today": TODAY, "thread": ours.thread}
    assert node.ask("receipt_read", payload=payload, **known) == read


def test_a_receipt_is_proved_alike(node: Node):
    seed, challenge = secrets.token_bytes(32), secrets.token_bytes(32)
    proof = receipt.prove(seed, challenge)
    assert node.ask("receipt_prove", seed=seed, challenge=challenge) == plain(proof)
    holder = signing.public(seed)
    assert node.ask("receipt_check", holder=holder, challenge=challenge, proof=proof) is True
    assert node.ask("receipt_check", holder=holder, challenge=challenge[::-1], proof=proof) is False


@pytest.mark.parametrize("size", [0, 1, 262_143, 262_144, 262_145, 4 * 262_144 + 7])
def test_attachments_open_in_the_other_language(node: Node, size: int):
    data, organisation = secrets.token_bytes(size), secrets.token_bytes(32)
    manifest, chunks = attachment.seal(data, "rota.pdf", "application/pdf", organisation)
    pairs = list(zip(manifest.chunks, chunks, strict=True))
    manifests = attachment.write_manifests([manifest])
    opened = node.ask("attachment_open", manifests=manifests, chunks=pairs, organisation=organisation)
    assert opened == plain(data)
    theirs = node.ask("attachment_seal", data=data, name="rota.pdf", type="application/pdf", organisation=organisation)
    fields = {key: unb64(theirs["manifest"][key]) for key in ("digest", "key", "prefix")}
    names = tuple(unb64(one) for one in theirs["manifest"]["chunks"])
    sealed = attachment.Manifest(name="rota.pdf", type="application/pdf", size=size, chunks=names, **fields)
    stored = dict(zip(names, (unb64(one) for one in theirs["chunks"]), strict=True))
    assert attachment.open_(sealed, stored.get, organisation) == data


def test_a_damaged_attachment_has_the_same_code(node: Node):
    organisation = secrets.token_bytes(32)
    manifest, chunks = attachment.seal(bytes(300_000), "a", "b", organisation)
    names = manifest.chunks
    manifests = attachment.write_manifests([manifest])
    flipped = bytes([chunks[0][0] ^ 1]) + chunks[0][1:]
    for code, given_ in (
        ("missing", [(names[0], chunks[0])]),
        ("size", [(names[0], chunks[0][:-1]), (names[1], chunks[1])]),
        ("tampered", [(names[0], flipped), (names[1], chunks[1])]),
        ("tampered", [(names[0], chunks[1]), (names[1], chunks[0])]),
    ):
        assert attempt(partial(attachment.open_, manifest, dict(given_).get, organisation)) == {"code": code}
        answer = node.ask("attachment_open", manifests=manifests, chunks=given_, organisation=organisation)
        assert answer == {"code": code}
