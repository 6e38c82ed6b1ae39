"""With other guardians, in real windows on a real portal: copies, hand-over, stepping back, opinions, who may not."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crypto import statement_bodies
from recipients import keys as people
from recipients import publishing
from recipients.casework import book, cosigning, log
from recipients.casework.book import Filter
from recipients.desktop.askedof import AskedOf
from recipients.desktop.sheets import Sheet
from recipients.desktop.togethersheets import Ask, Give, Shared, ToRead
from recipients.vault import Vault
from tests.recipients.desktop.desks import Desk, Ward, lines, pick
from tests.recipients.desktop.furnish import HOSTILE, LONG_NAME
from tests.recipients.desktop.hands import press, until, write

ROTA, URDU, ATTACK, CUT = 1, 2, 3, 4


def test_a_copy_arrives_with_its_notes_and_says_when_it_leaves(ward: Ward):
    mine, theirs = ward.desk(0), ward.desk(1)
    mine.choose(URDU)
    note = mine.sheet(Shared, "Notes for co-guardians…")
    assert mine.refused(note) == "A note needs some words."
    write(note.text, HOSTILE)
    mine.done(note)
    asked = mine.sheet(Give, "Copy to a co-guardian…")
    assert mine.refused(asked) == "Please choose a guardian."
    pick(asked.people, ward.g[1])
    assert "leaves" in mine.done(asked)
    waiting = mine.sheet(ToRead, "On its way to others…")
    assert waiting.list.item(0).text().startswith(f"Concern {URDU}, to")
    press(waiting.leave)
    ward.days(2, mine, theirs)
    theirs.choose(1)
    assert theirs.case(1).role == "copy"
    assert not theirs.window.desk.editor.isEnabled()
    assert "This is a copy" in theirs.window.desk.reading.text.toPlainText()
    there = theirs.sheet(Shared, "Notes for co-guardians…")
    until(lambda: there.list.count() == 1)
    assert "<h1>Concern closed</h1>" in there.list.item(0).text()
    there.list.setCurrentRow(0)
    press(there.strike)
    until(lambda: there.list.item(0).text().endswith("struck"))
    there.list.setCurrentRow(0)
    press(there.restore)
    until(lambda: "Concern closed" in there.list.item(0).text())
    ward.days(2, theirs, mine)
    assert [one for one in mine.kinds(URDU) if one in ("strike", "restore")] == ["strike", "restore"]
    assert mine.ask(lambda vault: log.lines(vault, book.find(vault, "2").id)) == theirs.ask(
        lambda vault: log.lines(vault, book.find(vault, "1").id)
    )


WAYS: dict[str, type[Give] | type[Ask]] = {
    "Copy to a co-guardian…": Give,
    "Hand over…": Give,
    "I should not see this…": Give,
    "Ask for a second opinion…": Ask,
}


@pytest.fixture
def mine(ward: Ward) -> Desk:
    """The first guardian's desk."""
    return ward.desk(0)


def test_who_is_excluded_is_shown_cannot_be_chosen_and_the_core_refuses(ward: Ward, mine: Desk):
    mine.choose(ROTA)
    for title, kind in WAYS.items():
        asked: Give | Ask = mine.sheet(kind, title)
        listed = lines(asked.people)
        assert set(listed) == set(ward.g[1:])
        assert all("does not want them to see this" in text and not may for text, may in listed.values())
        # As if the list had been made before the exclusion came.
        item = asked.people.item(0)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        asked.people.setCurrentItem(item)
        if isinstance(asked, Ask):
            write(asked.question, "What would you do?")
        assert mine.refused(asked).startswith("The person who wrote this does not want that guardian")
        press(asked.leave)
        until(lambda: mine.shown is None)
    assert set(mine.kinds(ROTA)) <= {"reply"}
    assert mine.ask(lambda vault: vault.database.rows("SELECT 1 FROM bundle_out WHERE id IS NOT NULL")) == []


def test_nobody_can_be_chosen_before_it_is_known_whom_the_person_excludes(ward: Ward, mine: Desk):
    numbers = {one.partial: one.number for one in mine.ask(lambda vault: book.search(vault, Filter()))}
    mine.choose(numbers[1])
    # The first piece of that report is lost.
    query = "DELETE FROM part WHERE part = 0 AND message IN (SELECT id FROM message WHERE state = 'partial')"
    mine.ask(lambda vault: vault.database.run(query))
    asked = mine.sheet(Give, "Copy to a co-guardian…")
    assert not any(may for _, may in lines(asked.people).values())


def test_a_quiet_period_is_said_before_anything_leaves(mine: Desk):
    mine.choose(ATTACK)
    asked = mine.sheet(Give, "Hand over…")
    said = " ".join(one.text() for one in asked.findChildren(type(asked.fault)))
    assert "This will leave" in said
    assert "It came in a quiet period" in said


def test_hand_over_leaves_it_to_the_other_and_waits_for_replies(ward: Ward, mine: Desk):
    theirs = ward.desk(1)
    mine.choose(URDU)
    write(mine.window.desk.editor.text, "One moment, please.")
    press(mine.window.desk.editor.send)
    until(lambda: "Signed and queued" in mine.window.desk.editor.leaving.text())
    asked = mine.sheet(Give, "Hand over…")
    pick(asked.people, ward.g[1])
    assert mine.refused(asked).startswith("A reply of yours in this concern has not left yet")
    press(asked.leave)
    ward.days(1, mine, theirs)
    asked = mine.sheet(Give, "Hand over…")
    pick(asked.people, ward.g[1])
    assert "It is handed over" in mine.done(asked)
    ward.days(2, mine, theirs)
    assert (mine.case(URDU).role, theirs.case(1).role) == ("handed", "ours")
    theirs.choose(1)
    assert theirs.window.desk.editor.isEnabled()
    until(lambda: not mine.window.desk.editor.isEnabled())


