"""The portal as a visitor gets it: headers, bytes, the directory, the board, the time (PROTOCOL sections 8, 12, 15).

Everything is asked for as any browser would, without saying who asks. What is expected comes from what the root key
signed, or, while nothing is signed, from what this release builds.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from crypto import board as board_cells
from crypto import directory as directories
from crypto.errors import CandourError
from crypto.guardians import Directory
from portal.doctor.certificate import certificate, trust
from portal.doctor.finding import Finding
from portal.headers import POLICY

_WRONG_CLOCK = 120
_LATE = 600
_TIMEOUT = 60
_REVEALING = ("server", "set-cookie", "etag", "last-modified", "link", "refresh", "x-powered-by", "via")
_ODD = "/no-such-page"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the inside knows: SHA-256 of each path, the list of guardians and keys, the starts of board files."""

    files: dict[str, bytes]
    directory: Directory
    board: tuple[int, ...]


class Visitor:
    """One look at one address."""

    def __init__(
        self,
        address: str,
        expected: Expected,
        clock: Callable[[], float],
        *,
        socks: str | None = None,
        authority: Path | None = None,
        visits: int = 1,
    ) -> None:
        self._address = address.rstrip("/")
        self._expected = expected
        self._clock_here, self._now = clock, clock()
        self._visits = visits
        self._trust = trust(authority)
        self._client = httpx.Client(
            proxy=f"socks5h://{socks}" if socks else None, trust_env=False, timeout=_TIMEOUT, follow_redirects=False,
            verify=self._trust,
        )  # fmt: skip

    def look(self) -> Iterator[Finding]:
        """Everything; if nothing answers, that alone."""
        if self._address.startswith("https:"):
            yield from certificate(self._address, self._trust, self._now)
        with self._client:
            try:
                answers = {path: self._client.get(self._address + path) for path in self._paths()}
                lists = {answers["/directory"].content: answers["/directory"]}
                for _ in range(self._visits - 1):
                    again = self._client.get(self._address + "/directory")
                    lists.setdefault(again.content, again)
            except httpx.HTTPError as problem:
                yield Finding.bad("answers", f"{self._address} does not answer ({type(problem).__name__}).", _START)
                return
        self._now = self._clock_here()  # a slow machine or Tor may have taken minutes to answer
        yield Finding.well("answers", f"{self._address} answers.")
        yield from self._headers(answers)
        yield from self._bytes(answers)
        yield from self._clock(answers["/beacon"])
        # A lie for one visitor in ten is seen by whoever comes ten times.
        for shown in lists.values():
            yield from self._directory(shown)
        yield from self._board(answers["/board"])

    def _paths(self) -> list[str]:
        return [*self._expected.files, "/directory", "/board", "/beacon", _ODD]

    def _headers(self, answers: dict[str, httpx.Response]) -> Iterator[Finding]:
        wanted = dict(POLICY)
        if self._address.startswith("https:"):
            wanted["Strict-Transport-Security"] = "max-age=63072000"
        odd: dict[str, str] = {}
        for path, answer in answers.items():
            lacking = [name for name, value in wanted.items() if answer.headers.get_list(name) != [value]]
            telling = [name for name in _REVEALING if name in answer.headers]
            odd |= dict.fromkeys(lacking, f"is not as it should be for {path}")
            odd |= dict.fromkeys(telling, f"should not be there for {path}")
        for name, what in odd.items():
            yield Finding.bad("headers", f"{self._address}: the header {name} {what}.", _BETWEEN)
        if not odd:
            yield Finding.well("headers", "Every answer has the headers that protect visitors, and none that tells.")

    def _bytes(self, answers: dict[str, httpx.Response]) -> Iterator[Finding]:
        odd = [path for path, digest in self._expected.files.items() if _digest(answers[path]) != digest]
        for path in odd:
            yield Finding.bad("bytes", f"{self._address}: {path} is not what it should be.", _BYTES)
        if not odd:
            yield Finding.well("bytes", "Page, scripts and style are served as they were made.")

    def _clock(self, answer: httpx.Response) -> Iterator[Finding]:
        try:
            there = parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
        except ValueError:
            yield Finding.skipped("clock", f"{self._address} does not say what time it has.")
            return
        if abs(there - self._now) > _WRONG_CLOCK:
            yield Finding.bad(
                "clock", f"The clock of {self._address} and the one here differ by more than two minutes.", _CLOCK
            )
        else:
            yield Finding.well("clock", "The clocks agree.")

    def _directory(self, answer: httpx.Response) -> Iterator[Finding]:
        ours, today = self._expected.directory, int(self._now) // 86_400
        try:
            seen = directories.verify(answer.content, ours.organisation, today)
        except CandourError as problem:
            if problem.code == "early":
                yield Finding.bad("clock", "The list of guardians bears a day that is not here yet.", _CLOCK)
            else:
                yield Finding.bad("directory", f"The list of guardians does not verify ({problem.code}).", _BETWEEN)
            return
        gone = [one.name for one in ours.guardians if one.g not in {each.g for each in seen.guardians}]
        if (seen.length, seen.state) != (ours.length, ours.state):
            without = f", without {', '.join(gone)}" if gone else ""
            yield Finding.bad(
                "directory", f"{self._address} shows another list of guardians than this portal has{without}.", _BETWEEN
            )
        elif "missing" in seen.warnings or "stale" in seen.warnings:
            yield Finding.bad("directory", "Browsers are warned: keys are missing, or nobody has vouched lately.", _ASK)
        else:
            yield Finding.well("directory", "The list of guardians is the newest, and verifies.")

    def _board(self, answer: httpx.Response) -> Iterator[Finding]:
        try:
            files = board_cells.read_files(answer.content)
        except CandourError as problem:
            yield Finding.bad("board", f"The board cannot be read ({problem.code}).", _BETWEEN)
            return
        starts = {file.start for file in files}
        withheld = [start for start in self._expected.board if start not in starts]
        length = self._expected.directory.policy.board_period
        if withheld:
            yield Finding.bad("board", f"{self._address} withholds a part of the board.", _BETWEEN)
        elif files and files[-1].start + files[-1].length + 2 * length + _LATE < self._now:
            yield Finding.bad("board", "The board is old: replies are not published any more.", _START)
        else:
            yield Finding.well("board", "The board is whole.")


def _digest(answer: httpx.Response) -> bytes:
    return hashlib.sha256(answer.content).digest() if answer.status_code == 200 else b""


_START = "systemctl status candour@NAME, and journalctl -u candour@NAME, say what is wrong."
_BETWEEN = (
    "Something stands between, or the program was changed. Look at the web server's files; install the release anew."
)
_BYTES = (
    "Treat the machine as broken into until you know better: take the portal off, tell the guardians, install it anew."
)
_CLOCK = "Set both clocks right (UTC): `timedatectl`."
_ASK = "Ask guardians to run `guardian sync`."
