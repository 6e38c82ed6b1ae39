"""What the operator sets: one TOML file, and the environment over it. A bad value names itself and stops the start.

    settings = load(Path("candour.toml"), os.environ)

What the organisation has decided (periods, board, keeping) is not here: it is signed, in the policy statement.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

MAIN = "portal.sqlite"  # the database, in the folder `data` unless `database` leads elsewhere
_PREFIX = "CANDOUR_"
_RATE = re.compile(r"[1-9][0-9]{0,6} per (second|minute|hour)")
_AUTHORITY = re.compile(r"[a-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9a-f:]+\](:[0-9]{1,5})?")


class SettingsError(Exception):
    """A setting that cannot be used; the text says which, where it stands, and what it should be."""


def _path(value: Any) -> Path:
    if not isinstance(value, str) or not value:
        raise ValueError
    return Path(value).expanduser().absolute()


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _between(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        number = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]+", value) else value
        if type(number) is not int or not low <= number <= high:
            raise ValueError
        return number

    return check


def _rate(value: Any) -> str:
    if not isinstance(value, str) or not _RATE.fullmatch(value):
        raise ValueError
    return value


def _database(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("postgresql+psycopg://"):
        raise ValueError
    return value


def _authorities(value: Any) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(n, str) and _AUTHORITY.fullmatch(n.strip()) for n in names):
        raise ValueError
    return tuple(n.strip() for n in names)


_CHECKS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "data": (_path, "a folder for the database; private to the portal"),
    "database": (_database, 'the address of a PostgreSQL database, as in "postgresql+psycopg://candour@db/candour"'),
    "site": (_path, "the folder that `candour publish` builds"),
    "host": (_text, "the address to listen on"),
    "port": (_between(1, 65_535), "a port from 1 to 65535"),
    "authorities": (_authorities, 'the names that people reach the portal under, as in ["speak.example.org"]'),
    "workers": (_between(1, 64), "a number of processes from 1 to 64"),
    "threads": (_between(1, 256), "a number of threads from 1 to 256"),
    "limits": (_text, 'where limits are counted, as in "memory://" or "redis://localhost:6379"'),
    "work_bits": (_between(0, 14), "the lowest price of a cell, from 0 to 14 bits"),
    "calm_rate": (_between(1, 100_000), "the cells a second up to which the price stays at its lowest"),
    "cells_mb": (_between(1, 1_000_000), "room for one period's cells, in MB"),
    "chunks_mb": (_between(1, 1_000_000), "room for one period's attachments, in MB"),
    "cells_rate": (_rate, 'a rate for everyone together, as in "500 per second"'),
    "chunks_rate": (_rate, 'a rate for everyone together, as in "40 per second"'),
    "writer_rate": (_rate, 'a rate for everyone together, as in "120 per minute"'),
    "courier_rate": (_rate, 'a rate for each courier, as in "600 per minute"'),
    "circuit_rate": (_rate, 'a rate for each circuit of Tor, as in "300 per minute"'),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting of a portal; the names in the file are the same, in the environment with CANDOUR_ before them."""

    data: Path
    site: Path
    database: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    authorities: tuple[str, ...] = ()
    workers: int = 1
    threads: int = 64
    limits: str = "memory://"
    work_bits: int = 8
    calm_rate: int = 50
    cells_mb: int = 2_000
    chunks_mb: int = 4_000
    cells_rate: str = "500 per second"
    chunks_rate: str = "40 per second"
    writer_rate: str = "120 per minute"
    courier_rate: str = "600 per minute"
    circuit_rate: str = "300 per minute"

    def __post_init__(self) -> None:
        if self.workers > 1 and self.limits.startswith("memory:"):
            raise SettingsError(
                'workers: several processes need limits that they share, as in limits = "redis://localhost:6379"'
            )

    @property
    def reached_at(self) -> tuple[str, ...]:
        """The `@authority` values that signed requests may name."""
        return self.authorities or (f"{self.host}:{self.port}", f"localhost:{self.port}")


def load(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Settings from a file and the environment, which wins. Raises `SettingsError`."""
    values = _read(file) if file else {}
    values |= {n: environment[_PREFIX + n.upper()] for n in _CHECKS if _PREFIX + n.upper() in environment}
    if "data" in values and "site" not in values:
        values["site"] = str(_checked("data", values["data"]) / "site")
    for known in fields(Settings):
        if known.default is MISSING and known.name not in values:
            raise SettingsError(f"{known.name} is missing: it should be {_CHECKS[known.name][1]}")
    return Settings(**{name: _checked(name, value) for name, value in values.items()})


def _read(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"there is no settings file {file}") from None
    except OSError as problem:
        raise SettingsError(f"the settings file {file} cannot be read ({problem.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{file} is not TOML: {problem}") from None
    for name in ("data", "site"):
        if (
            isinstance(values.get(name), str) and values[name]
        ):  # relative to the file, so that it means the same wherever one stands
            values[name] = str(file.absolute().parent / Path(values[name]).expanduser())
    return values


def _checked(name: str, value: Any) -> Any:
    if name not in _CHECKS:
        raise SettingsError(f"{name}: there is no such setting")
    check, meaning = _CHECKS[name]
    try:
        return check(value)
    except ValueError:
        # The address of a database may hold a password, and what is said here goes into a log.
        shown = "…" if name == "database" else repr(value)
        raise SettingsError(f"{name} = {shown} cannot be used: it should be {meaning}") from None
