"""`python -m recipients.cli`, the same as `guardian`; also where the packaged program starts."""

import multiprocessing

from recipients.cli import main

if __name__ == "__main__":
    # In a packaged program the helpers of a sync are this program again; here they become helpers.
    multiprocessing.freeze_support()
    main(prog_name="guardian")
