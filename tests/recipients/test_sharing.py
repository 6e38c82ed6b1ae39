"""Guardians working together: copies, hand-over, stepping back, questions, and who never sees anything."""

import os

import pytest

from recipients import cases, keys, replies
from recipients.casework import acts, book, bundles, log, measures, notes, retention, sharing
from recipients.casework.book import Case, Filter
from recipients.vault import Vault
from tests.recipients.test_casework import refuses
from tests.recipients.world import Reporter, Town, long_text

pytestmark = pytest.mark.slow

TEXT = "Something in my own words"


class Two:
    """Two guardians of three, and what reporters send them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.first, self.second = town.vault(0), town.vault(1)
        self.g = [one.g for one in town.organisation.guardians]
        self.sync()

    def sync(self, days: int = 0) -> None:
        """Both sync; then so many days pass, each with a sync of both."""
        for vault in (self.first, self.second):
            self.town.sync(vault)
        for _ in range(days):
            self.town.next_day()
            self.sync()

    def report(self, to: tuple[int, ...] = (0,), text: str = TEXT, **fields: object) -> Reporter:
        """A report to these guardians, collected."""
        reporter = Reporter(self.town)
        reporter.send([self.town.organisation.guardians[one] for one in to], text, **fields)
        self.sync(1)
        return reporter


@pytest.fixture
def two(town: Town) -> Two:
    """Two guardians."""
    return Two(town)


def only(vault: Vault) -> Case:
    """The one case there is."""
    (found,) = book.search(vault, Filter())
    return found


def words(vault: Vault, case: Case) -> list[object]:
    """What the messages of a case say."""
    found = [one.content for one in cases.incoming(vault, book.thread_of(case))]
    return [one.sections.get("what") if one is not None else None for one in found]


def log_of(vault: Vault) -> list[object]:
    """The log as it reads here."""
    return [(one.hash, one.kind, one.words) for one in log.lines(vault, only(vault).id)]


def test_a_copy_holds_every_word_and_may_not_answer(two: Two):
    two.report(text=long_text(9_000))
    case = only(two.first)
    acts.note(two.first, case, "Rang the ward", two.town.today)
    notes.add(two.first, case.id, "For me alone", two.town.today)
    sharing.copy(two.first, case, two.g[1], two.town.today)
    two.sync(4)
    there = only(two.second)
    assert (there.id, there.role, there.origin, there.opened) == (case.id, "copy", "guardian", case.opened)
    assert words(two.second, there) == [long_text(9_000)]
    assert log_of(two.first) == log_of(two.second)
    assert notes.of(two.second, case.id) == []
    with refuses("leaving", "copy"):
        thread = book.thread_of(there)
        replies.send(two.second, keys.load(two.second), thread, replies.Draft(text="x"), two.town.today)
    assert bundles.pending(two.first, case.id) == 0
    # What comes later is passed on as well.
    assert two.second.database.value("SELECT count(*) FROM outgoing WHERE thread = ?", book.thread_of(there)) == 0


def test_two_guardians_apart_for_a_week_lose_no_note_and_no_reply(two: Two):
    reporter = two.report((0, 1))
    one, other = only(two.first), only(two.second)
    assert one.id == other.id
    sharing.copy(two.first, one, two.g[1], two.town.today)
    two.sync(2)
    assert only(two.second).role == "ours"
    for day in range(7):
        today = two.town.today + day
        acts.note(two.first, one, f"First, day {day}", today)
        acts.note(two.second, other, f"Second, day {day}", today)
    acts.set_urgency(two.first, one, "soon", two.town.today)
    acts.set_urgency(two.second, other, "now", two.town.today)
    for vault in (two.first, two.second):
        draft = replies.Draft(text=f"An answer from {keys.load(vault).g.hex()}")
        replies.send(vault, keys.load(vault), book.thread_of(only(vault)), draft, two.town.today)
    two.town.next_day(7)
    two.sync(3)
    assert log_of(two.first) == log_of(two.second)
    kinds = [one.kind for one in log.lines(two.first, one.id)]
    assert (kinds.count("note"), kinds.count("reply"), kinds.count("urgency")) == (14, 2, 2)
    assert only(two.first).urgency == only(two.second).urgency
    log.check_chains(log.entries(two.first, one.id))
    answers = [reply.text for g in two.town.organisation.guardians[:2] for reply in reporter.replies(g)]
    assert len(answers) == 2


def test_merging_in_any_order_and_twice_comes_to_the_same(two: Two):
    two.report((0, 1))
    for vault in (two.first, two.second):
        for number in range(3):
            acts.note(vault, only(vault), f"note {number}", two.town.today)
    case = only(two.first).id
    ours, theirs = log.entries(two.first, case), log.entries(two.second, case)
    for _ in range(2):
        for one in reversed(theirs):
            log.keep(two.first, one)
        for one in ours:
            log.keep(two.second, one)
    assert log_of(two.first) == log_of(two.second)
    assert len(log_of(two.first)) == 6


EXCLUDED = {
    "copy": lambda two, case, g: sharing.copy(two.first, case, g, two.town.today),
    "hand over": lambda two, case, g: sharing.hand_over(two.first, case, g, two.town.today),
    "step back": lambda two, case, g: sharing.step_back(two.first, case, g, two.town.today),
    "ask": lambda two, case, g: sharing.ask(two.first, case, g, "What do you think?", two.town.today),
}


@pytest.mark.parametrize("way", EXCLUDED.values(), ids=EXCLUDED.keys())
def test_nothing_goes_to_whom_the_reporter_excluded(two: Two, way):
    two.report(exclude=(two.g[1],))
    case = only(two.first)
    with refuses("excluded"):
        way(two, case, two.g[1])
    assert two.first.database.rows("SELECT 1 FROM bundle_out") == []
    assert log.entries(two.first, case.id) == []
    with refuses("guardian", "self"):
        way(two, case, two.g[0])
    with refuses("guardian", "none"):
        way(two, case, os.urandom(16))


def test_nothing_goes_to_anyone_before_it_is_known_whom_the_reporter_excluded(two: Two):
    reporter = Reporter(two.town)
    for sealed in reporter.cells(two.town.organisation.guardians[:1], long_text(9_000))[1:]:
        two.town.put(sealed)
    two.sync(1)
    with refuses("excluded", "unknown"):
        sharing.copy(two.first, only(two.first), two.g[1], two.town.today)


def test_an_exclusion_that_comes_later_stops_what_goes_by_itself(two: Two):
    reporter = two.report()
    case = only(two.first)
    sharing.copy(two.first, case, two.g[1], two.town.today)
    two.sync(2)
    before = len(log_of(two.second))
    guardians = two.town.organisation.guardians
    reporter.send(guardians[:1], "Not that one", type="more", exclude=(two.g[1],))
    two.sync(1)
    acts.note(two.first, case, "They must not see this", two.town.today)
    two.sync(2)
    assert len(log_of(two.second)) == before
    assert "Not that one" not in words(two.second, only(two.second))


def test_an_excluded_guardian_keeps_nothing_whatever_is_sent(two: Two, monkeypatch: pytest.MonkeyPatch):
    two.report(exclude=(two.g[1],))
    # A vault that does not ask: the other one refuses by itself.
    monkeypatch.setattr(sharing, "excluded", lambda *_: frozenset())
    sharing.copy(two.first, only(two.first), two.g[1], two.town.today)
    two.sync(2)
    for table in ("casefile", "message", "part", "case_entry", "case_peer"):
        assert two.second.database.rows(f"SELECT 1 FROM {table}") == [], table
    assert ("excluded",) in two.second.database.rows("SELECT code FROM bundle_done")


def test_hand_over_and_the_other_answers_in_the_same_thread(two: Two):
    reporter = two.report()
    case = only(two.first)
    first = two.town.organisation.guardians[0]
    thread = book.thread_of(case)
    replies.send(two.first, keys.load(two.first), thread, replies.Draft(text="One moment"), two.town.today)
    with refuses("waiting"):
        sharing.hand_over(two.first, case, two.g[1], two.town.today)
    two.sync(1)
    sharing.hand_over(two.first, case, two.g[1], two.town.today)
    handed = two.town.today
    with refuses("leaving", "handed"):
        replies.send(two.first, keys.load(two.first), thread, replies.Draft(text="x"), two.town.today)
    two.sync(3)
    there = only(two.second)
    assert (there.role, there.thread) == ("ours", case.thread)
    board_from = two.second.database.value("SELECT board_from FROM casefile")
    assert board_from == handed + 1
    replies.send(two.second, keys.load(two.second), thread, replies.Draft(text="I go on here"), two.town.today)
    two.sync(2)
    found = {(one.g, one.text) for one in reporter.replies(first)}
    assert found == {(two.g[0], "One moment"), (two.g[1], "I go on here")}
    # No place on the board was used by both.
    query = "SELECT day, i FROM sealing WHERE thread = ?"
    ours, theirs = (set(vault.database.rows(query, thread)) for vault in (two.first, two.second))
    assert not ours & theirs
    # What the reporter writes later comes to the first, who passes it on.
    reporter.send([first], "And then it happened again", type="more")
    two.sync(3)
    assert "And then it happened again" in words(two.second, only(two.second))


def test_on_the_day_of_the_hand_over_only_one_answers(two: Two):
    two.report()
    case = only(two.first)
    thread = book.thread_of(case)
    sharing.hand_over(two.first, case, two.g[1], two.town.today)
    two.sync(3)
    two.second.database.run("UPDATE casefile SET board_from = ?", two.town.today + 1)
    with refuses("leaving", "early"):
        replies.send(two.second, keys.load(two.second), thread, replies.Draft(text="x"), two.town.today)


def test_who_should_not_see_it_sees_nothing_and_it_is_erased_when_it_has_arrived(two: Two):
    reporter = two.report()
    case = only(two.first)
    acts.note(two.first, case, "I know this person", two.town.today)
    sharing.step_back(two.first, case, two.g[1], two.town.today)
    assert book.search(two.first, Filter()) == []
    with refuses("leaving", "leaving"):
        book.find(two.first, "1")
    with refuses("leaving", "leaving"):
        cases.find(two.first, "1")
    assert cases.threads(two.first) == []
    # Not before the other has it: nothing may be lost.
    assert two.first.database.rows("SELECT 1 FROM part") != []
    old = two.first.database.value("SELECT key FROM case_key")
    two.sync(4)
    assert words(two.second, only(two.second)) == [TEXT]
    assert two.first.database.rows("SELECT 1 FROM part") == []
    assert two.first.database.rows("SELECT DISTINCT body FROM case_entry") == [(None,)]
    assert two.first.database.value("SELECT key FROM case_key") != old
    reporter.send(two.town.organisation.guardians[:1], "A second thing", type="more")
    two.sync(4)
    assert words(two.second, only(two.second)) == [TEXT, "A second thing"]
    assert book.search(two.first, Filter()) == []
    assert two.first.database.rows("SELECT 1 FROM part") == []


def test_a_second_opinion_shows_the_question_and_no_more(two: Two):
    two.report()
    case = only(two.first)
    acts.note(two.first, case, "A note that stays here", two.town.today)
    asked = sharing.ask(two.first, case, two.g[1], "Would you ring the ward?", two.town.today)
    two.sync(2)
    there = only(two.second)
    assert (there.role, there.thread, there.messages) == ("asked", None, 0)
    (line,) = log.lines(two.second, there.id)
    assert (line.kind, line.words) == ("ask", {"to": two.g[1], "text": "Would you ring the ward?"})
    sharing.answer(two.second, there, asked, "I would wait.", two.town.today)
    with refuses("note"):
        sharing.answer(two.second, there, bytes(32), "x", two.town.today)
    two.sync(2)
    answers = [one for one in log.lines(two.first, case.id) if one.kind == "opinion"]
    assert [(one.g, one.words) for one in answers] == [(two.g[1], {"entry": asked, "text": "I would wait."})]
    acts.note(two.first, case, "Another that stays", two.town.today)
    two.sync(2)
    assert [one.kind for one in log.lines(two.second, there.id)] == ["ask", "opinion"]


def test_a_second_guardian_approves_from_afar(two: Two):
    two.report()
    case = only(two.first)
    held = retention.hold(two.first, case, "An inquest", two.town.today)
    sharing.ask(two.first, case, two.g[1], "Please approve the hold", two.town.today, about=held)
    two.sync(2)
    there = only(two.second)
    assert [one.hash for one in measures.waiting(two.second, there)] == [held]
    measures.approve(two.second, there, held, "", two.town.today)
    two.sync(2)
    assert "hold" in only(two.first).flags


def test_every_period_sends_as_many_cells_whatever_there_is_to_say(town: Town):
    sent: list[int] = []

    def count() -> int:
        day = town.today - 1
        return sum(one["cells"] for one in town.periods() if one["start"] // 86_400 == day)

    two = Two(town)
    two.town.next_day()
    sent.append(count())
    two.report(text=long_text(9_000))
    reports = len(Reporter(town).cells(town.organisation.guardians[:1], long_text(9_000)))
    sent.append(count() - reports)
    sharing.copy(two.first, only(two.first), two.g[1], town.today)
    two.sync(1)
    sent.append(count())
    assert sent[0] == sent[2] == 2 * bundles.COUNT
