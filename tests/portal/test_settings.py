"""Settings: a bad value names itself and stops the start."""

from pathlib import Path

import pytest

from portal.settings import Settings, SettingsError, load


def write(folder: Path, text: str) -> Path:
    file = folder / "candour.toml"
    file.write_text(text, "utf-8")
    return file


def test_one_line_is_enough(tmp_path: Path) -> None:
    found = load(write(tmp_path, 'data = "data"'), {})
    assert (found.data, found.site) == (tmp_path / "data", tmp_path / "data" / "site")
    assert found.host == "127.0.0.1"
    assert found.reached_at == ("127.0.0.1:8000", "localhost:8000")


def test_the_environment_wins(tmp_path: Path) -> None:
    file = write(tmp_path, 'data = "data"\nport = 1\nauthorities = ["a.example"]')
    found = load(file, {"CANDOUR_PORT": "8123", "CANDOUR_AUTHORITIES": "b.example, c.example:81", "OTHER": "x"})
    assert (found.port, found.reached_at) == (8123, ("b.example", "c.example:81"))


BAD = {
    "port": ["0", "65536", '"x"', "1.5", "true", "[]"],
    "work_bits": ["-1", "15", '"many"'],
    "threads": ["0", "257"],
    "workers": ["0", "65"],
    "cells_rate": ['"fast"', "5", '"0 per second"', '"5 per fortnight"'],
    "authorities": ['"UPPER.example!"', "[1]", '["a b"]', "3"],
    "host": ['""', "1"],
    "data": ["1", '""'],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in BAD.items() for v in values])
def test_a_bad_value_names_itself(tmp_path: Path, name: str, value: str) -> None:
    lines = {"data": '"data"', name: value}
    with pytest.raises(SettingsError, match=name):
        load(write(tmp_path, "\n".join(f"{n} = {v}" for n, v in lines.items())), {})


def test_a_missing_value_names_itself(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="data is missing"):
        load(write(tmp_path, "port = 8000"), {})


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="prot: there is no such setting"):
        load(write(tmp_path, 'data = "data"\nprot = 8000'), {})


def test_a_missing_or_broken_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no settings file"):
        load(tmp_path / "none.toml", {})
    with pytest.raises(SettingsError, match="is not TOML"):
        load(write(tmp_path, "data = data"), {})


def test_several_processes_need_shared_counters(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="workers"):
        load(write(tmp_path, 'data = "data"\nworkers = 2'), {})
    assert Settings(data=tmp_path, site=tmp_path, workers=2, limits="redis://localhost:6379").workers == 2
