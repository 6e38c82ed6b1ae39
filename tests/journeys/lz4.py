"""Opens the compressed files of a Firefox profile: "mozLz40", the length, one LZ4 block. For reading only.

>>> unpack(b"mozLz40\\0" + bytes([5, 0, 0, 0]) + b"\\x50hello")
b'hello'
"""

MAGIC = b"mozLz40\0"


def unpack(data: bytes) -> bytes:
    """What a mozLz4 file holds; ValueError if it is none."""
    if not data.startswith(MAGIC):
        raise ValueError("not a mozLz4 file")
    out, at = bytearray(), len(MAGIC) + 4
    while at < len(data):
        token = data[at]
        count, at = _length(data, at + 1, token >> 4)
        out += data[at : at + count]
        at += count
        if at < len(data):
            back = int.from_bytes(data[at : at + 2], "little")
            count, at = _length(data, at + 2, token & 15)
            for _ in range(count + 4):
                out.append(out[-back])
    return bytes(out)


def _length(data: bytes, at: int, start: int) -> tuple[int, int]:
    """A length of four bits that 255s may continue, and where it ends."""
    more = 255 if start == 15 else 0
    while more == 255:
        more = data[at]
        start, at = start + more, at + 1
    return start, at
