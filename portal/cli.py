"""`candour …`: what an operator and a steward run. One small file a command, in `portal/commands`."""

import os

import click

from portal.commands.backup import backup, restore
from portal.commands.demo import demo
from portal.commands.doctor import doctor
from portal.commands.guardian import guardian
from portal.commands.init import init
from portal.commands.policy import policy
from portal.commands.poster import poster
from portal.commands.publish import publish
from portal.commands.root import root
from portal.commands.serve import serve
from portal.commands.site import site
from portal.commands.writer import writer


@click.group()
@click.version_option(package_name="candour")
def main() -> None:
    """Candour: a portal through which people speak up without saying who they are.

    On a machine that is offline: init, guardian, policy, root, site sign. On the portal's machine: publish, serve,
    doctor, backup, restore. On either: poster, writer. To try it all: demo.
    """
    os.umask(0o077)  # databases, keys and requests are for the one who runs this, and nobody else


for command in (init, guardian, policy, root, site, poster, writer, publish, serve, doctor, backup, restore, demo):
    main.add_command(command)
