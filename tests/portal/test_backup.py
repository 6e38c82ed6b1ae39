"""Backups: ciphertext only, complete or absent, verified by restoring; they bring nothing back that has expired."""

import os
import shutil
import signal
import sqlite3
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from portal import backup
from portal.backup import BackupError
from portal.cli import main
from portal.store import MAIN
from portal.store.access import writing
from portal.store.models import SegmentRow
from tests.portal.test_collection import cells, put_all
from tests.portal.world import DAY, World

pytestmark = pytest.mark.slow


def saved(world: World, folder: Path, keep: int = 1) -> Path:
    return backup.write(world.portal.store.main, folder, world.portal.register.policy(), keep=keep, now=world.clock.now)


@pytest.fixture
def busy(world: World) -> World:
    """Two closed periods, a chunk, a board with somebody's cells, and an open period with two cells more."""
    world.chunk = os.urandom(262_160)  # type: ignore[attr-defined]
    put_all(world, cells(300))
    world.put(world.chunk, "chunks")  # type: ignore[attr-defined]
    start = world.portal.store.open_period("board").start
    world.signed("POST", f"/board/{start}", os.urandom(4 * 2048))
    world.pass_time(200)
    put_all(world, cells(5))
    world.pass_time(100)
    return world


def restored(world: World, file: Path, folder: Path) -> World:
    """Another machine: the same organisation, an empty folder, and the backup."""
    other = World.__new__(World)
    other.__dict__.update(world.__dict__)
    other.settings = type(world.settings)(
        data=folder / "data", site=folder / "site", authorities=world.settings.authorities, work_bits=1
    )
    other.settings.data.mkdir(parents=True)
    other.open()
    backup.restore(file, other.portal.store.main, now=world.clock.now)
    return other


def test_what_was_published_is_the_same_after_a_restore(busy: World, tmp_path: Path) -> None:
    other = restored(busy, saved(busy, tmp_path / "backups"), tmp_path / "other")
    assert other.periods() == busy.periods()
    assert sorted(other.all_cells()) == sorted(busy.all_cells())
    start = next(p["start"] for p in busy.periods() if p["chunks"])
    assert other.signed("GET", f"/periods/{start}/chunks").data == busy.chunk  # type: ignore[attr-defined]
    assert other.client.get("/board").data == busy.client.get("/board").data
    assert other.client.get("/directory").data == busy.client.get("/directory").data
    other.close()


def test_a_backup_holds_nothing_of_the_open_period(busy: World, tmp_path: Path) -> None:
    late = cells(3)
    put_all(busy, late)
    file = saved(busy, tmp_path / "backups")
    data = file.read_bytes()
    assert not [cell for cell in late if cell[:64] in data]
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT count(*) FROM beacons").fetchone() == (0,)


