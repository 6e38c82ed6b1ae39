"""What the operator runs: stores sealed cells and publishes the board, and can open neither."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from portal.settings import Settings

__all__ = ["create_app"]


def create_app(settings: "Settings", clock: Callable[[], float] = time.time) -> "Flask":
    """The whole server. The store is opened and brought up to date; nothing is collected, see `portal.collection`."""
    # Here, since the steward's commands are in this package too, and on a machine that serves nothing.
    from flask import Flask

    from portal import api
    from portal.core import Portal
    from portal.faults import answer_faults
    from portal.headers import protect
    from portal.limits import Limits
    from portal.register import Register
    from portal.site_files import Site
    from portal.store import Store

    app = Flask(__name__, static_folder=None, template_folder=None)
    app.request_class = api.InMemory
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    register = Register(lambda: store.statements, clock)
    store = Store(settings.data, register.lengths, clock, settings.database)
    limits = Limits(app, settings, clock)
    app.extensions["candour"] = Portal(
        settings=settings, store=store, register=register, limits=limits, site=Site(settings.site)
    )
    api.register(app)
    answer_faults(app)
    app.wsgi_app = protect(app.wsgi_app)  # type: ignore[assignment,method-assign]
    return app
