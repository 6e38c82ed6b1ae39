"""`candour …`: what an operator and a steward run. One small file a command, in `portal/commands`."""

import os
from importlib import import_module

import click

# Where each command is. They are loaded when they are asked for: the process that serves holds nothing of what draws
# posters or asks other machines.
_COMMANDS = {
    "init": "init",
    "guardian": "guardian",
    "policy": "policy",
    "root": "root",
    "site": "site",
    "poster": "poster",
    "writer": "writer",
    "publish": "publish",
    "serve": "serve",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "backup",
    "demo": "demo",
}


class Commands(click.Group):
    """The commands, in the order in which people need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the name is the one of click
        """See click."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """See click."""
        if cmd_name not in _COMMANDS:
            return None
        found = getattr(import_module(f"portal.commands.{_COMMANDS[cmd_name]}"), cmd_name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{cmd_name} is not a command")
        return found


@click.group(cls=Commands)
@click.version_option(package_name="candour")
def main() -> None:
    """Candour: a portal through which people speak up without saying who they are.

    On a machine that is offline: init, guardian, policy, root, site sign. On the portal's machine: publish, serve,
    doctor, backup, restore. On either: poster, writer. To try it all: demo.
    """
    os.umask(0o077)  # databases, keys and requests are for the one who runs this, and nobody else
