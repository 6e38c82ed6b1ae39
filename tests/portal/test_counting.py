"""Counting in memory: exact under many threads, and forgotten in time."""

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from portal.counting import InMemory
from tests.portal.world import World

THREADS = 16


@pytest.fixture(autouse=True)
def hurried() -> Iterator[None]:
    """Threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(call: Callable[[], Any]) -> list[Any]:
    """What `call` gives in each of many threads that begin together; raises what any of them raised."""
    gate = threading.Barrier(THREADS)

    def one() -> Any:
        gate.wait(60)
        return call()

    with ThreadPoolExecutor(THREADS) as pool:
        return [each.result() for each in [pool.submit(one) for _ in range(THREADS)]]


def test_a_nonce_is_first_for_one_thread_only(world: World) -> None:
    for number in range(300):
        nonce = number.to_bytes(16, "big")
        firsts = at_once(partial(world.portal.limits.first_use, nonce))
        assert sum(firsts) == 1


def test_a_rate_is_counted_exactly_and_starts_no_threads(world: World) -> None:
    counter = InMemory()
    before = set(threading.enumerate())
    for _ in range(50):
        at_once(lambda: counter.incr("k", 60))
    assert counter.get("k") == 50 * THREADS
    # Timers, for that is what the library's own storage starts; other tests' threads may begin and end as they like.
    assert [each for each in set(threading.enumerate()) - before if isinstance(each, threading.Timer)] == []


def test_the_limiter_counts_here(world: World) -> None:
    assert isinstance(world.portal.limits._limiter.storage, InMemory)


def test_a_counter_ends_and_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("portal.counting.time.time", lambda: now[0])
    counter = InMemory()
    counter.incr("old", 10)
    counter.incr("old", 10)
    now[0] += 9.9
    assert (counter.get("old"), counter.get_expiry("old")) == (2, 1010.0)
    now[0] += 0.1
    assert counter.get("old") == 0
    counter.incr("new", 10)
    assert set(counter._counts) == {"new"}


def test_a_clock_that_goes_back_keeps_nothing_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("portal.counting.time.time", lambda: now[0])
    counter = InMemory()
    counter.incr("k", 10)
    now[0] = 500.0
    counter.incr("k", 10)
    now[0] = 1500.0
    counter.incr("other", 10)
    assert set(counter._counts) == {"other"}


def test_counters_can_be_cleared() -> None:
    counter = InMemory()
    counter.incr("a", 10)
    counter.incr("b", 10)
    counter.clear("a")
    assert (counter.get("a"), counter.reset(), counter.get("b"), counter.check()) == (0, 1, 0, True)
