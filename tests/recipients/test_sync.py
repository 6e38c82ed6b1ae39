"""A whole sync against the real portal: concerns come in, answers and receipts go out."""

import pytest

from crypto import board, receipt
from crypto.errors import CandourError
from crypto.kdf import sha256
from recipients import cases, keys, replies
from recipients.errors import GuardianError
from tests.recipients.world import Reporter, Town, long_text


def guardian_of(town: Town, number: int = 0):
    """The secrets of a guardian."""
    return town.organisation.guardians[number]


def test_a_concern_is_read_and_answered(town: Town):
    first, second = town.vault(0), town.vault(1)
    for vault in (first, second, town.vault(2)):
        town.sync(vault)
    ada, reporter = guardian_of(town), Reporter(town)
    reporter.send([ada, guardian_of(town, 1)], long_text(9_000))
    town.next_day()
    outcome = town.sync(first)
    assert (outcome.found, outcome.receipts) == (4, 1)
    (found,) = cases.threads(first)
    assert found.id == reporter.thread_id(ada)
    (incoming,) = cases.incoming(first, found.id)
    assert incoming.state == "whole"
    assert incoming.content is not None
    assert incoming.content.sections == {"what": long_text(9_000)}

    answer = long_text(5_000)
    replies.send(first, keys.load(first), found.id, replies.Draft(text=answer), town.today)
    town.next_day()
    town.sync(first)
    town.next_day()
    (read,) = reporter.replies(ada)
    assert read.text == answer
    assert read.answers == (incoming.id,)
    assert [one.messages for one in cases.threads(second)] == []
    town.sync(second)
    assert [one.messages for one in cases.threads(second)] == [1]
    town.sync(town.vaults[2])
    assert cases.threads(town.vaults[2]) == []
