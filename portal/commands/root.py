"""`candour root …`: the root key itself: shown, handed over, put on three sheets of paper and back."""

from pathlib import Path

import click

from portal import ceremony, root_key
from portal.commands.acts import NO_WAY_BACK, Desk, act, open_desk
from portal.commands.common import first_line, passphrase, plainly, words_of
from portal.paper.record import Sheet, write_sheets
from portal.root_key import NEEDED, SHARES, WORDS, SheetError
from portal.steward import ROOT, Steward


@click.group()
def root() -> None:
    """The organisation's root key."""


@root.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path(), help="The steward's folder.  [default: .]")
def show(folder: Path) -> None:
    """Show the fingerprint of the root key of now, to read out or to compare with a poster."""
    steward = open_desk(folder, None, yes=False).steward
    click.echo(steward.name)
    click.echo(f"  {words_of(steward.root)}")


@root.command()
@click.option("--new-passphrase-file", type=click.Path(path_type=Path, exists=True), help="As --passphrase-file.")
@act
def rotate(desk: Desk, new_passphrase_file: Path | None) -> None:
    """Hand over to a new root key, signed by the old one and the new one."""
    click.echo("The root key of now:")
    click.echo(f"  {words_of(desk.steward.root)}")
    desk.confirm(
        "A new root key takes its place. Guardians' tools and people's browsers follow the hand-over by themselves.",
        "Posters do not: they show words that will no longer fit, so have new ones ready. Sheets of the old key are",
        "worth nothing afterwards.",
        NO_WAY_BACK,
    )
    old = desk.secret()
    click.echo("Now a passphrase for the new key:")
    fresh = passphrase(new_passphrase_file, new=True)
    before = words_of(desk.steward.root)
    path, _ = ceremony.rotate(desk.steward, old, fresh, today=desk.today)
    after = Desk(**{**vars(desk), "steward": Steward.open(desk.folder)})
    click.echo("The new root key; print it on posters, read it out when asked:")
    click.echo(f"  {words_of(after.steward.root)}")
    click.echo("The site bears the words as well: sign it anew (candour site sign) and carry that along.")
    click.echo("The old key's file stays until the portal has the hand-over. Then:  candour root forget")
    after.done("The root key was handed over", {"Words of the key before": before}, path)


@root.command()
@act
def forget(desk: Desk) -> None:
    """Destroy the files of root keys that were handed over."""
    desk.confirm(
        "The old root key's file is overwritten and removed. Do this only once the portal's first page shows the new",
        "words: until then the old key is the one that counts.",
        "It cannot be taken back.",
    )
    removed = ceremony.forget(desk.steward)
    for path in removed:
        click.echo(f"{path.name} is destroyed.")
    if not removed:
        click.echo("There is no old key here.")


@root.command()
@click.option("--remove-key", is_flag=True, help=f"Destroy {ROOT}: then two sheets are needed for every later act.")
@act
def split(desk: Desk, remove_key: bool) -> None:
    """Put the root key on three sheets of paper, of which any two are enough."""
    desk.confirm(
        f"{SHARES} files are written, one sheet each, with {WORDS} words. Whoever has {NEEDED} sheets has the key; one",
        "alone is worth nothing. Print each, give them to three people who keep them apart, and destroy the files:",
        "a printer may remember, so use one without a network.",
        *([f"{ROOT} is destroyed. Without {NEEDED} sheets nothing can ever be signed again."] if remove_key else []),
    )
    seed = desk.steward.unlock(desk.secret())
    sheets = [
        Sheet(organisation=desk.steward.name, root=words_of(desk.steward.root), number=number, words=words.split())
        for number, words in enumerate(root_key.split(seed), 1)
    ]
    for path in write_sheets(desk.folder, sheets):
        click.echo(f"Written: {path.name}")
    if remove_key:
        root_key.erase(desk.steward.key_file())
        click.echo(f"{ROOT} is destroyed.")
    desk.done("The root key was split", {"Sheets": f"{SHARES}, of which {NEEDED} suffice"})


@root.command()
@click.option(
    "--sheet",
    "files",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Read the words of a sheet from the first line of a file; twice.",
)
@click.option("--new-passphrase-file", type=click.Path(path_type=Path, exists=True), help="For the key file made anew.")
@act
def join(desk: Desk, files: tuple[Path, ...], new_passphrase_file: Path | None) -> None:
    """Make the key file anew from two sheets."""
    sheets = [first_line(file) for file in files]
    while len(sheets) < NEEDED:
        sheets.append(click.prompt(f"The {WORDS} words of sheet {len(sheets) + 1}", hide_input=True))
    click.echo("Now a passphrase for the key file:")
    fresh = passphrase(new_passphrase_file, new=True)
    with plainly("The sheets"):
        try:
            path = ceremony.join(desk.steward, sheets, fresh)
        except SheetError as problem:
            raise click.ClickException(f"{problem} Nothing was written.") from None
    click.echo(f"{path.name} is made. It is the key with these words:")
    click.echo(f"  {words_of(desk.steward.root)}")
