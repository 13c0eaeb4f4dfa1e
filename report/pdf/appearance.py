"""What pages look like, as digests: pages with the same one are drawn alike, wherever in whichever file they stand."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from typing import Any

import pikepdf
from msgspec import Struct


class Appearance(Struct, frozen=True):
    """A page as one sees it."""

    digest: str
    width_pt: float
    height_pt: float
    left_pt: float
    top_pt: float
    """Where the trimmed page begins, from the top left corner of the sheet."""


def appearances(content: bytes, numbers: Iterable[int]) -> tuple[Appearance, ...]:
    """Some pages of a file of ours, by their numbers from 0."""
    with pikepdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf:
        known: dict[tuple[int, int], bytes] = {}
        return tuple(_of_page(_page(pdf.Root.Pages, number), known) for number in numbers)


def _page(node: Any, number: int) -> Any:
    """A page by its number in a page tree; only what leads to it is read, for to read all takes long."""
    for below in node.Kids:
        count = int(below.get("/Count", 1))
        if number < count:
            return _page(below, number) if "/Kids" in below else below
        number -= count
    raise IndexError(number)


def _of_page(page: Any, known: dict[tuple[int, int], bytes]) -> Appearance:
    found = blake2b(digest_size=20)
    sheet, trim = ([float(edge) for edge in page.get(name, page.MediaBox)] for name in ("/MediaBox", "/TrimBox"))
    found.update(repr((sheet, trim)).encode())
    contents = page.Contents
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    for stream in streams:
        raw = stream.read_raw_bytes()
        found.update(b"%d:" % len(raw))
        found.update(raw)
        for part in _used(raw, page.get("/Resources", {}), known):
            found.update(part)
    return Appearance(
        found.hexdigest(), sheet[2] - sheet[0], sheet[3] - sheet[1], trim[0] - sheet[0], sheet[3] - trim[3]
    )


def _used(raw: bytes, resources: Any, known: dict[tuple[int, int], bytes]) -> Iterator[bytes]:
    """What a stream draws with besides fonts, which are the same where their names are."""
    with suppress(zlib.error):
        raw = zlib.decompress(raw)
    names = sorted(set(_NAME.findall(raw)))
    for kind in ("/XObject", "/Pattern", "/Shading", "/ExtGState", "/ColorSpace"):
        held = resources.get(kind, {})
        for name in names:
            key = "/" + name.decode("latin-1")
            if key in held:
                yield name + _digest(held[key], known)


_NAME = re.compile(rb"/([^\s/<>\[\](){}%]+)")


def _digest(item: Any, known: dict[tuple[int, int], bytes]) -> bytes:
    """Of an object with all that it leads to."""
    number = getattr(item, "objgen", (0, 0))
    if number != (0, 0):
        if number not in known:
            known[number] = b""  # an object that leads to itself
            known[number] = _fresh(item, known)
        return known[number]
    return _fresh(item, known)


def _fresh(item: Any, known: dict[tuple[int, int], bytes]) -> bytes:
    found = blake2b(digest_size=20)
    if isinstance(item, pikepdf.Stream):
        found.update(item.read_raw_bytes())
    if isinstance(item, pikepdf.Stream | pikepdf.Dictionary):
        for key in sorted(item.keys()):
            if key not in _LEADS_AWAY:
                found.update(key.encode() + _digest(item[key], known))
    elif isinstance(item, pikepdf.Array):
        for one in item:
            found.update(_digest(one, known))
    else:
        found.update(str(item).encode())
    return found.digest()


_LEADS_AWAY = ("/Font", "/Parent", "/StructParent", "/StructParents", "/Length")
"""Keys of what is not drawn, or the same where its names are."""
