"""The first run, step by step: keys, words to read out, the organisation, a request for the steward, what comes next.

    who -> words -> organisation -> same -> request -> next

Leaving in between loses nothing: each step is done when its button says so, and the menu leads back to the next one.
"""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from crypto import codename
from crypto.words import WORDS
from recipients import keys, membership
from recipients.address import check_address
from recipients.desktop import faults
from recipients.desktop.keeper import Keeper
from recipients.desktop.setuppages import SetUpPages
from recipients.errors import GuardianError
from recipients.membership import Invitation
from recipients.vault import Vault, create
from recipients.words.days import today

_DIFFER = "The two passphrases differ. Nothing was made. Type them again."
_NAMELESS = "Your name and your role are needed: people choose by them whom to write to. Nothing was made."
_TOO_LONG = "Your name may have 80 bytes and your role 120; a letter with an accent has two or more. Nothing was made."


@dataclass(frozen=True, kw_only=True)
class _State:
    """How far set-up is: the words of our key, and whether the organisation is known."""

    words: str
    installed: bool


class SetUp(QObject):
    """Set-up on its pages. `made` tells the folder of a new vault; `ready` when it can be worked with."""

    ready = Signal()
    made = Signal(object)

    def __init__(self, pages: SetUpPages, keeper: Keeper) -> None:
        super().__init__()
        self._pages, self._keeper = pages, keeper
        self._invitation: Invitation | None = None
        pages.make.clicked.connect(self._make)
        pages.told.clicked.connect(lambda: pages.go("organisation"))
        pages.read.clicked.connect(self._read)
        pages.same.clicked.connect(self._install)
        pages.differ.clicked.connect(self._differ)
        pages.write.clicked.connect(self._request)
        pages.finish.clicked.connect(self.ready)

    def begin(self, vault: Path) -> None:
        """From nothing."""
        self._pages.empty(vault)
        self._pages.go("who")

    def resume(self) -> None:
        """With an open vault, from the step that is missing."""
        self._keeper.short(_state, self._stands, self._failed)

    def _stands(self, state: _State) -> None:
        self._pages.words_are(state.words)
        self._pages.go("request" if state.installed else "organisation")

    def _make(self) -> None:
        pages = self._pages
        path, typed = Path(pages.folder.text()).expanduser(), pages.passphrase.text()
        who, role = pages.person.text().strip(), pages.role.text().strip()
        fault = _fault(who, role, typed, pages.repeat.text())
        if fault:
            pages.tell(fault)
            return
        pages.wait("Making your keys…")

        def opened() -> None:
            pages.forget()
            self.made.emit(path)
            self._keeper.short(_state, self._made, self._failed)

        def made(_none: None) -> None:
            self._keeper.unlock(path, typed, opened, self._failed)

        def make() -> None:
            create(path, typed, furnish=lambda vault: _keys(vault, who, role))

        self._keeper.apart(make, made, self._failed)

    def _made(self, state: _State) -> None:
        self._pages.words_are(state.words)
        self._pages.go("words")

    def _read(self) -> None:
        try:
            data = Path(self._pages.file.text()).expanduser().read_bytes()
            self._invitation = membership.read_invitation(data)
            words = codename.fingerprint(self._invitation.root, WORDS)
            check_address(self._pages.portal.text())
        except OSError:
            self._failed(GuardianError("file", "unreadable"))
        except GuardianError as error:
            self._failed(error)
        else:
            self._pages.root_is(self._invitation.name, words)
            self._pages.go("same")

    def _differ(self) -> None:
        self._invitation = None
        self._pages.go("organisation")
        self._pages.tell(faults.sentence(GuardianError("fingerprint")), "danger")

    def _install(self) -> None:
        invitation, pages = self._invitation, self._pages
        if invitation is None:
            return
        portal, socks = pages.portal.text().strip(), pages.socks.text().strip() or None
        self._keeper.short(
            lambda vault: membership.install(vault, invitation, portal, socks),
            lambda _none: pages.go("request"),
            self._failed,
        )

    def _request(self) -> None:
        pages = self._pages
        target = Path(pages.target.text()).expanduser()

        def write(vault: Vault) -> None:
            membership.write_request(vault, target, today())

        pages.wait("Writing…")
        self._keeper.short(write, lambda _none: pages.go("next"), self._failed)

    def _failed(self, error: BaseException) -> None:
        self._pages.ready()
        self._pages.tell(faults.sentence(error))


def _fault(who: str, role: str, typed: str, again: str) -> str:
    if not who or not role:
        return _NAMELESS
    if len(who.encode("utf-8", "surrogatepass")) > 80 or len(role.encode("utf-8", "surrogatepass")) > 120:
        return _TOO_LONG
    return _DIFFER if typed != again else ""


def _keys(vault: Vault, who: str, role: str) -> None:
    keys.make(vault, who, role)


def _state(vault: Vault) -> _State:
    words = codename.fingerprint(keys.load(vault).identity, WORDS)
    return _State(words=words, installed=vault.setting("organisation") is not None)
