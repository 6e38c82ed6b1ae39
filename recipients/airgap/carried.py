"""The bundles that a courier brought, as a source of closed periods: what was downloaded there is copied here.

What is damaged, cut, or for somebody else is put aside with the reason; everything else is used, in whatever order the
files are given, and as often.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from recipients.airgap import container
from recipients.airgap.container import Address, Bundle
from recipients.errors import GuardianError
from recipients.vault.files import disk


class Carried:
    """Verified bundles. `news` is the newest of its kind, or None; `put_aside` are the others, each with a reason."""

    def __init__(self, paths: Iterable[Path], address: Address) -> None:
        self.put_aside: list[tuple[str, str]] = []
        self.news: Bundle | None = None
        self._segments: dict[str, Bundle] = {}
        for path in _files(paths):
            try:
                self._add(container.read(path, address))
            except GuardianError as error:
                # What this vault itself put there for the courier lies beside, signed by another key.
                if not (error.detail == "signature" and path.name.endswith("-out.bundle")):
                    self.put_aside.append((path.name, error.detail or error.code))

    def has(self, kind: str, start: int, size: int) -> bool:
        """Whether the segment of a period is here, in the size that it should have."""
        found = self._segments.get(f"{kind}/{start}")
        return found is not None and found.size(f"{kind}/{start}") == size

    def download(self, path: str, size: int, to: Path, on_bytes: Callable[[int], None]) -> None:
        """Copies the segment `/periods/START/cells` (or chunks) of `size` bytes; `bundle` when it is damaged.

        A damaged file is put aside, so that the next import does not stop at it.
        """
        _, _, start, kind = path.split("/")
        if not self.has(kind, int(start), size):
            raise GuardianError("bundle", "none")
        if to.exists() and to.stat().st_size == size:
            # Copied here before; whether it is what was listed is checked by whoever opens it.
            return
        bundle = self._segments[f"{kind}/{start}"]
        with disk(), to.open("wb") as file:

            def write(piece: bytes) -> None:
                file.write(piece)
                on_bytes(len(piece))

            bundle.copy(f"{kind}/{start}", write)

    def drop(self, kind: str, start: int, reason: str) -> None:
        """Puts a bundle aside after all: what is in it is not what its head says."""
        bundle = self._segments.pop(f"{kind}/{start}")
        self.put_aside.append((bundle.path.name, reason))

    def _add(self, bundle: Bundle) -> None:
        if bundle.kind == "news" and (self.news is None or bundle.serial > self.news.serial):
            self.news = bundle
        if bundle.kind in ("cells", "chunks"):
            self._segments.update({name: bundle for name in bundle.places if name.startswith(f"{bundle.kind}/")})


def _files(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and the bundles of folders (not of folders within)."""
    found: list[Path] = []
    for path in paths:
        with disk():
            found += sorted(path.glob("candour-*.bundle")) if path.is_dir() else [path]
    return found
