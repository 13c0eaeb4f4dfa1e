"""Relocation: the objects of a fragment → blocks of a file, with their numbers and those of pages and notes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from report.pdf.file import LEVEL, Block, Writer, joined
from report.pdf.fragment import PAGE, Objects, Site, Stream
from report.pdf.values import coordinate, reference


class Destination(Struct, frozen=True):
    """Where a fragment goes."""

    first: int
    """The number of its first object."""
    first_key: int
    """Its first key in the parent tree."""
    fonts: int
    document: int
    pages: int
    """The objects outside that it refers to: fonts, the root of the structure, the root of the pages."""
    types: tuple[bytes, bytes]
    """The structure type of notes, and the numbering of description lists."""
    targets: tuple[int, ...]
    """The structure elements it refers to; 0 where there is none."""
    images: tuple[tuple[str, int], ...]
    """Its shared images that stand elsewhere, by digest."""


class Known(Struct, frozen=True):
    """The numbers that a fragment prints."""

    shift: int
    """What page numbers grow by since it was laid out."""
    numbers: tuple[tuple[str, str], ...]
    """The others, by name."""


NOTHING = Known(0, ())


def relocate(objects: Objects, destination: Destination) -> Block:
    """The objects in their place, without the streams that print numbers."""
    table = _table(objects, destination)
    elsewhere = dict(destination.images)
    first = destination.first
    writer = Writer(first, objects.count)
    for stream in objects.streams:
        if not stream.sites and stream.shared not in elsewhere:
            writer.write_stream(first + stream.number, _head(stream, table), stream.body)
    if objects.numbers:
        parts = joined(objects.chunks, objects.symbols, table)
        writer.write_objects([first + number for number in objects.numbers], parts, [2 * end for end in objects.ends])
    return writer.block()


def bind(objects: Objects, destination: Destination, known: Known) -> Block:
    """The streams that print numbers, for the same place; the numbers are all that changes in most builds."""
    table = _table(objects, destination)
    numbers = dict(known.numbers)
    writer = Writer(destination.first, objects.count)
    for stream in objects.streams:
        if stream.sites:
            body = _body(stream, numbers, known.shift)
            writer.write_stream(destination.first + stream.number, _head(stream, table), body)
    return writer.block()


def _table(objects: Objects, destination: Destination) -> list[bytes]:
    """What each symbol stands for."""
    first = destination.first
    elsewhere = dict(destination.images)
    references = [b"%d 0 R" % number for number in range(first, first + objects.count)]
    for stream in objects.streams:
        if stream.shared in elsewhere:
            references[stream.number] = reference(elsewhere[stream.shared])
    outer = (b"\n", *map(reference, (destination.fonts, destination.document, destination.pages)), *destination.types)
    keys = (b"%d" % key for key in range(destination.first_key, destination.first_key + objects.keys))
    targets = (reference(number) if number else b"null" for number in destination.targets)
    return [*outer, *references, *keys, *targets]


def _head(stream: Stream, table: Sequence[bytes]) -> bytes:
    return b"".join(joined(stream.chunks, stream.symbols, table)).rstrip()


def _body(stream: Stream, numbers: Mapping[str, str], shift: int) -> bytes:
    """The body of a stream with its numbers as they are now."""
    wanted = [str(int(site.shown) + shift) if site.name == PAGE else numbers[site.name] for site in stream.sites]
    if all(site.shown == digits for site, digits in zip(stream.sites, wanted, strict=True)):
        return stream.body
    return zlib.compress(b"".join(_replaced(zlib.decompress(stream.body), stream.sites, wanted)), LEVEL)


def _replaced(body: bytes, sites: Sequence[Site], wanted: Sequence[str]) -> Iterator[bytes]:
    """A stream in pieces, with other numbers; a line in a margin moves so that it stays aligned."""
    moves: dict[int, float] = {}
    for site, digits in zip(sites, wanted, strict=True):
        moves[site.indent] = moves.get(site.indent, 0) + site.shift * (len(digits) - len(site.shown))
    position = 0
    for site, digits in zip(sites, wanted, strict=True):
        move = moves.pop(site.indent, 0)
        if move:
            yield body[position : site.indent]
            yield coordinate(move)
            position = site.indent
        yield body[position : site.start]
        yield site.joint.join(site.codes[int(digit)] for digit in digits)
        position = site.end
    yield body[position:]
