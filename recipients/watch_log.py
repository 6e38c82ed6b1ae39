"""The watch's log: a file of lines, each naming the hash of the one before; and what it says was seen so far.

    with Log(path) as log:          # `damaged` where a line was changed or taken out
        log.memory.certificates
        log.write("look", now, seen={…}, alarms=[…])
        log.state                   # 32 bytes over all of it: write it down elsewhere to notice a log that was cut

A line is JSON: `{"v":1,"n":number,"at":unix seconds,"kind","before":base64 32,"seen":{…},"alarms":[[code,what]…]}`.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError
from crypto.kdf import sha256
from recipients.errors import GuardianError

_LINE = 4 * 1024 * 1024
_START = sha256(b"candour/v1/watch")


@dataclass(kw_only=True)
class Memory:
    """What was seen before. Digests and keys are base64; `board` is the digest of each file by its start."""

    organisation: str = ""
    length: int = 0
    state: str = ""
    certificates: set[str] = field(default_factory=set)
    guardians: dict[str, str] = field(default_factory=dict)
    heads: dict[str, tuple[int, int]] = field(default_factory=dict)
    site: str = ""
    site_day: int = 0
    board: dict[int, str] = field(default_factory=dict)
    page: str = ""

    def take(self, seen: Mapping[str, Any]) -> None:
        """Goes on from a line."""
        self.organisation = seen.get("organisation", self.organisation)
        self.length, self.state = seen.get("length", self.length), seen.get("state", self.state)
        self.site, self.site_day = seen.get("site", self.site), seen.get("site_day", self.site_day)
        self.page = seen.get("page", self.page)
        self.certificates |= set(seen.get("certificates", ()))
        self.guardians |= dict(seen.get("guardians", ()))
        self.heads |= {g: (day, length) for g, day, length in seen.get("heads", ())}
        self.board |= dict(seen.get("board", ()))

    def forget_board(self, before: int) -> None:
        """Board files that began earlier are not looked for any more."""
        self.board = {start: digest for start, digest in self.board.items() if start >= before}


class Log:
    """An open log file, made when it is not there. One process at a time writes to it."""

    def __init__(self, path: Path) -> None:
        self.memory, self.state, self.count = Memory(), _START, 0
        try:
            path.touch(mode=0o600)
            self._file = path.open("r+b")
            self._read()
        except OSError:
            raise GuardianError("file", "unreadable") from None

    def write(self, kind: str, at: int, seen: Mapping[str, Any], alarms: Sequence[Sequence[str]] = ()) -> None:
        """Adds a line, on the disk before this returns. What raised an alarm is not remembered as known."""
        line = dump(
            {
                "v": 1,
                "n": self.count,
                "at": at,
                "kind": kind,
                "before": b64(self.state),
                "seen": dict(seen),
                "alarms": [list(one) for one in alarms],
            }
        )
        self._file.write(line + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._count(line, seen)

    def _count(self, line: bytes, seen: Mapping[str, Any]) -> None:
        self.state, self.count = sha256(line), self.count + 1
        self.memory.take(seen)

    def _read(self) -> None:
        whole = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break  # a process that was killed while it wrote
            try:
                fields: Any = load(line[:-1], _LINE)
                known = unb64(fields["before"], 32) == self.state and fields["n"] == self.count
                self._count(line[:-1], fields["seen"])
            except (CandourError, KeyError, TypeError, ValueError):
                known = False
            if not known:
                self._file.close()
                raise GuardianError("damaged", "watch")
            whole += len(line)
        self._file.seek(whole)
        self._file.truncate()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
