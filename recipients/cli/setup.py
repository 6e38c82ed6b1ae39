"""`guardian init`, `install`, `request`, `passphrase`: from nothing to a guardian that people can write to."""

from pathlib import Path

import click

from crypto import codename
from crypto.encoding import b64
from crypto.words import WORDS
from recipients import keys, membership
from recipients.cli.common import Setting, command, read_file, warn
from recipients.errors import GuardianError
from recipients.vault import create
from recipients.vault.files import disk
from recipients.vault.opening import change_passphrase
from recipients.words.days import today
from recipients.words.screen import harmless


@click.command()
@click.option("--name", prompt="Your name, as people who raise concerns will see it", help="1 to 80 bytes.")
@click.option("--role", prompt="Your role, like Freedom to Speak Up Guardian", help="1 to 120 bytes.")
@command
def init(setting: Setting, name: str, role: str) -> None:
    """Make a vault and your keys."""
    _check_length("--name", name, 80)
    _check_length("--role", role, 120)
    passphrase = setting.passphrase(new=True)
    if len(passphrase) < 20:
        warn("A longer passphrase is safer, like six words drawn at random from a list. Nobody can reset it for you.")
    made: list[keys.Person] = []
    create(setting.vault, passphrase, lambda vault: made.append(keys.make(vault, name, role)))
    (person,) = made
    words = codename.fingerprint(person.identity, WORDS)
    fields = {"vault": str(setting.vault), "g": b64(person.g), "identity": b64(person.identity), "fingerprint": words}
    setting.result(
        fields,
        f"Your vault is in {setting.vault}.\n\nThe words of your key are:\n\n    {words}\n\n"
        "Your steward will ask you to read them out by telephone.\n"
        "Next: guardian install FILE --portal ADDRESS, with the file that your steward gives you.",
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--portal", required=True, metavar="ADDRESS", help="Where the portal is, like https://speakup.example.")
@click.option(
    "--root-fingerprint", metavar="WORDS", help="The eight words of the organisation's key, to compare without asking."
)
@click.option(
    "--socks",
    metavar="HOST:PORT",
    help="Reach the portal through this proxy. Onion addresses use Tor at 127.0.0.1:9050.",
)
@command
def install(setting: Setting, file: Path, portal: str, root_fingerprint: str | None, socks: str | None) -> None:
    """Join an organisation with its FILE, or your certificate's, from your steward."""
    invitation = membership.read_invitation(read_file(file))
    words = codename.fingerprint(invitation.root, WORDS)
    _confirm(words, invitation.name, root_fingerprint)
    with setting.opened() as vault:
        membership.install(vault, invitation, portal, socks)
    fields = {"organisation": b64(invitation.organisation), "root": b64(invitation.root), "fingerprint": words}
    setting.result(
        fields,
        "Installed. Next: guardian request -o FILE, if you have no certificate yet; otherwise guardian sync.",
    )


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where to write the request.")
@click.option(
    "--organisation", type=click.Path(path_type=Path), help="The organisation's file, if it is not installed yet."
)
@command
def request(setting: Setting, output: Path, organisation: Path | None) -> None:
    """Write a request for a certificate, to send to your steward."""
    with setting.opened() as vault:
        if organisation is not None:
            asked = membership.read_invitation(read_file(organisation)).organisation
        else:
            asked = membership.organisation(vault)
        envelope = keys.request(vault, asked, today())
        words = codename.fingerprint(keys.load(vault).identity, WORDS)
    with disk():
        output.write_bytes(envelope)
    setting.result(
        {"file": str(output), "fingerprint": words},
        f"Written to {output}. Send it to your steward, and read these words to them by telephone:\n\n    {words}",
    )


@click.command()
@click.option("--new-passphrase-file", type=click.Path(path_type=Path), help="As --passphrase-file, for the new one.")
@command
def passphrase(setting: Setting, new_passphrase_file: Path | None) -> None:
    """Change the vault's passphrase."""
    setting.require()
    old = setting.passphrase()
    new = Setting(vault=setting.vault, passphrase_file=new_passphrase_file, as_json=setting.as_json)
    change_passphrase(setting.vault, old, new.passphrase(new=True))
    setting.result({"changed": True}, "The passphrase is changed. Backups still open with the old one.")


def _check_length(option: str, text: str, most: int) -> None:
    if not 1 <= len(text.encode("utf-8", "surrogatepass")) <= most:
        raise click.UsageError(f"{option} must have 1 to {most} bytes; a letter with an accent has two or more.")


def _confirm(words: str, name: str, given: str | None) -> None:
    if given is not None:
        if given.lower().replace("-", " ").split() != words.split():
            raise GuardianError("fingerprint")
        return
    about = f" of {harmless(name, lines=False)}" if name else ""
    click.echo(f"The words of the root key{about} are:\n\n    {words}\n", err=True)
    click.echo("Compare them with a poster, or ask your steward to read them to you by telephone.", err=True)
    if not click.confirm("Are they the same?", err=True):
        raise GuardianError("fingerprint")


COMMANDS = (init, install, request, passphrase)
