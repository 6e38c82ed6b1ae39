"""`python -m portal` is `candour`."""

from portal.cli import main

main(prog_name="candour")
