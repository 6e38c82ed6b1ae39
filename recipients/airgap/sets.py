"""The courier's sets of report cells for other guardians: one whole set in every period, the vault's or cover.

    sets.json       the bundle they came from, which are left, which period got which
    sets/N          a set of the vault that waits
    put/N           the cells for the period that starts at N, written before the first of them is sent

A newer bundle of the vault takes the place of all earlier ones: what was still in them is sealed anew in it. A set of
which a cell could not be sent goes again, whole, with the same bytes; so nothing is lost, and whoever opens it knows
what came before. The lock of the spool is held meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crypto import between, cell
from crypto.encoding import dump, load
from crypto.errors import CandourError
from crypto.fields import array, constant, either, integer, plain, record
from recipients.errors import GuardianError
from recipients.vault.files import disk
from recipients.vault.files import replace as replace_file

# More than a vault ever gives; and what all of them together may take on this machine.
MAX_SETS = 64
SIZE = between.CELLS * cell.CELL
_KEPT = 40 * 86_400
# As with cells for the board: what a stick brings later than that is not sent any more.
_GRACE = 14 * 86_400
_LIMIT = 4 * 1024 * 1024
_NUMBER = integer(0, 2**53 - 1)
_TOLD = record({"v": constant(1), "out": _NUMBER, "posted": array(integer(1, 2**53 - 1), 0, 100_000)})
_POST = record({"start": _NUMBER, "number": _NUMBER, "taken": either(constant(True), constant(False))})
_SHAPE = record(
    {
        "v": constant(1),
        "out": _NUMBER,
        "made": _NUMBER,
        "left": array(_NUMBER, 0, MAX_SETS),
        "posts": array(_POST, 0, 100_000),
    }
)


@dataclass(frozen=True, kw_only=True)
class Post:
    """One board period: its `start`, the `number` of the vault's set in it (0 for cover), whether all were taken."""

    start: int
    number: int
    taken: bool


@dataclass(frozen=True, kw_only=True)
class _Memory:
    out: int = 0
    made: int = 0
    left: tuple[int, ...] = ()
    posts: tuple[Post, ...] = field(default=())


class Sets:
    """What is kept in the courier's folder about them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with disk():
            for name in ("sets", "put"):
                (folder / name).mkdir(mode=0o700, exist_ok=True)
        self._memory = self._load()

    @property
    def out(self) -> int:
        """The serial of the bundle whose sets were taken last."""
        return self._memory.out

    def take(self, serial: int, made: int, sets: Sequence[tuple[int, bytes]]) -> None:
        """Takes over the sets (number and cells) of a bundle made at `made`; of an older one, or the same, nothing."""
        if serial <= self._memory.out or not sets:
            return
        for number, cells in sets[:MAX_SETS]:
            replace_file(self._folder / "sets" / str(number), cells)
        left = tuple(number for number, _ in sets[:MAX_SETS])
        self._remember(out=serial, made=made, left=left)
        self._sweep()

    def cells_for(self, start: int, organisation: bytes) -> bytes | None:
        """The cells to send for the period at `start`, the same ones every time; None when all of them were taken."""
        known, path = self._post(start), self._folder / "put" / str(start)
        if known is not None:
            return None if known.taken else path.read_bytes()
        number = self._next(start)
        cover = b"".join(cell.cover(organisation) for _ in range(between.CELLS)) if number == 0 else b""
        # On the disk before they are chosen, chosen before they are sent: what is sent again has the same bytes.
        replace_file(path, cover or (self._folder / "sets" / str(number)).read_bytes())
        self._note(Post(start=start, number=number, taken=False))
        return path.read_bytes()

    def taken(self, start: int) -> None:
        """The portal has all cells of a period."""
        found = self._post(start)
        if found is not None:
            self._note(replace(found, taken=True))
            self._sweep()

    def told(self) -> bytes:
        """What the vault is to hear, as it stands in the news: which of its sets the portal has (`read_told`)."""
        posted = sorted({one.number for one in self._memory.posts if one.taken and one.number})
        return dump(plain({"v": 1, "out": self._memory.out, "posted": posted}))

    def forget(self, now: int) -> None:
        """Removes what is long over."""
        self._remember(posts=tuple(one for one in self._memory.posts if one.start >= now - _KEPT))
        self._sweep()

    def _next(self, start: int) -> int:
        done = {one.number for one in self._memory.posts if one.taken}
        left = [one for one in self._memory.left if one not in done]
        return left[0] if left and start <= self._memory.made + _GRACE else 0

    def _post(self, start: int) -> Post | None:
        return next((one for one in self._memory.posts if one.start == start), None)

    def _note(self, post: Post) -> None:
        others = [one for one in self._memory.posts if one.start != post.start]
        self._remember(posts=tuple(sorted((*others, post), key=lambda one: one.start)))

    def _sweep(self) -> None:
        done = {one.number for one in self._memory.posts if one.taken}
        waiting = {str(one) for one in self._memory.left if one not in done}
        sending = {str(one.start) for one in self._memory.posts if not one.taken}
        with disk():
            for name, wanted in (("sets", waiting), ("put", sending)):
                for path in (self._folder / name).iterdir():
                    if path.name not in wanted:
                        path.unlink()

    def _remember(self, **changes: Any) -> None:
        memory = replace(self._memory, **changes)
        posts = [{"start": one.start, "number": one.number, "taken": one.taken} for one in memory.posts]
        fields = {"v": 1, "out": memory.out, "made": memory.made, "left": memory.left, "posts": posts}
        replace_file(self._folder / "sets.json", dump(plain(fields)))
        self._memory = memory

    def _load(self) -> _Memory:
        path = self._folder / "sets.json"
        if not path.exists():
            return _Memory()
        try:
            fields = _SHAPE(load(path.read_bytes(), _LIMIT))
        except CandourError:
            raise GuardianError("pass", "state") from None
        posts = tuple(Post(**one) for one in fields["posts"])
        return _Memory(out=fields["out"], made=fields["made"], left=tuple(fields["left"]), posts=posts)


def read_told(data: bytes) -> tuple[int, list[int]]:
    """What a courier says in its news: the serial of the newest bundle it took, and the sets that the portal has."""
    try:
        fields = _TOLD(load(data, _LIMIT))
    except CandourError:
        raise GuardianError("bundle", "damaged") from None
    return fields["out"], list(fields["posted"])
