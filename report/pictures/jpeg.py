"""JPEG: the segments that make the picture, untouched, and none that tell of its making."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from report.pictures import profiles
from report.pictures.limits import Broken, measure

SIGNATURE = b"\xff\xd8\xff"

SCANS = 100
"""Of a picture that is refined step by step: each is as long as the picture is large."""

_END_OF_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")

_FRAMES = (0xC0, 0xC1, 0xC2)
_SCAN, _END, _ADOBE = 0xDA, 0xD9, 0xEE
_TABLES = (0xC4, 0xDB, 0xDD)

_JFIF, _EXIF, _ICC = b"JFIF\0", b"Exif\0", b"ICC_PROFILE\0"

_SPACES = {1: (b"GRAY",), 3: (b"RGB ",), 4: (b"CMYK",)}


class _Segment(Struct, frozen=True):
    marker: int
    data: bytes
    """Of a scan, with its coded pixels."""

    def written(self) -> bytes:
        if self.marker == _SCAN:
            return b"\xff\xda" + self.data
        return b"\xff%c%b%b" % (self.marker, (len(self.data) + 2).to_bytes(2, "big"), self.data)


def rewritten(content: bytes) -> bytes:
    """The picture, how it is turned, and nothing of EXIF else, XMP, IPTC, comments and thumbnails. Raises Broken."""
    segments = tuple(_segments(content))
    frames = [segment for segment in segments if 0xC0 <= segment.marker <= 0xCF and segment.marker not in (0xC4, 0xCC)]
    scans = sum(segment.marker == _SCAN for segment in segments)
    if len(frames) != 1 or not scans:
        raise Broken("is damaged: it is not one picture")
    frame = frames[0].data
    if frames[0].marker not in _FRAMES or len(frame) < 6 or frame[0] != 8 or frame[5] not in _SPACES:
        raise Broken("is a kind of JPEG that cannot be printed: save it as baseline JPEG of 8 bits")
    measure(int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big"))
    if scans > SCANS:
        raise Broken(f"has {scans} scans; {SCANS} is the most")
    kept = (*_about(segments, frame[5]), *(one for one in segments if one.marker in (*_FRAMES, *_TABLES, _SCAN)))
    return b"".join((b"\xff\xd8", *(segment.written() for segment in kept), b"\xff\xd9"))


def _segments(content: bytes) -> Iterator[_Segment]:
    place = 2
    while True:
        while content[place : place + 2] == b"\xff\xff":
            place += 1
        if place + 2 > len(content):
            raise Broken("is cut off")
        marker = content[place + 1]
        if content[place] != 0xFF or marker in (0, 1) or 0xD0 <= marker <= 0xD8:
            raise Broken("is damaged: a segment is missing")
        if marker == _END:
            return
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        if end > len(content) or end < place + 4:
            raise Broken("is cut off")
        start = place + 4
        if marker == _SCAN:
            found = _END_OF_SCAN.search(content, end)
            if found is None:
                raise Broken("is cut off")
            start, end = place + 2, found.start()
        yield _Segment(marker, content[start:end])
        place = end


def _about(segments: tuple[_Segment, ...], channels: int) -> Iterator[_Segment]:
    """What changes how the picture looks: resolution, orientation, colour profile, Adobe's transformation."""
    for segment in segments:
        if segment.marker == 0xE0 and segment.data.startswith(_JFIF) and len(segment.data) >= 14:
            yield _Segment(0xE0, segment.data[:12] + b"\0\0")
            break
    exifs = (one.data[6:] for one in segments if one.marker == 0xE1 and one.data.startswith(_EXIF))
    turned = next((found for found in map(profiles.orientation, exifs) if found != 1), 1)
    if turned != 1:
        yield _Segment(0xE1, b"Exif\0\0" + profiles.exif(turned))
    parts = [one for one in segments if one.marker == 0xE2 and one.data.startswith(_ICC)]
    numbers = [(one.data[12], one.data[13]) for one in parts if len(one.data) >= 14]
    is_whole = numbers == [(place, len(parts)) for place in range(1, len(parts) + 1)]
    if parts and is_whole and profiles.is_sane(b"".join(one.data[14:] for one in parts), _SPACES[channels]):
        yield from parts
    for segment in segments:
        if segment.marker == _ADOBE and segment.data.startswith(b"Adobe") and len(segment.data) >= 12:
            yield _Segment(_ADOBE, segment.data[:12])
            break
