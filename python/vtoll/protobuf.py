# SPDX-License-Identifier: Apache-2.0
"""Protocol Buffers' wire format, as far as it is written here: https://protobuf.dev/programming-guides/encoding/."""
import struct


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    """An unsigned integer or enumerator."""
    return varint(field << 3) + varint(value)


def fixed64(field: int, value: int) -> bytes:
    return varint(field << 3 | 1) + struct.pack("<Q", value)


def message(field: int, *parts: bytes) -> bytes:
    """A message of encoded fields."""
    content = b"".join(parts)
    return varint(field << 3 | 2) + varint(len(content)) + content


def text(field: int, value: str) -> bytes:
    return message(field, value.encode())
