"""A private Tor network on the loopback address, from Debian's `tor`: no packet leaves this machine.

    with tor_network(folder, port) as tor:       # about half a minute
        tor.onion, tor.socks                     # the service's address; a client's SOCKS port on 127.0.0.1
        tor.connect(circuit="a")                 # a connection by a circuit that no other name shares

Three authorities, two relays, a service that leads to `port` and writes each circuit's number ahead of what comes by
it, and a client.
"""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.harness.ports import free_port
from tests.harness.process import Running, running

TOR = Path("/usr/sbin/tor")
_PATIENCE = 240
_ATTEMPTS = 3

# What a real network takes hours over has to be agreed in seconds, between few nodes on one address.
_QUICK = """TestingTorNetwork 1
Address 127.0.0.1
AssumeReachable 1
ShutdownWaitLength 0
PathsNeededToBuildCircuits 0.25
AuthDirMaxServersPerAddr 0
TestingDirAuthVoteExit *
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
TestingV3AuthInitialVotingInterval 20
TestingV3AuthInitialVoteDelay 4
TestingV3AuthInitialDistDelay 4
V3AuthVotingInterval 20
V3AuthVoteDelay 4
V3AuthDistDelay 4
V3AuthNIntervalsValid 2
ExitPolicy reject *:*
"""


@dataclass(frozen=True, kw_only=True)
class Tor:
    """A network that works: the service answers through it."""

    onion: str
    socks: int

    def connect(self, circuit: str, timeout: float = 60) -> socket.socket:
        """A connection to port 80 of the service; circuits of different names share nothing."""
        link = socket.create_connection(("127.0.0.1", self.socks), timeout)
        try:
            self._ask(link, circuit.encode(), self.onion.encode())
        except OSError:
            link.close()
            raise
        return link

    def _ask(self, link: socket.socket, name: bytes, host: bytes) -> None:
        # SOCKS 5 with name and password (RFC 1928, RFC 1929), which Tor takes for a wish to be apart.
        link.sendall(b"\x05\x01\x02")
        _expect(link, b"\x05\x02")
        link.sendall(b"\x01" + bytes([len(name)]) + name + b"\x01x")
        _expect(link, b"\x01\x00")
        link.sendall(b"\x05\x01\x00\x03" + bytes([len(host)]) + host + (80).to_bytes(2, "big"))
        _expect(link, b"\x05\x00\x00\x01")
        link.recv(6)


def _expect(link: socket.socket, wanted: bytes) -> None:
    came = link.recv(len(wanted))
    if came != wanted:
        raise ConnectionError(f"the proxy said {came.hex()} instead of {wanted.hex()}")


class EndedError(Exception):
    """A node ended by itself: most often another program took the port that it was going to have."""


@contextmanager
def tor_network(folder: Path, port: int) -> Iterator[Tor]:
    """Start the network with a service that leads to `port`; wait until the service can be reached."""
    folder.mkdir(mode=0o700, parents=True)
    with ExitStack() as processes:
        for attempt in range(_ATTEMPTS):
            try:
                found = _start(folder / str(attempt), port, processes)
                break
            except EndedError:
                processes.close()
                if attempt == _ATTEMPTS - 1:
                    raise
        yield found


def _start(folder: Path, port: int, processes: ExitStack) -> Tor:
    folder.mkdir(mode=0o700)
    authorities = [_authority(folder, number) for number in range(3)]
    service, socks = folder / "service" / "address", free_port()
    relays = [_node(folder, f"relay{n}", f"ORPort 127.0.0.1:{free_port()}", "SocksPort 0") for n in range(2)]
    leads = [f"HiddenServiceDir {service}", f"HiddenServicePort 80 127.0.0.1:{port}"]
    onion = _node(folder, "service", *leads, "HiddenServiceExportCircuitID haproxy", "SocksPort 0")
    client = _node(folder, "client", f"SocksPort 127.0.0.1:{socks}")
    known, started = "\n".join(line for _, line in authorities) + "\n", list[Running]()
    for torrc in (*(file for file, _ in authorities), *relays, onion, client):
        torrc.write_text(torrc.read_text() + known)
        started.append(processes.enter_context(running([TOR, "-f", torrc])))
    return _wait(service / "hostname", socks, started)


def _node(folder: Path, name: str, *lines: str) -> Path:
    """The settings of a node, which still lack the authorities."""
    place = folder / name
    place.mkdir(mode=0o700)
    torrc = place / "torrc"
    torrc.write_text(_QUICK + "\n".join([f"Nickname {name}", f"DataDirectory {place}", *lines]) + "\n")
    return torrc


def _authority(folder: Path, number: int) -> tuple[Path, str]:
    """An authority's settings, and the line by which all others know it."""
    name, talk, ask = f"authority{number}", free_port(), free_port()
    torrc = _node(folder, name, "SocksPort 0")
    v3 = _certify(torrc.parent, ask)
    fingerprint = _fingerprint(torrc, name)
    ports = [f"ORPort 127.0.0.1:{talk}", f"DirPort 127.0.0.1:{ask}"]
    roles = ["AuthoritativeDirectory 1", "V3AuthoritativeDirectory 1", "ContactInfo nobody@example.org"]
    torrc.write_text(torrc.read_text() + "\n".join([*ports, *roles]) + "\n")
    return torrc, f"DirAuthority {name} orport={talk} no-v2 v3ident={v3} 127.0.0.1:{ask} {fingerprint}"


def _certify(place: Path, port: int) -> str:
    """Keys for an authority; its identity."""
    keys = place / "keys"
    keys.mkdir(mode=0o700)
    made = {part: keys / f"authority_{part}" for part in ("identity_key", "signing_key", "certificate")}
    command = ["tor-gencert", "--create-identity-key", "-m", "12", "-a", f"127.0.0.1:{port}", "--passphrase-fd", "0"]
    files = ["-i", made["identity_key"], "-s", made["signing_key"], "-c", made["certificate"]]
    subprocess.run([*command, *map(str, files)], input=b"\n", check=True, capture_output=True)
    found = re.search(r"^fingerprint (\w+)", made["certificate"].read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError("tor-gencert made a certificate without a fingerprint")
    return found[1]


def _fingerprint(torrc: Path, name: str) -> str:
    """The relay fingerprint of a node that is still to be started."""
    somebody = ["--orport", "1", "--dirauthority", "x 127.0.0.1:1 " + "f" * 40]
    command = [str(TOR), "-f", str(torrc), "--list-fingerprint", *somebody]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(rf"^{name} (.+)$", listed.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(listed.stdout + listed.stderr)
    return found[1].replace(" ", "")


def _wait(hostname: Path, socks: int, processes: list[Running]) -> Tor:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        ended = [one for one in processes if one.returncode is not None]
        if ended:
            raise EndedError(ended[0].output().decode(errors="replace")[-2000:])
        if hostname.exists():
            tor = Tor(onion=hostname.read_text().strip(), socks=socks)
            with suppress(OSError):
                tor.connect("first", timeout=30).close()
                return tor
        time.sleep(0.5)
    raise TimeoutError(f"the onion service could not be reached within {_PATIENCE} s")
