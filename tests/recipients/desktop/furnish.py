"""Vaults with something in them, for windows to show: made by a portal in this process and by real syncs."""

import os
from functools import partial
from pathlib import Path

from crypto import cell, message, reply, statement_bodies, thread
from crypto.kdf import sha256
from recipients import daykeys, intake, keys, replies
from recipients.casework import asked, book, cosigning, manual, retention, sharing
from recipients.intake import Period, Reader
from recipients.membership import Invitation, install
from recipients.vault import Vault, create, open_vault
from tests.portal.world import DAY, Guardian
from tests.recipients.world import ADDRESS, PASSPHRASE, Reporter, Town

LONG_NAME = "Professor Dame Wilhelmina Featherstonehaugh-Cholmondeley of Little Snoring"
PEOPLE = (
    Guardian(name="A. Guardian"),
    Guardian(name=LONG_NAME, role="Associate Deputy Director of Patient Safety, Quality, Learning and Other Things"),
    Guardian(name="حارس", role="Staff-side representative"),
)
ROTA = (
    "The night rota on our ward has had two nurses fewer than planned since the spring. Twice this month nobody could "
    "leave a bay to answer the bell.\n\nThe matron has said that it will be put right, and then that we should be glad "
    "of what we have."
)
URDU = "رات کی شفٹ میں نرسیں کم ہیں۔ مریضوں کو درد کی دوا کے لیے بہت انتظار کرنا پڑتا ہے۔ Ward 4 میں بھی یہی حال ہے۔"
HOSTILE = (
    "<h1>Concern closed</h1><img src='http://evil.example/x.png'> \x1b[2J\x1b[31mAll clear\x07\n"
    "\u202eesrever\u202c \u2028 Your reply · written today \ufffc \ufdd0 &copy; javascript:alert(1)\n" + "W" * 600
)


class Hospital(Town):
    """A town whose people have names, and five concerns of every kind in the first guardian's vault."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, PEOPLE)
        self.mine = self.vault()
        self.sync(self.mine)
        # What is seldom: a page closed early, a file, somebody excluded, another script, an attack.
        self._said()
        self.mine.close()

    def asks(self) -> None:
        """The second guardian asks the first: a question, a hold to agree to, a story to sign."""
        other, (first, second, _third) = self.vault(1), self.organisation.guardians
        self.sync(other)
        case = manual.enter(other, "person", "confidential", "Somebody came to me", self.today)
        sharing.ask(other, case, first.g, HOSTILE, self.today)
        case = manual.enter(other, "letter", "open", "Somebody wrote to me", self.today)
        held = partial(retention.hold, other, case, "An inquest. " + URDU, self.today)
        asked.put(other, case, first.g, "Do you agree to this hold?", held, self.today)
        story = statement_bodies.story(
            organisation=self.organisation.id,
            day=self.today,
            g=second.g,
            second=first.g,
            quarter="2024Q2",
            title="One drug chart",
            happened=HOSTILE,
            sense="Two charts were in use",
            changed="One chart is",
        )
        cosigning.propose(other, "story", story, self.today)
        self.next_day()
        self.sync(other)
        self.mine = self.vault()
        self._days(1)
        self.mine.close()

    def _said(self) -> None:
        first, second, third = self.organisation.guardians
        choices = {"form": "hospital-1", "who": "staff", "about": ("safety", "means"), "hunt": "maybe"}
        rota, urdu, cut, attack = (Reporter(self) for _ in range(4))
        rota.send([first], ROTA, choices=choices, exclude=(second.g, third.g))
        self._days(3)
        (known,) = self.mine.database.rows("SELECT id FROM thread")
        self._answer(known[0])
        rota.send([first], "It happened again, on Tuesday. I am afraid that they know who spoke.", type="more")
        urdu.send([first], URDU, language="ur")
        self._days(4)
        photo = attack.upload(os.urandom(90_000), "ward <b>4 \u202egpj.exe", "image/jpeg")
        attack.send([first], HOSTILE, files=[photo])
        for sealed in cut.cells([first], ROTA * 40)[:3]:
            self.put(sealed)
        self._days(1)

    def _days(self, days: int) -> None:
        self.next_day(days)
        self.sync(self.mine)

    def _answer(self, chosen: bytes) -> None:
        day = self.today
        draft = replies.Draft(
            text="Thank you for saying this. I have asked for the rotas of the last three months, without saying why.",
            status="assessed",
            next=reply.Next(day=day + 3, what="I will write to you about what the rotas show"),
        )
        replies.send(self.mine, keys.load(self.mine), chosen, draft, day)


class _Opened:
    """Parts that were never sealed: sealing ten thousand would take longer than all the rest."""

    def __init__(self, parts: list[cell.Part]) -> None:
        self._parts = parts

    def open(self, *_given: object) -> list[tuple[int, cell.Part]]:
        return list(enumerate(self._parts))


def many(folder: Path, count: int, day: int) -> Path:
    """A vault with so many concerns, none of them answered."""
    organisation = os.urandom(32)
    create(folder, PASSPHRASE)
    with open_vault(folder, PASSPHRASE) as vault:
        person = keys.make(vault, "A. Guardian", "Guardian")
        install(vault, Invitation(organisation=organisation, root=b"", name="", g=None), ADDRESS, None)
        daykeys.top_up(vault, person, organisation, day)
        parts = [_part(person.g, organisation, number) for number in range(count)]
        _store(vault, Reader(organisation=organisation, g=person.g), parts, day)
        book.settle(vault)
    return folder


def _part(g: bytes, organisation: bytes, number: int) -> cell.Part:
    root = os.urandom(32)
    head = message.Head(
        type="concern",
        organisation=organisation,
        to=(g,),
        exclude=(),
        holder=thread.holder_key(root, g),
        salt=bytes(16),
        language="en",
    )
    written, _ = message.compose(head, [("happened", f"Something happened, number {number}.")])
    return cell.Part(thread=thread.thread_secret(root, g), message=os.urandom(16), part=0, parts=1, payload=written)


def _store(vault: Vault, reader: Reader, parts: list[cell.Part], day: int) -> None:
    path = vault.incoming / "many.cells"
    path.write_bytes(os.urandom(cell.CELL * len(parts)))
    period = Period(start=day * DAY, length=DAY, cells=len(parts), chunks=0, digest=sha256(b""))
    intake.open_period(vault, reader, period, path, _Opened(parts), lambda _: None)  # type: ignore[arg-type]
    path.unlink()
