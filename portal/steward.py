"""The steward's folder: the root key, kept offline, and the files that carry what it signed (PROTOCOL section 11).

    steward = Steward.create(Path("steward"), "St Elsewhere Hospital", policy, passphrase, today)
    steward.certify(request, passphrase, today=today, days=365, first=True)

The folder is the whole memory: every act is a file, and what the organisation is today follows from reading them all.
The root key can certify guardians, so it must never be beside a portal's database: whoever takes that machine could
add a false one. What it signs is checked by the rules of every reader before it is written. `portal.ceremony` has the
acts that come later in an organisation's life.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nacl.exceptions import CryptoError

from crypto import signing, statement, statement_bodies
from crypto.chain import Chain
from crypto.encoding import dump
from crypto.errors import CandourError
from crypto.kdf import sha256
from crypto.statement import Envelope
from crypto.thread import organisation_id
from portal import root_key
from portal.carrying import LIMIT, arrange, carried, read_carried
from portal.settings import MAIN

ROOT = "root.key"
ORGANISATION = "organisation.json"
NOTICE = 7
KINDS = ("policy", "certificate", "revocation", "rotation")
_ANY_DAY = 2**31 - 2


class StewardError(Exception):
    """Something that the steward must put right; the text says what."""


@dataclass(frozen=True, kw_only=True)
class Steward:
    """One organisation's folder; `root` is the public root key of now (32 bytes), after every hand-over."""

    folder: Path
    organisation: bytes
    name: str
    root: bytes

    @classmethod
    def create(
        cls,
        folder: Path,
        name: str,
        policy: Mapping[str, int | bytes],
        passphrase: str,
        today: int,
        writer: "Callable[[Steward], bytes] | None" = None,
    ) -> "Steward":
        """Make a new organisation. Raises `StewardError` if the folder holds one, `CandourError` for a bad policy.

        `writer` makes the one-file writer, which the policy then vouches for.
        """
        if (folder / ROOT).exists() or (folder / ORGANISATION).exists():
            raise StewardError(f"{folder} holds an organisation already; nothing was changed.")
        seed = secrets.token_bytes(32)
        root = signing.public(seed)
        made = cls(folder=folder, organisation=organisation_id(root), name=name, root=root)
        founded = statement_bodies.organisation(organisation=made.organisation, day=today, name=name, root=root)
        if writer:
            policy = {**policy, "writer": sha256(writer(made))}
        signed = [statement.sign("organisation", founded, [seed]), made.signed_policy(policy, seed, today)]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(folder / ROOT, root_key.lock(seed, passphrase))
        write(folder / ORGANISATION, carried(signed))
        return made

    @classmethod
    def open(cls, folder: Path) -> "Steward":
        """The organisation in a folder; the key stays locked. Raises `StewardError`."""
        try:
            founding = read_carried((folder / ORGANISATION).read_bytes())[0]
            body = statement.parse(founding, "organisation").body
        except (OSError, CandourError, IndexError):
            raise StewardError(f"{folder} holds no organisation; make one with `candour init`.") from None
        bare = cls(folder=folder, organisation=body["organisation"], name=body["name"], root=body["root"])
        return cls(folder=folder, organisation=bare.organisation, name=bare.name, root=bare.chain().root)

    def chain(self) -> Chain:
        """Everything that the root key has signed, read from the folder's files. Raises `StewardError`."""
        chain = Chain(self.organisation)
        added, left = arrange(chain, [one for path in self._files() for one in _statements(path)], _ANY_DAY)
        known = {statement.entry_hash(one) for one in added}
        for odd in left:
            if statement.entry_hash(odd) not in known:
                raise StewardError(
                    f"A file in {self.folder} holds a statement ({odd.name}) that does not fit the rest."
                )
        return chain

    def certify(
        self,
        request: Envelope,
        passphrase: str,
        *,
        today: int,
        days: int,
        first: bool = False,
        succeeds: bytes | None = None,
    ) -> Path:
        """Sign a certificate for a checked request and write it into the folder; gives the file.

        `first` is for guardians who are there before anything was published; later ones start after seven days' notice.
        `succeeds` is the g of the guardian in whose place this one comes.
        """
        seed = self.unlock(passphrase)
        if first:
            # Those certified at first must not be younger than the policy, which goes out together with them.
            self._renew_policy(seed, today)
        start = today if first else today + NOTICE
        asked = {key: request.body[key] for key in ("g", "name", "role", "identity", "courier")}
        body = statement_bodies.certificate(
            organisation=self.organisation, day=today, first_day=start, last_day=start + days - 1, first=first,
            succeeds=succeeds, **asked,
        )  # fmt: skip
        return self.keep(f"certificate-{asked['g'].hex()[:8]}", [statement.sign("certificate", body, [seed])], today)

    def last_day(self) -> int:
        """The day of the newest thing that was signed."""
        return max(int(statement.parse(one).body["day"]) for path in self._files() for one in _statements(path))

    def keep(self, name: str, signed: list[bytes], today: int) -> Path:
        """Write what was signed into a file of its own; raises `CandourError` for what any reader would refuse."""
        chain = self.chain()
        for one in signed:
            chain.add(one, today)
        path = self.folder / f"{name}-{today}.json"
        number = 1
        while path.exists():
            number += 1
            path = self.folder / f"{name}-{today}-{number}.json"
        write(path, carried(signed))
        return path

    def signed_policy(self, policy: Mapping[str, int | bytes], seed: bytes, today: int) -> bytes:
        """A policy statement of this day."""
        body = statement_bodies.policy(organisation=self.organisation, day=today, **policy)  # type: ignore[arg-type]
        return statement.sign("policy", body, [seed])

    def unlock(self, passphrase: str) -> bytes:
        """The seed of the root key of now."""
        path = self.key_file()
        try:
            seed = root_key.unlock(path.read_bytes(), passphrase)
        except (CandourError, KeyError, TypeError):
            raise StewardError(f"{path} is damaged. Fetch your copy of it.") from None
        except CryptoError:
            raise StewardError("This is not the passphrase, or the key file was changed. Nothing was signed.") from None
        if signing.public(seed) != self.root:
            raise StewardError(f"{path} holds another key than this organisation's. Nothing was signed.")
        return seed

    def key_file(self) -> Path:
        """The file of the key of now: a hand-over that was cut short may have left it under its first name."""
        for path in (self.folder / ROOT, *sorted(self.folder.glob("root-next*.key"))):
            try:
                if root_key.root_of(path.read_bytes()) == self.root:
                    return path
            except FileNotFoundError:
                continue
            except OSError:
                raise StewardError(f"{path} cannot be read. Without it nothing can be signed.") from None
            except CandourError:
                raise StewardError(f"{path} is damaged. Fetch your copy of it.") from None
        raise StewardError(
            f"There is no key of this organisation in {self.folder}. Fetch your copy of {ROOT}, or put two sheets "
            "together with `candour root join`."
        )

    def _files(self) -> list[Path]:
        acts = [path for kind in KINDS for path in sorted(self.folder.glob(f"{kind}-*.json"))]
        return [self.folder / ORGANISATION, *acts]

    def _renew_policy(self, seed: bytes, today: int) -> None:
        founding, policy = read_carried((self.folder / ORGANISATION).read_bytes())[:2]
        kept = statement.parse(policy, "policy").body
        if self.root != statement.parse(founding).body["root"] or len(self._policies()) > 1:
            raise StewardError(
                "This organisation has been published: a guardian who comes now is not one of the first."
            )
        signed = self.signed_policy(settings_of(kept), seed, today)
        write(self.folder / ORGANISATION, carried([dump(founding), signed]))

    def _policies(self) -> list[Path]:
        return [self.folder / ORGANISATION, *self.folder.glob("policy-*.json")]


