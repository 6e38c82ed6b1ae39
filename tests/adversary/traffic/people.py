"""Four kinds of visitors, each at a real page by what it shows, with the pauses of people, faster by one factor.

Nothing here looks at time or network: a visit's length is set by `capture`, the same for all kinds.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from playwright.async_api import Page

from tests.journeys.texts import passage

REPORT = 2_000  # characters
_PORTIONS = 8  # in which the report is typed


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody at a page. `pace` is their mean pause in seconds; codenames are of threads without and with replies."""

    page: Page
    pace: float
    empty: Sequence[str]
    answered: Sequence[str]

    async def pause(self, times: float = 1) -> None:
        """Read, think, or go to the door."""
        await asyncio.sleep(self.pace * times * random.uniform(0.5, 1.5))

    async def go(self, view: str) -> None:
        """Follow a link of the page."""
        await self.page.click(f'a[data-view="{view}"] >> visible=true')
        await self.pause()

    async def scroll(self, times: int) -> None:
        """Read on."""
        for _ in range(times):
            await self.page.mouse.wheel(0, 300)
            await self.pause()


async def guidance(person: Person) -> None:
    """Reads when and how to raise a concern, who helps, and how to verify the site."""
    for view in ("guidance", "support", "verify"):
        await person.go(view)
        await person.scroll(3)


async def empty_inbox(person: Person) -> None:
    """Looks for an answer; there is none yet."""
    await _inbox(person, random.choice(person.empty))


async def full_inbox(person: Person) -> None:
    """Looks for an answer, and reads it."""
    await _inbox(person, random.choice(person.answered))
    await person.page.wait_for_selector("#replies .reply-text")


async def _inbox(person: Person, codename: str) -> None:
    await person.go("inbox")
    await person.page.focus("#inbox-codename")
    for word in codename.split():
        await person.page.keyboard.insert_text(word + " ")
        await person.pause(0.3)
    await person.page.click('#inbox [data-step="locked"] button[data-next]')
    await person.page.wait_for_selector('#inbox [data-step="open"]:visible')
    await person.scroll(4)


async def report(person: Person) -> None:
    """Writes 2,000 characters to all guardians and waits until all has left."""
    await person.go("raise")
    step = ""
    while step != "send":
        step = await _after(person.page, step)
        await _ANSWERS.get(step, _nothing)(person)
        await person.pause()
        if step != "send":
            await person.page.click(f'#raise [data-step="{step}"] [data-next]')
    await person.page.wait_for_selector('[data-step="sent"]:visible')


async def _after(page: Page, step: str) -> str:
    """The next step of the form, once it shows."""
    shown = page.locator(f'#raise form.step:visible:not([data-step="{step}"])')
    return await shown.get_attribute("data-step") or ""


async def _nothing(_: Person) -> None:
    """A step that may be left as it is."""


async def _danger(person: Person) -> None:
    await person.page.check("#danger-no")


async def _happened(person: Person) -> None:
    text = passage(REPORT)
    await person.page.focus("#happened")
    for start in range(0, REPORT, REPORT // _PORTIONS):
        await person.page.keyboard.insert_text(text[start : start + REPORT // _PORTIONS])
        await person.pause(0.5)


async def _to(person: Person) -> None:
    for box in await person.page.locator("#to input[data-g]").all():
        await box.check()


async def _retype(person: Person) -> None:
    words = await person.page.locator("#codename-words li").all_text_contents()
    await person.page.focus("#retype-codename")
    for word in words:
        await person.page.keyboard.insert_text(word + " ")
        await person.pause(0.3)


_ANSWERS: dict[str, Callable[[Person], Awaitable[None]]] = {
    "danger": _danger,
    "happened": _happened,
    "to": _to,
    "retype": _retype,
}
# In this order everywhere.
KINDS: dict[str, Callable[[Person], Awaitable[None]]] = {
    "guidance": guidance,
    "empty inbox": empty_inbox,
    "inbox with replies": full_inbox,
    "report": report,
}
