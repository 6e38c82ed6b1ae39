"""`verify.py receipt` tells who signed, when and for which message, and what is wrong with what is not right."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from crypto import codename, directory, receipt, signing, statement, thread
from crypto.encoding import b64, load
from crypto.kdf import sha256
from crypto.words import WORDS
from tests.adversary.target import Organisation, today
from tests.verify.load import verify

POLICY = {
    "period": 86_400,
    "board_period": 86_400,
    "board_cells": 4,
    "board_dummies": 5,
    "board_days": 30,
    "report_days": 30,
    "slot_ms": 5_000,
    "attachment_mb": 10,
}
HEAD, REST = b'{"v":1,"type":"concern"}', b"the rest of it"
WORD_LIST = Path(codename.__file__).parent / "words.txt"
Found = dict[str, Any]


class Kept:
    """A reporter's saved files, and what is published."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.organisation = folder, Organisation(POLICY)
        self.guardian = self.organisation.guardians[0]
        self.root = os.urandom(32)
        self.log = self.organisation.founding()
        self.certificate = statement.entry_hash(statement.read(self.log[2]))
        self.publish()
        self.save()
        self.message = {"g": b64(self.guardian.g), "name": "A", "head": b64(HEAD), "rest": b64(REST)}
        self.write("copy.json", {"v": 1, "text": "words", "messages": [self.message]})

    @property
    def key(self) -> str:
        return signing.public(self.organisation.root).hex()

    def write(self, name: str, value: object) -> None:
        (self.folder / name).write_text(json.dumps(value, indent=1) + "\n", "utf-8")

    def publish(self, *more: bytes) -> None:
        (self.folder / "directory").write_bytes(directory.build([*self.log, *more], [], []))

    def save(self, name: str = "", seed: bytes | None = None, **changes: Any) -> None:
        fields = {
            "organisation": self.organisation.id,
            "g": self.guardian.g,
            "thread": bytes(16),
            "certificate": self.certificate,
            "message": bytes(16),
            "digest": sha256(HEAD + REST),
            "holder": thread.holder_key(self.root, self.guardian.g),
            "state": bytes(32),
            "day": today(),
            "how": "software",
        }
        payload = receipt.issue(receipt.Receipt(**{**fields, **changes}), seed or self.guardian.identity)
        self.write("receipt.json", {"v": 1, "name": name or self.guardian.name, "receipt": b64(payload)})

    def add(self, **more: Any) -> None:
        value = json.loads((self.folder / "receipt.json").read_text("utf-8"))
        self.write("receipt.json", {**value, **more})

    def prove(self, challenge: bytes, root: bytes | None = None) -> None:
        seed = thread.holder_seed(root or self.root, self.guardian.g)
        self.write("proof.json", {"v": 1, "challenge": b64(challenge), "proof": b64(receipt.prove(seed, challenge))})


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.chdir(tmp_path)
    return Kept(tmp_path)


def check(kept: Kept, capsys: pytest.CaptureFixture[str], *more: str, key: str = "") -> Found:
    code = verify.main(["receipt", "receipt.json", key or kept.key, "--json", *more])
    found: Found = json.loads(capsys.readouterr().out)
    assert found["exit"] == code
    return found


WHOLE = ("--directory", "directory", "--copy", "copy.json")


