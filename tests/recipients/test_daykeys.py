"""Day keys: made ahead, tried in order, erased on time, and never lost in silence (PROTOCOL 11, 13)."""

from pathlib import Path
from typing import Any

import pytest

from crypto import hpke
from crypto.kdf import sha256
from recipients import daykeys, keys, statements
from recipients.errors import GuardianError
from recipients.keys import Person
from recipients.vault import Vault, create, open_vault
from recipients.vault.epochs import PLACE

PASSPHRASE = "correct horse battery"
ORGANISATION = bytes(32)
TODAY = 20_000


@pytest.fixture
def vault(tmp_path: Path):
    """A vault with keys."""
    create(tmp_path / "vault", PASSPHRASE)
    with open_vault(tmp_path / "vault", PASSPHRASE) as opened:
        keys.make(opened, "A. Guardian", "Guardian")
        yield opened


@pytest.fixture
def person(vault: Vault) -> Person:
    """Whose vault it is."""
    return keys.load(vault)


def top_up(vault: Vault, person: Person, today: int = TODAY) -> None:
    """Makes what is due."""
    daykeys.top_up(vault, person, ORGANISATION, today)


def held(vault: Vault, kind: str = "epoch") -> list[tuple[int, int]]:
    """The spans of the secrets in the file."""
    return [(one.first, one.last) for one in vault.keys.secrets if one.kind == kind]


def said(vault: Vault, name: str) -> list[dict[str, Any]]:
    """The bodies of the statements of one name, in order."""
    return [one.body for one in statements.waiting(vault) if one.name == name]


def test_keys_reach_35_days_ahead_and_two_fallbacks(vault: Vault, person: Person):
    top_up(vault, person)
    assert held(vault) == [(day, day) for day in range(TODAY, TODAY + 36)]
    assert held(vault, "fallback") == [(TODAY, TODAY + 29), (TODAY + 30, TODAY + 59)]
    (epochs,) = said(vault, "epochs")
    publics = {one.first: hpke.public_key(one.seed) for one in vault.keys.secrets if one.kind == "epoch"}
    assert epochs["digests"] == tuple(sha256(publics[TODAY + at]) for at in range(36))


def test_a_new_list_is_signed_weekly_and_not_daily(vault: Vault, person: Person):
    for day in range(TODAY, TODAY + 9):
        top_up(vault, person, day)
    assert len(said(vault, "epochs")) == 1
    top_up(vault, person, TODAY + 9)
    assert said(vault, "epochs")[1]["first"] == TODAY + 36


def test_every_day_has_one_key(vault: Vault, person: Person):
    for day in range(TODAY, TODAY + 60):
        top_up(vault, person, day)
        daykeys.erase_opened(vault, day - 1)
    days = [first for one in said(vault, "epochs") for first in range(one["first"], one["first"] + len(one["digests"]))]
    assert days == sorted(set(days)) == list(range(TODAY, days[-1] + 1))


def test_a_secret_is_erased_when_the_day_two_later_is_opened(vault: Vault, person: Person):
    top_up(vault, person)
    seeds = {one.first: bytes(bytearray(one.seed)) for one in vault.keys.secrets if one.kind == "epoch"}
    assert daykeys.erase_opened(vault, TODAY + 3) == 2
    assert held(vault)[0] == (TODAY + 2, TODAY + 2)
    assert seeds[TODAY + 1] not in daykeys.trial_seeds(vault, TODAY + 1)
    assert daykeys.erase_opened(vault, TODAY + 3) == 0
    daykeys.check(vault)


def test_the_order_of_trying(vault: Vault, person: Person):
    top_up(vault, person)
    top_up(vault, person, TODAY + 30)
    by_seed = {one.seed: (one.kind, one.first) for one in vault.keys.secrets}
    order = [by_seed[seed] for seed in daykeys.trial_seeds(vault, TODAY + 31)]
    day = TODAY + 31
    assert order == [
        *(("epoch", one) for one in (day, day - 1, day + 1, day - 2, day + 2)),
        ("fallback", TODAY + 30),
        ("fallback", TODAY),
        ("fallback", TODAY + 60),
    ]


