"""GIF: its frames, without comments and data of applications."""

from __future__ import annotations

from report.pictures.limits import Broken, measure

SIGNATURES = (b"GIF87a", b"GIF89a")

_LOOP = b"\x0bNETSCAPE2.0\x03\x01"


def rewritten(content: bytes) -> bytes:
    """The picture with what is needed to show it. Raises Broken."""
    place = 13 + _colours(content, 10)
    pieces, sizes = [content[:place]], []
    while (kind := content[place : place + 1]) != b"\x3b":
        start = place
        if kind == b"\x2c":
            sizes.append(_size(content, start + 5))
            place = _behind(content, start + 11 + _colours(content, start + 9))
        elif kind == b"\x21":
            place = _behind(content, start + 2)
        else:
            raise Broken("is damaged: a block is missing" if kind else "is cut off")
        is_loop = content[start + 1 : start + 2] == b"\xff" and content.startswith(_LOOP, start + 2)
        if kind == b"\x2c" or content[start + 1 : start + 2] == b"\xf9" or is_loop:
            pieces.append(content[start:place])
    if not sizes:
        raise Broken("has no pixels")
    measure(*_size(content, 6), len(sizes))
    for size in sizes:
        measure(*size)
    return b"".join((*pieces, b"\x3b"))


def _size(content: bytes, place: int) -> tuple[int, int]:
    return int.from_bytes(content[place : place + 2], "little"), int.from_bytes(
        content[place + 2 : place + 4], "little"
    )


def _colours(content: bytes, place: int) -> int:
    """The length of the table of colours that the flags at a place announce."""
    flags = content[place] if place < len(content) else 0
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind(content: bytes, place: int) -> int:
    """The place behind sub-blocks."""
    while place < len(content):
        if not content[place]:
            return place + 1
        place += 1 + content[place]
    raise Broken("is cut off")
