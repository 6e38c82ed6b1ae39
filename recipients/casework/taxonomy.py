"""The lists that cases are sorted by, as data: `taxonomy.toml` here, or a file of the organisation's own.

>>> category("bullying")
'Bullying or harassment'
>>> suggested({"about": ("bullying", "workers")})
('bullying', 'worker-safety')
"""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files

from recipients.errors import GuardianError

_LISTS = tomllib.loads(files("recipients.casework").joinpath("taxonomy.toml").read_text("utf-8"))

VERSION: str = _LISTS["version"]
CATEGORIES: Mapping[str, str] = _LISTS["categories"]
GROUPS: Mapping[str, str] = _LISTS["groups"]
MODES: Mapping[str, str] = _LISTS["modes"]


def category(name: str) -> str:
    """A category in words; ids of other lists stay as they are."""
    return CATEGORIES.get(name, name)


def known(names: Iterable[str], among: Mapping[str, str], what: str) -> tuple[str, ...]:
    """The names, each once and in the list's order; `wrong` with `what` as its detail when one is not in the list."""
    wanted = set(names)
    if not wanted <= set(among):
        raise GuardianError("wrong", what)
    return tuple(name for name in among if name in wanted)


def suggested(choices: Mapping[str, str | tuple[str, ...]]) -> tuple[str, ...]:
    """The categories that a reporter's own answers come to, until a guardian has looked."""
    picked = choices.get("about", ())
    wanted = {_LISTS["about"].get(one) for one in ((picked,) if isinstance(picked, str) else picked)}
    return tuple(name for name in CATEGORIES if name in wanted)
