"""`python -m recipients.cli` is `guardian`."""

from recipients.cli import main

if __name__ == "__main__":
    main(prog_name="guardian")
