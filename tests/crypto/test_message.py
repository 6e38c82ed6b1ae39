"""Messages: any text comes back whole, or as much of it as arrived; faulty ones are refused."""

import secrets
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import attachment, cell, message
from crypto.encoding import dump, load, utf8
from crypto.errors import CandourError
from crypto.message import Head
from tests.crypto.documents import heads, sections, some_parts
from tests.crypto.refusals import refused

G, H = secrets.token_bytes(16), secrets.token_bytes(16)
HEAD = Head(
    type="concern",
    organisation=secrets.token_bytes(32),
    to=(G,),
    exclude=(H,),
    holder=secrets.token_bytes(32),
    salt=secrets.token_bytes(16),
    language="en",
)


def parts_of(head: bytes, rest: bytes) -> dict[int, bytes]:
    """A message as cells carry it."""
    plaintexts = cell.split(bytes(32), bytes(16), head, rest)
    opened = [message_part(plaintext) for plaintext in plaintexts]
    return dict(enumerate(opened))


def message_part(plaintext: bytes) -> bytes:
    length = int.from_bytes(plaintext[53:55], "big")
    return plaintext[55 : 55 + length]


def composed(head: Head, texts: list[tuple[str, str]]) -> tuple[bytes, bytes] | str:
    """Head and rest, or the code of the refusal."""
    try:
        return message.compose(head, texts)
    except CandourError as error:
        return error.code


@given(heads, sections)
def test_any_text_comes_back(head: Head, texts: list[tuple[str, str]]):
    if head.type == "concern" and not any(text for _, text in texts):
        texts = [("what", "é")]
    made = composed(head, texts)
    if isinstance(made, str):
        assert made == "limit"
        assert sum(len(utf8(text)) for _, text in texts) > message.MAX_REST or not _room(head, texts)
        return
    parts = parts_of(*made)
    read = message.read(parts, len(parts), head.to[-1])
    assert (read.complete, read.missing, read.cut) == (True, (), None)
    assert list(read.sections.items()) == texts
    assert replace(read.head, sections=(), start="") == head
    assert read.digest == message.digest(*made)


def _room(head: Head, texts: list[tuple[str, str]]) -> bool:
    """Whether the head without any text fits into part 0."""
    return composed(replace(head, type="more"), [(name, "") for name, _ in texts]) != "limit"


@given(heads, sections, st.data())
def test_what_arrived_is_read_and_nothing_else(head: Head, texts: list[tuple[str, str]], data: st.DataObject):
    made = composed(head, texts)
    if isinstance(made, str):
        return
    parts, total = data.draw(some_parts(*made))
    if 0 not in parts:
        with refused("missing"):
            message.read(parts, total)
        return
    read = message.read(parts, total)
    gone = tuple(part for part in range(total) if part not in parts)
    assert (read.missing, read.complete, read.digest is None) == (gone, not gone, bool(gone))
    whole = dict(texts)
    assert all(whole[name] == text for name, text in read.sections.items())
    assert bool(gone) == (read.cut is not None) == (len(read.sections) < len(texts))
    if read.cut is not None:
        name, beginning = read.cut
        assert name not in read.sections
        assert whole[name].startswith(beginning)


def test_a_cut_section_ends_between_characters():
    text = "x" + "\U0001f3e5" * 2500
    written, rest = message.compose(HEAD, [("what", text), ("more", "seen")])
    parts = parts_of(written, rest)
    assert len(parts) == 4
    for gone in (1, 2):
        read = message.read({at: part for at, part in parts.items() if at != gone}, 4)
        assert read.cut is not None
        name, beginning = read.cut
        before = len(utf8(read.head.start)) + (gone - 1) * message.PART
        assert name == "what"
        assert before - 3 <= len(utf8(beginning)) <= before
        assert text.startswith(beginning)
        assert dict(read.sections) == {"more": "seen"}


