"""A whole computer with its own kernel and systemd, made of a clean Debian in a folder (tests/deploy/root.py).

    prepare(root)                                # kernel, systemd, and the test's own agent
    root.done("/media/release/deploy/install", …)
    with Machine(image(root, folder), folder) as machine:
        machine.done("systemctl is-active candour@main")
        machine.reboot()

QEMU runs it, and computes its processor in software: slow, but the same anywhere, inside other virtual machines too.
It reaches nobody: its network card leads nowhere, and only the ports that a test names lead in from loopback. Commands
go in by a line of their own (virtio-serial), not by the network.
"""

import json
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.deploy.root import Root
from tests.harness.process import Running

QEMU = "qemu-system-x86_64"
# Software in the place of a processor, on a machine that is busy: a start takes one to six minutes.
_BOOT_SECONDS = 1800
_COMMAND_SECONDS = 1800

# What Debian's installer leaves on every server, and a minimal debootstrap lacks.
_BARE = "linux-image-cloud-amd64 initramfs-tools systemd-sysv udev dbus apparmor"

_AGENT = """
import json, subprocess
line = open("/dev/virtio-ports/test", "r+b", buffering=0)
read = line.read
def tell(value):
    data = json.dumps(value).encode() + b"\\n"
    while data:
        data = data[line.write(data):]
tell("up")
held = b""
while True:
    held += read(65536) or b""
    while b"\\n" in held:
        order, held = held.split(b"\\n", 1)
        ran = subprocess.run(["sh", "-euc", json.loads(order)], stdin=subprocess.DEVNULL, stdout=-1, stderr=-2)
        tell([ran.returncode, ran.stdout.decode(errors="replace")])
"""
# Started late, and apart from everything that is on trial.
_UNIT = """[Unit]
After=multi-user.target
[Service]
Type=exec
ExecStart=/usr/bin/python3 /usr/local/lib/test-agent.py
StandardOutput=null
Environment=HOME=/root PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
[Install]
WantedBy=multi-user.target
"""
_NETWORK = "[Match]\nType=ether\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\n"

_PACK = """
set -eu
mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$LAYER/upper,workdir=$LAYER/work" "$LAYER/root"
mke2fs -q -F -t ext4 -E lazy_itable_init=1 -d "$LAYER/root" "$IMAGE" 6G
"""


def prepare(root: Root) -> None:
    """Make the clean system one that can start: kernel, systemd, a network card, the agent."""
    root.shell(
        "export DEBIAN_FRONTEND=noninteractive; apt-get -q update >/dev/null; "
        f"apt-get -q -y install --no-install-recommends {_BARE} >/dev/null; "
        "echo speak > /etc/hostname; echo '127.0.0.1 localhost speak' > /etc/hosts; rm -f /usr/sbin/policy-rc.d; "
        "echo '/dev/vda / ext4 rw 0 1' > /etc/fstab; systemctl enable systemd-networkd.service 2>&1; "
        f"printf %s {shlex.quote(_NETWORK)} > /etc/systemd/network/10-card.network; "
        f"printf %s {shlex.quote(_AGENT)} > /usr/local/lib/test-agent.py; "
        f"printf %s {shlex.quote(_UNIT)} > /etc/systemd/system/test-agent.service; "
        "systemctl enable test-agent.service 2>&1"
    )


def image(root: Root, folder: Path) -> Path:
    """The clean system with all that was done to it, as a disk; its kernel lies beside it."""
    made = folder / "disk.raw"
    own = {**root.environment(), "IMAGE": str(made)}
    subprocess.run(["unshare", "--mount", "sh", "-c", _PACK], check=True, env=own)
    for name, pattern in (("kernel", "vmlinuz-*"), ("initrd", "initrd.img-*")):
        (found,) = (root.layer / "upper" / "boot").glob(pattern)
        shutil.copyfile(found, folder / name)
    return made


class Machine:
    """One computer. `doors` are ports of loopback here that lead to ports of its network card."""

    def __init__(self, disk: Path, folder: Path, doors: Mapping[int, int] | None = None, memory: int = 1024) -> None:
        if shutil.which(QEMU) is None:
            raise RuntimeError(f"{QEMU} is missing, so nothing was booted: apt-get install qemu-system-x86")
        self.disk, self._folder, self._memory = disk, folder, memory
        self._doors = dict(doors or {})
        self.console = folder / "console"
        self.start()

    def start(self) -> None:
        """Switch it on and wait until the agent answers, which is after everything else was started."""
        self._line = socket.socket(socket.AF_UNIX)
        talk = self._folder / "talk"
        talk.unlink(missing_ok=True)
        self._process = Running(self._command(talk), None, None)
        self._connect(talk)
        self._line.settimeout(_BOOT_SECONDS)
        self._heard = self._line.makefile("rb")
        assert self._hear() == "up"
        self._line.settimeout(_COMMAND_SECONDS)

    def run(self, script: str) -> tuple[int, str]:
        """Run a script as root: exit code and what it wrote."""
        self._line.sendall(json.dumps(script).encode() + b"\n")
        code, written = self._hear()
        return int(code), str(written)

    def done(self, script: str) -> str:
        """What a script wrote that must succeed."""
        code, written = self.run(script)
        assert code == 0, f"{script}\n{code}\n{written}"
        return written

    def off(self) -> None:
        """Shut it down in good order."""
        self._line.sendall(json.dumps("systemctl poweroff").encode() + b"\n")
        self._process.wait(_COMMAND_SECONDS)
        self.close()

    def reboot(self) -> None:
        """Shut it down in good order and switch it on again."""
        self.off()
        self.start()

    def close(self) -> None:
        """Pull the plug."""
        self._heard.close()
        self._line.close()
        self._process.close()

    def _hear(self) -> Any:
        line = self._heard.readline()
        if not line:
            raise RuntimeError("the machine ended:\n" + self.console.read_text(errors="replace")[-4000:])
        return json.loads(line)

    def _connect(self, talk: Path) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                return self._line.connect(str(talk))
            except OSError:
                if self._process.returncode is not None or time.monotonic() > until:
                    raise RuntimeError(self._process.output().decode(errors="replace")) from None
                time.sleep(0.1)

    def _command(self, talk: Path) -> list[str | Path]:
        led = "".join(f",hostfwd=tcp:127.0.0.1:{here}-10.0.2.15:{there}" for here, there in self._doors.items())
        return [
            *(
                QEMU,
                "-accel",
                "tcg,thread=multi",
                "-m",
                str(self._memory),
                "-smp",
                "2",
                "-no-reboot",
                "-nodefaults",
            ),
            *("-display", "none", "-serial", f"file:{self.console}"),
            *("-kernel", self._folder / "kernel", "-initrd", self._folder / "initrd"),
            *("-append", "root=/dev/vda rw console=ttyS0 systemd.show_status=1 panic=5"),
            *("-drive", f"file={self.disk},if=virtio,format=raw,cache=unsafe"),
            *("-nic", f"user,model=virtio-net-pci,restrict=on{led}", "-device", "virtio-rng-pci"),
            *("-device", "virtio-serial", "-chardev", f"socket,id=talk,path={talk},server=on,wait=on"),
            *("-device", "virtserialport,chardev=talk,name=test"),
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
