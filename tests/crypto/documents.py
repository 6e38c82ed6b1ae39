"""What hypothesis draws for the documents of the protocol: bodies, messages, replies and receipts."""

from typing import Any

from hypothesis import strategies as st

from crypto import message, reply, statement_bodies
from tests.crypto.organisation import TODAY
from tests.crypto.strategies import ids, secrets32, values

days = st.integers(0, 2**31 - 1)
characters = st.characters(codec="utf-8", exclude_characters="\0")
languages = st.from_regex("[a-z-]{2,12}", fullmatch=True)
names = st.from_regex("[a-z][a-z0-9_]{0,31}", fullmatch=True)


def words(low: int, high: int) -> st.SearchStrategy[str]:
    """Texts of low to high bytes in UTF-8."""
    return st.text(characters, min_size=low, max_size=high).filter(lambda text: len(text.encode()) <= high)


def _spans(longest: int) -> st.SearchStrategy[dict[str, int]]:
    starts = st.tuples(st.integers(0, 2**31 - 1 - longest), st.integers(0, longest))
    return starts.map(lambda pair: {"from": pair[0], "until": pair[0] + pair[1]})


_PERSON = {"g": ids, "name": words(1, 80), "role": words(1, 120), "identity": secrets32, "courier": secrets32}
_QUARTERS = st.from_regex("[0-9]{4}Q[1-4]", fullmatch=True)
_PERIODS = st.sampled_from([one for one in range(1, 86_401) if 86_400 % one == 0])
_AWAY = st.tuples(days, days).map(sorted)
_SHAPES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "organisation": {"name": words(1, 120), "root": secrets32},
    "rotation": {"old": secrets32, "new": secrets32},
    "policy": {
        "period": _PERIODS,
        "board_period": _PERIODS,
        "board_cells": st.integers(1, 64),
        "board_dummies": st.integers(0, 256),
        "board_days": st.integers(1, 60),
        "report_days": st.integers(1, 90),
        "slot_ms": st.integers(100, 60_000),
        "attachment_mb": st.integers(0, 250),
        "writer": secrets32 | st.just(b""),
    },
    "certificate": {**_PERSON, "span": _spans(400)},
    "request": _PERSON,
    "revocation": {"certificate": secrets32, "reason": words(0, 200)},
    "epochs": {
        "g": ids,
        "first": st.integers(0, 2**31 - 36),
        "digests": st.lists(secrets32, min_size=1, max_size=36),
    },
    "fallback": {"g": ids, "span": _spans(30), "digest": secrets32},
    "calendar": {
        "g": ids,
        "weekdays": st.lists(st.integers(0, 6), max_size=7, unique=True).map(sorted),
        "away": st.lists(_AWAY, max_size=24),
    },
    "lost": {"g": ids, "span": _spans(400)},
    "head": {"g": ids, "length": st.integers(1, 2**31 - 1), "state": secrets32},
    "story": {
        "g": ids,
        "second": ids,
        "quarter": _QUARTERS,
        "title": words(1, 120),
        "happened": words(1, 4000),
        "sense": words(1, 4000),
        "changed": words(1, 4000),
    },
    "statistics": {
        "g": ids,
        "second": ids,
        "quarter": _QUARTERS,
        "rows": st.lists(st.fixed_dictionaries({"name": words(1, 120), "value": words(1, 16)}), min_size=1, max_size=9),
    },
}
_SEGMENT = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_FILES = st.fixed_dictionaries(
    {
        "path": st.from_regex(f"/{_SEGMENT}(/{_SEGMENT}){{0,3}}", fullmatch=True),
        "type": st.from_regex("[ -~]{1,127}", fullmatch=True),
        "size": st.integers(1, 2**31 - 1),
        "digest": secrets32,
    }
)
_SHAPES["site"] = {
    "version": words(1, 32),
    "headers": st.dictionaries(
        st.from_regex("[a-z][a-z0-9-]{0,63}", fullmatch=True), st.from_regex("[ -~]{1,64}", fullmatch=True), max_size=9
    ).map(lambda more: sorted({**more, "content-security-policy": "default-src 'none'"}.items())),
    "files": st.lists(_FILES, max_size=9, unique_by=lambda one: str(one["path"])).map(
        lambda more: [
            {"path": "/", "type": "text/html", "size": 1, "digest": bytes(32)},
            *sorted(more, key=lambda one: str(one["path"])),
        ]
    ),
}
assert _SHAPES.keys() == set(statement_bodies.NAMES)


