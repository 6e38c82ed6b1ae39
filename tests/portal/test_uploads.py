"""PUT /cells, PUT /chunks, POST /writer: exact sizes, exact names, work, and nothing else."""

import io
import os
import tempfile

import pytest

from crypto.encoding import unb64
from crypto.kdf import name as name_of
from tests.portal.world import World, error_of

CELL = 4096
CHUNK = 262_160


def stored(world: World) -> int:
    """How many items lie in the open files."""
    return sum(
        len(list(drop.items()))
        for kind in ("cells", "chunks")
        for period in world.portal.store.drops.list(kind)
        if (drop := world.portal.store.drops.get(kind, period))
    )


@pytest.mark.parametrize(("kind", "size"), [("cells", CELL), ("chunks", CHUNK)])
def test_one_size_is_stored(world: World, kind: str, size: int) -> None:
    assert world.put(os.urandom(size), kind).status_code == 204
    assert stored(world) == 1


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        *(("cells", size) for size in (0, 1, CELL - 1, CELL + 1, CHUNK, 2 * CELL)),
        *(("chunks", size) for size in (0, CELL, CHUNK - 1, CHUNK + 1)),
    ],
)
def test_other_sizes_are_refused(world: World, kind: str, size: int) -> None:
    assert error_of(world.put(os.urandom(size), kind)) == (413, "size")
    assert stored(world) == 0


def test_a_body_without_length_is_refused(world: World) -> None:
    data = os.urandom(CELL)
    answer = world.client.put(
        f"/cells/{name_of(data).hex()}",
        input_stream=io.BytesIO(data),
        headers={"Transfer-Encoding": "chunked", "Candour-Work": world.proof(data)},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": str(CELL)},
    )
    assert error_of(answer) == (413, "size")
    assert stored(world) == 0


@pytest.mark.parametrize("coding", ["chunked", "gzip", "identity"])
def test_a_body_with_a_coding_is_refused(world: World, coding: str) -> None:
    data = os.urandom(CELL)
    answer = world.client.put(
        f"/cells/{name_of(data).hex()}",
        data=data,
        headers={"Transfer-Encoding": coding, "Candour-Work": world.proof(data)},
    )
    assert error_of(answer) == (413, "size")
    assert stored(world) == 0


def test_a_body_shorter_than_announced_is_refused(world: World) -> None:
    data = os.urandom(CELL)
    answer = world.client.put(
        f"/cells/{name_of(data).hex()}",
        input_stream=io.BytesIO(data[:-1]),
        headers={"Content-Length": str(CELL), "Candour-Work": world.proof(data)},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": str(CELL)},
    )
    assert error_of(answer) == (413, "size")
    assert stored(world) == 0


def _other(name: str) -> str:
    return ("0" if name[0] != "0" else "1") + name[1:]


@pytest.mark.parametrize(
    "spell", [_other, str.upper, lambda n: n[:-1], lambda n: n + "0", lambda _: "g" * 32, lambda n: n[:31] + "%0a"]
)
def test_other_names_are_refused(world: World, spell) -> None:
    data = b"\xab" * CELL
    assert error_of(world.put(data, name=spell(name_of(data).hex()))) == (400, "name")
    assert stored(world) == 0


def test_the_same_again_is_stored_once(world: World) -> None:
    data = os.urandom(CELL)
    assert [world.put(data).status_code for _ in range(3)] == [204] * 3
    assert stored(world) == 1


@pytest.mark.parametrize("proof", ["", "AAAA", "AAAAAAAAAAA=", "????????????", "AAAAAAAAAAAAAAAA"])
def test_what_is_no_work_is_refused_with_the_price(tmp_path, proof: str) -> None:
    world = World(tmp_path, work_bits=8)
    data = os.urandom(CELL)
    answer = world.put(data, proof=proof or " ")
    assert error_of(answer) == (428, "work")
    told, beacon = answer.get_json(), world.client.get("/beacon").get_json()
    assert (told["beacon"], told["bits"], told["start"]) == (beacon["beacon"], 8, beacon["start"])
    assert stored(world) == 0
    world.close()


def test_work_for_another_cell_is_refused(tmp_path) -> None:
    world = World(tmp_path, work_bits=14)
    assert error_of(world.put(os.urandom(CELL), proof=world.proof(os.urandom(CELL)))) == (428, "work")
    world.close()


def test_work_of_the_period_before_is_taken_and_older_is_not(tmp_path) -> None:
    world = World(tmp_path, work_bits=14)
    cells = [os.urandom(CELL) for _ in range(2)]
    proofs = [world.proof(cell) for cell in cells]
    world.pass_time(100)
    assert world.put(cells[0], proof=proofs[0]).status_code == 204
    world.client.get("/beacon")
    world.pass_time(100)
    world.client.get("/beacon")
    assert error_of(world.put(cells[1], proof=proofs[1])) == (428, "work")
    world.close()


