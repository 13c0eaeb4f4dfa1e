"""PNG: what is needed to show the picture, and nothing else; of an animation its still picture."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from msgspec import Struct

from report.pictures import profiles
from report.pictures.limits import Broken, measure

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"cICP")
)

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By the type of colour."""

_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""The first column and row of each pass, and how far they are apart (PNG, 8.2)."""


class _Chunk(Struct, frozen=True):
    kind: bytes
    data: memoryview

    def written(self) -> bytes:
        checksum = zlib.crc32(self.data, zlib.crc32(self.kind))
        return b"".join((len(self.data).to_bytes(4, "big"), self.kind, self.data, checksum.to_bytes(4, "big")))


def rewritten(content: bytes) -> bytes:
    """The picture without text, times, thumbnails and what stands behind its end. Raises Broken."""
    chunks = tuple(_chunks(content))
    if not chunks or chunks[0].kind != b"IHDR" or len(chunks[0].data) != 13:
        raise Broken("is damaged: it begins with no header")
    header = chunks[0].data
    measure(int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big"))
    if header[9] not in _CHANNELS or header[8] not in (1, 2, 4, 8, 16) or header[12] > 1:
        raise Broken("is damaged: its header makes no sense")
    return b"".join((SIGNATURE, *(chunk.written() for one in chunks for chunk in _cleaned(one, header[9]))))


def _chunks(content: bytes) -> Iterator[_Chunk]:
    view, place = memoryview(content), len(SIGNATURE)
    while True:
        length = int.from_bytes(view[place : place + 4], "big")
        kind, data = bytes(view[place + 4 : place + 8]), view[place + 8 : place + 8 + length]
        if len(view) < place + 12 + length:
            raise Broken("is cut off")
        is_needed = not kind[0] & 0x20
        if is_needed and zlib.crc32(data, zlib.crc32(kind)) != int.from_bytes(
            view[place + 8 + length : place + 12 + length], "big"
        ):
            raise Broken("is damaged: a checksum is wrong")
        if is_needed and kind not in _KEPT:
            raise Broken("is damaged: it has a part that no PNG has")
        yield _Chunk(kind, data)
        if kind == b"IEND":
            return
        place += 12 + length


def _cleaned(chunk: _Chunk, colour: int) -> Iterator[_Chunk]:
    if chunk.kind in _KEPT:
        yield chunk
    elif chunk.kind == b"iCCP" and _is_sane(bytes(chunk.data), colour):
        yield _Chunk(b"iCCP", memoryview(b"ICC\0" + bytes(chunk.data).partition(b"\0")[2]))
    elif chunk.kind == b"eXIf" and (turned := profiles.orientation(bytes(chunk.data))) != 1:
        yield _Chunk(b"eXIf", memoryview(profiles.exif(turned)))


def _is_sane(named: bytes, colour: int) -> bool:
    packed = named.partition(b"\0")[2]
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(packed[1:], profiles.LIMIT_BYTES)
    except zlib.error:
        return False
    spaces = (b"GRAY",) if colour in (0, 4) else (b"RGB ",)
    return unpacking.eof and not unpacking.unused_data and profiles.is_sane(profile, spaces)


def fault(content: bytes) -> str:
    """Why the pixels are not those that the header promises, to go on after the name; it unpacks them."""
    chunks = tuple(_chunks(content))
    left = _expected(chunks[0].data)
    unpacking = zlib.decompressobj()
    for chunk in chunks:
        data = bytes(chunk.data) if chunk.kind == b"IDAT" else b""
        while data and not unpacking.eof:
            left -= len(unpacking.decompress(data, 1 << 20))
            if left < 0:
                return "is damaged: it holds more than its pixels"
            data = unpacking.unconsumed_tail
        if data or unpacking.unused_data:
            return "is damaged: it holds more than its pixels"
    return "is cut off: pixels are missing" if left else ""


def _expected(header: memoryview) -> int:
    """The bytes of all rows, each with its filter."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits = header[8] * _CHANNELS[header[9]]
    passes = _ADAM7 if header[12] else ((0, 0, 1, 1),)
    sizes = ((-(-(width - x) // across), -(-(height - y) // down)) for x, y, across, down in passes)
    return sum((1 + -(-columns * bits // 8)) * rows for columns, rows in sizes if columns > 0 and rows > 0)
