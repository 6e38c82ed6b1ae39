"""A whole sync against the real portal: concerns come in, answers and receipts go out, a fixed number a period."""

import os
from typing import Any

import pytest

from crypto import board, receipt
from crypto.reply import Next
from recipients import cases, membership, outgoing
from recipients.errors import GuardianError
from tests.portal.world import DAY, Guardian
<<<<<<< HEAD
from tests.recipients.world import Reporter, Town, long_text, only, send
=======
from tests.recipients.world import Reporter, Town, long_answer, long_text


@pytest.fixture
def first(town: Town) -> Guardian:
    """The first guardian."""
    return town.organisation.guardians[0]


@pytest.fixture
def reporter(town: Town) -> Reporter:
    """Somebody with a codename."""
    return Reporter(town)


def only(vault: Vault) -> cases.Incoming:
    """The one message there is."""
    (found,) = cases.threads(vault)
    (incoming,) = cases.incoming(vault, found.id)
    return incoming


def send(vault: Vault, town: Town, **fields: object) -> int:
    """Queues a reply in the one thread there is."""
    (found,) = cases.threads(vault)
    draft = replies.Draft(**{"text": "We are looking into it.", **fields})  # type: ignore[arg-type]
    return replies.send(vault, keys.load(vault), found.id, draft, town.today)
>>>>>>> 81ba2bd (tests: replies with words of their own)


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


