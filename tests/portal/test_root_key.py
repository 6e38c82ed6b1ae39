"""The root key changes hands: a new key, and paper sheets of which any two make it anew."""

import os
import re
import stat
from pathlib import Path

import pypdfium2
import pytest

from crypto import signing, statement, statement_bodies
from crypto.chain import replay
from crypto.encoding import load
from crypto.errors import CandourError
from portal import ceremony, root_key
from portal.carrying import arrange, read_carried
from portal.steward import Steward, StewardError
from tests.portal.test_ceremony import FRESH, act, desk, done, founded, model, newest, published, words
from tests.portal.test_commands import SECRET, add, request_file, today

pytestmark = pytest.mark.slow

__all__ = ["desk", "founded", "model"]


def sheet(path: Path) -> str:
    """The words of a printed sheet."""
    with pypdfium2.PdfDocument(path) as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
    found = dict(re.findall(r"(\d+)\. +([a-z]+)", text))
    return " ".join(found[str(number)] for number in range(1, 34))


def rotate() -> str:
    return done("root", "rotate", "--new-passphrase-file", "fresh")


def test_a_hand_over_is_signed_by_both_keys_and_followed(founded: Path) -> None:
    old = Steward.open(founded / "steward").root
    before = add(request_file(founded))  # signed by the old key on the day of the hand-over
    said = rotate()
    new = Steward.open(founded / "steward").root
    body = newest(founded, "rotation")
    assert (body.body["old"], body.body["new"], set(body.signers)) == (old, new, {old, new})
    assert words(old) in said
    assert words(new) in said
    (founded / "pass").write_text(FRESH)
    after = add(request_file(founded))
    assert (before.exit_code, after.exit_code) == (0, 0), after.output
    assert newest(founded, "certificate").signers == (new,)
    directory = published(founded).published().directory
    assert directory.root == new
    assert len(directory.guardians) == 3


def test_the_old_key_signs_nothing_after_the_hand_over(founded: Path) -> None:
    rotate()
    result = add(request_file(founded))
    assert (result.exit_code, "not the passphrase" in result.output) == (1, True)
    (old,) = (founded / "steward").glob("root-before-*.key")
    (founded / "steward" / "root.key").write_bytes(old.read_bytes())
    result = add(request_file(founded))
    assert (result.exit_code, "no key of this organisation" in result.output) == (1, True)


def test_the_old_key_is_destroyed_when_it_is_told(founded: Path) -> None:
    rotate()
    (old,) = (founded / "steward").glob("root-before-*.key")
    assert old.name in done("root", "forget")
    assert not list((founded / "steward").glob("root-before-*"))
    assert "no old key" in done("root", "forget")


@pytest.mark.parametrize("step", ["before the hand-over", "after the hand-over"])
def test_a_hand_over_cut_short_leaves_a_key_that_signs(
    founded: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*((Steward, "keep", stop) if step.startswith("before") else (ceremony, "settle", stop)))
        assert act("root", "rotate", "--new-passphrase-file", "fresh").exit_code == 1
    if step.startswith("after"):
        (founded / "pass").write_text(FRESH)
    assert add(request_file(founded)).exit_code == 0
    (founded / "fresh").write_text("a third passphrase for a third key")
    done("root", "rotate", "--new-passphrase-file", "fresh")
    published(founded)


def test_a_forged_hand_over_is_refused(founded: Path) -> None:
    steward = Steward.open(founded / "steward")
    log = read_carried((founded / "steward" / "organisation.json").read_bytes())
    thief = os.urandom(32)
    for old, seeds in (
        (steward.root, [thief]),
        (signing.public(thief), [thief, os.urandom(32)]),
    ):
        new = signing.public(seeds[-1]) if len(seeds) > 1 else signing.public(thief)
        body = statement_bodies.rotation(organisation=steward.organisation, day=today(), old=old, new=new)
        forged = statement.sign("rotation", body, seeds)
        with pytest.raises(CandourError) as refused:
            replay(log, today()).add(forged, today())
        assert refused.value.code == "signature"
        assert arrange(replay(log, today()), [load(forged, 1 << 16)], today())[0] == []


def test_two_sheets_of_three_make_the_key_anew(founded: Path) -> None:
    said = done("root", "split", "--remove-key")
    folder = founded / "steward"
    assert not (folder / "root.key").exists()
    assert "no key of this organisation" in add(request_file(founded)).output
    sheets = {number: sheet(folder / f"sheet-{number}.pdf") for number in (1, 2, 3)}
    assert all(text not in said for text in sheets.values())
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("sheet-*")} == {0o600}
    for pair in ((1, 2), (3, 2), (1, 3)):
        for number in pair:
            (founded / f"typed-{number}").write_text(sheets[number].upper().replace(" ", "  "))
        typed = [part for number in pair for part in ("--sheet", f"typed-{number}")]
        said = done("root", "join", *typed, "--new-passphrase-file", "fresh")
        assert words(Steward.open(folder).root) in said
        root_key.erase(folder / "root.key")
    done("root", "join", *typed, "--new-passphrase-file", "pass")
    assert add(request_file(founded)).exit_code == 0


def test_sheets_that_do_not_belong_are_refused_without_a_word_of_them(founded: Path) -> None:
    sheets = root_key.split(Steward.open(founded / "steward").unlock(SECRET))
    root_key.erase(founded / "steward" / "root.key")
    other = root_key.split(os.urandom(32))
    wrong = sheets[1].split()
    wrong[5], wrong[6] = wrong[6], wrong[5]
    for pair, said in (
        ((sheets[0], " ".join(wrong)), "mistyped"),
        ((sheets[0], "zebra " + sheets[1]), "no sheet has"),
        ((sheets[0], " ".join(sheets[1].split()[:32])), "33 words"),
        ((sheets[0], sheets[0]), "two different sheets"),
        ((sheets[0], other[1]), "do not belong to one another"),
        ((other[0], other[1]), "another key than this organisation's"),
    ):
        for number, text in enumerate(pair):
            (founded / f"typed-{number}").write_text(text)
        result = act("root", "join", "--sheet", "typed-0", "--sheet", "typed-1", "--new-passphrase-file", "fresh")
        assert (result.exit_code, said in result.output) == (1, True), result.output
        assert sheets[0][:20] not in result.output
        assert not (founded / "steward" / "root.key").exists()


def test_one_sheet_tells_nothing_about_the_key() -> None:
    seed = os.urandom(32)
    first, second = root_key.split(seed), root_key.split(seed)
    assert not set(first) & set(second)


def test_a_key_file_is_not_overwritten_by_sheets(founded: Path) -> None:
    sheets = root_key.split(Steward.open(founded / "steward").unlock(SECRET))
    with pytest.raises(StewardError, match="there already"):
        ceremony.join(Steward.open(founded / "steward"), sheets[:2], FRESH)
