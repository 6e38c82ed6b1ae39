"""A real portal with the real site, served on 127.0.0.1 by this process, for tests of what the browser shows.

    with hospital(folder) as place:
        page.goto(place.url)
        place.cells()                          # what the server has stored
        place.directory(heads=False)           # directory files that differ from the right one

Guardians here are keys in memory: what they post is made with `crypto` and goes in by the portal's own door.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug import Response
from werkzeug.serving import WSGIRequestHandler, make_server

from crypto import board, cell, codename, directory, hpke, receipt, reply, signing, thread
from crypto.kdf import sha256
from crypto.words import WORDS
from portal import create_app
from portal.core import Portal
from portal.register import BY_COURIER, BY_FILE
from portal.settings import Settings
from portal.site.publish import build_writer, publish
from tests.portal.world import Guardian, Organisation

DAY = 86_400
NAMES = (
    ("R. Adeyemi", "Freedom to Speak Up Guardian"),
    ("Dr M. Kowalska", "Patient safety lead"),
    ("J. Thomas", "Staff side"),
)
People = tuple[tuple[str, str], ...]


def today() -> int:
    """The UTC day by this machine's clock."""
    return int(time.time()) // DAY


@dataclass
class Keys:
    """One guardian with its epoch and fallback secrets."""

    guardian: Guardian
    epochs: list[bytes] = field(default_factory=lambda: [hpke.generate_seed() for _ in range(5)])
    fallback: bytes = field(default_factory=hpke.generate_seed)

    @property
    def g(self) -> bytes:
        """Its name."""
        return self.guardian.g

    def private(self) -> list[hpke.PrivateKey]:
        """Everything it opens cells with."""
        return [hpke.PrivateKey(seed) for seed in [*self.epochs, self.fallback]]

    def public(self) -> list[bytes]:
        """Public keys, epochs first."""
        return [hpke.public_key(seed) for seed in [*self.epochs, self.fallback]]


