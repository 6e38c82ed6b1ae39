"""What a courier remembers between two errands: a small file, and board cells that wait beside it.

    state.json      the log as it was last seen, which cells went into which board period
    waiting/N       cells of the vault for a board period, N the start of the one they were made for
    sent/N          the cells for the period that starts at N, written before the first byte of them is sent
    sets.json ...   the same for report cells to other guardians (`sets`)

One errand at a time: a lock is held that the system lets go when the process ends.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from crypto import board
from crypto.encoding import dump, load
from crypto.errors import CandourError
from crypto.fields import array, choice, constant, integer, plain, raw, record
from recipients import system
from recipients.airgap.sets import Sets
from recipients.errors import GuardianError
from recipients.vault.files import disk
from recipients.vault.files import replace as replace_file

DAY = 86_400
# A courier posts what was made for a period in that one or a later one, up to so many days on.
GRACE = 14 * DAY
_KEPT = 40 * DAY
_LIMIT = 4 * 1024 * 1024
_NUMBER = integer(0, 2**53 - 1)
_POST = record({"start": _NUMBER, "made_for": _NUMBER, "state": choice("sealed", "posted", "missed")})
_SHAPE = record(
    {
        "v": constant(1),
        "serial": _NUMBER,
        "length": _NUMBER,
        "state": raw(32),
        "head_day": _NUMBER,
        "head_state": raw(32),
        "posts": array(_POST, 0, 100_000),
    }
)


@dataclass(frozen=True, kw_only=True)
class Post:
    """One board period: `start`; `made_for` is the N of the vault's cells in it, 0 for random ones."""

    start: int
    made_for: int
    state: str


@dataclass(frozen=True, kw_only=True)
class Memory:
    """`length` and `state` of the log as last seen; the head as last posted; `serial` of the last bundle made."""

    serial: int = 0
    length: int = 0
    state: bytes = bytes(32)
    head_day: int = 0
    head_state: bytes = bytes(32)
    posts: tuple[Post, ...] = field(default=())


class Spool:
    """The courier's folder, open and locked; `busy` when another errand has it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with disk():
            for folder in (path, path / "waiting", path / "sent", path / "coming"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | system.OWN, 0o600)
        if not system.try_lock(self._lock):
            os.close(self._lock)
            raise GuardianError("busy", "courier")
        try:
            self.memory = self._load()
            self.sets = Sets(path)
        except BaseException:
            os.close(self._lock)
            raise

    @property
    def coming(self) -> Path:
        """The folder for what is being fetched."""
        return self.path / "coming"

    def remember(self, **changes: Any) -> None:
        """Changes what is remembered, on the disk first."""
        memory = replace(self.memory, **changes)
        posts = [{"start": one.start, "made_for": one.made_for, "state": one.state} for one in memory.posts]
        fields = {name: getattr(memory, name) for name in ("serial", "length", "state", "head_day", "head_state")}
        replace_file(self.path / "state.json", dump(plain({"v": 1, **fields, "posts": posts})))
        self.memory = memory

    def take(self, made_for: int, cells: bytes) -> bool:
        """Keeps cells of the vault that wait to be posted; False when other ones for that period are here already.

        The first ones stay: they may have been posted, and a period must not get two different sets.
        """
        path = self.path / "waiting" / str(made_for)
        if path.exists():
            return path.read_bytes() == cells
        replace_file(path, cells)
        return True

    def post_for(self, start: int) -> Post | None:
        """What is known of the board period that starts at `start`."""
        return next((one for one in self.memory.posts if one.start == start), None)

    def cells_for(self, start: int, count: int, published: frozenset[bytes]) -> bytes:
        """The `count` cells to post for the period at `start`: the ones chosen before, the vault's next, or random."""
        if self.post_for(start) is not None:
            return (self.path / "sent" / str(start)).read_bytes()
        made_for, cells = self._next(start, count, published)
        # On the disk before they are chosen, chosen before they are sent: a repeated post sends the same bytes.
        replace_file(self.path / "sent" / str(start), cells)
        self._note(Post(start=start, made_for=made_for, state="sealed"))
        return cells

    def settle(self, start: int, state: str) -> None:
        """Notes what became of a period's cells."""
        found = self.post_for(start)
        if found is not None:
            self._note(replace(found, state=state))

    def settle_by_board(self, files: Iterable[board.BoardFile]) -> None:
        """Finds out what became of posts of which no answer came: those never published wait again."""
        cells = {file.start: set(file.cells) for file in files}
        everywhere = set().union(*cells.values())
        for one in self.memory.posts:
            if one.state == "sealed" and any(start >= one.start for start in cells):
                sent = (self.path / "sent" / str(one.start)).read_bytes()
                self.settle(one.start, "posted" if _cut(sent) & everywhere else "missed")

    def forget(self, now: int) -> None:
        """Removes what is long over."""
        old = [one for one in self.memory.posts if one.start < now - _KEPT]
        self.remember(posts=tuple(one for one in self.memory.posts if one not in old))
        with disk():
            for one in old:
                (self.path / "sent" / str(one.start)).unlink(missing_ok=True)
            for path in (self.path / "waiting").iterdir():
                if path.name.isdecimal() and int(path.name) < now - _KEPT:
                    path.unlink()

    def waiting(self) -> int:
        """How many sets of the vault's cells wait."""
        taken = {one.made_for for one in self.memory.posts if one.state != "missed"}
        return len([one for one in self._batches() if one not in taken])

    def close(self) -> None:
        """Lets the lock go."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _next(self, start: int, count: int, published: frozenset[bytes]) -> tuple[int, bytes]:
        taken = {one.made_for for one in self.memory.posts if one.state != "missed"}
        for made_for in self._batches():
            cells = (self.path / "waiting" / str(made_for)).read_bytes()
            fits = made_for <= start <= made_for + GRACE and len(cells) == count * board.CELL
            # Another courier of the same vault may have posted them: the same cell twice would show that it is real.
            if fits and made_for not in taken and not _cut(cells) & published:
                return made_for, cells
        return 0, b"".join(sorted(board.dummy() for _ in range(count)))

    def _batches(self) -> list[int]:
        return sorted(int(path.name) for path in (self.path / "waiting").iterdir() if path.name.isdecimal())

    def _note(self, post: Post) -> None:
        others = tuple(one for one in self.memory.posts if one.start != post.start)
        self.remember(posts=tuple(sorted((*others, post), key=lambda one: one.start)))

    def _load(self) -> Memory:
        path = self.path / "state.json"
        if not path.exists():
            return Memory()
        try:
            fields = _SHAPE(load(path.read_bytes(), _LIMIT))
        except CandourError:
            raise GuardianError("pass", "state") from None
        del fields["v"]
        return Memory(**{**fields, "posts": tuple(Post(**one) for one in fields["posts"])})


def _cut(cells: bytes) -> set[bytes]:
    return {cells[at : at + board.CELL] for at in range(0, len(cells), board.CELL)}
