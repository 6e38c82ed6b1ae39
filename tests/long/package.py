"""The packaged guardian's tool on a clean Debian without Python: `make test-long`. Needs root and Debian's packages.

The folder is built here and carried there, as on a stick. The clean system gets what any Debian with a desktop has (X11
libraries and fonts), and no Python at all.
"""

import os
import shlex
import shutil
from collections.abc import Iterator

import pytest

from tests.deploy.root import Root
from tools import package

_DESKTOP = "xvfb xdotool x11-utils fonts-dejavu-core libegl1 libgl1 libxkbcommon-x11-0 libfontconfig1 libdbus-1-3"
_SHOWN = """
export DISPLAY=:77 HOME=/root
Xvfb :77 -screen 0 1400x900x24 -nolisten tcp >/dev/null 2>&1 &
screen=$!
for try in $(seq 60); do xdpyinfo >/dev/null 2>&1 && break; sleep 1; done
/opt/candour/guardian desktop --vault /root/vault >/tmp/said 2>&1 &
program=$!
for try in $(seq 120); do
    id=$(xdotool search --onlyvisible --name "^Candour$" 2>/dev/null | head -1) || true
    [ -n "$id" ] && break
    kill -0 $program || { cat /tmp/said; exit 1; }
    sleep 1
done
[ -n "$id" ]
list="/opt/candour/guardian list --vault /root/vault --passphrase-file /root/secret --json"
xdotool windowfocus --sync "$id" || true
sleep 2
xdotool type --delay 60 "correct horse battery staple"
xdotool key Return
# The window has the vault open: nobody else may.
for try in $(seq 60); do $list | grep -q '"error": "busy"' && break; sleep 1; done
$list | grep '"error": "busy"'
xdotool key ctrl+q
for try in $(seq 60); do kill -0 $program 2>/dev/null || break; sleep 1; done
! kill -0 $program 2>/dev/null
! $list | grep '"error"'
kill $screen
cat /tmp/said
"""

# A live system: its disk cannot be written, its memory is empty at every start, and there is no network.
_LIVE = """
mkdir -p /live /dev/shm
unshare --mount --net sh -euc '
    mount --bind / /live
    mount -o remount,bind,ro /live
    for place in tmp root run dev/shm; do mount -t tmpfs none /live/$place; done
    mount -t proc proc /live/proc
    mount --bind /stick /live/media
    chroot /live sh -euc "! touch /opt/written 2>/dev/null; $1"
' sh "$1"
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    """A clean Debian with the folder in /opt, and no Python."""
    assert os.geteuid() == 0, "a clean Debian can be made and entered by root only: run this as root"
    package.main()
    root = Root(tmp_path_factory.mktemp("machine"))
    shutil.copytree(package.OUT, root.carried / "candour-guardian", symlinks=True)
    install = f"apt-get update -q && apt-get install -y --no-install-recommends {_DESKTOP}"
    root.shell(f"export DEBIAN_FRONTEND=noninteractive; {install}; cp -a /media/carried/candour-guardian /opt/candour")
    yield root
    shutil.rmtree(root.carried)


def test_there_is_no_python(machine: Root):
    machine.shell("! command -v python3; ! command -v python; ! ls /usr/bin/python3* 2>/dev/null")


def test_keys_are_made_and_listed_without_a_network(machine: Root):
    said = machine.shell(
        "printf 'correct horse battery staple\\n' > /root/secret; chmod 600 /root/secret; "
        "unshare --net /opt/candour/guardian init --name 'A. Guardian' --role Guardian --vault /root/vault "
        "--passphrase-file /root/secret --json; "
        "unshare --net /opt/candour/guardian list --vault /root/vault --passphrase-file /root/secret --json"
    )
    assert '"fingerprint"' in said
    assert '"threads": []' in said or '"cases": []' in said


def test_the_window_opens_the_vault_and_lets_it_go(machine: Root):
    said = machine.shell(_SHOWN)
    assert '"error": "busy"' in said
    assert "Traceback" not in said


def test_from_a_live_stick_only_the_stick_is_written(machine: Root):
    """The program and the vault are on the stick; what is in memory is gone at the next start."""
    machine.shell(
        "mkdir -p /stick; cp -a /opt/candour /stick/candour; "
        "printf 'correct horse battery staple\\n' > /stick/secret; chmod 600 /stick/secret"
    )
    with_ = "--vault /media/vault --passphrase-file /media/secret --json"
    first = live(machine, f"/media/candour/guardian init --name Live --role Guardian {with_}")
    assert '"fingerprint"' in first
    again = live(machine, f"ls -A /root; /media/candour/guardian list {with_}")
    assert '"threads": []' in again
    assert '"error"' not in again


def live(machine: Root, command: str) -> str:
    """What a command says on the live system, started anew."""
    return machine.shell(f"set -- {shlex.quote(command)}{_LIVE}")


def test_it_goes_into_the_menus_and_out_again(machine: Root):
    entry = "/root/.local/share/applications/candour-guardian.desktop"
    assert 'Exec="/opt/candour/guardian" desktop' in machine.shell(f"/opt/candour/install; cat {entry}")
    machine.shell(f"/opt/candour/install --remove; ! test -e {entry}")