def bodies(name: str, *, spoilt: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of a kind of statement; spoilt ones lack a key, have one too many, or hold any other value in one."""
    fields = {"v": st.just(1), "organisation": secrets32, "day": days, **_SHAPES[name]}
    whole = st.fixed_dictionaries(fields).map(_flat).filter(_sensible)
    return whole.flatmap(_spoil) if spoilt else whole


def _sensible(body: dict[str, Any]) -> bool:
    """Whether names that must differ do: hypothesis likes to draw all zeros."""
    return all(body.get(one, one) != body.get(other) for one, other in _DIFFERENT)


_DIFFERENT = (("old", "new"), ("identity", "courier"), ("g", "second"))


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    span = body.pop("span", {})
    return {**body, **span}


def _spoil(body: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    keys = st.sampled_from(sorted(body))
    odd = values | days | st.binary(max_size=40) | st.integers(-2, 500)
    return st.one_of(
        keys.map(lambda key: {one: value for one, value in body.items() if one != key}),
        st.tuples(names, odd).map(lambda pair: {**body, pair[0]: pair[1]}),
        st.tuples(keys, odd).map(lambda pair: {**body, pair[0]: pair[1]}),
    )


_choices = st.dictionaries(names, words(1, 64) | st.lists(words(1, 64), max_size=3).map(tuple), max_size=3)
_people = st.lists(ids, min_size=2, max_size=6, unique=True)
_succeeds = st.builds(message.Succeeds, g=ids, thread=secrets32)


@st.composite
def _heads(draw: st.DrawFn) -> message.Head:
    people = draw(_people)
    cut = draw(st.integers(1, len(people)))
    return message.Head(
        type=draw(st.sampled_from(["concern", "more", "feedback"])),
        organisation=draw(secrets32),
        to=tuple(people[:cut]),
        exclude=tuple(people[cut:]),
        holder=draw(secrets32),
        salt=draw(ids),
        language=draw(languages),
        choices=draw(st.none() | _choices),
        answers_to=draw(st.none() | ids),
        succeeds=draw(st.none() | st.lists(_succeeds, min_size=1, max_size=8).map(tuple)),
    )


heads = _heads()
# Texts of several parts, made long by repeating: drawing thousands of characters one by one is slow.
_long = st.tuples(words(0, 30), st.integers(0, 700)).map(lambda pair: pair[0] * pair[1])
sections = st.lists(st.tuples(names, words(0, 200) | _long), max_size=5, unique_by=lambda pair: pair[0])


@st.composite
def some_parts(draw: st.DrawFn, head: bytes, rest: bytes) -> tuple[dict[int, bytes], int]:
    """The parts of a message that arrived, and how many there are."""
    cut = [rest[at : at + message.PART] for at in range(0, len(rest), message.PART)]
    parts = dict(enumerate([head, *cut]))
    gone = draw(st.sets(st.integers(0, len(cut))))
    return {at: part for at, part in parts.items() if at not in gone}, len(parts)


_partial = st.builds(
    reply.Partial,
    message=ids,
    have=st.sets(st.integers(0, 15)).map(lambda have: tuple(sorted(have))),
    parts=st.just(16),
)
_optional = {
    "status": st.sampled_from(["received", "assessed", "addressed", "concluded"]),
    "next": st.builds(reply.Next, day=days, what=words(1, 500)),
    "answers": st.lists(ids, min_size=1, max_size=16).map(tuple),
    "partial": _partial,
    "ask": st.sampled_from(["check-in", "feedback"]),
    "withdrawn": st.just(True),
}
_recent = st.integers(TODAY - 120, TODAY + 3)
replies = st.fixed_dictionaries(
    {"thread": ids, "day": _recent, "language": languages, "text": words(0, 300) | _long}, optional=_optional
)
receipts = st.fixed_dictionaries(
    {
        "thread": ids,
        "message": ids,
        "digest": secrets32,
        "holder": secrets32,
        "state": secrets32,
        "day": _recent,
        "how": st.sampled_from(["software", "person"]),
    },
    optional={"certificate": secrets32},
)
