"""The sheets of "My vault" and "Numbers and stories" for the gallery: as they open, and in the states that matter."""

import os
from collections.abc import Iterator
from functools import partial
from unittest.mock import patch

from PySide6.QtWidgets import QWidget

from recipients import watch
from recipients.casework.cosigning import Request
from recipients.desktop.gapacts import Brought
from recipients.desktop.publishacts import Requests, Story
from recipients.desktop.rescue import Restore
from recipients.desktop.trustees import Shares
from recipients.desktop.watchacts import Visit
from recipients.desktop.window import Window
from recipients.desktop.worksheet import WorkSheet
from recipients.session import Outcome
from tests.recipients.desktop import furnish
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.desktop.sheets import action, idle
from tests.recipients.world import PASSPHRASE

Seen = Iterator[tuple[str, QWidget]]


def locked(window: Window) -> Seen:
    """What the locked screen offers."""
    press(window.unlock.rescue)
    yield "rescue", _sheet(window)
    press(window.unlock.bring)
    sheet = _sheet(window)
    yield "restore", sheet
    if isinstance(sheet, Restore):
        sheet.lost.setChecked(True)
        sheet.typed.line.setText("academic acid")
        press(sheet.typed.add)
        yield "restore-shares", sheet
    window.keep.drawer.close()


def sheets(window: Window) -> Seen:
    """Every sheet of both menus."""
    for one in (line for line in window.menus.working if line.parent() is window and _mine(window, line)):
        one.trigger()
        idle(window)
        idle(window)
        title = one.text().replace("&", "").rstrip("…").lower().replace(" ", "-").replace(",", "")
        yield f"keep-{title}", _sheet(window)
        window.keep.drawer.close()
    yield from _states(window)


def _states(window: Window) -> Seen:
    action(window, "Shares for trustees").trigger()
    asked = _sheet(window)
    write(asked.findChildren(type(window.unlock.passphrase))[-1], PASSPHRASE)
    press(asked.go_on)
    until(lambda: isinstance(window.keep.drawer.sheet, Shares))
    shares = _sheet(window)
    if isinstance(shares, Shares):
        yield "keep-share-covered", shares
        press(shares.show_)
        yield "keep-share-shown", shares
    action(window, "Take in what the courier brought").trigger()
    until(lambda: isinstance(window.keep.drawer.sheet, Brought))
    brought = _sheet(window)
    if isinstance(brought, Brought):
        brought.run("trying your keys on what came, 3,200 of 100,000.", 3_200, 100_000)
        yield "keep-taking-in", brought
        aside = [("candour-<b>x</b>\u202e.bundle", "damaged"), ("candour-" + "w" * 90, "other")]
        brought.show_outcome(Outcome(periods=2, cells=900, found=3, missing=1, put_aside=aside), [1, 4])
        yield "keep-taken-in", brought
    action(window, "Look at the portal as a visitor").trigger()
    visit = _sheet(window)
    if isinstance(visit, Visit):
        alarms = (("byte", "/assets/candour.js"), ("own", f"{furnish.LONG_NAME}, from 2026-01-01"))
        visit.show_look(watch.Look(visits=1, alarms=alarms, notes=(("site", "version 3"),), state=bytes(32)))
        yield "keep-alarm", visit
        visit.show_look(watch.Look(visits=1, alarms=(), notes=(), state=bytes(32)))
        yield "keep-nothing-differs", visit
    yield from _stories(window)
    yield from _files(window)
    window.keep.drawer.close()


def _stories(window: Window) -> Seen:
    drawer = window.keep.drawer
    story = Story(
        window.look, [(bytes(16), furnish.LONG_NAME)], [(f"Concern {n}: x", bytes(16)) for n in range(9)], drawer
    )
    story.title.setText(furnish.URDU)
    drawer.open(story)
    story.tell("A story has no dates, months, years or times: they tell who was there.")
    yield "keep-story-filled", story
    drawer.open(Requests(window.look, [(_request(), furnish.LONG_NAME, False)], drawer))
    yield "keep-request", _sheet(window)


def _files(window: Window) -> Seen:
    page = window.desk
    for row in page.list.cases.rows:
        page.list.choose(row.id)
        until(partial(_reads, window, row.title))
        if page.reading.files.count():
            break
    press(page.reading.save)
    yield "keep-file-save", _sheet(window)
    press(page.reading.look)
    yield "keep-file-sealed", _sheet(window)
    window.keep.drawer.close()
    with patch("recipients.sanitise.maker", lambda: os.devnull):
        press(page.reading.look)
        yield "keep-file-look", _sheet(window)


def _request() -> Request:
    body = {
        "quarter": "2026Q1",
        "title": "<b>Alarms</b>",
        "happened": furnish.HOSTILE,
        "sense": furnish.URDU,
        "changed": "x",
    }
    return Request(digest=bytes(32), g=bytes(16), name="story", body=body, day=20_000, role="asking", state="waiting")


def _reads(window: Window, title: str) -> bool:
    return window.desk.reading.text.toPlainText().startswith(f"{title}\n")


def _mine(window: Window, line: object) -> bool:
    return any(line in menu.actions() for menu in window.keep.bar)


def _sheet(window: Window) -> WorkSheet:
    until(lambda: window.keep.drawer.sheet is not None and window.keep.drawer.sheet.isVisible())
    found = window.keep.drawer.sheet
    if not isinstance(found, WorkSheet):
        raise TypeError("a sheet of this half of the desk")
    return found
