"""Messages between processes: a kind and bytes, one behind the other in a pipe."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator

_HEAD = struct.Struct(">cQ")
"""What begins a message: its kind, and how many bytes follow."""


def send(descriptor: int, kind: bytes, content: bytes) -> None:
    """Write a message into a pipe."""
    for part in (_HEAD.pack(kind, len(content)), content):
        waiting = memoryview(part)
        while waiting:
            waiting = waiting[os.write(descriptor, waiting) :]


def messages(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The messages in what comes out of a pipe."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(waiting)
            end = _HEAD.size + length
            if len(waiting) < end:
                break
            yield kind, bytes(waiting[_HEAD.size : end])
            del waiting[:end]
