"""Runs vector files against crypto/*.py. The JavaScript twin is run.mjs.

    results = run_all({"cell.json": data})      # {"cell-1": "ok:<sha256>", "cell-2": "none", "cell-3": "error:size", …}

A result that is neither a value, nothing, nor a CandourError is "broken: …", which no vector expects.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from crypto.errors import CandourError
from tests.vectors.given import Given, shown
from tests.vectors.operations import OPERATIONS
from tests.vectors.signed_operations import SIGNED

Files = Mapping[str, bytes]

_ALL = {**OPERATIONS, **SIGNED}


def run_all(files: Files) -> dict[str, str]:
    """The result of every test in the files, by id."""
    results: dict[str, str] = {}
    for data in files.values():
        document = json.loads(data)
        for test in document["tests"]:
            results[test["id"]] = _run(_ALL.get(test["op"]), Given(test["input"], document.get("data", {})))
    return results


def expected_all(files: Files) -> dict[str, str]:
    """What every test expects, by id. Raises ValueError for a file that is empty, short or of another schema."""
    expected: dict[str, str] = {}
    for name, data in files.items():
        document = json.loads(data)
        tests = document["tests"]
        if document["schema"] != "candour-vectors-1" or not tests or document["numberOfTests"] != len(tests):
            raise ValueError(f"{name}: empty, short, or of another schema")
        found = {test["id"]: _expected(test["expect"]) for test in tests}
        if len(found) != len(tests) or found.keys() & expected.keys():
            raise ValueError(f"{name}: an id stands twice")
        expected |= found
    return expected


def differences(expected: Mapping[str, str], results: Mapping[str, str]) -> list[str]:
    """Ids whose result is not the expected one, or that are on one side only; as "id: expected, not result"."""
    ids = sorted(expected.keys() | results.keys())
    return [f"{i}: {expected.get(i)}, not {results.get(i)}" for i in ids if expected.get(i) != results.get(i)]


def _run(operation: Callable[[Given], Any] | None, given: Given) -> str:
    if operation is None:
        return "broken: no such operation"
    try:
        value = operation(given)
    except CandourError as error:
        # The place of a word that is not listed is part of the protocol; other details are for people.
        return f"error:{error.code}:{error.detail}" if error.code == "word" else f"error:{error.code}"
    except Exception as error:  # noqa: BLE001  whatever else comes out is the result: a broken promise
        return f"broken: {type(error).__name__}: {error}"
    return "none" if value is None else f"ok:{_hash(shown(value))}"


def _expected(expect: Mapping[str, Any]) -> str:
    match expect:
        case {"error": str(code)} if len(expect) == 1:
            return f"error:{code}"
        case {"none": True} if len(expect) == 1:
            return "none"
        case {"sha256": str(digest)} if len(expect) == 1:
            return f"ok:{digest}"
        case {"output": value} if len(expect) == 1:
            return f"ok:{_hash(value)}"
    raise ValueError(f"no expectation: {expect}")


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
