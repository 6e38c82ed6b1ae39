"""Sets the demonstration up, starts the portal, collects for the guardians, and stops everything again."""

import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click
import httpx

from portal.commands import guardian as certifying
from portal.commands import init as founding
from portal.commands import publish as publishing
from portal.commands.common import words_of
from portal.demo.guardians import DemoError, Guardian, guardians, write_passphrase
from portal.settings import load
from portal.steward import ORGANISATION, Steward

_POLICY = {"board_cells": 8, "board_dummies": 8, "board_days": 30, "report_days": 30, "attachment_mb": 50}
_NAMES = ("First guardian", "Second guardian", "Third guardian")
_START_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Demo:
    """One demonstration's folder and address."""

    folder: Path
    port: int
    period: int

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """The portal's settings."""
        return self.folder / "portal" / "candour.toml"


def run(folder: Path, port: int, period: int) -> None:
    """Everything, until Ctrl-C."""
    demo = Demo(folder=folder, port=port, period=period)
    people = guardians(folder)
    if demo.config.exists():
        demo = Demo(folder=folder, port=load(demo.config, {}).port, period=period)
        click.echo(f"Going on with the demonstration in {folder}")
    else:
        _set_up(demo, people)
    server = _start(demo)
    try:
        for person in people:
            person.sync()
        _explain(demo, people)
        _night_porter(server, people, period)
    finally:
        _stop(server)


def _set_up(demo: Demo, people: list[Guardian]) -> None:
    click.secho("In this demonstration the organisation's root key lies beside the portal.", bold=True)
    click.echo("Never do that for real: it belongs on a machine that is offline. Other commands refuse it here.\n")
    steward, secret = _found(demo)
    requests = []
    for person, name in zip(people, _NAMES, strict=True):
        click.echo(f"Making a vault for: {person.role}")
        person.make(name)
        requests.append(person.join(steward.folder / ORGANISATION, demo.address, words_of(steward.root)))
    certificates = [
        certifying.certify(request, steward.folder, days=365, first=True, secret=lambda: secret, ask=False)
        for request in requests
    ]
    _publish(demo, [steward.folder / ORGANISATION, *certificates])


def _found(demo: Demo) -> tuple[Steward, str]:
    folder = demo.folder / "steward"
    folder.mkdir(parents=True)
    secret = write_passphrase(folder / "passphrase.txt")
    policy = {**_POLICY, "period": demo.period, "board_period": demo.period, "slot_ms": 1000}
    return founding.found(folder, "St Elsewhere (demonstration)", policy, secret), secret


def _publish(demo: Demo, carried: list[Path]) -> None:
    demo.config.parent.mkdir(parents=True)
    demo.config.write_text(f'data = "data"\nport = {demo.port}\n', "utf-8")
    publishing.run(load(demo.config, {}), carried)


def _start(demo: Demo) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "portal", "serve", "--config", str(demo.config)]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # in our group, so that it never outlives us
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(demo.address + "/beacon", timeout=2, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return server
    _stop(server)
    raise DemoError("The portal did not start; what it said stands above.")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _explain(demo: Demo, people: list[Guardian]) -> None:
    program = Path(sys.executable).with_name("guardian")
    click.secho(f"\nOpen  {demo.address}  in a browser, and raise a concern.\n", bold=True)
    click.echo("Leave the page open until it says that everything has left. Then, as a guardian, in another terminal:")
    for person in people:
        place = f"--vault {person.vault} --passphrase-file {person.passphrase}"
        click.echo(f"\n  {person.role}")
        click.echo(f"    {program} list  {place}")
        click.echo(f"    {program} read  {place} 1")
        click.echo(f"    {program} reply {place} 1")
    first = people[0]
    pip = program.with_name("pip")
    click.echo(f"\nOr in a window, once `{pip} install '.[desktop]'` has been said in the checkout:")
    click.echo(f"    {program} desktop --vault {first.vault}")
    click.echo(f"Its passphrase is in {first.passphrase}. While it is open the night porter has to wait: sync there.")
    click.echo(f"\nReports are collected every {demo.period} seconds, replies published as often. A real portal does")
    click.echo("it once a day. A night porter fetches and posts for the guardians: a reply takes about two periods.")
    click.echo(f"Everything is in {demo.folder}. Stop with Ctrl-C.\n")


def _night_porter(server: "subprocess.Popen[bytes]", people: list[Guardian], period: int) -> None:
    """Collect for each guardian a little after every close; say only what is new."""
    while True:
        _wait(server, period - time.time() % period + 2)
        for person in people:
            try:
                found = person.sync()
            except DemoError as problem:
                click.echo(f"{problem}  (will be tried again)")
                continue
            if found:
                numbers = ", ".join(f"#{number}" for number in found)
                click.echo(f"{time.strftime('%H:%M:%S')}  {person.role}: something new in {numbers}")


def _wait(server: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        return
    raise DemoError("The portal has stopped; what it said stands above.")


def free_port(wanted: int) -> int:
    """The wanted port, or any that is free if another program has it."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError("No port is free on this machine.")
