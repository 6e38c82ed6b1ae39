"""What is carried is signed, whole, and for this guardian; everything else is refused with its reason, and harmless."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto import signing
from crypto.encoding import dump, load
from crypto.statement import media_type, sign_detached
from recipients.airgap import container, passes
from recipients.airgap.container import Address
from recipients.errors import GuardianError
from tests.recipients.gap import Gap
from tests.recipients.world import Reporter, Town

SEED = bytes(range(32))
ADDRESS = Address(organisation=bytes(32), g=bytes(16), signer=signing.public(SEED))
PARTS: list[tuple[str, bytes | Path]] = [("cells/100", b"x" * 5_000), ("board", b""), ("directory", b"yz")]


def make(folder: Path, parts: list[tuple[str, bytes | Path]] = PARTS) -> Path:
    """A bundle."""
    path = folder / "candour-00000000-news.bundle"
    container.write(path, "news", ADDRESS, 1_000, 7, parts, SEED)
    return path


def read_all(path: Path, address: Address) -> None:
    """Reads a bundle to its end."""
    found = container.read(path, address)
    for name in found.places:
        found.read(name, 10_000)


def refusal(path: Path, address: Address = ADDRESS) -> str:
    """The reason for which a bundle, or a part of it, is refused."""
    with pytest.raises(GuardianError) as caught:
        read_all(path, address)
    assert caught.value.code == "bundle"
    return caught.value.detail


def test_what_is_carried_arrives(tmp_path: Path):
    (tmp_path / "big").write_bytes(os.urandom(3_000_000))
    found = container.read(make(tmp_path, [*PARTS, ("cells/200", tmp_path / "big")]), ADDRESS)
    assert (found.kind, found.made, found.serial) == ("news", 1_000, 7)
    assert {name: found.read(name, 4_000_000) for name in found.places} == {
        **dict(PARTS),
        "cells/200": (tmp_path / "big").read_bytes(),
    }
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_every_cut_is_noticed(tmp_path: Path):
    path = make(tmp_path)
    whole = path.read_bytes()
    for size in (0, 1, 8, 11, 12, 40, 200, len(whole) - 5_003, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert refusal(path) in (("kind",) if size < 8 else ("short",))
    path.write_bytes(whole + b"x")
    assert refusal(path) == "damaged"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.integers(0, 6_000), bit=st.integers(0, 7))
def test_every_flipped_bit_is_noticed(tmp_path: Path, at: int, bit: int):
    path = make(tmp_path)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 1 << bit
    path.write_bytes(data)
    assert refusal(path) in ("kind", "short", "damaged", "signature", "other")


def test_for_somebody_else_or_from_somebody_else(tmp_path: Path):
    path = make(tmp_path)
    for changed, reason in (("organisation", "other"), ("g", "other"), ("signer", "signature")):
        fields = {"organisation": bytes(32), "g": bytes(16), "signer": ADDRESS.signer}
        fields[changed] = os.urandom(len(fields[changed]))
        assert refusal(path, Address(**fields)) == reason


def signed(head: object, rest: bytes = b"") -> bytes:
    """A file with any head, well signed."""
    data = head if isinstance(head, bytes) else dump(head)
    return b"CANDOURX" + len(data).to_bytes(4, "big") + data + sign_detached(media_type("bundle"), data, SEED) + rest


def head(**changes: object) -> dict[str, object]:
    """A sound head, or one with changes."""
    fields = {"v": 1, "kind": "news", "organisation": "A" * 43, "g": "A" * 22, "made": 1, "serial": 1, "parts": []}
    return {**fields, **changes}


def part(name: str, size: int = 0) -> dict[str, object]:
    """A part's line in the head."""
    return {"name": name, "size": size, "digest": "A" * 43}


