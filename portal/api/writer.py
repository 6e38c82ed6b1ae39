"""`POST /writer`: the file of the one-file writer, sent by a plain form; exactly 64 cells (PROTOCOL section 15)."""

import io
from typing import IO

from flask import Blueprint, Request, Response, request
from werkzeug.datastructures import FileStorage

from crypto.kdf import name as name_of
from portal.api import wire
from portal.api.cells import keep
from portal.core import portal
from portal.errors import RefusalError
from portal.store.reports import SIZES

routes = Blueprint("writer", __name__)
CELLS = 64
SIZE = CELLS * SIZES["cells"]
# Boundary, names and part headers come on top; browsers need a few hundred bytes.
_ENVELOPE = 4096

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Your file has arrived</title>
<link rel="icon" href="/assets/mark.svg"><link rel="stylesheet" href="/assets/candour.css">
<main class="wide">
<h1>Your file has arrived</h1>
<p>We have stored it. We cannot read it, and we do not know who you are.</p>
<p>Keep your eight words. You can delete the file from your device now.</p>
<p><a href="/#inbox">Come back here for replies</a></p>
</main>
</html>
"""


class InMemory(Request):
    """A request whose form files stay in memory, whatever their size."""

    max_form_memory_size = SIZE + _ENVELOPE
    max_form_parts = 1

    def _get_file_stream(self, *_given: object, **_named: object) -> IO[bytes]:
        return io.BytesIO()  # the framework's own choice would write larger files to a temporary one


@routes.post("/writer")
def post_writer() -> Response:
    """Store the 64 cells of a writer's file in one transaction."""
    portal().limits.count("writer")
    length = request.content_length
    if request.headers.get("Transfer-Encoding") or length is None or not SIZE < length <= SIZE + _ENVELOPE:
        raise RefusalError("size")
    data = _only_file().stream.read()
    if len(data) != SIZE:
        raise RefusalError("size")
    step = SIZES["cells"]
    cells = [data[i : i + step] for i in range(0, SIZE, step)]
    keep("cells", {name_of(cell): cell for cell in cells})
    return Response(_PAGE, content_type="text/html; charset=utf-8")


def _only_file() -> FileStorage:
    with wire.arriving():
        files = list(request.files.items(multi=True))
    if len(files) != 1 or files[0][0] != "file" or request.form:
        raise RefusalError("malformed")
    return files[0][1]