def test_the_beacon_changes_with_the_period_and_survives_a_restart(world: World) -> None:
    first = world.client.get("/beacon").get_json()
    assert len(unb64(first["beacon"], 16)) == 16
    world.close()
    world.open()
    assert world.client.get("/beacon").get_json() == first
    world.pass_time(100)
    second = world.client.get("/beacon").get_json()
    assert second["beacon"] != first["beacon"]
    assert second["start"] == first["start"] + 100


def form(data: bytes, field: str = "file", **more: str) -> dict[str, object]:
    return {field: (io.BytesIO(data), "cells.bin"), **more}


def test_a_writers_file_is_64_cells(world: World) -> None:
    data = os.urandom(64 * CELL)
    answer = world.client.post("/writer", data=form(data))
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert stored(world) == 64
    world.pass_time(100)
    assert sorted(world.all_cells()) == sorted(data[i : i + CELL] for i in range(0, len(data), CELL))


@pytest.mark.parametrize("size", [0, CELL, 64 * CELL - 1, 64 * CELL + 1, 65 * CELL, 120 * CELL])
def test_a_writers_file_of_another_size_is_refused(world: World, size: int) -> None:
    assert error_of(world.client.post("/writer", data=form(os.urandom(size)))) == (413, "size")
    assert stored(world) == 0


def test_a_writers_form_has_one_field(world: World) -> None:
    data = os.urandom(64 * CELL)
    assert world.client.post("/writer", data=form(data, "other")).status_code == 400
    assert world.client.post("/writer", data=form(data, more="text")).status_code in (400, 413)
    two = {"file": [(io.BytesIO(data[: 32 * CELL]), "a"), (io.BytesIO(data[32 * CELL :]), "b")]}
    assert world.client.post("/writer", data=two).status_code in (400, 413)
    assert world.client.post("/writer", data=data, content_type="application/octet-stream").status_code in (400, 413)
    assert stored(world) == 0


def test_a_writers_file_never_touches_a_temporary_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise AssertionError("a temporary file")

    for maker in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, maker, refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    assert world.client.post("/writer", data=form(os.urandom(64 * CELL))).status_code == 200


def test_the_price_rises_with_load_and_falls_again(tmp_path) -> None:
    world = World(tmp_path, work_bits=2, calm_rate=1)
    assert world.client.get("/beacon").get_json()["bits"] == 2
    for _ in range(50):
        assert world.put(os.urandom(CELL)).status_code == 204
    world.clock.now += 10
    assert world.client.get("/beacon").get_json()["bits"] == 5  # five a second are 2.3 doublings
    world.clock.now += 10
    assert world.client.get("/beacon").get_json()["bits"] == 2
    world.close()


def test_the_price_never_passes_14_bits(tmp_path) -> None:
    world = World(tmp_path, work_bits=13, calm_rate=1)
    for _ in range(5000):
        world.portal.limits.note_cell()
    world.clock.now += 10
    assert world.client.get("/beacon").get_json()["bits"] == 14
    world.close()


def test_a_full_store_refuses_and_still_confirms_what_it_has(tmp_path) -> None:
    world = World(tmp_path, cells_mb=1)
    kept = os.urandom(CELL)
    assert world.put(kept).status_code == 204
    answers = [world.put(os.urandom(CELL)) for _ in range(300)]
    codes = {answer.status_code for answer in answers}
    assert codes == {204, 503}
    assert {error_of(answer) for answer in answers if answer.status_code == 503} == {(503, "full")}
    assert world.put(kept).status_code == 204
    used = sum(p.stat().st_size for p in (tmp_path / "data" / "open").glob("cells*"))
    assert used < 1_300_000
    world.pass_time(100)
    assert world.put(os.urandom(CELL)).status_code == 204
    world.close()


def test_rates_hold_for_everyone_together(tmp_path) -> None:
    world = World(tmp_path, cells_rate="3 per hour")
    answers = [world.put(os.urandom(CELL)) for _ in range(4)]
    assert [answer.status_code for answer in answers[:3]] == [204] * 3
    assert error_of(answers[3]) == (429, "busy")
    world.close()


def test_nobody_is_told_apart_by_address(tmp_path) -> None:
    world = World(tmp_path, cells_rate="2 per hour")
    codes = []
    for last in range(3):
        data = os.urandom(CELL)
        answer = world.client.put(
            f"/cells/{name_of(data).hex()}",
            data=data,
            headers={"Candour-Work": world.proof(data), "X-Forwarded-For": f"192.0.2.{last}"},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{last}"},
        )
        codes.append(answer.status_code)
    assert codes == [204, 204, 429]
    world.close()
