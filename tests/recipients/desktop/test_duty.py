"""Conduct and duty in a window: factors before people, a second guardian, the duty of candour, holds, erasing."""

import pytest
from PySide6.QtWidgets import QLabel

from recipients.casework import acts, book, closing, measures, retention
from recipients.casework.facts import Facts
from recipients.desktop import dutysheets
from recipients.desktop.askedof import AskedOf
from recipients.vault import Vault
from recipients.words.days import weekday_text
from tests.recipients.desktop.desks import Desk, Ward, pick
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.world import Reporter

ROTA, URDU = 1, 2


@pytest.fixture
def mine(ward: Ward) -> Desk:
    """The first guardian's desk, with a concern on it that excludes nobody."""
    desk = ward.desk(0)
    desk.choose(URDU)
    return desk


def words(sheet: object) -> str:
    return " ".join(one.text() for one in sheet.findChildren(QLabel))  # type: ignore[attr-defined]


def conclude(ward: Ward, vault: Vault, *, days: int = 0) -> None:
    case, today = book.find(vault, str(URDU)), ward.town.today - days
    acts.set_categories(vault, case, ["worker-safety"], today)
    closing.learn(vault, case, "Too few nurses", "The rota was made in spring", "A second nurse", today)
    closing.conclude(vault, book.case(vault, case.id), "changed", "", today)


def test_the_duty_of_candour_is_answered_and_opens_the_way_to_conclude(mine: Desk):
    def missing(vault: Vault) -> list[str]:
        return closing.missing(vault, book.find(vault, str(URDU)))

    mine.ask(lambda vault: acts.set_categories(vault, book.find(vault, "2"), ["patient-safety"], 1))
    assert "candour" in mine.ask(missing)
    asked = mine.sheet(dutysheets.Duty, "Duty of candour…")
    assert [box.currentData() for box in asked.answers.values()] == [""] * len(measures.DUTY)
    for item, box in asked.answers.items():
        box.setCurrentIndex(box.findData("not-needed" if item == "support" else "yes"))
    mine.done(asked)
    assert "candour" not in mine.ask(missing)
    again = mine.sheet(dutysheets.Duty, "Duty of candour…")
    assert again.answers["support"].currentData() == "not-needed"
    until(lambda: "Have they been offered support?\nNot needed" in mine.window.desk.history.toPlainText())
    count = len(mine.kinds(URDU))
    mine.done(again)
    assert len(mine.kinds(URDU)) == count


def test_nothing_about_a_person_before_factors_and_without_a_second_guardian(ward: Ward, mine: Desk):
    theirs = ward.desk(1)
    title = "Something about one person…"
    asked = mine.sheet(dutysheets.Act, title)
    assert "No factors of the system are recorded yet" in words(asked)
    write(asked.text, "Supervision for one person")
    assert mine.refused(asked) == "Please choose a guardian."
    assert asked.people is not None
    pick(asked.people, ward.g[1])
    assert mine.refused(asked).startswith("Factors come before people")
    press(asked.leave)
    mine.ask(lambda vault: measures.set_factors(vault, book.find(vault, "2"), "yorkshire", ["staffing"], "", 1))
    asked = mine.sheet(dutysheets.Act, title)
    assert "No factors" not in words(asked)
    write(asked.text, "Supervision for one person")
    assert asked.people is not None
    pick(asked.people, ward.g[1])
    mine.done(asked)
    action = mine.sheet(dutysheets.Actions, "Actions…")
    action.list.setCurrentRow(0)
    assert "Waits for a second guardian" in action.list.item(0).text()
    assert mine.refused(action).startswith("This needs the word of a second guardian")
    press(action.leave)
    ward.days(2, mine, theirs)
    there = theirs.sheet(AskedOf, "Asked of you…")
    assert "Supervision for one person" in there.words.toPlainText()
    assert "Do you agree to this about one person?" in there.words.toPlainText()
    press(there.no)
    until(lambda: there.fault.text() == "Please say why you do not agree. Nothing was sent.")
    write(there.text, "Look at the rota again first.")
    press(there.no)
    until(lambda: theirs.shown is None)
    ward.days(2, theirs, mine)
    (found,) = mine.facts(URDU).actions
    assert (found.declined, measures.stands(found)) == (frozenset([ward.g[1]]), False)
    action = mine.sheet(dutysheets.Actions, "Actions…")
    assert "it must not be done" in action.list.item(0).text()


def test_what_changes_in_the_system_is_planned_and_done(ward: Ward, mine: Desk):
    asked = mine.sheet(dutysheets.Act, "Something to be done…")
    assert mine.refused(asked) == "Please write a few words first."
    write(asked.text, "A second nurse on nights")
    write(asked.who, "Rota office")
    asked.dated.setChecked(True)
    assert "The action is kept. It is due" in mine.done(asked)
    action = mine.sheet(dutysheets.Actions, "Actions…")
    assert mine.refused(action).startswith("Please choose an action")
    action.list.setCurrentRow(0)
    mine.done(action)
    (found,) = mine.facts(URDU).actions
    assert (found.about, found.who, found.by, found.done) == (
        "system",
        "Rota office",
        ward.town.today + 28,
        ward.town.today,
    )


