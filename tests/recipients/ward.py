"""A guardian's vault with keys, and messages of one reporter to open with it; no portal.

ward = Ward(tmp_path)
ward.open(ward.seal(ward.plains("What happened.")))
assert ward.states() == [("whole", None)]
"""

import os
from pathlib import Path

from crypto import cell, hpke, message, thread
from crypto.kdf import name, sha256
from recipients import cases, daykeys, intake, keys
from recipients.intake import DAY, Period, Reader
from recipients.trying import Opener
from recipients.vault import Vault, create, open_vault

PASSPHRASE = "correct horse battery"
ORGANISATION = os.urandom(32)
TODAY = 20_000


class Ward:
    """A guardian's vault with keys, and what it takes to seal to it."""

    def __init__(self, folder: Path) -> None:
        create(folder / "vault", PASSPHRASE)
        self.vault: Vault = open_vault(folder / "vault", PASSPHRASE)
        self.person = keys.make(self.vault, "A. Guardian", "Guardian")
        daykeys.top_up(self.vault, self.person, ORGANISATION, TODAY)
        self.reader = Reader(organisation=ORGANISATION, g=self.person.g)
        self.root, self.folder = os.urandom(32), folder

    def public(self, day: int = TODAY, kind: str = "epoch") -> bytes:
        """The public key of a day."""
        held = [one for one in self.vault.keys.secrets if one.kind == kind and one.first <= day <= one.last]
        return hpke.public_key(held[0].seed)

    @property
    def secret(self) -> bytes:
        """The reporter's thread secret."""
        return thread.thread_secret(self.root, self.person.g)

    def plains(self, text: str, message_id: bytes | None = None, **fields: object) -> list[bytes]:
        """The plaintexts of one message."""
        usual = {
            "type": "concern",
            "organisation": ORGANISATION,
            "to": (self.person.g,),
            "exclude": (),
            "holder": thread.holder_key(self.root, self.person.g),
            "salt": bytes(16),
            "language": "en",
        }
        head = message.Head(**{**usual, **fields})  # type: ignore[arg-type]
        return cell.split(
            self.secret, message_id or os.urandom(16), *message.compose(head, [("what", text)] if text else [])
        )

    def seal(self, plains: list[bytes], day: int = TODAY) -> list[bytes]:
        """Sealed to the key of a day."""
        return [cell.seal(plain, self.public(day), ORGANISATION) for plain in plains]

    def open(self, cells: list[bytes], start: int = TODAY * DAY) -> int:
        """Opens a segment of these cells."""
        ordered = sorted(set(cells), key=name)
        path = self.folder / f"{start}.cells"
        path.write_bytes(b"".join(ordered))
        digest = sha256(path.read_bytes())
        period = Period(start=start, length=DAY, cells=len(ordered), chunks=0, digest=digest)
        intake.check_segment(period, path)
        return intake.open_period(self.vault, self.reader, period, path, Opener(1), lambda _: None)

    def states(self) -> list[tuple[str, str | None]]:
        """State and code of all messages."""
        return [
            (state, code) for state, code in self.vault.database.rows("SELECT state, code FROM message ORDER BY id")
        ]

    def only(self) -> cases.Incoming:
        """The one message there is."""
        (found,) = cases.threads(self.vault)
        (incoming,) = cases.incoming(self.vault, found.id)
        return incoming