class Hospital:
    """An organisation, its log and its running portal."""

    def __init__(self, folder: Path, *, content: Path | None = None, names: People = NAMES, **policy: int) -> None:
        self.content, self.names = content, names
        self.day = today()
        self.organisation = Organisation(self.day - 3, **{"period": DAY, "board_period": DAY, "slot_ms": 200, **policy})
        self.keys = [Keys(guardian) for guardian in self.organisation.guardians]
        self.public = [key for each in self.keys for key in each.public()]
        settings = Settings(data=folder / "data", site=folder / "site", work_bits=1)
        settings.data.mkdir(parents=True)
        self.site = folder / "site"
        self.organisation.policy["writer"] = sha256(self.writer())
        self.publish()
        self.app = create_app(settings)
        self.portal: Portal = self.app.extensions["candour"]
        self.founded = founding = self.founding()
        self.log = [*founding, *(s for index, k in enumerate(self.keys) for s in self.statements(k, index))]
        self.portal.register.submit(founding, [], BY_FILE)
        self.portal.register.submit(self.log[len(founding) :], self.served(), BY_COURIER)
        self.url = ""
        self.instead: dict[str, bytes] = {}  # what to answer for a path, whoever asks, with the portal's own headers

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The portal as a WSGI application, but for `instead`."""
        body = self.instead.get(environ["PATH_INFO"])
        if body is None:
            return self.app(environ, start_response)
        response = Response.from_app(self.app, environ, buffered=True)
        response.headers.remove("Content-Encoding")
        response.set_data(body)
        return response(environ, start_response)

    def publish(self) -> None:
        """Make the site folder."""
        publish(out=self.site, **self._what(), writer=self.organisation.policy["writer"])

    def writer(self) -> bytes:
        """The one-file writer of this organisation and content."""
        return build_writer(**self._what())

    def _what(self) -> dict[str, Any]:
        root, name = signing.public(self.organisation.root), "St Elsewhere Hospital"
        return {"organisation_id": self.organisation.id, "root": root, "name": name, "content": self.content}

    def served(self) -> list[bytes]:
        """The public keys that a courier sends with its statements."""
        return self.public

    def founding(self) -> list[bytes]:
        """Organisation, policy, certificates."""
        first, policy = self.organisation.founding()[:2]
        certificates = [
            self.organisation.certificate(k.guardian, name=name, role=role)
            for k, (name, role) in zip(self.keys, self.names, strict=True)
        ]
        return [first, policy, *certificates]

    def statements(self, keys: Keys, index: int) -> list[bytes]:
        """Epoch keys from two days ago to two days ahead, a fallback key, a calendar."""
        guardian = keys.guardian
        *epochs, fallback = [sha256(key) for key in keys.public()]
        sign, seeds = self.organisation.sign, [guardian.identity]
        return [
            sign("epochs", seeds, g=guardian.g, first=self.day - 2, digests=epochs),
            sign("fallback", seeds, g=guardian.g, first_day=self.day - 3, last_day=self.day + 20, digest=fallback),
            sign("calendar", seeds, g=guardian.g, weekdays=[index, index + 2], away=[]),
        ]

    def directory(
        self, *, log: list[bytes] | None = None, keys: list[bytes] | None = None, day: int | None = None
    ) -> bytes:
        """A directory file as a server with other statements, keys or another day would send it."""
        chosen = self.public if keys is None else keys
        return directory.compose(self.log if log is None else log, [], chosen, self.day if day is None else day)

    def verified(self) -> Any:
        """The directory as a browser sees it."""
        return directory.verify(self.portal.register.published().file, self.organisation.id, self.day)

    def cells(self) -> list[bytes]:
        """Every report cell stored in the open period, in no order."""
        return [value for _, value in self.portal.store.drop_now("cells").items()]

    def thread(self, words: str, keys: Keys) -> bytes:
        """The board secret of a codename and a guardian."""
        root = codename.root(words, self.organisation.id, WORDS)
        return thread.board_secret(thread.thread_secret(root, keys.g))

    def board(self, *posted: list[bytes]) -> bytes:
        """The board with some cells in yesterday's file, among noise."""
        cells = [each for group in posted for each in group] + [board.dummy() for _ in range(20)]
        return board.write_file((self.day - 1) * DAY, DAY, cells)

    def reply(
        self, words: str, keys: Keys, text: str, *, start: int = 0, seed: bytes | None = None, **fields: Any
    ) -> list[bytes]:
        """The sealed cells of a reply signed by the guardian, or by another seed."""
        secret = self.thread(words, keys)
        usual = {"organisation": self.organisation.id, "g": keys.g, "thread": thread.thread_id(secret)}
        made = reply.Reply(**{**usual, "day": self.day - 1, "language": "en", "text": text, **fields})
        return self.sealed(board.REPLY, reply.sign_reply(made, seed or keys.guardian.identity), secret, start)

    def receipt(self, words: str, keys: Keys, *, start: int = 8, how: str = "software") -> list[bytes]:
        """The sealed cells of a signed receipt."""
        secret = self.thread(words, keys)
        certificate = self.verified().certificate(keys.g, self.day)
        made = receipt.Receipt(
            organisation=self.organisation.id,
            g=keys.g,
            thread=thread.thread_id(secret),
            certificate=certificate.entry_hash,
            message=bytes(16),
            digest=bytes(32),
            holder=bytes(32),
            state=bytes(32),
            day=self.day - 1,
            how=how,
        )
        return self.sealed(board.RECEIPT, receipt.issue(made, keys.guardian.identity), secret, start)

    def sealed(self, kind: int, payload: bytes, secret: bytes, start: int) -> list[bytes]:
        """A payload as board cells of yesterday, from number `start`."""
        plaintexts = board.split(kind, sha256(payload)[:16], payload)
        return [board.seal(plain, secret, self.day - 1, start + i) for i, plain in enumerate(plaintexts)]

    def opened(self, keys: Keys) -> list[cell.Part]:
        """What one guardian finds among the stored cells."""
        found = [cell.open_(each, keys.private(), self.organisation.id) for each in self.cells()]
        return [part for part in found if part is not None]


class _Quiet(WSGIRequestHandler):
    def log(self, *_given: object) -> None:
        """Say nothing."""


@contextmanager
def hospital(folder: Path, *, content: Path | None = None, names: People = NAMES, **policy: int) -> Iterator[Hospital]:
    """A running portal; `url` is where. Its site has the packaged English, or the content of a folder."""
    place = Hospital(folder, content=content, names=names, **policy)
    server = make_server("127.0.0.1", 0, place, threaded=True, request_handler=_Quiet)
    thread_ = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread_.start()
    place.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield place
    finally:
        server.shutdown()
        thread_.join()
        place.portal.store.dispose()
