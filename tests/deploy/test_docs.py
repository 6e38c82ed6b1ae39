"""Every command that the pages for stewards name is there, with the options they give it."""

import re
from pathlib import Path

import click
import pytest

from portal.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / "DEPLOY.md", ROOT / "docs" / "GOVERNANCE.md"]
DEPLOY = ROOT / "deploy"


def commands(page: Path) -> list[list[str]]:
    """What stands in code, inline or in blocks, and begins with one of our programs."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    found = [line.split("#")[0].split() for line in [*lines, *inline]]
    return [words for words in found if words and _ours(words[0]) and words != ["candour-main"]]  # that is a user


def _ours(word: str) -> bool:
    return word == "candour" or re.fullmatch(r"(candour-|deploy/)[a-z]+", word) is not None


def _check(words: list[str]) -> None:
    if words[0] != "candour":
        name = words[0].removeprefix("candour-").removeprefix("deploy/")
        assert (DEPLOY / name).is_file() or name == "watch", words
        return
    command: click.Command = main
    rest = words[1:]
    while rest and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), rest[0])
        assert found is not None, words
        command, rest = found, rest[1:]
    known = {option for one in command.params for option in one.opts}
    for word in rest:
        assert not word.startswith("--") or word in known, (words, word)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_exists_as_it_is_written(page: Path) -> None:
    found = commands(page)
    assert len(found) > 3
    for words in found:
        _check(words)


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    for words in (["candour", "guardian", "dismiss"], ["candour", "init", "--colour"], ["deploy/nothing"]):
        with pytest.raises(AssertionError):
            _check(words)
