"""The vault's own sheets: key and certificate, passphrase, backup and its check, trustees, a successor."""

from pathlib import Path

from PySide6.QtWidgets import QCheckBox

from crypto import codename
from crypto.words import WORDS
from recipients import keys, membership
from recipients.casework import succession
from recipients.desktop.drawer import Drawer, new_file, old_file
from recipients.desktop.fields import guardians, number, secret
from recipients.desktop.longwork import Longwork
from recipients.desktop.plain import label, name
from recipients.desktop.trustees import Shares
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.vault import Vault, backup, recovery
from recipients.vault.opening import change_passphrase
from recipients.words import certificate, handing
from recipients.words.certificate import Held
from recipients.words.days import today, weekday_text
from recipients.words.saved import COST

DIFFER = "The two new passphrases differ. Nothing was changed. Type them again."
_CHANGE = (
    "Backups made before still open with the passphrase of their day: destroy them afterwards, and make a new one. "
    "Six words drawn at random make a good passphrase. Write it on paper, away from this computer."
)
_CHANGED = (
    "The passphrase is changed. Backups made before still open with the old one: destroy those, and make a new one."
)
_BACKUP = "One sealed file with everything but the day keys. The passphrase of today opens it."
_CHECK = (
    "Reads a backup from end to end, as if it were needed, and makes nothing of it. Type the passphrase that the vault "
    "had on the day of the backup."
)
_TRUSTEES = (
    "Shares are words on paper. When you lose your passphrase, so many people as you say here can give you a new one, "
    "and everything is still there. Together with this computer or a backup, those people can also open everything: "
    "choose people who would not do it without you, and who do not work for the same manager. Shares made before open "
    "this vault no more, from the moment when you press the button."
)
_GIVE = (
    "Every case goes to the guardian who comes in your place, in one sealed file that only they can open. They answer "
    "from tomorrow on. Cases whose reporter excluded them stay with you. Your steward certifies the successor first; "
    "sync before and after."
)
_TAKE = "Take over the cases that the guardian before you has written into a file for you. Sync before and after."


