"""The stand-alone checker is a second implementation: it gives the vectors' results for all that it reads."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crypto.errors import CandourError
from crypto.words import WORDS
from tests.vectors import run
from tests.vectors.given import Given
from tests.verify.load import verify

FOLDER = Path(__file__).resolve().parents[2] / "crypto" / "vectors"


def _parse(given: Given) -> Any:
    read = verify.Statement(given.raw("envelope"), given["name"]).verify()
    return {"name": read.name, "payload": read.payload, "signers": read.signers, "entry_hash": read.hash}


def _directory(given: Given) -> Any:
    remembered = given["remembered"]
    if remembered is not None:
        remembered = (remembered["length"], given.make(remembered["state"]))
    read = verify.Directory(given.raw("file"), given.raw("organisation"), given["today"], remembered)
    return {
        **{key: getattr(read, key) for key in ("organisation", "name", "root", "head_day", "warnings", "guardians")},
        "length": len(read.hashes),
        "state": read.states[-1],
    }


def _certificate(given: Given) -> Any:
    read = verify.Directory(given.raw("file"), given.raw("organisation"), given["today"])
    return read.certificates_of(given["g"], given["day"])[0]["hash"]


def _receipt(given: Given) -> Any:
    read = verify.Directory(given.raw("file"), given.raw("organisation"), given["directory_day"])
    return verify.read_receipt(given.raw("payload"), read, given["today"], given.raw("thread"))[0]


def _board(given: Given) -> Any:
    files = verify.read_board(given.raw("bytes"))
    return [{"start": start, "length": length, "cells": cells} for start, length, cells in files]


OPERATIONS: dict[str, Callable[[Given], Any]] = {
    "b64.encode": lambda g: verify.b64(g.raw("bytes")),
    "b64.decode": lambda g: verify.unb64(g["text"], g.get("size")),
    "json.load": lambda g: verify.load(g.raw("bytes"), g["limit"]),
    "codename.fingerprint": lambda g: verify.in_words(g.raw("key"), WORDS),
    "thread.organisation_id": lambda g: verify.organisation_id(g.raw("root_key")),
    "signing.verify": lambda g: verify.ed25519(g.raw("public"), g.raw("message"), g.raw("signature")),
    "statement.pae": lambda g: verify.pae(g["type"], g.raw("body")),
    "statement.parse": _parse,
    "statement.verify_detached": lambda g: verify.ed25519(
        g.raw("key"), verify.pae(g["type"], g.raw("body")), g.raw("sig")
    ),
    "directory.verify": _directory,
    "directory.certificate": _certificate,
    "receipt.read": _receipt,
    "receipt.check_proof": lambda g: verify.proves(g.raw("holder_key"), g.raw("challenge"), g.raw("sig")),
    "board.read_files": _board,
}


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_vector_gives_the_expected_result(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def called(given: Given) -> Any:
        try:
            return OPERATIONS[operation](given)
        except verify.RefusedError as refused:
            raise CandourError(refused.code) from None

    monkeypatch.setattr(run, "_ALL", {operation: called})
    files = {}
    for path in sorted(FOLDER.glob("*.json")):
        document = json.loads(path.read_bytes())
        chosen = [test for test in document["tests"] if test["op"] == operation]
        if chosen:
            changed = {**document, "tests": chosen, "numberOfTests": len(chosen)}
            files[path.name] = json.dumps(changed).encode()
    assert files
    assert run.differences(run.expected_all(files), run.run_all(files)) == []


def test_it_imports_nothing_of_the_product_and_nothing_to_install() -> None:
    import ast
    import sys

    source = Path(verify.__file__ or "").read_text(encoding="utf-8")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert imported <= sys.stdlib_module_names
