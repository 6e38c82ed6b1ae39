"""The outgoing queue: exactly K cells a period, no place used twice, nothing lost when a post is (PROTOCOL 8)."""

import os
from pathlib import Path

import pytest

from crypto import board, thread
from recipients import outgoing
from recipients.outgoing import DAY
from recipients.vault import Vault, create, open_vault

PASSPHRASE = "correct horse battery"
TODAY = 20_000
K = 4


@pytest.fixture
def vault(tmp_path: Path):
    """A vault."""
    create(tmp_path / "vault", PASSPHRASE)
    with open_vault(tmp_path / "vault", PASSPHRASE) as opened:
        yield opened


def new_thread(vault: Vault) -> tuple[bytes, bytes]:
    """A thread's id and board secret."""
    secret = os.urandom(32)
    board_secret = thread.board_secret(secret)
    thread_id = thread.thread_id(board_secret)
    vault.database.run("INSERT INTO thread (id, secret, day) VALUES (?, ?, ?)", thread_id, secret, TODAY)
    return thread_id, board_secret


def add(vault: Vault, thread_id: bytes, size: int = 100, kind: int = board.REPLY, day: int = TODAY) -> int:
    """Queues something of so many bytes."""
    return outgoing.add(vault, thread_id, kind, os.urandom(16), os.urandom(size), day, b"")


def seal(vault: Vault, day: int = TODAY, start: int | None = None, count: int = K) -> list[bytes]:
    """The cells of the board period of a day."""
    joined = outgoing.seal_period(vault, day * DAY if start is None else start, DAY, count, day)
    return [joined[at : at + board.CELL] for at in range(0, len(joined), board.CELL)]


def real(cells: list[bytes], *secrets: bytes, today: int = TODAY) -> list[board.BoardPart]:
    """What opens, in the order of the cells."""
    tags = {tag: key for secret in secrets for tag, key in board.tags(secret, today).items()}
    return board.find(cells, tags)


@pytest.mark.parametrize("replies", [0, 1, 3, 4, 9])
def test_always_exactly_k_cells_of_one_size(vault: Vault, replies: int):
    thread_id, secret = new_thread(vault)
    for _ in range(replies):
        add(vault, thread_id)
    cells = seal(vault)
    assert [len(one) for one in cells] == [board.CELL] * K
    assert len(real(cells, secret)) == min(replies, K)
    assert cells == sorted(cells)
    assert len(outgoing.waiting(vault, TODAY)) == max(0, replies - K)


def test_the_same_bytes_again_for_the_same_period(vault: Vault):
    thread_id, _ = new_thread(vault)
    add(vault, thread_id)
    first = seal(vault)
    add(vault, thread_id)
    assert seal(vault) == first
    vault.close()
    with open_vault(vault.path, PASSPHRASE) as opened:
        assert seal(opened) == first


def test_surplus_leaves_later_and_arrives_whole(vault: Vault):
    thread_id, secret = new_thread(vault)
    add(vault, thread_id, size=9 * board.PAYLOAD)
    cells: list[bytes] = []
    for day in range(TODAY, TODAY + 3):
        cells += seal(vault, day)
        outgoing.posted(vault, day * DAY)
    parts = real(cells, secret, today=TODAY + 3)
    assert sorted(one.part for one in parts) == list(range(9))
    assert board.join(parts) is not None
    assert outgoing.waiting(vault, TODAY + 3) == []


def test_no_place_is_ever_used_twice(vault: Vault):
    thread_id, _ = new_thread(vault)
    for _ in range(3):
        add(vault, thread_id, size=10 * board.PAYLOAD)
    tags: list[bytes] = []
    for at in range(8):
        cells = seal(vault, start=TODAY * DAY + at * 100)
        tags += [one[:16] for one in cells]
        outgoing.missed(vault, TODAY * DAY + at * 100)
    used = vault.database.rows("SELECT day, i FROM sealing")
    assert len(used) == len(set(used)) == 16
    assert len(tags) == len(set(tags))


def test_at_most_16_a_day_for_one_thread_while_others_go_on(vault: Vault):
    (one, first), (other, second) = new_thread(vault), new_thread(vault)
    for _ in range(2):
        add(vault, one, size=10 * board.PAYLOAD)
    add(vault, other)
    cells = seal(vault, count=64)
    assert len(cells) == 64
    assert len(real(cells, first)) == 16
    assert len(real(cells, second)) == 1
    assert len(real(seal(vault, TODAY + 1, count=64), first, today=TODAY + 1)) == 4


def test_replies_leave_before_receipts(vault: Vault):
    thread_id, secret = new_thread(vault)
    for kind in (board.RECEIPT, board.RECEIPT, board.REPLY, board.RECEIPT, board.REPLY):
        add(vault, thread_id, kind=kind)
    kinds = sorted(one.kind for one in real(seal(vault), secret))
    assert kinds == [board.REPLY, board.REPLY, board.RECEIPT, board.RECEIPT]


def test_a_missed_post_waits_again_under_other_tags(vault: Vault):
    thread_id, secret = new_thread(vault)
    add(vault, thread_id)
    first = seal(vault)
    assert outgoing.doubtful(vault, TODAY * DAY + DAY - 1) == []
    assert outgoing.doubtful(vault, (TODAY + 1) * DAY) == [TODAY * DAY]
    others = board.BoardFile(start=TODAY * DAY, length=DAY, cells=tuple(board.dummy() for _ in range(9)))
    outgoing.settle(vault, [others])
    assert outgoing.state(vault, TODAY * DAY) == "missed"
    again = seal(vault, TODAY + 1)
    (one,), (other,) = real(first, secret), real(again, secret, today=TODAY + 1)
    assert one == other
    assert not {cell[:16] for cell in first} & {cell[:16] for cell in again}