def settings_of(policy: Mapping[str, object]) -> dict[str, int]:
    """The numbers of a policy's body, without what every statement has."""
    return {key: value for key, value in policy.items() if key not in ("v", "organisation", "day")}  # type: ignore[misc]


def beside_a_portal(folder: Path, configured: Path | None) -> Path | None:
    """The portal's database that lies in the folder, above it, or where this machine's settings say; if any does."""
    full = folder.absolute()
    places = [full, *full.parents, *([configured] if configured else [])]
    return next((place / MAIN for place in places if (place / MAIN).exists()), None)


def read_request(data: bytes, organisation: bytes) -> Envelope:
    """A guardian's request, signed by the key that it asks for. Raises `CandourError`."""
    envelope = statement.parse(data.strip(), "request")
    if envelope.signers != (envelope.body["identity"],):
        raise CandourError("signature", "not signed by the key that it asks for")
    if envelope.body["organisation"] != organisation:
        raise CandourError("organisation", "made for another organisation")
    return envelope


def write(path: Path, data: bytes) -> None:
    """Whole or not at all, and readable by its owner only."""
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(data)
    fresh.replace(path)


def _statements(path: Path) -> list[object]:
    try:
        data = path.read_bytes()
        return read_carried(data) if len(data) <= LIMIT else []
    except OSError as problem:
        raise StewardError(f"{path} cannot be read ({problem.strerror}).") from None
    except CandourError:
        raise StewardError(f"{path} is damaged, or not a file of the steward's. Move it elsewhere.") from None