def test_the_head_takes_as_much_text_as_it_can():
    for filler in ("a", "é", "\U0001f3e5", '"', "\n", "\x01"):
        written, rest = message.compose(HEAD, [("what", filler * 3000)])
        size = {"a": 1, "é": 2, "\U0001f3e5": 4, '"': 2, "\n": 2, "\x01": 6}[filler]
        assert message.HEAD - size < len(written) <= message.HEAD
        assert rest
    written, rest = message.compose(HEAD, [("what", "short")])
    assert rest == b""


def test_the_longest_message_fits_and_no_longer():
    written, _ = message.compose(HEAD, [("what", "a" * 40_000)])
    longest = len(message.read({0: written}, 14).head.start) + message.MAX_REST
    written, rest = message.compose(HEAD, [("what", "a" * longest)])
    assert (len(parts_of(written, rest)), len(rest)) == (16, 43_575)
    with refused("limit"):
        message.compose(HEAD, [("what", "a" * (longest + 1))])


def test_a_head_that_leaves_no_room_is_refused():
    crowded = {f"c{at}": ("x" * 64,) * 16 for at in range(24)}
    with refused("limit"):
        message.compose(replace(HEAD, choices=crowded), [("what", "a")])


def test_an_attachment_travels_with_the_message():
    data = secrets.token_bytes(300_000)
    manifest, _ = attachment.seal(data, "rota.pdf", "application/pdf", HEAD.organisation)
    written, rest = message.compose(HEAD, [("what", "see the rota")], [manifest])
    parts = parts_of(written, rest)
    read = message.read(parts, len(parts), G)
    assert (read.attachments, dict(read.sections)) == ((manifest,), {"what": "see the rota"})
    written, rest = message.compose(HEAD, [("what", "a" * 4000)], [manifest])
    read = message.read({0: written}, 2)
    assert (read.attachments, read.cut and read.cut[0], read.missing) == ((), "what", (1,))


def test_attachments_come_last():
    manifest, _ = attachment.seal(b"", "a", "b", HEAD.organisation)
    listed = attachment.write_manifests([manifest]).decode()
    size = len(listed)
    first = altered(start=f"{listed}abc", sections=[["attachments", size], ["what", 3]])
    last = altered(start=f"abc{listed}", sections=[["what", 3], ["attachments", size]])
    assert message.read({0: last}, 1).attachments == (manifest,)
    with refused("malformed"):
        message.read({0: first}, 1)


COMPOSED: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("no addressee", {"to": ()}, [("what", "a")]),
    ("seventeen addressees", {"to": tuple(bytes([at]) * 16 for at in range(17))}, [("what", "a")]),
    ("one addressee twice", {"to": (G, G)}, [("what", "a")]),
    ("addressed and excluded", {"exclude": (G,)}, [("what", "a")]),
    ("unknown type", {"type": "question"}, [("what", "a")]),
    ("short organisation", {"organisation": bytes(31)}, [("what", "a")]),
    ("short g", {"to": (bytes(15),)}, [("what", "a")]),
    ("capital language", {"language": "EN"}, [("what", "a")]),
    ("empty concern", {}, []),
    ("concern of empty sections", {}, [("what", "")]),
    ("withdrawal with text", {"type": "withdraw"}, [("what", "a")]),
    ("withdrawal with a section", {"type": "withdraw"}, [("what", "")]),
    ("section twice", {}, [("what", "a"), ("what", "b")]),
    ("section name", {}, [("What", "a")]),
    ("section called attachments", {}, [("attachments", "[]")]),
    ("zero character", {}, [("what", "a\0")]),
    ("lone surrogate", {}, [("what", "\ud800")]),
    ("33 sections", {}, [(f"s{at}", "a") for at in range(33)]),
    ("25 choices", {"choices": {f"c{at}": "x" for at in range(25)}}, [("what", "a")]),
    ("empty choice", {"choices": {"who": ""}}, [("what", "a")]),
    ("long choice", {"choices": {"who": "x" * 65}}, [("what", "a")]),
    ("17 choices in one", {"choices": {"who": ("x",) * 17}}, [("what", "a")]),
    ("short reply id", {"answers_to": bytes(15)}, [("what", "a")]),
    ("succeeds nobody", {"succeeds": ()}, [("what", "a")]),
]