def test_after_30_days_a_secret_goes_unread_and_that_is_said(vault: Vault, person: Person):
    top_up(vault, person)
    assert daykeys.expire(vault, person, ORGANISATION, TODAY + 29) == []
    assert daykeys.expire(vault, person, ORGANISATION, TODAY + 31) == [(TODAY, TODAY + 1)]
    assert held(vault)[0] == (TODAY + 2, TODAY + 2)
    assert [(one["from"], one["until"]) for one in said(vault, "lost")] == [(TODAY, TODAY + 1)]
    assert daykeys.expire(vault, person, ORGANISATION, TODAY + 31) == []


def test_what_was_opened_is_not_called_lost(vault: Vault, person: Person):
    top_up(vault, person)
    daykeys.erase_opened(vault, TODAY + 10)
    assert daykeys.expire(vault, person, ORGANISATION, TODAY + 31) == []
    assert said(vault, "lost") == []


def test_a_fallback_is_kept_90_days_after_its_end(vault: Vault, person: Person):
    top_up(vault, person)
    daykeys.erase_opened(vault, TODAY + 200)
    assert daykeys.expire(vault, person, ORGANISATION, TODAY + 29 + 89) == []
    assert (TODAY, TODAY + 29) in held(vault, "fallback")
    daykeys.expire(vault, person, ORGANISATION, TODAY + 29 + 90)
    assert held(vault, "fallback") == [(TODAY + 30, TODAY + 59)]
    assert said(vault, "lost") == []


def reopened(vault: Vault) -> Vault:
    """The vault after its process ended."""
    vault.close()
    return open_vault(vault.path, PASSPHRASE)


def test_a_secret_that_no_row_names_is_erased(vault: Vault, person: Person, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(statements, "queue", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            top_up(vault, person)
    assert len(held(vault)) == 36
    daykeys.check(vault)
    assert held(vault) == []
    assert said(vault, "epochs") == []
    top_up(vault, person)
    assert len(held(vault)) == 36


def test_a_crash_before_overwriting_is_made_good(vault: Vault, person: Person, monkeypatch: pytest.MonkeyPatch):
    top_up(vault, person)
    with monkeypatch.context() as patch:
        patch.setattr(vault.keys, "erase", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            daykeys.erase_opened(vault, TODAY + 2)
    assert (TODAY, TODAY) in held(vault)
    daykeys.check(vault)
    assert (TODAY, TODAY) not in held(vault)


def break_place(vault: Vault, number: int) -> None:
    """Damages one place of the file."""
    path = vault.path / "epochs"
    data = bytearray(path.read_bytes())
    data[PLACE * (number + 1) + 60] ^= 1
    path.write_bytes(data)


def test_a_broken_place_is_told_and_can_be_given_up(vault: Vault, person: Person, tmp_path: Path):
    top_up(vault, person)
    break_place(vault, 4)
    opened = reopened(vault)
    with pytest.raises(GuardianError) as caught:
        daykeys.check(opened)
    assert (caught.value.code, caught.value.detail) == ("keys", "damaged")
    assert len(held(opened)) == 35
    assert daykeys.give_up(opened, person, ORGANISATION, TODAY) == [(TODAY + 4, TODAY + 4)]
    daykeys.check(opened)
    top_up(opened, person)
    # The statement made that day's promises void, so a new key and a new fallback take their place, after it.
    names = [one.name for one in statements.waiting(opened)]
    assert names == ["epochs", "fallback", "fallback", "lost", "epochs", "fallback"]
    again = said(opened, "epochs")[1]
    assert (again["first"], len(again["digests"])) == (TODAY + 4, 1)
    opened.close()


def test_a_broken_place_that_was_empty_is_mended_in_silence(vault: Vault, person: Person):
    top_up(vault, person)
    break_place(vault, 120)
    opened = reopened(vault)
    daykeys.check(opened)
    assert not opened.keys.broken
    opened.close()


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_lost_file_is_told_and_can_be_given_up(vault: Vault, person: Person, how: str):
    top_up(vault, person)
    path = vault.path / "epochs"
    path.unlink() if how == "missing" else path.write_bytes(b"")
    opened = reopened(vault)
    with pytest.raises(GuardianError) as caught:
        daykeys.check(opened)
    assert (caught.value.code, caught.value.detail) == ("keys", how)
    assert daykeys.give_up(opened, person, ORGANISATION, TODAY) == [(TODAY, TODAY + 59)]
    top_up(opened, person)
    daykeys.check(opened)
    assert len(held(opened)) == 36
    opened.close()


def test_spans():
    assert daykeys.spans_of([5, 3, 4, 9, 4]) == [(3, 5), (9, 9)]
    assert daykeys.spans_of([]) == []