def test_a_receipt_says_who_when_and_for_what(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    found = check(kept, capsys, *WHOLE)
    assert (found["problems"], found["notes"], found["exit"]) == ([], [], 0)
    assert found["facts"]["guardian"] == "Guardian of the day"
    assert found["facts"]["how"] == "the guardian's program received it"
    assert found["facts"]["copy"] == "it is the message that the receipt is for"
    assert verify.main(["receipt", "receipt.json", kept.key, *WHOLE]) == 0
    said = capsys.readouterr().out
    assert "What it does not prove: who wrote the message" in said
    assert "All is well." in said


def test_words_will_do_where_the_list_is_at_hand(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    words = codename.fingerprint(signing.public(kept.organisation.root), WORDS)
    assert check(kept, capsys, *WHOLE, "--words", str(WORD_LIST), key=words)["exit"] == 0
    assert check(kept, capsys, *WHOLE, key=words)["exit"] == 2


def test_statements_beside_it_replace_a_directory(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(kept, capsys)["exit"] == 2
    kept.add(statements=[load(one, 1 << 20) for one in (kept.log[0], kept.log[2])])
    found = check(kept, capsys, "--copy", "copy.json")
    assert (found["problems"], found["exit"]) == ([], 4)
    assert [code for code, _ in found["notes"]] == ["directory"]
    assert "revoked" in found["notes"][0][1]
    kept.add(statements=[load(one, 1 << 20) for one in (kept.log[0], kept.log[3])])
    assert check(kept, capsys)["problems"][0][0] == "unknown"


def refused(kept: Kept, capsys: pytest.CaptureFixture[str], *more: str, key: str = "") -> str:
    found = check(kept, capsys, *WHOLE, *more, key=key)
    assert found["exit"] == 1
    return str(found["problems"][0][0])


def test_what_is_wrong_is_named(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(kept, capsys, key="0" * 64) == "root"
    for changes, code in (
        ({"seed": os.urandom(32)}, "signature"),
        ({"seed": kept.organisation.guardians[1].identity}, "signature"),
        ({"certificate": bytes(32)}, "conflict"),
        ({"day": today() + 2}, "early"),
        ({"day": today() - 60}, "early"),
        ({"g": bytes(16)}, "unknown"),
        ({"organisation": bytes(32)}, "organisation"),
        ({"digest": bytes(32)}, "copy"),
        ({"g": kept.organisation.former.g, "seed": kept.organisation.former.identity}, "revoked"),
        ({"g": kept.organisation.expired.g, "seed": kept.organisation.expired.identity}, "expired"),
    ):
        kept.save(**changes)
        assert refused(kept, capsys) == code
    kept.save()
    value = json.loads(Path("receipt.json").read_text("utf-8"))
    kept.write("receipt.json", {**value, "receipt": value["receipt"][:-1] + "A"})
    assert refused(kept, capsys) == "malformed"
    kept.write("receipt.json", {**value, "more": 1})
    assert refused(kept, capsys) == "malformed"


def test_a_certificate_revoked_since_is_told_by_the_directory(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    kept.add(statements=[load(one, 1 << 20) for one in (kept.log[0], kept.log[2])])
    day, root = today(), [kept.organisation.root]
    kept.publish(kept.organisation.sign("revocation", root, day=day, certificate=kept.certificate))
    assert check(kept, capsys)["exit"] == 4
    assert refused(kept, capsys) == "revoked"


def test_another_name_is_a_note(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    kept.save(name="The Chief Executive")
    found = check(kept, capsys, *WHOLE)
    assert [code for code, _ in found["notes"]] == ["name"]
    assert found["facts"]["guardian"] == "Guardian of the day"


def test_a_holder_can_prove_it(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    challenge = os.urandom(32)
    proof = ("--proof", "proof.json")
    kept.prove(challenge)
    found = check(kept, capsys, *WHOLE, *proof, "--challenge", b64(challenge))
    assert "has the codename of this report" in found["facts"]["holder"]
    assert refused(kept, capsys, *proof, "--challenge", b64(os.urandom(32))) == "challenge"
    assert refused(kept, capsys, *proof) == "challenge"
    kept.prove(challenge, root=os.urandom(32))
    assert refused(kept, capsys, *proof, "--challenge", b64(challenge)) == "proof"


def test_files_that_are_none_are_said(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    Path("receipt.json").write_bytes(b"\xff not json")
    assert check(kept, capsys, *WHOLE)["exit"] == 2
    Path("receipt.json").unlink()
    assert check(kept, capsys, *WHOLE)["exit"] == 2
