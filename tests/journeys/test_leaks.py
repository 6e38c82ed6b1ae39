"""The leak search finds what it is for: a search that finds nothing would let everything pass."""

import base64

import pytest

from tests.journeys.leaks import files_below, search, spellings, words

SECRET = "Übergabe um Mitternacht"


@pytest.mark.parametrize(
    "hidden",
    [
        SECRET.encode(),
        SECRET.encode("utf-16"),
        SECRET.encode("utf-16-be"),
        SECRET.encode().hex().encode(),
        SECRET.encode().hex().upper().encode(),
        base64.b64encode(SECRET.encode()),
        base64.b64encode(b"x" + SECRET.encode() + b"yz"),
        base64.urlsafe_b64encode(b"xy" + SECRET.encode() + b"z"),
    ],
)
def test_finds_a_secret_in_every_spelling(hidden):
    assert search([("place", b"\x00before" + hidden + b"after\xff")], [SECRET])


def test_finds_nothing_where_nothing_is():
    assert search([("place", bytes(range(256)) * 64)], [SECRET]) == []


def test_base64_spelling_does_not_depend_on_neighbours():
    patterns = dict(spellings("rota"))
    for before in (b"", b"\x00", b"\xff\xff"):
        for after in (b"", b"\x00", b"\xff\xff\xff"):
            assert patterns[f"base64+{len(before)}"] in base64.b64encode(before + b"rota" + after)


def test_words_leave_out_short_ones_and_those_of_the_site():
    assert words("the ward Übergabe ward concern", but=b"a concern") == ["Übergabe"]


def test_files_below_reads_each_file(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.wal").write_bytes(b"journal")
    assert list(files_below(tmp_path)) == [("deep/x.wal", b"journal")]
