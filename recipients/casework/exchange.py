"""What a sync does for the work with other guardians: takes in their bundles, and sends the same number of cells as
ever.

Cells go as a visitor's, unsigned, over a connection of their own, with the work that every cell costs. What stops
halfway goes on with the next sync, with the same cells.
"""

from crypto import work
from crypto.encoding import b64
from crypto.fields import constant, integer, raw, record
from crypto.guardians import Directory
from crypto.kdf import name
from recipients.casework import bundles
from recipients.courier import Courier, RefusedError
from recipients.errors import GuardianError
from recipients.vault import Vault

_BEACON = record(
    {"v": constant(1), "beacon": raw(16), "bits": integer(0, work.MAX_BITS), "start": integer(0, 2**53 - 1)}
)
_TRIES = 3


def send(vault: Vault, courier: Courier, directory: Directory, now: int) -> None:
    """Sends this board period's report cells, if they have not all been taken yet."""
    start = now - now % directory.policy.board_period
    if bundles.posted(vault, start):
        return
    cells = bundles.seal(vault, start, directory, now // 86_400)
    beacon, bits = _price(courier)
    for one in cells:
        beacon, bits = _put(courier, one, beacon, bits)
    bundles.mark_posted(vault, start)


def _put(courier: Courier, cell: bytes, beacon: bytes, bits: int) -> tuple[bytes, int]:
    """Sends one cell; gives the price as it is known afterwards."""
    for _ in range(_TRIES):
        nonce = work.solve(beacon, name(cell), bits)
        try:
            courier.put_cell(name(cell).hex(), cell, b64(nonce))
        except RefusedError as refusal:
            if refusal.detail != "work":
                raise
            beacon, bits = _price(courier)
            continue
        return beacon, bits
    raise GuardianError("refused", "work")


def _price(courier: Courier) -> tuple[bytes, int]:
    fields = _BEACON(courier.get_beacon())
    return fields["beacon"], fields["bits"]
