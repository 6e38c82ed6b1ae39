"""Report cells, sent as a visitor sends them: unsigned, over a connection that serves nothing else, with their work."""

from collections.abc import Iterable

from crypto import work
from crypto.encoding import b64
from crypto.fields import constant, integer, raw, record
from crypto.kdf import name
from recipients.courier import Courier, RefusedError
from recipients.errors import GuardianError

_BEACON = record(
    {"v": constant(1), "beacon": raw(16), "bits": integer(0, work.MAX_BITS), "start": integer(0, 2**53 - 1)}
)
_TRIES = 3


def put(courier: Courier, cells: Iterable[bytes]) -> None:
    """Sends cells (4,096 bytes each), one after the other; those that were taken before are taken again."""
    beacon, bits = _price(courier)
    for one in cells:
        beacon, bits = _put(courier, one, beacon, bits)


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
