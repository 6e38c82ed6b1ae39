"""The house rules hold in every file, and each rule catches a file that breaks it."""

from pathlib import Path, PurePosixPath

import pytest

from tests.harness.house import LONGEST_FILE, ROOMS, product_files, violations

ROOT = Path(__file__).resolve().parents[1]


def test_every_product_file_keeps_the_rules():
    found = [
        line
        for file in product_files(ROOT)
        for line in violations(PurePosixPath(file.relative_to(ROOT).as_posix()), file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_room_is_looked_at():
    assert {file.relative_to(ROOT).parts[0] for file in product_files(ROOT)} == set(ROOMS)


BROKEN = {
    "crypto imports portal": ("crypto/a.py", "import portal.store"),
    "crypto imports recipients": ("crypto/a.py", "from recipients import vault"),
    "crypto imports flask": ("crypto/a.py", "from flask import Flask"),
    "crypto imports sqlalchemy": ("crypto/a.py", "import sqlalchemy.orm"),
    "crypto imports httpx": ("crypto/a.py", "import httpx"),
    "crypto imports sqlcipher3": ("crypto/a.py", "import sqlcipher3"),
    "crypto imports PySide6": ("crypto/a.py", "from PySide6.QtWidgets import QApplication"),
    "crypto imports click": ("crypto/a.py", "import click"),
    "crypto imports socket": ("crypto/a.py", "import socket"),
    "crypto imports a clock": ("crypto/a.py", "from time import monotonic"),
    "crypto asks the time": ("crypto/a.py", "import datetime\nday = datetime.date.today()"),
    "crypto imports inside a function": ("crypto/a.py", "def f():\n    import portal"),
    "crypto imports for typing": (
        "crypto/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import flask",
    ),
    "crypto imports by name": ("crypto/a.py", "import importlib\nimportlib.import_module('portal.store')"),
    "crypto imports by __import__": ("crypto/a.py", "__import__('portal')"),
    "crypto imports relatively": ("crypto/a.py", "from ..portal import store"),
    "vectors import what they check": ("crypto/vectors/generate.py", "from crypto import cell"),
    "vectors import it relatively": ("crypto/vectors/generate.py", "from .. import cell"),
    "vectors import a neighbour of it": ("crypto/vectors/generator/cell.py", "from crypto.cell import seal"),
    "portal imports recipients": ("portal/api/a.py", "import recipients"),
    "portal imports recipients relatively": ("portal/api/a.py", "from ...recipients import vault"),
    "portal imports tests": ("portal/a.py", "from tests.harness import ports"),
    "recipients imports portal": ("recipients/cli/a.py", "from portal.store import cells"),
    "recipients imports tests": ("recipients/a.py", "import tests"),
    "assert": ("portal/a.py", "def f(x):\n    assert x"),
    "bare except": ("portal/a.py", "try:\n    f()\nexcept:\n    pass"),
    "except Exception": ("portal/a.py", "try:\n    f()\nexcept Exception:\n    pass"),
    "except Exception, with an ellipsis": ("portal/a.py", "try:\n    f()\nexcept Exception as error:\n    ..."),
    "except in a loop": (
        "portal/a.py",
        "for x in y:\n    try:\n        f()\n    except BaseException:\n        continue",
    ),
    "except in a tuple": ("portal/a.py", "try:\n    f()\nexcept (OSError, Exception):\n    pass"),
    "suppress": ("portal/a.py", "import contextlib\nwith contextlib.suppress(Exception):\n    f()"),
    "too long": ("portal/a.py", "x = 1\n" * (LONGEST_FILE + 1)),
    "script of crypto imports portal": ("crypto/a.js", 'import { x } from "../portal/site/browser/main.js";'),
    "script of crypto imports a package": ("crypto/a.js", 'import sodium from "libsodium-wrappers";'),
    "script of crypto imports Node": ("crypto/a.js", 'const fs = await import("node:fs");'),
    "script of crypto imports for effect": ("crypto/a.js", 'import "elsewhere";'),
    "script of crypto passes on": ("crypto/a.js", 'export * from "../../outside.js";'),
    "script of crypto imports without a space": ("crypto/a.js", 'import{x}from"left-pad";'),
    "script of the site imports recipients": ("portal/site/browser/a.js", 'import x from "../../../recipients/x.js";'),
    "script of the site imports a package": ("portal/site/browser/a.js", 'import {\n  x,\n} from "left-pad";'),
}


@pytest.mark.parametrize("sample", BROKEN.values(), ids=BROKEN.keys())
def test_a_rule_catches(sample: tuple[str, str]):
    path, source = sample
    assert len(violations(PurePosixPath(path), source)) == 1


SOUND = {
    "crypto imports itself": ("crypto/a.py", "from crypto.errors import CandourError\nfrom . import cell"),
    "crypto imports its libraries": (
        "crypto/a.py",
        "import hashlib\nimport nacl.bindings\nfrom argon2 import low_level",
    ),
    "crypto signs requests": ("crypto/request.py", "from http_message_signatures import HTTPMessageSigner"),
    "vectors import their own parts": ("crypto/vectors/generator/cell.py", "from crypto.vectors.generator import base"),
    "portal imports crypto": ("portal/api/a.py", "from crypto import cell\nfrom ..store import cells\nimport flask"),
    "recipients imports crypto": ("recipients/a.py", "import crypto.cell\nimport sqlcipher3\nimport httpx"),
    "a narrow except": ("portal/a.py", "try:\n    f()\nexcept FileNotFoundError:\n    pass"),
    "a broad except that answers": (
        "portal/a.py",
        "try:\n    f()\nexcept Exception as error:\n    raise Refused from error",
    ),
    "a word that looks like a room": ("crypto/a.py", "portal = 'import portal'"),
    "the longest file": ("portal/a.py", "x = 1\n" * LONGEST_FILE),
    "script of crypto": (
        "crypto/a.js",
        'import { sha256 } from "@noble/hashes/sha2.js";\nimport { f } from "./cell.js";',
    ),
    "script of the site": ("portal/site/browser/a.js", 'import { seal } from "../../../crypto/cell.js";'),
    "words that look like imports": ("crypto/a.js", 'if ("from" in body) f("until", "import");'),
    "a comment": ("crypto/a.js", '// import x from "elsewhere"\n/* import y from "elsewhere" */'),
}


@pytest.mark.parametrize("sample", SOUND.values(), ids=SOUND.keys())
def test_a_rule_lets_pass(sample: tuple[str, str]):
    path, source = sample
    assert violations(PurePosixPath(path), source) == []


def test_a_violation_names_file_line_and_reason():
    assert violations(PurePosixPath("crypto/a.py"), "x = 1\nimport flask") == [
        "crypto/a.py:2: crypto must not import flask"
    ]
