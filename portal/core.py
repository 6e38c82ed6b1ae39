"""What every request needs, in one place: settings, store, register, limits, site. Made once in `create_app`."""

from dataclasses import dataclass

from flask import current_app

from portal.limits import Limits
from portal.register import Register
from portal.settings import Settings
from portal.site_files import Site
from portal.store import Store


@dataclass(frozen=True, kw_only=True)
class Portal:
    """The parts of one running portal."""

    settings: Settings
    store: Store
    register: Register
    limits: Limits
    site: Site


def portal() -> Portal:
    """The portal that the current request came to."""
    found = current_app.extensions["candour"]
    if not isinstance(found, Portal):
        raise TypeError("create_app was not finished")
    return found
