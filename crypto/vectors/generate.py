"""Makes the vectors from PROTOCOL.md's rules alone; imports nothing of the code that is tested with them.

    python -m crypto.vectors.generate            compares the stored files with what comes out now
    python -m crypto.vectors.generate --write    writes them

The same input gives the same bytes: what the protocol draws at random is derived from fixed labels.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from crypto.vectors.generator import (
    attachment,
    board,
    cell,
    codename,
    directories,
    encoding,
    hpke,
    keys,
    message,
    replies,
    signing,
    statement,
    work,
)
from crypto.vectors.generator.base import Maker

FOLDER = Path(__file__).parent
MAKERS: tuple[Maker, ...] = (
    encoding.make,
    keys.make_kdf,
    keys.make_thread,
    codename.make,
    signing.make,
    hpke.make,
    cell.make,
    board.make,
    message.make,
    attachment.make,
    statement.make,
    directories.make,
    replies.make_reply,
    replies.make_receipt,
    work.make,
)


def files() -> dict[str, bytes]:
    """Every vector file by its name."""
    books = [make() for make in MAKERS]
    return {f"{book.stem}.json": book.file() for book in books}


def main(arguments: Sequence[str]) -> int:
    """Write, or compare; 1 when something differs."""
    made = files()
    stored = {path.name: path.read_bytes() for path in FOLDER.glob("*.json")}
    if list(arguments) == ["--write"]:
        for name in stored.keys() - made.keys():
            (FOLDER / name).unlink()
        for name, data in made.items():
            (FOLDER / name).write_bytes(data)
        return 0
    differing = sorted(name for name in made.keys() | stored.keys() if made.get(name) != stored.get(name))
    if differing:
        sys.stderr.write(f"not what the generator makes: {', '.join(differing)}\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
