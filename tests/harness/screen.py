"""An X screen of one's own, for windows: Xvfb on a display that was free, ended with the test process."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_SIZE = "2800x1900x24"


@contextmanager
def screen() -> Iterator[str]:
    """Starts Xvfb; the name of its display. No window manager is there, and none is needed."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", _SIZE, "-nolisten", "tcp", "-noreset"]
    process = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as said:
            # Xvfb writes its display's number once it listens; nothing comes when it could not start.
            number = said.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(60)