def test_a_backup_of_a_portal_that_takes_cells_is_of_one_moment(busy: World, tmp_path: Path) -> None:
    stop, failed = threading.Event(), list[BaseException]()

    def upload() -> None:
        try:
            while not stop.is_set():
                put_all(busy, cells(1))
        except BaseException as problem:  # noqa: BLE001 - shown below
            failed.append(problem)

    thread = threading.Thread(target=upload)
    thread.start()
    try:
        found = [backup.check(saved(busy, tmp_path / "backups")) for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    assert failed == []
    assert len({(one.periods, one.cells) for one in found}) == 1


@pytest.mark.parametrize("where", [0.05, 0.2, 0.5, 0.9])
def test_a_damaged_backup_is_refused_and_restores_nothing(busy: World, tmp_path: Path, where: float) -> None:
    file = saved(busy, tmp_path / "backups")
    data = bytearray(file.read_bytes())
    at = int(len(data) * where)
    data[at : at + 2048] = os.urandom(2048)
    file.write_bytes(data)
    with pytest.raises(BackupError, match="damaged"):
        backup.check(file)
    busy.pass_time(4 * DAY)
    with pytest.raises(BackupError, match="damaged"):
        restored(busy, file, tmp_path / "other")


def test_a_database_that_rots_is_not_copied_over_the_last_good_backup(busy: World, tmp_path: Path) -> None:
    file = saved(busy, tmp_path / "backups")
    before = file.read_bytes()
    with writing(busy.portal.store.main) as session:
        part = session.scalars(select(SegmentRow).where(SegmentRow.kind == "cells")).first()
        assert part is not None
        part.data = part.data[:-1] + bytes([part.data[-1] ^ 1])
    with pytest.raises(BackupError, match="does not read back"):
        saved(busy, tmp_path / "backups")
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_what_a_crash_left_half_made_is_deleted_with_the_old_ones(busy: World, tmp_path: Path) -> None:
    file = saved(busy, tmp_path / "backups")
    left = [file.parent / "candour-2026-01-01.new", file.parent / "candour-2026-01-01.new-wal"]
    for one in left:
        one.write_bytes(b"half")
    assert backup.prune(file.parent, keep=2, now=busy.clock.now) == []
    assert list(file.parent.iterdir()) == [file]


def test_a_portal_that_holds_something_is_not_overwritten(busy: World, tmp_path: Path) -> None:
    file, before = saved(busy, tmp_path / "backups"), busy.periods()
    with pytest.raises(BackupError, match="holds something already"):
        backup.restore(file, busy.portal.store.main, now=busy.clock.now)
    assert busy.periods() == before


def test_a_restored_portal_publishes_no_period_again(busy: World, tmp_path: Path) -> None:
    other = restored(busy, saved(busy, tmp_path / "backups"), tmp_path / "other")
    board, listed = other.client.get("/board").data, other.periods()
    other.tick()
    assert (other.client.get("/board").data, other.periods()) == (board, listed)
    new = cells(4)
    put_all(other, new)
    other.pass_time(200)
    starts = [p["start"] for p in other.periods()]
    assert len(starts) == len(set(starts))
    assert set(new) < set(other.all_cells())
    assert other.client.get("/board").data.startswith(board)
    other.close()


def test_a_clock_behind_the_backup_takes_nothing_until_it_has_caught_up(busy: World, tmp_path: Path) -> None:
    other = restored(busy, saved(busy, tmp_path / "backups"), tmp_path / "other")
    other.clock = type(busy.clock)(busy.clock.now - 250)
    other.open()
    assert other.client.get("/beacon").status_code == 503
    other.close()


def test_nothing_lives_longer_in_a_backup_than_the_policy_says(busy: World, tmp_path: Path) -> None:
    """Reports are kept for three days. A backup that lives for two holds only what still has two days to go."""
    busy.clock.now += DAY + 300
    busy.tick()
    put_all(busy, cells(7))
    busy.pass_time(200)
    file = saved(busy, tmp_path / "backups", keep=2)
    assert backup.check(file).cells == 7
    assert backup.check(saved(busy, tmp_path / "others", keep=1)).cells == 312
    deleted = backup.prune(file.parent, keep=2, now=busy.clock.now + 2 * DAY)
    assert deleted == [file]
    assert list(file.parent.iterdir()) == []


def test_what_expired_meanwhile_does_not_come_back(busy: World, tmp_path: Path) -> None:
    file = saved(busy, tmp_path / "backups")
    busy.clock.now += 4 * DAY
    other = restored(busy, file, tmp_path / "other")
    assert other.periods() == []
    assert other.client.get("/board").data == b""
    other.close()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("step", ["copy", "check"])
def test_a_crash_leaves_the_last_backup_and_no_half_of_a_new_one(busy: World, tmp_path: Path, step: str) -> None:
    folder = tmp_path / "backups"
    before = saved(busy, folder).read_bytes()
    busy.close()
    child = os.fork()
    if child == 0:
        busy.open()
        real = getattr(backup, step)

        def die(*given: object, **named: object) -> None:
            real(*given, **named)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(backup, step, die)
        saved(busy, folder)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    busy.open()
    (file,) = folder.glob("*.sqlite")
    assert file.read_bytes() == before
    saved(busy, folder)
    assert [path.name for path in folder.iterdir()] == [file.name]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_by_command_backup_restore_and_what_they_say(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As typed, with the clock of this machine: what was published in the past has expired, the directory has not."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.time", world.clock)
    for name, value in {"DATA": world.settings.data, "SITE": world.settings.site}.items():
        monkeypatch.setenv(f"CANDOUR_{name}", str(value))
    put_all(world, cells(3))
    world.pass_time(100)
    made = run("backup", "backups", "--keep", "1")
    assert made.exit_code == 0, made.output
    assert "with 3 cells" in made.output
    assert "with 3 cells" in run("backup", "backups", "--check").output
    (file,) = Path("backups").iterdir()
    refused = run("restore", str(file))
    assert refused.exit_code == 1
    assert "holds something already" in refused.output
    shutil.copy(file, tmp_path / "carried.sqlite")
    monkeypatch.setenv("CANDOUR_DATA", str(tmp_path / "new"))
    done = run("restore", "carried.sqlite")
    assert done.exit_code == 0, done.output
    assert "guardian export-directory" in done.output
    assert (tmp_path / "new" / MAIN).exists()
    again = run("restore", "nothing.sqlite")
    assert "There is no backup nothing.sqlite." in again.output
    monkeypatch.setenv("CANDOUR_DATA", str(tmp_path / "third"))
    assert "Nothing is published yet" in run("backup", "backups").output


def test_a_backup_on_a_full_disk_is_not_written_and_leaves_the_last_one(busy: World, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    file = saved(busy, folder)
    before = file.read_bytes()
    child = os.fork()
    if child == 0:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        busy.open()
        try:
            saved(busy, folder)
        except Exception as problem:  # noqa: BLE001 - told by the exit code
            os._exit(3 if "disk" in str(problem).lower() or "full" in str(problem).lower() else 4)
        os._exit(0)
    assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 3
    assert file.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [file.name]
