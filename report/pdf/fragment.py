"""Fragments: laid-out pages as PDF objects that can be given any numbers, with what the linker must know of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from report.prepress import PLAIN, Prepress

SEPARATOR, FONTS, DOCUMENT, PAGES, NOTE_TYPE, NUMBERING, FIRST = range(7)
"""Symbols that stand between chunks: a line end behind an object; references to the dictionary of fonts, to the root of
the structure, to the root of the pages; the structure type of notes, the numbering of description lists. From `FIRST`
on: the fragment's own objects, then its keys in the parent tree, then its targets.
"""

ASSET = re.compile(r"""asset:/([^"'()\s]+)""")
"""The address of a file of the project, by its path."""

PAGE, TOTAL = "page", "pages"
"""Names of the numbers in margin boxes: that of the page itself, that of all pages."""


class Site(Struct, frozen=True):
    """A number in a stream: which glyphs to put where, once it is known."""

    name: str
    shown: str
    """The digits that stand there."""
    start: int
    end: int
    """The glyphs' codes, from byte to byte."""
    codes: tuple[bytes, ...]
    """The code of each digit from 0 to 9."""
    joint: bytes
    """What stands between two digits: empty, or letter spacing."""
    indent: int = 0
    """The byte at which the line may be moved; 0 where its number of digits must not change."""
    shift: float = 0.0
    """How far it moves to the left for each digit more, in thousandths of the font size."""


class Stream(Struct, frozen=True):
    """A stream object."""

    number: int
    chunks: tuple[bytes, ...]
    """Its dictionary, without length."""
    symbols: tuple[int, ...]
    body: bytes
    sites: tuple[Site, ...] = ()
    """Numbers in the deflated body, in their order."""
    shared: str = ""
    """The digest of an image, which is written once however many fragments have it; else empty."""


class PageProof(NamedTuple):
    """What must be read on a page."""

    runs: tuple[tuple[str, str], ...]
    """What is drawn in one go, behind the anchor of the note it is in."""
    is_within: bool
    """Whether all of it is known to stand on the paper."""


Proof: TypeAlias = tuple[PageProof, ...]


class Objects(Struct, frozen=True):
    """PDF objects numbered from 0, with their references kept apart: behind each chunk of bytes stands a symbol."""

    count: int
    keys: int
    """How many keys of the parent tree they take."""
    targets: tuple[str, ...]
    """The anchors at which they refer to structure elements."""
    numbers: tuple[int, ...]
    """Of the objects that are no streams, in the order of their chunks."""
    ends: tuple[int, ...]
    """Where the chunks of each of them end."""
    chunks: tuple[bytes, ...]
    symbols: tuple[int, ...]
    streams: tuple[Stream, ...]
    proof: Proof = ()
    """What must be read on their pages; kept with them, for most builds have no use for either."""


class Anchor(Struct, frozen=True):
    """Where an anchor was laid out: sheet of the fragment from 0, distance from the sheet's top in CSS px."""

    page: int
    left_px: float
    top_px: float
    bottom_px: float
    in_notes: bool


class Bookmark(Struct, frozen=True):
    """An entry of the outline."""

    level: int
    label: str
    page: int
    left_px: float
    top_px: float
    is_open: bool


class Face(Struct, frozen=True):
    """What one fragment uses of a font."""

    name: str
    """By which page streams call it."""
    digest: str
    """Of the font file."""
    state: Mapping[str, object]
    """Of WeasyPrint's font, without what is in the file and of the glyphs."""
    widths: Mapping[int, float]
    """Of the glyphs that are used, in thousandths of the font size."""
    to_unicode: Mapping[int, str]
    """What these glyphs stand for."""


class Fonts(Struct, frozen=True):
    """The fonts as PDF objects."""

    objects: Objects
    dictionary: int
    """The object by which pages find them."""


OVER_EDGE, OUT_OF_ORDER = "stands over the edge", "stands before a note that is called earlier"
HARMLESS = (OVER_EDGE, OUT_OF_ORDER)
"""The faults with which all that is printed can still be read or guessed."""


class Fault(Struct, frozen=True):
    """What is wrong with a note, or with other text, where it was printed."""

    anchor: str
    """Of the note; empty where it is other text."""
    words: str
    text: str = ""
    """The beginning of what is wrong."""
    missing: int = 0
    """How many words are on no page."""


class Printed(Struct, frozen=True):
    """A picture of pixels where it was printed."""

    path: str
    dpi: int
    """The lower of its two resolutions."""
    width_px: int
    height_px: int


class Fragment(Struct, frozen=True):
    """The pages of one chapter."""

    digest: str
    """Of its objects, which are kept apart from it: most builds have no use for them."""
    start: int
    """The number of the first page, as it was laid out."""
    pages: tuple[int, ...]
    """The page objects."""
    heights_px: tuple[float, ...]
    node: int
    """The object that holds the pages in the page tree."""
    part: int
    """The root of its structure tree."""
    parents: int
    """Its leaf of the parent tree."""
    size: int
    """How many objects it has."""
    keys: int
    """How many keys of the parent tree it takes."""
    targets: tuple[str, ...]
    """The anchors at which it refers to structure elements."""
    names: tuple[str, ...]
    """The numbers in it that can be replaced, without those of its own pages."""
    images: tuple[tuple[str, int], ...]
    """The digests of images that can be shared, with their objects."""
    anchors: Mapping[str, Anchor]
    elements: Mapping[str, int]
    """The structure elements at the anchors."""
    notes: Mapping[str, int]
    """The structure elements of notes, by their identifiers."""
    bookmarks: tuple[Bookmark, ...]
    faces: tuple[Face, ...]
    fixed: Mapping[str, str]
    """Numbers that are printed and could not be made replaceable, as they are printed."""
    rigid: bool
    """Whether numbers that stand free can be replaced only by others of as many digits."""
    is_tagged: bool
    """Whether it has all the tags that standards demand."""
    missing: str
    """The characters that no font has."""
    pictures: tuple[Printed, ...]
    faults: tuple[Fault, ...]
    messages: tuple[str, ...]
    """What WeasyPrint complained of."""

    @property
    def page_count(self) -> int:
        """The number of sheets."""
        return len(self.pages)


class Unit(Struct, frozen=True):
    """What is laid out in one piece: all that the layout reads."""

    name: str
    """The anchor of its chapter."""
    html: str
    css: str
    start: int
    """The number of its first page."""
    is_roman: bool
    """Whether it is in the zone of roman numerals, which cannot be replaced later."""
    sheet: int
    """That page's place among all sheets, as far as it matters: 0 is the first or any, 1 a left one, 2 a right one."""
    assets: Mapping[str, bytes | str]
    """The files it names, or why one cannot be had."""
    prepress: Prepress = PLAIN
    path: str = ""
    """The author's file; the layout does not read it."""
    is_xml: bool = False
    """Whether its HTML is XML as well, and means the same as such; it is read faster then."""


class Spot(NamedTuple):
    """A line of text, or a box, on a page: its edges in CSS px from the top left of the page."""

    left: float
    top: float
    right: float
    bottom: float
    block: int
    """The mark of the block that it belongs to; -1 where there is none."""
    note: str
    """The anchor of the note that it belongs to; empty in the body."""
    text: str
    """Of a line; a box has none."""


Spots: TypeAlias = tuple[tuple[Spot, ...], ...]
"""What stands where on each page."""


class LaidOut(Struct, frozen=True):
    """A fragment with its objects, the fonts that it uses, by digest, and what stands where."""

    fragment: Fragment
    objects: Objects
    fonts: Mapping[str, bytes]
    spots: Spots = ()


@lru_cache(maxsize=8)
def _sides(css: str) -> tuple[bool, bool]:
    """Whether a stylesheet tells left pages from right ones, and the first from others."""
    return bool(_SIDED.search(css)), bool(_FIRST.search(css))


def side(css: str, sheet: int) -> int:
    """A sheet, counted from 0, as far as its looks depend on it: 0 the first or any, 1 a left one, 2 a right one."""
    is_sided, has_first = _sides(css)
    if is_sided:
        return 2 - sheet % 2 if sheet else 0
    return 2 if sheet and has_first else 0


_SIDED = re.compile(r"@page\b[^{]*:(?:left|right|nth|blank)\b|break-(?:before|after)\s*:\s*(?:left|right|recto|verso)")

_FIRST = re.compile(r"@page\b[^{]*:first\b")
