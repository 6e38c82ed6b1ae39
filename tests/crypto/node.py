"""A Node process that answers questions with the JavaScript twins: one JSON object a line, in and out."""

import dataclasses
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crypto.encoding import b64

HERE = Path(__file__).parent


class Node:
    """Runs one program of this folder until it is closed."""

    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen(
            ["node", str(HERE / program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, operation: str, **arguments: Any) -> Any:
        """The answer's value, with base64 for bytes, or `{"code": …}` where JavaScript refused."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        json.dump({"operation": operation, **_marked(arguments)}, self._process.stdin)
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"broken": "Node ended"}')
        assert "broken" not in answer, answer["broken"]
        return answer.get("value", answer)

    def close(self) -> None:
        """Ends the process, and says whether it ended well."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        assert self._process.wait(30) == 0


def plain(value: Any) -> Any:
    """A value as Node answers it: bytes as base64, tuples as arrays, dataclasses as objects."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(vars(value))
    if isinstance(value, bytes):
        return b64(value)
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _marked(value: Any) -> Any:
    """A value as Node is asked: bytes marked, so that it makes bytes of them again."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {key: one for key, one in vars(value).items() if one is not None}
    if isinstance(value, bytes):
        return {"bytes": b64(value)}
    if isinstance(value, Mapping):
        return {key: _marked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(one) for one in value]
    return value
