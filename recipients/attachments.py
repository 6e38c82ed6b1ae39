"""Files that reporters sent: fetched as chunks, opened from them when a person asks (PROTOCOL sections 10 and 15).

Every chunk of every closed period is fetched, as whole segments and never by name: a fetch by name would tie a report,
a file and this guardian together. Which chunks belong to which file only the messages in this vault say.

listed --fetch--> kept --prune, once nothing here names a chunk of it--> gone
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crypto import attachment, message
from crypto.attachment import CHUNK, Manifest
from crypto.errors import CandourError
from crypto.kdf import name
from recipients import cases
from recipients.errors import GuardianError
from recipients.intake import DAY, Period
from recipients.session import Source
from recipients.vault import Vault
from recipients.vault.files import disk, sync_folder

# Chunks leave before the message that names them, which may take days to arrive whole.
KEPT_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a thread, numbered from 1 in order of arrival; `come` of its `manifest.chunks` are here."""

    number: int
    manifest: Manifest
    come: int


def fetch(vault: Vault, source: Source, listed: Iterable[Period], on_chunks: Callable[[int, int], None]) -> int:
    """Fetches the chunks of all listed periods that are not here yet; gives the number of chunks."""
    done = {start for (start,) in vault.database.rows("SELECT start FROM chunk_period")}
    new = [one for one in listed if one.chunks and one.start not in done]
    total, before = sum(one.chunks for one in new), 0
    for period in new:
        _fetch_one(vault, source, period, partial(_tell, on_chunks, before, total))
        before += period.chunks
    return total


def _tell(on_chunks: Callable[[int, int], None], before: int, total: int, count: int) -> None:
    on_chunks(before + count, total)


def _fetch_one(vault: Vault, source: Source, period: Period, on_chunks: Callable[[int], None]) -> None:
    """Goes on where an earlier try stopped; what is not what was announced is fetched anew at the next sync."""
    coming, kept = vault.chunks / f"{period.start}.coming", _segment(vault, period.start)
    size = period.chunks * CHUNK
    source.download(
        f"/periods/{period.start}/chunks", size, coming, lambda _: on_chunks(coming.stat().st_size // CHUNK)
    )
    names = _names(coming)
    if len(names) != period.chunks or coming.stat().st_size != size or sorted(set(names)) != names:
        with disk():
            coming.unlink()
        raise GuardianError("odd", "segment")
    with disk():
        coming.replace(kept)
    sync_folder(kept.parent)
    with vault.database.transaction():
        rows = [(one, period.start, place) for place, one in enumerate(names)]
        for row in rows:
            vault.database.run("INSERT OR IGNORE INTO chunk (name, period, place) VALUES (?, ?, ?)", *row)
        vault.database.run("INSERT INTO chunk_period (start, chunks) VALUES (?, ?)", period.start, period.chunks)


def files(vault: Vault, thread_id: bytes) -> list[File]:
    """The files that a thread's messages name."""
    contents = [one.content for one in cases.incoming(vault, thread_id) if one.content is not None]
    manifests = [manifest for content in contents for manifest in content.attachments]
    return [
        File(number=number, manifest=manifest, come=sum(_place(vault, each) is not None for each in manifest.chunks))
        for number, manifest in enumerate(manifests, 1)
    ]


def save(vault: Vault, manifest: Manifest, organisation: bytes, to: Path) -> None:
    """Opens a file into a new one at `to`, readable by its owner only, whole or not at all.

    `exists`; `attachment` with detail `missing` (a chunk has not come) or `tampered`.
    """
    if to.exists() or to.is_symlink():
        raise GuardianError("exists", "file")
    beside = to.with_name(f".{to.name}.part")
    with disk():
        beside.unlink(missing_ok=True)
        beside.touch(mode=0o600, exist_ok=False)
    try:
        _write(beside, attachment.open_chunks(manifest, lambda one: _chunk(vault, one), organisation))
        with disk():
            beside.rename(to)
    except CandourError as error:
        raise GuardianError("attachment", "missing" if error.code == "missing" else "tampered") from None
    finally:
        beside.unlink(missing_ok=True)


def prune(vault: Vault, today: int) -> int:
    """Deletes segments older than 30 days of which no message here names a chunk; gives their number."""
    query = "SELECT start FROM chunk_period WHERE start < ? AND wanted = 0"
    old = vault.database.rows(query, (today - KEPT_DAYS) * DAY)
    if not old:
        return 0
    wanted = _wanted(vault)
    rows = vault.database.rows("SELECT name, period FROM chunk")
    needed = {period for one, period in rows if one in wanted}
    gone = [start for (start,) in old if start not in needed]
    for start in gone:
        with disk():
            _segment(vault, start).unlink(missing_ok=True)
        vault.database.run("DELETE FROM chunk WHERE period = ?", start)
    for (start,) in old:
        # The row stays, so that a portal that still lists the period is not asked for it again.
        vault.database.run("UPDATE chunk_period SET wanted = ? WHERE start = ?", 1 if start in needed else 2, start)
    return len(gone)


def _wanted(vault: Vault) -> set[bytes]:
    contents = [one.content for thread in cases.threads(vault) for one in cases.incoming(vault, thread.id)]
    return {chunk for content in contents if content is not None for chunk in _chunks_of(content)}


def _chunks_of(content: message.Message) -> Iterable[bytes]:
    return (chunk for manifest in content.attachments for chunk in manifest.chunks)


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with disk(), path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def _names(path: Path) -> list[bytes]:
    found = []
    with disk(), path.open("rb") as file:
        while data := file.read(CHUNK):
            found.append(name(data))
    return found


def _place(vault: Vault, chunk: bytes) -> tuple[int, int] | None:
    return vault.database.row("SELECT period, place FROM chunk WHERE name = ?", chunk)


def _chunk(vault: Vault, wanted: bytes) -> bytes | None:
    found = _place(vault, wanted)
    if found is None:
        return None
    period, place = found
    path = _segment(vault, period)
    if not path.exists():
        return None
    with disk(), path.open("rb") as file:
        file.seek(place * CHUNK)
        return file.read(CHUNK)


def _segment(vault: Vault, start: int) -> Path:
    return vault.chunks / f"{start}.chunks"