HOSTILE: dict[str, tuple[bytes, str]] = {
    "a path upwards": (signed(head(parts=[part("../../etc/passwd")])), "damaged"),
    "an absolute path": (signed(head(parts=[part("/etc/passwd")])), "damaged"),
    "a path of Windows": (signed(head(parts=[part("c:\\x")])), "damaged"),
    "a name with a new line": (signed(head(parts=[part("cells/1\n")])), "damaged"),
    "a name twice": (signed(head(parts=[part("board"), part("board")])), "damaged"),
    "more parts than there may be": (signed(head(parts=[part(f"cells/{at}") for at in range(4_097)])), "damaged"),
    "a size beyond all bounds": (signed(head(parts=[part("board", 2**40)])), "damaged"),
    "sizes that add up beyond all bounds": (
        signed(head(parts=[part("board", 2**31), part("directory", 2**31)])),
        "large",
    ),
    "a negative size": (signed(head(parts=[part("board", -1)])), "damaged"),
    "a size of more than there is": (signed(head(parts=[part("board", 10)]), b"123"), "short"),
    "another version": (signed(head(v=2)), "damaged"),
    "an unknown key": (signed(head(extra=1)), "damaged"),
    "not JSON": (signed(b"\xff\xfe"), "damaged"),
    "a head that claims four gigabytes": (b"CANDOURX\xff\xff\xff\xff" + bytes(100), "damaged"),
    "deep nesting": (signed(b"[" * 5_000), "damaged"),
    "a zip": (b"PK\x03\x04" + bytes(100), "kind"),
    "nothing": (b"", "kind"),
}


@pytest.mark.parametrize(("data", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files(tmp_path: Path, data: bytes, reason: str):
    path = tmp_path / "candour-x.bundle"
    path.write_bytes(data)
    assert refusal(path) == reason


@pytest.mark.parametrize("make_it", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/hostname")])
def test_what_is_no_plain_file(tmp_path: Path, make_it: Callable[[Path], None]):
    path = tmp_path / "candour-x.bundle"
    make_it(path)
    assert refusal(path) == "none"


def test_a_part_larger_than_the_reader_wants(tmp_path: Path):
    found = container.read(make(tmp_path), ADDRESS)
    with pytest.raises(GuardianError) as caught:
        found.read("cells/100", 4_999)
    assert (caught.value.code, caught.value.detail) == ("bundle", "large")


def test_the_rest_of_a_stick_is_used_when_some_of_it_is_damaged(town: Town, reporter: Reporter):
    gap = Gap(town)
    gap.round()
    first = town.organisation.guardians[0]
    for _ in range(2):
        reporter.send([first], "x" * 100, type="more")
        town.next_day()
    gap.fetch()
    one, _ = sorted(gap.stick.glob("*-cells-*"))
    data = bytearray(one.read_bytes())
    data[-100] ^= 1
    one.write_bytes(data)
    (gap.stick / "candour-mine.bundle").write_bytes(b"holiday photos")
    (gap.stick / "notes.txt").write_bytes(b"nothing to do with it")
    other = Gap(town, 1)
    other.fetch(stick=gap.stick)
    outcome = gap.take_in()
    assert (outcome.found, outcome.missing) == (1, 1)
    assert {reason for name, reason in outcome.put_aside if name == one.name} == {"damaged"}
    assert {reason for name, reason in outcome.put_aside if name == "candour-mine.bundle"} == {"kind"}
    assert "other" in {reason for _, reason in outcome.put_aside}
    one.unlink()
    gap.fetch()
    outcome = gap.take_in()
    assert (outcome.found, outcome.missing) == (1, 0)


def test_a_bundle_of_the_vault_that_was_changed_is_not_posted(town: Town):
    gap = Gap(town)
    gap.fetch()
    gap.take_in()
    out = gap.give_out()
    data = bytearray(out.read_bytes())
    data[-1] ^= 1
    out.write_bytes(data)
    before = town.portal.store.statements.snapshot().log
    trip = gap.fetch()
    assert trip.faults == [f"{out.name}: damaged"]
    assert town.portal.store.statements.snapshot().log == before


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 3_000, b'{"v":1}', os.urandom(9_000)])
def test_a_pass_that_is_none(tmp_path: Path, data: bytes):
    (tmp_path / "pass").write_bytes(data)
    with pytest.raises(GuardianError) as caught:
        passes.read(tmp_path / "pass")
    assert (caught.value.code, caught.value.detail) == ("pass", "damaged")


def test_a_pass_that_would_send_it_elsewhere_unprotected(town: Town, tmp_path: Path):
    gap = Gap(town)
    fields = load(gap.path.read_bytes(), 10_000)
    assert isinstance(fields, dict)
    (tmp_path / "pass").write_bytes(dump({**fields, "portal": "http://elsewhere.example"}))
    with pytest.raises(GuardianError) as caught:
        passes.read(tmp_path / "pass")
    assert (caught.value.code, caught.value.detail) == ("pass", "damaged")
