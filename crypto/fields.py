"""Shapes of JSON documents: small checks, put together into tables that read alike in both languages (PROTOCOL 1).

A check takes a plain JSON value and gives it back in the form that code works with (base64 becomes bytes), or raises
`malformed`. Since every fault of shape has that one code, the order of these checks is not part of the protocol.

    >>> record({"v": constant(1), "g": raw(2)})({"v": 1, "g": "AAE"})
    {'v': 1, 'g': b'\\x00\\x01'}
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from crypto.encoding import b64, unb64, utf8
from crypto.errors import CandourError

Check = Callable[[object], Any]

MAX_DAY = 2**31 - 1


def fits(condition: bool, what: str) -> None:
    """Raises `malformed` unless the condition holds."""
    if not condition:
        raise CandourError("malformed", what)


def constant(expected: int | bool) -> Check:
    """Exactly this integer or boolean; 1 is not true."""

    def check(value: object) -> object:
        fits(type(value) is type(expected) and value == expected, "constant")
        return value

    return check


def integer(low: int, high: int) -> Check:
    """A whole number from low to high."""

    def check(value: object) -> object:
        fits(type(value) is int and low <= value <= high, "integer")
        return value

    return check


def string(low: int, high: int) -> Check:
    """A text of low to high bytes in UTF-8."""

    def check(value: object) -> object:
        fits(isinstance(value, str) and low <= len(utf8(value)) <= high, "text")
        return value

    return check


def pattern(expression: str) -> Check:
    """A text that the whole of the expression matches; only ASCII classes, which mean the same in both languages."""
    compiled = re.compile(expression)

    def check(value: object) -> object:
        fits(isinstance(value, str) and compiled.fullmatch(value) is not None, "text")
        return value

    return check


def choice(*values: str) -> Check:
    """One of these texts."""

    def check(value: object) -> object:
        fits(isinstance(value, str) and value in values, "choice")
        return value

    return check


def raw(size: int) -> Check:
    """Base64 of exactly so many bytes."""
    return lambda value: unb64(value, size)


def either(first: Check, second: Check) -> Check:
    """The first check, or, where it refuses, the second."""

    def check(value: object) -> Any:
        try:
            return first(value)
        except CandourError:
            return second(value)

    return check


def array(item: Check, low: int, high: int, *, distinct: bool = False) -> Check:
    """An array of low to high such items; gives a tuple."""

    def check(value: object) -> tuple[Any, ...]:
        fits(isinstance(value, list | tuple) and low <= len(value) <= high, "array")
        items = tuple(item(one) for one in value)  # type: ignore[attr-defined]
        fits(not distinct or len(set(items)) == len(items), "array has doubles")
        return items

    return check


def pair(first: Check, second: Check) -> Check:
    """An array of exactly these two; gives a tuple."""

    def check(value: object) -> tuple[Any, Any]:
        fits(isinstance(value, list | tuple) and len(value) == 2, "pair")
        return first(value[0]), second(value[1])  # type: ignore[index]

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with all the required keys, any of the optional ones, and no other."""
    checks = {**required, **(optional or {})}

    def check(value: object) -> dict[str, Any]:
        fits(isinstance(value, Mapping) and all(key in value for key in required), "keys missing")
        fits(all(key in checks for key in value), "keys unknown")  # type: ignore[attr-defined]
        return {key: checks[key](one) for key, one in value.items()}  # type: ignore[attr-defined]

    return check


def plain(value: Any) -> Any:
    """The way back: bytes become base64, tuples become arrays; what is plain already stays."""
    if isinstance(value, bytes):
        return b64(value)
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


day = integer(0, MAX_DAY)
