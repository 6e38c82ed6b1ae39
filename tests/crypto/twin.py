"""The browser's half of the protocol, run by one long-lived Node process for tests that need both languages."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crypto.encoding import b64, unb64
from crypto.errors import CandourError

_SCRIPT = Path(__file__).with_name("cross.mjs")
WORDS = "$words"


class Node:
    """Calls functions of crypto/*.js by name: `node("cell.seal", plaintext, key, organisation)`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, call: str, *args: object) -> Any:
        """The value; bytes stay bytes. Raises the same CandourError that the script raised."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("no pipes")
        # ensure_ascii: a lone surrogate travels as an escape.
        self._process.stdin.write(json.dumps({"call": call, "args": _encode(args)}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"broken": "Node has ended"}')
        if "broken" in answer:
            raise RuntimeError(answer["broken"])
        if "error" in answer:
            raise CandourError(answer["error"])
        return _decode(answer.get("value"))


@contextmanager
def running_node() -> Iterator[Node]:
    """A Node that ends with the block."""
    program = shutil.which("node")
    if program is None:
        raise RuntimeError("no node in the path: run `make check` once, it sets Node up")
    with subprocess.Popen([program, _SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Node(process)


def _encode(value: object) -> object:
    if isinstance(value, bytes):
        return {"$": b64(value)}
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    return {key: _encode(item) for key, item in value.items()} if isinstance(value, dict) else value


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    return unb64(value["$"]) if "$" in value else {key: _decode(item) for key, item in value.items()}