class VaultActs:
    """What the menu "My vault" does with the vault itself."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer, self._look = drawer, drawer.look

    def identity(self) -> None:
        """Shows the words of the key and the certificate, and writes a request for a new one."""
        day = today()
        self._drawer.ask(lambda vault: (_words(vault), certificate.held(vault, day)), self._show_identity)

    def passphrase(self) -> None:
        """Changes the passphrase."""
        sheet = self._sheet("Change the passphrase", _CHANGE, "&Change it")
        old, new, again = secret(), secret(), secret()
        sheet.ask("The passphrase of &now", old)
        sheet.ask("A new &passphrase", new, "At least 12 characters.")
        sheet.ask("The new one &again", again)

        def change() -> None:
            before, after = old.text(), new.text()
            if after != again.text():
                sheet.tell(DIFFER)
                return
            self._drawer.act(
                sheet,
                lambda vault: change_passphrase(vault, before, after),
                lambda _none: self._drawer.done(sheet, _CHANGED),
            )

        self._drawer.open(sheet, change)

    def backup(self) -> None:
        """Says what a backup holds and what a restore costs, then writes one."""
        sheet = self._sheet("Back up this vault", f"{_BACKUP} {COST}", "&Back up…")
        typed, files = secret(), QCheckBox("With the sealed &files that reporters sent")
        name(files, "With the sealed files that reporters sent", "Without them the backup is smaller.")
        files.setChecked(True)
        sheet.ask("Your &passphrase", typed)
        sheet.add(files)

        def save() -> None:
            passphrase, whole = typed.text(), files.isChecked()
            to = new_file(sheet, "Where the backup goes", "candour.backup")
            if to is None or not self._drawer.shows(sheet):
                return
            work = Longwork()

            def job(vault: Vault) -> int:
                return backup.save(vault, passphrase, to, files=whole, progress=_kilobytes(work, "writing kilobytes"))

            self._drawer.run(sheet, work, job, lambda size: self._drawer.done(sheet, _backed_up(to, size)))

        self._drawer.open(sheet, save)

    def check(self) -> None:
        """Reads a backup from end to end."""
        sheet = self._sheet("Check a backup", _CHECK, "&Check…")
        typed = secret()
        sheet.ask("Its &passphrase", typed)

        def check() -> None:
            passphrase, found = typed.text(), old_file(sheet, "Which backup")
            if found is None or not self._drawer.shows(sheet):
                return
            work = Longwork()

            def job(_vault: Vault) -> int:
                return backup.check(found, passphrase, _kilobytes(work, "reading kilobytes"))

            said = f"{found.name} is whole, and that passphrase opens it. {COST}"
            self._drawer.run(sheet, work, job, lambda _size: self._drawer.done(sheet, said))

        self._drawer.open(sheet, check)

    def trustees(self) -> None:
        """Asks how many trustees, then shows each share by itself."""
        sheet = self._sheet("Shares for trustees", _TRUSTEES, "&Make the shares")
        need, of, typed = number(2, recovery.MOST, 2), number(2, recovery.MOST, 3), secret()
        sheet.ask("How many &trustees there are", of)
        sheet.ask("How many of them it tak&es", need)
        sheet.ask("Your &passphrase", typed)

        def split() -> None:
            passphrase, least, count = typed.text(), need.value(), of.value()
            self._drawer.act(
                sheet,
                lambda vault: _split(vault, passphrase, least, count),
                lambda made: self._show_shares(sheet, made, least),
            )

        self._drawer.open(sheet, split)

    def give(self) -> None:
        """Hands every case to a successor."""
        self._drawer.ask(others, self._ask_successor)

    def take(self) -> None:
        """Takes a predecessor's cases over."""
        sheet = self._sheet("Take over from a predecessor", _TAKE, "&Choose the file…")

        def take() -> None:
            found, day = old_file(sheet, "The file from the guardian before you"), today()
            if found is None or not self._drawer.shows(sheet):
                return

            def job(vault: Vault) -> str:
                new, refused = succession.take(vault, found, day)
                return " ".join([f"{new} new case(s).", *handing.refused(refused)])

            self._drawer.run(sheet, Longwork(), job, lambda said: self._drawer.done(sheet, said))

        self._drawer.open(sheet, take)

    def _show_identity(self, found: tuple[str, Held]) -> None:
        words, held = found
        about = (
            "Your steward asks you to read these eight words out by telephone, so that nobody can put another key in "
        )
        sheet = self._sheet("My key and certificate", about + "the place of yours.", "&Write a request…")
        shown = label(words, "words")
        name(shown, f"The words of your key: {words}")
        day = today()
        sheet.add(shown, label(held.sentence(day)))
        sheet.fit(210)
        if not held.missing:
            sheet.add(label(f"It began on {weekday_text(held.first, day)}.", "faint"))

        def write() -> None:
            to = new_file(sheet, "Where to write the request", "candour-request.json")
            if to is not None and self._drawer.shows(sheet):
                said = f"The request is written to {to}. Send it to your steward, and read the eight words to them."
                self._drawer.act(
                    sheet,
                    lambda vault: membership.write_request(vault, to, today()),
                    lambda _none: self._drawer.done(sheet, said),
                )

        self._drawer.open(sheet, write)

    def _show_shares(self, asked: WorkSheet, made: list[str], need: int) -> None:
        if self._drawer.shows(asked):
            sheet = Shares(self._look, made, need, self._drawer.over)
            self._drawer.open(sheet)
            sheet.copied.connect(lambda said: self._drawer.done(sheet, said))
        else:
            self._drawer.told.emit("Shares were made, but nobody saw them, and earlier ones are void. Make new ones.")

    def _ask_successor(self, found: list[tuple[bytes, str]]) -> None:
        sheet = self._sheet("Hand over to a successor", _GIVE, "&Write the file…")
        to = guardians(found)
        sheet.ask("&Who comes in your place", to)

        def give() -> None:
            chosen, day = to.currentData(), today()
            if chosen is None:
                sheet.tell("There is no other guardian in the portal’s list. Nothing was handed over.")
                return
            where = new_file(sheet, "Where the file goes", "candour-succession")
            if where is None or not self._drawer.shows(sheet):
                return

            def job(vault: Vault) -> str:
                if where.exists() or where.is_symlink():
                    raise GuardianError("exists", "file")
                done = succession.give(vault, chosen, where, day)
                return " ".join([handing.given(done, where.name), *handing.left(done)])

            self._drawer.run(sheet, Longwork(), job, lambda said: self._drawer.done(sheet, said))

        self._drawer.open(sheet, give)

    def _sheet(self, title: str, about: str, go_on: str) -> WorkSheet:
        return WorkSheet(self._look, title, about, go_on, self._drawer.over)


def others(vault: Vault) -> list[tuple[bytes, str]]:
    """The other guardians of the organisation who are valid today: g, and name with role."""
    own = keys.load(vault).g
    return [(one.g, f"{one.name}, {one.role}") for one in membership.last(vault).valid_guardians() if one.g != own]


def _split(vault: Vault, passphrase: str, need: int, of: int) -> list[str]:
    return recovery.split(vault, passphrase, need=need, of=of)


def _words(vault: Vault) -> str:
    return codename.fingerprint(keys.load(vault).identity, WORDS)


def _kilobytes(work: Longwork, text: str) -> backup.Progress:
    def progress(done: int, whole: int) -> None:
        # In kilobytes: a bar counts no further than two thousand million.
        work.progress(text, done // 1_000, whole // 1_000)

    return progress


def _backed_up(to: Path, size: int) -> str:
    return f"The backup is written to {to}: {size:,} bytes, sealed. Keep it away from this computer. {COST}"
