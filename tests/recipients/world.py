"""A portal in this process, guardians with real vaults, and reporters, all on one clock that tests set."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from crypto import attachment, board, cell, directory, message, reply, thread
from crypto.encoding import utf8
from crypto.guardians import Directory
from recipients import cases, keys, replies, sync
from recipients.courier import Courier
from recipients.membership import Invitation, install
from recipients.trying import Opener
from recipients.vault import Vault, create, open_vault
from tests.portal.world import AUTHORITY, DAY, Guardian, World

PASSPHRASE = "correct horse battery"
ADDRESS = f"https://{AUTHORITY}"


class Town(World):
    """The portal of one organisation and its guardians' vaults; periods are days unless a test says otherwise."""

    def __init__(self, folder: Path, guardians: Sequence[Guardian] = (), **policy: int) -> None:
        usual = {"period": DAY, "board_period": DAY, "board_cells": 4, "report_days": 30, "board_days": 30}
        super().__init__(folder, policy={**usual, **policy}, guardians=guardians)
        self.home = folder
        self.vaults: list[Vault] = []

    @property
    def today(self) -> int:
        """The UTC day."""
        return int(self.clock.now) // DAY

    def vault(self, number: int = 0) -> Vault:
        """A guardian's vault, made on first use and opened."""
        path = self.folder / f"vault-{number}"
        person = self.organisation.guardians[number]
        fresh = not path.exists()
        if fresh:
            create(path, PASSPHRASE)
        vault = open_vault(path, PASSPHRASE)
        if fresh:
            self._settle(vault, person)
        self.vaults.append(vault)
        return vault

    def _settle(self, vault: Vault, person: Guardian) -> None:
        keys.make(vault, person.name, person.role)
        for name, value in (("g", person.g), ("identity", person.identity), ("courier", person.courier)):
            vault.store(name, value)
        invitation = Invitation(organisation=self.organisation.id, root=b"", name="", g=None)
        install(vault, invitation, ADDRESS, None)

    def transport(self) -> httpx.BaseTransport:
        """The way to the portal's application without a socket."""
        return httpx.WSGITransport(app=self.app)

    def courier(self, vault: Vault, transport: httpx.BaseTransport | None = None, ahead: int = 0) -> Courier:
        """A courier for a vault, with a clock that may be ahead."""
        seed = keys.load(vault).courier_seed
        return Courier(ADDRESS, seed, lambda: self.clock.now + ahead, transport=transport or self.transport())

    def sync(self, vault: Vault, *, give_up: bool = False) -> sync.Outcome:
        """A whole sync."""
        with self.courier(vault) as courier:
            return sync.sync(vault, courier, self.clock, opener=Opener(1), give_up=give_up)

    def seen(self) -> Directory:
        """The directory as a reporter's browser verifies it."""
        return directory.verify(self.client.get("/directory").data, self.organisation.id, self.today)

    def next_day(self, days: int = 1) -> None:
        """Noon some days on; every day's periods are closed in between."""
        for _ in range(days):
            self.pass_time(DAY)

    def board(self) -> list[bytes]:
        """Every published board cell."""
        return [one for file in board.read_files(self.client.get("/board").data) for one in file.cells]

    def move(self, folder: Path) -> None:
        """Goes on with a copy of everything; what is in the old folder stays as it is."""
        shutil.copytree(self.home, folder)
        self.folder = folder
        self.settings = replace(self.settings, data=folder / "data", site=folder / "site")
        self.open()

    def close_portal(self) -> None:
        """Stops the portal; `open` starts it again."""
        super().close()

    def close(self) -> None:
        """Closes the vaults and the portal."""
        for vault in self.vaults:
            vault.close()
        self.vaults.clear()
        super().close()


class Reporter:
    """Somebody with a codename (its root, here), as the browser does it."""

    def __init__(self, town: Town) -> None:
        self.town, self.root = town, os.urandom(32)

    def cells(
        self, to: Sequence[Guardian], text: str, files: Sequence[attachment.Manifest] = (), **fields: Any
    ) -> list[bytes]:
        """The sealed cells of one message, one guardian after the other."""
        town = self.town
        message_id, salt = os.urandom(16), os.urandom(16)
        seen, sealed = town.seen(), []
        for guardian in to:
            head = message.Head(
                **{
                    "type": "concern",
                    "organisation": town.organisation.id,
                    "to": tuple(one.g for one in to),
                    "exclude": (),
                    "holder": thread.holder_key(self.root, guardian.g),
                    "salt": salt,
                    "language": "en",
                    **fields,
                }
            )
            written = message.compose(head, [("what", text)] if text else [], files)
            secret = thread.thread_secret(self.root, guardian.g)
            public, _ = seen.key_for(guardian.g, town.today)
            for plain in cell.split(secret, message_id, *written):
                sealed.append(cell.seal(plain, public, town.organisation.id))
        return sealed

    def send(self, to: Sequence[Guardian], text: str, **fields: Any) -> None:
        """Seals and uploads a message."""
        for sealed in self.cells(to, text, **fields):
            assert self.town.put(sealed).status_code == 204

    def upload(self, data: bytes, name: str = "file-1.jpg", kind: str = "image/jpeg") -> attachment.Manifest:
        """Seals and uploads a file."""
        manifest, chunks = attachment.seal(data, name, kind, self.town.organisation.id)
        for chunk in chunks:
            assert self.town.put(chunk, "chunks").status_code == 204
        return manifest

    def thread_id(self, guardian: Guardian) -> bytes:
        """The id of the thread with a guardian."""
        return thread.thread_id(self._board_secret(guardian))

    def payloads(self, guardian: Guardian, kind: int) -> list[bytes]:
        """The joined payloads of one kind found on the board."""
        found = board.find(self.town.board(), board.tags(self._board_secret(guardian), self.town.today))
        joined = [board.join(one) for one in board.groups(found) if one[0].kind == kind]
        return [one for one in joined if one is not None]

    def replies(self, guardian: Guardian) -> list[reply.Reply]:
        """The verified replies found on the board."""
        payloads = self.payloads(guardian, board.REPLY)
        return [reply.read_reply(one, self.town.seen(), self.thread_id(guardian), self.town.today) for one in payloads]

    def _board_secret(self, guardian: Guardian) -> bytes:
        return thread.board_secret(thread.thread_secret(self.root, guardian.g))


def long_answer(size: int) -> str:
    """Text of so many bytes that has nothing of `long_text` in it: a reply never quotes."""
    text = "Merçi – noted, with thanks 🌿 תודה "
    return utf8(text * (size // len(utf8(text)) + 1))[:size].decode("utf-8", "ignore")


def long_text(size: int) -> str:
    """Text of so many bytes, with accents, emoji and right-to-left letters in it."""
    text = "Réa – ward 4 🙂 שלום "
    repeated = text * (size // len(utf8(text)) + 1)
    return utf8(repeated)[:size].decode("utf-8", "ignore")


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