def test_a_hold_of_two_guardians_keeps_a_case_from_being_erased(ward: Ward, mine: Desk):
    theirs = ward.desk(1)
    asked = mine.sheet(dutysheets.Hold, "Legal hold…")
    assert mine.refused(asked) == "Please write a few words first."
    write(asked.reason, "An inquest")
    pick(asked.people, ward.g[1])
    mine.done(asked)
    erasing = mine.sheet(dutysheets.Erase, "Erase…")
    write(erasing.typed, "erase 2")
    assert mine.refused(erasing).startswith("This concern is under a legal hold, or a hold was asked for")
    press(erasing.leave)
    ward.days(2, mine, theirs)
    there = theirs.sheet(AskedOf, "Asked of you…")
    assert "An inquest" in there.words.toPlainText()
    theirs.done(there)
    ward.days(2, theirs, mine)
    assert "hold" in mine.case(URDU).flags
    until(lambda: mine.window.working.case is not None and "hold" in mine.window.working.case.case.flags)
    lifting = mine.sheet(dutysheets.Hold, "Legal hold…")
    assert "Lift the legal hold" in words(lifting)


def test_erasing_is_typed_and_says_until_when_backups_hold_it(ward: Ward, mine: Desk):
    mine.ask(lambda vault: retention.set_policy(vault, 15, 10))
    asked = mine.sheet(dutysheets.Erase, "Erase…")
    assert asked.why.count() == 1
    gone = weekday_text(ward.town.today + 10, ward.town.today)
    assert f"Your backups may hold them until {gone}" in words(asked)
    write(asked.typed, "erase 1")
    assert mine.refused(asked) == "Nothing was erased. Please type “erase 2”."
    asked.typed.clear()
    write(asked.typed, " Erase  2")
    assert "is erased here. Say that it is gone only after" in mine.done(asked)
    until(lambda: all(one.number != URDU for one in mine.window.desk.list.cases.rows))
    assert mine.window.desk.reading.text.toPlainText() == ""
    assert mine.case(URDU).state == "erased"
    filters = mine.window.desk.filters.show_
    filters.setCurrentIndex(filters.findData("all"))
    mine.choose(URDU)
    assert "شفٹ" not in mine.window.desk.reading.text.toPlainText()
    again = mine.sheet(dutysheets.Erase, "Erase…")
    write(again.typed, "erase 2")
    assert mine.refused(again).startswith("This concern has been erased")


def test_a_withdrawn_concern_is_erased_and_the_person_is_told(ward: Ward, mine: Desk):
    first = ward.town.organisation.guardians[0]
    reporter = Reporter(ward.town)
    reporter.send([first], "Something that I should not have said")
    ward.days(1, mine)
    reporter.send([first], "", type="withdraw")
    ward.days(1, mine)
    rows = mine.window.desk.list.cases
    until(lambda: any("erase" in one.state for one in rows.rows))
    (number,) = [one.number for one in rows.rows if "they ask you to erase it" in one.state]
    mine.choose(number)
    asked = mine.sheet(dutysheets.Erase, "Erase…")
    assert asked.why.currentData() == "withdrawn"
    write(asked.typed, f"erase {number}")
    assert "The person is told with your next sync" in mine.done(asked)
    ward.days(2, mine)
    (reply,) = reporter.replies(first)
    assert reply.withdrawn
    assert "Copies in my own backups go by" in reply.text


def test_what_the_person_said_and_was_told_is_noted(ward: Ward, mine: Desk):
    told = mine.sheet(dutysheets.Told, "Told another way…")
    told.what.setCurrentIndex(told.what.findData("informed"))
    write(told.text, "By telephone")
    mine.done(told)
    way = mine.sheet(dutysheets.Way, "How they spoke up…")
    assert (way.mode.currentData(), way.group.currentData()) == ("", "")
    for box, value in ((way.mode, "open"), (way.group, "nursing"), (way.again, "maybe")):
        box.setCurrentIndex(box.findData(value))
    mine.done(way)
    hunt = mine.sheet(dutysheets.Hunt, "Is somebody looking for them…")
    assert "Do not ask who, and do not let others" in words(hunt)
    hunt.answer.setCurrentIndex(hunt.answer.findData("yes"))
    mine.done(hunt)
    assert "hunt" in mine.case(URDU).flags
    until(lambda: "Somebody may be trying to find out who spoke" in mine.window.desk.reading.text.toPlainText())
    facts: Facts = mine.facts(URDU)
    found = (facts.informed, facts.mode, facts.group, facts.again, facts.hunt)
    assert found == (ward.town.today, "open", "nursing", "maybe", True)


def test_check_ins_after_closure_and_taking_it_up_again(ward: Ward, mine: Desk):
    reopen = mine.sheet(dutysheets.Reopen, "Take it up again…")
    write(reopen.reason, "It happened again")
    assert mine.refused(reopen).startswith("This concern is not concluded")
    press(reopen.leave)
    asked = mine.sheet(dutysheets.CheckIn, "Check-in…")
    assert "not concluded" in asked.fault.text()
    press(asked.leave)
    mine.ask(lambda vault: conclude(ward, vault, days=100))
    mine.window.working.again()
    until(lambda: mine.window.working.case is not None and mine.window.working.case.case.state == "concluded")
    asked = mine.sheet(dutysheets.CheckIn, "Check-in…")
    asked.detriment.setCurrentIndex(asked.detriment.findData("yes"))
    mine.done(asked)
    assert mine.facts(URDU).check_ins == {3: "yes"}
    again = mine.sheet(dutysheets.CheckIn, "Check-in…")
    assert [again.months.itemData(one) for one in range(again.months.count())] == ["6", "12"]
    press(again.leave)
    reopen = mine.sheet(dutysheets.Reopen, "Take it up again…")
    assert mine.refused(reopen) == "Please write a few words first."
    write(reopen.reason, "It happened again")
    mine.done(reopen)
    assert mine.case(URDU).state == "addressed"