def test_three_weeks_away(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    reporter.send([first], "on the first day")
    for _ in range(21):
        town.next_day()
        # The portal shows keys of the days around; its guardian published 35 days ahead.
        assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    reporter.root = os.urandom(32)
    reporter.send([first], "on the last day")
    town.next_day()
    outcome = town.sync(vault)
    assert outcome.lost == []
    assert [one.messages for one in cases.threads(vault)] == [1, 1]
    held = [one.first for one in vault.keys.secrets if one.kind == "epoch"]
    assert min(held) == town.today - 2


def test_more_than_a_month_away_is_told(town: Town, first: Guardian, reporter: Reporter):
    vault = town.vault()
    town.sync(vault)
    start = town.today
    reporter.send([first], "too early")
    town.next_day(10)
    reporter.send([first], "in time")
    town.next_day(22)
    outcome = town.sync(vault)
    assert outcome.lost == [(start, start + 2)]
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.lost == ((start, start + 2),)
    assert only(vault).content is not None
    assert town.seen().key_for(first.g, town.today)[1] == "epoch"
    assert town.sync(vault).lost == []


def test_a_clock_that_is_wrong_erases_nothing(town: Town):
    vault = town.vault()
    town.sync(vault)
    held = vault.keys.secrets
    with town.courier(vault, ahead=40 * DAY) as courier, pytest.raises(GuardianError) as caught:
        sync(vault, courier, lambda: town.clock.now + 40 * DAY)
    assert (caught.value.code, caught.value.detail) == ("refused", "signature")
    assert vault.keys.secrets == held


def test_keys_are_erased_when_their_reports_have_been_opened(town: Town):
    town.tick()
    vault = town.vault()
    town.sync(vault)
    seeds = {one.first: one.seed for one in vault.keys.secrets if one.kind == "epoch"}
    start = town.today
    town.next_day(3)
    outcome = town.sync(vault)
    assert outcome.erased == 1
    assert seeds[start] not in [one.seed for one in vault.keys.secrets]
    assert seeds[start + 1] in [one.seed for one in vault.keys.secrets]


def test_the_portal_is_told_of_keys_it_has_lost(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    key = town.seen().key_for(first.g, town.today)[0]
    with town.portal.store.statements._main.begin() as connection:
        connection.exec_driver_sql("DELETE FROM keys WHERE digest = ?", (sha256(key),))
    town.close_portal()
    town.open()
    assert town.seen().warnings == ("missing",)
    outcome = town.sync(vault)
    assert outcome.warnings == ()
    assert town.seen().key_for(first.g, town.today) == (key, "epoch")


def test_a_directory_that_forgot_something_is_an_alarm(town: Town):
    vault = town.vault()
    town.sync(vault)
    town.sync(town.vault(1))
    town.sync(vault)
    before = membership.last(vault)
    fields = load(town.client.get("/directory").data, 1 << 22)
    assert isinstance(fields, dict)
    shorter = build(fields["log"][:-1], [], [])
    with pytest.raises(CandourError) as caught:
        membership.accept(vault, shorter, town.today)
    assert caught.value.code == "rollback"
    assert membership.last(vault) == before


def test_a_certificate_in_ones_name_with_other_keys_is_an_alarm(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    thief = Guardian(g=first.g)
    false = town.organisation.certificate(thief, first_day=town.today + 7, first=None)
    town.portal.register.submit([false], [], BY_FILE)
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("other", "keys")


def test_a_new_guardian_is_announced_once(town: Town):
    vault = town.vault()
    assert town.sync(vault).certificates == ()
    stranger = Guardian()
    later = town.organisation.certificate(stranger, first_day=town.today + 7, first=None, name="A Stranger")
    town.portal.register.submit([later], [], BY_FILE)
    assert [one.name for one in town.sync(vault).certificates] == ["A Stranger"]
    assert town.sync(vault).certificates == ()


@pytest.mark.parametrize(("days", "detail"), [(0, "certificate unknown"), (400, "certificate expired")])
def test_without_a_certificate_nothing_is_sent(town: Town, first: Guardian, days: int, detail: str):
    vault = town.vault()
    if days:
        town.clock.now += days * DAY
    else:
        vault.store("g", os.urandom(16))
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("unready", detail)


def test_a_revoked_guardian_is_told(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    entry = membership.last(vault).certificate(first.g, town.today).entry_hash
    gone = town.organisation.sign("revocation", [town.organisation.root], certificate=entry)
    town.portal.register.submit([gone], [], BY_FILE)
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("unready", "certificate revoked")


def test_another_organisations_portal(town: Town):
    vault = town.vault()
    vault.store("organisation", os.urandom(32))
    with pytest.raises(CandourError) as caught:
        town.sync(vault)
    assert caught.value.code == "organisation"


def test_a_head_is_posted_for_what_was_seen(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.head_day == town.today
    town.next_day(3)
    town.sync(vault)
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.head_day == town.today


def test_the_calendar_is_public(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    organisation = town.organisation.id
    away = ((town.today + 5, town.today + 9),)
    publishing.set_calendar(vault, keys.load(vault), organisation, town.today, (3, 0), away)
    town.sync(vault)
    (shown,) = [one for one in town.seen().guardians if one.g == first.g]
    assert shown.calendar is not None
    assert (shown.calendar.weekdays, shown.calendar.away) == ((0, 3), away)
    assert publishing.calendar(vault) == ((0, 3), away)


def test_a_calendar_changed_to_and_fro_on_one_day_ends_as_it_was_set_last(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    person, organisation = keys.load(vault), town.organisation.id

    def shown() -> tuple[int, ...]:
        (found,) = [one for one in town.seen().guardians if one.g == first.g]
        assert found.calendar is not None
        return found.calendar.weekdays

    for weekdays in ((0,), (1,), (0,)):
        publishing.set_calendar(vault, person, organisation, town.today, weekdays, ())
    town.sync(vault)
    assert shown() == (0,)
    # Now with each of them published before the next: the log does not take the first one twice on one day.
    for weekdays in ((1,), (0,)):
        publishing.set_calendar(vault, person, organisation, town.today, weekdays, ())
        town.sync(vault)
    assert publishing.calendar(vault) == ((0,), ())
    town.next_day()
    town.sync(vault)
    assert shown() == (0,)
    with pytest.raises(GuardianError, match="long: away"):
        publishing.set_calendar(vault, person, organisation, town.today, (0,), [(1, 2)] * 25)


def test_given_up_keys_are_said_publicly_and_replaced(town: Town, first: Guardian):
    vault = town.vault()
    town.sync(vault)
    old = town.seen().key_for(first.g, town.today)[0]
    (vault.path / "epochs").unlink()
    vault.close()
    vault = town.vault()
    with pytest.raises(GuardianError) as caught:
        town.sync(vault)
    assert (caught.value.code, caught.value.detail) == ("keys", "missing")
    outcome = town.sync(vault, give_up=True)
    assert outcome.lost == [(town.today, town.today + 59)]
    new, kind = town.seen().key_for(first.g, town.today)
    assert (kind, new != old) == ("epoch", True)
    Reporter(town).send([first], "to the new key")
    town.next_day()
    town.sync(vault)
    assert only(vault).state == "whole"


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
