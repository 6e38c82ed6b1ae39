"""The requests of PROTOCOL section 15, one file a drop: wire in, wire out, no logic."""

from flask import Flask

from portal.api import board, cells, periods, public, statements, writer
from portal.api.writer import InMemory

__all__ = ["InMemory", "register"]


def register(app: Flask) -> None:
    """Give the application its routes."""
    for module in (public, cells, writer, periods, board, statements):
        app.register_blueprint(module.routes)
