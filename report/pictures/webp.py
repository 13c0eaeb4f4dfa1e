"""WebP: the chunks that make the picture, without EXIF but how it is turned, and without XMP."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from report.pictures import profiles
from report.pictures.limits import Broken, measure

_IN_FRAME = (b"ALPH", b"VP8 ", b"VP8L")
_KEPT = (*_IN_FRAME, b"ANIM")

_PROFILE, _EXIF, _XMP = 0x20, 0x08, 0x04
"""Flags of what the file has."""


class _Chunk(Struct, frozen=True):
    kind: bytes
    data: bytes

    def written(self) -> bytes:
        return b"%b%b%b%b" % (self.kind, len(self.data).to_bytes(4, "little"), self.data, b"\0" * (len(self.data) % 2))


def is_webp(content: bytes) -> bool:
    """Whether it begins as WebP does."""
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def rewritten(content: bytes) -> bytes:
    """The picture with what is needed to show it. Raises Broken."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise Broken("is cut off")
    cleaned = tuple(chunk for one in _chunks(content[12:end]) for chunk in _cleaned(one))
    _measure(cleaned)
    body = b"WEBP" + b"".join(chunk.written() for chunk in _flagged(cleaned))
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _chunks(content: bytes) -> Iterator[_Chunk]:
    place = 0
    while place < len(content):
        length = int.from_bytes(content[place + 4 : place + 8], "little")
        if place + 8 + length > len(content):
            raise Broken("is cut off")
        yield _Chunk(content[place : place + 4], content[place + 8 : place + 8 + length])
        place += 8 + length + length % 2


def _cleaned(chunk: _Chunk) -> Iterator[_Chunk]:
    match chunk.kind:
        case kind if kind in _KEPT:
            yield chunk
        case b"VP8X" if len(chunk.data) == 10:
            yield chunk
        case b"ANMF":
            inner = (one.written() for one in _chunks(chunk.data[16:]) if one.kind in _IN_FRAME)
            yield _Chunk(b"ANMF", chunk.data[:16] + b"".join(inner))
        case b"ICCP" if profiles.is_sane(chunk.data, (b"RGB ", b"GRAY")):
            yield chunk
        case b"EXIF" if (turned := profiles.orientation(chunk.data.removeprefix(b"Exif\0\0"))) != 1:
            yield _Chunk(b"EXIF", profiles.exif(turned))


def _flagged(chunks: tuple[_Chunk, ...]) -> Iterator[_Chunk]:
    """The chunks; the first says which of the others there are."""
    kinds = {chunk.kind for chunk in chunks}
    for chunk in chunks:
        if chunk.kind == b"VP8X":
            flags = chunk.data[0] & ~(_PROFILE | _EXIF | _XMP)
            flags |= (_PROFILE if b"ICCP" in kinds else 0) | (_EXIF if b"EXIF" in kinds else 0)
            yield _Chunk(b"VP8X", bytes([flags]) + chunk.data[1:])
        elif chunk.kind not in (b"ICCP", b"EXIF") or b"VP8X" in kinds:
            yield chunk


def _measure(chunks: tuple[_Chunk, ...]) -> None:
    frames = [chunk.data for chunk in chunks if chunk.kind == b"ANMF"]
    images = [*(one for data in frames for one in _chunks(data[16:])), *chunks]
    sizes = [_size(one) for one in images if one.kind in (b"VP8 ", b"VP8L")]
    if not sizes:
        raise Broken("has no pixels")
    for canvas in (chunk.data for chunk in chunks if chunk.kind == b"VP8X"):
        width, height = (int.from_bytes(canvas[place : place + 3], "little") + 1 for place in (4, 7))
        measure(width, height, max(1, len(frames)))
    for size in sizes:
        measure(*size)


def _size(chunk: _Chunk) -> tuple[int, int]:
    """Width and height (RFC 6386, 9.1; RFC 9649, 3.4)."""
    if chunk.kind == b"VP8 ":
        sides = (chunk.data[6:8], chunk.data[8:10])
        width, height = (int.from_bytes(side, "little") & 0x3FFF for side in sides)
        return width, height
    bits = int.from_bytes(chunk.data[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
