"""`guardian backup`, `check-backup`, `restore`, `trustees`: what is left when a machine or a memory fails."""

from pathlib import Path

import click

from recipients.cli.common import Setting, command, read_file, warn
from recipients.errors import GuardianError
from recipients.vault import backup as backups
from recipients.vault import recovery
from recipients.words.saved import COST


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where to write it.")
@click.option("--no-files", is_flag=True, help="Without the sealed pieces of files that reporters sent.")
@command
def backup(setting: Setting, output: Path, no_files: bool) -> None:
    """Write one sealed file with everything but the day keys. Your passphrase of today opens it."""
    setting.require()
    size = backups.save(setting.vault, setting.passphrase(), output, files=not no_files)
    setting.result({"file": str(output), "bytes": size}, f"Written to {output}: {size} bytes, sealed. {COST}")


@click.command("check-backup")
@click.argument("file", type=click.Path(path_type=Path))
@command
def check_backup(setting: Setting, file: Path) -> None:
    """Read a backup FILE from end to end, and say whether it is whole and opens with the passphrase."""
    size = backups.check(file, setting.passphrase())
    setting.result({"file": str(file), "bytes": size}, f"{file} is whole, and that passphrase opens it. {COST}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--with-shares", is_flag=True, help="The passphrase is lost: use the shares of trustees.")
@click.option("--shares-file", type=click.Path(path_type=Path), help="Read the shares from this file, one a line.")
@command
def restore(setting: Setting, file: Path, with_shares: bool, shares_file: Path | None) -> None:
    """Make a vault of a backup FILE, in a new place. Never use two copies: delete the other one if you have it."""
    if not file.is_file():
        raise GuardianError("file", "unreadable")
    shares = _shares(shares_file) if with_shares or shares_file is not None else []
    backups.bring_back(file, setting.vault, setting.passphrase(new=bool(shares)), shares)
    setting.result({"restored": True}, f"The vault is restored. Next: `guardian sync`. {COST}")


@click.group()
def trustees() -> None:
    """Shares with which people you trust can help when you lose your passphrase."""


@trustees.command()
@click.option("--of", "of", type=click.IntRange(2, recovery.MOST), default=3, show_default=True, help="Trustees.")
@click.option("--need", type=click.IntRange(2, recovery.MOST), default=2, show_default=True, help="How many it takes.")
@command
def split(setting: Setting, of: int, need: int) -> None:
    """Print shares for trustees, once. They are stored nowhere; shares printed before open this vault no more.

    Copy each by hand onto paper and give it to one person. That many of them together, with this computer or a backup,
    can open everything: choose people who would not do it without you, and who do not work for the same manager.
    """
    setting.require()
    if need > of:
        raise GuardianError("wrong", "trustees")
    shares = recovery.split(setting.vault, setting.passphrase(), need=need, of=of)
    pages = "\n\n".join(f"Share {at} of {of}; {need} are needed:\n\n    {one}" for at, one in enumerate(shares, 1))
    warn(
        "These words are shown once. Copy them by hand; do not print, photograph or store them. Then clear the screen."
    )
    setting.result({"need": need, "shares": shares}, pages)


@trustees.command()
@click.option("--shares-file", type=click.Path(path_type=Path), help="Read the shares from this file, one a line.")
@click.option("--new-passphrase-file", type=click.Path(path_type=Path), help="As --passphrase-file, for the new one.")
@command
def recover(setting: Setting, shares_file: Path | None, new_passphrase_file: Path | None) -> None:
    """Give this vault a new passphrase, with the shares of trustees. Everything in it stays."""
    setting.require()
    shares = _shares(shares_file)
    new = Setting(vault=setting.vault, passphrase_file=new_passphrase_file, as_json=setting.as_json)
    recovery.recover(setting.vault, shares, new.passphrase(new=True))
    setting.result(
        {"changed": True},
        "The vault has a new passphrase. The shares still work: if others heard them, run `guardian trustees split`.",
    )


def _shares(file: Path | None) -> list[str]:
    """The shares, from a file or typed; each is checked at once, so that a slip is found while its trustee is there."""
    if file is not None:
        lines = [line.strip() for line in read_file(file).decode("utf-8", "replace").splitlines() if line.strip()]
        for line in lines:
            recovery.need(line)
        return lines
    given = [_ask(1)]
    while len(given) < recovery.need(given[0]):
        given.append(_ask(len(given) + 1))
    return given


def _ask(number: int) -> str:
    while True:
        typed = str(click.prompt(f"Share {number} (33 words)", err=True))
        try:
            recovery.need(typed)
        except GuardianError:
            warn("A word is wrong, missing or in the wrong place. Please read this share again.")
        else:
            return typed


COMMANDS = (backup, check_backup, restore, trustees)