def test_a_post_whose_answer_was_lost_is_found_on_the_board(vault: Vault):
    thread_id, _ = new_thread(vault)
    add(vault, thread_id)
    cells = seal(vault)
    published = board.BoardFile(start=TODAY * DAY, length=DAY, cells=tuple(sorted([*cells, board.dummy()])))
    outgoing.settle(vault, [published])
    assert outgoing.state(vault, TODAY * DAY) == "posted"
    assert outgoing.waiting(vault, TODAY + 1) == []


def test_a_period_that_was_passed_over_is_missed_and_one_not_published_yet_is_not(vault: Vault):
    seal(vault)
    seal(vault, TODAY + 1)
    later = board.BoardFile(start=(TODAY + 1) * DAY - 100, length=100, cells=())
    outgoing.settle(vault, [later])
    assert [outgoing.state(vault, day * DAY) for day in (TODAY, TODAY + 1)] == ["missed", "sealed"]


def test_unanswered_replies_are_repeated_every_25_days(vault: Vault):
    thread_id, secret = new_thread(vault)
    number = add(vault, thread_id)
    (first,) = real(seal(vault), secret)
    outgoing.posted(vault, TODAY * DAY)
    assert outgoing.waiting(vault, TODAY + 24) == []
    (item,) = outgoing.waiting(vault, TODAY + 25)
    assert (item.outgoing, item.turn) == (number, 1)
    (again,) = real(seal(vault, TODAY + 25), secret, today=TODAY + 25)
    assert again == first
    assert outgoing.waiting(vault, TODAY + 49) == []
    assert len(outgoing.waiting(vault, TODAY + 50)) == 1
    vault.database.run("UPDATE outgoing SET answered = 1")
    assert outgoing.waiting(vault, TODAY + 50) == []


def test_repeats_leave_after_what_is_new(vault: Vault):
    thread_id, _ = new_thread(vault)
    add(vault, thread_id)
    seal(vault)
    add(vault, thread_id, kind=board.RECEIPT)
    assert [one.turn for one in outgoing.waiting(vault, TODAY + 25)] == [0, 1]


def test_nothing_is_repeated_for_ever(vault: Vault):
    thread_id, secret = new_thread(vault)
    add(vault, thread_id)
    days = range(TODAY, TODAY + 25 * 20, 25)
    assert sum(len(real(seal(vault, day), secret, today=day)) for day in days) == 9


def test_a_restored_vault_posts_dummies_until_the_next_day(vault: Vault):
    thread_id, secret = new_thread(vault)
    add(vault, thread_id)
    vault.store("seal_from", (TODAY + 1).to_bytes(4, "big"))
    assert real(seal(vault), secret) == []
    assert len(real(seal(vault, TODAY + 1), secret, today=TODAY + 1)) == 1


@pytest.mark.parametrize("synced", [False, True])
def test_when_a_reply_can_be_read(vault: Vault, synced: bool):
    thread_id, _ = new_thread(vault)
    now = TODAY * DAY + DAY // 2
    if synced:
        seal(vault)
        outgoing.posted(vault, TODAY * DAY)
    short, long = add(vault, thread_id), add(vault, thread_id, size=5 * board.PAYLOAD)
    late = DAY if synced else 0
    assert outgoing.leaves(vault, short, K, DAY, now) == (TODAY + 1) * DAY + late
    assert outgoing.leaves(vault, long, K, DAY, now) == (TODAY + 2) * DAY + late


def test_when_the_daily_limit_holds_a_reply_back(vault: Vault):
    thread_id, _ = new_thread(vault)
    first = add(vault, thread_id, size=15 * board.PAYLOAD)
    second = add(vault, thread_id, size=2 * board.PAYLOAD)
    now = TODAY * DAY
    assert outgoing.leaves(vault, first, 64, 3_600, now) == now + 3_600
    # One of its two cells waits for the first period of the next day.
    assert outgoing.leaves(vault, second, 64, 3_600, now) == (TODAY + 1) * DAY + 3_600


def test_what_has_left_says_when_it_can_be_read(vault: Vault):
    thread_id, _ = new_thread(vault)
    number = add(vault, thread_id)
    seal(vault)
    assert outgoing.leaves(vault, number, K, DAY, TODAY * DAY + 5) == (TODAY + 1) * DAY
    assert outgoing.leaves(vault, number, K, DAY, (TODAY + 1) * DAY) is None


@pytest.mark.parametrize(("parts", "before"), [(1, 0), (5, 0), (3, 2), (9, 15)])
def test_a_reply_not_yet_queued_leaves_when_it_would_if_it_were(vault: Vault, parts: int, before: int):
    thread_id, _ = new_thread(vault)
    other, _ = new_thread(vault)
    if before:
        add(vault, other, size=before * board.PAYLOAD)
    now = TODAY * DAY + DAY // 2
    expected = outgoing.would_leave(vault, thread_id, parts, K, DAY, now)
    number = add(vault, thread_id, size=parts * board.PAYLOAD)
    assert outgoing.leaves(vault, number, K, DAY, now) == expected
    assert expected == (TODAY + (parts + before + K - 1) // K) * DAY
