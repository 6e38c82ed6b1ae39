"""The `guardian` program: what it prints, what it never prints, and how it ends."""

import json
import os
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crypto.errors import CODES as PROTOCOL_CODES
from crypto.errors import CandourError
from recipients import cases, errors, keys, replies
from recipients.cli import main
from recipients.errors import GuardianError
from recipients.vault import open_vault
from recipients.words import say
from tests.portal.world import Guardian
from tests.recipients.desk import HOSTILE, Desk, desk, empty
from tests.recipients.world import PASSPHRASE, Reporter, Town, long_answer, long_text

pytestmark = pytest.mark.slow

__all__ = ["desk", "empty"]


def test_no_passphrase_in_arguments_or_environment():
    for command in main.commands.values():
        names = [one.name for one in command.params]
        assert "passphrase" not in names
        assert all(one.envvar is None for one in command.params)


def every(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, with the words that are typed for it."""
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from every(one, (*before, name))
        else:
            yield (*before, name), one


def test_help_for_everything():
    for words, _ in [((), main), *every(main)]:
        result = CliRunner().invoke(main, [*words, "--help"])
        assert result.exit_code == 0
        assert "Usage:" in result.output
    for _, command in every(main):
        assert command.help
        # A window asks for the passphrase itself, and has no result.
        wanted = {"--vault"} if command.name == "desktop" else {"--json", "--vault"}
        assert wanted <= {option for one in command.params for option in one.opts}


_APART = {("init",), ("desktop",)}


# What must be said with a command, or nothing comes of it.
GIVEN = {
    "install": ["FILE", "--portal", "https://p.example", "--root-fingerprint", "x"],
    "request": ["-o", "out"],
    "read": ["1"],
    "reply": ["1", "--status", "received"],
    "save": ["1", "1", "-o", "out"],
    "look": ["1", "1", "-o", "out"],
    "export-directory": ["-o", "out"],
    "courier-pass": ["-o", "out"],
    "courier": ["--pass", "out", "--folder", "."],
    "bundle import": ["."],
    "backup": ["-o", "out"],
    "restore": ["nowhere"],
    "check-backup": ["nowhere"],
    "succession give": ["--to", "abcdef", "-o", "out"],
    "succession take": ["nowhere"],
    "bundle export": ["."],
    **{key: ["1"] for key in ("case", "category", "note", "draft", "duty", "learn", "reopen", "hold", "release")},
    **{key: ["1", "abcdef"] for key in ("find", "note-delete", "approve", "decline", "done", "opinion")},
    **{key: ["1", "--to", "abcdef"] for key in ("copy", "hand-over", "step-back", "ask")},
    **{key: ["1", "yes"] for key in ("hunt", "again")},
    "state": ["1", "assessed"],
    "urgency": ["1", "now"],
    "mode": ["1", "open"],
    "group": ["1", "nursing"],
    "told": ["1", "acknowledged"],
    "check-in": ["1", "3", "no"],
    "factors": ["1", "seips", "task"],
    "action": ["1", "system"],
    "conclude": ["1", "changed"],
    "erase": ["1", "--yes"],
    "open": ["telephone", "open"],
    "import": ["nowhere.csv"],
    "template": ["en", "first", "--remove"],
    "return": ["2026Q1", "-o", "out"],
    "statistics": ["2026Q1", "--second", "abcdef"],
    "story": ["2026Q1", "--case", "1", "--second", "abcdef"],
    "chart": ["seips", "2026Q1", "-o", "out"],
    "pdf": ["1", "-o", "out"],
}


@pytest.mark.parametrize("command", [words for words, _ in every(main) if words not in _APART], ids=" ".join)
def test_without_a_vault(empty: Desk, command: tuple[str, ...]):
    result = empty.run(*command, *GIVEN.get(" ".join(command), []), "--json", text="a\n---\nb\n---\nc\n---\nd")
    assert result.exit_code in (3, 6, 7)
    # A program that calls this one finds the reason in the same place as the result.
    told = json.loads(result.stdout)
    assert {"error", "detail", "say"} == set(told)
    assert told["error"] in {*errors.CODES, *PROTOCOL_CODES}


# They go to the network.
_ONLINE = {("sync",), ("watch",), ("courier",)}


def test_every_command_answers_in_one_line_of_json(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shares").write_text("no share\n")
    own: dict[tuple[str, ...], list[str]] = {("passphrase",): ["--new-passphrase-file", str(desk.secret)]}
    own[("trustees", "recover")] = ["--shares-file", "shares", "--new-passphrase-file", str(desk.secret)]
    codes = {}
    for words, _ in every(main):
        if words in _APART | _ONLINE:
            continue
        result = desk.run(
            *words, *own.get(words, GIVEN.get(" ".join(words), [])), "--json", text="a\n---\nb\n---\nc\n---\nd"
        )
        assert result.exit_code in (0, 3, 4, 5, 6, 7), (words, result.output)
        lines = result.stdout.splitlines()
        assert len(lines) == 1, (words, result.output)
        assert lines[0].isascii()
        told = json.loads(lines[0])
        assert isinstance(told, dict), words
        assert ("say" in told) == (result.exit_code != 0), words
        codes[words] = result.exit_code
    # Most of them did what they are for, so that this was not only about errors.
    done = sum(code == 0 for code in codes.values())
    assert done > len(codes) // 2, codes


def test_a_fault_of_the_program_is_told_in_json_too(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("words of a reporter")

    monkeypatch.setattr(cases, "threads", broken)
    result = desk.run("list", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["error"] == "unexpected"
    assert "words of a reporter" not in result.output


def test_the_wrong_passphrase(desk: Desk):
    desk.secret.write_text("something else\n")
    result = desk.run("list")
    assert result.exit_code == 3
    assert "does not open this vault" in result.stderr
    assert result.stdout == ""
    answer = desk.run("list", "--json")
    assert json.loads(answer.stdout)["error"] == "passphrase"


def test_a_damaged_vault(desk: Desk):
    (desk.vault / "vault.db").write_bytes(os.urandom(50_000))
    result = desk.run("list")
    assert result.exit_code == 3
    assert "vault.db" in result.stderr
    assert "backup" in result.stderr


def test_the_language_of_the_page_is_told_when_it_is_not_english(desk: Desk):
    assert "Their page was in: pl. Answer in that language if you can" in desk.run("read", "2").output
    assert "Their page was in" not in desk.run("read", "1").output


def test_hostile_text_is_shown_and_does_nothing(desk: Desk):
    result = desk.run("read", "1")
    assert result.exit_code == 0
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(result.output)
    assert "  | fine␛[2J␛]0;owned␇" in result.output
    # What looks like a heading of this program stands behind the bar.
    assert "\n  | Concern 99\n" in result.output
    assert "[red]markup[/red] :smile:" in result.output
    assert "who: nurse" in result.output
    assert "NOT to be shown to: A. Guardian" in result.output


def test_json_is_one_line_of_ascii_with_the_text_as_it_was(desk: Desk):
    result = desk.run("read", "1", "--json")
    assert result.stdout.isascii()
    assert result.stdout.count("\n") == 1
    (incoming,) = json.loads(result.stdout)["incoming"]
    assert incoming["sections"] == {"what": HOSTILE}
    assert incoming["state"] == "whole"


def test_answers_to_a_guardians_questions_and_a_wish_to_erase_are_shown(
    town: Town, first: Guardian, monkeypatch: pytest.MonkeyPatch
):
    vault, reporter = town.vault(), Reporter(town)
    town.sync(vault)
    reporter.send([first], "It began.")
    reporter.send([first], "", type="feedback", choices={"form": "asked-1", "speak_again": "maybe"})
    reporter.send([first], "I was moved.", type="more", choices={"form": "asked-1", "treated": "yes", "change": "same"})
    reporter.send([first], "", type="withdraw")
    town.next_day()
    town.sync(vault)
    vault.close()
    monkeypatch.setattr(time, "time", town.clock)
    output = Desk(town.folder, vault.path).run("read", "1").output
    for line in (
        "Would they speak up again?",
        "Given your experience, would you speak up again: Maybe",
        "Has anybody treated you worse since you spoke up: Yes",
        "What you spoke up about: how is it now: The same",
        "  | I was moved.",
        "They ask you to erase this concern",
    ):
        assert f"\n{line}" in output


def test_a_part_is_never_shown_as_a_whole(desk: Desk):
    result = desk.run("read", "2")
    assert "NOT COMPLETE: I hold 3 of 4 pieces" in result.output
    assert "only its beginning has come" in result.output
    assert long_text(2_000) in result.output.replace("\n  | ", "\n")
    assert "(1 not complete)" in desk.run("list").output


def test_the_list_and_what_reading_changes(desk: Desk):
    threads = desk.json("list")["threads"]
    assert [(one["number"], one["unread"], one["answer_due"]) for one in threads] == [(2, 1, True), (1, 1, True)]
    desk.run("read", "1")
    assert [one["unread"] for one in desk.json("list")["threads"]] == [1, 0]
    by_id = desk.run("read", "#1").output
    assert "fine" in by_id


@pytest.mark.parametrize("name", ["3", "0", "abcdef", "", "-"])
def test_no_such_concern(desk: Desk, name: str):
    result = desk.run("read", "--", name) if name.startswith("-") else desk.run("read", name)
    assert result.exit_code in (2, 7)
    assert "Traceback" not in result.output


def test_a_reply_says_when_it_can_be_read(desk: Desk, town: Town):
    text = "Thank you. We are looking into it.\n"
    answer = desk.json("reply", "1", "--file", "-", "--status", "received", text=text)
    assert answer["readable_from"] == (town.today + 2) * 86_400
    waits = desk.json("outgoing")["outgoing"]
    assert [(one["thread"], one["kind"], one["cells"]) for one in waits] == [(1, "reply", 1)]
    read = desk.json("read", "1")
    assert (read["sent"][0]["text"], read["sent"][0]["status"], read["answer_due"]) == (text, "received", False)
    assert text not in desk.run("outgoing").output


def test_a_reply_from_a_file_with_a_promise(desk: Desk, tmp_path: Path):
    file = tmp_path / "reply.txt"
    file.write_text(long_answer(3_000), encoding="utf-8")
    promise = ("--next-day", "2030-01-31", "--next", "We will speak to the ward.")
    desk.json("reply", "1", "--file", str(file), *promise)
    listed = desk.json("list")["threads"][1]
    assert (listed["next_day"], listed["next"]) == ("2030-01-31", "We will speak to the ward.")
    assert "Next, by 2030-01-31: We will speak to the ward." in desk.run("read", "1").output


def test_asking_again_needs_no_words(desk: Desk):
    assert desk.json("reply", "2", "--ask-again")["thread"] == 2
    assert desk.run("reply", "1", "--ask-again").exit_code == 7


@pytest.mark.parametrize(
    ("arguments", "text", "code"),
    [
        (("--file", "-"), " \n", 7),
        (("--file", "-"), "x" * 24_001, 7),
        (("--file", "nowhere.txt"), None, 7),
        (("--file", "-", "--next-day", "soon", "--next", "x"), "x", 7),
        (("--file", "-", "--next-day", "2001-01-01", "--next", "x"), "x", 7),
        (("--file", "-", "--next", "x"), "x", 2),
        (("--status", "ignored"), None, 2),
    ],
)
def test_replies_that_cannot_be_sent(desk: Desk, arguments: tuple[str, ...], text: str | None, code: int):
    result = desk.run("reply", "1", *arguments, text=text)
    assert result.exit_code == code
    assert "Traceback" not in result.output
    assert desk.json("outgoing")["outgoing"] == []


def test_the_portal_does_not_answer(desk: Desk):
    vault_path = desk.vault
    with open_vault(vault_path, PASSPHRASE) as vault:
        vault.store("portal", b"http://127.0.0.1:9")
    result = desk.run("sync")
    assert result.exit_code == 4
    assert "Nothing is lost" in result.stderr


def test_what_should_not_happen_is_told_without_a_trace_or_a_text(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def broken(*_values: object) -> None:
        raise KeyError("words of a report")

    monkeypatch.setattr(cases, "threads", broken)
    result = desk.run("list")
    assert result.exit_code == 1
    assert "KeyError at test_cli.py" in result.stderr
    assert "words of a report" not in result.output


def test_every_code_has_a_sentence_with_a_next_step():
    texts = tomllib.loads((Path(say.__file__).parent / "say.toml").read_text("utf-8"))
    for code in errors.CODES:
        sentence = say.sentence(GuardianError(code, "x"))
        assert sentence.endswith(".")
        assert say.code_of(GuardianError(code, "x")) in range(3, 8)
    for code in PROTOCOL_CODES:
        assert say.sentence(CandourError(code)).endswith(".")
        assert say.code_of(CandourError(code)) == 5
    assert {key.split(":")[0] for key in texts["detail"]} <= set(errors.CODES)
    assert set(texts["code"]) <= set(errors.CODES)
    assert set(texts["protocol"]) <= set(PROTOCOL_CODES)


def test_a_reply_never_quotes(desk: Desk):
    with open_vault(desk.vault, PASSPHRASE) as vault:
        found = cases.find(vault, "1")
        replies.send(vault, keys.load(vault), found.id, replies.Draft(text="Noted."), 20_002)
        payload = vault.database.value("SELECT payload FROM outgoing WHERE kind = 1")
    assert b"fine" not in payload
