"""A whole sync against the real portal: concerns come in, answers and receipts go out, a fixed number a period."""

import os
from typing import Any

import pytest

from crypto import board, receipt
from crypto.reply import Next
from recipients import cases, membership, outgoing
from recipients.errors import GuardianError
from tests.portal.world import DAY, Guardian
from tests.recipients.world import Reporter, Town, long_answer, long_text, only, send


def test_a_concern_is_read_and_answered(town: Town, first: Guardian, reporter: Reporter):
    vaults = [town.vault(number) for number in range(3)]
    for vault in vaults:
        town.sync(vault)
    reporter.send(town.organisation.guardians[:2], long_text(9_000))
    town.next_day()
    outcome = town.sync(vaults[0])
    assert (outcome.found, outcome.receipts) == (4, 1)
    incoming = only(vaults[0])
    assert incoming.state == "whole"
    assert incoming.content is not None
    assert incoming.content.sections == {"what": long_text(9_000)}

    answer = long_answer(5_000)
    send(vaults[0], town, text=answer)
    town.next_day()
    town.sync(vaults[0])
    town.next_day()
    (read,) = reporter.replies(first)
    assert read.text == answer
    assert read.answers == (incoming.id,)

    town.sync(vaults[1])
    assert only(vaults[1]).content is not None
    outcome = town.sync(vaults[2])
    assert (outcome.cells > 0, outcome.found) == (True, 0)
    assert cases.threads(vaults[2]) == []


def test_a_receipt_for_every_whole_message(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], long_text(9_000))
    town.next_day()
    town.sync(vault)
    seen = membership.last(vault)
    town.next_day()
    (payload,) = reporter.payloads(first, board.RECEIPT)
    read = receipt.read(payload, town.seen(), reporter.thread_id(first), town.today)
    incoming = only(vault)
    assert incoming.content is not None
    assert (read.message, read.digest, read.holder) == (
        incoming.id,
        incoming.content.digest,
        incoming.content.head.holder,
    )
    assert (read.how, read.day, read.state) == ("software", town.today - 1, seen.state)
    assert town.sync(vault).receipts == 0


def test_no_receipt_for_a_part_of_a_message(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    sealed = reporter.cells([first], long_text(9_000))
    for one in sealed[:-1]:
        town.put(one)
    town.next_day()
    assert town.sync(vault).receipts == 0
    assert only(vault).state == "partial"
    send(vault, town, text="", ask_again=True)
    town.next_day()
    town.put(sealed[-1])
    town.sync(vault)
    town.next_day()
    (read,) = reporter.replies(first)
    assert read.partial is not None
    assert (read.partial.message, read.partial.have, read.partial.parts) == (only(vault).id, (0, 1, 2), 4)
    assert town.sync(vault).receipts == 1
    assert only(vault).state == "whole"


def test_every_piece_is_there_and_cannot_be_asked_for(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "short")
    town.next_day()
    town.sync(vault)
    with pytest.raises(GuardianError) as caught:
        send(vault, town, text="", ask_again=True)
    assert caught.value.code == "answered"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": "  \n"}, "empty"),
        ({"text": "x" * 24_001}, "long"),
        ({"next": Next(day=5, what="x")}, "date"),
    ],
)
def test_replies_that_cannot_be_sent(
    town: Town, first: Guardian, reporter: Reporter, fields: dict[str, Any], code: str
):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "short")
    town.next_day()
    town.sync(vault)
    with pytest.raises(GuardianError) as caught:
        send(vault, town, **fields)
    assert caught.value.code == code
    assert [item.kind for item in outgoing.waiting(vault, town.today)] == []


def test_an_answer_ends_the_repeats(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "first")
    town.next_day()
    town.sync(vault)
    send(vault, town)
    message_id = vault.database.value("SELECT message FROM outgoing WHERE kind = 1")
    town.next_day()
    town.sync(vault)
    assert len(outgoing.waiting(vault, town.today + 30)) == 2
    reporter.send([first], "thank you", type="more", answers_to=message_id)
    town.next_day()
    town.sync(vault)
    # Only the receipt for the newest message may have to be repeated.
    (item,) = outgoing.waiting(vault, town.today + 30)
    assert item.kind == board.RECEIPT


def test_exactly_k_cells_every_period_whatever_waits(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    expected = 4 * 3 + 3
    for day in range(4):
        town.sync(vault)
        if day == 1:
            reporter.send([first], "x")
        town.next_day()
        newest = board.read_files(town.client.get("/board").data)[-1]
        assert len(newest.cells) == expected
    posts = vault.database.rows("SELECT length(cells), state FROM post")
    assert posts == [(4 * board.CELL, "posted")] * 4


def test_a_second_sync_in_a_period_posts_nothing_more(town: Town):
    vault = town.vault()
    assert town.sync(vault).posted is not None
    again = town.sync(vault)
    assert (again.posted, again.already) == (None, True)


def test_a_conflicting_post_is_not_counted_as_ours(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "x")
    town.next_day()
    start = int(town.clock.now) // DAY * DAY
    assert town.signed("POST", f"/board/{start}", os.urandom(4 * board.CELL)).status_code == 204
    outcome = town.sync(vault)
    assert (outcome.posted, outcome.receipts) == (None, 1)
    assert outgoing.state(vault, start) == "missed"
    town.next_day()
    town.sync(vault)
    town.next_day()
    assert len(reporter.payloads(first, board.RECEIPT)) == 1