@pytest.mark.parametrize(("case", "changes", "texts"), COMPOSED)
def test_faulty_messages_are_not_written(case: str, changes: dict[str, Any], texts: list[tuple[str, str]]):
    with refused("malformed"):
        message.compose(replace(HEAD, **changes), texts)


def test_a_withdrawal_is_written_and_read():
    written, rest = message.compose(replace(HEAD, type="withdraw"), [])
    assert message.read({0: written}, 1, G).head.type == "withdraw"
    assert rest == b""


def altered(**changes: Any) -> bytes:
    """A head of two whole sections with some keys replaced, written again."""
    written, _ = message.compose(HEAD, [("what", "abc"), ("when", "de")])
    document = load(written, message.HEAD)
    assert isinstance(document, dict)
    return dump({key: value for key, value in {**document, **changes}.items() if value is not None})


READ: list[tuple[str, bytes]] = [
    ("not json", b"abc"),
    ("no version", altered(v=None)),
    ("version true", altered(v=True)),
    ("unknown key", altered(more=1)),
    ("attachments not last", altered(sections=[["attachments", 3], ["when", 2]])),
    ("attachments that are none", altered(sections=[["when", 2], ["attachments", 3]])),
    ("sizes too small", altered(sections=[["what", 3], ["when", 1]])),
    ("sizes too large", altered(sections=[["what", 3], ["when", 3]])),
    ("size below zero", altered(sections=[["what", 6], ["when", -1]])),
    ("section cut inside a character", altered(start="abçd", sections=[["what", 3], ["when", 2]])),
    ("zero character", altered(start="abc\0d")),
    ("section with three items", altered(sections=[["what", 3, 1], ["when", 2]])),
    ("withdrawal with text", altered(type="withdraw")),
    ("null", b'{"answers_to":null}'),
]


@pytest.mark.parametrize(("case", "head"), READ)
def test_faulty_heads_are_refused(case: str, head: bytes):
    with refused("malformed"):
        message.read({0: head}, 1, G)


def test_a_message_for_others_is_refused():
    written, _ = message.compose(HEAD, [("what", "a")])
    assert message.read({0: written}, 1, G).complete
    for reader in (H, bytes(16)):
        with refused("malformed", "not addressed to the reader"):
            message.read({0: written}, 1, reader)


def test_parts_must_fit_the_head():
    written, rest = message.compose(HEAD, [("what", "a" * 8000)])
    parts = parts_of(written, rest)
    assert len(parts) == 3
    assert message.read(parts, 3).complete
    for faulty, total in (
        (parts, 2),
        (parts, 4),
        ({0: written}, 1),
        ({**parts, 3: b"a"}, 3),
        ({**parts, -1: parts[1]}, 3),
        ({**parts, 1: parts[1][:-1]}, 3),
        ({**parts, 2: parts[2] + b"a"}, 3),
    ):
        with refused("malformed"):
            message.read(faulty, total)


def test_hostile_heads_are_refused_at_once():
    with refused("limit"):
        message.read({0: b"[" * 10_000_000}, 1)
    with refused("malformed"):
        message.read({0: b"[" * 2905}, 1)
    claims = altered(sections=[["what", 46_480]] + [[f"s{at}", 46_480] for at in range(31)])
    with refused("malformed"):
        message.read({0: claims}, 16)


def test_nothing_secret_is_shown():
    head = replace(HEAD, choices={"who": "nurse"}, succeeds=(message.Succeeds(g=G, thread=b"T" * 32),))
    written, rest = message.compose(head, [("what", "the ward sister")])
    shown = repr(message.read({0: written}, 1))
    assert "sister" not in shown
    assert "nurse" not in shown
    assert "TTTT" not in shown
    assert rest == b""