def test_stepping_back_hides_at_once_and_erases_what_has_arrived(ward: Ward, mine: Desk):
    theirs = ward.desk(2)
    mine.choose(URDU)
    write(mine.window.desk.editor.text, "I know them.")
    asked = mine.sheet(Give, "I should not see this…")
    pick(asked.people, ward.g[2])
    assert "erased here as soon as it has arrived" in mine.done(asked)
    until(lambda: all(one.number != URDU for one in mine.window.desk.list.cases.rows))
    page = mine.window.desk
    assert (page.reading.text.toPlainText(), page.editor.text.toPlainText(), page.history.toPlainText()) == ("", "", "")
    waiting = mine.sheet(ToRead, "On its way to others…")
    assert waiting.list.item(0).text().startswith("Something that is no concern of yours to see")
    press(waiting.leave)
    ward.days(4, mine, theirs)
    assert theirs.case(1).role == "ours"
    query = (
        "SELECT count(*) FROM part JOIN message ON message.id = part.message "
        "JOIN casefile ON casefile.thread = message.thread WHERE role = ?"
    )
    assert mine.ask(lambda vault: vault.database.value(query, "leaving")) == 0


def test_a_second_opinion_goes_there_and_comes_back(ward: Ward, mine: Desk):
    theirs = ward.desk(1)
    mine.choose(URDU)
    asked = mine.sheet(Ask, "Ask for a second opinion…")
    pick(asked.people, ward.g[1])
    assert mine.refused(asked) == "Please write your question."
    write(asked.question, "Would you ring the <b>ward</b>, or wait?")
    mine.done(asked)
    ward.days(2, mine, theirs)
    until(theirs.window.desk.due.ask.isVisible)
    press(theirs.window.desk.due.ask)
    until(lambda: isinstance(theirs.shown, AskedOf))
    there = theirs.shown
    assert isinstance(there, AskedOf)
    assert "Would you ring the <b>ward</b>, or wait?" in there.words.toPlainText()
    assert not there.no.isVisible()
    assert theirs.refused(there) == "Please write your answer first. Nothing was sent."
    write(there.text, "I would wait.")
    theirs.done(there)
    until(lambda: not theirs.window.desk.due.ask.isVisible())
    ward.days(2, theirs, mine)
    mine.choose(ROTA)
    mine.choose(URDU)
    until(lambda: "I would wait." in mine.window.desk.history.toPlainText())


def test_a_story_is_read_in_full_and_signed_or_not(ward: Ward, mine: Desk):
    theirs = ward.desk(1)

    def propose(title: str, vault: Vault) -> bytes:
        made = statement_bodies.story(
            organisation=ward.town.organisation.id,
            day=ward.town.today,
            g=ward.g[0],
            second=ward.g[1],
            quarter="2024Q2",
            title=title,
            happened=HOSTILE,
            sense="Two charts were in use",
            changed="One chart",
        )
        return cosigning.propose(vault, "story", made, ward.town.today)

    for title in ("One chart", "Two charts"):
        mine.ask(partial(propose, title))
    ward.days(2, mine, theirs)
    until(lambda: theirs.window.desk.due.ask.text() == "Asked of you: 2")
    asked = theirs.sheet(AskedOf, "Asked of you…")
    assert asked.go_on.text().replace("&", "") == "Sign it"
    shown = asked.words.toPlainText()
    assert "<h1>Concern closed</h1>" in shown
    assert "\x1b" not in shown
    theirs.done(asked)
    again = theirs.sheet(AskedOf, "Asked of you…")
    press(again.no)
    until(lambda: theirs.shown is None)
    states = theirs.ask(lambda vault: sorted(one.state for one in cosigning.requests(vault)))
    assert states == ["declined", "signed"]
    until(lambda: not theirs.window.desk.due.ask.isVisible())


def test_the_guardians_are_listed_with_roles_and_times_away(ward: Ward, mine: Desk):
    theirs = ward.desk(2)
    away = [(ward.town.today, ward.town.today + 9)]

    def leave(vault: Vault) -> None:
        publishing.set_calendar(vault, people.load(vault), ward.town.organisation.id, ward.town.today, [0, 2], away)

    theirs.ask(leave)
    theirs.sync()
    mine.sync()
    mine.choose(ROTA)
    asked = mine.sheet(ToRead, "Who the guardians are…")
    said = [asked.list.item(one).text() for one in range(asked.list.count())]
    assert len(said) == 2
    assert any(LONG_NAME in one for one in said)
    assert sum("Away until" in one or "away until" in one for one in said) == 1
    assert all("does not want them to see this" in one for one in said)


def test_sheets_close_when_the_desk_locks(mine: Desk, application: QApplication):
    mine.choose(URDU)
    asked = mine.sheet(Ask, "Ask for a second opinion…")
    write(asked.question, "Something that must not stay on the screen")
    gone: list[object] = []
    asked.destroyed.connect(lambda *_: gone.append(True))
    mine.window.leave()
    assert mine.shown is None
    until(lambda: gone)
    assert not any(isinstance(one, Sheet) and one.isVisible() for one in application.topLevelWidgets())
