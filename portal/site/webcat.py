"""What browsers with the extension WEBCAT ask for: its list of the site's files, signed with keys and logs of its own.

    given = sorted_out(paths)[0]            # {"bundle.json": bytes, "enrollment.json": bytes}
    check(given, described)                 # raises WebcatError; says what to do

Candour makes and signs none of it. A list that is for other files would shut these browsers out, so such a one is never
served. The signatures in it are checked by the extension, which knows the logs; not here.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from portal.site import manifest
from portal.site_files import WEBCAT

MOST = 1 << 20  # bytes of one file; those of its own demonstrations have some ten thousand
_PREVIOUS = "bundle-prev.json"


class WebcatError(Exception):
    """A file for WEBCAT that cannot be served; the text says which, and what to do."""


def sorted_out(paths: Iterable[Path]) -> tuple[dict[str, bytes], list[Path]]:
    """The files that are for WEBCAT by their names, read; and the paths of all others. Raises `WebcatError`."""
    paths = list(paths)
    found = {path.name: path for path in paths if path.name in WEBCAT}
    if len(found) != sum(path.name in WEBCAT for path in paths):
        raise WebcatError("Two files for WEBCAT have the same name. Give each once.")
    return {name: _read(path) for name, path in found.items()}, [path for path in paths if path.name not in WEBCAT]


def check(given: Mapping[str, bytes], described: Mapping[str, Any]) -> None:
    """Whether all of them, if any, are for the site that is described (`manifest.describe`). Raises `WebcatError`."""
    if not given:
        return
    if missing := [name for name in WEBCAT if name not in given and name != _PREVIOUS]:
        raise WebcatError(f"WEBCAT needs {' and '.join(missing)} as well. Carry all its files over together.")
    enrolled = _object("enrollment.json", given["enrollment.json"])
    ours = manifest.webcat(described)
    for name in sorted(given.keys() - {"enrollment.json"}):
        bundle = _object(name, given[name])
        if bundle.keys() != {"enrollment", "manifest", "signatures"} or not isinstance(bundle["manifest"], dict):
            raise WebcatError(f"{name} is no bundle of WEBCAT. Make it with its own tool, and carry it over again.")
        if name != _PREVIOUS and bundle["enrollment"] != enrolled:
            raise WebcatError(f"{name} and enrollment.json do not belong together. Make the bundle again.")
        if odd := [key for key in ("files", "default_csp") if bundle["manifest"].get(key) != ours[key]]:
            raise WebcatError(
                f"{name} is not for the site that this machine builds ({', '.join(odd)} differ).\n"
                "Browsers with WEBCAT would refuse the page. Print the manifest anew (`candour site webcat`), sign it."
            )


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST + 1)
    if len(data) > MOST:
        raise WebcatError(f"{path.name} is larger than {MOST} bytes. Ask for it again.")
    return data


def _object(name: str, data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise WebcatError(f"{name} is damaged: it is not JSON. Carry it over again.") from None
    if not isinstance(value, dict):
        raise WebcatError(f"{name} is not what WEBCAT asks for. Make it with its own tool, and carry it over again.")
    return value
